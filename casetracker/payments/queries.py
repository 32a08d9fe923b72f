"""Reading what happened to instalments: for the finance officer's lists and the page of one instalment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVarTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.disbursements.models import Decision, Disbursement, DisbursementShare, Instalment, Submission
from casetracker.disbursements.queries import list_instalments, shares_of
from casetracker.disbursements.states import (
    STEPS,
    DecisionStep,
    DisbursementState,
    InstalmentState,
    PaymentTerms,
    next_step,
)
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import Seen, visible
from casetracker.dossiers.states import Sight
from casetracker.grants.holder_queries import list_holders
from casetracker.payments import rules
from casetracker.payments.models import (
    Delivery,
    Invoice,
    Order,
    Payment,
    PaymentShare,
    Reversal,
    ReversalShare,
    Verification,
)
from casetracker.payments.states import ReversalState, StepFacts
from casetracker.plans.queries import approved_lines
from casetracker.providers.queries import names_of

Query = TypeVarTuple("Query")


@dataclass(frozen=True, kw_only=True)
class Steps:
    """What was done with an instalment so far."""

    order: Order | None = None
    delivery: Delivery | None = None
    invoice: Invoice | None = None
    payment: Payment | None = None
    verification: Verification | None = None
    reversals: tuple[Reversal, ...] = ()

    @property
    def documents(self) -> list[str]:
        """Ids of the papers that prove the steps."""
        proofs = (self.delivery, self.invoice, self.payment, *self.reversals)
        return [proof.document_id for proof in proofs if proof is not None]

    @property
    def given_back(self) -> int:
        """What approved reversals gave back, minor units of the programme's currency."""
        return sum(r.amount for r in self.reversals if r.state == ReversalState.APPROVED)


def list_signers(row: Disbursement) -> frozenset[str]:
    """Ids of who may sign for what this request buys: adults who benefit, guardians of children who do.

    Nobody where none of them takes part any more; then any adult of the case signs.
    """
    persons = {holder.id: holder for holder in list_holders(row.dossier_id) if holder.is_person}
    of_line = {line.line_id: line.beneficiary_ids for line in approved_lines(row.dossier_id)}
    found = set()
    for share in shares_of(row.id):
        for person_id in of_line.get(share.line_id or "", (share.person_id,)):
            person = persons.get(person_id)
            if person is None:
                continue  # a place: whoever signs for it is named
            found.add(person.id if person.is_adult else person.guardian_id)
    return frozenset(id for id in found if id is not None and persons[id].is_active)


def offered_signers(row: Disbursement) -> frozenset[str]:
    """The same as a form offers it: where none of them takes part any more, every adult of the case."""
    adults = (each.id for each in list_holders(row.dossier_id) if each.is_person and each.is_adult)
    return list_signers(row) or frozenset(adults)


def steps_of(instalment_ids: Iterable[str]) -> dict[str, Steps]:
    """instalment id -> what was done with it; two queries however many there are."""
    wanted = sorted(set(instalment_ids))
    if not wanted:
        return {}
    query = with_steps(select(Instalment.id, Order, Delivery, Invoice, Payment, Verification).select_from(Instalment))
    found = db.session.execute(query.where(Instalment.id.in_(wanted))).all()
    reversals = list_reversals(row.Payment.id for row in found if row.Payment is not None)
    return {
        id: Steps(
            order=order,
            delivery=delivery,
            invoice=invoice,
            payment=payment,
            verification=verification,
            reversals=tuple(r for r in reversals if payment is not None and r.payment_id == payment.id),
        )
        for id, order, delivery, invoice, payment, verification in found
    }


def with_steps(query: Select[*Query]) -> Select[*Query]:
    """A query on instalments with what was done with each beside it, or nothing where it was not done."""
    for step in (Order, Delivery, Invoice, Payment, Verification):
        query = query.outerjoin(step, step.instalment_id == Instalment.id)
    return query


def list_reversals(payment_ids: Iterable[str]) -> list[Reversal]:
    """The reversals of these payments, oldest first."""
    wanted = sorted(set(payment_ids))
    query = select(Reversal).where(Reversal.payment_id.in_(wanted))
    return list(db.session.scalars(query.order_by(Reversal.requested_at, Reversal.id))) if wanted else []


