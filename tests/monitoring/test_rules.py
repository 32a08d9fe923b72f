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


def test_what_is_logged_of_the_very_day_stands() -> None:
    assert rules.why_not_visit(TODAY, TODAY, TODAY) is None
    assert rules.why_not_answer(TODAY, TODAY, TODAY, is_answered=False) is None
    assert rules.why_not_report(TODAY, TODAY, is_written=False, last_visit_on=TODAY, first_arrival=TODAY) is None


def test_the_day_that_stands_in_the_way_is_told() -> None:
    def report(visit: date | None) -> str:
        return str(rules.why_not_report(BEFORE, AFTER, is_written=False, last_visit_on=visit, first_arrival=TODAY))

    assert "on 2026-05-10: a visit" in str(rules.why_not_visit(BEFORE, TODAY, TODAY))
    assert "on 2026-05-10: an answer" in str(rules.why_not_answer(TODAY, BEFORE, TODAY, is_answered=False))
    assert "last visit, 2026-05-10" in report(None) and "last visit, 2026-05-11" in report(AFTER)


@pytest.mark.parametrize(
    ("received", "answered", "answer", "was_answered", "words"),
    [
        (BEFORE, None, None, False, None),
        (BEFORE, TODAY, "We wrote back", True, None),
        (BEFORE, TODAY, "We wrote back", False, "Log an answer as an answer"),
        (BEFORE, None, None, True, "can be corrected, not removed"),
        (BEFORE, TODAY, None, False, "An answer has its day"),
        (BEFORE, None, "We wrote back", True, "An answer has its day"),
        (TODAY, BEFORE, "We wrote back", True, "an answer comes after it"),
        (AFTER, None, None, False, "future"),
        (BEFORE, AFTER, "We wrote back", True, "future"),
    ],
)
def test_a_correction_neither_gives_nor_takes_an_answer(
    received: date, answered: date | None, answer: str | None, was_answered: bool, words: str | None
) -> None:
    reason = rules.why_not_correct_complaint(received, answered, answer, TODAY, was_answered=was_answered)
    assert (reason is None) if words is None else (words in str(reason))
