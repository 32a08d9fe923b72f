"""What a downgrade takes out of its place, kept beside it until the upgrade puts it back: nothing of it is lost.

An older structure has no place for what came later. Each `downgrade` says what it is about to take away; the rows go
into tables of their own (`kept_0012__<table>`, or `kept_0012__<table>__<column>` beside the row's key), which the older
program does not know and its role cannot read. After the step up of that number they go back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, ForeignKeyConstraint, MetaData, Table, inspect, text, tuple_

from casetracker.core.db import is_postgresql

PREFIX = re.compile(r"kept_(\d{4})__")
CHUNK = 500


def is_kept(table: str) -> bool:
    """Whether this table holds what a downgrade took away."""
    return PREFIX.match(table) is not None


def keep_tables(connection: Connection, revision: str, *names: str) -> None:
    """All rows of tables that the downgrade of this number is about to drop."""
    for name in names:
        if connection.scalar(text(f"SELECT 1 FROM {name} LIMIT 1")):  # noqa: S608  # names of ours, here and below
            kept = _make(connection, f"kept_{revision}__{name}", f"SELECT * FROM {name}")  # noqa: S608  # names of ours
            connection.exec_driver_sql(f"INSERT INTO {kept} SELECT * FROM {name}")  # noqa: S608  # names of ours


def keep_columns(connection: Connection, revision: str, table: str, *columns: str) -> None:
    """The values of columns that the downgrade of this number is about to drop."""
    key = ", ".join(inspect(connection).get_pk_constraint(table)["constrained_columns"])
    for name in columns:
        values = f"SELECT {key}, {name} FROM {table} WHERE {name} IS NOT NULL"  # noqa: S608  # names of ours
        if connection.scalar(text(f"{values} LIMIT 1")):
            kept = _make(connection, f"kept_{revision}__{table}__{name}", values)
            connection.exec_driver_sql(f"INSERT INTO {kept} {values}")


def _make(connection: Connection, kept: str, rows: str) -> str:
    """The table for what these rows are like, empty where it is new; its name."""
    if kept not in inspect(connection).get_table_names():
        connection.exec_driver_sql(f"CREATE TABLE {kept} AS SELECT * FROM ({rows}) AS rows_of WHERE 1 = 0")  # noqa: S608  # names of ours
    return kept


def keep_rows(connection: Connection, revision: str, table: str, condition: str) -> None:
    """Rows that the structure before this number does not allow (`condition`: SQL), and every row that points at one
    of them, however far: kept, and taken out of their tables."""
    known = MetaData()
    known.reflect(connection)
    gone: dict[str, set[tuple[Any, ...]]] = {}
    first = known.tables[table]
    waiting = [(first, connection.execute(first.select().where(text(condition))).mappings().all())]
    while waiting:
        parent, rows = waiting.pop()
        before = gone.setdefault(parent.name, set())
        new = [row for row in rows if _of(row, parent.primary_key) not in before]
        before |= {_of(row, parent.primary_key) for row in new}
        if new:
            waiting += [(child.table, _pointing(connection, child, new)) for child in _children(known, parent)]
    with unguarded(connection, gone):
        for each in reversed(known.sorted_tables):
            _take_out(connection, revision, each, sorted(gone.get(each.name, ()), key=str))


def _children(known: MetaData, parent: Table) -> Iterator[ForeignKeyConstraint]:
    for table in known.sorted_tables:
        yield from (key for key in table.foreign_key_constraints if key.referred_table is parent)


def _pointing(connection: Connection, key: ForeignKeyConstraint, rows: Sequence[Any]) -> Sequence[Any]:
    """The rows whose key points at one of these."""
    wanted = sorted({_of(row, [element.column for element in key.elements]) for row in rows}, key=str)
    columns = tuple_(*key.columns)
    found: list[Any] = []
    for some in _chunks(wanted):
        found += connection.execute(key.table.select().where(columns.in_(some))).mappings().all()
    return found


def _take_out(connection: Connection, revision: str, table: Table, keys: list[tuple[Any, ...]]) -> None:
    if not keys:
        return
    name = _make(connection, f"kept_{revision}__{table.name}", f"SELECT * FROM {table.name}")  # noqa: S608  # names of ours
    kept = Table(name, MetaData(), autoload_with=connection)
    for some in _chunks(keys):
        chosen = tuple_(*table.primary_key).in_(some)
        connection.execute(kept.insert().from_select(list(table.columns.keys()), table.select().where(chosen)))
        connection.execute(table.delete().where(chosen))


def _chunks(values: list[Any]) -> Iterator[list[Any]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def put_back(connection: Connection, revision: str) -> None:
    """After the upgrade of this number: what its downgrade kept; rows that stand there already stay as they are."""
    begin = f"kept_{revision}__"
    kept = [name for name in inspect(connection).get_table_names() if name.startswith(begin)]
    if not kept:
        return
    known = MetaData()
    known.reflect(connection, only=lambda name, _metadata: not is_kept(name))
    wanted = {name: name.removeprefix(begin).split("__") for name in kept}
    for table in known.sorted_tables:  # those that others point at first
        if begin + table.name in wanted:
            _put_rows(connection, begin + table.name, table)
    for name, (home, *column) in sorted(wanted.items()):
        if column:
            _put_values(connection, name, known.tables[home], column[0])


def _put_rows(connection: Connection, kept: str, home: Table) -> None:
    columns = ", ".join(f'"{column["name"]}"' for column in inspect(connection).get_columns(kept))
    with unguarded(connection, [home.name]):
        connection.exec_driver_sql(
            f"INSERT INTO {home.name} ({columns}) SELECT {columns} FROM {kept}"  # noqa: S608  # names of ours
            f" WHERE NOT EXISTS (SELECT 1 FROM {home.name} WHERE {_same(home, kept)})"
        )
    connection.exec_driver_sql(f"DROP TABLE {kept}")


def _put_values(connection: Connection, kept: str, home: Table, column: str) -> None:
    with unguarded(connection, [home.name]):
        connection.exec_driver_sql(
            f"UPDATE {home.name} SET {column} = (SELECT {kept}.{column} FROM {kept} WHERE {_same(home, kept)})"  # noqa: S608  # names of ours
            f" WHERE EXISTS (SELECT 1 FROM {kept} WHERE {_same(home, kept)})"
        )
    connection.exec_driver_sql(f"DROP TABLE {kept}")


def drop_kept(connection: Connection) -> None:
    """For the way down to nothing."""
    for name in inspect(connection).get_table_names():
        if is_kept(name):
            connection.exec_driver_sql(f"DROP TABLE {name}")


@contextmanager
def unguarded(connection: Connection, tables: Iterable[str]) -> Iterator[None]:
    """Inside, no trigger of these tables stands: rows go back that the program itself could not write. The caller is
    the owner of the tables and in the transaction of a migration."""
    names = sorted(tables)
    off, on = _on_postgresql(connection, names) if is_postgresql(connection) else _on_sqlite(connection, names)
    for statement in off:
        connection.exec_driver_sql(statement)
    yield
    for statement in on:
        connection.exec_driver_sql(statement)


def _on_postgresql(connection: Connection, tables: list[str]) -> tuple[list[str], list[str]]:
    states = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}
    query = text(
        "SELECT c.relname, t.tgname, t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relname = ANY(:tables)"
        " AND c.relnamespace = current_schema()::regnamespace"
    )
    rows = [tuple(row) for row in connection.execute(query, {"tables": tables})]
    off = [f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"' for table, name, _state in rows]
    on = [f'ALTER TABLE "{table}" {states[state]} TRIGGER "{name}"' for table, name, state in rows]
    return off, on


def _on_sqlite(connection: Connection, tables: list[str]) -> tuple[list[str], list[str]]:
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    rows = [row for table in tables for row in connection.execute(query, {"table": table}).all()]
    return [f"DROP TRIGGER {row.name}" for row in rows], [row.sql for row in rows]


def _same(home: Table, kept: str) -> str:
    return " AND ".join(f"{home.name}.{column.name} = {kept}.{column.name}" for column in home.primary_key)


def _of(row: Any, columns: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in columns)
