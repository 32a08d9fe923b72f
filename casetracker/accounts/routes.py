"""Signing in and out."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

import flask_login
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests

from casetracker.accounts import commands, queries
from casetracker.accounts.forms import SignInForm
from casetracker.accounts.session import SignedIn, public, requires, signed_in
from casetracker.core.permissions import Permission

bp = Blueprint("accounts", __name__)

WINDOW = timedelta(minutes=5)
FAILURES_PER_ACCOUNT = 10
FAILURES_PER_ADDRESS = 50


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
    keys = {
        _key("email", email): FAILURES_PER_ACCOUNT,
        _key("address", request.remote_addr or ""): FAILURES_PER_ADDRESS,
    }
    if any(queries.count_failures(key, WINDOW) >= most for key, most in keys.items()):
        raise TooManyRequests(retry_after=int(WINDOW.total_seconds()))
    user = queries.find_user_by_email(email)
    if user is None or not commands.password_fits(user, password):
        if user is None:
            commands.password_fits(None, password)
        commands.note_sign_in_failure(list(keys))
        form.refuse(_("E-mail and password do not fit together, or the account is not active."))
        return render_template("accounts/sign_in.html", form=form), form.status
    session_id = commands.open_session(actor=queries.actor_of(user))
    live = queries.find_session(session_id)
    if live is not None:
        flask_login.login_user(SignedIn(session_id, live))
    return redirect(_safe_next(request.args.get("next")))


@bp.route("/sign-out", methods=["POST"])
@requires(Permission.OWN_ACCOUNT)
def sign_out() -> ResponseReturnValue:
    """End the session in the table and in the browser."""
    person = signed_in()
    if person is not None:
        commands.end_session(person.session_id, actor=person.actor)
    flask_login.logout_user()
    flash(_("You are signed out."))
    return redirect(url_for("accounts.sign_in"))


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value.strip().lower()}".encode("utf-8", "replace")).hexdigest()


def _safe_next(wanted: str | None) -> str:
    """Only a path of this program: never another site."""
    if wanted and wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted:
        parts = urlsplit(wanted)
        if not parts.netloc and not parts.scheme:
            return wanted
    return url_for("home.index")
