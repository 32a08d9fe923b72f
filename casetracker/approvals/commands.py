"""Deciding on requests for money: approve, return, refuse."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.approvals import queries, rules
from casetracker.approvals.office_queries import Offices, approver_of, offices_of
from casetracker.approvals.states import SubmissionFacts
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if, why_not_reason
from casetracker.core.permissions import Permission
from casetracker.disbursements import decision_commands as decisions
from casetracker.disbursements import events
from casetracker.disbursements.commands import give_back_request, lock_disbursement
from casetracker.disbursements.models import Disbursement, Submission
from casetracker.disbursements.states import DecisionStep
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation
from casetracker.events.recording import record


@dataclass(frozen=True, kw_only=True)
class DecideDisbursement(Command):
    """A decision on one submission, bound to the content that was seen."""

    submission_id: str
    content_hash: str
    reason: str | None = None


@command
def approve_disbursement(cmd: DecideDisbursement, *, actor: Actor) -> str:
    """Give one approval; the last one needed commits the money. Returns the request's id."""
    submission, row, facts, offices = _open(cmd, actor)
    approver = approver_of(actor, offices)
    refuse_if(rules.why_not_approve(facts, approver))
    relation = approver.relation or Relation.SENDING
    decisions.write_decision(
        submission, DecisionStep.APPROVE, actor=actor, relation=relation, acts_for=_acts_for(actor, facts)
    )
    given = len(facts.given) + 1
    if _is_last(facts, relation):
        decisions.write_approved(row, submission)
        record(events.DisbursementApproved(**events.named(row), submission_id=submission.id), actor=actor)
        return row.id
    record(
        events.ApprovalGiven(**events.named(row), submission_id=submission.id, given=given, needed=facts.needs.total),
        actor=actor,
    )
    return row.id


@command
def return_disbursement(cmd: DecideDisbursement, *, actor: Actor) -> str:
    """Send a request back to be changed, with a reason; its money is released. Returns the request's id."""
    submission, row, reason = _decline(cmd, DecisionStep.RETURN, actor)
    decisions.write_returned(row, reason)
    record(events.DisbursementReturned(**events.named(row), submission_id=submission.id, reason=reason), actor=actor)
    give_back_request(row, actor=actor)
    return row.id


@command
def refuse_disbursement(cmd: DecideDisbursement, *, actor: Actor) -> str:
    """Refuse a request for good, with a reason; its money is released. Returns the request's id."""
    submission, row, reason = _decline(cmd, DecisionStep.REFUSE, actor)
    decisions.write_refused(row, reason)
    record(events.DisbursementRefused(**events.named(row), submission_id=submission.id, reason=reason), actor=actor)
    give_back_request(row, actor=actor)
    return row.id


def _open(cmd: DecideDisbursement, actor: Actor) -> tuple[Submission, Disbursement, SubmissionFacts, Offices]:
    """Require, lock, and the facts as they stand now."""
    require(actor, Permission.DISBURSEMENT_APPROVE)
    submission = db.session.get(Submission, cmd.submission_id)
    if submission is None:
        raise NotFound("submission")
    require_open(actor, submission.dossier_id)
    row = lock_disbursement(submission.dossier_id, submission.disbursement_id)
    if cmd.content_hash != submission.content_hash:
        raise Refused(Message(N_("This disbursement was changed and submitted anew since you opened it.")))
    offices = offices_of([row.dossier_id])[row.dossier_id]
    return submission, row, queries.current_facts(submission.id, actor), offices


def _decline(cmd: DecideDisbursement, step: DecisionStep, actor: Actor) -> tuple[Submission, Disbursement, str]:
    submission, row, facts, offices = _open(cmd, actor)
    approver = approver_of(actor, offices)
    refuse_if(rules.why_not_decline(facts, approver))
    reason = cmd.reason or ""
    refuse_if(why_not_reason(reason))
    relation = approver.relation or Relation.SENDING
    acts_for = _acts_for(actor, facts)
    decisions.write_decision(submission, step, actor=actor, relation=relation, acts_for=acts_for, reason=reason)
    return submission, row, reason


def _is_last(facts: SubmissionFacts, relation: Relation) -> bool:
    """Whether this approval is the last one needed."""
    other = Relation.SENDING if relation == Relation.RECEIVING else Relation.RECEIVING
    return facts.missing(relation) <= 1 and facts.missing(other) == 0


def _acts_for(actor: Actor, facts: SubmissionFacts) -> str | None:
    """The supervisor whose dated substitute the actor is today, if any who could have decided and has not already."""
    barred = (
        {who for who, _relation in facts.given} | facts.writers | facts.panel | facts.plan_authors | facts.caseworkers
    )
    return min(actor.substitute_for - barred - {facts.requested_by}, default=None)
