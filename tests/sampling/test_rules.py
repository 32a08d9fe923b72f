"""What is drawn, in which order, how many: against tables, against counting by hand, and at the edges."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest

from casetracker.core.actor import Mandate
from casetracker.core.errors import Message
from casetracker.sampling import design_rules, method_rules, rules, size_rules
from casetracker.sampling.projection_rules import Result, project
from casetracker.sampling.states import (
    MOST_ITEMS,
    Asked,
    CaseThen,
    Choice,
    Design,
    Method,
    Place,
    PopulationFilter,
    PopulationKind,
    SampleState,
    SharedBy,
    SizedBy,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EUR = "EUR"


def places(*amounts: int) -> list[Place]:
    """One entry of each amount, all of one chain."""
    return [Place("case", "chain", seq, amount) for seq, amount in enumerate(amounts, 1)]


def planned(method: Method, found: list[Place], **asked: object) -> Design:
    """The design; it must be one."""
    design = design_rules.plan(method, Asked(**asked), "seed", found, EUR)  # type: ignore[arg-type]  # the fields of Asked
    assert isinstance(design, Design), design
    return design


def refused(method: Method, found: list[Place], **asked: object) -> Message:
    """Why not; there must be a reason."""
    why = design_rules.plan(method, Asked(**asked), "seed", found, EUR)  # type: ignore[arg-type]  # as above
    assert isinstance(why, Message), why
    return why


# The order


def test_the_order_is_what_sha256sum_says() -> None:
    place = Place("case", "abcdefghijklmnopqrstuvwxyz", 7, 100)
    assert (
        rules.rank_of("Größe 1", place) == hashlib.sha256("Größe 1|abcdefghijklmnopqrstuvwxyz-7".encode()).hexdigest()
    )
    assert rules.hash_of([place]) == hashlib.sha256(b"abcdefghijklmnopqrstuvwxyz-7 100\n").hexdigest()
    assert rules.hash_of([Place("x", "a", 1, None)]) == hashlib.sha256(b"a-1 -\n").hexdigest()


def test_the_hash_of_a_population_does_not_depend_on_the_order_it_was_read_in() -> None:
    found = [*places(1, 2, 3), Place("other", "b", 10, 5), Place("other", "b", 9, 5)]
    assert rules.hash_of(found) == rules.hash_of(found[::-1])
    assert rules.hash_of(found) != rules.hash_of(found[1:])


def test_more_of_the_same_seed_keeps_what_was_drawn() -> None:
    found = places(*range(1, 41))
    few, many = (method_rules.draw(Method.SIMPLE_RANDOM, Design(size=size), "s", found) for size in (5, 12))
    assert many[:5] == few
    assert method_rules.draw(Method.SIMPLE_RANDOM, Design(size=5), "t", found) != few


def test_monetary_units_hit_what_holds_them() -> None:
    """Units 3, 8, 13, 18 of 4 + 10 + 0 + 6 = 20."""
    chosen = method_rules.by_unit(places(4, 10, 0, 6), 5, 3)
    assert [(each.place.amount, each.hits) for each in chosen] == [(4, 1), (10, 2), (6, 1)]


def test_every_entry_of_the_interval_or_more_is_certain() -> None:
    found = places(*[7, 300, 45, 2, 120, 80, 1000, 3, 99, 100])
    for number in range(1, 40):
        seed = str(number)
        interval = 100
        chosen = method_rules.draw(
            Method.MONETARY_UNIT, Design(interval=interval, start=rules.start_of(seed, interval)), seed, found
        )
        assert {300, 120, 1000, 100} <= {each.place.amount for each in chosen}
        assert sum(each.hits for each in chosen) in (17, 18)  # 1,756 units
        assert all(each.hits == 1 for each in chosen if (each.place.amount or 0) < interval)


def test_strata_share_in_proportion_and_each_gives_one() -> None:
    found = places(*[1] * 60, *[500] * 30, *[10_000] * 10)
    strata = method_rules.strata_of([100, 1000], found)
    assert [(each.count, each.amount) for each in strata] == [(60, 60), (30, 15_000), (10, 100_000)]
    assert method_rules.share(20, strata, SharedBy.COUNT) == [11, 6, 3]
    assert method_rules.share(20, strata, SharedBy.AMOUNT) == [1, 9, 10]  # the third has no more
    assert method_rules.share(3, strata, SharedBy.AMOUNT) == [1, 1, 1]
    assert method_rules.share(200, strata, SharedBy.COUNT) == [60, 30, 10]
    empty = method_rules.strata_of([100, 200], places(1, 1, 500))
    assert method_rules.share(2, empty, SharedBy.COUNT) == [1, 0, 1]


def test_a_stratified_sample_has_of_each_what_it_gives() -> None:
    found = places(*[1] * 60, *[500] * 30, *[10_000] * 10)
    design = planned(
        Method.STRATIFIED, found, size=20, bounds=(Decimal(1), Decimal(10)), shared_by=SharedBy.COUNT
    )  # 1 and 10 euros are 100 and 1,000 cents
    chosen = method_rules.draw(Method.STRATIFIED, design, "s", found)
    assert [each.stratum for each in chosen] == ["1"] * 11 + ["2"] * 6 + ["3"] * 3


def test_all_from_an_amount_on() -> None:
    found = places(99, 100, 101)
    design = planned(Method.ALL_ABOVE, found, from_amount=Decimal("1.00"))
    assert {each.place.amount for each in method_rules.draw(Method.ALL_ABOVE, design, "s", found)} == {100, 101}


def test_poisson_factors_are_those_of_the_tables() -> None:
    """AICPA, Audit Sampling, confidence factors for monetary unit sampling."""
    assert [size_rules.factor(found, 95) for found in range(6)] == [300, 475, 630, 776, 916, 1052]
    assert [size_rules.factor(found, 90) for found in range(6)] == [231, 389, 533, 669, 800, 928]
    assert [size_rules.factor(found, 80) for found in range(6)] == [161, 300, 428, 552, 673, 791]
    assert [size_rules.factor(0, confidence) for confidence in (85, 99)] == [190, 461]


def test_sizes_for_a_rate_are_those_of_the_tables() -> None:
    """Large populations, 95 %, 5 %: 59, 93, 124, 153 (AICPA, statistical sample sizes for tests of controls)."""
    sizes = [size_rules.attribute_size(200_000, Decimal(5), found, 95, 500) for found in range(4)]
    assert sizes == [59, 93, 124, 153]
    assert size_rules.attribute_size(500, Decimal(5), 0, 95, 500) == 56  # fewer where the population is small
    assert size_rules.attribute_size(200_000, Decimal("0.5"), 0, 95, 500) is None
    assert size_rules.attribute_size(10, Decimal(10), 0, 95, 500) == 10  # to be sure of one among ten, look at all


def test_a_size_is_what_counting_every_sample_says() -> None:
    """Of 12 entries 4 are wrong: samples of 5 without any wrong one are 56 of 792."""
    wrong = set(range(4))
    samples = list(combinations(range(12), 5))
    lucky = Fraction(sum(not wrong & set(each) for each in samples), len(samples))
    assert lucky == Fraction(56, 792)
    assert size_rules.is_sure(12, 4, 5, 0, 90) is (lucky <= Fraction(10, 100))
    assert size_rules.is_sure(12, 4, 5, 0, 95) is (lucky <= Fraction(5, 100))
    assert size_rules.attribute_size(12, Decimal("33.3"), 0, 90, 500) == 5


def test_the_most_that_may_be_wrong() -> None:
    assert size_rules.upper_number(12, 12, 3, 95) == 3
    assert size_rules.upper_number(200_000, 59, 0, 95) < 200_000 * 5 // 100
    assert size_rules.percent(1, 3) == Decimal("33.4")


def test_units_for_a_tolerable_amount() -> None:
    """1,000,000 at 3.00 ÷ 100,000: 30; with one exception 47.5, so 48."""
    assert size_rules.unit_size(1_000_000, 100_000, 0, 95) == 30
    assert size_rules.unit_size(1_000_000, 100_000, 1, 95) == 48


def test_the_interval_follows_from_the_size() -> None:
    found = places(*[100_00] * 100)
    design = planned(
        Method.MONETARY_UNIT, found, sized_by=SizedBy.CONFIDENCE, tolerable_amount=Decimal(1000), confidence=95
    )
    assert (design.size, design.interval) == (30, 10_000_00 // 30)
    assert design.start is not None
    assert 1 <= design.start <= 10_000_00 // 30


# What follows for the whole


def test_projecting_by_difference() -> None:
    results = [Result(amount=100, wrong=wrong, is_exception=bool(wrong)) for wrong in (0, 0, 10, 0, 5)]
    found = project(Method.SIMPLE_RANDOM, Design(size=5), 50, results)
    assert (found.wrong, found.exceptions, found.projected, found.confidence) == (15, 2, 150, 95)
    assert found.upper_number is not None
    assert found.upper_number >= 20
    assert found.upper_amount is None


def test_projecting_by_strata() -> None:
    strata = method_rules.strata_of([100], places(*[1] * 40, *[500] * 10))
    results = [
        *(Result(amount=1, wrong=wrong, is_exception=bool(wrong), stratum="1") for wrong in (1, 0, 0, 0)),
        *(Result(amount=500, wrong=wrong, is_exception=bool(wrong), stratum="2") for wrong in (50, 0)),
    ]
    assert project(Method.STRATIFIED, Design(size=6, strata=strata), 50, results).projected == 40 // 4 + 50 * 10 // 2


def test_projecting_monetary_units() -> None:
    """Interval 1,000, 95 %: tainting 0.5 and 0.1, and 70 wrong in an item of 2,000.

    Projected: 70 + 500 + 100. Upper: 70 + 3.00 × 1,000 + 1.75 × 500 + 1.55 × 100.
    """
    results = [
        Result(amount=2000, wrong=70, is_exception=True), Result(amount=200, wrong=20, is_exception=True),
        Result(amount=400, wrong=200, is_exception=True), Result(amount=300, wrong=0, is_exception=False),
    ]  # fmt: skip
    found = project(Method.MONETARY_UNIT, Design(interval=1000, start=1, size=4), 50, results)
    assert (found.projected, found.upper_amount) == (670, 70 + 3000 + 875 + 155)
    clean = project(Method.MONETARY_UNIT, Design(interval=1000, start=1, size=4), 50, results[3:])
    assert (clean.projected, clean.upper_amount) == (0, 3000)


def test_what_was_not_drawn_by_chance_projects_nothing() -> None:
    results = [Result(amount=2000, wrong=70, is_exception=True)]
    found = project(Method.ALL_ABOVE, Design(from_amount=1000), 50, results)
    assert (found.wrong, found.projected, found.upper_rate) == (70, None, None)
    of_cases = project(Method.SIMPLE_RANDOM, Design(size=1), 50, [Result(amount=None, wrong=0, is_exception=False)])
    assert of_cases.projected is None
    assert of_cases.upper_rate is not None


# What belongs to it


def case(**changes: object) -> CaseThen:
    usual: dict[str, object] = {
        "dossier_id": "case", "sending_office_id": "tallinn", "office_ids": frozenset({"tallinn", "kyiv"}),
        "programme_id": "eu", "opened_on": date(2026, 1, 10), "closed_on": date(2026, 3, 10),
    }  # fmt: skip
    return CaseThen(**{**usual, **changes})  # type: ignore[arg-type]  # the fields of a case


def mandate(*offices: str, programmes: tuple[str, ...] = (), first: date = date(2026, 1, 1)) -> Mandate:
    return Mandate(
        office_ids=frozenset(offices), programme_ids=frozenset(programmes), valid_from=first,
        valid_until=date(2026, 12, 31),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("mandates", "opens", "opens_sending"),
    [
        ([mandate()], True, True),
        ([mandate("kyiv")], True, False),
        ([mandate("tallinn")], True, True),
        ([mandate("riga")], False, False),
        ([mandate(programmes=("eu",))], True, True),
        ([mandate(programmes=("nl",))], False, False),
        ([mandate(first=date(2026, 3, 10))], True, True),
        ([mandate(first=date(2026, 3, 11))], False, False),
        ([mandate("riga"), mandate("kyiv")], True, False),
        ([], False, False),
    ],
)
def test_which_cases_a_mandate_opens(mandates: list[Mandate], opens: bool, opens_sending: bool) -> None:
    last = date(2026, 6, 1)
    assert rules.is_in_scope(case(), mandates, last) is opens
    assert rules.opens_sending_side(case(), mandates, last) is opens_sending


def test_a_mandate_opens_nothing_of_a_moment_before_it_begins() -> None:
    """The case stands open at the moment; whether it still did on the mandate's days is not known then."""
    open_then, later = case(closed_on=None), [mandate(first=date(2026, 2, 2))]
    for last, opens in ((date(2026, 2, 1), False), (date(2026, 2, 2), True)):
        assert rules.is_in_scope(open_then, later, last) is opens
        assert rules.opens_sending_side(open_then, later, last) is opens
        assert (rules.why_not_begun(later, last) is None) is opens
    assert rules.why_not_begun([], date(2026, 2, 1)) is None
    assert rules.why_not_begun([*later, mandate()], date(2026, 2, 1)) is None
    midnight = datetime(2026, 2, 2, tzinfo=UTC)
    assert rules.last_day(midnight) == date(2026, 2, 1)
    assert rules.last_day(midnight + timedelta(microseconds=1)) == date(2026, 2, 2)


