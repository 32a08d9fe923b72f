"""When an event can be planned, held, cancelled and corrected. Pure."""

from __future__ import annotations

from datetime import date

from casetracker.community.benefit_rules import why_not_count
from casetracker.community.benefit_states import CohesionState, CountEntry
from casetracker.community.rules import why_not_day
from casetracker.core.errors import N_, Message


def why_not_plan(day: date, today: date) -> Message | None:
    """Why an event cannot be planned for this day: what is over was held."""
    return Message(N_("This day is over. Enter the event as held."), {}, "day") if day < today else None


def why_not_hold(state: CohesionState, day: date, count: CountEntry, today: date) -> Message | None:
    """Why an event cannot be entered as held on this day with these participants."""
    return why_settled(state) or why_not_day(day, today, "day") or why_not_count(count)


def why_settled(state: CohesionState) -> Message | None:
    """Why a planned event is not held or cancelled: it was already."""
    if state == CohesionState.HELD:
        return Message(N_("This event was held. Correct it instead."))
    return Message(N_("This event was cancelled.")) if state == CohesionState.CANCELLED else None


def why_not_correct(state: CohesionState, day: date, count: CountEntry, today: date) -> Message | None:
    """Why an event that was held cannot be corrected to this day and these participants."""
    if state != CohesionState.HELD:
        return Message(N_("Only an event that was held is corrected."))
    return why_not_day(day, today, "day") or why_not_count(count)
