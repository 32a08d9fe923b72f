"""The case list: what the actor may see, where each case stands, what it waits for; constant queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy import case as when
from sqlalchemy.orm import aliased

from casetracker.accounts.models import Office, User
from casetracker.cases.models import Case, Person
from casetracker.cases.states import Stage
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import N_, Message
from casetracker.disbursements.models import Disbursement
from casetracker.disbursements.states import DisbursementState
from casetracker.dossiers.models import Dossier, DossierAccess, DossierPoint
from casetracker.dossiers.queries import visible
from casetracker.dossiers.states import Relation
from casetracker.events.states import Part
from casetracker.grants.models import Grant
from casetracker.grants.rules import last_overdue_start, months_after
from casetracker.grants.states import GrantState
from casetracker.ledger.models import LedgerBalance
from casetracker.plans.models import Plan
from casetracker.plans.states import PlanState
from casetracker.programmes.models import Programme
from casetracker.returns.models import ContactMade, Journey

T = TypeVarTuple("T")
SORTS = ("reference", "opened", "stage", "name")
STAGE_ORDER = [str(stage) for stage in Stage]


@dataclass(frozen=True, kw_only=True)
class ListFilter:
    """What the reader asked for; empty values ask for all. `search` is part of a reference or a name."""

    search: str = ""
    stage: Stage | None = None
    office_id: str | None = None
    caseworker_id: str | None = None
    programme_id: str | None = None
    overdue: bool = False
    open_only: bool = False
    overdue_first: bool = False
    sort: str = "opened"
    descending: bool = True


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One case of the list. `waits_for` says what comes next, `overdue_on` the oldest day that has passed."""

    reference: str
    principal: str
    persons: int
    placeholders: int
    host_country: str
    return_country: str
    return_place: str
    stage: Stage
    outcome: str | None
    sending_office: str
    caseworker: str
    programme: str | None
    opened_on: date
    is_suspended: bool
    is_restricted: bool
    overdue_on: date | None
    waits_for: Message


def count_cases(actor: Actor, wanted: ListFilter) -> int:
    """How many cases the filter finds among those the actor may see."""
    query = select(func.count(Dossier.id)).select_from(Dossier).join(Case, Case.id == Dossier.id)
    return db.session.execute(_filtered(query, actor, wanted)).scalar_one()


def list_cases(actor: Actor, wanted: ListFilter, *, offset: int, limit: int) -> list[CaseRow]:
    """One page of cases in the order asked for; references break ties. Seven queries at any size."""
    worker = aliased(User)
    principal = aliased(Person)
    query = (
        select(Dossier, Case, principal, Office.name, worker.name, Programme.code)
        .select_from(Dossier)
        .join(Case, Case.id == Dossier.id)
        .outerjoin(principal, and_(principal.dossier_id == Dossier.id, principal.role == "principal"))
        .join(Office, Office.id == Dossier.sending_office_id)
        .join(worker, worker.id == Case.caseworker_id)
        .outerjoin(Programme, Programme.id == Dossier.programme_id)
    )
    query = _sorted(_filtered(query, actor, wanted), actor, wanted, principal).offset(offset).limit(limit)
    rows = db.session.execute(query).all()
    ids = [row[0].id for row in rows]
    members, waits, overdue = _members(ids), _waits(ids), _overdue_days(ids, actor)
    return [
        CaseRow(
            reference=dossier.reference,
            principal=_name(person),
            persons=members.get(dossier.id, (0, 0))[0],
            placeholders=members.get(dossier.id, (0, 0))[1],
            host_country=case.host_country,
            return_country=case.return_country,
            return_place=case.return_place,
            stage=case.stage,
            outcome=None if case.outcome is None else str(case.outcome),
            sending_office=office,
            caseworker=caseworker,
            programme=programme,
            opened_on=dossier.opened_on,
            is_suspended=case.suspended_on is not None,
            is_restricted=dossier.is_restricted,
            overdue_on=None if case.suspended_on else overdue.get(dossier.id),
            waits_for=what_it_waits_for(case, waits.get(dossier.id, frozenset())),
        )
        for dossier, case, person, office, caseworker, programme in rows
    ]


def _name(person: Person | None) -> str:
    return " ".join(part for part in (person.given_name, person.family_name) if part) if person else ""


