"""What a history can be taken away as, and the frozen facts that its writers put into a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import IO

from casetracker.core.errors import N_
from casetracker.core.labels import name_values
from casetracker.core.money import Money
from casetracker.dossiers.states import Sight
from casetracker.events.states import Category
from casetracker.events.timeline import Entry

ABOUT_ASYLUM = N_(
    "What a case may hold about asylum is in a file only where its reader is cleared for such data and reads for the "
    "sending side. A file without it does not tell whether there is any."
)
"""Stands in every file, whatever the case holds and whoever reads."""


DECIDING = frozenset({
    "eligibility.decided", "case.closed", "case.reopened", "project.closed", "project.reopened", "site.left",
    "site.taken_up",
})  # fmt: skip
"""Decisions beside the approvals."""
STAGES = frozenset({
    "case.created", "case.stage_entered", "case.closed", "case.reopened", "project.opened", "project.closed",
    "project.reopened", "site.moved", "site.left", "site.taken_up",
})  # fmt: skip
"""How the case, or the sites of the project, went from stage to stage."""
PRINTED_FIRST = frozenset({Category.MONEY, Category.APPROVALS})
"""What is printed, with stages and decisions, before anything else where not everything is."""


class ExportFormat(StrEnum):
    """What a history can be taken away as."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


MEDIA_TYPES: dict[ExportFormat, str] = {
    ExportFormat.PDF: "application/pdf",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
    ExportFormat.JSONL: "application/jsonl",
}
name_values({
    ExportFormat.PDF: N_("PDF, to print"),
    ExportFormat.XLSX: N_("Workbook (XLSX)"),
    ExportFormat.CSV: "CSV",
    ExportFormat.JSON: "JSON",
    ExportFormat.JSONL: "JSON Lines",
})  # fmt: skip
name_values({
    Category.CASEWORK: N_("Casework"),
    Category.MONEY: N_("Money"),
    Category.APPROVALS: N_("Approvals"),
    Category.DOCUMENTS: N_("Documents"),
    Category.ACCESS: N_("Access"),
    Category.ADMINISTRATION: N_("Administration"),
})  # fmt: skip

USES: dict[ExportFormat, str] = {
    ExportFormat.PDF: N_(
        "To read, print and put into a binder: summary, persons, money, decisions, timeline, documents."
    ),
    ExportFormat.XLSX: N_("To sort, filter and add up: a sheet for each kind of thing, and who read the case."),
    ExportFormat.CSV: N_("Every entry and every value that it changed, for any spreadsheet or statistics program."),
    ExportFormat.JSON: N_("Everything, for another program; checked by the script in the documentation."),
    ExportFormat.JSONL: N_("The chains alone, a line for each entry: what proves that nothing was changed since."),
}
"""What each format is good for."""


AT_ONCE_ENTRIES = 5000
"""As many are written while a browser waits, whatever the format."""
QUICK = frozenset({ExportFormat.PDF, ExportFormat.JSONL})
"""Formats that are quick whatever the number: one prints so many, the other copies."""


def is_made_at_once(wanted: ExportFormat, entries: int) -> bool:
    """Whether a browser may wait for it; else it comes in a bundle, which a worker makes."""
    return wanted in QUICK or entries <= AT_ONCE_ENTRIES


@dataclass(frozen=True)
class Export:
    """A file that was made: open at its beginning and gone once closed; `entries` of the history are in it."""

    file: IO[bytes]
    media_type: str
    entries: int
    size: int
    sha256: str

    def pieces(self) -> Iterator[bytes]:
        """The bytes, in portions; closes the file."""
        with self.file:
            while piece := self.file.read(1 << 16):
                yield piece


@dataclass(frozen=True)
class ChainHead:
    """A chain of the case as it stood when the file was begun; `head` is its newest entry's hash, hexadecimal."""

    id: str
    owner: str
    part: str
    length: int
    head: str


@dataclass(frozen=True)
class CaseHistory:
    """One case as one reader sees it, and how far its chains reached; entries are read in portions.

    `names` grows: words for the ids of persons and users that the entries name.
    """

    sight: Sight
    written_at: datetime
    chains: tuple[ChainHead, ...]
    names: dict[str, str]

    @property
    def entries(self) -> int:
        """How many entries the history has."""
        return sum(chain.length for chain in self.chains)


@dataclass(frozen=True)
class ToldEntry:
    """An entry with its compartment and its sentence; who acted, in which role, and whom it is about, in words."""

    part: str
    entry: Entry
    sentence: str
    actor: str
    role: str
    person: str

    @property
    def reason(self) -> str:
        """The reason that was given, where the act asks for one and it was not erased."""
        given = self.entry.data.get("reason")
        return given if isinstance(given, str) else ""


def is_stage(told: ToldEntry) -> bool:
    """Whether the case was opened, moved on, closed or opened again."""
    return told.entry.kind in STAGES


def is_decision(told: ToldEntry) -> bool:
    """Whether somebody decided something: an approval or its refusal, the eligibility, closing and reopening."""
    return told.entry.category == Category.APPROVALS or told.entry.kind in DECIDING


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """A person of the case, in words; days as days."""

    name: str
    role: str
    sex: str
    birth_date: date | None
    age_estimate: int | None
    nationality: str
    return_type: str
    status: str
    counselled_on: date | None
    eligibility: str
    decided_on: date | None
    departed_on: date | None
    arrived_on: date | None
    contact_on: date | None


@dataclass(frozen=True, kw_only=True)
class GrantLine:
    """One person's grant and where its money stands."""

    person: str
    package: str
    state: str
    made_on: date
    entitled: Money
    awarded: Money
    reserved: Money
    committed: Money
    spent: Money
    use_until: date | None


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """An entry of a grant's account: what makes its figures."""

    at: datetime
    day: date
    person: str
    package: str
    move: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PaymentLine:
    """A payment with who asked, approved and recorded it; `given_back` is what approved reversals took back.

    proof: the number of its document in the index of documents, where the reader sees it.
    """

    paid_on: date
    purpose: str
    instalment: int
    provider: str
    paid: Money
    rate: str
    charged: Money
    given_back: Money
    requested_by: str
    approved_by: str
    recorded_by: str
    proof: int | None


@dataclass(frozen=True, kw_only=True)
class DocumentLine:
    """A document in the reader's compartments, numbered in the order in which they came; `sha256` is of the file."""

    number: int
    title: str
    kind: str
    person: str
    day: date | None
    added_at: datetime
    added_by: str
    media_type: str
    size: int
    part: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class DossierFacts:
    """What stands in a case or a project now, for a file to read: `summary` is (label, value in words or a day)."""

    reference: str
    title: str
    summary: tuple[tuple[str, str | date | None], ...]
    grants: tuple[GrantLine, ...]
    ledger: tuple[LedgerLine, ...]
    payments: tuple[PaymentLine, ...]
    documents: tuple[DocumentLine, ...]


@dataclass(frozen=True, kw_only=True)
class CaseFacts(DossierFacts):
    """What stands in a case now: how far it has come, and its persons."""

    steps: tuple[tuple[str, str], ...]
    persons: tuple[PersonLine, ...]


@dataclass(frozen=True, kw_only=True)
class FactTable:
    """A kind of thing in a project, a row for each: columns in words, values in words or as they are."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | date | Money | None, ...], ...]


@dataclass(frozen=True, kw_only=True)
class ProjectFacts(DossierFacts):
    """What stands in a project now: a table of each kind of thing."""

    tables: tuple[FactTable, ...]
