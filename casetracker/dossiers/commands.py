"""Opening a dossier with the next reference, giving access, points to clear, reads and refusals."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from casetracker.accounts import pace
from casetracker.accounts.limit_rules import CASES_OPENED
from casetracker.accounts.models import Office, User
from casetracker.core import clock, ids, row_security
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, current_unit, insert_if_new, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers import events, queries
from casetracker.dossiers.models import Dossier, DossierAccess, DossierPoint, DossierReader, ReferenceNumber
from casetracker.dossiers.rules import why_not_clear, why_not_write
from casetracker.dossiers.states import CASE, NUMBERED, PointKind, Relation, Sight
from casetracker.events.models import Chain, EventRow
from casetracker.events.recording import record
from casetracker.events.states import Part


def add_dossier(kind: str, office: Office, opened_on: date) -> Dossier:
    """A new dossier of the sending office, inside the running command, which records the event.

    The reference is country, year, number without a gap (of a project with a C, for community, before it): the counter
    is raised under a lock in the same transaction.
    """
    current_unit()
    dossier = add(Dossier(
        id=ids.new_id(), reference=_next_reference(kind, office, opened_on), kind=kind, sending_office_id=office.id,
        programme_id=None, opened_on=opened_on, closed_on=None, is_restricted=False, erased_on=None,
    ))  # fmt: skip
    db.session.flush()  # what refers to the dossier comes after it
    add_access(dossier.id, office.id, Relation.SENDING, opened_on)
    return dossier


def _next_reference(kind: str, office: Office, day: date) -> str:
    series = f"{office.country}-{day.year}" + ("" if kind == CASE else f"-{kind}")
    insert_if_new(ReferenceNumber, series=series, last=0)
    query = select(ReferenceNumber).where(ReferenceNumber.series == series).with_for_update()
    last = db.session.scalars(query.execution_options(populate_existing=True)).one().last
    db.session.execute(update(ReferenceNumber).where(ReferenceNumber.series == series).values(last=last + 1))
    mark, digits = NUMBERED[kind]
    return f"{office.country}-{day.year}{mark}{last + 1:0{digits}d}"


def add_access(dossier_id: str, office_id: str, relation: Relation, valid_from: date) -> DossierAccess:
    """Give an office its relation to the dossier, inside the running command, which records the event."""
    return add(DossierAccess(
        id=ids.new_id(), dossier_id=dossier_id, office_id=office_id, relation=relation, valid_from=valid_from,
        valid_until=None,
    ))  # fmt: skip


def end_access(dossier_id: str, relation: Relation, today: date) -> bool:
    """End the access by this relation at once, inside the running command, which records the event.

    The days of an access are whole days, so the last one is yesterday; an access given today goes altogether.
    True where there was one.
    """
    query = select(DossierAccess).where(
        DossierAccess.dossier_id == dossier_id, DossierAccess.relation == relation, DossierAccess.valid_until.is_(None)
    )
    rows = db.session.scalars(query).all()
    for row in rows:
        if row.valid_from >= today:
            db.session.delete(row)
        else:
            row.valid_until = today - timedelta(days=1)
    return bool(rows)


def add_point(
    dossier_id: str, kind: PointKind, text: str, params: dict[str, Any], *, part: Part = Part.SHARED,
    subject: tuple[str, str] | None = None, blocks_money: bool = False, due_on: date | None = None,
) -> DossierPoint:  # fmt: skip
    """Put a point on the dossier, inside the running command, which records the event in the same compartment."""
    subject_kind, subject_id = subject or (None, None)
    return add(DossierPoint(
        id=ids.new_id(), dossier_id=dossier_id, part=str(part), kind=kind, text=text, params=params,
        subject_kind=subject_kind, subject_id=subject_id, blocks_money=blocks_money, due_on=due_on,
        raised_at=clock.now(), cleared_at=None, cleared_by=None, clearing_reason=None,
    ))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ClearPoint(Command):
    """Clear a point with a reason."""

    point_id: str
    reason: str


@command
def clear_point(cmd: ClearPoint, *, actor: Actor) -> str:
    """Say that a point is settled, and why; returns the dossier's reference."""
    require(actor, Permission.CASE_EDIT)
    found = db.session.get(DossierPoint, cmd.point_id)
    if found is None:
        raise NotFound("point")
    sight = queries.require_sight(actor, found.dossier_id, part=Part(found.part))
    refuse_if(why_not_write(lock(Dossier, found.dossier_id).erased_on))
    point = lock(DossierPoint, cmd.point_id)
    if point.cleared_at is not None:
        raise Refused(Message(N_("This point was cleared already.")))
    refuse_if(why_not_clear(point.subject_kind))
    if point.blocks_money:
        require(actor, Permission.DISBURSEMENT_APPROVE)
    point.cleared_at, point.cleared_by, point.clearing_reason = clock.now(), actor.id, cmd.reason
    record(
        events.PointCleared(owner_id=point.dossier_id, part=point.part, point_id=point.id, reason=cmd.reason),
        actor=actor,
    )
    return sight.reference


