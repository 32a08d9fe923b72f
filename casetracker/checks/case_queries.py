"""The facts of many cases for the rules: as many queries for a hundred cases as for one.

Everything is read as it stands, whoever asks: what a reader is shown of it is judged afterwards, by compartments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import func, select

from casetracker.accounts.models import Office
from casetracker.cases.models import Case, Consent, Person, Referral
from casetracker.cases.queries import facts_of
from casetracker.cases.states import ConsentScope
from casetracker.checks import money_queries
from casetracker.checks.fact_states import CaseFacts, GrantSeen, LineSeen, PersonSeen, ReferralSeen
from casetracker.checks.provider_queries import phone_key
from casetracker.checks.states import Limits
from casetracker.core import clock, row_security
from casetracker.core.db import db
from casetracker.dossiers.models import Dossier, DossierAccess
from casetracker.dossiers.states import Relation
from casetracker.events.models import Chain, EventRow
from casetracker.events.states import Part
from casetracker.grants.models import Grant
from casetracker.grants.states import GrantState
from casetracker.monitoring.models import FinalReport, Visit
from casetracker.plans.models import Plan, PlanVersion
from casetracker.plans.states import FundingSource
from casetracker.programmes.models import Programme
from casetracker.programmes.states import EEA
from casetracker.returns.models import ApplicationPerson, EligibilityDecision, ReturnApplication
from casetracker.returns.states import EligibilityOutcome

PERSON_ADDED = "person.added"
T = TypeVar("T")


def limits() -> Limits:
    """The numbers that patterns are judged by, as the installation sets them."""
    return Limits(**current_app.config.get("CHECK_LIMITS", {}))


def load_cases(dossier_ids: Iterable[str]) -> dict[str, CaseFacts]:
    """dossier id -> its facts, of those that are not erased; a constant number of queries."""
    wanted = sorted(set(dossier_ids))
    if not wanted:
        return {}
    with row_security.reading(row_security.EVERYTHING):  # a missing row must not look like a missing paper
        return _load(wanted)


def _load(wanted: list[str]) -> dict[str, CaseFacts]:
    heads = _heads(wanted)
    ids = [dossier.id for dossier, *_rest in heads]
    persons, grants, lines, referrals = _persons(ids), _grants(ids), _lines(ids), _referrals(ids)
    money = money_queries.load_money(ids)
    bounds = limits()
    return {
        dossier.id: CaseFacts(
            dossier_id=dossier.id, reference=dossier.reference, today=clock.today(), opened_on=dossier.opened_on,
            closed_on=dossier.closed_on,
            eligible=(programme.eligible_from, programme.eligible_until) if programme else None,
            excludes_eea=bool(programme and programme.excludes_eea),
            excludes_expulsion=bool(programme and programme.excludes_expulsion),
            workers=_workers(case),
            last_visit_on=visited, reported_on=reported, limits=bounds, persons=tuple(persons.get(dossier.id, ())),
            grants=tuple(grants.get(dossier.id, ())), lines=lines.get(dossier.id, {}),
            requests=money.requests.get(dossier.id, ()), providers=money.providers,
            referrals=tuple(referrals.get(dossier.id, ())), devices=money.devices,
        )
        for dossier, case, programme, visited, reported in heads
    }  # fmt: skip


def _workers(case: Case | None) -> frozenset[str]:
    """Who works on it; of a project nobody works alone."""
    return frozenset(who for who in (case.caseworker_id, case.receiving_caseworker_id) if who) if case else frozenset()


def _heads(ids: Sequence[str]) -> Sequence[Any]:
    visited = select(func.max(Visit.visited_on)).where(Visit.dossier_id == Dossier.id).scalar_subquery()
    reported = select(FinalReport.reported_on).where(FinalReport.dossier_id == Dossier.id).scalar_subquery()
    query = (
        select(Dossier, Case, Programme, visited, reported)
        .outerjoin(Case, Case.id == Dossier.id)
        .outerjoin(Programme, Programme.id == Dossier.programme_id)
        .where(Dossier.id.in_(ids), Dossier.erased_on.is_(None))
        .order_by(Dossier.id)
    )
    return db.session.execute(query).all()


def by_dossier(rows: Iterable[T], key: str = "dossier_id") -> dict[str, list[T]]:
    """Rows by the column named."""
    found: dict[str, list[T]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _persons(ids: Sequence[str]) -> dict[str, list[PersonSeen]]:
    rows = db.session.scalars(select(Person).where(Person.dossier_id.in_(ids)).order_by(Person.position)).all()
    consents: dict[str, list[tuple[date, date | None]]] = defaultdict(list)
    agreed = select(Consent.person_id, Consent.given_on, Consent.withdrawn_on).where(
        Consent.dossier_id.in_(ids), Consent.scope == ConsentScope.SHARING
    )
    for person_id, given_on, withdrawn_on in db.session.execute(agreed.order_by(Consent.given_on, Consent.id)):
        consents[person_id].append((given_on, withdrawn_on))
    decided = _decided(ids)
    applied = _applied(ids)
    added = _added_on(ids)
    found: dict[str, list[PersonSeen]] = defaultdict(list)
    for row in rows:
        facts, signed = facts_of(row), applied.get(row.id)
        decision = decided.get(row.id)
        found[row.dossier_id].append(PersonSeen(
            id=row.id, name=facts.name, is_adult=facts.is_adult, is_active=facts.is_active,
            is_eea=row.nationality in EEA, phone=phone_key(row.phone), added_on=added.get(row.id),
            left_on=row.status_on, consents=tuple(consents[row.id]),
            eligibility=decision[0] == EligibilityOutcome.APPROVED if decision else None,
            decided_by=decision[1] if decision else None, applied_on=signed[0] if signed else None,
            has_expulsion_order=signed[1] if signed else None,
        ))  # fmt: skip
    return found


def _decided(ids: Sequence[str]) -> dict[str, tuple[EligibilityOutcome, str]]:
    """person id -> the latest decision on eligibility."""
    query = select(EligibilityDecision.person_id, EligibilityDecision.outcome, EligibilityDecision.decided_by).where(
        EligibilityDecision.dossier_id.in_(ids)
    )
    ordered = query.order_by(EligibilityDecision.decided_at, EligibilityDecision.id)
    return {person_id: (outcome, who) for person_id, outcome, who in db.session.execute(ordered)}


def _applied(ids: Sequence[str]) -> dict[str, tuple[date, bool | None]]:
    """person id -> the day of the signed application, and whether an expulsion order is in force."""
    query = (
        select(ApplicationPerson.person_id, ReturnApplication.signed_on, ApplicationPerson.has_expulsion_order)
        .join(ReturnApplication, ReturnApplication.id == ApplicationPerson.application_id)
        .where(ApplicationPerson.dossier_id.in_(ids))
    )
    return {person_id: (signed_on, order) for person_id, signed_on, order in db.session.execute(query)}


def _added_on(ids: Sequence[str]) -> dict[str, date]:
    """person id -> the day on which somebody who was added later came to the case."""
    query = (
        select(EventRow.person_id, EventRow.at)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.owner_id.in_(ids), Chain.part == Part.SHARED, EventRow.kind == PERSON_ADDED)
    )
    return {person_id: at.date() for person_id, at in db.session.execute(query) if person_id}


def _grants(ids: Sequence[str]) -> dict[str, list[GrantSeen]]:
    query = select(Grant).where(Grant.dossier_id.in_(ids), Grant.state != GrantState.RELINQUISHED).order_by(Grant.id)
    found: dict[str, list[GrantSeen]] = defaultdict(list)
    for row in db.session.scalars(query):
        found[row.dossier_id].append(GrantSeen(id=row.id, person_id=row.holder_id, made_on=row.made_on))
    return found


def _lines(ids: Sequence[str]) -> dict[str, Mapping[str, LineSeen]]:
    """dossier id -> the lines of its approved plan."""
    query = (
        select(PlanVersion.dossier_id, PlanVersion.content)
        .join(Plan, Plan.id == PlanVersion.plan_id)
        .where(PlanVersion.dossier_id.in_(ids), PlanVersion.number == Plan.approved_number)
    )
    return {
        dossier_id: {
            line["id"]: LineSeen(
                id=line["id"], beneficiaries=frozenset(activity["beneficiary_ids"]),
                granted=sum(part["amount"] for part in line["funding"] if part["source"] == FundingSource.GRANT),
            )
            for activity in (content or {}).get("activities", ())
            for line in activity["lines"]
        }
        for dossier_id, content in db.session.execute(query)
    }  # fmt: skip


def _referrals(ids: Sequence[str]) -> dict[str, list[ReferralSeen]]:
    """dossier id -> what was sent abroad; days are those of the sending office."""
    today = clock.today()
    sees = (
        select(DossierAccess.id)
        .where(
            DossierAccess.dossier_id == Referral.dossier_id, DossierAccess.office_id == Referral.office_id,
            DossierAccess.relation == Relation.RECEIVING, DossierAccess.valid_from <= today,
            func.coalesce(DossierAccess.valid_until, today) >= today,
        )
        .exists()
    )  # fmt: skip
    query = (
        select(Referral, Office.zone, sees)
        .join(Dossier, Dossier.id == Referral.dossier_id)
        .join(Office, Office.id == Dossier.sending_office_id)
        .where(Referral.dossier_id.in_(ids))
        .order_by(Referral.sent_at, Referral.id)
    )
    found: dict[str, list[ReferralSeen]] = defaultdict(list)
    for row, zone, stands in db.session.execute(query):
        found[row.dossier_id].append(ReferralSeen(
            id=row.id, sent_on=_day(row.sent_at, zone), sent_by=row.sent_by, stands=bool(stands),
        ))  # fmt: skip
    return found


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
