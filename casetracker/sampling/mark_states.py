"""Words of examining: tick marks on an item, and what was found on the spot."""

from __future__ import annotations

from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values


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
