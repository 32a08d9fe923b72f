"""What is built at a site: kinds of works, how bad a defect is, and the frozen facts that rules judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values


class WorksKind(StrEnum):
    """What is renovated."""

    ROOF = "roof"
    WINDOWS = "windows"
    HEATING = "heating"
    HALL = "hall"
    OTHER = "other"


class WorksState(StrEnum):
    """How far works have come; made of what was entered, never stored."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


class DefectSeverity(StrEnum):
    """How bad a defect is: a serious one holds the acceptance up."""

    MINOR = "minor"
    SERIOUS = "serious"


name_values({
    WorksKind.ROOF: N_("Roof"), WorksKind.WINDOWS: N_("Windows and doors"), WorksKind.HEATING: N_("Heating"),
    WorksKind.HALL: N_("Refurbishment of a hall"), WorksKind.OTHER: N_("Other works"),
})  # fmt: skip
name_values({
    WorksState.PLANNED: N_("Planned"), WorksState.UNDER_WAY: N_("Under way"),
    WorksState.DONE: N_("Waits for acceptance"), WorksState.ACCEPTED: N_("Accepted"),
    WorksState.CANCELLED: N_("Cancelled"),
})  # fmt: skip
name_values({DefectSeverity.MINOR: N_("Minor"), DefectSeverity.SERIOUS: N_("Serious")})

THOUSANDTHS = 1000
"""Quantities are stored as whole thousandths of their unit."""
COMPLETE = 100
"""Per cent of works that are done."""
WARRANTY_SOON = 60
"""So many days before its end a warranty is shown as ending soon."""


@dataclass(frozen=True, kw_only=True)
class BillEntry:
    """A row of a bill of quantities as entered; id: None where it is new; quantity in thousandths of the unit,
    unit_price in minor units of the programme's currency."""

    id: str | None
    what: str
    unit: str
    quantity: int
    unit_price: int


@dataclass(frozen=True, kw_only=True)
class ActualEntry:
    """What was really built of a bill's row, and what it cost; id is the row's."""

    id: str
    quantity: int
    amount: int


@dataclass(frozen=True, kw_only=True)
class WorksEntry:
    """Works as entered; contract_id: a contract among the site's documents."""

    kind: WorksKind
    title: str
    description: str | None
    provider_id: str | None
    contract_id: str | None
    planned_start: date
    planned_end: date
    bill: tuple[BillEntry, ...]
    plan_line_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class WorksFacts:
    """What acts on works are judged by. percent, last_on, last_by: of the last progress (0, None, None without one);
    serious: serious defects not mended yet; planned: sum of the bill in minor units."""

    planned_start: date
    planned_end: date
    started_on: date | None = None
    percent: int = 0
    last_on: date | None = None
    last_by: str | None = None
    serious: int = 0
    planned: int = 0
    accepted_on: date | None = None
    warranty_until: date | None = None
    is_cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class ProgressEntry:
    """How far works have come on a day; reason: why less than before."""

    day: date
    percent: int
    note: str | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class DefectEntry:
    """A defect as entered."""

    found_on: date
    what: str
    severity: DefectSeverity
    due_on: date


@dataclass(frozen=True, kw_only=True)
class AcceptanceEntry:
    """The acceptance as entered: its day, and the warranty by months or by its last day."""

    accepted_on: date
    warranty_months: int | None
    warranty_until: date | None
