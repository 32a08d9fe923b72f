"""Signing in and out, and the page of a one-time link."""

from __future__ import annotations

from urllib.parse import urlsplit

import flask_login
from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts import commands, devices, queries
from casetracker.accounts.attempts import attempt
from casetracker.accounts.factor_states import Standing
from casetracker.accounts.forms import AcceptInvitationForm, SignInForm
from casetracker.accounts.limits import Taken
from casetracker.accounts.models import User
from casetracker.accounts.routes import tries
from casetracker.accounts.routes.blueprint import bp
from casetracker.accounts.rules import why_not_accept
from casetracker.accounts.session import half_signed_in, public, requires, sign_in_browser, signed_in
from casetracker.core import clock
from casetracker.core.actor import SYSTEM
from casetracker.core.permissions import Permission
from casetracker.web.answered import once_answered

_INVITATION = "invitation"
CLEARED = '"cache", "storage"'
"""What a browser drops at sign-out (Clear-Site-Data); the cookie by which it is known again stays."""


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """The sign-in page; afterwards to the page that was wanted."""
    if signed_in() is not None and request.method == "GET":
        return redirect(url_for("home.index"))
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), form.status
    email, password = str(form.email.data), str(form.password.data)
    taken = tries.begin(email)
    if taken.wait is not None:
        return _too_many(form, taken)
    user = queries.find_user_by_email(email)
    fits = commands.password_fits(user, password)
    if user is not None and not fits and user.is_active:
        user_id = user.id
        once_answered(lambda: commands.note_failed(user_id, "password", actor=SYSTEM))  # its time would tell
    if user is None or not fits:
        form.refuse(_("E-mail and password do not fit together, or the account is not active."))
        return render_template("accounts/sign_in.html", form=form), form.status
    tries.succeeded(email)
    actor = queries.actor_of(user)
    session_id = commands.open_session(actor=actor, device=devices.describe(request.user_agent.string))
    _leave()
    sign_in_browser(session_id)
    return redirect(safe_next(request.args.get("next")))


@bp.route("/sign-out", methods=["POST"])
@requires(Permission.OWN_ACCOUNT, admits=tuple(Standing))
def sign_out() -> ResponseReturnValue:
    """End the session in the table and in the browser."""
    _leave()
    flash(_("You are signed out."))
    answer = redirect(url_for("accounts.sign_in"))
    answer.headers["Clear-Site-Data"] = CLEARED
    return answer


def _leave() -> None:
    """Whoever is signed in at this browser is not any more: a copy of the cookie opens nothing either."""
    person = half_signed_in()
    if person is not None:
        commands.end_session(person.session_id, actor=person.actor)
    flask_login.logout_user()
    session.clear()


@bp.route("/invitation/<secret>")
@public
def open_invitation(secret: str) -> ResponseReturnValue:
    """A one-time link is opened: its secret goes into this browser's cookie at once, and out of the address."""
    if _invited(secret) is None:
        return render_template("accounts/invitation_over.html"), 404
    session[_INVITATION] = secret
    return redirect(url_for("accounts.accept_invitation"))


@bp.route("/invitation", methods=["GET", "POST"])
@public
def accept_invitation() -> ResponseReturnValue:
    """Set the own password by a one-time link; unknown, used or too old, it gets one and the same page."""
    secret = str(session.get(_INVITATION, ""))
    user = _invited(secret)
    if user is None:
        return render_template("accounts/invitation_over.html"), 404
    form, email = AcceptInvitationForm(), user.email
    invited = queries.actor_of(user)
    if (
        form.validate_on_submit()
        and form.agrees()
        and attempt(form, commands.accept_invitation, form.to_command(secret), actor=invited)
    ):
        _leave()
        flash(_("Your password is set. Please sign in with it."))
        return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/accept_invitation.html", form=form, email=email), form.status


def _invited(secret: str) -> User | None:
    """Whose one-time link this is, while it is open."""
    invitation = queries.find_invitation(secret)
    user = queries.get_user(invitation.user_id) if invitation else None
    if invitation is None or user is None or why_not_accept(queries.facts_of_invitation(invitation, user), clock.now()):
        return None
    return user


def _too_many(form: SignInForm, taken: Taken) -> ResponseReturnValue:
    form.refuse(tries.sentence(taken))
    return render_template("accounts/sign_in.html", form=form), 429, {"Retry-After": str(taken.seconds)}


def safe_next(wanted: str | None) -> str:
    """Only a path of this program: never another site."""
    if wanted and wanted.startswith("/") and not wanted.startswith("//") and wanted.isprintable():
        parts = urlsplit(wanted)
        if not parts.netloc and not parts.scheme and "\\" not in wanted:
            return wanted
    return url_for("home.index")
