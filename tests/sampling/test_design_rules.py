"""Designs of samples at their very limits: to the cent and the item, and what is said there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from casetracker.core.errors import Message
from casetracker.sampling import design_rules, rules
from casetracker.sampling.states import (
    Asked,
    Design,
    Method,
    Place,
    SharedBy,
    SizedBy,
)

LIKELY: Any = {"sized_by": SizedBy.CONFIDENCE}
ONE = Decimal(1)


def places(*amounts: int | None) -> list[Place]:
    """One entry of each amount, all of one chain."""
    return [Place("case", "chain", seq, amount) for seq, amount in enumerate(amounts, 1)]


def planned(method: Method, found: list[Place], currency: str | None = "EUR", **asked: Any) -> Design:
    """The design; it must be one."""
    design = design_rules.plan(method, Asked(**asked), "seed", found, currency)
    assert isinstance(design, Design), design
    return design


def refused(method: Method, found: list[Place], currency: str | None = "EUR", **asked: Any) -> tuple[str | None, str]:
    """Beside which field, and why not; there must be a reason."""
    why = design_rules.plan(method, Asked(**asked), "seed", found, currency)
    assert isinstance(why, Message), why
    return why.field, str(why)


HUNDRED = places(*[1_00] * 100)


@pytest.mark.parametrize("method", [Method.SIMPLE_RANDOM, Method.MONETARY_UNIT, Method.STRATIFIED])
def test_a_number_of_items_is_one_to_five_hundred(method: Method) -> None:
    many = places(*[1_00] * 600)
    strata: Any = {"bounds": (Decimal(5),)}
    assert [planned(method, many, size=size, **strata).size for size in (1, 500)] == [1, 500]
    for size in (None, 0, 501):
        told = ("size", "Name how many items to draw, from 1 to 500.")
        assert refused(method, many, size=size, **strata) == told


def test_an_amount_is_above_nothing_and_has_a_currency_with_such_units() -> None:
    from_on: Any = {"from_amount": Decimal("0.01")}
    assert planned(Method.ALL_ABOVE, HUNDRED, **from_on) == Design(from_amount=1)
    missing = ("from_amount", "Name the amount from which on every entry is taken.")
    assert refused(Method.ALL_ABOVE, HUNDRED, from_amount=Decimal(0)) == missing
    assert refused(Method.ALL_ABOVE, HUNDRED, None, **from_on) == missing
    small: Any = {"from_amount": Decimal("0.001")}
    assert refused(Method.ALL_ABOVE, HUNDRED, **small) == (
        "from_amount", "This currency has no such small units: 0.001.",
    )  # fmt: skip


def test_a_rate_lies_between_nothing_and_everything() -> None:
    rate: Any = {"tolerable_rate": Decimal("99.9"), **LIKELY}
    design = planned(Method.SIMPLE_RANDOM, HUNDRED, **rate)
    assert (design.size, design.confidence, design.tolerable_rate, design.expected) == (1, 95, "99.9", 0)
    assert planned(Method.SIMPLE_RANDOM, HUNDRED, tolerable_rate=Decimal("0.1"), **LIKELY).size == 95
    asked = "Name the share of wrong entries that you could still tolerate, above 0 and below 100 percent."
    for none in (None, Decimal(0), Decimal(100)):
        assert refused(Method.SIMPLE_RANDOM, HUNDRED, tolerable_rate=none, **LIKELY) == ("tolerable_rate", asked)
    two: Any = {"tolerable_rate": Decimal(2), **LIKELY}
    assert planned(Method.SIMPLE_RANDOM, HUNDRED, expected=1, **two).expected == 1
    assert refused(Method.SIMPLE_RANDOM, HUNDRED, expected=2, **two) == (
        "expected", "As many exceptions are expected as could be tolerated. Expect fewer, or tolerate more.",
    )  # fmt: skip
    field, words = refused(Method.SIMPLE_RANDOM, places(*[1] * 600), tolerable_rate=Decimal("0.1"), **LIKELY)
    assert (field, words[:38]) == ("tolerable_rate", "More than 500 items would be needed. A")


def test_monetary_units_have_an_interval_of_one_at_least() -> None:
    assert planned(Method.MONETARY_UNIT, places(1), size=3).interval == 1
    assert planned(Method.MONETARY_UNIT, places(7), size=3).interval == 2
    assert refused(Method.MONETARY_UNIT, places(0, None), size=3) == (
        "method", "These entries add up to nothing: draw them by simple random choice.",
    )  # fmt: skip
    amount: Any = {"tolerable_amount": Decimal("0.60"), **LIKELY}  # 100.00 × 3.00 ÷ 0.60
    design = planned(Method.MONETARY_UNIT, HUNDRED, **amount)
    assert (design.size, design.interval, design.start) == (500, 20, rules.start_of("seed", 20))
    assert (design.confidence, design.tolerable_amount, design.expected) == (95, 60, 0)
    field, words = refused(Method.MONETARY_UNIT, HUNDRED, tolerable_amount=Decimal("0.59"), **LIKELY)
    assert (field, words[:63]) == (
        "tolerable_amount", "That is too many for one sample: 509, and at most 500 can be dr",
    )  # fmt: skip
    assert refused(Method.MONETARY_UNIT, HUNDRED, tolerable_amount=Decimal(0), **LIKELY)[0] == "tolerable_amount"


def test_strata_that_hold_something_give_one_item_each() -> None:
    found = places(*[1_00] * 50, *[9_00] * 50)
    three: Any = {"bounds": (Decimal(5), Decimal(20)), "shared_by": SharedBy.COUNT}
    assert [each.size for each in planned(Method.STRATIFIED, found, size=2, **three).strata] == [1, 1, 0]
    told = "2 strata have entries, and each gives one item at least. Draw more, or name fewer amounts."
    assert refused(Method.STRATIFIED, found, size=1, **three) == ("size", told)
    rate: Any = {"tolerable_rate": Decimal(99), **LIKELY}
    assert refused(Method.STRATIFIED, found, **three, **rate) == ("bound_1", told)
    design = planned(Method.STRATIFIED, found, tolerable_rate=Decimal(50), **LIKELY, **three)
    assert (design.confidence, design.tolerable_rate, design.expected) == (95, "50", 0)
    assert design.size == sum(each.size for each in design.strata)
    needed = "Name an amount above zero, at which a new stratum begins."
    assert refused(Method.STRATIFIED, found, size=9, bounds=(Decimal(0),)) == ("bound_1", needed)
    assert refused(Method.STRATIFIED, found, size=9, bounds=(ONE, Decimal(5), Decimal(0))) == ("bound_3", needed)
    assert refused(Method.STRATIFIED, found, size=9, bounds=(Decimal("0.001"),)) == (
        "bound_1", "This currency has no such small units: 0.001.",
    )  # fmt: skip
