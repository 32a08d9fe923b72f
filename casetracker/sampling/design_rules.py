"""What follows from what the auditor asked for: how many items, of which strata or with which interval, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from casetracker.core.errors import N_, Message
from casetracker.sampling.method_rules import share, strata_of
from casetracker.sampling.rules import TOO_MANY, amount_of, start_of, to_minor, why_not_bounds
from casetracker.sampling.size_rules import attribute_size, tolerable_number, unit_size
from casetracker.sampling.states import MOST_ITEMS, Asked, Design, Method, Place, SizedBy

NO_SIZE = N_("Name how many items to draw, from 1 to %(most)d.")
NO_RATE = N_("Name the share of wrong entries that you could still tolerate, above 0 and below 100 percent.")
NO_AMOUNT = N_("Name the wrong amount that you could still tolerate in all entries together.")
NO_FROM = N_("Name the amount from which on every entry is taken.")
NO_BOUND = N_("Name an amount above zero, at which a new stratum begins.")
TOO_FINE = N_("This currency has no such small units: %(amount)s.")


def plan(method: Method, asked: Asked, seed: str, places: Sequence[Place], currency: str | None) -> Design | Message:
    """The design of a sample of this population (not empty), or the sentence that says what is missing."""
    if method == Method.ALL_ABOVE:
        found = _minor(asked.from_amount, currency, NO_FROM, "from_amount")
        return found if isinstance(found, Message) else Design(from_amount=found)
    if method == Method.MONETARY_UNIT:
        return _by_unit(asked, seed, places, currency)
    sized = _sized(asked, len(places))
    if isinstance(sized, Message) or method == Method.SIMPLE_RANDOM:
        return sized
    return _stratified(asked, sized, places, currency)


def _minor(amount: Decimal | None, currency: str | None, missing: str, field: str) -> int | Message:
    if amount is None or amount <= 0 or currency is None:
        return Message(missing).beside(field)
    minor = to_minor(amount, currency)
    return Message(TOO_FINE, {"amount": f"{amount:f}"}).beside(field) if minor is None else minor


def _sized(asked: Asked, count: int) -> Design | Message:
    """By a number, or by the rate of exceptions that could be tolerated."""
    if asked.sized_by == SizedBy.NUMBER:
        if asked.size is None or not 1 <= asked.size <= MOST_ITEMS:
            return Message(NO_SIZE, {"most": MOST_ITEMS}).beside("size")
        return Design(size=min(asked.size, count))
    rate = asked.tolerable_rate
    if rate is None or not 0 < rate < 100:
        return Message(NO_RATE).beside("tolerable_rate")
    if asked.expected >= tolerable_number(count, rate):
        return Message(
            N_("As many exceptions are expected as could be tolerated. Expect fewer, or tolerate more.")
        ).beside("expected")
    size = attribute_size(count, rate, asked.expected, asked.confidence, MOST_ITEMS)
    if size is None:
        return Message(
            N_(
                "More than %(most)d items would be needed. Accept more in error, expect fewer exceptions, or take less"
                " confidence."
            ),
            {"most": MOST_ITEMS},
        ).beside("tolerable_rate")
    return Design(size=size, confidence=asked.confidence, tolerable_rate=f"{rate:f}", expected=asked.expected)


def _by_unit(asked: Asked, seed: str, places: Sequence[Place], currency: str | None) -> Design | Message:
    total = amount_of(places)
    if total <= 0:
        return Message(N_("These entries add up to nothing: draw them by simple random choice.")).beside("method")
    if asked.sized_by == SizedBy.NUMBER:
        if asked.size is None or not 1 <= asked.size <= MOST_ITEMS:
            return Message(NO_SIZE, {"most": MOST_ITEMS}).beside("size")
        size, followed = asked.size, Design()
    else:
        tolerable = _minor(asked.tolerable_amount, currency, NO_AMOUNT, "tolerable_amount")
        if isinstance(tolerable, Message):
            return tolerable
        size = unit_size(total, tolerable, asked.expected, asked.confidence)
        if size > MOST_ITEMS:
            return Message(TOO_MANY, {"num": size, "most": MOST_ITEMS}).beside("tolerable_amount")
        followed = Design(confidence=asked.confidence, tolerable_amount=tolerable, expected=asked.expected)
    interval = max(1, total // size)
    return Design(
        size=size, interval=interval, start=start_of(seed, interval), confidence=followed.confidence,
        tolerable_amount=followed.tolerable_amount, expected=followed.expected,
    )  # fmt: skip


def _stratified(asked: Asked, sized: Design, places: Sequence[Place], currency: str | None) -> Design | Message:
    bounds = []
    for number, bound in enumerate(asked.bounds, 1):
        minor = _minor(bound, currency, NO_BOUND, f"bound_{number}")
        if isinstance(minor, Message):
            return minor
        bounds.append(minor)
    why_not = why_not_bounds(bounds)
    if why_not:
        return why_not
    strata, size = strata_of(bounds, places), sized.size or 0
    filled = sum(1 for each in strata if each.count)
    if size < filled:
        return Message(
            N_("%(num)d stratum has entries, and gives one item at least. Draw more."),
            {"num": filled},
            plural=N_(
                "%(num)d strata have entries, and each gives one item at least. Draw more, or name fewer amounts."
            ),
        ).beside("size" if asked.sized_by == SizedBy.NUMBER else "bound_1")
    design = Design(
        size=size, confidence=sized.confidence, tolerable_rate=sized.tolerable_rate, expected=sized.expected,
        shared_by=asked.shared_by, strata=strata,
    )  # fmt: skip
    return design.with_sizes(share(size, strata, asked.shared_by))
