"""How many items a sample needs for a confidence; exact, without floats. docs/sampling.md has the formulas."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal, localcontext
from functools import cache
from math import comb


def is_sure(count: int, wrong: int, size: int, found: int, confidence: int) -> bool:
    """Whether `found` exceptions at most among `size` of `count` entries would be so unlikely, were `wrong` of them
    wrong, that one is sure (confidence in percent) that fewer are: hypergeometric, exact."""
    ways = sum(comb(wrong, each) * comb(count - wrong, size - each) for each in range(min(found, size) + 1))
    return ways * 100 <= (100 - confidence) * comb(count, size)


def tolerable_number(count: int, rate: Decimal) -> int:
    """The fewest wrong entries of `count` that are as many as `rate` percent or more; 1 at least."""
    return max(1, int((count * rate / 100).to_integral_value(ROUND_CEILING)))


def attribute_size(count: int, rate: Decimal, expected: int, confidence: int, most: int) -> int | None:
    """The smallest size at which `expected` exceptions still show that fewer than `rate` percent of `count` are wrong;
    None where more than `most` items would be needed, or no size does."""
    wrong, largest = tolerable_number(count, rate), min(count, most)
    if not is_sure(count, wrong, largest, expected, confidence):
        return None
    low, high = 1, largest
    while low < high:
        middle = (low + high) // 2
        if is_sure(count, wrong, middle, expected, confidence):
            high = middle
        else:
            low = middle + 1
    return low


@cache
def factor(found: int, confidence: int) -> int:
    """The Poisson factor in hundredths, rounded up: the upper limit of the number of exceptions where `found` were
    found. As in the tables of monetary unit sampling.

    >>> [factor(found, 95) for found in range(3)]
    [300, 475, 630]
    """
    low, high = 0, (100 + 2 * found) * 100
    while low < high:
        middle = (low + high) // 2
        if _poisson_up_to(found, Decimal(middle) / 100) * 100 <= 100 - confidence:
            high = middle
        else:
            low = middle + 1
    return low


def _poisson_up_to(found: int, mean: Decimal) -> Decimal:
    """The chance of `found` events at most where `mean` are expected; 40 digits."""
    with localcontext(prec=40):
        term = total = Decimal(1)
        for each in range(1, found + 1):
            term = term * mean / each
            total += term
        return total * (-mean).exp()


def unit_size(amount: int, tolerable: int, expected: int, confidence: int) -> int:
    """How many monetary units to draw so that `expected` wholly wrong ones still leave the upper limit within
    `tolerable` (both amounts in minor units): amount × factor ÷ tolerable, rounded up."""
    return -(-amount * factor(expected, confidence) // (100 * tolerable))


def upper_number(count: int, size: int, found: int, confidence: int) -> int:
    """The most wrong entries that `count` may hold where `found` of `size` were wrong (hypergeometric, exact)."""
    low, high = found, count - (size - found)
    while low < high:
        middle = (low + high + 1) // 2
        if is_sure(count, middle, size, found, confidence):
            high = middle - 1
        else:
            low = middle
    return low


def percent(part: int, whole: int) -> Decimal:
    """`part` of `whole` in percent, one decimal, rounded up.

    >>> percent(1, 3)
    Decimal('33.4')
    """
    return Decimal(-(-part * 1000 // whole)).scaleb(-1)
