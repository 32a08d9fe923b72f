"""Rules of monitoring, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from casetracker.monitoring import rules

TODAY, BEFORE, AFTER = date(2026, 5, 10), date(2026, 5, 1), date(2026, 5, 11)


@pytest.mark.parametrize(
    ("day", "arrival", "allowed"),
    [(TODAY, BEFORE, True), (TODAY, None, False), (BEFORE, TODAY, False), (AFTER, BEFORE, False)],
)
def test_visits_come_after_an_arrival(day: date, arrival: date | None, allowed: bool) -> None:
    assert (rules.why_not_visit(day, TODAY, arrival) is None) == allowed


@pytest.mark.parametrize(
    ("received", "answered", "is_answered", "allowed"),
    [(BEFORE, TODAY, False, True), (TODAY, BEFORE, False, False), (BEFORE, AFTER, False, False),
     (BEFORE, TODAY, True, False)],
)  # fmt: skip
def test_answers_come_once_and_afterwards(received: date, answered: date, is_answered: bool, allowed: bool) -> None:
    answer = rules.why_not_answer(received, answered, TODAY, is_answered=is_answered)
    assert (answer is None) == allowed


@pytest.mark.parametrize(
    ("day", "is_written", "visit", "arrival", "allowed"),
    [
        (TODAY, False, BEFORE, BEFORE, True),
        (TODAY, False, None, BEFORE, True),
        (TODAY, True, BEFORE, BEFORE, False),
        (TODAY, False, None, None, False),
        (BEFORE, False, TODAY, BEFORE, False),
        (AFTER, False, BEFORE, BEFORE, False),
    ],
)
def test_the_final_report_is_one_and_last(
    day: date, is_written: bool, visit: date | None, arrival: date | None, allowed: bool
) -> None:
    answer = rules.why_not_report(day, TODAY, is_written=is_written, last_visit_on=visit, first_arrival=arrival)
    assert (answer is None) == allowed
