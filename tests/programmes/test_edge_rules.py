"""Programmes, rules, policies and rates at the very edge of what may stand, with the sentences that say it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casetracker.core.errors import Message
from casetracker.programmes import rules
from casetracker.programmes.states import QuoteStep
from tests.programmes.test_rules import CHANGE, PERIOD, POLICY, band, office, rule

DAY = timedelta(days=1)
FIRST, LAST = PERIOD
TODAY = date(2026, 11, 21)


def said(reason: Message | None) -> tuple[str, str | None]:
    """The sentence and the field that it stands beside."""
    return (str(reason), reason.field) if reason is not None else ("", None)


def step(amount: int, number: int) -> QuoteStep:
    """So many quotes from this amount on."""
    return QuoteStep(from_amount=amount, number=number)


@pytest.mark.parametrize(
    ("reason", "words", "field"),
    [
        (rules.why_not_period(LAST, FIRST, "until"), "2015-01-01, lies before the first, 2020-12-31", "until"),
        (rules.why_not_line_ceiling(61, 40, 100, "EUR"), "(0.40 EUR) this is above the programme's ceiling of 1.00",
         "ceiling"),
        (rules.why_not_programme_ceiling(99, 100, "EUR"), "add up to 1.00 EUR", "ceiling"),
        (rules.why_not_below_used(99, 100, "EUR"), "1.00 EUR is already awarded", "ceiling"),
        (rules.why_not_policy_from(TODAY, TODAY, TODAY), "begins on 2026-11-21", "valid_from"),
        (rules.why_not_policy_from(TODAY - DAY, FIRST, TODAY), "in the past", "valid_from"),
        (rules.why_not_edit_policy(TODAY, TODAY), "since 2026-11-21", None),
        (rules.why_not_rate("1", "EUR", "EUR"), "two different currencies", "currency"),
        (rules.why_not_rate("0", "UAH", "EUR"), "above zero", "rate"),
        (rules.why_not_rate("-1", "UAH", "EUR"), "above zero", "rate"),
        (rules.why_not_second_rate("48.50", "48.5", TODAY), "This rate of 2026-11-21 is already stored", "day"),
        (rules.why_not_second_rate("48.51", "48.5", TODAY), "For 2026-11-21 the rate 48.5 is stored", "day"),
        (rules.why_not_quotes((step(1, 1), step(1, 2))), "must rise", "quotes"),
        (rules.why_not_quotes((step(2, 1), step(1, 2))), "must rise", "quotes"),
        (rules.why_not_quotes((step(1, 2), step(2, 1))), "cannot need fewer", "quotes"),
    ],
)  # fmt: skip
def test_what_cannot_stand_says_why_and_where(reason: Message | None, words: str, field: str | None) -> None:
    sentence, beside = said(reason)
    assert words in sentence and beside == field


@pytest.mark.parametrize(
    "reason",
    [
        rules.why_not_period(FIRST, FIRST, "until"),
        rules.why_not_period(FIRST, None, "until"),
        rules.why_not_programme_ceiling(100, 100, "EUR"),
        rules.why_not_rate("0.01", "UAH", "EUR"),
        rules.why_not_second_rate("48.5", None, TODAY),
        rules.why_not_quotes((step(1, 2), step(2, 2))),
    ],
)
def test_what_just_can(reason: Message | None) -> None:
    assert reason is None


@pytest.mark.parametrize(
    ("in_kind_only", "cash_cap", "words"),
    [(True, None, ""), (False, 300_00, ""), (False, None, ""), (True, 0, "wholly in kind has no cash cap")],
)
def test_a_package_wholly_in_kind_has_no_cash_cap(in_kind_only: bool, cash_cap: int | None, words: str) -> None:
    reason = rules.why_not_package(
        in_kind_only=in_kind_only, cash_cap=cash_cap, use_within_months=12, within_working_days=None
    )
    sentence, field = said(reason)
    assert words in sentence and field == ("cash_cap" if words else None) and bool(sentence) == bool(words)


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "field"),
    [
        (FIRST, None, None),
        (FIRST, LAST, None),
        (LAST, LAST, None),
        (LAST, None, None),
        (FIRST - DAY, LAST, "valid_from"),
        (LAST + DAY, None, "valid_from"),
        (FIRST, LAST + DAY, "valid_until"),
        (LAST, LAST + DAY, "valid_until"),
    ],
)
def test_a_rule_lies_inside_the_eligible_period(valid_from: date, valid_until: date | None, field: str | None) -> None:
    made = rule(valid_from=valid_from, valid_until=valid_until)
    sentence, beside = said(rules.why_not_rule(made, [], PERIOD))
    assert beside == field and ("2015-01-01 to 2020-12-31" in sentence) == (field is not None)
    outside, _field = said(rules.why_not_leave_rule_outside(made, PERIOD))
    until = valid_until or "further notice"
    assert (f"from {valid_from} to {until}, which would lie outside" in outside) == (field is not None)
    assert (outside == "") == (field is None)


@pytest.mark.parametrize(("until", "words"), [(None, "to further notice"), (CHANGE, "to 2017-07-12")])
def test_the_rule_in_the_way_is_told_by_its_days(until: date | None, words: str) -> None:
    other = rule("other", valid_until=until)
    assert f"from 2015-01-01 {words}" in str(rules.why_not_rule(rule("new"), [other], PERIOD))


def test_bands_are_called_by_their_ends() -> None:
    names = [str(rules.band_name(POLICY.bands, each, "EUR")) for each in POLICY.bands]
    assert names == ["Up to 500.00 EUR", "Up to 5000.00 EUR", "Above 5000.00 EUR"]
    assert str(rules.band_name([band(None)], band(None), "EUR")) == "Any amount"


def test_a_band_asks_each_side_for_its_own_supervisors() -> None:
    present: list[Any] = [office("Kyiv", "A"), office("Tallinn", "B", "C", sending=True)]
    assert rules.unsatisfied([band(None, 1, 2)], present, "EUR") == []
    assert len(rules.unsatisfied([band(None, 2, 1)], present, "EUR")) == 1
