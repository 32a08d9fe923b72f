"""The facts a case is moved on by, and what its page shows around the panels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select

from casetracker.accounts.models import Office
from casetracker.asylum.models import AsylumApplication
from casetracker.casefile.states import StageFacts
from casetracker.cases import queries as cases
from casetracker.cases.models import Case, Consent, Referral
from casetracker.cases.states import ConsentScope, PersonFacts, ReferralState, Stage
from casetracker.core.db import db
from casetracker.disbursements.models import Disbursement
from casetracker.disbursements.states import DisbursementState
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.states import Sight
from casetracker.grants.models import Grant
from casetracker.grants.states import GrantState
from casetracker.ledger.models import LedgerBalance
from casetracker.monitoring.models import FinalReport
from casetracker.plans.models import Plan
from casetracker.programmes.models import Programme
from casetracker.returns import queries as returns

_OPEN_MONEY = (
    DisbursementState.DRAFT, DisbursementState.SUBMITTED, DisbursementState.APPROVED, DisbursementState.RETURNED,
)  # fmt: skip


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


def load_head(sight: Sight) -> CaseHead:
    """The head of the page; one query."""
    receiving = select(Office.name).where(Office.id == sight.receiving_office_id).scalar_subquery()
    query = (
        select(Dossier, Case, Office.name, receiving, Programme.name)
        .join(Case, Case.id == Dossier.id)
        .join(Office, Office.id == Dossier.sending_office_id)
        .outerjoin(Programme, Programme.id == Dossier.programme_id)
        .where(Dossier.id == sight.dossier_id)
    )
    dossier, case, sending, receiving_name, programme = db.session.execute(query).one()
    return CaseHead(
        reference=dossier.reference, host_country=case.host_country, return_country=case.return_country,
        return_place=case.return_place, sending_office=sending, receiving_office=receiving_name, programme=programme,
        opened_on=dossier.opened_on, closed_on=dossier.closed_on,
        outcome=None if case.outcome is None else str(case.outcome), suspended_on=case.suspended_on,
        suspension_reason=case.suspension_reason, is_restricted=dossier.is_restricted,
        is_retroactive=case.is_retroactive, stage=case.stage, closed_from=case.closed_from, version=case.version, dossier_version=dossier.version,
    )  # fmt: skip


def load_stage_facts(dossier_id: str, persons: list[PersonFacts] | None = None) -> StageFacts:
    """What stands on the case, for the rules of its stages; a constant number of queries."""
    persons = cases.list_persons(dossier_id) if persons is None else persons
    flags = db.session.execute(
        select(
            Case.stage, Case.suspended_on, Case.is_retroactive, Dossier.programme_id,
            exists().where(AsylumApplication.dossier_id == dossier_id),
            exists().where(Referral.dossier_id == dossier_id, Referral.state == ReferralState.ACCEPTED),
            exists().where(Plan.dossier_id == dossier_id, Plan.approved_number.is_not(None)),
            exists().where(Grant.dossier_id == dossier_id, Grant.needs_plan, Grant.state == GrantState.OPEN),
            exists().where(FinalReport.dossier_id == dossier_id),
            select(func.count(Disbursement.id))
            .where(Disbursement.dossier_id == dossier_id, Disbursement.state.in_(_OPEN_MONEY)).scalar_subquery(),
            select(func.coalesce(func.sum(LedgerBalance.awarded), 0))
            .join(Grant, Grant.account_id == LedgerBalance.account_id)
            .where(Grant.dossier_id == dossier_id).scalar_subquery(),
        ).join(Dossier, Dossier.id == Case.id).where(Case.id == dossier_id)
    ).one()  # fmt: skip
    consents = select(Consent.person_id).where(
        Consent.dossier_id == dossier_id,
        Consent.scope == ConsentScope.SHARING,
        Consent.withdrawn_on.is_(None),
    )
    lacking = cases.without_consent(persons, db.session.scalars(consents))
    return StageFacts(
        stage=flags[0], persons=tuple(persons), returns=returns.return_facts(dossier_id), asylum_recorded=flags[4],
        has_programme=flags[3] is not None, without_consent=tuple(p.name for p in lacking), referral_accepted=flags[5],
        plan_approved=flags[6], needs_plan=flags[7], open_disbursements=flags[9], money_left=flags[10],
        has_final_report=flags[8], is_suspended=flags[1] is not None, is_retroactive=flags[2],
    )  # fmt: skip


def list_standing_consents(dossier_id: str) -> list[Consent]:
    """The consents of a case that were not taken back, oldest first."""
    query = select(Consent).where(Consent.dossier_id == dossier_id, Consent.withdrawn_on.is_(None))
    return list(db.session.scalars(query.order_by(Consent.given_on, Consent.id)))
