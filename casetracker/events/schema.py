"""How tracked tables changed their shape, as data: verification replays it on rows recorded before.

A body carries the ordinal it was written under. A migration that changes a tracked table's structure adds its steps
here with the next ordinal; it changes no values (those are changed by commands, which record them).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Added:
    """A column came; rows that stood already got `value` (canonical: text, whole number, boolean or None)."""

    at: int
    table: str
    column: str
    value: Any = None


@dataclass(frozen=True)
class Renamed:
    """A column got another name."""

    at: int
    table: str
    column: str
    to: str


@dataclass(frozen=True)
class Dropped:
    """A column went."""

    at: int
    table: str
    column: str


Step = Added | Renamed | Dropped

STRUCTURE: tuple[Step, ...] = (
    Added(2, "programme", "excludes_eea", value=False),
    Added(2, "programme", "excludes_expulsion", value=False),
    Added(2, "package", "within_working_days"),
    Added(2, "approval_policy", "own_procedure_limit"),
    Added(2, "application_person", "has_expulsion_order"),
    Added(2, "person", "return_address"),
    Added(3, "dossier", "erased_on"),
    Added(3, "provider", "registration_key"),
    Added(3, "programme", "retention_months"),
    Added(4, "project", "sector"),
    Added(5, "delivery", "signed_by"),
    Added(6, "site", "oblast_code"),
    Added(6, "site", "raion_code"),
    Added(6, "site", "hromada_code"),
    Added(7, "tender_file", "sat_before", value="[]"),
    Added(8, "cohesion_event", "expected"),
)
"""Every step since the first structure, in order; ordinals begin with 2."""


def ordinal() -> int:
    """The shape that bodies are written under now."""
    return max((step.at for step in STRUCTURE), default=1)


def replay(table: str, cells: dict[str, Any], since: int, until: int) -> dict[str, Any]:
    """A row recorded under `since` as it stands under `until`.

    >>> replay("office", {"zone": "UTC"}, 1, 1)
    {'zone': 'UTC'}
    """
    for step in STRUCTURE:
        if step.table != table or not since < step.at <= until:
            continue
        if isinstance(step, Added):
            cells = {**cells, step.column: step.value}
        else:
            kept = {column: value for column, value in cells.items() if column != step.column}
            if isinstance(step, Renamed) and step.column in cells:
                kept[step.to] = cells[step.column]
            cells = kept
    return cells


def name_now(table: str, column: str) -> str:
    """What a column is called today that once was called `column`."""
    for step in STRUCTURE:
        if isinstance(step, Renamed) and (step.table, step.column) == (table, column):
            column = step.to
    return column
