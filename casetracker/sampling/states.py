"""Words of samples: what is drawn from, by which method, and what an item of a sample is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from casetracker.core.actor import Mandate
from casetracker.core.errors import N_
from casetracker.core.labels import name_values

MOST_ITEMS = 500
"""Items of one sample: more than a person looks at."""
MOST_ENTRIES = 200_000
"""Entries of one population, which lies in memory while it is drawn from."""
MOST_BOUNDS = 5
LONGEST_SEED = 40
CONFIDENCES = (80, 85, 90, 95, 99)
"""Percent."""
USUAL_CONFIDENCE = 95
MOST_EXPECTED = 5
"""Exceptions that a size may allow for."""


class PopulationKind(StrEnum):
    """What a sample is drawn from: entries of the record of one kind, each with its amount where it has one."""

    PAYMENTS = "payments"
    APPROVALS = "approvals"
    DELIVERIES = "deliveries"
    REVERSALS = "reversals"
    CASES = "cases"

    @property
    def is_visited(self) -> bool:
        """Whether its entries are deliveries, which can be looked at on the spot."""
        return self == PopulationKind.DELIVERIES


class Method(StrEnum):
    """How the items are chosen."""

    SIMPLE_RANDOM = "simple_random"
    MONETARY_UNIT = "monetary_unit"
    STRATIFIED = "stratified"
    ALL_ABOVE = "all_above"


class SampleState(StrEnum):
    """Whether the auditor still works on it."""

    OPEN = "open"
    CLOSED = "closed"


class SizedBy(StrEnum):
    """Where the number of items comes from."""

    NUMBER = "number"
    CONFIDENCE = "confidence"


class SharedBy(StrEnum):
    """In which proportion strata share a sample."""

    AMOUNT = "amount"
    COUNT = "count"


name_values({
    PopulationKind.PAYMENTS: N_("Payments"),
    PopulationKind.APPROVALS: N_("Approvals of requests"),
    PopulationKind.DELIVERIES: N_("Deliveries with a handover certificate"),
    PopulationKind.REVERSALS: N_("Refunds and reversals"),
    PopulationKind.CASES: N_("Cases opened"),
    Method.SIMPLE_RANDOM: N_("Simple random"),
    Method.MONETARY_UNIT: N_("Monetary unit"),
    Method.STRATIFIED: N_("Stratified by amount"),
    Method.ALL_ABOVE: N_("All from an amount on"),
    SizedBy.NUMBER: N_("A number that I name"),
    SizedBy.CONFIDENCE: N_("As many as a confidence needs"),
    SharedBy.AMOUNT: N_("by their amounts"),
    SharedBy.COUNT: N_("by their numbers of entries"),
    SampleState.OPEN: N_("being worked on"),
    SampleState.CLOSED: N_("closed"),
})  # fmt: skip

EVENT_KIND = {
    PopulationKind.PAYMENTS: "instalment.paid",
    PopulationKind.APPROVALS: "disbursement.approved",
    PopulationKind.DELIVERIES: "instalment.delivered",
    PopulationKind.REVERSALS: "reversal.approved",
    PopulationKind.CASES: "case.created",
}
"""The kind of entry that each population is made of; every one stands in the compartment that both sides read."""


class Place(NamedTuple):
    """An entry of a population: its case, its place in the record, its amount in minor units (None: it has none)."""

    dossier_id: str
    chain_id: str
    seq: int
    amount: int | None


@dataclass(frozen=True)
class Choice:
    """An entry that was drawn: its stratum (its number from 1 as text), how many of its monetary units."""

    place: Place
    stratum: str | None = None
    hits: int = 1


@dataclass(frozen=True, kw_only=True)
class CaseThen:
    """What decides whether a case belongs to a population, as it stood at the moment of the sample."""

    dossier_id: str
    sending_office_id: str
    office_ids: frozenset[str]
    programme_id: str | None
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, kw_only=True)
class PopulationFilter:
    """Which entries: of cases that the office sends or receives, of the programme, recorded at or after `first`, before
    `end`, of an amount from `least` to `most` in whole units of `currency`; None leaves open."""

    office_id: str | None = None
    programme_id: str | None = None
    first: datetime | None = None
    end: datetime | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    currency: str | None = None

    def plain(self) -> dict[str, Any]:
        """As it is stored and recorded: moments as ISO 8601, amounts as decimal text."""
        told = asdict(self)
        moments = {name: told[name].isoformat() if told[name] else None for name in ("first", "end")}
        amounts = {name: f"{told[name]:f}" if told[name] is not None else None for name in ("least", "most")}
        return {**told, **moments, **amounts}


def filter_from(plain: Mapping[str, Any]) -> PopulationFilter:
    """What was stored, in types.

    >>> filter_from(PopulationFilter(least=Decimal("10.50"), currency="EUR").plain()).least
    Decimal('10.50')
    """
    first, end, least, most = (plain.get(name) for name in ("first", "end", "least", "most"))
    return PopulationFilter(
        office_id=plain.get("office_id"), programme_id=plain.get("programme_id"), currency=plain.get("currency"),
        first=datetime.fromisoformat(first) if first else None, end=datetime.fromisoformat(end) if end else None,
        least=Decimal(least) if least is not None else None, most=Decimal(most) if most is not None else None,
    )  # fmt: skip


def plain_scope(mandates: Iterable[Mandate]) -> list[dict[str, Any]]:
    """Mandates as a sample keeps them, in an order that does not depend on how they were read."""
    found = [
        {
            "offices": sorted(each.office_ids), "programmes": sorted(each.programme_ids),
            "from": each.valid_from.isoformat(), "until": each.valid_until.isoformat(),
        }
        for each in mandates
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each["from"], each["until"], each["offices"], each["programmes"]))


def scope_from(plain: Iterable[Mapping[str, Any]]) -> tuple[Mandate, ...]:
    """The mandates that a sample was drawn under."""
    return tuple(
        Mandate(
            office_ids=frozenset(each["offices"]), programme_ids=frozenset(each["programmes"]),
            valid_from=date.fromisoformat(each["from"]), valid_until=date.fromisoformat(each["until"]),
        )
        for each in plain
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the auditor asked for, as typed: amounts in whole units of the population's currency, which is not known
    before it is read. What the method does not need is not looked at."""

    sized_by: SizedBy = SizedBy.NUMBER
    size: int | None = None
    confidence: int = USUAL_CONFIDENCE
    tolerable_rate: Decimal | None = None
    tolerable_amount: Decimal | None = None
    expected: int = 0
    bounds: tuple[Decimal, ...] = ()
    shared_by: SharedBy = SharedBy.AMOUNT
    from_amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """Entries of an amount from `least` (None: from the smallest) to below `below` (None: to the largest): how many,
    how much in minor units, and how many of them are drawn. `name`: its number from 1, as items have it."""

    name: str
    least: int | None
    below: int | None
    count: int
    amount: int
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class Design:
    """How a sample is drawn, and what followed from the population; amounts in minor units of its currency.

    size: items, or monetary units that are drawn; None where every item from an amount on is. confidence (percent) to
    expected are None where the size was given. tolerable_rate: percent, decimal text. interval and start: of monetary
    units. from_amount: of the method that takes all from there on.
    """

    size: int | None = None
    confidence: int | None = None
    tolerable_rate: str | None = None
    tolerable_amount: int | None = None
    expected: int | None = None
    interval: int | None = None
    start: int | None = None
    from_amount: int | None = None
    shared_by: SharedBy | None = None
    strata: tuple[Stratum, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As it is stored and recorded."""
        return {**asdict(self), "strata": [asdict(each) for each in self.strata]}

    def with_sizes(self, sizes: Iterable[int]) -> Design:
        """With so many items for each stratum, in their order."""
        strata = tuple(replace(each, size=size) for each, size in zip(self.strata, sizes, strict=True))
        return replace(self, strata=strata)


def design_from(plain: Mapping[str, Any]) -> Design:
    """What was stored, in types.

    >>> design_from(Design(size=3, shared_by=SharedBy.COUNT).plain()).shared_by
    <SharedBy.COUNT: 'count'>
    """
    shared_by = plain.get("shared_by")
    return Design(**{
        **plain,
        "shared_by": SharedBy(shared_by) if shared_by else None,
        "strata": tuple(Stratum(**each) for each in plain.get("strata", ())),
    })  # fmt: skip