def _filtered(query: Select[*T], actor: Actor, wanted: ListFilter) -> Select[*T]:
    query = query.where(visible(actor))
    if wanted.stage is not None:
        query = query.where(Case.stage == wanted.stage)
    if wanted.office_id:
        query = query.where(
            exists().where(DossierAccess.dossier_id == Dossier.id, DossierAccess.office_id == wanted.office_id)
        )
    if wanted.caseworker_id:
        query = query.where(
            or_(
                Case.caseworker_id == wanted.caseworker_id,
                Case.receiving_caseworker_id == wanted.caseworker_id,
            )
        )
    if wanted.programme_id:
        query = query.where(Dossier.programme_id == wanted.programme_id)
    if wanted.open_only:
        query = query.where(Dossier.closed_on.is_(None))
    if wanted.overdue:
        query = query.where(_is_overdue(actor))
    for word in wanted.search.split()[:5]:
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(or_(Dossier.reference.ilike(pattern, escape="\\"), _named_like(pattern)))
    return query


def _named_like(pattern: str) -> ColumnElement[bool]:
    return exists().where(
        Person.dossier_id == Dossier.id,
        or_(Person.family_name.ilike(pattern, escape="\\"), Person.given_name.ilike(pattern, escape="\\")),
    )


def _sorted(query: Select[*T], actor: Actor, wanted: ListFilter, principal: type[Person]) -> Select[*T]:
    if wanted.overdue_first:
        query = query.order_by(when((_is_overdue(actor), 0), else_=1))
    column: ColumnElement[object] = {
        "reference": Dossier.reference,
        "opened": Dossier.opened_on,
        "stage": when({stage: n for n, stage in enumerate(STAGE_ORDER)}, value=Case.stage),
        "name": func.coalesce(principal.family_name, ""),
    }[wanted.sort]  # type: ignore[assignment]  # columns of different kinds
    order = column.desc() if wanted.descending else column.asc()
    return query.order_by(order, Dossier.reference.desc() if wanted.descending else Dossier.reference)


def _is_overdue(actor: Actor) -> ColumnElement[bool]:
    today = clock.today(actor.zone)
    grant_due = exists().where(Grant.dossier_id == Dossier.id, *_due_grants(today))
    point_due = exists().where(DossierPoint.dossier_id == Dossier.id, *_due_points(today))
    running = and_(Dossier.closed_on.is_(None), Case.suspended_on.is_(None))
    return and_(running, or_(grant_due, point_due, _is_plan_late(today)))


def _is_plan_late(today: date) -> ColumnElement[bool]:
    """Whether the first plan ought to have been ready: the first arrival lies longer back than the programme says.

    One query, for how many months the programmes say: the days are counted here, not by the database.
    """
    programme, journey = aliased(Programme), aliased(Journey)
    said = select(Programme.plan_within_months).where(Programme.plan_within_months.is_not(None)).distinct()
    late = [
        and_(programme.plan_within_months == months, journey.arrived_on <= last_overdue_start(today, months))
        for months in db.session.scalars(said)
        if months is not None
    ]
    arrived = exists().where(
        programme.id == Dossier.programme_id, journey.dossier_id == Dossier.id, or_(false(), *late)
    )
    return and_(arrived, _waits_for_plan())


def _waits_for_plan() -> ColumnElement[bool]:
    """An open grant of the case needs a plan, and none was finally approved yet."""
    needs = exists().where(Grant.dossier_id == Dossier.id, Grant.needs_plan, Grant.state == GrantState.OPEN)
    return and_(needs, ~exists().where(Plan.dossier_id == Dossier.id, Plan.approved_number.is_not(None)))


def _due_grants(today: date) -> tuple[ColumnElement[bool], ...]:
    """Open grants with money left, of which a clock has run out: to be used, or the first contact."""
    left = exists().where(LedgerBalance.account_id == Grant.account_id, LedgerBalance.awarded > 0)
    met = exists().where(ContactMade.person_id == Grant.person_id)
    late = or_(Grant.use_due_on < today, and_(Grant.contact_due_on < today, ~met))
    return (Grant.state == GrantState.OPEN, late, left)


def _earlier(today: date) -> ColumnElement[date | None]:
    """The day that has passed: the contact's where that one has, else the use's."""
    met = exists().where(ContactMade.person_id == Grant.person_id)
    return when((and_(Grant.contact_due_on < today, ~met), Grant.contact_due_on), else_=Grant.use_due_on)


def _due_points(today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        DossierPoint.cleared_at.is_(None),
        DossierPoint.due_on < today,
        DossierPoint.part == str(Part.SHARED),
    )


