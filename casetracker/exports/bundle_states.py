"""States of a bundle, what it was asked to hold, and the numbers that bound it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from casetracker.core.errors import N_
from casetracker.core.labels import name_values

FORMAT = "casetracker.bundle/1"
KEPT_FOR = timedelta(days=7)
"""After which the file goes; it can be asked for again."""
MOST_CASES = 5000
MOST_REFERENCES = 500
REFERENCE = re.compile("[A-Z]{2}-[0-9]{4}-C?[0-9]{1,9}")
"""How a case or a project is called."""
SMALL_CASES, SMALL_ENTRIES = 5, 3000
"""Up to so much the request itself makes the bundle: a few seconds."""
ABANDONED_AFTER = timedelta(minutes=15)
"""Without a sign of life from whoever makes it, another begins anew."""
ATTEMPTS = 3
"""So often a bundle is begun; whoever ends it each time, it is not the bundle's place to try for ever."""

TOO_OFTEN = N_("It was begun several times and never ended. Please tell your administrator.")
NOT_OPEN = N_("Your mandate did not open all of it any more, or a case in it was erased, while it was being made.")
NOT_SIGNED = N_("No signed head came to cover it. Please tell your administrator: the record is not being signed.")
FILE_GONE = N_("Its file is not there any more.")
DAYS_OVER = N_("Its days are over.")
NO_LONGER = N_("Your mandate does not open all of it any more, or a case in it was erased.")


class BundleState(StrEnum):
    """Where a bundle stands."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    EXPIRED = "expired"


name_values({
    BundleState.ASKED: N_("waits for its turn"),
    BundleState.RUNNING: N_("is being made"),
    BundleState.DONE: N_("ready"),
    BundleState.CANCELLED: N_("cancelled"),
    BundleState.FAILED: N_("could not be made"),
    BundleState.EXPIRED: N_("gone"),
})  # fmt: skip
OPEN = frozenset({BundleState.ASKED, BundleState.RUNNING})
"""Somebody is to make it, or is at it."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a bundle is to hold: cases of an office and a programme (None: any) that were open on any of the days
    (None: any), or those of the references, if there are any; in which formats beside JSON Lines, with documents?"""

    office_id: str | None = None
    programme_id: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    references: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    documents: bool = False

    def plain(self) -> dict[str, Any]:
        """As it is stored and told in the manifest: days as ISO 8601."""
        told = asdict(self)
        days = {name: told[name].isoformat() if told[name] else None for name in ("first_day", "last_day")}
        return {**told, **days, "references": list(self.references), "formats": list(self.formats)}


def wanted_from(plain: dict[str, Any]) -> Wanted:
    """What was stored, in types.

    >>> wanted_from(Wanted(first_day=date(2026, 3, 1), formats=("csv",)).plain()).first_day
    datetime.date(2026, 3, 1)
    """
    first, last = plain.get("first_day"), plain.get("last_day")
    return Wanted(
        office_id=plain.get("office_id"),
        programme_id=plain.get("programme_id"),
        first_day=date.fromisoformat(first) if first else None,
        last_day=date.fromisoformat(last) if last else None,
        references=tuple(plain.get("references") or ()),
        formats=tuple(plain.get("formats") or ()),
        documents=bool(plain.get("documents")),
    )


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A case of a bundle: the compartments that its reader may read, and how many entries these have."""

    dossier_id: str
    reference: str
    parts: tuple[str, ...]
    entries: int


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What a bundle came to hold; files: those that the manifest names."""

    cases: int
    entries: int
    files: int
