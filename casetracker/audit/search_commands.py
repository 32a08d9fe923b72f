"""Keeping who searched for what, and searches that an auditor named."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from casetracker.audit import events
from casetracker.audit.models import SavedSearch
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, bookkeeping, command, insert_if_new
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused
from casetracker.core.permissions import Permission
from casetracker.events.models import EventRow
from casetracker.events.recording import record
from casetracker.events.timeline import read_entries

MOST_SAVED = 50
"""Searches that one person keeps."""


def record_search(page: str, asked: tuple[str, ...], *, has_words: bool, actor: Actor) -> None:
    """Record what was asked of the whole record, unless the same question stands since the beginning of this hour.

    asked: "name=value" of each filter, codes and ids alone; the words themselves are not kept, they name people.
    """
    require(actor, Permission.AUDIT_READ)
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    query = select(EventRow).where(EventRow.actor_id == actor.id, EventRow.at >= hour)
    rows = db.session.scalars(query.where(EventRow.kind == events.RecordSearched.kind)).all()
    question = {"page": page, "asked": list(asked), "has_words": has_words}
    if all(entry.data != question for entry in read_entries(rows)):
        _record_search(page, asked, has_words=has_words, actor=actor)


@command
def _record_search(page: str, asked: tuple[str, ...], *, has_words: bool, actor: Actor) -> None:
    record(events.RecordSearched(page=page, asked=asked, has_words=has_words), actor=actor)


@dataclass(frozen=True, kw_only=True)
class SaveSearch(Command):
    """A name for the filters of an address (`query`, without words)."""

    name: str
    query: str


@bookkeeping("an auditor's own list of searches")
def save_search(cmd: SaveSearch, *, actor: Actor) -> str:
    """Keep a search under a name that this person has not used yet; Refused with the sentence otherwise."""
    require(actor, Permission.AUDIT_READ)
    kept = select(func.count()).select_from(SavedSearch).where(SavedSearch.user_id == actor.id)
    if db.session.scalars(kept).one() >= MOST_SAVED:
        raise Refused(
            Message(N_("You keep %(num)d searches already. Delete one that you need no longer."), {"num": MOST_SAVED})
        )
    values = {"id": ids.new_id(), "user_id": actor.id, "saved_at": clock.now()}
    if not insert_if_new(SavedSearch, **values, name=cmd.name, query=cmd.query):
        raise Refused(Message(N_("You keep a search of this name already. Choose another.")).beside("name"))
    return cmd.name


@bookkeeping("an auditor's own list of searches")
def delete_search(saved_id: str, *, actor: Actor) -> str:
    """Forget an own search; returns its name. NotFound for anybody else's."""
    require(actor, Permission.AUDIT_READ)
    own = (SavedSearch.id == saved_id) & (SavedSearch.user_id == actor.id)
    name = db.session.execute(delete(SavedSearch).where(own).returning(SavedSearch.name)).scalar()
    if name is None:
        raise NotFound("saved search")
    return str(name)
