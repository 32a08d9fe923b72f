"""Visits to a site after it was handed over: which are due, and the frozen facts that rules read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values


class VisitRound(StrEnum):
    """Which visit after the handover it is."""

    MONTH_3 = "month_3"
    MONTH_6 = "month_6"
    MONTH_12 = "month_12"
    UNPLANNED = "unplanned"


class UsersPer(StrEnum):
    """For how long users were counted."""

    WEEK = "week"
    MONTH = "month"


MONTHS: dict[VisitRound, int] = {VisitRound.MONTH_3: 3, VisitRound.MONTH_6: 6, VisitRound.MONTH_12: 12}
"""So many months after the handover a visit is due."""
HOURS_OF_A_WEEK = 168

name_values({
    VisitRound.MONTH_3: N_("After 3 months"), VisitRound.MONTH_6: N_("After 6 months"),
    VisitRound.MONTH_12: N_("After 12 months"), VisitRound.UNPLANNED: N_("Unplanned"),
})  # fmt: skip
name_values({UsersPer.WEEK: N_("In a week"), UsersPer.MONTH: N_("In a month")})


@dataclass(frozen=True, kw_only=True)
class VisitEntry:
    """A visit as entered."""

    round: VisitRound
    visited_on: date
    visitors: str
    open_hours: int | None
    users: int | None
    users_per: UsersPer | None
    equipment: str | None
    problems: str | None


@dataclass(frozen=True, kw_only=True)
class DueVisit:
    """A visit that is still to be made."""

    round: VisitRound
    due_on: date
    is_overdue: bool
