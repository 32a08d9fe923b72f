"""Events of samples: drawn, closed, opened again. They stand in the system's chain: a sample is of no case."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, Event


@dataclass(frozen=True, kw_only=True)
class SampleEvent(Event):
    """The base: which sample."""

    category = Category.ACCESS
    icon = "dices"
    sample_id: str


@dataclass(frozen=True, kw_only=True)
class SampleDrawn(SampleEvent):
    """A sample was drawn: from what, how, with which seed, up to which moment; how many entries that was and how much
    (minor units), their hash, and how many items. The row beside it holds filter, mandates and parameters."""

    kind = "sample.drawn"
    is_sealed_at_once = True
    population: str
    method: str
    seed: str
    until: str
    head_size: int | None
    count: int
    amount: int | None
    currency: str | None
    population_hash: str
    items: int


@dataclass(frozen=True, kw_only=True)
class SampleClosed(SampleEvent):
    """The work on it is done."""

    kind = "sample.closed"
    icon = "lock"


@dataclass(frozen=True, kw_only=True)
class SampleReopened(SampleEvent):
    """It is worked on again."""

    kind = "sample.reopened"
    icon = "lock-open"