def get_payment(dossier_id: str, payment_id: str) -> Payment:
    """The payment of this dossier; NotFound if it is of another."""
    row = db.session.get(Payment, payment_id)
    if row is None or row.dossier_id != dossier_id:
        raise NotFound("payment")
    return row


def payment_shares(payment_id: str) -> list[PaymentShare]:
    """What the payment took of each share, in the order of the shares."""
    query = (
        select(PaymentShare)
        .join(DisbursementShare, DisbursementShare.id == PaymentShare.share_id)
        .where(PaymentShare.payment_id == payment_id)
        .order_by(DisbursementShare.position)
    )
    return list(db.session.scalars(query))


def given_back_of(payment_id: str) -> dict[str, int]:
    """payment share id -> what approved reversals gave back of it."""
    query = (
        select(ReversalShare)
        .join(Reversal, Reversal.id == ReversalShare.reversal_id)
        .where(Reversal.payment_id == payment_id, Reversal.state == ReversalState.APPROVED)
    )
    found: dict[str, int] = {}
    for row in db.session.scalars(query):
        found[row.payment_share_id] = found.get(row.payment_share_id, 0) + row.amount
    return found


def asked_back(payment_id: str) -> int:
    """What reversals that were not refused ask of the payment."""
    return sum(r.amount for r in list_reversals([payment_id]) if r.state != ReversalState.REFUSED)


def approvals_of_submission(submission_id: str) -> list[Decision]:
    """The approvals that a submission got, oldest first."""
    query = select(Decision).where(Decision.submission_id == submission_id, Decision.step == DecisionStep.APPROVE)
    return list(db.session.scalars(query.order_by(Decision.at, Decision.id)))


def step_facts(row: Disbursement, instalment: Instalment, actor: Actor) -> StepFacts:
    """Where the instalment stands, for the rules."""
    steps = steps_of([instalment.id])[instalment.id]
    facts = facts_from(row, instalment, steps, clock.today(actor.zone), _approved_on(row.id, actor))
    if instalment.terms != PaymentTerms.RETENTION:
        return facts
    parts = [(part.terms, part.state) for part in list_instalments(row.id)]
    return replace(facts, is_rest_done=rules.is_rest_done(parts))


def facts_from(
    row: Disbursement, instalment: Instalment, steps: Steps, today: date, approved_on: date | None
) -> StepFacts:
    """The same of what was read already."""
    return StepFacts(
        request=row.state,
        terms=instalment.terms,
        state=instalment.state,
        today=today,
        approved_on=approved_on,
        ordered_on=steps.order.ordered_on if steps.order else None,
        delivered_on=steps.delivery.delivered_on if steps.delivery else None,
        invoice_on=steps.invoice.dated_on if steps.invoice else None,
        paid_on=steps.payment.paid_on if steps.payment else None,
        verified_on=steps.verification.verified_on if steps.verification else None,
        kept_until=instalment.due_on if instalment.terms == PaymentTerms.RETENTION else None,
    )


def _approved_on(disbursement_id: str, actor: Actor) -> date | None:
    query = (
        select(Decision.at)
        .join(Submission, Submission.id == Decision.submission_id)
        .where(Submission.disbursement_id == disbursement_id, Decision.step == DecisionStep.APPROVE)
        .order_by(Decision.at.desc())
        .limit(1)
    )
    found = db.session.scalars(query).one_or_none()
    return found.astimezone(ZoneInfo(actor.zone)).date() if found else None


@dataclass(frozen=True, kw_only=True)
class ToDo:
    """An instalment in a list: of which request and case, to whom, and the step that comes next."""

    instalment: Instalment
    disbursement: Disbursement
    reference: str
    provider: str | None
    step: InstalmentState


def list_to_do(actor: Actor) -> list[ToDo]:
    """Instalments of approved requests that the actor sees and that wait for a step, earliest due first."""
    if not actor.may(Permission.PAYMENT_READ):
        return []
    ends = (InstalmentState.VERIFIED, InstalmentState.SKIPPED)
    query = (
        select(Instalment, Disbursement, Dossier.reference)
        .join(Disbursement, Disbursement.id == Instalment.disbursement_id)
        .join(Dossier, Dossier.id == Disbursement.dossier_id)
        .where(Disbursement.state == DisbursementState.APPROVED, Instalment.state.not_in(ends))
        .where(visible(actor))
        .order_by(Instalment.due_on.is_(None), Instalment.due_on, Dossier.reference, Instalment.id)
    )
    found = [(part, row, reference) for part, row, reference in db.session.execute(query)]
    providers = names_of(row.provider_id for _part, row, _reference in found if row.provider_id)
    return [
        ToDo(
            instalment=part,
            disbursement=row,
            reference=reference,
            provider=providers.get(row.provider_id or ""),
            step=step,
        )
        for part, row, reference in found
        if (step := next_step(part.terms, part.state)) is not None
    ]


