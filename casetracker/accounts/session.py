"""Who is signed in, and the doors: every view names exactly one of `@requires(Permission.X)` or `@public`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar, cast

import flask_login
from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casetracker.accounts import queries
from casetracker.accounts.states import SESSION_LASTS, idle_limit
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.extensions import login

P = ParamSpec("P")
R = TypeVar("R")

SEEN_EVERY = timedelta(minutes=1)


class SignedIn(flask_login.UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """What Flask-Login carries: a value, no row, so a command's rollback does not touch it."""

    def __init__(self, session_id: str, live: queries.LiveSession) -> None:
        self.session_id = session_id
        self.live = live
        self.actor = live.actor

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
    return SignedIn(session_id, live)


def signed_in() -> SignedIn | None:
    """The person at this request, or None."""
    user = flask_login.current_user
    return cast(SignedIn, user._get_current_object()) if user and user.is_authenticated else None


def current_actor() -> Actor:
    """The signed-in person as a frozen value. Call once in a view; below the route it is an argument."""
    person = signed_in()
    if person is None:
        raise NotFound("nobody is signed in")
    return person.actor


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The door of a view: signed in (else to the sign-in page and back), and of a role that holds the
    permission (else 404)."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def door(*args: P.args, **kwargs: P.kwargs) -> R:
            person = signed_in()
            if person is None:
                return cast(R, _to_sign_in())
            if not person.actor.may(permission):
                raise NotFound(permission)
            return view(*args, **kwargs)

        cast(Any, door).door = permission
        return door

    return decorate


def public(view: Callable[P, R]) -> Callable[P, R]:
    """The door of a view that needs no account."""
    cast(Any, view).door = "public"
    return view


def _to_sign_in() -> ResponseReturnValue:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=wanted))
