"""Clocks and cash of a grant, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casetracker.grants import rules
from casetracker.grants.states import Clock, GrantFacts, GrantState
from casetracker.ledger.states import Totals
from casetracker.programmes.states import ApplicantRole, BasisDate, ReturnType, RuleFacts

TODAY = date(2026, 10, 1)


def grant(**other: Any) -> GrantFacts:
    facts = GrantFacts(
        id="g", dossier_id="d", person_id="p", package_id="k", package_name="Post-return", programme_id="m",
        account_id="a", amount=1_000_00, currency="EUR", state=GrantState.OPEN, state_reason=None,
        needs_plan=True,
        in_kind_only=False, cash_cap=300_00, made_on=TODAY, contact_due_on=date(2026, 10, 20),
        use_due_on=date(2027, 7, 20), totals=Totals("a", "EUR", 1_000_00, 1_000_00), version=1,
    )  # fmt: skip
    return replace(facts, **other)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_after(start: date, months: int, end: date) -> None:
    assert rules.months_after(start, months) == end


@given(st.dates(date(1900, 1, 1), date(2090, 12, 31)), st.integers(0, 60))
def test_months_after_lands_in_the_right_month(start: date, months: int) -> None:
    end = rules.months_after(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day <= start.day


@given(st.dates(date(1900, 1, 1), date(2090, 12, 31)), st.integers(1, 120))
def test_the_last_day_from_which_months_are_over(today: date, months: int) -> None:
    last = rules.last_overdue_start(today, months)
    assert rules.months_after(last, months) < today <= rules.months_after(last + timedelta(days=1), months)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 3, 2), 14, date(2026, 3, 20)),  # a Monday: the same weekday counts from the day after
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # a Friday
        (date(2026, 3, 7), 1, date(2026, 3, 9)),  # a Saturday
        (date(2026, 3, 8), 5, date(2026, 3, 13)),  # a Sunday
        (date(2026, 3, 3), 5, date(2026, 3, 10)),
        (date(2026, 12, 18), 14, date(2027, 1, 7)),  # Christmas and New Year are not taken out
    ],
)
def test_working_days_after(start: date, days: int, end: date) -> None:
    assert rules.working_days_after(start, days) == end


@given(st.dates(date(1900, 1, 1), date(2090, 12, 31)), st.integers(1, 60))
def test_working_days_are_mondays_to_fridays(start: date, days: int) -> None:
    end = rules.working_days_after(start, days)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert end.weekday() < 5 and sum(day.weekday() < 5 for day in between) == days


def test_a_clock_counts_in_one_way() -> None:
    start = date(2026, 3, 3)
    assert rules.last_day(start, 3) == date(2026, 6, 3)
    assert rules.last_day(start, None, 14) == date(2026, 3, 23)
    assert rules.last_day(start, None) is None


def test_clocks_that_run() -> None:
    both = rules.list_due(grant(), today=TODAY, has_contact=False)
    assert [(due.clock, due.is_over, due.is_near) for due in both] == [
        (Clock.CONTACT, False, True), (Clock.USE, False, False),
    ]  # fmt: skip
    assert [due.clock for due in rules.list_due(grant(), today=TODAY, has_contact=True)] == [Clock.USE]
    used = grant(totals=Totals("a", "EUR", 1_000_00, spent=1_000_00))
    assert rules.list_due(used, today=TODAY, has_contact=True) == []
    assert rules.list_due(grant(state=GrantState.LAPSED), today=TODAY, has_contact=False) == []
    over = rules.list_due(grant(), today=date(2026, 10, 21), has_contact=False)[0]
    assert over.is_over and not over.is_near
    assert not rules.list_due(grant(), today=date(2026, 10, 20), has_contact=False)[0].is_over


@pytest.mark.parametrize(
    ("other", "until", "words"),
    [
        ({}, date(2026, 11, 20), None),
        ({}, None, None),
        ({}, date(2026, 10, 20), "after"),
        ({}, date(2027, 1, 1), "eligible period"),
        ({"state": GrantState.LAPSED}, date(2026, 11, 20), "not open"),
        ({"contact_due_on": None}, date(2026, 11, 20), "does not run"),
    ],
)
def test_extending(other: dict[str, Any], until: date | None, words: str | None) -> None:
    reason = rules.why_not_extend(grant(**other), Clock.CONTACT, until, eligible_until=date(2026, 12, 31))
    assert (reason is None) if words is None else words in str(reason)


def test_drawing() -> None:
    assert rules.why_not_draw(grant()) is None
    assert "not open" in str(rules.why_not_draw(grant(state=GrantState.RELINQUISHED)))


def test_a_clock_follows_its_count_and_keeps_what_it_was_given() -> None:
    day, later = date(2026, 10, 1), date(2026, 10, 4)
    assert rules.follow(day, day, later) == later
    assert rules.follow(later, day, later) == date(2026, 10, 7), "three days were given by an extension"
    assert rules.follow(None, None, None) is None


def test_what_a_decision_may_award() -> None:
    most = RuleFacts(
        rule_id="r", package_id="k", amount=1_000_00, currency="EUR", is_maximum=True,
        applicant_role=ApplicantRole.PRINCIPAL, return_type=ReturnType.FORCED, basis=BasisDate.APPLICATION,
        valid_from=TODAY, valid_until=None,
    )  # fmt: skip

    def said(rule: RuleFacts | None, amount: int, standing: int | None = None) -> str:
        return str(rules.why_not_award(rule, amount, person="Olena", package="Post-return", standing=standing) or "")

    assert said(most, 1_000_00) == said(most, 1) == said(most, 700_00, 700_00) == ""
    assert "at most" in said(most, 1_000_01)
    assert "which stays" in said(most, 700_00, 800_00)
    fixed = replace(most, is_maximum=False)
    assert said(fixed, 1_000_00) == "" and "fixed amount" in said(fixed, 999_99)
    assert "No rule" in said(None, 1)


def test_a_clock_that_does_not_run_begins_with_its_count() -> None:
    day, later = date(2026, 10, 1), date(2026, 10, 4)
    assert rules.follow(None, day, later) == rules.follow(day, None, later) == rules.follow(None, None, later) == later
    assert rules.follow(day, day, None) is None


@pytest.mark.parametrize(
    ("today", "is_near", "is_over"),
    [
        (date(2026, 9, 19), False, False),
        (date(2026, 9, 20), True, False),
        (date(2026, 10, 20), True, False),
        (date(2026, 10, 21), False, True),
    ],
)
def test_a_clock_warns_for_thirty_days_up_to_its_last(today: date, is_near: bool, is_over: bool) -> None:
    due = rules.list_due(grant(), today=today, has_contact=False)[0]
    assert (due.is_near, due.is_over) == (is_near, is_over)


def test_a_clock_may_run_to_the_very_end_of_the_eligible_period() -> None:
    end = date(2026, 12, 31)
    assert rules.why_not_extend(grant(), Clock.CONTACT, end, eligible_until=end) is None
    assert rules.why_not_extend(grant(), Clock.CONTACT, date(2027, 1, 1), eligible_until=None) is None
