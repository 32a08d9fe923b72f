"""Which entries of the record an auditor reaches: the one condition that search, changes and refusals start with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from casetracker.accounts.models import Office
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.ids import SYSTEM_OWNER
from casetracker.core.permissions import Role
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import reading_sending_side, visible
from casetracker.events.models import Chain, EventRow
from casetracker.events.states import Part

ALL_PARTS = (Part.SHARED, Part.SENDING, Part.ASYLUM, Part.ACCESS)


def reached(actor: Actor, parts: Iterable[Part] = ALL_PARTS) -> ColumnElement[bool]:
    """On Chain and (outer joined) Dossier: entries of these compartments of cases in the mandate, as far as it covers
    their sending side, the asylum part with clearance alone; and of the mandate's offices. A mandate over all offices
    covers those who have none (administrators, auditors). Nothing for anybody who is no auditor."""
    if actor.role != Role.AUDITOR:
        return false()
    wanted = set(parts)
    kept = {Part.SENDING, Part.ACCESS} | ({Part.ASYLUM} if actor.asylum_clearance else set())
    found: list[ColumnElement[bool]] = [and_(Chain.part.in_([Part.OFFICE, Part.SYSTEM]), _of_offices(actor))]
    if wanted & kept:
        found.append(and_(Chain.part.in_(sorted(wanted & kept)), reading_sending_side(actor)))
    if Part.SHARED in wanted:
        found.append(and_(Chain.part == Part.SHARED, visible(actor)))
    return or_(*found)


def _of_offices(actor: Actor) -> ColumnElement[bool]:
    """On Chain: of the mandate's offices; of all and of the system where it names none."""
    offices: list[ColumnElement[bool]] = [false()]
    for mandate in actor.mandates:
        named = Chain.owner_id.in_(sorted(mandate.office_ids))
        offices.append(named if mandate.office_ids else or_(Chain.part == Part.OFFICE, Chain.owner_id == SYSTEM_OWNER))
    return or_(*offices)


def with_owners(query: Select[EventRow]) -> Select[EventRow]:
    """A query on events with what `reached` judges beside them."""
    query = query.join(Chain, Chain.id == EventRow.chain_id)
    return query.outerjoin(Dossier, Dossier.id == Chain.owner_id)


def list_offices(actor: Actor) -> list[tuple[str, str]]:
    """(id, name) of the offices that the auditor's mandates name, by name; of every office where one names none."""
    query = select(Office.id, Office.name).order_by(Office.name, Office.id)
    if all(mandate.office_ids for mandate in actor.mandates):
        query = query.where(Office.id.in_({each for mandate in actor.mandates for each in mandate.office_ids}))
    return [(row.id, row.name) for row in db.session.execute(query)]


def reads_all_offices(actor: Actor) -> bool:
    """Whether a mandate is over all offices: such an auditor reads of who belongs to none."""
    return any(not mandate.office_ids for mandate in actor.mandates)


def midnight(day: date, zone: str) -> datetime:
    """The moment at which a day begins in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def recorded_on(first: date | None, last: date | None, zone: str) -> list[ColumnElement[bool]]:
    """On EventRow: recorded on these days of the zone, both included; None leaves that end open."""
    found: list[ColumnElement[bool]] = []
    if first:
        found.append(EventRow.at >= midnight(first, zone))
    if last:
        found.append(EventRow.at < midnight(last + timedelta(days=1), zone))
    return found
