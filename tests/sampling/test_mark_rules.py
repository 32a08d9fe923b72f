"""Tick marks that contradict each other, visits that cannot have been, samples and cases that are over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from casetracker.core.errors import Message
from casetracker.core.money import Money
from casetracker.sampling import mark_rules as rules
from casetracker.sampling.mark_states import FoundThere, ItemFacts, Tick
from casetracker.sampling.states import SampleState

DAY = date(2026, 10, 1)
ONE = timedelta(days=1)
ITEM = ItemFacts(sample=SampleState.OPEN, opens_case=True, amount=Money(100_00, "EUR"), handed_over_on=DAY)


def said(message: Message | None) -> tuple[str, str | None] | None:
    """The beginning of the sentence and the field that it stands beside."""
    return (str(message)[:30], message.field) if message else None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"sample": SampleState.CLOSED}, "This sample is closed. Open it again before you change what was seen."),
        ({"opens_case": False}, "Your mandate does not open this case any more, so nothing more is noted of it."),
        ({"erased_on": DAY}, "What was personal in this case was erased on 2026-10-01. Nothing is written into it any"
                             " more."),
    ],
)  # fmt: skip
def test_what_is_over_takes_no_mark(changes: dict[str, Any], expected: str | None) -> None:
    message = rules.why_not_examine(replace(ITEM, **changes))
    assert (str(message) if message else None) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, None),
        ({"agrees": Tick.NOT_APPLICABLE}, None),
        ({"agrees": Tick.NO}, ("What does not agree is an exce", "is_exception")),
        ({"agrees": Tick.NO, "is_exception": True, "note": "Other payee"}, None),
        ({"is_exception": True}, ("Say in the note what is wrong.", "note")),
        ({"is_exception": True, "note": "Late"}, None),
        ({"wrong_amount": 1}, ("A wrong amount is an exception", "is_exception")),
        ({"wrong_amount": 0}, None),
        ({"is_exception": True, "note": "Twice", "wrong_amount": 100_00}, None),
        ({"is_exception": True, "note": "Twice", "wrong_amount": 100_01}, ("No more can be wrong than the ",
                                                                         "wrong_amount")),
    ],
)  # fmt: skip
def test_tick_marks_say_the_same_thing(typed: dict[str, Any], expected: tuple[str, str] | None) -> None:
    usual: dict[str, Any] = {"agrees": Tick.YES, "is_exception": False, "wrong_amount": None, "note": None}
    assert said(rules.why_not_mark(ITEM, **usual | typed)) == expected


def test_what_has_no_amount_has_no_wrong_one() -> None:
    typed: dict[str, Any] = {"agrees": Tick.NO, "is_exception": True, "note": "Other family"}
    item = replace(ITEM, amount=None)
    assert rules.why_not_mark(item, **typed, wrong_amount=None) is None
    assert said(rules.why_not_mark(item, **typed, wrong_amount=1)) == (
        "This entry has no amount, so n", "wrong_amount",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, None),
        ({"visited_on": DAY}, None),
        ({"visited_on": DAY - ONE}, ("It was handed over on 2026-10-", "visited_on")),
        ({"visited_on": DAY + 5 * ONE}, None),
        ({"visited_on": DAY + 6 * ONE}, ("This day has not come yet.", "visited_on")),
        ({"found": FoundThere.PARTLY}, ("Say in the remarks what was mi", "note")),
        ({"found": FoundThere.PARTLY, "note": "One of two"}, None),
        ({"found": FoundThere.NOTHING, "note": "Sold"}, ("Nobody saw it, so whether it i", "is_used")),
        ({"found": FoundThere.NOBODY_MET, "note": "Moved"}, ("Nobody saw it, so whether it i", "is_used")),
        ({"found": FoundThere.NOTHING, "note": "Sold", "is_used": Tick.NO}, None),
        ({"found": FoundThere.NOBODY_MET, "is_used": Tick.NOT_APPLICABLE}, ("Say in the remarks what was mi", "note")),
    ],
)  # fmt: skip
def test_a_visit_comes_after_the_delivery(typed: dict[str, Any], expected: tuple[str, str] | None) -> None:
    usual: dict[str, Any] = {
        "visited_on": DAY + ONE, "today": DAY + 5 * ONE, "found": FoundThere.ALL, "is_used": Tick.YES, "note": None,
    }  # fmt: skip
    assert said(rules.why_not_visit(ITEM, **usual | typed)) == expected


def test_the_day_of_a_delivery_may_be_unknown() -> None:
    item = replace(ITEM, handed_over_on=None)
    found = rules.why_not_visit(item, visited_on=DAY, today=DAY, found=FoundThere.ALL, is_used=Tick.YES, note=None)
    assert found is None
