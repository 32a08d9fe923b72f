"""The four ways of drawing, each from the population in its order; docs/sampling.md tells them for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from casetracker.core.money import split
from casetracker.sampling.rules import in_order
from casetracker.sampling.states import Choice, Design, Method, Place, SharedBy, Stratum


def draw(method: Method, design: Design, seed: str, places: Sequence[Place]) -> list[Choice]:
    """The items of the sample, in their order."""
    ordered = in_order(seed, places)
    if method == Method.MONETARY_UNIT:
        return by_unit(ordered, design.interval or 1, design.start or 1)
    if method == Method.STRATIFIED:
        return by_stratum(ordered, design.strata)
    if method == Method.ALL_ABOVE:
        return [Choice(each) for each in ordered if (each.amount or 0) >= (design.from_amount or 0)]
    return [Choice(each) for each in ordered[: design.size or 0]]


def by_unit(ordered: Sequence[Place], interval: int, start: int) -> list[Choice]:
    """Every entry that holds one of the units start, start + interval, … of the amounts added up in this order.

    An entry of the interval or more holds one for certain, perhaps several: its hits. One of nothing holds none.
    """
    chosen, reached, following = [], 0, start
    for place in ordered:
        reached += max(0, place.amount or 0)
        if following <= reached:
            hits = (reached - following) // interval + 1
            following += hits * interval
            chosen.append(Choice(place, hits=hits))
    return chosen


def strata_of(bounds: Sequence[int], places: Sequence[Place]) -> tuple[Stratum, ...]:
    """The strata that meet at these amounts, with what is in each."""
    edges = [None, *bounds, None]
    found = []
    for number, (least, below) in enumerate(pairwise(edges), 1):
        amounts = [each.amount or 0 for each in places if _is_within(each, least, below)]
        found.append(Stratum(name=str(number), least=least, below=below, count=len(amounts), amount=sum(amounts)))
    return tuple(found)


def _is_within(place: Place, least: int | None, below: int | None) -> bool:
    amount = place.amount or 0
    return (least is None or amount >= least) and (below is None or amount < below)


def share(size: int, strata: Sequence[Stratum], shared_by: SharedBy) -> list[int]:
    """How many of `size` items each stratum gives: one of each that is not empty, the rest in proportion (largest
    remainder first); what a stratum cannot give any more goes to the others in the same way."""
    sizes = [min(1, each.count) for each in strata]
    rest = min(size, sum(each.count for each in strata)) - sum(sizes)
    while rest > 0:
        room = [number for number, each in enumerate(strata) if sizes[number] < each.count]
        weights = [strata[number].amount if shared_by == SharedBy.AMOUNT else strata[number].count for number in room]
        if not sum(weights):
            weights = [strata[number].count for number in room]
        for number, more in zip(room, split(rest, weights), strict=True):
            given = min(more, strata[number].count - sizes[number])
            sizes[number] += given
            rest -= given
    return sizes


def by_stratum(ordered: Sequence[Place], strata: Sequence[Stratum]) -> list[Choice]:
    """The first of each stratum, as many as it gives, stratum after stratum."""
    chosen = []
    for stratum in strata:
        within = [each for each in ordered if _is_within(each, stratum.least, stratum.below)]
        chosen += [Choice(each, stratum=stratum.name) for each in within[: stratum.size]]
    return chosen
