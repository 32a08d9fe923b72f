"""Words of examining: tick marks on an item, and what was found on the spot; the facts that rules judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values
from casetracker.core.money import Money
from casetracker.sampling.states import SampleState


class Tick(StrEnum):
    """What one look at an item showed."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


class FoundThere(StrEnum):
    """What a visit found of what was handed over."""

    ALL = "all"
    PARTLY = "partly"
    NOTHING = "nothing"
    NOBODY_MET = "nobody_met"


name_values({
    Tick.YES: N_("yes"),
    Tick.NO: N_("no"),
    Tick.NOT_APPLICABLE: N_("does not apply"),
    FoundThere.ALL: N_("all there, as certified"),
    FoundThere.PARTLY: N_("there in part"),
    FoundThere.NOTHING: N_("not there"),
    FoundThere.NOBODY_MET: N_("nobody was met"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ItemFacts:
    """An item that is to be looked at. opens_case: whether today's mandate opens its case; amount: None where the
    entry has none; handed_over_on: the day of a delivery, None for everything else."""

    sample: SampleState
    opens_case: bool
    erased_on: date | None = None
    amount: Money | None = None
    handed_over_on: date | None = None