@dataclass(frozen=True, kw_only=True)
class RestrictDossier(Command):
    """Named people only (`reader_ids`), or open to its offices again."""

    dossier_id: str
    is_restricted: bool
    reader_ids: tuple[str, ...]
    reason: str
    version: int


@command
def restrict_dossier(cmd: RestrictDossier, *, actor: Actor) -> str:
    """Restrict the dossier to named people or lift it; who restricts stays a reader. Returns the reference."""
    require(actor, Permission.CASE_RESTRICT)
    sight = queries.require_sight(actor, cmd.dossier_id, relation=Relation.SENDING)
    dossier = lock(Dossier, cmd.dossier_id, cmd.version)
    refuse_if(why_not_write(dossier.erased_on))
    wanted = {*cmd.reader_ids, actor.id} if cmd.is_restricted else set()
    offices = {sight.sending_office_id, sight.receiving_office_id}
    people = db.session.scalars(select(User).where(User.id.in_(wanted))).all()
    if len(people) != len(wanted) or any(p.office_id not in offices for p in people):
        raise Refused(Message(N_("Choose people of the offices of this case.")).beside("reader_ids"))
    rows = db.session.scalars(select(DossierReader).where(DossierReader.dossier_id == dossier.id)).all()
    for row in rows:
        row.is_revoked = row.user_id not in wanted
    for user_id in sorted(wanted - {row.user_id for row in rows}):
        add(DossierReader(id=ids.new_id(), dossier_id=dossier.id, user_id=user_id, is_revoked=False))
    dossier.is_restricted = cmd.is_restricted
    record(
        events.DossierRestricted(owner_id=dossier.id, is_restricted=cmd.is_restricted, reason=cmd.reason), actor=actor
    )
    return sight.reference


def record_read(sight: Sight, *, actor: Actor) -> None:
    """Record that the actor opened the dossier, unless this hour's read stands. Call before the page's queries."""
    if _unread({sight.dossier_id}, actor):
        pace.count(CASES_OPENED, actor)
        _record_read(sight.dossier_id, actor=actor)


def record_reads(dossier_ids: Collection[str], *, actor: Actor) -> None:
    """The same of many dossiers that one file tells of, inside the command that records the file: of each without this
    hour's read. How many files a person takes is counted, not how many dossiers are in one."""
    current_unit()
    for dossier_id in sorted(_unread(dossier_ids, actor)):
        record(events.DossierRead(owner_id=dossier_id), actor=actor)


def _unread(dossier_ids: Collection[str], actor: Actor) -> set[str]:
    """Which of them the actor has not opened in this hour."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    read = (
        select(Chain.owner_id)
        .join(EventRow, EventRow.chain_id == Chain.id)
        .where(Chain.owner_id.in_(dossier_ids), Chain.part == Part.ACCESS)
        .where(EventRow.actor_id == actor.id, EventRow.kind == events.DossierRead.kind, EventRow.at >= hour)
        .distinct()
    )
    with row_security.reading(row_security.EVERYTHING):  # an office does not read the record of its own reads
        return set(dossier_ids) - set(db.session.scalars(read))


@command
def _record_read(dossier_id: str, *, actor: Actor) -> None:
    record(events.DossierRead(owner_id=dossier_id), actor=actor)


@command
def record_access_refused(dossier_id: str, attempted: str, method: str, *, actor: Actor) -> None:
    """Record that the actor asked for an address of a dossier that is not open to them, seen by them or not."""
    record(events.AccessRefused(owner_id=dossier_id, attempted=attempted, method=method), actor=actor)


@command
def record_refusal(dossier_id: str, attempted: str, message: Message, *, actor: Actor) -> None:
    """Record that a rule refused `attempted` (the command's name); a command of its own after the rollback."""
    queries.require_sight(actor, dossier_id)
    reason = sentence_now(dossier_id, message)
    record(events.AttemptRefused(owner_id=dossier_id, attempted=attempted, reason=str(reason)), actor=actor)


def sentence_now(dossier_id: str, message: Message) -> Message:
    """The sentence of a refusal, unless the dossier was erased since: it may name whom nothing tells of any more."""
    return why_not_write(lock(Dossier, dossier_id).erased_on) or message
