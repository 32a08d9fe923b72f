"""A case's history as a document to print: what an auditor puts into a binder, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO, Any

from flask_babel import gettext as _

from casetracker.core.commands import end_reading
from casetracker.exports.facts_queries import load_facts
from casetracker.exports.history_document import (
    LEAST_ENTRIES,
    MOST_ROWS,
    about_blocks,
    choose_entries,
    documents_table,
    entries_table,
    grants_table,
    left_out,
    payments_tables,
)
from casetracker.exports.states import (
    CaseFacts,
    CaseHistory,
    PersonLine,
    ToldEntry,
    is_decision,
    is_stage,
)
from casetracker.web.formats import NONE, day
from casetracker.web.typesetting import Block, cell, facts, heading, section, set_in_type, steps, table


def write_document(history: CaseHistory, about: str, out: IO[bytes]) -> None:
    """Write the PDF: summary, persons, stages, money, decisions, timeline, index of documents, how to check it."""
    known = load_facts(history.sight)
    room = max(MOST_ROWS - len(known.documents) - len(known.payments), LEAST_ENTRIES)
    told = choose_entries(history, room)
    end_reading()  # setting it in type takes a while
    title = f"{known.reference} · {known.title}" if known.title else known.reference
    made = set_in_type(
        title=title, reference=known.reference, kind=_("Case history"), written_at=history.written_at,
        sections=_sections(history, known, told, about),
    )  # fmt: skip
    out.write(made)


def _sections(history: CaseHistory, known: CaseFacts, told: list[ToldEntry], about: str) -> Iterator[dict[str, Any]]:
    summary = [(words, day(value) if isinstance(value, date) else value or "") for words, value in known.summary]
    yield section(_("Summary"), steps(known.steps), facts(summary))
    yield section(_("Persons"), _persons(known.persons))
    yield section(_("Stages"), entries_table([each for each in told if is_stage(each)]))
    yield section(
        _("Money"),
        heading(_("Grants")),
        grants_table(known.grants),
        heading(_("Payments")),
        *payments_tables(known.payments),
    )
    yield section(_("Decisions"), entries_table([each for each in told if is_decision(each)]))
    yield section(_("Timeline"), *left_out(history, told), entries_table(told))
    yield section(_("Index of documents"), *documents_table(known.documents))
    yield section(_("About this document"), *about_blocks(history, about))


def _persons(persons: Sequence[PersonLine]) -> Block:
    columns = [
        (_("Name"), "1.5fr"), (_("Born"), "19mm"), (_("Nationality"), "1fr"), (_("Eligibility"), "1fr"),
        (_("Departed"), "19mm"), (_("Arrived"), "19mm"), (_("Status"), "1fr"),
    ]  # fmt: skip
    rows = [
        [
            cell(each.name, f"{each.role} · {each.sex} · {each.return_type}"), _born(each), each.nationality,
            cell(each.eligibility or NONE, day(each.decided_on) if each.decided_on else ""), day(each.departed_on),
            day(each.arrived_on), each.status,
        ]
        for each in persons
    ]  # fmt: skip
    return table(columns, rows)


def _born(person: PersonLine) -> str:
    if person.birth_date is None and person.age_estimate is not None:
        return str(_("about %(age)d years", age=person.age_estimate))
    return day(person.birth_date)
