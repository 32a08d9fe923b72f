"""What changed, as a person reads it: columns and values in words, money with its currency, days by locale."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Boolean, Column, Date, Enum, Select, String, Table, cast, null, select, union_all

from casetracker.casefile.column_states import COLUMN_WORDS, SILENT, SILENT_TABLES, TABLE_WORDS
from casetracker.cases.states import Vulnerability
from casetracker.core.db import Base, JsonText, UTCDateTime, db
from casetracker.core.labels import label_id
from casetracker.events.timeline import Change, Entry
from casetracker.returns.states import Need, Topic
from casetracker.web.choices import country_name, language_name
from casetracker.web.formats import day, degrees, moment, money, number, quantity

TITLES = ("title", "description", "purpose", "provider_name", "package_name", "name")
"""Cells that tell a row from its neighbours, the first that is there."""
ROW_TITLES = {
    "plan_activity": "title", "plan_line": "description", "disbursement": "purpose", "quote": "provider_name",
    "person_grant": "package_name", "provider": "name", "journey": "", "travel_preparation": "",
    "needs_assessment": "", "disbursement_share": "", "consent": "", "voluntariness": "", "contact_made": "",
    "site": "name", "selection_criterion": "name", "works_item": "title", "equipment_item": "title",
}  # fmt: skip
"""Tables whose rows are known by this column, or by the person that they are about."""
OWNERS = {
    "line_id": "plan_line", "activity_id": "plan_activity", "grant_id": "person_grant",
    "disbursement_id": "disbursement", "share_id": "disbursement_share", "site_id": "site",
    "criterion_id": "selection_criterion",
}  # fmt: skip
"""Keys in a row's cells that say what it belongs to."""
LONGEST = 90

MONEY = frozenset({"amount", "unit_price", "ceiling", "cash_cap", "band_total", "questioned_amount", "actual_amount"})
OTHER_MONEY = {
    "local_amount": "local_currency",
    "paid_amount": "paid_currency",
    "unit_price": "unit_currency",
}
"""Amounts whose currency stands in a column of their own."""
COUNTRIES = frozenset({"host_country", "return_country", "nationality", "country"})
LISTS: dict[str, type[StrEnum]] = {"vulnerabilities": Vulnerability, "topics": Topic, "needs": Need}
NAMES = frozenset({"regions", "missing_serials"})
"""Lists of names, which are shown as they were typed."""
DEGREES = frozenset({"latitude", "longitude"})
"""Whole millionths of a degree."""
THOUSANDTHS = frozenset({"planned_quantity", "actual_quantity"})
"""Whole thousandths of a unit."""
_IDENTIFIER = re.compile(r"[a-z2-7]{26}")


def people_in(entries: Iterable[Entry]) -> set[str]:
    """Ids in the entries' rows that may be somebody's: for one query of names."""
    return {
        value
        for entry in entries
        for change in entry.changes
        if change.column.endswith(("_id", "_by"))
        for value in (change.before, change.after)
        if isinstance(value, str)
    }


@dataclass(frozen=True)
class RowChanges:
    """What an entry changed of one row: what the row is, in words, and (what, before, after) of its cells."""

    about: str
    cells: list[tuple[str, str, str]]


def change_rows(entry: Entry, names: Mapping[str, str]) -> list[RowChanges]:
    """An entry's changed cells, row by row; keys that nobody can read are left out.

    `names` are words for keys: of people, and of rows where `row_names` looked them up.
    """
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    first: dict[tuple[str, str], Change] = {}
    for change in entry.changes:
        if change.column in SILENT or change.table in SILENT_TABLES or isinstance(change.after or change.before, dict):
            continue
        currency = _currency(entry, change)
        before, after = (shown_value(change, value, names, currency) for value in (change.before, change.after))
        if before != after:
            key = (change.table, change.row)
            first.setdefault(key, change)
            found.setdefault(key, []).append((column_word(change.column), before, after))
    return [
        RowChanges(about, found[key])
        for key, about in zip(found, _told_apart([(key[0], _name_of(first[key], names)) for key in found]), strict=True)
    ]


