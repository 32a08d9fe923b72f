"""What a workpaper tells of a sample, and the forms for visits: frozen facts in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values
from casetracker.core.money import Money

Value = str | int | Money | date | datetime | None
Pairs = tuple[tuple[str, Value], ...]
"""(words, value) of facts: what is empty is left out where they are shown."""


class WorkpaperFormat(StrEnum):
    """What a workpaper can be taken away as."""

    PDF = "pdf"
    XLSX = "xlsx"


name_values({WorkpaperFormat.PDF: N_("PDF, to print"), WorkpaperFormat.XLSX: N_("Workbook (XLSX)")})


@dataclass(frozen=True, kw_only=True)
class MarkLine:
    """What its auditor saw of an item, in words; wrong: how much of the amount is, None where nothing is."""

    document_seen: str
    agrees: str
    is_exception: bool
    wrong: Money | None
    note: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class VisitLine:
    """What a visit found, in words."""

    visited_on: date
    found: str
    is_used: str
    signature_agrees: str
    note: str


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """An item; reference, sentence and days are empty where the mandate does not open its case.

    place: the entry's chain and number; findings: numbers of the findings about it.
    """

    number: int
    reference: str
    sentence: str
    at: datetime | None
    day: date | None
    amount: Money | None
    stratum: str
    hits: int
    place: str
    mark: MarkLine | None
    visit: VisitLine | None
    findings: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SaidLine:
    """A word on a finding: what it does, what was said, who and when."""

    kind: str
    text: str
    who: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class FindingLine:
    """A finding about an item, with what was said on it, oldest first; its texts are empty once erased."""

    number: int
    item: int
    reference: str
    title: str
    text: str
    office: str
    state: str
    raised_at: datetime
    due_on: date
    questioned: Money | None
    said: tuple[SaidLine, ...]


@dataclass(frozen=True, kw_only=True)
class Workpaper:
    """A sample as it is told: what was drawn from, how, what was seen, what follows.

    method and results end with a sentence each; at: when it was written.
    """

    name: str
    sample_id: str
    auditor: str
    at: datetime
    purpose: Pairs
    method: Pairs
    explained: str
    results: Pairs
    concluded: str
    items: tuple[ItemLine, ...]
    findings: tuple[FindingLine, ...]


@dataclass(frozen=True, kw_only=True)
class VisitForm:
    """A certificate that is visited: what was handed over to whom, where, and which paper says so.

    Empty where the mandate does not open the case, or it was erased.
    """

    number: int
    reference: str
    what: str
    handed_over_on: date | None
    amount: Money | None
    provider: str
    signed_by: str
    address: str
    phone: str
    place: str
    certificate: str
    sha256: str
    note: str
