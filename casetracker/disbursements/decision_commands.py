"""What deciding leaves on a request, written inside the commands of approvals, which record the event."""

from __future__ import annotations

from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import add, current_unit
from casetracker.core.db import db
from casetracker.core.errors import refuse_if
from casetracker.disbursements import queries, rules
from casetracker.disbursements.commands import move, release
from casetracker.disbursements.models import Decision, Disbursement, Submission
from casetracker.disbursements.states import DecisionStep, DisbursementState, InstalmentState
from casetracker.ledger.states import Move


def write_decision(
    submission: Submission,
    step: DecisionStep,
    *,
    actor: Actor,
    relation: str,
    acts_for: str | None = None,
    reason: str | None = None,
) -> Decision:
    """One supervisor's word on a submission; the database refuses requester, second word, other content."""
    current_unit()
    decision = add(
        Decision(
            id=ids.new_id(),
            dossier_id=submission.dossier_id,
            submission_id=submission.id,
            requested_by=submission.requested_by,
            content_hash=submission.content_hash,
            approver_id=actor.id,
            acts_for=acts_for,
            relation=relation,
            step=step,
            reason=reason,
            at=clock.now(),
        )
    )
    db.session.flush()
    return decision


def write_approved(row: Disbursement, submission: Submission) -> None:
    """The last approval was given: the money is committed."""
    refuse_if(rules.why_not_move(row.state, DisbursementState.APPROVED))
    move(row, submission, Move.COMMIT)
    row.state, row.state_reason = DisbursementState.APPROVED, None


def write_returned(row: Disbursement, reason: str) -> None:
    """Sent back to be changed: the money is released, the reason stands on the request."""
    refuse_if(rules.why_not_move(row.state, DisbursementState.RETURNED))
    release(row)
    row.state, row.state_reason = DisbursementState.RETURNED, reason


def write_refused(row: Disbursement, reason: str) -> None:
    """Refused for good: the money is released, the reason stands on the request."""
    refuse_if(rules.why_not_move(row.state, DisbursementState.REFUSED))
    release(row)
    row.state, row.state_reason = DisbursementState.REFUSED, reason


def write_instalment_state(
    row: Disbursement, instalment_id: str, state: InstalmentState, reason: str | None = None
) -> None:
    """An instalment made its step; when all are verified or skipped, the request is done."""
    parts = queries.list_instalments(row.id)
    for part in parts:
        if part.id == instalment_id:
            part.state, part.state_reason = state, reason
    ends = (InstalmentState.VERIFIED, InstalmentState.SKIPPED)
    if row.state == DisbursementState.APPROVED and all(part.state in ends for part in parts):
        row.state = DisbursementState.CLOSED