def test_filters() -> None:
    assert rules.fits(case(), PopulationFilter(office_id="kyiv", programme_id="eu"))
    assert not rules.fits(case(), PopulationFilter(office_id="riga"))
    assert not rules.fits(case(programme_id=None), PopulationFilter(programme_id="eu"))
    wanted = PopulationFilter(least=Decimal("10.00"), most=Decimal(20))
    assert [rules.is_between(amount, EUR, wanted) for amount in (999, 1000, 2000, 2001)] == [False, True, True, False]
    assert rules.is_between(15, "JPY", wanted)
    assert rules.to_minor(Decimal("1.005"), EUR) is None
    assert rules.to_minor(Decimal("1.005"), "KWD") == 1005


# Why not


def test_why_a_sample_is_not_drawn() -> None:
    assert rules.why_not_seed("x") is None
    assert all(rules.why_not_seed(seed) for seed in ("", " x", "x" * 41, "a\u200bb"))
    assert rules.why_not_until(NOW, NOW) is None
    assert rules.why_not_until(NOW + timedelta(seconds=1), NOW)
    assert rules.why_not_method(PopulationKind.CASES, Method.SIMPLE_RANDOM) is None
    assert all(rules.why_not_method(PopulationKind.CASES, each) for each in Method if each != Method.SIMPLE_RANDOM)
    assert rules.why_not_method(PopulationKind.PAYMENTS, Method.MONETARY_UNIT) is None
    assert rules.why_not_filter(PopulationKind.PAYMENTS, PopulationFilter(first=NOW, end=NOW))
    assert rules.why_not_filter(PopulationKind.CASES, PopulationFilter(least=Decimal(1)))
    assert rules.why_not_filter(PopulationKind.PAYMENTS, PopulationFilter(least=Decimal(2), most=Decimal(1)))
    assert rules.why_not_filter(PopulationKind.PAYMENTS, PopulationFilter(least=Decimal(1), most=Decimal(1))) is None
    one = places(1)
    assert rules.why_not_population(one, [EUR]) is None
    assert rules.why_not_population([], [])
    several = rules.why_not_population(one, ["USD", EUR])
    assert several is not None
    assert (several.field, several.params) == ("currency", {"codes": "EUR, USD"})
    assert rules.why_not_items([]) is not None
    assert rules.why_not_items([Choice(one[0])] * MOST_ITEMS) is None
    assert rules.why_not_items([Choice(one[0])] * (MOST_ITEMS + 1))


