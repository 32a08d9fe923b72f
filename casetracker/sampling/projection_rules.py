"""What a sample that was examined to its end says of the whole population; formulas in docs/sampling.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from casetracker.core.money import half_up
from casetracker.sampling.size_rules import factor, percent, upper_number
from casetracker.sampling.states import USUAL_CONFIDENCE, Design, Method


@dataclass(frozen=True, kw_only=True)
class Result:
    """What was found of one item: how much of its amount is wrong (minor units, 0: none), whether it is an
    exception. `amount` is None in populations without amounts."""

    amount: int | None
    wrong: int
    is_exception: bool
    stratum: str | None = None


@dataclass(frozen=True, kw_only=True)
class Projection:
    """What follows for the population; amounts in minor units of the sample's currency.

    projected: the most likely wrong amount (None: the method or the population projects none); upper_amount: what it
    does not exceed at `confidence` percent (monetary units alone); upper_number and upper_rate (percent): exceptions
    that the population does not exceed (simple random choice alone).
    """

    examined: int
    exceptions: int
    wrong: int
    confidence: int
    projected: int | None = None
    upper_amount: int | None = None
    upper_number: int | None = None
    upper_rate: Decimal | None = None


def wrong_in(amount: int | None, wrong: int | None, *, is_exception: bool) -> int:
    """How much of an item counts as wrong, in minor units: of an exception that names no wrong amount the whole one.

    Source: docs/sampling.md, "What may be concluded"; 0 named says that the amount itself is right.
    """
    if is_exception and wrong is None:
        return max(0, amount or 0)
    return wrong or 0


def project(method: Method, design: Design, population_count: int, results: Sequence[Result]) -> Projection:
    """The projection of a sample of which every item was examined."""
    confidence = design.confidence or USUAL_CONFIDENCE
    exceptions, wrong = sum(each.is_exception for each in results), sum(each.wrong for each in results)
    found = Projection(examined=len(results), exceptions=exceptions, wrong=wrong, confidence=confidence)
    has_amounts = any(each.amount is not None for each in results)
    if not results or method == Method.ALL_ABOVE:
        return found
    if method == Method.MONETARY_UNIT:
        projected, upper = _by_unit(design.interval or 1, confidence, results)
        return replace(found, projected=projected, upper_amount=upper)
    if method == Method.STRATIFIED:
        return replace(found, projected=_by_stratum(design, results))
    upper_count = upper_number(population_count, len(results), exceptions, confidence)
    return replace(
        found,
        projected=half_up(Fraction(wrong * population_count, len(results))) if has_amounts else None,
        upper_number=upper_count,
        upper_rate=percent(upper_count, population_count),
    )


def _by_stratum(design: Design, results: Sequence[Result]) -> int:
    """Difference estimation in each stratum: its count over its items, times what is wrong in them."""
    total = Fraction(0)
    for stratum in design.strata:
        within = [each for each in results if each.stratum == stratum.name]
        if within:
            total += Fraction(sum(each.wrong for each in within) * stratum.count, len(within))
    return half_up(total)


def _by_unit(interval: int, confidence: int, results: Sequence[Result]) -> tuple[int, int]:
    """Projected and upper amount: what is wrong in items of the interval or more as it is; of each smaller one its
    tainting times the interval; the upper limit after Stringer, taintings in falling order."""
    certain = sum(each.wrong for each in results if (each.amount or 0) >= interval)
    smaller = [each for each in results if 0 < (each.amount or 0) < interval and each.wrong > 0]
    taintings = sorted((Fraction(each.wrong, each.amount or 1) for each in smaller), reverse=True)
    projected = certain + sum(taintings, Fraction(0)) * interval
    limit = Fraction(factor(0, confidence), 100) * interval
    for number, tainting in enumerate(taintings, 1):
        step = Fraction(factor(number, confidence) - factor(number - 1, confidence), 100)
        limit += tainting * step * interval
    return half_up(Fraction(projected)), half_up(certain + limit)
