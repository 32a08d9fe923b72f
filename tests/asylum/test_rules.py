"""What may be recorded about asylum applications."""

from __future__ import annotations

from datetime import date

import pytest

from casetracker.asylum import rules
from casetracker.asylum.states import ApplicationFacts, AsylumOutcome

TODAY = date(2026, 6, 1)
PENDING = ApplicationFacts(outcome=AsylumOutcome.PENDING, filed_on=date(2026, 1, 10))
REFUSED = ApplicationFacts(outcome=AsylumOutcome.REFUSED, filed_on=date(2026, 1, 10), decided_on=date(2026, 2, 1))


def test_an_application_covers_people_of_the_case() -> None:
    assert rules.why_not_log(TODAY, TODAY, covered=["a"], known=["a", "b"]) is None
    assert rules.why_not_log(date(2026, 6, 2), TODAY, covered=["a"], known=["a"]) is not None
    assert rules.why_not_log(TODAY, TODAY, covered=[], known=["a"]) is not None
    assert rules.why_not_log(TODAY, TODAY, covered=["c"], known=["a"]) is not None


def test_none_is_recorded_once() -> None:
    assert rules.why_not_record_none(is_recorded=False) is None
    assert rules.why_not_record_none(is_recorded=True) is not None


@pytest.mark.parametrize("day", [date(2026, 1, 9), date(2026, 6, 2)])
def test_days_of_decision_and_withdrawal_lie_between(day: date) -> None:
    assert rules.why_not_decide(PENDING, day, TODAY) is not None
    assert rules.why_not_withdraw(PENDING, day, TODAY) is not None


def test_only_what_is_pending_is_decided_or_withdrawn() -> None:
    assert rules.why_not_decide(PENDING, TODAY, TODAY) is None
    assert rules.why_not_withdraw(PENDING, TODAY, TODAY) is None
    assert rules.why_not_decide(REFUSED, TODAY, TODAY) is not None
    assert rules.why_not_withdraw(REFUSED, TODAY, TODAY) is not None


def test_only_a_refusal_is_appealed_and_once() -> None:
    assert rules.why_not_appeal(REFUSED, TODAY, TODAY) is None
    assert rules.why_not_appeal(PENDING, TODAY, TODAY) is not None
    assert rules.why_not_appeal(REFUSED, date(2026, 1, 20), TODAY) is not None
    assert rules.why_not_appeal(REFUSED, date(2026, 6, 2), TODAY) is not None
    again = ApplicationFacts(
        outcome=AsylumOutcome.REFUSED, filed_on=date(2026, 1, 10), decided_on=date(2026, 2, 1),
        appealed_on=date(2026, 2, 5), appeal_decided_on=date(2026, 3, 1),
    )  # fmt: skip
    assert rules.why_not_appeal(again, TODAY, TODAY) is not None


def test_a_correction_changes_something_and_keeps_the_order() -> None:
    def judge(facts: ApplicationFacts, *, changed: bool = True, filed_on: date = date(2026, 1, 11)) -> object:
        return rules.why_not_correct(facts, changed=changed, filed_on=filed_on, today=TODAY, covered=["a"], known=["a"])

    assert judge(PENDING) is None
    assert judge(PENDING, changed=False) is not None
    assert judge(REFUSED, filed_on=date(2026, 2, 2)) is not None
    assert judge(ApplicationFacts(outcome=AsylumOutcome.NONE, filed_on=None)) is not None


def test_what_lies_on_the_very_day_is_recorded() -> None:
    filed, decided = date(2026, 1, 10), date(2026, 2, 1)
    assert rules.why_not_decide(PENDING, filed, TODAY) is None
    assert rules.why_not_withdraw(PENDING, filed, TODAY) is None
    assert rules.why_not_appeal(REFUSED, decided, TODAY) is None
    given = {"covered": ["a"], "known": ["a"]}
    assert rules.why_not_correct(REFUSED, changed=True, filed_on=decided, today=TODAY, **given) is None


def test_the_day_that_stands_in_the_way_is_told() -> None:
    assert "before 2026-01-10" in str(rules.why_not_decide(PENDING, date(2026, 1, 9), TODAY))
    appealed = ApplicationFacts(
        outcome=AsylumOutcome.PENDING, filed_on=date(2026, 1, 10), appealed_on=date(2026, 2, 5)
    )  # fmt: skip
    assert "before 2026-02-05" in str(rules.why_not_decide(appealed, date(2026, 2, 4), TODAY))
    given = {"changed": True, "today": TODAY, "known": ["a"]}
    late = rules.why_not_correct(REFUSED, filed_on=date(2026, 2, 2), covered=["a"], **given)  # type: ignore[arg-type]  # what every correction is given
    assert "after 2026-02-01" in str(late)
    nobody = rules.why_not_correct(PENDING, filed_on=date(2026, 1, 10), covered=[], **given)  # type: ignore[arg-type]  # what every correction is given
    assert "Choose who of the case" in str(nobody)
