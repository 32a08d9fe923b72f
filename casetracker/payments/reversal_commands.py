"""Giving money back: asked for by one, decided by another, whose command calls what is written here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, current_unit, lock
from casetracker.core.db import db
from casetracker.core.errors import refuse_if
from casetracker.core.money import split
from casetracker.core.permissions import Permission
from casetracker.disbursements import queries as requests
from casetracker.disbursements import request_queries
from casetracker.disbursements.commands import give_back
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.ledger.posting import post
from casetracker.ledger.states import Move
from casetracker.payments import events, queries, rules
from casetracker.payments.models import Payment, Reversal, ReversalShare
from casetracker.payments.states import RefundFacts, ReversalState


@dataclass(frozen=True, kw_only=True)
class RequestReversal(Command):
    """Take a payment back, wholly or in part: `amount` of the programme's currency came on `day`."""

    dossier_id: str
    payment_id: str
    amount: int
    day: date
    reason: str
    proof: Upload


@command
def request_reversal(cmd: RequestReversal, *, actor: Actor) -> str:
    """Ask for a reversal, with the proof of the refund; returns its id."""
    require(actor, Permission.REVERSAL_REQUEST)
    require_open(actor, cmd.dossier_id)
    lock(Dossier, cmd.dossier_id)
    payment = queries.get_payment(cmd.dossier_id, cmd.payment_id)
    refuse_if(rules.why_not_reverse(refund_facts(payment, cmd.amount, cmd.day, actor)))
    reversal = _write_request(cmd, payment, actor)
    record(
        events.ReversalRequested(
            owner_id=cmd.dossier_id,
            day=cmd.day,
            reversal_id=reversal.id,
            payment_id=payment.id,
            amount=cmd.amount,
            currency=payment.currency,
            reason=cmd.reason,
        ),
        actor=actor,
    )
    return reversal.id


def _write_request(cmd: RequestReversal, payment: Payment, actor: Actor) -> Reversal:
    """What is asked for, with the proof that the money came."""
    paper = AddDocument(
        dossier_id=cmd.dossier_id,
        part=Part.SHARED,
        kind=DocumentKind.REFUND_PROOF,
        title=cmd.reason[:200],
        upload=cmd.proof,
        day=cmd.day,
        field="proof",
    )
    document_id = add_document(paper, actor=actor)
    return add(
        Reversal(
            id=ids.new_id(),
            dossier_id=cmd.dossier_id,
            payment_id=payment.id,
            state=ReversalState.REQUESTED,
            amount=cmd.amount,
            currency=payment.currency,
            refunded_on=cmd.day,
            reason=cmd.reason,
            document_id=document_id,
            requested_by=actor.id,
            requested_at=clock.now(),
            decided_by=None,
            decided_at=None,
            decision_reason=None,
        )
    )


def refund_facts(payment: Payment, amount: int, day: date, actor: Actor) -> RefundFacts:
    """What asking for money back is judged by."""
    return RefundFacts(
        amount=amount,
        paid=payment.amount,
        reversed_before=queries.asked_back(payment.id),
        currency=payment.currency,
        paid_on=payment.paid_on,
        refunded_on=day,
        today=clock.today(actor.zone),
    )


def write_reversal(reversal: Reversal, *, actor: Actor) -> None:
    """Approved: the money goes back over the payment's shares; records the event. For approvals alone."""
    current_unit()
    payment = queries.get_payment(reversal.dossier_id, reversal.payment_id)
    shares, back = queries.payment_shares(payment.id), queries.given_back_of(payment.id)
    left = [share.amount - back.get(share.id, 0) for share in shares]
    parts = split(reversal.amount, left)
    _decide(reversal, ReversalState.APPROVED, None, actor)
    by_share = {share.id: share for share in requests.shares_of(_disbursement_of(payment))}
    moved = []
    for share, amount in zip(shares, parts, strict=True):
        if amount:
            add(
                ReversalShare(
                    id=ids.new_id(),
                    dossier_id=reversal.dossier_id,
                    reversal_id=reversal.id,
                    payment_share_id=share.id,
                    amount=amount,
                )
            )
            origin = by_share[share.share_id]
            moved.append((origin.line_id, origin.grant_id, amount))
    amounts = request_queries.amounts_of(reversal.dossier_id, moved)
    post(Move.REVERSE, amounts, owner_id=reversal.dossier_id, subject=("reversal", reversal.id))
    record(
        events.ReversalApproved(
            owner_id=reversal.dossier_id,
            reversal_id=reversal.id,
            payment_id=payment.id,
            amount=reversal.amount,
            currency=reversal.currency,
        ),
        actor=actor,
    )
    give_back(reversal.dossier_id, moved, subject=("reversal", reversal.id), actor=actor)


def write_reversal_refused(reversal: Reversal, reason: str, *, actor: Actor) -> None:
    """Refused with a reason; the payment stands as it was. For approvals alone."""
    current_unit()
    _decide(reversal, ReversalState.REFUSED, reason, actor)
    record(
        events.ReversalRefused(
            owner_id=reversal.dossier_id,
            reversal_id=reversal.id,
            payment_id=reversal.payment_id,
            amount=reversal.amount,
            currency=reversal.currency,
            reason=reason,
        ),
        actor=actor,
    )


def _decide(reversal: Reversal, state: ReversalState, reason: str | None, actor: Actor) -> None:
    reversal.state, reversal.decided_by = state, actor.id
    reversal.decided_at, reversal.decision_reason = clock.now(), reason
    db.session.flush()


def _disbursement_of(payment: Payment) -> str:
    return requests.get_instalment(payment.dossier_id, payment.instalment_id).disbursement_id
