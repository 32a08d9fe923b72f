"""What may be recorded about asylum applications, as sentences; pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from casetracker.asylum.states import ApplicationFacts, AsylumOutcome
from casetracker.core.errors import N_, Message


def why_not_log(filed_on: date, today: date, *, covered: Collection[str], known: Collection[str]) -> Message | None:
    """Why an application cannot be recorded; `covered` and `known` are ids of persons."""
    if filed_on > today:
        return Message(N_("The day of the application lies in the future."), field="filed_on")
    if not covered or set(covered) - set(known):
        return Message(N_("Choose who of the case the application covers."), field="person_ids")
    return None


def why_not_record_none(*, is_recorded: bool) -> Message | None:
    """Why it cannot be recorded that nobody applied."""
    return Message(N_("Something is recorded here already.")) if is_recorded else None


def why_not_decide(facts: ApplicationFacts, decided_on: date, today: date) -> Message | None:
    """Why the outcome cannot be recorded."""
    if facts.outcome != AsylumOutcome.PENDING:
        return Message(N_("Only an application that is pending can be decided."))
    earliest = facts.appealed_on or facts.filed_on
    if earliest is not None and decided_on < earliest:
        return Message(N_("The decision cannot lie before %(day)s."), {"day": earliest}, "decided_on")
    if decided_on > today:
        return Message(N_("The day of the decision lies in the future."), field="decided_on")
    return None


def why_not_appeal(facts: ApplicationFacts, appealed_on: date, today: date) -> Message | None:
    """Why an appeal cannot be recorded."""
    if facts.outcome != AsylumOutcome.REFUSED:
        return Message(N_("Only a refused application can be appealed."))
    if facts.appealed_on is not None:
        return Message(N_("The appeal was recorded and decided already."))
    if facts.decided_on is not None and appealed_on < facts.decided_on:
        return Message(N_("The appeal cannot lie before the decision."), field="appealed_on")
    if appealed_on > today:
        return Message(N_("The day of the appeal lies in the future."), field="appealed_on")
    return None


def why_not_withdraw(facts: ApplicationFacts, withdrawn_on: date, today: date) -> Message | None:
    """Why an application cannot be withdrawn on return."""
    if facts.outcome != AsylumOutcome.PENDING:
        return Message(N_("Only an application that is pending can be withdrawn."))
    if facts.filed_on is not None and withdrawn_on < facts.filed_on:
        return Message(N_("The withdrawal cannot lie before the application."), field="withdrawn_on")
    if withdrawn_on > today:
        return Message(N_("The day of the withdrawal lies in the future."), field="withdrawn_on")
    return None


def why_not_correct(
    facts: ApplicationFacts, *, changed: bool, filed_on: date, today: date, covered: Collection[str],
    known: Collection[str],
) -> Message | None:  # fmt: skip
    """Why an application cannot be corrected like this."""
    if facts.outcome == AsylumOutcome.NONE:
        return Message(N_("Record the application instead: it takes the place of this entry."))
    if not changed:
        return Message(N_("Nothing was changed."))
    later = [day for day in (facts.decided_on, facts.withdrawn_on) if day is not None]
    if later and filed_on > min(later):
        return Message(N_("The application cannot lie after %(day)s."), {"day": min(later)}, "filed_on")
    return why_not_log(filed_on, today, covered=covered, known=known)
