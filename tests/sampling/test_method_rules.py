"""The methods of drawing at their very limits: which unit, which stratum, in which order."""

from __future__ import annotations

from decimal import Decimal

from casetracker.sampling import method_rules, rules
from casetracker.sampling.states import Design, Method, SharedBy
from tests.sampling.test_design_rules import places, planned


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
