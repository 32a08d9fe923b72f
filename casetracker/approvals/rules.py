"""Four eyes: who may decide on what, and why somebody may not. Pure; page and command ask the same."""

from __future__ import annotations

from casetracker.approvals.states import (
    Approver,
    Needs,
    ReversalFacts,
    SubmissionFacts,
)
from casetracker.core.errors import N_, Message
from casetracker.disbursements.states import DisbursementState
from casetracker.dossiers.states import Relation


def needs_of(receiving: int, sending: int, *, has_receiving: bool) -> Needs:
    """The approvals that a band asks for, at least one.

    Without a receiving office (not referred, or consent withdrawn: its obligations pass on) the sending
    office gives all of them.
    """
    if not has_receiving:
        receiving, sending = 0, receiving + sending
    return Needs(receiving=receiving, sending=max(sending, 0 if receiving else 1))


def at_least(one: Needs, other: Needs) -> Needs:
    """Of each office as many as the stricter of both asks for: another request may have raised the total."""
    return Needs(
        receiving=max(one.receiving, other.receiving),
        sending=max(one.sending, other.sending),
    )


def why_not_approve(facts: SubmissionFacts, approver: Approver) -> Message | None:
    """Why this person cannot approve this submission (domain, "Approval policy")."""
    return (
        _why_not_waiting(facts)
        or _why_not_this_person(facts, approver)
        or _why_not_office(facts, approver)
        or _why_not_content(facts)
        or facts.money_block
    )


def _why_not_waiting(facts: SubmissionFacts) -> Message | None:
    if facts.state != DisbursementState.SUBMITTED:
        return Message(N_("This disbursement does not wait for approval any more."))
    if not facts.is_newest:
        return Message(N_("This disbursement was changed and submitted anew since you opened it."))
    return None


def _why_not_this_person(facts: SubmissionFacts, approver: Approver) -> Message | None:
    if not approver.may:
        return Message(N_("Only a supervisor approves."))
    if approver.id == facts.requested_by:
        return Message(N_("You asked for this yourself; somebody else has to approve it."))
    if approver.id in facts.writers:
        return Message(N_("You wrote in this disbursement; somebody else has to approve it."))
    if approver.id in facts.panel:
        return Message(N_("You sat on the panel that chose the provider; somebody else has to approve it."))
    if approver.id in facts.plan_authors:
        return Message(N_("You wrote in the plan that this is paid from; somebody else has to approve it."))
    if any(approver.id == who for who, _relation in facts.given):
        return Message(N_("You gave your approval already; the next one is another person's."))
    if approver.id in facts.caseworkers:
        return Message(N_("You are the caseworker of this case; somebody else has to approve it."))
    return None


def _why_not_office(facts: SubmissionFacts, approver: Approver) -> Message | None:
    if approver.relation is None:
        return Message(N_("Your office has no part in this case."))
    if facts.missing(approver.relation):
        return None
    if approver.relation == Relation.SENDING:
        return Message(N_("The sending office's part is done; the receiving office has to approve."))
    return Message(N_("The receiving office's part is done; the sending office has to approve."))


def _why_not_content(facts: SubmissionFacts) -> Message | None:
    if not facts.is_current:
        return Message(N_("What was submitted has changed since, or the account of the provider. Return it."))
    if facts.given_back is not None:
        person, package = facts.given_back
        return Message(
            N_("The grant of %(person)s (%(package)s) was given back since. Return the disbursement."),
            {"person": person, "package": package},
        )
    if facts.over_limit is not None:
        return facts.over_limit
    if facts.quotes_there < facts.quotes_needed:
        return Message(
            N_("Quotes needed together with other disbursements to the same provider: %(needed)d."),
            {"needed": facts.quotes_needed},
        )
    return None


def why_not_decline(facts: SubmissionFacts, approver: Approver) -> Message | None:
    """Why this person cannot return or refuse this submission: the own one is edited or cancelled instead."""
    reason = _why_not_waiting(facts)
    if reason is not None:
        return reason
    if not approver.may:
        return Message(N_("Only a supervisor returns or refuses a disbursement."))
    if approver.id == facts.requested_by or approver.id in facts.writers:
        return Message(N_("You wrote this disbursement: change it or cancel it instead."))
    if any(approver.id == who for who, _relation in facts.given):
        return Message(N_("You gave your approval already; the next word is another person's."))
    if approver.relation is None:
        return Message(N_("Your office has no part in this case."))
    return None


def why_not_decide_reversal(facts: ReversalFacts, approver: Approver) -> Message | None:
    """Why this person cannot decide on giving back a payment: not who asked, not who recorded the payment."""
    if not facts.is_waiting:
        return Message(N_("This does not wait for a decision any more."))
    if not approver.may:
        return Message(N_("Only a supervisor approves."))
    if approver.relation is None:
        return Message(N_("Your office has no part in this case."))
    if approver.id == facts.requested_by:
        return Message(N_("You asked for this yourself; somebody else has to approve it."))
    if approver.id == facts.paid_by:
        return Message(N_("You recorded the payment; somebody else has to approve this."))
    return None
