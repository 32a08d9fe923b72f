"""The columns that an auditor can ask for, in words and by table."""

from __future__ import annotations

from functools import cache

from flask_babel import gettext as _

from casetracker.casefile.column_states import COLUMN_WORDS, SILENT, SILENT_TABLES, TABLE_WORDS
from casetracker.core.db import Base
from casetracker.core.tracking import tracked_tables

_KEYS = ("authenticator", "passkey", "recovery_code", "invitation")
"""Tables of what opens an account: nothing of them is told."""
_ALSO = frozenset({"provider_id", "caseworker_id", "receiving_caseworker_id", "guardian_id"})
_NEVER = frozenset({"id", "version", "part", "owner_id"})
ASYLUM = "asylum_"
"""How the names of tables of the asylum part begin."""


@cache
def _fields() -> dict[str, tuple[str, ...]]:
    """table -> its columns that a person can read."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(tracked_tables() - SILENT_TABLES - set(_KEYS)):
        columns = [
            column.name
            for column in Base.metadata.tables[name].columns
            if column.name not in _NEVER | (SILENT - _ALSO)
            and (not column.name.endswith("_id") or column.name in _ALSO)
            and column.info.get("history", "plain") in ("plain", "personal")
        ]
        if columns:
            found[name] = tuple(columns)
    return found


def field_groups(*, with_asylum: bool) -> list[tuple[str, list[tuple[str, str]]]]:
    """(table in words, [(table.column, column in words)]) by their words, in the page's language."""
    groups = [
        (_(table_word(table)), sorted(((f"{table}.{c}", _(column_word(c))) for c in columns), key=lambda each: each[1]))
        for table, columns in _fields().items()
        if with_asylum or not table.startswith(ASYLUM)
    ]
    return sorted(groups, key=lambda each: each[0])


def table_word(table: str) -> str:
    """The English words of a table; one without words of its own in plain letters."""
    return TABLE_WORDS.get(table, table.replace("_", " ").capitalize())


def column_word(column: str) -> str:
    """The English words of a column, as "before and after" has them."""
    plain = column.removesuffix("_id").removesuffix("_on").replace("_", " ").capitalize()
    return COLUMN_WORDS.get(column, plain)
