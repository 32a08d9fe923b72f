"""Who may see which dossier, and how: `visible` and `sight_of` are the only places that decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any, Generic, TypeVarTuple

from sqlalchemy import ColumnElement, Result, Select, and_, bindparam, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from casetracker.core import clock
from casetracker.core.actor import Actor, Mandate
from casetracker.core.commands import in_command, lock
from casetracker.core.db import db
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Role
from casetracker.dossiers.models import Dossier, DossierAccess, DossierPoint, DossierReader
from casetracker.dossiers.rules import kind_of, why_not_change, why_not_write
from casetracker.dossiers.states import CASE, RECEIVING_AFTER_CLOSING_DAYS, Relation, Sight
from casetracker.events.states import Part

Row = TypeVarTuple("Row")

_ACCESS = aliased(DossierAccess)
"""The accesses of a dossier that is seen, joined beside what judges whether it is."""
_OFFICE_ROLES = frozenset({Role.CASEWORKER, Role.SUPERVISOR, Role.FINANCE_OFFICER})


def _related(office_id: Any, relation: Relation, today: Any) -> ColumnElement[bool]:
    return exists().where(
        DossierAccess.dossier_id == Dossier.id,
        DossierAccess.office_id == office_id,
        DossierAccess.relation == relation,
        DossierAccess.valid_from <= today,
        or_(DossierAccess.valid_until.is_(None), DossierAccess.valid_until >= today),
    )


def _named(user_id: Any) -> ColumnElement[bool]:
    named = exists().where(
        DossierReader.dossier_id == Dossier.id, DossierReader.user_id == user_id, ~DossierReader.is_revoked
    )
    return or_(~Dossier.is_restricted, named)


def _in_mandate(mandate: Mandate) -> ColumnElement[bool]:
    if not mandate.valid_from <= mandate.valid_until:
        return false()
    offices: ColumnElement[bool] = true()
    if mandate.office_ids:
        offices = exists().where(
            DossierAccess.dossier_id == Dossier.id, DossierAccess.office_id.in_(sorted(mandate.office_ids))
        )
    programmes: ColumnElement[bool] = true()
    if mandate.programme_ids:
        programmes = Dossier.programme_id.in_(sorted(mandate.programme_ids))
    # In a mandate if it was open on any of its days (domain, "A case, step by step").
    return and_(
        offices, programmes, Dossier.opened_on <= mandate.valid_until,
        or_(Dossier.closed_on.is_(None), Dossier.closed_on >= mandate.valid_from),
    )  # fmt: skip


def visible(actor: Actor) -> ColumnElement[bool]:
    """The condition on Dossier under which the actor may know of it at all; every list of dossiers, or of what
    belongs to them, starts with it."""
    today = clock.today(actor.zone)
    if actor.role in (Role.SYSTEM, Role.OPERATOR):
        return true()
    if actor.role == Role.AUDITOR:
        return or_(false(), *(_in_mandate(mandate) for mandate in actor.mandates))
    return _open_to_office(**_of_office(actor, today)) if _is_of_office(actor) else false()


def _is_of_office(actor: Actor) -> bool:
    return actor.role in _OFFICE_ROLES and bool(actor.office_id)


def _of_office(actor: Actor, today: date) -> dict[str, Any]:
    """What `_open_to_office` is judged by."""
    still = today - timedelta(days=RECEIVING_AFTER_CLOSING_DAYS)
    return {"office_id": actor.office_id, "user_id": actor.id, "today": today, "still": still}


def _open_to_office(office_id: Any, user_id: Any, today: Any, still: Any) -> ColumnElement[bool]:
    """The condition for people of an office; `still`: the first day of closing that the receiving side sees today."""
    receiving = and_(
        _related(office_id, Relation.RECEIVING, today), or_(Dossier.closed_on.is_(None), Dossier.closed_on >= still)
    )
    return and_(or_(_related(office_id, Relation.SENDING, today), receiving), _named(user_id))


class Seen(Generic[*Row]):
    """A query on dossiers that the actor sees. For people of an office it is put together once: every page of theirs
    asks some, for the counts of its navigation. `build` gets the condition on Dossier."""

    def __init__(self, build: Callable[[ColumnElement[bool]], Select[*Row]]) -> None:
        self._build = build

    @cached_property
    def _of_office(self) -> Select[*Row]:
        return self._build(_open_to_office(*map(bindparam, ("office_id", "user_id", "today", "still"))))

    def ask(self, actor: Actor, values: Mapping[str, Any] = MappingProxyType({})) -> Result[*Row]:
        """Its rows; `values` for what else `build` left open."""
        if not _is_of_office(actor):
            return db.session.execute(self._build(visible(actor)), dict(values))
        return db.session.execute(self._of_office, {**values, **_of_office(actor, clock.today(actor.zone))})


def reading_sending_side(actor: Actor) -> ColumnElement[bool]:
    """The condition on Dossier under which an auditor reads what the sending side and the record of access hold."""
    covered = [
        and_(_in_mandate(each), Dossier.sending_office_id.in_(sorted(each.office_ids)) if each.office_ids else true())
        for each in actor.mandates
    ]
    return or_(false(), *covered) if actor.role == Role.AUDITOR else false()


def at_home(actor: Actor) -> ColumnElement[bool]:
    """The condition on Dossier under which the actor reads what its sending side holds: an auditor by the mandate,
    caseworkers and supervisors of the sending office."""
    if actor.role in (Role.CASEWORKER, Role.SUPERVISOR):
        return exists().where(
            DossierAccess.dossier_id == Dossier.id, DossierAccess.office_id == actor.office_id,
            DossierAccess.relation == Relation.SENDING,
        )  # fmt: skip
    return reading_sending_side(actor)


@dataclass(frozen=True)
class _Asked:
    """How one dossier is asked for. What people of an office see of it is put together once: commands begin with it."""

    where: tuple[ColumnElement[bool], ...]

    @cached_property
    def of_office(self) -> Select[Dossier, DossierAccess]:
        return self.seen(_open_to_office(*map(bindparam, ("office_id", "user_id", "today", "still"))))

    def seen(self, condition: ColumnElement[bool]) -> Select[Dossier, DossierAccess]:
        query = select(Dossier, _ACCESS).outerjoin(_ACCESS, _ACCESS.dossier_id == Dossier.id)
        return query.where(condition, *self.where).order_by(_ACCESS.id)


_BY_REFERENCE = _Asked((Dossier.reference == bindparam("reference"), Dossier.kind == bindparam("kind")))
_BY_ID = _Asked((Dossier.id == bindparam("dossier_id"),))


def sight_of(actor: Actor, reference: str, kind: str = CASE) -> Sight:
    """How the actor sees the dossier of this reference; NotFound where it does not exist for the actor."""
    return _sight(actor, _BY_REFERENCE, {"reference": reference, "kind": kind})


def sight_by_id(actor: Actor, dossier_id: str) -> Sight:
    """The same by id: commands start with it."""
    return _sight(actor, _BY_ID, {"dossier_id": dossier_id})


def _sight(actor: Actor, asked: _Asked, values: Mapping[str, Any]) -> Sight:
    today = clock.today(actor.zone)
    if _is_of_office(actor):
        found = db.session.execute(asked.of_office, {**values, **_of_office(actor, today)}).all()
    else:
        found = db.session.execute(asked.seen(visible(actor)), values).all()
    if not found:
        raise NotFound("dossier")
    dossier, rows = found[0][0], [row for _dossier, row in found if row is not None]
    current = [r for r in rows if r.valid_from <= today and (r.valid_until is None or r.valid_until >= today)]
    receiving = next((r.office_id for r in current if r.relation == Relation.RECEIVING), None)
    relation = next((r.relation for r in current if r.office_id == actor.office_id), None)
    return Sight(
        dossier_id=dossier.id,
        reference=dossier.reference,
        relation=relation,
        parts=_parts(actor, dossier, relation),
        is_closed=dossier.closed_on is not None,
        closed_on=dossier.closed_on,
        sending_office_id=dossier.sending_office_id,
        receiving_office_id=receiving,
        programme_id=dossier.programme_id,
        erased_on=dossier.erased_on,
    )


def _parts(actor: Actor, dossier: Dossier, relation: Relation | None) -> frozenset[Part]:
    """Which compartments exist for the actor. A finance officer sees what the payment needs: the shared part alone."""
    if actor.role in (Role.SYSTEM, Role.OPERATOR):
        return frozenset({Part.SHARED, Part.SENDING, Part.ASYLUM, Part.ACCESS})
    if actor.role == Role.AUDITOR:
        parts = {Part.SHARED}
        if any(_covers_sending(mandate, dossier) for mandate in actor.mandates):
            parts |= {Part.SENDING, Part.ACCESS}
            if actor.asylum_clearance:
                parts.add(Part.ASYLUM)
        return frozenset(parts)
    if relation == Relation.SENDING and actor.role in (Role.CASEWORKER, Role.SUPERVISOR):
        return frozenset({Part.SHARED, Part.SENDING, Part.ASYLUM})
    return frozenset({Part.SHARED})


def _covers_sending(mandate: Mandate, dossier: Dossier) -> bool:
    """Whether this one mandate names the sending office for this dossier, its programme and its days."""
    return (
        (not mandate.office_ids or dossier.sending_office_id in mandate.office_ids)
        and (not mandate.programme_ids or dossier.programme_id in mandate.programme_ids)
        and dossier.opened_on <= mandate.valid_until
        and (dossier.closed_on is None or dossier.closed_on >= mandate.valid_from)
    )


def require_sight(
    actor: Actor, dossier_id: str, *, relation: Relation | None = None, part: Part = Part.SHARED
) -> Sight:
    """What every command on a dossier starts with: seen by the actor, by this relation if one is named, with this
    compartment. NotFound otherwise (what one may not see does not exist)."""
    sight = sight_by_id(actor, dossier_id)
    if relation is not None and sight.relation != relation:
        raise NotFound("not this office's act")
    if part not in sight.parts:
        raise NotFound("compartment")
    return sight


def require_open(actor: Actor, dossier_id: str, *, relation: Relation | None = None, part: Part = Part.SHARED) -> Sight:
    """As `require_sight`, for acts that change something: a closed dossier is read-only (Refused with the sentence).

    Inside a command the dossier is locked, first of all rows: nothing is written into it while it is being closed.
    """
    sight = require_sight(actor, dossier_id, relation=relation, part=part)
    if in_command():
        dossier = lock(Dossier, dossier_id)
        is_closed, erased_on = dossier.closed_on is not None, dossier.erased_on
    else:
        is_closed, erased_on = sight.is_closed, sight.erased_on
    kind = kind_of(sight.reference)
    refuse_if(why_not_write(erased_on, kind) or why_not_change(is_closed, kind))
    return sight


def list_points(sight: Sight, *, open_only: bool = True) -> list[DossierPoint]:
    """Points on the dossier that this reader may see, oldest first."""
    query = select(DossierPoint).where(
        DossierPoint.dossier_id == sight.dossier_id, DossierPoint.part.in_(sorted(sight.parts))
    )
    if open_only:
        query = query.where(DossierPoint.cleared_at.is_(None))
    return list(db.session.scalars(query.order_by(DossierPoint.raised_at, DossierPoint.id)))


def list_points_about(dossier_id: str, subject_id: str) -> list[DossierPoint]:
    """Points of a dossier that name this subject, open or cleared, oldest first."""
    query = select(DossierPoint).where(DossierPoint.dossier_id == dossier_id, DossierPoint.subject_id == subject_id)
    return list(db.session.scalars(query.order_by(DossierPoint.raised_at, DossierPoint.id)))


def find_money_block(dossier_id: str, subject_ids: list[str], actor: Actor) -> DossierPoint | None:
    """The oldest open point that must be cleared before this actor moves money on one of these subjects (grants,
    persons...)."""
    return first_block(money_blocks_of([dossier_id], actor).get(dossier_id, ()), subject_ids)


def money_blocks_of(dossier_ids: Iterable[str], actor: Actor) -> dict[str, list[DossierPoint]]:
    """dossier id -> its open points that must be cleared before this actor moves money, oldest first; one query.

    A point of the sending side holds up that side alone: being refused for it would tell the other side of it.
    """
    query = (
        select(DossierPoint)
        .where(DossierPoint.dossier_id.in_(sorted(set(dossier_ids))), _concerns(actor))
        .where(DossierPoint.cleared_at.is_(None), DossierPoint.blocks_money)
        .order_by(DossierPoint.raised_at, DossierPoint.id)
    )
    found: dict[str, list[DossierPoint]] = defaultdict(list)
    for point in db.session.scalars(query):
        found[point.dossier_id].append(point)
    return found


def _concerns(actor: Actor) -> ColumnElement[bool]:
    """The condition on DossierPoint under which it holds up what this actor does (see `_parts`)."""
    if actor.role in (Role.SYSTEM, Role.OPERATOR):
        return true()
    shared = DossierPoint.part == Part.SHARED
    if actor.role not in (Role.CASEWORKER, Role.SUPERVISOR) or not actor.office_id:
        return shared
    home = exists().where(Dossier.id == DossierPoint.dossier_id, Dossier.sending_office_id == actor.office_id)
    return or_(shared, and_(DossierPoint.part == Part.SENDING, home))


def first_block(points: Iterable[DossierPoint], subject_ids: Iterable[str]) -> DossierPoint | None:
    """The first of these points that holds one of the subjects up: one that names it, or that names none."""
    subjects: set[str | None] = {None, *subject_ids}
    return next((point for point in points if point.subject_id in subjects), None)
