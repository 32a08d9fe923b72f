"""A connection past the program, and what it takes to tamper with any table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy import BigInteger, Boolean, Date, Enum, LargeBinary, Table
from sqlalchemy.engine import make_url

from casetracker.audit.states import Finding
from casetracker.core.append_only import append_only, append_only_tables
from casetracker.core.db import JsonText, UTCDateTime
from casetracker.core.tracking import tracked_mappers

Named = set[tuple[str, str, str]]


def named(findings: list[Finding]) -> Named:
    """Table, row and column of each finding."""
    return {(finding.table, finding.row, finding.column) for finding in findings}


def tracked() -> list[Table]:
    """Every tracked table."""
    return [m.local_table for m in tracked_mappers() if isinstance(m.local_table, Table)]


def key_of(table: Table) -> str:
    """The one column of the primary key."""
    [column] = table.primary_key.columns
    return str(column.name)


def recorded(table: Table) -> list[Any]:
    """The columns whose values stand in the record, without the key."""
    return [c for c in table.columns if c.info.get("history") != "ignored" and not c.primary_key]


def other(value: Any, column: Any, is_sqlite: bool) -> Any:
    """A value of the same kind that is not `value`."""
    kind = column.type
    if isinstance(kind, Boolean):
        return int(not value) if is_sqlite else not value
    if isinstance(kind, BigInteger):
        return (value or 0) + 1
    if isinstance(kind, Date):
        return "2031-02-03"
    if isinstance(kind, UTCDateTime):
        return "2031-02-03 04:05:06.000007" + ("" if is_sqlite else "+00")
    if isinstance(kind, Enum):
        return next(name for name in kind.enums if name != value)
    if isinstance(kind, JsonText):
        return '{"changed":true}'
    if isinstance(kind, LargeBinary):
        return b"changed"
    return f"{value} changed"


class Bare:
    """A connection past the program: no events, no walls, no triggers, no constraints."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self.is_sqlite = address.drivername.startswith("sqlite")
        self.connection: Any = (
            sqlite3.connect(str(address.database), isolation_level=None)
            if self.is_sqlite
            else psycopg.connect(
                address.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
            )
        )

    def take_down_the_walls(self) -> None:
        """Without triggers, foreign keys, checks and unique keys beside the primary ones."""
        if self.is_sqlite:
            for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                self.run(f'DROP TRIGGER "{name}"')
            for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"):
                self.run(f'DROP INDEX "{name}"')
            return
        found = self.rows(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal"
        )
        for table, name in found:
            self.run(f'DROP TRIGGER "{name}" ON "{table}"')
        found = self.rows(
            "SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
            " WHERE k.contype IN ('f', 'c', 'u') AND c.relnamespace = 'public'::regnamespace"
        )
        for table, name in found:
            self.run(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}" CASCADE')
        found = self.rows(
            "SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
            " WHERE indisunique AND NOT indisprimary AND c.relnamespace = 'public'::regnamespace"
        )
        for (name,) in found:
            self.run(f"DROP INDEX {name}")

    def put_back_the_triggers(self) -> None:
        """As the program would, so that only the data is different."""
        for table in append_only_tables():
            for statement in append_only("sqlite" if self.is_sqlite else "postgresql", table):
                self.connection.execute(statement)

    def run(self, statement: str, *values: Any) -> int:
        """Run a statement with ? for each value; answers how many rows it touched."""
        return int(self.connection.execute(self._marks(statement), values).rowcount)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return [tuple(row) for row in self.connection.execute(self._marks(statement), values).fetchall()]

    def one(self, statement: str, *values: Any) -> tuple[Any, ...]:
        """The first row of a query that has one."""
        return self.rows(statement, *values)[0]

    def _marks(self, statement: str) -> str:
        return statement if self.is_sqlite else statement.replace("%", "%%").replace("?", "%s")

    def close(self) -> None:
        """Let go."""
        self.connection.close()


def filled(bare: Bare) -> Iterator[tuple[Table, str]]:
    """Every tracked table that has a row, with the key of its first one."""
    for table in tracked():
        key = key_of(table)
        rows = bare.rows(f'SELECT "{key}" FROM "{table.name}" ORDER BY "{key}" LIMIT 1')
        if rows:
            yield table, rows[0][0]


def insert_copy(bare: Bare, table: Table, pk: Any) -> None:
    """A second row like the one with the key `pk`, under the key "inserted"."""
    key = key_of(table)
    alone = {c.name for c in table.columns if c.unique}
    alone |= {c.name for u in table.constraints if hasattr(u, "columns") for c in u.columns}
    names = [c.name for c in table.columns]
    picked = []
    for column in table.columns:
        if column.name == key:
            picked.append("'inserted'")
        elif column.name in alone and isinstance(column.type, BigInteger):
            picked.append(f'"{column.name}" + 1000')
        elif column.name in alone and type(column.type).__name__ == "Text":
            picked.append(f"\"{column.name}\" || ' again'")
        else:
            picked.append(f'"{column.name}"')
    listed = ", ".join(f'"{name}"' for name in names)
    source = f'SELECT {", ".join(picked)} FROM "{table.name}" WHERE "{key}" = ?'
    bare.run(f'INSERT INTO "{table.name}" ({listed}) {source}', pk)
