"""The facts a case is moved on by, and what its page shows around the panels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, exists, func, or_, select

from casetracker.accounts.models import Office
from casetracker.asylum.models import AsylumApplication
from casetracker.casefile.states import SENDING_STAGES, StageFacts
from casetracker.cases import queries as cases
from casetracker.cases.models import Case, Consent, Referral
from casetracker.cases.states import ConsentScope, PersonFacts, ReferralState, Stage
from casetracker.core.db import db
from casetracker.disbursements.models import Disbursement, DisbursementShare, InstalmentShare
from casetracker.disbursements.states import DisbursementState
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.states import Sight
from casetracker.grants.models import Grant
from casetracker.grants.states import GrantState
from casetracker.ledger.models import LedgerBalance
from casetracker.monitoring.models import FinalReport
from casetracker.plans.models import Plan, PlanLine
from casetracker.plans.states import Frequency
from casetracker.programmes.models import EntitlementRule, Package, Programme
from casetracker.programmes.queries import list_departure_rules
from casetracker.programmes.states import BasisDate, EntryTerms, RuleFacts
from casetracker.returns import queries as returns
from casetracker.returns.states import ReturnFacts

_OPEN_MONEY = (
    DisbursementState.DRAFT,
    DisbursementState.SUBMITTED,
    DisbursementState.APPROVED,
    DisbursementState.RETURNED,
)


Standing: TypeAlias = Row[*tuple[Any, ...]]
"""One row of `_flags`."""


@dataclass(frozen=True, kw_only=True)
class CaseHead:
    """What the head of the page says."""

    reference: str
    host_country: str
    return_country: str
    return_place: str
    sending_office: str
    receiving_office: str | None
    programme: str | None
    opened_on: date
    closed_on: date | None
    outcome: str | None
    suspended_on: date | None
    suspension_reason: str | None
    is_restricted: bool
    is_retroactive: bool
    stage: Stage
    closed_from: Stage | None
    version: int
    dossier_version: int


def load_standing(sight: Sight) -> tuple[CaseHead, Standing]:
    """The head of the page, and the flags that the stage is judged by; one query."""
    receiving = select(Office.name).where(Office.id == sight.receiving_office_id).scalar_subquery()
    query = (
        _flags(sight.dossier_id)
        .add_columns(Dossier, Case, Office.name, receiving, Programme.name)
        .join(Office, Office.id == Dossier.sending_office_id)
    )
    row = db.session.execute(query).one()
    dossier, case, sending, receiving_name, programme = row[-5:]
    head = CaseHead(
        reference=dossier.reference,
        host_country=case.host_country,
        return_country=case.return_country,
        return_place=case.return_place,
        sending_office=sending,
        receiving_office=receiving_name,
        programme=programme,
        opened_on=dossier.opened_on,
        closed_on=dossier.closed_on,
        outcome=None if case.outcome is None else str(case.outcome),
        suspended_on=case.suspended_on,
        suspension_reason=case.suspension_reason,
        is_restricted=dossier.is_restricted,
        is_retroactive=case.is_retroactive,
        stage=case.stage,
        closed_from=case.closed_from,
        version=case.version,
        dossier_version=dossier.version,
    )
    return head, row


def load_stage_facts(dossier_id: str) -> StageFacts:
    """What stands on the case, for the rules of its stages; a constant number of queries."""
    sharing = select(Consent.person_id, Consent.withdrawn_on).where(
        Consent.dossier_id == dossier_id, Consent.scope == ConsentScope.SHARING
    )
    given = [(person, day) for person, day in db.session.execute(sharing)]
    standing = db.session.execute(_flags(dossier_id)).one()
    return stage_facts_from(standing, cases.list_persons(dossier_id), given, returns.return_facts(dossier_id))


def stage_facts_from(
    row: Standing,
    persons: Sequence[PersonFacts],
    given: Iterable[tuple[str, date | None]],
    known: Mapping[str, ReturnFacts],
) -> StageFacts:
    """The same of what is loaded already. `given`: consents to sharing, (person id, day withdrawn)."""
    standing = [person for person, day in given if day is None]
    withdrawn = {person for person, day in given if day is not None}
    lacking = cases.without_consent(persons, standing)
    return StageFacts(
        stage=row.stage,
        persons=tuple(persons),
        returns=known,
        asylum_recorded=row.asylum_recorded,
        has_programme=row.programme_id is not None,
        without_consent=tuple(lacking),
        is_consent_withdrawn=any(p.id in withdrawn for p in lacking),
        referral_accepted=row.referral_accepted,
        plan_approved=row.plan_approved,
        needs_plan=row.needs_plan,
        open_lines=row.open_lines,
        open_disbursements=row.open_disbursements,
        has_grants=row.has_grants,
        has_final_report=row.has_final_report,
        is_suspended=row.suspended_on is not None,
        is_retroactive=row.is_retroactive,
        departure_rules=_departure_rules(row),
        terms=EntryTerms(excludes_eea=bool(row.excludes_eea), excludes_expulsion=bool(row.excludes_expulsion)),
    )


def _departure_rules(row: Standing) -> tuple[RuleFacts, ...]:
    """What may wait for somebody's booking: read only where there is such a rule, and until the return."""
    if not row.counts_by_departure or row.stage not in SENDING_STAGES:
        return ()
    return tuple(list_departure_rules(row.programme_id))


