"""What follows from a sample for the whole, to the cent and the item."""

from __future__ import annotations

import pytest

from casetracker.sampling import method_rules, size_rules
from casetracker.sampling.projection_rules import Result, project, wrong_in
from casetracker.sampling.states import Design, Method, Place


def places(*amounts: int) -> list[Place]:
    """One entry of each amount, all of one chain."""
    return [Place("case", "chain", seq, amount) for seq, amount in enumerate(amounts, 1)]


def result(amount: int | None, wrong: int, stratum: str | None = None) -> Result:
    """Of an item of this amount so much is wrong."""
    return Result(amount=amount, wrong=wrong, is_exception=wrong > 0, stratum=stratum)


UNITS = Design(interval=1000, start=1, size=4)


@pytest.mark.parametrize(
    ("results", "projected", "upper"),
    [
        ([result(1000, 10)], 10, 10 + 3000),  # of the interval: wrong as it is
        ([result(999, 999)], 1000, 3000 + 1750),  # a cent less: its tainting, which is whole
        ([result(1, 1)], 1000, 3000 + 1750),
        ([result(500, 1)], 2, 3000 + 4),  # 1.75 × 2 is 3.5, half up
        ([result(None, 5), result(0, 5)], 0, 3000),  # no amount, no tainting
        ([result(200, 20), result(400, 200)], 600, 3000 + 875 + 155),
    ],
)
def test_monetary_units_project_to_the_cent(results: list[Result], projected: int, upper: int) -> None:
    found = project(Method.MONETARY_UNIT, UNITS, 50, results)
    assert (found.projected, found.upper_amount) == (projected, upper)


@pytest.mark.parametrize(
    ("amount", "named", "is_exception", "wrong"),
    [(7, None, True, 7), (7, 0, True, 0), (7, 3, True, 3), (7, None, False, 0), (None, None, True, 0),
     (-7, None, True, 0)],
)  # fmt: skip
def test_an_exception_that_names_no_amount_is_wholly_wrong(
    amount: int | None, named: int | None, is_exception: bool, wrong: int
) -> None:
    assert wrong_in(amount, named, is_exception=is_exception) == wrong


def test_without_an_interval_every_unit_is_one() -> None:
    for found, projected in ((result(1, 1), 1), (result(None, 5), 0)):
        assert project(Method.MONETARY_UNIT, Design(), 1, [found]).projected == projected


def test_a_hundred_wrong_items_raise_the_limit_each() -> None:
    """Wholly wrong, each of them: the limit is the factor of a hundred, times the interval."""
    found = project(Method.MONETARY_UNIT, UNITS, 5000, [result(10, 10)] * 100)
    assert (found.projected, found.upper_amount) == (100_000, size_rules.factor(100, 95) * 10)


def test_nothing_examined_projects_nothing() -> None:
    for method in Method:
        found = project(method, UNITS, 50, [])
        assert (found.examined, found.projected, found.upper_amount, found.upper_number) == (0, None, None, None)


def test_a_stratum_of_which_nothing_was_drawn_projects_nothing() -> None:
    strata = method_rules.strata_of([100, 200], places(*[1] * 8, 500))
    found = project(Method.STRATIFIED, Design(strata=strata), 9, [result(1, 1, "1"), result(1, 0, "1")])
    assert (found.projected, found.exceptions, found.wrong) == (4, 1, 1)


def test_a_random_choice_projects_amounts_and_numbers() -> None:
    found = project(Method.SIMPLE_RANDOM, Design(confidence=90), 12, [result(10, 5), *[result(10, 0)] * 4])
    assert (found.projected, found.confidence) == (12, 90)
    assert found.upper_number == size_rules.upper_number(12, 5, 1, 90)
    assert found.upper_rate == size_rules.percent(found.upper_number, 12)
    mixed = project(Method.SIMPLE_RANDOM, Design(), 4, [result(None, 0), result(2, 1)])
    assert mixed.projected == 2
