"""Agreements with implementing partners, and how far each may be paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, literal, select

from casetracker.accounts.queries import names_of as user_names
from casetracker.community import partner_rules
from casetracker.community.partner_models import PartnerAgreement, PartnerTranche
from casetracker.community.partner_rules import TrancheFacts
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.disbursements.models import Disbursement, Instalment
from casetracker.dossiers.states import Sight
from casetracker.payments.models import Payment, Reversal
from casetracker.payments.states import ReversalState
from casetracker.providers.payee_queries import same_payee
from casetracker.providers.queries import names_of as provider_names


def facts_of(row: PartnerTranche) -> TrancheFacts:
    """A tranche as the rules judge it."""
    return TrancheFacts(
        number=row.number, amount=row.amount, planned_on=row.planned_on, report_due_on=row.report_due_on,
        reported_on=row.reported_on, report_by=row.report_by, is_accepted=row.accepted_on is not None,
    )  # fmt: skip


def list_tranches(agreement_id: str) -> list[PartnerTranche]:
    """The tranches of an agreement in their order."""
    query = select(PartnerTranche).where(PartnerTranche.agreement_id == agreement_id)
    return list(db.session.scalars(query.order_by(PartnerTranche.number)))


def get_agreement(sight: Sight, agreement_id: str) -> PartnerAgreement:
    """An agreement of this project; NotFound if it is of another."""
    row = db.session.get(PartnerAgreement, agreement_id)
    if row is None or row.dossier_id != sight.dossier_id:
        raise NotFound("agreement with a partner")
    return row


def get_tranche(sight: Sight, tranche_id: str) -> PartnerTranche:
    """A tranche of this project; NotFound if it is of another."""
    row = db.session.get(PartnerTranche, tranche_id)
    if row is None or row.dossier_id != sight.dossier_id:
        raise NotFound("tranche")
    return row


def find_agreement(dossier_id: str, provider_id: str | None) -> PartnerAgreement | None:
    """The agreement of a project with this provider, or with another record of the same payee; None without one."""
    query = select(PartnerAgreement).where(
        PartnerAgreement.dossier_id == dossier_id, same_payee(literal(provider_id), PartnerAgreement.provider_id)
    )
    own_first = case((PartnerAgreement.provider_id == provider_id, 0), else_=1)
    return db.session.scalars(query.order_by(own_first, PartnerAgreement.id)).first()


def paid_to(dossier_id: str, provider_id: str) -> int:
    """What the project paid this provider, by whatever record of the same payee, and did not get back, in the
    programme's minor units; two queries."""
    is_paid = same_payee(literal(provider_id), Disbursement.provider_id)
    paid = (
        select(func.coalesce(func.sum(Payment.amount), 0))
        .join(Instalment, Instalment.id == Payment.instalment_id)
        .join(Disbursement, Disbursement.id == Instalment.disbursement_id)
        .where(Disbursement.dossier_id == dossier_id, is_paid)
    )
    back = (
        select(func.coalesce(func.sum(Reversal.amount), 0))
        .join(Payment, Payment.id == Reversal.payment_id)
        .join(Instalment, Instalment.id == Payment.instalment_id)
        .join(Disbursement, Disbursement.id == Instalment.disbursement_id)
        .where(Disbursement.dossier_id == dossier_id, is_paid)
        .where(Reversal.state == ReversalState.APPROVED)
    )
    return int(db.session.scalar(paid) or 0) - int(db.session.scalar(back) or 0)


@dataclass(frozen=True, kw_only=True)
class AgreementPanel:
    """An agreement on the page of the project's money: the partner, the tranches with who entered and accepted each
    report, what may be paid by now and what is (minor units of `row.currency`)."""

    row: PartnerAgreement
    partner: str
    tranches: Sequence[PartnerTranche]
    names: dict[str, str]
    paid: int
    today: date

    @property
    def released(self) -> int:
        """What may be paid in all by now."""
        return partner_rules.released([facts_of(each) for each in self.tranches])

    @property
    def overdue(self) -> list[PartnerTranche]:
        """Tranches whose report should have been there."""
        return [each for each in self.tranches if facts_of(each).is_overdue(self.today)]


def load_agreements(dossier_id: str, today: date) -> list[AgreementPanel]:
    """The agreements of a project by their beginning; two queries, and two for each partner."""
    query = select(PartnerAgreement).where(PartnerAgreement.dossier_id == dossier_id)
    agreements = db.session.scalars(query.order_by(PartnerAgreement.starts_on, PartnerAgreement.id)).all()
    if not agreements:
        return []
    tranches: dict[str, list[PartnerTranche]] = defaultdict(list)
    ordered = select(PartnerTranche).where(PartnerTranche.dossier_id == dossier_id).order_by(PartnerTranche.number)
    for tranche in db.session.scalars(ordered):
        tranches[tranche.agreement_id].append(tranche)
    people = {who for rows in tranches.values() for row in rows for who in (row.report_by, row.accepted_by) if who}
    names, partners = user_names(people), provider_names({row.provider_id for row in agreements})
    return [
        AgreementPanel(
            row=row, partner=partners.get(row.provider_id, ""), tranches=tranches[row.id], names=names,
            paid=paid_to(dossier_id, row.provider_id), today=today,
        )
        for row in agreements
    ]  # fmt: skip


def list_overdue(dossier_id: str, today: date) -> list[date]:
    """The days by which reports of partners should have been there, the oldest first; one query."""
    query = select(PartnerTranche.report_due_on).where(
        PartnerTranche.dossier_id == dossier_id, PartnerTranche.reported_on.is_(None),
        PartnerTranche.report_due_on < today,
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(PartnerTranche.report_due_on)))


def list_partners(dossier_id: str) -> tuple[str, ...]:
    """The names of the organisations that carry the project out, in the order of their agreements; two queries."""
    query = select(PartnerAgreement.provider_id).where(PartnerAgreement.dossier_id == dossier_id)
    ids = list(db.session.scalars(query.order_by(PartnerAgreement.starts_on, PartnerAgreement.id)))
    names = provider_names(ids)
    return tuple(names[id] for id in ids)
