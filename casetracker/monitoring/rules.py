"""When a visit, a complaint, an answer or the final report may be logged."""

from __future__ import annotations

from datetime import date

from casetracker.core.errors import N_, Message


def why_not_day(day: date, today: date, field: str) -> Message | None:
    """A fact is of today or of the past."""
    if day > today:
        return Message(N_("This day lies in the future. Enter it once it has happened.")).beside(field)
    return None


def why_not_visit(visited_on: date, today: date, first_arrival: date | None) -> Message | None:
    """Somebody has to have arrived before an office visits."""
    if first_arrival is None:
        return Message(N_("Nobody of this case has arrived yet, so there is nobody to visit."))
    if visited_on < first_arrival:
        return Message(N_("The first arrival was on %(day)s: a visit comes after it."), {"day": first_arrival}).beside(
            "visited_on"
        )
    return why_not_day(visited_on, today, "visited_on")


def why_not_answer(received_on: date, answered_on: date, today: date, *, is_answered: bool) -> Message | None:
    """An answer comes once, not before what it answers."""
    if is_answered:
        return Message(N_("This was answered already."))
    if answered_on < received_on:
        return Message(N_("This was received on %(day)s: an answer comes after it."), {"day": received_on}).beside(
            "answered_on"
        )
    return why_not_day(answered_on, today, "answered_on")


def why_not_correct_complaint(
    received_on: date, answered_on: date | None, answer: str | None, today: date, *, was_answered: bool
) -> Message | None:
    """An answer that was given is not taken away, and none is given by a correction."""
    if was_answered != (answer is not None):
        return Message(N_("Log an answer as an answer; one that was given can be corrected, not removed.")).beside(
            "answer"
        )
    if (answer is None) != (answered_on is None):
        return Message(N_("An answer has its day.")).beside("answered_on")
    if answered_on is not None:
        return why_not_answer(received_on, answered_on, today, is_answered=False)
    return why_not_day(received_on, today, "received_on")


def why_not_report(
    reported_on: date,
    today: date,
    *,
    is_written: bool,
    last_visit_on: date | None,
    first_arrival: date | None,
) -> Message | None:
    """A case has one final report, after somebody arrived, and not before the last visit."""
    if is_written:
        return Message(N_("This case has its final report. Correct that one instead."))
    if first_arrival is None:
        return Message(N_("Nobody of this case has arrived yet, so there is nothing to report on."))
    if reported_on < max(first_arrival, last_visit_on or first_arrival):
        day = max(first_arrival, last_visit_on or first_arrival)
        return Message(
            N_("The final report comes after the arrival and the last visit, %(day)s."), {"day": day}
        ).beside("reported_on")
    return why_not_day(reported_on, today, "reported_on")
