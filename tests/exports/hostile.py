"""Texts that begin like a formula, in every column of text that a file to take away has; and which cells of a file
that LibreOffice has read and written again are formulas."""

from __future__ import annotations

import csv
import dataclasses
import io
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime
from typing import Any

import pytest
from xlsxwriter import Workbook

from casetracker.audit import change_report
from casetracker.core.money import Money
from casetracker.dossiers.states import Sight
from casetracker.events.states import Category, Part
from casetracker.events.timeline import Change, Entry
from casetracker.exports import case_csv, case_workbook, history_workbook
from casetracker.exports.states import (
    CaseFacts,
    CaseHistory,
    ChainHead,
    DocumentLine,
    GrantLine,
    LedgerLine,
    PaymentLine,
    PersonLine,
    ToldEntry,
)
from casetracker.sampling import workpaper_workbook
from casetracker.sampling.workpaper_states import (
    FindingLine,
    ItemLine,
    MarkLine,
    SaidLine,
    VisitLine,
    Workpaper,
)

HOSTILE = [
    beginning + first
    for first in ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff20")
    for beginning in ("", " ", "\t", "\ufeff", "\u00a0\u2003")
]
"""Forty beginnings that one spreadsheet or another takes for a formula's."""
NOW = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)
TODAY = date(2026, 3, 2)
LINES: dict[str, type[Any]] = {
    "persons": PersonLine, "grants": GrantLine, "ledger": LedgerLine, "payments": PaymentLine,
    "documents": DocumentLine,
}  # fmt: skip
TEXTS = ("sentence", "actor", "role", "person", "reason", "before", "after")
_VALUES: dict[str, Any] = {
    "int": 3, "int | None": None, "date": TODAY, "date | None": TODAY, "datetime": NOW, "datetime | None": NOW,
    "bool": True, "Money": Money(1234567, "EUR"), "Money | None": Money(1234567, "EUR"), "tuple[int, ...]": (1, 2),
}  # fmt: skip


def filled(kind: type[Any], beginning: str, **others: Any) -> Any:
    """A line whose every text begins like a formula; `others`: lines below it."""
    fields = [f for f in dataclasses.fields(kind) if f.name not in others]
    texts = {f.name: f"{beginning}A1 {kind.__name__}.{f.name}" for f in fields if f.type == "str"}
    rest = {f.name: _VALUES[str(f.type)] for f in fields if f.name not in texts}
    return kind(**texts, **rest, **others)


def texts_of(line: Any) -> set[str]:
    """Every text of a line."""
    return {value for value in vars(line).values() if isinstance(value, str)}


def told_entry(beginning: str, part: Part, number: int) -> ToldEntry:
    """A decision whose every text begins like a formula."""
    words = {name: f"{beginning}A1 {part}.{name}" for name in TEXTS}
    change = Change("person", "needs", words["before"], words["after"], "row", {"given_name": words["person"]})
    entry = Entry(
        chain_id="c" * 26, seq=number, at=NOW, day=TODAY, kind="approval.given", category=Category.APPROVALS, icon="",
        actor_id="a", actor_role="", person_id=None, data={"reason": words["reason"]}, changes=(change,),
    )  # fmt: skip
    return ToldEntry(part, entry, words["sentence"], words["actor"], words["role"], words["person"])


def _history() -> tuple[CaseHistory, list[ToldEntry]]:
    sight = Sight(
        dossier_id="d", reference="=1", relation=None, parts=frozenset(Part), is_closed=False, closed_on=None,
        sending_office_id="o", receiving_office_id=None, programme_id=None,
    )  # fmt: skip
    told = [told_entry(each, part, n) for n, each in enumerate(HOSTILE, 1) for part in (Part.SHARED, Part.ACCESS)]
    return CaseHistory(sight, NOW, (ChainHead("c" * 26, "d", "shared", 40, "f" * 64),), {}), told


def case_book(monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, CaseFacts]:
    """A case's history as a workbook, and the facts that are in it beside its entries; needs an app's context."""
    history, told = _history()
    hostile = {name: tuple(filled(kind, each) for each in HOSTILE) for name, kind in LINES.items()}
    summary = tuple((each, f"{each}A1 summary") for each in HOSTILE)
    known = CaseFacts(reference="=1", title="=1", summary=summary, steps=(), **hostile)
    monkeypatch.setattr(case_workbook, "load_facts", lambda _sight: known)
    monkeypatch.setattr(history_workbook, "read_told", lambda _history: iter([told[:7], told[7:]]))
    out = io.BytesIO()
    case_workbook.write_workbook(history, "=about", out)
    return out.getvalue(), known


def case_table(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The same history as CSV."""
    history, told = _history()
    monkeypatch.setattr(case_csv, "read_told", lambda _history: iter([told]))
    out = io.BytesIO()
    case_csv.write_csv(history, "=about", out)
    return out.getvalue()


def change_files() -> tuple[bytes, bytes]:
    """The change report as workbook and as CSV."""
    rows = [filled(change_report.Row, each) for each in HOSTILE]
    book, table = io.BytesIO(), io.BytesIO()
    change_report._as_workbook(iter(rows), book)
    change_report._as_csv(iter(rows), table)
    return book.getvalue(), table.getvalue()


def workpaper_book() -> bytes:
    """The workpaper of a sample with a finding, each text of both hostile."""
    items, findings = [], []
    for each in HOSTILE:
        items.append(filled(ItemLine, each, mark=filled(MarkLine, each), visit=filled(VisitLine, each)))
        findings.append(filled(FindingLine, each, said=(filled(SaidLine, each),)))
    pairs = tuple((each, f"{each}A1 pair") for each in HOSTILE)
    paper = filled(
        Workpaper, "=", purpose=pairs, method=pairs, results=pairs, items=tuple(items), findings=tuple(findings)
    )
    out = io.BytesIO()
    workpaper_workbook.write_workbook(paper, "=about", out)
    return out.getvalue()


def control_table() -> bytes:
    """A CSV that nobody should hand out: one formula, one harmless text."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([["what", "value"], ["sum", "=1+1"], ["text", "Kyiv"]])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def control_book() -> bytes:
    """A workbook that nobody should hand out: the same as a formula of a workbook."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["what", "Kyiv"])
        sheet.write_formula(1, 0, "=1+1")
    return out.getvalue()


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


@dataclasses.dataclass(frozen=True)
class Reopened:
    """What a spreadsheet shows of a file: formulas as it writes them, and the texts of all cells."""

    formulas: tuple[str, ...]
    texts: tuple[str, ...]


def read_reopened(flat: bytes) -> Reopened:
    """The cells of a flat OpenDocument spreadsheet (.fods), which LibreOffice wrote of the file that it opened;
    tabs and rows of spaces at a text's beginning are elements there, and are left out."""
    formulas, texts = [], []
    for cell in ET.fromstring(flat).iter(f"{_TABLE}table-cell"):
        if formula := cell.get(f"{_TABLE}formula"):
            formulas.append(formula)
        if lines := cell.findall(f"{_TEXT}p"):
            texts.append("\n".join("".join(line.itertext()) for line in lines))
    return Reopened(tuple(formulas), tuple(texts))
