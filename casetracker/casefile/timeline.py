"""What changed, as a person reads it: columns and values in words, money with its currency, days by locale."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Boolean, Column, Date, Enum

from casetracker.casefile.column_states import COLUMN_WORDS, SILENT, SILENT_TABLES
from casetracker.cases.states import Vulnerability
from casetracker.core.db import Base, JsonText, UTCDateTime
from casetracker.core.labels import label_id
from casetracker.events.timeline import Change, Entry
from casetracker.returns.states import Need, Topic
from casetracker.web.choices import country_name, language_name
from casetracker.web.formats import day, moment, money, number

MONEY = frozenset({"amount", "unit_price", "ceiling", "cash_cap", "band_total"})
OTHER_MONEY = {
    "local_amount": "local_currency",
    "paid_amount": "paid_currency",
    "unit_price": "unit_currency",
}
"""Amounts whose currency stands in a column of their own."""
COUNTRIES = frozenset({"host_country", "return_country", "nationality", "country"})
LISTS: dict[str, type[StrEnum]] = {"vulnerabilities": Vulnerability, "topics": Topic, "needs": Need}
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


def change_rows(entry: Entry, names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(what, before, after) of an entry's changed cells; keys that nobody can read are left out."""
    rows = []
    for change in entry.changes:
        if change.column in SILENT or change.table in SILENT_TABLES or isinstance(change.after or change.before, dict):
            continue
        currency = _currency(entry, change)
        before, after = (_shown(change, value, names, currency) for value in (change.before, change.after))
        if before != after:
            rows.append((_word(change.column), before, after))
    return rows


def _word(column: str) -> str:
    plain = column.removesuffix("_id").removesuffix("_on").replace("_", " ").capitalize()
    return str(_(COLUMN_WORDS.get(column, plain)))


def _currency(entry: Entry, change: Change) -> str:
    """The currency of an amount: of its own column, of the same row, or of the event."""
    wanted = {OTHER_MONEY.get(change.column, "currency"), "currency"}
    for other in entry.changes:
        if other.table == change.table and other.column in wanted and (other.after or other.before):
            return str(other.after or other.before)
    return str(entry.data.get("currency") or "")


def _shown(change: Change, value: Any, names: Mapping[str, str], currency: str) -> str:
    if value is None or value == "":
        return ""
    column = _column(change)
    kind = getattr(column, "type", None)
    if isinstance(value, bool) or isinstance(kind, Boolean):
        return str(_("yes") if value else _("no"))
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
    if not isinstance(values, list) or column not in LISTS:
        return ""
    known = {str(member): member for member in LISTS[column]}
    return ", ".join(str(_(label_id(known[each]))) if each in known else str(each) for each in values)
