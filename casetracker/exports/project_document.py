"""A project's history as a document to print, as a case's is: what stands in it, money, decisions, timeline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import IO, Any

from flask_babel import gettext as _
from flask_babel import ngettext

from casetracker.core.commands import end_reading
from casetracker.core.money import Money
from casetracker.exports import history_document as shared
from casetracker.exports.project_queries import load_project_facts
from casetracker.exports.states import CaseHistory, FactTable, ProjectFacts, ToldEntry, is_decision, is_stage
from casetracker.web.formats import day, money, number
from casetracker.web.typesetting import Block, cell, facts, heading, section, set_in_type, table, text

MOST_OF_A_KIND = 24
"""Rows of one kind of thing that are printed; the workbook holds all."""


def write_document(history: CaseHistory, about: str, out: IO[bytes]) -> None:
    """Write the PDF: summary, what stands in the project, stages, money, decisions, timeline, documents."""
    known = load_project_facts(history.sight)
    printed = sum(min(len(each.rows), MOST_OF_A_KIND) for each in known.tables)
    room = max(shared.MOST_ROWS - printed - len(known.documents) - len(known.payments), shared.LEAST_ENTRIES)
    told = shared.choose_entries(history, room)
    end_reading()  # setting it in type takes a while
    out.write(set_in_type(
        title=f"{known.reference} · {known.title}", reference=known.reference, kind=_("Project history"),
        written_at=history.written_at, sections=_sections(history, known, told, about),
    ))  # fmt: skip


def _sections(history: CaseHistory, known: ProjectFacts, told: list[ToldEntry], about: str) -> Iterator[dict[str, Any]]:
    yield section(_("Summary"), facts((words, _words(value)) for words, value in known.summary))
    yield section(_("What stands in the project"), *(block for each in known.tables for block in _things(each)))
    yield section(_("Stages"), shared.entries_table([each for each in told if is_stage(each)]))
    if known.grants or known.payments:
        yield section(
            _("Money"), heading(_("Grants")), shared.grants_table(known.grants), heading(_("Payments")),
            *shared.payments_tables(known.payments),
        )  # fmt: skip
    yield section(_("Decisions"), shared.entries_table([each for each in told if is_decision(each)]))
    yield section(_("Timeline"), *shared.left_out(history, told), shared.entries_table(told))
    yield section(_("Index of documents"), *shared.documents_table(known.documents))
    yield section(_("About this document"), *shared.about_blocks(history, about))


def _things(each: FactTable) -> Iterator[Block]:
    """A row for each thing: the first thing known of it, and the others by their names."""
    yield heading(each.title)
    rows = []
    for row in each.rows[:MOST_OF_A_KIND]:
        known = [
            (words, _words(value)) for words, value in zip(each.columns, row, strict=True) if value not in (None, "")
        ]
        first, *others = known or [("", "")]
        rows.append([f"{first[0]}: {first[1]}", cell(" · ".join(f"{words}: {value}" for words, value in others))])
    yield table([(_("Which"), "1fr"), (_("What is known"), "2.4fr")], rows)
    if (left := len(each.rows) - MOST_OF_A_KIND) > 0:
        yield text(ngettext(
            "%(num)d more is not printed; the workbook (XLSX) holds it.",
            "%(num)d more are not printed; the workbook (XLSX) holds them.", left,
        ))  # fmt: skip


def _words(value: str | int | date | Money | None) -> str:
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, date):
        return day(value)
    return number(value) if isinstance(value, int) else value or ""
