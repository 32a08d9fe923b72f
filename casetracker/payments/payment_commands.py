"""Paying an instalment: converted once, spent over its shares, the rest released, bound to its approvals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from casetracker.core import clock, ids, money
from casetracker.core.actor import Actor, require
from casetracker.core.commands import add, command
from casetracker.core.db import db
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.disbursements import queries as requests
from casetracker.disbursements import request_queries
from casetracker.disbursements.commands import give_back, why_money_waits
from casetracker.disbursements.decision_commands import write_instalment_state
from casetracker.disbursements.models import Disbursement, Instalment, Submission
from casetracker.disbursements.states import InstalmentState, PaymentTerms
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers import checking
from casetracker.events.recording import record
from casetracker.ledger.posting import post
from casetracker.ledger.states import Move
from casetracker.payments import events, queries, rules
from casetracker.payments.commands import InstalmentCommand, add_paper, cap_of, named, open_instalment
from casetracker.payments.models import Payment, PaymentApproval, PaymentShare
from casetracker.payments.states import PaymentFacts
from casetracker.programmes.queries import find_rate_facts
from casetracker.providers.queries import find_confirmed_account


@dataclass(frozen=True, kw_only=True)
class PayInstalment(InstalmentCommand):
    """Paid on `day`: minor units of the currency that was approved, with the proof of payment."""

    day: date
    amount: int
    proof: Upload


@command
def pay_instalment(cmd: PayInstalment, *, actor: Actor) -> str:
    """The finance officer paid: spent at the day's rate, the rest released; returns the payment's id."""
    require(actor, Permission.PAYMENT_RECORD)
    row, part = open_instalment(cmd, actor)
    refuse_if(rules.why_not_do(queries.step_facts(row, part, actor), InstalmentState.PAID, cmd.day))
    submission = requests.get_submission(row.id)
    currency, _cap_amount = cap_of(row, part)
    rate = _rate_of(currency, row.currency, cmd.day)
    facts = _payment_facts(cmd, row, part, submission, Fraction(rate) if rate else None, actor)
    refuse_if(rules.why_not_record(facts))
    paying = checking.Paying(
        request_id=row.id, amount=facts.worth or 0, is_retention=part.terms == PaymentTerms.RETENTION
    )
    checking.before_payment(row.dossier_id, paying, actor)
    refuse_if(why_money_waits(row, actor))
    payment = _write_payment(cmd, row, part, submission, facts, rate, actor)
    db.session.flush()
    left = _spend(row, part, payment)
    _write_approvals(payment, submission)
    write_instalment_state(row, part.id, InstalmentState.PAID)
    event = _paid(row, part, payment, sum(amount for _line, _grant, amount in left))
    record(event, actor=actor)
    give_back(row.dossier_id, left, subject=("payment", payment.id), actor=actor)
    return payment.id


def _write_payment(
    cmd: PayInstalment,
    row: Disbursement,
    part: Instalment,
    submission: Submission,
    facts: PaymentFacts,
    rate: str | None,
    actor: Actor,
) -> Payment:
    """The payment with its proof, bound to what was submitted."""
    document_id = add_paper(row, DocumentKind.PROOF_OF_PAYMENT, cmd.proof, cmd.day, "proof", actor)
    return add(
        Payment(
            id=ids.new_id(),
            dossier_id=row.dossier_id,
            instalment_id=part.id,
            submission_id=submission.id,
            requested_by=submission.requested_by,
            recorded_by=actor.id,
            recorded_at=clock.now(),
            paid_on=cmd.day,
            paid_amount=cmd.amount,
            paid_currency=facts.paid_currency,
            rate=rate,
            amount=facts.worth,
            currency=row.currency,
            account_id=submission.content.get("account"),
            document_id=document_id,
        )
    )


def _paid(row: Disbursement, part: Instalment, payment: Payment, released: int) -> events.InstalmentPaid:
    """The event; released: minor units that were approved and not needed."""
    said = {**named(row, part), "amount": payment.amount}
    return events.InstalmentPaid(
        day=payment.paid_on,
        payment_id=payment.id,
        paid_amount=payment.paid_amount,
        paid_currency=payment.paid_currency,
        rate=payment.rate or "",
        released=released,
        **said,
    )


def _rate_of(currency: str, base: str, day: date) -> str | None:
    """The stored rate of the day as text; 1 for the same currency, None where none is stored."""
    if currency == base:
        return "1"
    found = find_rate_facts(currency, base, day)
    return found.rate if found else None


def _payment_facts(
    cmd: PayInstalment,
    row: Disbursement,
    part: Instalment,
    submission: Submission,
    rate: Fraction | None,
    actor: Actor,
) -> PaymentFacts:
    currency, cap = cap_of(row, part)
    invoice = queries.steps_of([part.id])[part.id].invoice
    account = find_confirmed_account(row.provider_id) if row.provider_id else None
    approved_account = submission.content.get("account")
    return PaymentFacts(
        recorder=actor.id,
        requested_by=submission.requested_by,
        writers=frozenset(submission.writers),
        approvers=frozenset(d.approver_id for d in queries.approvals_of_submission(submission.id)),
        paid_on=cmd.day,
        amount=cmd.amount,
        paid_currency=currency,
        currency=row.currency,
        worth=money.convert(cmd.amount, rate, currency, row.currency) if rate is not None else None,
        cap=part.amount,
        local_cap=cap if currency != row.currency else None,
        invoiced=invoice.amount if invoice else None,
        account_stands=(account.id if account else None) == approved_account,
    )


def _spend(row: Disbursement, part: Instalment, payment: Payment) -> list[tuple[str | None, str, int]]:
    """Spend the payment over the instalment's shares and release the rest: (line, grant, released)."""
    shares = requests.shares_of_instalment(part.id)
    spent, left = rules.split_paid(payment.amount, [amount for _share, amount in shares])
    for (share, _amount), taken in zip(shares, spent, strict=True):
        if taken:
            add(
                PaymentShare(
                    id=ids.new_id(),
                    dossier_id=row.dossier_id,
                    payment_id=payment.id,
                    share_id=share.id,
                    amount=taken,
                )
            )
    for move, amounts in ((Move.SPEND, spent), (Move.RELEASE_COMMITTED, left)):
        parts = [(share.line_id, share.grant_id, amount) for (share, _a), amount in zip(shares, amounts, strict=True)]
        on_accounts = request_queries.amounts_of(row.dossier_id, parts)
        if on_accounts:
            post(
                move,
                on_accounts,
                owner_id=row.dossier_id,
                subject=("payment", payment.id),
                day=payment.paid_on,
            )
    return [(share.line_id, share.grant_id, amount) for (share, _a), amount in zip(shares, left, strict=True) if amount]


def _write_approvals(payment: Payment, submission: Submission) -> None:
    """Bind the payment to the approvals it rests on: the database refuses one by its recorder."""
    decisions = queries.approvals_of_submission(submission.id)
    if not decisions:
        raise NotFound("approval")
    for decision in decisions:
        add(
            PaymentApproval(
                id=ids.new_id(),
                dossier_id=payment.dossier_id,
                payment_id=payment.id,
                recorded_by=payment.recorded_by,
                decision_id=decision.id,
                approver_id=decision.approver_id,
            )
        )
    db.session.flush()
