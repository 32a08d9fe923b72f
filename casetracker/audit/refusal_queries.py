"""Refused attempts, as the auditor reads them: what rules refused, and what was asked for without being open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from casetracker.accounts import queries as accounts
from casetracker.accounts.events import OwnAttemptRefused, ReadingHeldUp, SignInFailed, TriesHeldUp
from casetracker.asylum.events import AsylumRefused
from casetracker.audit.reach_queries import reached, recorded_on
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import N_
from casetracker.dossiers.events import AccessRefused, AttemptRefused
from casetracker.dossiers.models import Dossier
from casetracker.events.models import Chain, EventRow
from casetracker.events.states import Part
from casetracker.events.timeline import Entry, read_entries

PAGE_SIZE = 50


class Refusal(StrEnum):
    """Why nothing came of it."""

    RULE = "rule"
    NOT_OPEN = "not_open"
    HELD_UP = "held_up"


WORDS = {Refusal.RULE: N_("Refused by a rule"), Refusal.NOT_OPEN: N_("Not open to the person"),
         Refusal.HELD_UP: N_("Did not get in, or had to wait")}  # fmt: skip
_KINDS = {
    Refusal.RULE: (AttemptRefused.kind, AsylumRefused.kind, OwnAttemptRefused.kind),
    Refusal.NOT_OPEN: (AccessRefused.kind, OwnAttemptRefused.kind),
    Refusal.HELD_UP: (SignInFailed.kind, TriesHeldUp.kind, ReadingHeldUp.kind),
}


@dataclass(frozen=True, kw_only=True)
class RefusalFilter:
    """What the auditor asked for; None asks for everything. Days are in the auditor's zone."""

    refusal: Refusal | None = None
    actor_id: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    zone: str = "UTC"


@dataclass(frozen=True)
class RefusedAttempt:
    """One attempt; without a reference it hangs on no case."""

    entry: Entry
    reference: str | None


def list_refusals(actor: Actor, wanted: RefusalFilter, number: int) -> tuple[list[RefusedAttempt], bool]:
    """One page of what this auditor may know of, newest first, and whether older ones follow; two queries."""
    query = select(EventRow, Dossier.reference).join(Chain, Chain.id == EventRow.chain_id)
    query = query.outerjoin(Dossier, Dossier.id == Chain.owner_id).where(reached(actor, (Part.ACCESS, Part.ASYLUM)))
    kinds = _KINDS[wanted.refusal] if wanted.refusal else sorted({kind for some in _KINDS.values() for kind in some})
    query = query.where(EventRow.kind.in_(kinds))
    if wanted.actor_id:
        query = query.where(EventRow.actor_id == wanted.actor_id)
    query = query.where(*recorded_on(wanted.first_day, wanted.last_day, wanted.zone))
    query = query.order_by(EventRow.at.desc(), EventRow.chain_id, EventRow.seq.desc())
    rows = db.session.execute(query.offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)).all()
    entries = read_entries([row for row, _reference in rows[:PAGE_SIZE]])
    found = [RefusedAttempt(entry, row[1]) for entry, row in zip(entries, rows, strict=False)]
    return found, len(rows) > PAGE_SIZE


def list_refused_people(actor: Actor) -> Mapping[str, str]:
    """User id -> name of everybody of whom a refused attempt stands in the mandate, by name."""
    kinds = {kind for some in _KINDS.values() for kind in some}
    query = select(EventRow.actor_id).distinct().join(Chain, Chain.id == EventRow.chain_id)
    query = query.outerjoin(Dossier, Dossier.id == Chain.owner_id).where(reached(actor, (Part.ACCESS, Part.ASYLUM)))
    names = accounts.names_of(db.session.scalars(query.where(EventRow.kind.in_(sorted(kinds)))))
    return dict(sorted(names.items(), key=lambda each: (each[1].casefold(), each[0])))
