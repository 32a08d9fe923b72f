"""A form that is sent when the session has ended is not lost: kept encrypted, given back once to the same person.

Whose form it was is known from its hidden field, which is made from this browser's cookie and the person's id.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from casetracker.accounts import devices, queries, session
from casetracker.accounts.models import KeptForm
from casetracker.core import clock, encryption, ids
from casetracker.core.commands import bookkeeping, insert_if_new
from casetracker.core.db import db
from casetracker.web import kept as typed
from casetracker.web.fields import printable

KEPT_FOR = timedelta(hours=6)
MOST_OF_ONE = 10
"""Kept forms of one person at a time; the oldest go first."""
ARGUMENT = "kept"
_PURPOSE = "kept form"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What was sent: to which address (with its query), from which page, the fields in order, the files' names."""

    address: str
    page: str
    fields: list[tuple[str, str]]
    files: list[str]


def init_app(app: Flask) -> None:
    """Look at each request before anything else does: the check of the hidden field would turn the form away."""
    app.before_request(_keep)
    app.before_request(_give_back)


def take(kept_id: str, user_id: str) -> Kept | None:
    """What was kept for this person under this id, once; None where nothing is, or it is somebody else's."""
    encrypted = _take(kept_id, user_id)
    if encrypted is None:
        return None
    try:
        found = json.loads(encryption.decrypt(encrypted, _PURPOSE, f"{kept_id} of {user_id}"))
    except encryption.CannotDecrypt:
        return None
    fields = [(name, value) for name, value in found["fields"]]
    return Kept(address=found["address"], page=found["page"], fields=fields, files=found["files"])


@bookkeeping("what nobody came back for is forgotten")
def forget_old_forms() -> None:
    """Take away what was kept longer than its hours."""
    db.session.execute(delete(KeptForm).where(KeptForm.kept_at < clock.now() - KEPT_FOR))


def _keep() -> ResponseReturnValue | None:
    """A form without a live session that was somebody's: keep it, and ask to sign in again."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or getattr(view, "door", "public") == "public":
        return None
    if session.half_signed_in() is not None or (owner := _owner()) is None:
        return None
    address = request.full_path.rstrip("?")
    found = Kept(
        address=address, page=_page_before(), fields=typed.sent_fields(*typed.SECRETS), files=typed.sent_files()
    )
    kept_id = ids.new_id()
    content = json.dumps({"address": found.address, "page": found.page, "fields": found.fields, "files": found.files})
    _store(kept_id, owner, encryption.encrypt(content.encode("ascii"), _PURPOSE, f"{kept_id} of {owner}"))
    flash(
        _("You had been signed out, so nothing was done yet. What you typed is kept: sign in, and go on with it."),
        "info",
    )
    if _opens(request.path):
        return redirect(url_for("accounts.sign_in", next=_with_argument(address, kept_id)))
    return redirect(url_for("accounts.sign_in", next=url_for("accounts.show_kept", kept_id=kept_id)))


def _give_back() -> None:
    """The page of a kept form is opened by its owner: its forms show what was typed."""
    kept_id = printable(request.args.get(ARGUMENT, ""))
    if request.method != "GET" or not kept_id or (person := session.signed_in()) is None:
        return
    if not _is_of_this_page(kept_id, person.actor.id):
        return
    found = take(kept_id, person.actor.id)
    if found is None:
        return
    typed.put_back(found.fields)
    flash(_("What you typed is here again. Nothing has been saved yet: look through it, and send it."), "info")
    if found.files:
        flash(files_to_choose(found.files), "warn")


def files_to_choose(names: list[str]) -> str:
    """Which files came along and are to be chosen once more, in words."""
    return str(
        ngettext(
            "The file was not kept. Choose it again before you send: %(names)s.",
            "The %(num)d files were not kept. Choose each of them again before you send: %(names)s.",
            len(names),
            names=", ".join(names),
        )
    )


def _owner() -> str | None:
    """Whose form this is: the person for whom this browser's cookie gives the hidden field that came along."""
    value, seed = devices.secret(), typed.sent_seed()
    if value is None or seed is None:
        return None
    for user_id in devices.people_of(value):
        if hmac.compare_digest(devices.form_seed(value, user_id), seed):
            return user_id
    return None


def _page_before() -> str:
    """The page on which the form stood, as the browser tells it; only a path of this program."""
    parts = urlsplit(request.referrer or "")
    path = parts.path if parts.netloc == request.host else ""
    return path + (f"?{parts.query}" if path and parts.query else "")


def _opens(path: str) -> bool:
    """Whether the address shows a page of its own, too."""
    try:
        current_app.url_map.bind("localhost").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def _with_argument(address: str, kept_id: str) -> str:
    return address + ("&" if "?" in address else "?") + urlencode({ARGUMENT: kept_id})


def _is_of_this_page(kept_id: str, user_id: str) -> bool:
    """Whether this person has such a kept form, and it was sent to the address that is opened now."""
    mine = (KeptForm.id == kept_id) & (KeptForm.user_id == user_id)
    return db.session.scalar(select(KeptForm.path_hash).where(mine)) == queries.secret_hash(request.path)


@bookkeeping("what was typed waits for its owner for some hours")
def _store(kept_id: str, user_id: str, encrypted: bytes) -> None:
    now = clock.now()
    db.session.execute(delete(KeptForm).where(KeptForm.kept_at < now - KEPT_FOR))
    mine = select(KeptForm.id).where(KeptForm.user_id == user_id).order_by(KeptForm.kept_at.desc(), KeptForm.id)
    older = list(db.session.scalars(mine.offset(MOST_OF_ONE - 1)))
    db.session.execute(delete(KeptForm).where(KeptForm.id.in_(older)))
    path_hash = queries.secret_hash(request.path)
    insert_if_new(KeptForm, id=kept_id, user_id=user_id, path_hash=path_hash, sealed=encrypted, kept_at=now)


@bookkeeping("what was typed is given back once")
def _take(kept_id: str, user_id: str) -> bytes | None:
    mine = (KeptForm.id == kept_id) & (KeptForm.user_id == user_id) & (KeptForm.kept_at > clock.now() - KEPT_FOR)
    return db.session.scalar(delete(KeptForm).where(mine).returning(KeptForm.sealed))
