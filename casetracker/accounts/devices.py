"""The browsers that people sign in from, known again by a long-lived random cookie of which only a hash is kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta

from flask import Flask, after_this_request, current_app, g, request, session
from flask.wrappers import Response
from sqlalchemy import delete, func, select, update

from casetracker.accounts import notices, queries
from casetracker.accounts.models import KnownDevice
from casetracker.core import clock, ids
from casetracker.core.commands import bookkeeping, insert_if_new
from casetracker.core.db import db
from casetracker.core.errors import N_

KEPT_FOR = timedelta(days=365)
FORM_SEED = "csrf_token"
"""Where Flask-WTF keeps in the signed session cookie what the hidden field of every form is made from."""
_FRESH = "casetracker_device"
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
             ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
            ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip
UNKNOWN = N_("Unknown browser")


def init_app(app: Flask) -> None:
    """The cookie's name: over HTTPS one that no other host and no plain connection can set."""
    app.config.setdefault("DEVICE_COOKIE_NAME", "__Host-device" if app.config["HTTPS"] else "casetracker_device")


def secret() -> str | None:
    """The random value of this browser's cookie, or None where it has none."""
    value = g.get(_FRESH) or request.cookies.get(current_app.config["DEVICE_COOKIE_NAME"], "")
    return value if 40 <= len(value) <= 60 and value.isascii() else None


def is_known(user_id: str) -> bool:
    """Whether this person has signed in from this browser before."""
    value = secret()
    return value is not None and db.session.get(KnownDevice, (queries.secret_hash(value), user_id)) is not None


def note_sign_in(user_id: str) -> None:
    """Somebody is fully signed in: know this browser again, and tell the person of one that was never seen."""
    value = secret() or ids.new_secret()
    setattr(g, _FRESH, value)
    name = describe(request.user_agent.string)
    if _remember(queries.secret_hash(value), user_id, name):
        notices.tell(user_id, notices.Kind.NEW_DEVICE, device=name)
    session[FORM_SEED] = form_seed(value, user_id)
    after_this_request(_set_cookie(value))


def describe(user_agent: str) -> str:
    """Browser and system in words, e.g. "Firefox, Linux"; no version, nothing that tells machines apart.

    >>> describe("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox, Linux'
    """
    found = [next((word for mark, word in marks if mark in user_agent), None) for marks in (_BROWSERS, _SYSTEMS)]
    return ", ".join(word for word in found if word) or UNKNOWN


def form_seed(value: str, user_id: str) -> str:
    """What the hidden CSRF field of this person's forms in this browser is made from: it stays the same when the
    session ends and the same person signs in again, so a form that lies open meanwhile is still known as theirs."""
    return hmac.new(value.encode("ascii"), f"form of {user_id}".encode(), hashlib.sha256).hexdigest()


def people_of(value: str) -> list[str]:
    """The ids of those who signed in from the browser with this cookie."""
    query = select(KnownDevice.user_id).where(KnownDevice.id_hash == queries.secret_hash(value))
    return list(db.session.scalars(query.order_by(KnownDevice.user_id)))


@bookkeeping("browsers that nobody uses any more are forgotten")
def forget_unseen() -> None:
    """Take away browsers that were not seen for a year."""
    db.session.execute(delete(KnownDevice).where(KnownDevice.last_at < clock.now() - KEPT_FOR))


@bookkeeping("browsers known again; signing in itself is an event")
def _remember(id_hash: str, user_id: str, name: str) -> bool:
    """Keep the browser for this person; True where it is new and others were known before."""
    now = clock.now()
    known = db.session.scalar(select(func.count()).where(KnownDevice.user_id == user_id)) or 0
    if insert_if_new(KnownDevice, id_hash=id_hash, user_id=user_id, name=name, first_at=now, last_at=now):
        return known > 0
    this = (KnownDevice.id_hash == id_hash) & (KnownDevice.user_id == user_id)
    db.session.execute(update(KnownDevice).where(this).values(name=name, last_at=now))
    return False


def _set_cookie(value: str) -> Callable[[Response], Response]:
    def put(response: Response) -> Response:
        response.set_cookie(
            current_app.config["DEVICE_COOKIE_NAME"], value, max_age=KEPT_FOR, secure=current_app.config["HTTPS"],
            httponly=True, samesite="Lax", path="/",
        )  # fmt: skip
        return response

    return put
