"""What belongs to a population, in which order it is drawn from, and why a sample cannot be drawn: pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from casetracker.core.actor import Mandate
from casetracker.core.errors import N_, Message
from casetracker.core.money import exponent
from casetracker.sampling.states import (
    LONGEST_SEED,
    MOST_BOUNDS,
    MOST_ENTRIES,
    MOST_ITEMS,
    CaseThen,
    Choice,
    Method,
    Place,
    PopulationFilter,
    PopulationKind,
    SampleState,
)

# What belongs to it


def last_day(until: datetime) -> date:
    """The last day (UTC) of what was recorded before the moment."""
    return (until - timedelta(microseconds=1)).astimezone(UTC).date()


def is_in_scope(case: CaseThen, mandates: Iterable[Mandate], last: date) -> bool:
    """Whether one of the mandates opens the case as it stood at the end of the day `last`: its offices, its programme,
    open on any of its days up to then. A mandate that begins later opens nothing: whether the case was still open on
    its days is not known yet.

    Source: domain, "A case, step by step"; the same that `dossiers/queries.py` asks of the tables of today.
    """
    return any(
        (not each.office_ids or each.office_ids & case.office_ids)
        and (not each.programme_ids or case.programme_id in each.programme_ids)
        and each.valid_from <= min(each.valid_until, last)
        and case.opened_on <= each.valid_until
        and (case.closed_on is None or case.closed_on >= each.valid_from)
        for each in mandates
    )


def opens_sending_side(case: CaseThen, mandates: Iterable[Mandate], last: date) -> bool:
    """Whether one of them opens what its sending side holds."""
    return any(
        (not each.office_ids or case.sending_office_id in each.office_ids) and is_in_scope(case, [each], last)
        for each in mandates
    )


def fits(case: CaseThen, wanted: PopulationFilter) -> bool:
    """Whether the case is of the office and the programme that the filter names."""
    return (wanted.office_id is None or wanted.office_id in case.office_ids) and (
        wanted.programme_id is None or wanted.programme_id == case.programme_id
    )


def is_between(amount: int, currency: str, wanted: PopulationFilter) -> bool:
    """Whether an amount lies between those of the filter, both included."""
    whole = Decimal(amount).scaleb(-exponent(currency))
    return (wanted.least is None or whole >= wanted.least) and (wanted.most is None or whole <= wanted.most)


def to_minor(amount: Decimal, currency: str) -> int | None:
    """Minor units of an amount in whole units; None where the currency has no such small ones."""
    minor = amount.scaleb(exponent(currency))
    return int(minor) if minor == minor.to_integral_value() else None


# The order and the two hashes, as docs/sampling.md tells them


def rank_of(seed: str, place: Place) -> str:
    """Where an entry stands in the order of the draw: SHA-256 over "seed|chain-number" in UTF-8, hexadecimal."""
    return hashlib.sha256(f"{seed}|{place.chain_id}-{place.seq}".encode()).hexdigest()


def in_order(seed: str, places: Iterable[Place]) -> list[Place]:
    """The population in the order of the draw."""
    return sorted(places, key=lambda each: rank_of(seed, each))


def start_of(seed: str, interval: int) -> int:
    """The first monetary unit that is drawn, 1 to `interval`: SHA-256 over "seed|start", a number modulo it, and 1."""
    return int(hashlib.sha256(f"{seed}|start".encode()).hexdigest(), 16) % interval + 1


def hash_of(places: Iterable[Place]) -> str:
    """SHA-256 over the population: for each entry, by chain and number, "chain-number amount" and a line feed; the
    amount in minor units, "-" where there is none."""
    digest = hashlib.sha256()
    for place in sorted(places, key=lambda each: (each.chain_id, each.seq)):
        amount = "-" if place.amount is None else place.amount
        digest.update(f"{place.chain_id}-{place.seq} {amount}\n".encode())
    return digest.hexdigest()


def amount_of(places: Iterable[Place]) -> int:
    """The sum in minor units."""
    return sum(place.amount or 0 for place in places)


# Why not

TOO_MANY = N_(
    "That is too many for one sample: %(num)s, and at most %(most)s can be drawn. Narrow the filter, accept more in"
    " error, or take less confidence."
)


def why_not_seed(seed: str) -> Message | None:
    """A seed is written down by hand one day: it is short, and nothing in it is invisible."""
    if not 1 <= len(seed) <= LONGEST_SEED or not seed.isprintable() or seed != seed.strip():
        return Message(
            N_("A seed has 1 to %(most)d letters, digits and signs, and no blank at its ends."), {"most": LONGEST_SEED}
        ).beside("seed")
    return None


def why_not_until(until: datetime, now: datetime) -> Message | None:
    """A sample belongs to a moment that is over: what is recorded later is not in it."""
    if until > now:
        return Message(N_("That day is not over yet. Leave it empty to draw from everything up to now.")).beside(
            "until"
        )
    return None


def why_not_begun(mandates: Iterable[Mandate], last: date) -> Message | None:
    """A mandate opens nothing of a moment before it begins."""
    begins = [each.valid_from for each in mandates]
    if begins and min(begins) > last:
        return Message(
            N_("Your mandate begins after that day, so it opens nothing of it. Choose a later day, or leave it empty.")
        ).beside("until")
    return None


def why_not_method(kind: PopulationKind, method: Method) -> Message | None:
    """Entries without an amount are drawn by number alone."""
    if kind == PopulationKind.CASES and method != Method.SIMPLE_RANDOM:
        return Message(N_("Cases have no amount. Draw them by simple random choice.")).beside("method")
    return None


def why_not_filter(kind: PopulationKind, wanted: PopulationFilter) -> Message | None:
    """Days in their order, amounts where there are amounts."""
    if wanted.first and wanted.end and wanted.first >= wanted.end:
        return Message(N_("The last day lies before the first.")).beside("last_day")
    if kind == PopulationKind.CASES and (wanted.least is not None or wanted.most is not None):
        return Message(N_("Cases have no amount to filter by.")).beside("least")
    if wanted.least is not None and wanted.most is not None and wanted.least > wanted.most:
        return Message(N_("The highest amount is below the lowest.")).beside("most")
    return None


def why_not_population(places: Sequence[Place], currencies: Iterable[str]) -> Message | None:
    """It has entries, not too many, and one currency: amounts of two cannot be added up."""
    several = sorted(currencies)
    if len(several) > 1:
        return Message(
            N_("These entries are in several currencies: %(codes)s. Choose one."), {"codes": ", ".join(several)}
        ).beside("currency")
    if not places:
        return Message(
            N_("No entry fits: nothing to draw from. Take a filter out, widen the days, or choose a later moment.")
        )
    if len(places) > MOST_ENTRIES:
        return Message(
            N_("Too many entries fit for one sample: at most %(most)s can. Narrow the days or the filter."),
            {"most": MOST_ENTRIES},
        )
    return None


def why_not_items(chosen: Sequence[Choice]) -> Message | None:
    """As many as somebody looks at, and one at least."""
    if not chosen:
        return Message(N_("No entry reaches this amount. Begin with a lower one.")).beside("from_amount")
    if len(chosen) > MOST_ITEMS:
        return Message(TOO_MANY, {"num": len(chosen), "most": MOST_ITEMS})
    return None


def why_not_bounds(bounds: Sequence[int]) -> Message | None:
    """Where strata meet: one to five amounts, each higher than the one before."""
    if not 1 <= len(bounds) <= MOST_BOUNDS:
        return Message(N_("Name 1 to %(most)d amounts at which a new stratum begins."), {"most": MOST_BOUNDS}).beside(
            "bound_1"
        )
    for number, (earlier, later) in enumerate(pairwise(bounds), 2):
        if later <= earlier:
            return Message(N_("Each amount must be higher than the one before it.")).beside(f"bound_{number}")
    return None


def why_not_close(state: SampleState) -> Message | None:
    """Closing ends the work on it."""
    if state == SampleState.CLOSED:
        return Message(N_("This sample is closed already."))
    return None


def why_not_reopen(state: SampleState) -> Message | None:
    """Only what is closed is opened again."""
    if state == SampleState.OPEN:
        return Message(N_("This sample is being worked on already."))
    return None
