"""The rules of samples at their very limits: to the cent, the item and the day, and what is said there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import comb, exp, lgamma, log
from typing import Any

import pytest

from casetracker.core.actor import Mandate
from casetracker.core.errors import Message
from casetracker.sampling import design_rules, finding_rules, method_rules, rules, size_rules
from casetracker.sampling.states import (
    LONGEST_SEED,
    MOST_BOUNDS,
    MOST_ENTRIES,
    MOST_ITEMS,
    Asked,
    CaseThen,
    Choice,
    Design,
    Method,
    Place,
    PopulationFilter,
    PopulationKind,
    SharedBy,
    SizedBy,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OPENED, CLOSED = date(2026, 1, 10), date(2026, 3, 10)
PAYMENTS, CASES = PopulationKind.PAYMENTS, PopulationKind.CASES
LIKELY: Any = {"sized_by": SizedBy.CONFIDENCE}
ONE = Decimal(1)


def places(*amounts: int | None) -> list[Place]:
    """One entry of each amount, all of one chain."""
    return [Place("case", "chain", seq, amount) for seq, amount in enumerate(amounts, 1)]


def case(**changes: Any) -> CaseThen:
    """Of Tallinn and Kyiv, open for two months."""
    usual: dict[str, Any] = {
        "dossier_id": "case", "sending_office_id": "tallinn", "office_ids": frozenset({"tallinn", "kyiv"}),
        "programme_id": "eu", "opened_on": OPENED, "closed_on": CLOSED,
    }  # fmt: skip
    return CaseThen(**{**usual, **changes})


def mandate(first: date, last: date) -> Mandate:
    """For any office and programme on these days."""
    return Mandate(office_ids=frozenset(), programme_ids=frozenset(), valid_from=first, valid_until=last)


@pytest.mark.parametrize(
    ("first", "last", "closed_on", "opens"),
    [
        (OPENED - DAY, OPENED, CLOSED, True),
        (OPENED - DAY, OPENED - DAY, CLOSED, False),
        (OPENED, OPENED, CLOSED, True),
        (CLOSED, CLOSED, CLOSED, True),
        (CLOSED + DAY, CLOSED + DAY, CLOSED, False),
        (CLOSED + DAY, CLOSED + DAY, None, True),
        (OPENED + DAY, OPENED, None, False),
    ],
)
def test_a_mandate_opens_what_stood_open_on_any_of_its_days(
    first: date, last: date, closed_on: date | None, opens: bool
) -> None:
    assert rules.is_in_scope(case(closed_on=closed_on), [mandate(first, last)], date(2099, 1, 1)) is opens


def test_each_part_of_a_filter_may_be_left_out() -> None:
    assert rules.fits(case(), PopulationFilter())
    assert rules.fits(case(), PopulationFilter(office_id="tallinn")) and rules.fits(
        case(), PopulationFilter(programme_id="eu")
    )
    assert not rules.fits(case(), PopulationFilter(office_id="kyiv", programme_id="nl"))
    least, most = PopulationFilter(least=ONE), PopulationFilter(most=ONE)
    assert [rules.is_between(amount, "EUR", least) for amount in (99, 100, 10**9)] == [False, True, True]
    assert [rules.is_between(amount, "EUR", most) for amount in (0, 100, 101)] == [True, True, False]


def test_the_first_unit_is_one_to_the_interval() -> None:
    digest = int(hashlib.sha256(b"seed|start").hexdigest(), 16)
    assert [rules.start_of("seed", interval) for interval in (1, 7, 1000)] == [1, digest % 7 + 1, digest % 1000 + 1]
    assert rules.amount_of(places(None, 5, None)) == 5 and rules.amount_of([]) == 0


FULL = [Place("case", "chain", 1, 1)] * MOST_ENTRIES
SAID: list[tuple[Callable[[], Message | None], str | None, str | None]] = [
    (lambda: rules.why_not_seed("x" * LONGEST_SEED), None, None),
    (
        lambda: rules.why_not_seed("x" * (LONGEST_SEED + 1)), "seed",
        "A seed has 1 to 40 letters, digits and signs, and no blank at its ends.",
    ),
    (lambda: rules.why_not_seed("a b"), None, None),
    (
        lambda: rules.why_not_until(NOW + timedelta(microseconds=1), NOW), "until",
        "That day is not over yet. Leave it empty to draw from everything up to now.",
    ),
    (lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(first=NOW)), None, None),
    (lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(end=NOW)), None, None),
    (lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(first=NOW, end=NOW + DAY)), None, None),
    (
        lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(first=NOW, end=NOW)), "last_day",
        "The last day lies before the first.",
    ),
    (lambda: rules.why_not_filter(CASES, PopulationFilter()), None, None),
    (
        lambda: rules.why_not_filter(CASES, PopulationFilter(most=ONE)), "least", "Cases have no amount to filter by.",
    ),
    (lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(least=ONE)), None, None),
    (lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(most=ONE)), None, None),
    (
        lambda: rules.why_not_filter(PAYMENTS, PopulationFilter(least=ONE + ONE, most=ONE)), "most",
        "The highest amount is below the lowest.",
    ),
    (lambda: rules.why_not_population(FULL, ["EUR"]), None, None),
    (lambda: rules.why_not_population(FULL, []), None, None),
    (
        lambda: rules.why_not_population([*FULL, FULL[0]], ["EUR"]), None,
        "Too many entries fit for one sample: at most 200000 can. Narrow the days or the filter.",
    ),
    (
        lambda: rules.why_not_items([Choice(FULL[0])] * (MOST_ITEMS + 1)), None,
        "That is too many for one sample: 501, and at most 500 can be drawn. Narrow the filter, accept more in error, "
        "or take less confidence.",
    ),
    (lambda: rules.why_not_items([Choice(FULL[0])]), None, None),
    (lambda: rules.why_not_bounds([1]), None, None),
    (lambda: rules.why_not_bounds(range(1, MOST_BOUNDS + 1)), None, None),
    (
        lambda: rules.why_not_bounds(range(1, MOST_BOUNDS + 2)), "bound_1",
        "Name 1 to 5 amounts at which a new stratum begins.",
    ),
    (lambda: rules.why_not_bounds([]), "bound_1", "Name 1 to 5 amounts at which a new stratum begins."),
    *(
        (
            lambda bounds=bounds: rules.why_not_bounds(bounds), f"bound_{len(bounds)}",
            "Each amount must be higher than the one before it.",
        )
        for bounds in ([3, 3], [1, 4, 2])
    ),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(SAID)))
def test_what_is_refused_is_said_beside_its_field(number: int) -> None:
    judge, field, words = SAID[number]
    why = judge()
    assert (str(why) if why else None, why.field if why else None) == (words, field)


# Designs


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


# Methods


def test_what_is_nothing_holds_no_unit() -> None:
    chosen = method_rules.by_unit(places(0, None, -3, 5, 5), 5, 1)
    assert [(each.place.seq, each.hits) for each in chosen] == [(4, 1), (5, 1)]
    assert [each.place.seq for each in method_rules.by_unit(places(4, 4), 4, 4)] == [1, 2], "the last unit of each"
    assert [each.place.seq for each in method_rules.by_unit(places(3, 4), 4, 4)] == [2]


def test_a_design_that_names_no_numbers_takes_every_unit_every_amount_and_no_item() -> None:
    found = places(1, None)
    assert [(each.place.seq, each.hits) for each in method_rules.draw(Method.MONETARY_UNIT, Design(), "s", places(2))
            ] == [(1, 2)]  # fmt: skip
    assert {each.place.seq for each in method_rules.draw(Method.ALL_ABOVE, Design(), "s", found)} == {1, 2}
    above = method_rules.draw(Method.ALL_ABOVE, Design(from_amount=1), "s", found)
    assert [each.place.seq for each in above] == [1]
    assert method_rules.draw(Method.SIMPLE_RANDOM, Design(), "s", found) == []


def test_an_amount_at_which_strata_meet_is_of_the_upper_one() -> None:
    strata = method_rules.strata_of([100, 200], places(None, 0, 99, 100, 199, 200))
    assert [(each.name, each.least, each.below, each.count, each.amount) for each in strata] == [
        ("1", None, 100, 3, 99), ("2", 100, 200, 2, 299), ("3", 200, None, 1, 200),
    ]  # fmt: skip


def test_a_stratum_gives_the_first_of_its_own_in_the_order_of_the_draw() -> None:
    found = places(*[1_00, 9_00] * 20)
    strata = planned(Method.STRATIFIED, found, size=6, bounds=(Decimal(5),), shared_by=SharedBy.COUNT).strata
    chosen = method_rules.draw(Method.STRATIFIED, Design(strata=strata), "s", found)
    ordered = rules.in_order("s", found)
    for name, amount in (("1", 1_00), ("2", 9_00)):
        given = [each.place for each in chosen if each.stratum == name]
        assert given == [each for each in ordered if each.amount == amount][:3]


def test_entries_of_nothing_share_by_their_number() -> None:
    assert method_rules.share(3, method_rules.strata_of([1], places(0, 0, 0, 0)), SharedBy.AMOUNT) == [3, 0]
    strata = method_rules.strata_of([1], places(0, 0, 0, 5))
    assert method_rules.share(3, strata, SharedBy.AMOUNT) == [2, 1], "the second has no more, so the first gives it"


# Sizes


def test_sure_is_sure_at_the_very_percent() -> None:
    assert size_rules.is_sure(10, 1, 9, 0, 90) and not size_rules.is_sure(10, 1, 9, 0, 91)
    assert size_rules.attribute_size(100, Decimal(95), 0, 95, 500) == 1
    assert [size_rules.tolerable_number(100, Decimal(rate)) for rate in ("0.01", "1", "1.01")] == [1, 1, 2]


@pytest.mark.parametrize(("count", "size", "found"), [(12, 5, 0), (12, 5, 1), (30, 29, 3), (40, 8, 8), (9, 1, 0)])
def test_the_most_wrong_is_what_trying_each_number_says(count: int, size: int, found: int) -> None:
    """The largest number of wrong entries with which so few are found in more than 5 of 100 samples."""
    chances = {
        wrong: Fraction(
            sum(comb(wrong, n) * comb(count - wrong, size - n) for n in range(found + 1)), comb(count, size)
        )
        for wrong in range(found, count - (size - found) + 1)
    }
    likely = [wrong for wrong, chance in chances.items() if chance > Fraction(5, 100)]
    assert size_rules.upper_number(count, size, found, 95) == max(likely)


@pytest.mark.parametrize("found", [0, 5, 84, 100, MOST_ITEMS])
def test_a_factor_is_the_smallest_mean_that_so_few_make_unlikely(found: int) -> None:
    """However many exceptions: the limit of two hundred is no hundred."""

    def chance(mean: float) -> float:
        return sum(exp(n * log(mean) - mean - lgamma(n + 1)) for n in range(found + 1))

    factor = size_rules.factor(found, 95)
    assert chance(factor / 100) <= 0.05 < chance((factor - 1) / 100)


def test_percents_are_rounded_up_to_a_tenth() -> None:
    told = [str(size_rules.percent(*each)) for each in ((1, 2), (1, 1000), (1, 1001), (0, 7), (7, 7))]
    assert told == ["50.0", "0.1", "0.1", "0.0", "100.0"]


def test_an_office_has_a_month_and_two_weeks_once_its_answer_was_sent_back() -> None:
    assert (finding_rules.USUAL_DAYS, finding_rules.SENT_BACK_DAYS) == (30, 14)