FINANCE_STEPS = (InstalmentState.ORDERED, InstalmentState.PAID)
"""The steps that are the finance officer's; the others are the caseworker's."""


def count_mine(actor: Actor) -> int:
    """How many instalments wait for an order or a payment, for whom records them; for the navigation. One
    query."""
    if not actor.may(Permission.PAYMENT_RECORD):
        return 0
    return sum(n for terms, state, n in _STEPS.ask(actor) if next_step(terms, state) in FINANCE_STEPS)


_STEPS = Seen(
    lambda seen: (
        select(Instalment.terms, Instalment.state, func.count())
        .join(Disbursement, Disbursement.id == Instalment.disbursement_id)
        .join(Dossier, Dossier.id == Disbursement.dossier_id)
        .where(Disbursement.state == DisbursementState.APPROVED, seen)
        .group_by(Instalment.terms, Instalment.state)
    )
)


@dataclass(frozen=True, kw_only=True)
class PanelRow:
    """An instalment of an approved request: the days of its steps in their order; minor units of `currency`."""

    instalment_id: str
    purpose: str
    number: int
    terms: PaymentTerms
    state: InstalmentState
    due_on: date | None
    days: Mapping[InstalmentState, date]
    paid: int | None
    given_back: int
    currency: str

    @property
    def next(self) -> InstalmentState | None:
        """The step that comes."""
        return next_step(self.terms, self.state)


@dataclass(frozen=True, kw_only=True)
class PaymentsPanel:
    """What was done with the instalments of a case, the newest request first."""

    rows: tuple[PanelRow, ...]

    @property
    def open(self) -> list[PanelRow]:
        """Those for which a step comes."""
        return [row for row in self.rows if row.next is not None]

    @property
    def done(self) -> list[PanelRow]:
        """Those at their end, or skipped."""
        return [row for row in self.rows if row.next is None]


def load_panel(sight: Sight, actor: Actor) -> PaymentsPanel:
    """What happened to the instalments of approved requests; one query."""
    if not actor.may(Permission.PAYMENT_READ):
        return PaymentsPanel(rows=())
    back = select(func.sum(Reversal.amount)).where(
        Reversal.payment_id == Payment.id, Reversal.state == ReversalState.APPROVED
    )
    query = select(
        Instalment.id,
        Instalment.number,
        Instalment.terms,
        Instalment.state,
        Instalment.due_on,
        Disbursement.purpose,
        Disbursement.currency,
        Order.ordered_on,
        Delivery.delivered_on,
        Invoice.dated_on,
        Payment.paid_on,
        Payment.amount,
        Verification.verified_on,
        back.scalar_subquery().label("given_back"),
    ).join(Disbursement, Disbursement.id == Instalment.disbursement_id)
    approved = (DisbursementState.APPROVED, DisbursementState.CLOSED)
    query = with_steps(query).where(Instalment.dossier_id == sight.dossier_id, Disbursement.state.in_(approved))
    query = query.order_by(Disbursement.created_at.desc(), Disbursement.id, Instalment.number)
    return PaymentsPanel(rows=tuple(_panel_row(row) for row in db.session.execute(query)))


def _panel_row(row: Any) -> PanelRow:
    days = {
        InstalmentState.ORDERED: row.ordered_on,
        InstalmentState.DELIVERED: row.delivered_on,
        InstalmentState.INVOICED: row.dated_on,
        InstalmentState.PAID: row.paid_on,
        InstalmentState.VERIFIED: row.verified_on,
    }
    return PanelRow(
        instalment_id=row.id,
        purpose=row.purpose,
        number=row.number,
        terms=row.terms,
        state=row.state,
        due_on=row.due_on,
        days={step: days[step] for step in STEPS[row.terms] if days[step] is not None},
        paid=row.amount,
        given_back=row.given_back or 0,
        currency=row.currency,
    )