def test_what_a_method_needs() -> None:
    found = places(100, 200, 300)
    assert refused(Method.SIMPLE_RANDOM, found).field == "size"
    assert refused(Method.SIMPLE_RANDOM, found, size=501).field == "size"
    assert planned(Method.SIMPLE_RANDOM, found, size=50).size == 3
    by_rate = {"sized_by": SizedBy.CONFIDENCE}
    assert refused(Method.SIMPLE_RANDOM, found, **by_rate).field == "tolerable_rate"
    assert refused(Method.SIMPLE_RANDOM, found, **by_rate, tolerable_rate=Decimal(5), expected=1).field == "expected"
    many = places(*[1] * 600)
    assert refused(Method.SIMPLE_RANDOM, many, **by_rate, tolerable_rate=Decimal("0.1")).field == "tolerable_rate"
    assert refused(Method.MONETARY_UNIT, found, **by_rate).field == "tolerable_amount"
    assert refused(Method.MONETARY_UNIT, found, **by_rate, tolerable_amount=Decimal("0.01")).field == "tolerable_amount"
    assert refused(Method.MONETARY_UNIT, places(0, 0), size=1).field == "method"
    assert refused(Method.ALL_ABOVE, found).field == "from_amount"
    assert refused(Method.ALL_ABOVE, found, from_amount=Decimal("0.001")).field == "from_amount"
    assert refused(Method.STRATIFIED, found, size=2).field == "bound_1"
    falling = (Decimal(2), Decimal(1))
    assert refused(Method.STRATIFIED, found, size=3, bounds=falling).field == "bound_2"
    assert refused(Method.STRATIFIED, found, size=1, bounds=(Decimal(2),)).field == "size"


def test_closing_and_opening_again() -> None:
    assert rules.why_not_close(SampleState.OPEN) is None
    assert rules.why_not_close(SampleState.CLOSED)
    assert rules.why_not_reopen(SampleState.CLOSED) is None
    assert rules.why_not_reopen(SampleState.OPEN)
