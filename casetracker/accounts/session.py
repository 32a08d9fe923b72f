"""Who is signed in, and the doors: every view names exactly one of `@requires(Permission.X)` or `@public`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar, cast

import flask_login
from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casetracker.accounts import devices, installation, queries
from casetracker.accounts.factor_rules import standing_of
from casetracker.accounts.factor_states import FRESH_FOR, Standing
from casetracker.accounts.limit_rules import SEARCHES, Limit
from casetracker.accounts.states import SESSION_LASTS, idle_limit
from casetracker.core import clock, row_security
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import STEP_UP, Permission
from casetracker.extensions import login
from casetracker.web.filters import SEARCH_NAMES

P = ParamSpec("P")
R = TypeVar("R")

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody is about to do, said where the second factor is asked for again; `back` leads away from it.

    facts: (label, value) as a page shows them: amount, line, case.
    """

    title: str
    facts: Sequence[tuple[str, Any]] = ()
    back: str = ""


Describe = Callable[..., Act]


class SignedIn(flask_login.UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """What Flask-Login carries: a value, no row, so a command's rollback does not touch it."""

    def __init__(self, session_id: str, live: queries.LiveSession) -> None:
        self.session_id = session_id
        self.live = live
        self.actor = live.actor
        self.standing = standing_of(
            given=live.factor_at is not None, has_factor=live.has_factor, is_free=is_free_of_factors()
        )

    @property
    def is_fresh(self) -> bool:
        """Whether the second factor was given just now, or none is needed of this person here."""
        if not self.live.has_factor and is_free_of_factors():
            return True
        return self.live.factor_at is not None and clock.now() - self.live.factor_at <= FRESH_FOR

    def get_id(self) -> str:
        """The random session id: the cookie knows nothing else."""
        return self.session_id


def init_app(app: Flask) -> None:
    """Bind Flask-Login to the table of sessions."""
    login.init_app(app)
    login.user_loader(_load)
    login.session_protection = None


def _load(session_id: str) -> SignedIn | None:
    live = queries.find_session(session_id)
    if live is None:
        return None
    now = clock.now()
    if now - live.seen_at > idle_limit(live.actor.role) or now - live.created_at > SESSION_LASTS:
        return None
    if now - live.seen_at > SEEN_EVERY:
        from casetracker.accounts.commands import touch_session

        touch_session(live.id_hash)
    person = SignedIn(session_id, live)
    if person.standing == Standing.FULL:
        row_security.read_as(live.actor)
    return person


def is_free_of_factors() -> bool:
    """Whether one may work here without a second factor: in a demonstration only."""
    return installation.is_demonstration()


def half_signed_in() -> SignedIn | None:
    """The person whose password fitted at this browser, however far the second factor has come, or None."""
    user = flask_login.current_user
    return cast(SignedIn, user._get_current_object()) if user and user.is_authenticated else None


def signed_in() -> SignedIn | None:
    """The person at this request, all factors given, or None."""
    person = half_signed_in()
    return person if person is not None and person.standing == Standing.FULL else None


def sign_in_browser(session_id: str) -> None:
    """Let this browser carry the session; the same at sign-in and each time that the session gets a new id."""
    live = queries.find_session(session_id)
    if live is None:
        return
    person = SignedIn(session_id, live)
    flask_login.login_user(person)
    if person.standing == Standing.FULL:
        row_security.read_as(person.actor)
        devices.note_sign_in(person.actor.id)


def current_actor() -> Actor:
    """The signed-in person as a frozen value. Call once in a view; below the route it is an argument."""
    person = signed_in()
    if person is None:
        raise NotFound("nobody is signed in")
    return person.actor


def requires(
    permission: Permission,
    *,
    admits: Sequence[Standing] = (),
    step_up: bool | None = None,
    describe: Describe | None = None,
    carries_file: bool = False,
    carries_secret: bool = False,
    limit: Limit | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The door of a view: signed in (else to the sign-in page and back), and of a role that holds the
    permission (else 404).

    admits: standings let in beside FULL, for the pages of the second factor itself.
    step_up: the second factor is asked for again before a POST if it is older than FRESH_FOR; None: as
    `core.permissions.STEP_UP` has it for the permission. `describe(**address)` says what is about to be done; it
    raises NotFound where the view does. carries_file: asked for before the form is opened, too, because no page can
    hold a chosen file. carries_secret: the same, and a form that was open too long is typed again, because no page
    is to hold a password. limit: how often one person may ask for it; a list with words searched for has its own.
    """
    steps_up = permission in STEP_UP if step_up is None else step_up

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def door(*args: P.args, **kwargs: P.kwargs) -> R:
            person = half_signed_in()
            if person is None:
                return cast(R, _to_sign_in())
            if person.standing != Standing.FULL and person.standing not in admits:
                return cast(R, _to_factor(person.standing))
            if not person.actor.may(permission):
                raise NotFound(permission)
            if steps_up and (request.method == "POST" or carries_file or carries_secret):
                what = functools.partial(describe, **kwargs) if describe else None
                if (answer := _ask_again(person, what, is_before=carries_secret)) is not None:
                    return cast(R, answer)
            _count(limit, person.actor)
            return view(*args, **kwargs)

        vars(door).update(
            door=permission, steps_up=steps_up, describes=describe is not None, carries_file=carries_file,
            carries_secret=carries_secret, limit=limit,
        )  # fmt: skip
        return door

    return decorate


def _count(limit: Limit | None, actor: Actor) -> None:
    """Counts what is asked for where it is limited: by its door, or because words are searched for."""
    if counted := limit or (SEARCHES if any(map(request.args.get, SEARCH_NAMES)) else None):
        from casetracker.accounts import pace

        pace.count(counted, actor)


def _ask_again(person: SignedIn, what: Callable[[], Act] | None, *, is_before: bool) -> ResponseReturnValue | None:
    """The page that asks for the second factor once more, where it is older than FRESH_FOR; None: go on.

    is_before: before the form is opened, so that no page holds what was typed.
    """
    if person.standing != Standing.FULL or person.is_fresh:
        return None
    from casetracker.accounts import step_up as asking

    return asking.ask_before(person, what) if is_before else asking.ask(person, what)


def public(view: Callable[P, R]) -> Callable[P, R]:
    """The door of a view that needs no account."""
    cast(Any, view).door = "public"
    return view


def _to_sign_in() -> ResponseReturnValue:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=wanted))


def _to_factor(standing: Standing) -> ResponseReturnValue:
    if standing == Standing.OWES_ENROLMENT:
        return redirect(url_for("accounts.list_factors"))
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.give_factor", next=wanted))
