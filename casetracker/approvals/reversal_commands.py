"""Deciding on reversals: somebody else than who asked and who paid."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.approvals import rules
from casetracker.approvals.office_queries import approver_of, offices_of
from casetracker.approvals.states import ReversalFacts
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command, lock
from casetracker.core.db import db
from casetracker.core.errors import NotFound, refuse_if, why_not_reason
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open
from casetracker.payments.models import Payment, Reversal
from casetracker.payments.reversal_commands import write_reversal, write_reversal_refused
from casetracker.payments.states import ReversalState


@dataclass(frozen=True, kw_only=True)
class DecideReversal(Command):
    """A decision on one reversal."""

    reversal_id: str
    reason: str | None = None


@command
def approve_reversal(cmd: DecideReversal, *, actor: Actor) -> str:
    """The money is there again; returns the reversal's id."""
    reversal = _open(cmd, actor)
    write_reversal(reversal, actor=actor)
    return reversal.id


@command
def refuse_reversal(cmd: DecideReversal, *, actor: Actor) -> str:
    """The payment stands, with a reason; returns the reversal's id."""
    reversal = _open(cmd, actor)
    refuse_if(why_not_reason(cmd.reason))
    write_reversal_refused(reversal, cmd.reason or "", actor=actor)
    return reversal.id


def facts_of(reversal: Reversal, payment: Payment) -> ReversalFacts:
    """What deciding on it is judged by."""
    return ReversalFacts(
        is_waiting=reversal.state == ReversalState.REQUESTED,
        requested_by=reversal.requested_by,
        paid_by=payment.recorded_by,
    )


def _open(cmd: DecideReversal, actor: Actor) -> Reversal:
    require(actor, Permission.DISBURSEMENT_APPROVE)
    found = db.session.get(Reversal, cmd.reversal_id)
    if found is None:
        raise NotFound("reversal")
    require_open(actor, found.dossier_id)
    lock(Dossier, found.dossier_id)
    reversal = lock(Reversal, cmd.reversal_id)
    payment = db.session.get_one(Payment, reversal.payment_id)
    offices = offices_of([reversal.dossier_id])[reversal.dossier_id]
    approver = approver_of(actor, offices)
    refuse_if(rules.why_not_decide_reversal(facts_of(reversal, payment), approver))
    return reversal