def count_open_requests(dossier_id: str) -> int:
    """How many requests for money of a case or a project are on their way."""
    return db.session.execute(_open_requests(dossier_id)).scalar_one()


def _open_requests(dossier_id: str) -> Select[int]:
    return select(func.count(Disbursement.id)).where(
        Disbursement.dossier_id == dossier_id, Disbursement.state.in_(_OPEN_MONEY)
    )


def _flags(dossier_id: str) -> Select[*tuple[Any, ...]]:
    """Everything that is one value per case, in one query."""
    open_grants = (Grant.dossier_id == dossier_id, Grant.state == GrantState.OPEN)
    referred = (Referral.dossier_id == dossier_id, Referral.state == ReferralState.ACCEPTED)
    departing = exists().where(
        Package.programme_id == Dossier.programme_id,
        Package.is_active,
        EntitlementRule.package_id == Package.id,
        EntitlementRule.basis == BasisDate.DEPARTURE,
    )
    applied = and_(AsylumApplication.dossier_id == dossier_id, ~AsylumApplication.is_void)
    return (
        select(
            Case.stage,
            Case.suspended_on,
            Case.is_retroactive,
            Dossier.programme_id,
            Programme.excludes_eea,
            Programme.excludes_expulsion,
            departing.label("counts_by_departure"),
            exists().where(applied).label("asylum_recorded"),
            exists().where(*referred).label("referral_accepted"),
            exists().where(Plan.dossier_id == dossier_id, Plan.approved_number.is_not(None)).label("plan_approved"),
            exists().where(*open_grants, Grant.needs_plan).label("needs_plan"),
            exists().where(Grant.dossier_id == dossier_id).label("has_grants"),
            exists().where(FinalReport.dossier_id == dossier_id).label("has_final_report"),
            _open_lines(dossier_id, exists().where(*open_grants)).label("open_lines"),
            _open_requests(dossier_id).scalar_subquery().label("open_disbursements"),
        )
        .join(Dossier, Dossier.id == Case.id)
        .outerjoin(Programme, Programme.id == Dossier.programme_id)
        .where(Case.id == dossier_id)
    )


def _open_lines(dossier_id: str, has_open_grants: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many lines of the plan still hold money, or wait for it while a grant is open."""
    undone = or_(
        LedgerBalance.reserved > 0,
        LedgerBalance.committed > 0,
        and_(LedgerBalance.awarded > 0, has_open_grants, or_(LedgerBalance.spent == 0, _months_left())),
    )
    lines = (
        select(func.count(PlanLine.id))
        .join(LedgerBalance, LedgerBalance.account_id == PlanLine.account_id)
        .where(PlanLine.dossier_id == dossier_id, undone)
    )
    return lines.scalar_subquery()


def _months_left() -> ColumnElement[bool]:
    """Whether a monthly line has months that nobody asked for: fewer instalments than months, and a month's money or
    more beyond what its instalments (paid, also for less, or skipped) were approved for."""
    approved = (DisbursementState.APPROVED, DisbursementState.CLOSED)
    of_line = (
        select(InstalmentShare.instalment_id, InstalmentShare.amount)
        .join(DisbursementShare, DisbursementShare.id == InstalmentShare.share_id)
        .join(Disbursement, Disbursement.id == DisbursementShare.disbursement_id)
        .where(DisbursementShare.line_id == PlanLine.id, Disbursement.state.in_(approved))
        .correlate(PlanLine)
    )
    asked = of_line.with_only_columns(func.count(InstalmentShare.instalment_id.distinct())).scalar_subquery()
    covered = of_line.with_only_columns(func.coalesce(func.sum(InstalmentShare.amount), 0)).scalar_subquery()
    whole = LedgerBalance.awarded + LedgerBalance.reserved + LedgerBalance.committed + LedgerBalance.spent
    return and_(
        PlanLine.frequency == Frequency.MONTHLY,
        asked < PlanLine.times,
        (whole - covered) * PlanLine.times >= whole,
    )


def list_standing_consents(dossier_id: str) -> list[Consent]:
    """The consents of a case that were not taken back, oldest first."""
    query = select(Consent).where(Consent.dossier_id == dossier_id, Consent.withdrawn_on.is_(None))
    return list(db.session.scalars(query.order_by(Consent.given_on, Consent.id)))