def _members(ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """dossier id -> (persons, placeholders among them)."""
    query = select(Person.dossier_id, Person.birth_date, Person.age_estimate).where(Person.dossier_id.in_(ids))
    found: dict[str, tuple[int, int]] = {}
    for dossier_id, born, estimate in db.session.execute(query):
        persons, placeholders = found.get(dossier_id, (0, 0))
        found[dossier_id] = (persons + 1, placeholders + (born is None and estimate is None))
    return found


def _waits(ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """dossier id -> what stands open on it, in codes that `what_it_waits_for` reads."""
    found: dict[str, set[str]] = {}
    plans = select(Plan.dossier_id, Plan.state).where(Plan.dossier_id.in_(ids))
    for dossier_id, state in db.session.execute(plans):
        found.setdefault(dossier_id, set()).add(f"plan:{state}")
    money = select(Disbursement.dossier_id, Disbursement.state).where(Disbursement.dossier_id.in_(ids)).distinct()
    for dossier_id, standing in db.session.execute(money):
        found.setdefault(dossier_id, set()).add(f"money:{standing}")
    receiving = select(DossierAccess.dossier_id).where(
        DossierAccess.dossier_id.in_(ids), DossierAccess.relation == Relation.RECEIVING
    )
    for (dossier_id,) in db.session.execute(receiving):
        found.setdefault(dossier_id, set()).add("referred")
    return {dossier_id: frozenset(codes) for dossier_id, codes in found.items()}


def _overdue_days(ids: Sequence[str], actor: Actor) -> dict[str, date]:
    today = clock.today(actor.zone)
    grants = select(Grant.dossier_id, func.min(_earlier(today))).where(Grant.dossier_id.in_(ids), *_due_grants(today))
    points = select(DossierPoint.dossier_id, func.min(DossierPoint.due_on)).where(
        DossierPoint.dossier_id.in_(ids), *_due_points(today)
    )
    both = grants.group_by(Grant.dossier_id).union_all(points.group_by(DossierPoint.dossier_id))
    found: dict[str, date] = {}
    for dossier_id, day in db.session.execute(both):
        if day is None:
            continue
        found[dossier_id] = min(day, found.get(dossier_id, day))
    for dossier_id, day in _late_plans(ids, today):
        found[dossier_id] = min(day, found.get(dossier_id, day))
    return found


def _late_plans(ids: Sequence[str], today: date) -> Iterator[tuple[str, date]]:
    """(dossier id, day by which the first plan ought to have been ready) of those where that has passed; one query."""
    query = (
        select(Dossier.id, Programme.plan_within_months, func.min(Journey.arrived_on))
        .join(Programme, Programme.id == Dossier.programme_id)
        .join(Journey, Journey.dossier_id == Dossier.id)
        .where(Dossier.id.in_(ids), Programme.plan_within_months.is_not(None), _waits_for_plan())
        .group_by(Dossier.id, Programme.plan_within_months)
    )
    for dossier_id, months, arrived in db.session.execute(query):
        day = None if arrived is None or months is None else months_after(arrived, months)
        if day is not None and day < today:
            yield dossier_id, day


def what_it_waits_for(case: Case, open_things: frozenset[str]) -> Message:
    """The next step in one sentence, from facts that both offices see."""
    if case.stage == Stage.CLOSED:
        return Message(N_("Nothing: closed"))
    if case.suspended_on is not None:
        return Message(N_("Suspended since %(day)s"), {"day": case.suspended_on})
    if f"money:{DisbursementState.SUBMITTED}" in open_things:
        return Message(N_("A disbursement waits for approval"))
    if f"plan:{PlanState.SUBMITTED}" in open_things:
        return Message(N_("The plan waits for validation"))
    if f"plan:{PlanState.VALIDATED}" in open_things:
        return Message(N_("The plan waits for final approval"))
    if f"money:{DisbursementState.RETURNED}" in open_things:
        return Message(N_("A returned disbursement has to be mended"))
    if f"plan:{PlanState.RETURNED}" in open_things:
        return Message(N_("The returned plan has to be mended"))
    if f"money:{DisbursementState.APPROVED}" in open_things:
        return Message(N_("Orders, deliveries or payments"))
    if case.stage == Stage.REINTEGRATION and f"plan:{PlanState.APPROVED}" not in open_things:
        return Message(N_("A reintegration plan"))
    return Message(
        {
            Stage.INTAKE: N_("Details of the family"),
            Stage.COUNSELLING: N_("Counselling of every adult"),
            Stage.APPLICATION: N_("Signed application and eligibility"),
            Stage.PRE_DEPARTURE: N_("Travel papers and booking"),
            Stage.RETURN: N_("Departure, arrival and referral") if "referred" not in open_things else N_("Arrival"),
            Stage.REINTEGRATION: N_("Disbursements"),
            Stage.MONITORING: N_("Visits and the final report"),
        }[case.stage]
    )
