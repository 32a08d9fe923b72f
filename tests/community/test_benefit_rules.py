"""Figures of people: what can stand, what counts, what sums say of people who may be counted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casetracker.community.benefit_rules import add_up, break_down, join, list_counting, why_not_count, why_not_figure
from casetracker.community.benefit_states import (
    Aim,
    Basis,
    Breakdown,
    CountEntry,
    Exactness,
    FigureEntry,
    FigureFacts,
    Method,
    PeopleGroup,
    Reach,
)
from casetracker.community.states import GroupProfile

DAY = date(2026, 6, 1)
COUNT = CountEntry(
    number=100, exactness=Exactness.EXACT, basis=Basis.COUNTED, method=Method.REGISTRATION, source="List", shares=()
)
ENTRY = FigureEntry(
    aim=Aim.REACHED, reach=Reach.DIRECT, about=None, count=COUNT, from_on=None, as_of=DAY, note=None, are_others=False,
    overlaps=(),
)  # fmt: skip


def figure(id: str, number: int = 100, **changes: Any) -> FigureFacts:
    """Everybody reached directly at the club, unless changed."""
    known: dict[str, Any] = {
        "site_id": "club", "aim": Aim.REACHED, "reach": Reach.DIRECT, "about": None, "exactness": Exactness.EXACT,
        "as_of": DAY, "are_others": False,
    }  # fmt: skip
    return FigureFacts(id=id, number=number, **{**known, **changes})


def test_a_breakdown_covers_a_part_and_never_more_than_the_figure() -> None:
    part = replace(COUNT, shares=((PeopleGroup.FEMALE, 60), (PeopleGroup.LOCAL, 100), (PeopleGroup.UNDER_18, 1)))
    assert why_not_count(part) is None
    more = replace(COUNT, shares=((PeopleGroup.FEMALE, 60), (PeopleGroup.MALE, 41)))
    refused = why_not_count(more)
    assert refused is not None and refused.field == "people_male" and "adds up to 101" in str(refused)
    displaced = replace(COUNT, shares=((PeopleGroup.LOCAL, 1),))
    refused = why_not_count(displaced, GroupProfile.DISPLACED)
    assert refused is not None and refused.field == "people_local"


def test_an_estimate_is_never_exact() -> None:
    estimate = replace(COUNT, basis=Basis.ESTIMATED)
    assert getattr(why_not_count(estimate), "field", None) == "exactness"
    for exactness in (Exactness.AT_LEAST, Exactness.ABOUT, Exactness.AT_MOST):
        assert why_not_count(replace(estimate, exactness=exactness)) is None
    assert why_not_count(replace(COUNT, exactness=Exactness.AT_LEAST)) is None, "counted so many, more came"


def test_a_figure_is_of_its_day_and_once() -> None:
    tomorrow = DAY + timedelta(days=1)
    assert why_not_figure(ENTRY, (), None, DAY) is None
    assert getattr(why_not_figure(replace(ENTRY, as_of=tomorrow), (), None, DAY), "field", None) == "as_of"
    assert why_not_figure(replace(ENTRY, as_of=tomorrow, aim=Aim.PLANNED), (), None, DAY) is None
    assert getattr(why_not_figure(replace(ENTRY, from_on=tomorrow), (), None, DAY), "field", None) == "from_on"
    there = [figure("a")]
    assert "Correct it instead" in str(why_not_figure(ENTRY, there, "club", DAY))
    for other in (
        replace(ENTRY, are_others=True), replace(ENTRY, about=GroupProfile.LOCAL), replace(ENTRY, reach=Reach.INDIRECT),
        replace(ENTRY, as_of=DAY - timedelta(days=1)),
    ):  # fmt: skip
        assert why_not_figure(other, there, "club", DAY) is None
    assert why_not_figure(ENTRY, there, "library", DAY) is None
    assert getattr(why_not_figure(replace(ENTRY, overlaps=("b",)), there, "library", DAY), "field", None) == "overlaps"
    assert why_not_figure(replace(ENTRY, overlaps=("a",)), there, "library", DAY) is None
    assert why_not_figure(replace(ENTRY, overlaps=("concert",)), (), "club", DAY, ["concert"]) is None


def test_the_latest_counts_and_other_people_are_added() -> None:
    may, june, july = (figure(str(month), month * 10, as_of=date(2026, month, 1)) for month in (5, 6, 7))
    assert [each.id for each in list_counting([july, may, june])] == ["7"]
    others = replace(july, are_others=True)
    assert add_up(list_counting([may, june, others])).number == 60 + 70
    planned = replace(may, id="p", aim=Aim.PLANNED)
    indirect = replace(may, id="i", reach=Reach.INDIRECT)
    assert {each.id for each in list_counting([may, june, planned, indirect])} == {"6", "p", "i"}


def test_a_figure_of_everybody_has_the_parts_in_it() -> None:
    everybody = figure("all", 500)
    local = figure("local", 300, about=GroupProfile.LOCAL)
    displaced = figure("displaced", 100, about=GroupProfile.DISPLACED)
    assert [each.id for each in list_counting([local, everybody, displaced])] == ["all"]
    assert add_up(list_counting([local, displaced])).number == 400
    more = replace(displaced, number=250)
    assert {each.id for each in list_counting([everybody, local, more])} == {"local", "displaced"}, (
        "more than the whole"
    )
    elsewhere = replace(displaced, site_id=None)
    assert {each.id for each in list_counting([everybody, elsewhere])} == {"all", "displaced"}


@pytest.mark.parametrize(
    ("kinds", "joined"),
    [
        ([], Exactness.EXACT), ([Exactness.EXACT, Exactness.EXACT], Exactness.EXACT),
        ([Exactness.EXACT, Exactness.AT_LEAST], Exactness.AT_LEAST),
        ([Exactness.AT_MOST, Exactness.EXACT], Exactness.AT_MOST),
        ([Exactness.AT_LEAST, Exactness.AT_MOST], Exactness.ABOUT),
        ([Exactness.ABOUT, Exactness.EXACT], Exactness.ABOUT),
    ],
)  # fmt: skip
def test_how_a_sum_is_to_be_read(kinds: list[Exactness], joined: Exactness) -> None:
    assert join(kinds) == joined


def test_a_sum_says_how_many_may_be_counted_twice_and_with_what() -> None:
    club, library = figure("c", 120), figure("l", 80, site_id="library", overlaps=frozenset({"c"}))
    school = figure("s", 500, site_id="school")
    found = add_up([club, library, school])
    assert (found.number, found.twice_at_most, set(found.overlapping)) == (700, 80, {"c", "l"})
    near_both = figure("n", 50, site_id="near", overlaps=frozenset({"l"}))
    assert add_up([club, library, near_both]).twice_at_most == 130, "all of them may be the club's"
    assert add_up([replace(club, exactness=Exactness.AT_LEAST), library]).twice_at_most is None
    assert add_up([library, school]).overlapping == (), "what is not added up is not counted twice"
    assert add_up([]).number == 0


def test_what_nobody_knows_is_said_to_be_unknown() -> None:
    one = figure("a", 100, shares=((PeopleGroup.FEMALE, 60),))
    assert break_down([one]) == {Breakdown.SEX: [(PeopleGroup.FEMALE, 60), (None, 40)]}
    displaced = figure("b", 30, about=GroupProfile.DISPLACED)
    assert break_down([one, displaced])[Breakdown.STANDING] == [(PeopleGroup.DISPLACED, 30), (None, 100)]
    assert break_down([figure("c", 3)]) == {}
    whole = figure("d", 2, shares=((PeopleGroup.FEMALE, 1), (PeopleGroup.MALE, 1)))
    assert break_down([whole])[Breakdown.SEX][-1] == (PeopleGroup.MALE, 1)


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans(), st.sets(st.sampled_from("abcdef"))), max_size=6))
def test_sums_hold_for_any_figures(drawn: list[tuple[int, bool, set[str]]]) -> None:
    figures = [
        figure(id, number, site_id=id, are_others=others, overlaps=frozenset(near - {id}))
        for id, (number, others, near) in zip("abcdef", drawn, strict=False)
    ]
    found = add_up(list_counting(figures))
    assert found.number == sum(number for number, _others, _near in drawn), "a site each: all of them count"
    assert found.twice_at_most is not None and 0 <= found.twice_at_most <= found.number
    assert bool(found.overlapping) == any(each.overlaps & set(found.figures) for each in figures)


def test_a_period_may_be_a_single_day() -> None:
    for from_on, field in ((DAY - timedelta(days=1), None), (DAY, None), (DAY + timedelta(days=1), "from_on")):
        assert getattr(why_not_figure(replace(ENTRY, from_on=from_on), (), None, DAY), "field", None) == field


def test_the_number_of_a_figure_is_held_against_its_parts_too() -> None:
    men = replace(COUNT, shares=((PeopleGroup.MALE, 101),))
    refused = why_not_figure(replace(ENTRY, count=men), (), None, DAY)
    assert refused is not None and refused == why_not_count(men) and refused.field == "people_male"
    locals_ = replace(COUNT, shares=((PeopleGroup.LOCAL, 1),))
    refused = why_not_figure(replace(ENTRY, count=locals_, about=GroupProfile.LOCAL), (), None, DAY)
    assert refused is not None and refused.field == "people_local"


def test_a_breakdown_may_come_to_the_figure_and_no_further() -> None:
    for women, field in ((59, None), (60, None), (61, "people_male")):
        shares = ((PeopleGroup.FEMALE, women), (PeopleGroup.MALE, 40))
        assert getattr(why_not_count(replace(COUNT, shares=shares)), "field", None) == field


def test_figures_that_overlap_with_the_same_one_hang_together() -> None:
    club, library, school = (
        figure(id, number, site_id=id) for id, number in (("club", 10), ("library", 20), ("school", 30))
    )
    concert = figure("concert", 5, site_id=None, overlaps=frozenset({"club", "library", "school"}))
    for figures in ([club, library, school, concert], [concert, school, library, club]):
        found = add_up(figures)
        assert found.twice_at_most == 35, "all the others may be the school's"
        assert sorted(found.overlapping) == ["club", "concert", "library", "school"]
    alone = figure("alone", 7, site_id="alone")
    assert add_up([club, alone]).twice_at_most == 0 and add_up([club, alone]).overlapping == ()


def test_one_person_of_whom_nothing_is_known_is_said_too() -> None:
    for women, rest in ((100, []), (99, [(None, 1)])):
        found = break_down([figure("a", 100, shares=((PeopleGroup.FEMALE, women),))])
        assert found == {Breakdown.SEX: [(PeopleGroup.FEMALE, women), *rest]}
