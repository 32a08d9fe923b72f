"""What an auditor asks the record for, a place in its order, and one page of what was found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from casetracker.core.ids import SYSTEM_OWNER
from casetracker.core.tracking import canon
from casetracker.events.timeline import Entry

PAGE_SIZE = 25
PORTION = 5_000
"""Entries that one page looks into, newest first, where it must open each (words, amounts, changed fields)."""
MOST_WORDS = 5
_KEY = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\.([a-z2-7]{26})\.([1-9]\d{0,14})")


@dataclass(frozen=True)
class Place:
    """Where an entry stands in the record's order, newest first: its moment, chain and number. It never moves, so a
    page that begins after it holds the same entries whatever is added."""

    at: datetime
    chain_id: str
    seq: int

    def __str__(self) -> str:
        return f"{canon(self.at)}.{self.chain_id}.{self.seq}"


def read_place(text: str) -> Place | None:
    """The place that an address names; None where it names none."""
    found = _KEY.fullmatch(text)
    try:
        return Place(datetime.fromisoformat(found[1]), found[2], int(found[3])) if found else None
    except ValueError:
        return None


def place_of(entry: Entry) -> Place:
    """Where an entry stands."""
    return Place(entry.at, entry.chain_id, entry.seq)


@dataclass(frozen=True, kw_only=True)
class RecordFilter:
    """What was asked for; empty values ask for everything.

    words: each stands somewhere in the entry; kinds: one of these; field: (table, column) that an entry changed;
    least, most: an amount in whole units of the entry's own currency; first, end: recorded at or after, before.
    """

    words: tuple[str, ...] = ()
    actor_id: str | None = None
    kinds: tuple[str, ...] = ()
    reference: str | None = None
    office_id: str | None = None
    programme_id: str | None = None
    first: datetime | None = None
    end: datetime | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    field: tuple[str, str] | None = None

    @property
    def opens_entries(self) -> bool:
        """Whether each entry must be looked into: no index answers."""
        return bool(self.words or self.field or self.least is not None or self.most is not None)


@dataclass(frozen=True)
class Found:
    """One entry with where it stands: a case's reference, or an office's name, or neither (the whole installation)."""

    entry: Entry
    part: str
    reference: str | None
    office: str | None

    @property
    def is_of_system(self) -> bool:
        """Whether it hangs on no case and no office."""
        return self.part == SYSTEM_OWNER


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """Entries newest first; `older` and `newer` are where the pages beside it begin, None where there are none.

    looked_back_to: how far the page looked, where it stopped before it was full; `older` then goes on from there.
    """

    rows: list[Found]
    names: Mapping[str, str]
    older: Place | None = None
    newer: Place | None = None
    looked_back_to: datetime | None = None


@dataclass(frozen=True)
class ReadSum:
    """How often one person read a case: in how many hours, and when first and last."""

    actor_id: str
    hours: int
    first: datetime
    last: datetime