def _name_of(change: Change, names: Mapping[str, str]) -> str:
    """What a person knows the row by: whom it is about, or its own title; empty where nothing says it."""
    cells = change.cells
    own = " ".join(str(cells[column]) for column in ("given_name", "family_name") if cells.get(column))
    person = names.get(str(cells.get("person_id") or ""), "")
    title = next((str(cells[column]) for column in TITLES if isinstance(cells.get(column), str) and cells[column]), "")
    owners = [names[str(cells[column])] for column in OWNERS if str(cells.get(column) or "") in names]
    words = names.get(change.row) or own or " · ".join(dict.fromkeys(part for part in (person, *owners, title) if part))
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _told_apart(rows: list[tuple[str, str]]) -> list[str]:
    """The words over each row; rows of a table that have the same words are numbered."""
    same, seen = Counter(rows), Counter[tuple[str, str]]()
    words = []
    for table, name in rows:
        seen[table, name] += 1
        kind = str(_(TABLE_WORDS.get(table, table.replace("_", " ").capitalize())))
        number_ = number(seen[table, name]) if same[table, name] > 1 else ""
        words.append(f"{kind} {number_}".rstrip() + (f": {name}" if name else ""))
    return words


def row_names(entries: Iterable[Entry], names: Mapping[str, str]) -> dict[str, str]:
    """row key -> what the row is known by today, where an entry does not say it itself; at most one query."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        for change in entry.changes:
            if change.table in ROW_TITLES and not change.cells.keys() & {"person_id", ROW_TITLES[change.table]}:
                wanted.setdefault(change.table, set()).add(change.row)
            for column, table in OWNERS.items():
                if change.cells.get(column):
                    wanted.setdefault(table, set()).add(str(change.cells[column]))
    if not wanted:
        return {}
    query = union_all(*(_titles(Base.metadata.tables[table], keys) for table, keys in sorted(wanted.items())))
    return {
        key: " · ".join(part for part in (names.get(person or "", ""), title) if part)
        for key, title, person in db.session.execute(query)
    }


def _titles(table: Table, keys: Iterable[str]) -> Select[str, str | None, str | None]:
    title, person = (
        cast(table.columns[column] if column in table.columns else null(), String)
        for column in (ROW_TITLES[table.name], "person_id")
    )
    return select(table.columns["id"], title, person).where(table.columns["id"].in_(sorted(keys)))


def column_word(column: str) -> str:
    """What a column is called."""
    plain = column.removesuffix("_id").removesuffix("_on").replace("_", " ").capitalize()
    return str(_(COLUMN_WORDS.get(column, plain)))


def _currency(entry: Entry, change: Change) -> str:
    """The currency of an amount: of its own column, of the same row, or of the event."""
    own = OTHER_MONEY.get(change.column, "currency")
    if isinstance(known := change.cells.get(own), str):
        return known
    wanted = {own, "currency"}
    for other in entry.changes:
        if other.table == change.table and other.column in wanted and (other.after or other.before):
            return str(other.after or other.before)
    return str(entry.data.get("currency") or "")


def shown_value(change: Change, value: Any, names: Mapping[str, str], currency: str) -> str:
    """A cell's value in words; empty for nothing and for keys that nobody can read."""
    if value is None or value == "":
        return ""
    column = _column(change)
    kind = getattr(column, "type", None)
    if isinstance(value, bool) or isinstance(kind, Boolean):
        return str(_("yes") if value else _("no"))
    if isinstance(value, int) and change.column in DEGREES:
        return degrees(value)
    if isinstance(value, int) and change.column in THOUSANDTHS:
        return quantity(value)
    if isinstance(value, int):
        return money(value, currency) if change.column in MONEY | OTHER_MONEY.keys() else number(value)
    if isinstance(kind, JsonText):
        return _listed(change.column, value)
    text = str(value)
    if isinstance(kind, Enum) and kind.enum_class is not None:
        words = {str(member.value): label_id(member) for member in kind.enum_class if isinstance(member, StrEnum)}
        return str(_(words.get(text, text)))
    if isinstance(kind, Date | UTCDateTime):
        return _moment(text, isinstance(kind, Date))
    if change.column in COUNTRIES:
        return country_name(text)
    if change.column == "language":
        return language_name(text)
    return names.get(text, "" if _IDENTIFIER.fullmatch(text) else text)


def _column(change: Change) -> Column[Any] | None:
    table = Base.metadata.tables.get(change.table)
    return None if table is None else table.columns.get(change.column)


def _moment(text: str, is_day: bool) -> str:
    try:
        return day(date.fromisoformat(text)) if is_day else moment(datetime.fromisoformat(text))
    except ValueError:
        return text


def _listed(column: str, value: Any) -> str:
    """A stored list in words; anything else that is stored as JSON is too long for a cell."""
    try:
        values = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return ""
    if not isinstance(values, list) or column not in LISTS.keys() | NAMES:
        return ""
    known = {str(member): member for member in LISTS.get(column, ())}
    return ", ".join(str(_(label_id(known[each]))) if each in known else str(each) for each in values)
