"""What stands in a project now, for a file that people read: a table of each kind of thing that its room knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Table, select

from casetracker.accounts import queries as accounts
from casetracker.casefile.column_states import SILENT, TABLE_WORDS
from casetracker.casefile.timeline import DEGREES, MONEY, THOUSANDTHS, column_word, shown_value
from casetracker.community import queries as community
from casetracker.community.contribution_queries import currency_of
from casetracker.core.db import Base, db
from casetracker.core.money import Money
from casetracker.core.tracking import canon, tracked_mappers
from casetracker.documents.queries import list_documents
from casetracker.dossiers.states import Sight
from casetracker.events.timeline import Change
from casetracker.exports.facts_queries import document_lines, grant_line, ledger_lines, payment_lines
from casetracker.exports.states import FactTable, ProjectFacts
from casetracker.grants.queries import list_grants
from casetracker.providers import queries as providers
from casetracker.web.choices import country_name

ROOM = "casetracker.community."
"""Whose tables a project's facts are: each that is tracked and knows its dossier, whenever it came."""
KNOWN_BY = ("name", "title", "what", "description", "topic", "indicator")
"""Columns that a row is known by in other rows."""
FIRST = ("project_donor", "project_indicator", "site")
"""Tables that are shown before the others."""
TOLD_BY = ("number", "day", "as_of", "held_on", "visited_on")
"""Columns that tell rows without words of their own from each other, beside what they belong to."""
KEYS = frozenset({"id", "dossier_id", "version", "site_position"})
Row = Mapping[str, Any]


def list_project_tables() -> list[str]:
    """The tables of what a project has, by name."""
    found = [mapper for mapper in tracked_mappers() if mapper.class_.__module__.startswith(ROOM)]
    names = (str(mapper.local_table.name) for mapper in found)  # type: ignore[attr-defined]  # it has a name here
    return [name for name in names if "dossier_id" in Base.metadata.tables[name].columns]


def load_project_facts(sight: Sight) -> ProjectFacts:
    """Everything that a printed or tabulated history of a project shows beside its entries.

    The number of queries does not depend on how much there is.
    """
    project = community.get_project(sight)
    papers, grants = list(reversed(list_documents(sight))), list_grants(sight.dossier_id)
    tables = _tables(sight.dossier_id)
    names = _names(tables, [project.coordinator_id]) | {paper.id: paper.title for paper in papers}
    currency = currency_of(sight)
    return ProjectFacts(
        reference=sight.reference, title=project.title,
        summary=(
            (_("Title"), project.title),
            (_("What it is for"), project.purpose),
            (_("Country"), country_name(project.country)),
            (_("Regions"), ", ".join(project.regions)),
            (_("Sector"), project.sector),
            (_("First day"), project.starts_on),
            (_("Last day"), project.ends_on),
            (_("Coordinator"), names.get(project.coordinator_id, "")),
            (_("Closed"), sight.closed_on),
            (_("Erased on"), sight.erased_on),
        ),
        grants=tuple(grant_line(grant, {}) for grant in grants), ledger=tuple(ledger_lines(grants, {})),
        payments=tuple(payment_lines(sight, papers)), documents=tuple(document_lines(papers, {})),
        tables=tuple(_table(name, rows, names, currency) for name, rows in tables.items() if rows),
    )  # fmt: skip


def _tables(dossier_id: str) -> dict[str, list[Row]]:
    """The rows of each table, sites in their order and what is of a site in that order, too."""
    known = list_project_tables()
    names = [*(name for name in FIRST if name in known), *(name for name in known if name not in FIRST)]
    tables = {name: _rows(Base.metadata.tables[name], dossier_id) for name in names}
    place = {row["id"]: row["position"] for row in tables.get("site", ())}
    return {name: sorted(rows, key=lambda row: place.get(row.get("site_id"), 0)) for name, rows in tables.items()}


def _rows(table: Table, dossier_id: str) -> list[Row]:
    order = [table.columns[each] for each in ("position", "id") if each in table.columns]
    query = select(table).where(table.c.dossier_id == dossier_id).order_by(*order)
    return [dict(row._mapping) for row in db.session.execute(query)]


def _names(tables: Mapping[str, list[Row]], people: Iterable[str]) -> dict[str, str]:
    """Words for the ids that stand in the rows: of other rows, of people of the office, of providers."""
    names: dict[str, str] = {}
    wanted, untold = set(people), []
    for row in (row for rows in tables.values() for row in rows):
        if words := next((str(row[column]) for column in KNOWN_BY if row.get(column)), ""):
            names[row["id"]] = words
        else:
            untold.append(row)
        wanted |= {
            str(value) for key, value in row.items() if value and key.endswith(("_id", "_by")) and key not in KEYS
        }
    for row in untold:
        of = [names[row[key]] for key in row if key.endswith("_id") and row[key] in names]
        names[row["id"]] = " · ".join([*of, *(str(row[key]) for key in TOLD_BY if row.get(key) is not None)])
    wanted -= names.keys()
    staff = {key: name for key, name in accounts.names_of(wanted).items() if name != key}
    return names | providers.names_of(wanted) | staff


def _table(name: str, rows: list[Row], names: Mapping[str, str], currency: str) -> FactTable:
    shown = [each for each in rows[0] if each not in KEYS and (each not in SILENT or each == "position")]
    return FactTable(
        title=str(_(TABLE_WORDS.get(name, name.replace("_", " ").capitalize()))),
        columns=tuple(_("No.") if each == "position" else column_word(each) for each in shown),
        rows=tuple(tuple(_cells(name, row, shown, names, currency)) for row in rows),
    )


def _cells(
    name: str, row: Row, columns: Iterable[str], names: Mapping[str, str], currency: str
) -> Iterator[str | int | date | Money | None]:
    """Whole numbers, days and amounts as they are, everything else in words."""
    of_row = str(row.get("currency") or currency)
    for column in columns:
        value = row[column]
        is_number = isinstance(value, int) and not isinstance(value, bool) and column not in DEGREES | THOUSANDTHS
        if is_number and column in MONEY:
            yield Money(value, of_row)
        elif value is None or is_number or (isinstance(value, date) and not isinstance(value, datetime)):
            yield value
        else:
            change = Change(table=name, column=column, before=None, after=None)
            yield shown_value(change, value if isinstance(value, list) else canon(value), names, of_row)
