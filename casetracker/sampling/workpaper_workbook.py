"""The workpaper as a workbook (XLSX): text stays text, amounts, days and moments are real ones."""

from __future__ import annotations

from typing import IO

from flask_babel import gettext as _

from casetracker.core.money import Money
from casetracker.sampling.workpaper_states import Workpaper
from casetracker.web.formats import local
from casetracker.web.sheets import Book, write_book


def write_workbook(paper: Workpaper, about: str, out: IO[bytes]) -> None:
    """Write the workbook: the sample, its items, findings, what was said on them."""
    with write_book(out, paper.name, about, at=paper.at) as book:
        _sample(book, paper, about)
        _items(book, paper)
        _findings(book, paper)


def _sample(book: Book, paper: Workpaper, about: str) -> None:
    sheet = book.sheet(_("Sample"), (_("What"), 44), (_("Value"), 70), (_("Currency"), 9))
    sheet.add(_("Sample"), paper.name)
    sheet.add(_("Auditor"), paper.auditor)
    sheet.add(_("Written at"), paper.at)
    sheet.add(_("Time zone of moments"), str(local(paper.at).tzinfo))
    for words, value in (*paper.purpose, *paper.method, *paper.results):
        sheet.add(words, value, value.currency if isinstance(value, Money) else None)
    sheet.add(_("Why this size"), paper.explained)
    sheet.add(_("What follows"), paper.concluded)
    sheet.add(_("About this file"), about)


def _items(book: Book, paper: Workpaper) -> None:
    visit = (
        (_("Visited on"), 12), (_("Found there"), 20), (_("Used as planned"), 14), (_("Signature agrees"), 14),
        (_("Remarks of the visit"), 40),
    )  # fmt: skip
    sheet = book.sheet(
        _("Items"), (_("No."), 6), (_("Case"), 16), (_("Entry"), 60), (_("Happened on"), 12), (_("Recorded at"), 19),
        (_("Amount"), 13), (_("Currency"), 9), (_("Stratum"), 9), (_("Monetary units"), 9), (_("Document seen"), 14),
        (_("Agrees"), 14), (_("Exception"), 10), (_("How much of it is wrong"), 13), (_("Note"), 50),
        (_("Marked at"), 19), *visit, (_("Findings"), 10), (_("Place in the record"), 34),
    )  # fmt: skip
    for item in paper.items:
        mark, seen = item.mark, item.visit
        sheet.add(
            item.number, item.reference, item.sentence, item.day, item.at, item.amount,
            item.amount.currency if item.amount else None, item.stratum, item.hits,
            mark.document_seen if mark else None, mark.agrees if mark else None,
            (_("yes") if mark.is_exception else _("no")) if mark else None, mark.wrong if mark else None,
            mark.note if mark else None, mark.at if mark else None, seen.visited_on if seen else None,
            seen.found if seen else None, seen.is_used if seen else None, seen.signature_agrees if seen else None,
            seen.note if seen else None, ", ".join(map(str, item.findings)), item.place,
        )  # fmt: skip


def _findings(book: Book, paper: Workpaper) -> None:
    sheet = book.sheet(
        _("Findings"), (_("No."), 6), (_("Item"), 6), (_("Case"), 16), (_("Title"), 40), (_("Finding"), 60),
        (_("Asked"), 22), (_("State"), 12), (_("Raised at"), 19), (_("To be answered until"), 14),
        (_("May not be eligible"), 13), (_("Currency"), 9),
    )  # fmt: skip
    for each in paper.findings:
        sheet.add(
            each.number, each.item, each.reference, each.title, each.text, each.office, each.state, each.raised_at,
            each.due_on, each.questioned, each.questioned.currency if each.questioned else None,
        )  # fmt: skip
    sheet = book.sheet(
        _("Answers"), (_("Finding"), 8), (_("What"), 22), (_("Words"), 80), (_("Who"), 26), (_("At"), 19)
    )
    for each in paper.findings:
        for said in each.said:
            sheet.add(each.number, said.kind, said.text, said.who, said.at)
