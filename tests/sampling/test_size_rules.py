"""Sizes, factors and the most that can be wrong, compared with trying each number."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import comb, exp, lgamma, log

import pytest

from casetracker.sampling import size_rules
from casetracker.sampling.states import (
    MOST_ITEMS,
)


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
