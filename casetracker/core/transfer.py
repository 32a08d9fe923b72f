"""All rows out of one database and into an empty one, in a form that both kinds of database share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    Enum,
    LargeBinary,
    Table,
    column,
    inspect,
    select,
    text,
)
from sqlalchemy import table as light_table

from casetracker.core import row_security, tracking
from casetracker.core.db import Base, JsonText, UTCDateTime, as_owner, is_postgresql, raw_column, raw_value
from casetracker.core.errors import N_, Message, Refused

BATCH = 1000
VERSION_TABLE = "alembic_version"


def migration(connection: Connection) -> str | None:
    """The number of the newest migration that ran here; None where the tables were made without migrations."""
    if VERSION_TABLE not in inspect(connection).get_table_names():
        return None
    return connection.scalar(select(column("version_num")).select_from(light_table(VERSION_TABLE)))


def tables(left_out: Iterable[str] = ()) -> list[Table]:
    """Every table of the program, those that others refer to first."""
    return [table for table in Base.metadata.sorted_tables if table.name not in set(left_out)]


def has_tables(connection: Connection) -> bool:
    """Whether any table of the program is there."""
    return bool(set(inspect(connection).get_table_names()) & set(Base.metadata.tables))


def is_empty(connection: Connection) -> bool:
    """Whether no table of the program holds a row."""
    there = set(inspect(connection).get_table_names())
    return not any(
        table.name in there and connection.execute(select(table.c[0]).limit(1)).first() for table in tables()
    )


def read_rows(connection: Connection, table: Table) -> Iterator[str]:
    """Each row as one line of JSON: its columns in the order of the model, as an event's body would hold them."""
    dialect = connection.dialect.name
    columns = list(table.columns)
    kinds = [_plain_kind(c) for c in columns]
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    query = select(*(raw_column(c, dialect).label(c.name) for c in columns)).order_by(*table.primary_key)
    with connection.execute(query, execution_options={"yield_per": BATCH}) as rows:
        for row in rows:
            cells = [
                value if value is None or type(value) is plain else raw_value(value, column, dialect)
                for value, plain, column in zip(row, kinds, columns, strict=True)
            ]
            yield encode(cells)


def _plain_kind(of: Column[Any]) -> type | None:
    """The type whose values stand in a row as they come out of the database; None where each is looked at."""
    if isinstance(of.type, UTCDateTime | Date | LargeBinary | Boolean):
        return None
    return int if isinstance(of.type, BigInteger) else str


def write_rows(connection: Connection, table: Table, lines: Iterable[str]) -> int:
    """Put rows that `read_rows` gave into the table; returns how many. Refused where a value is none of ours."""
    names = [c.name for c in table.columns]
    plain = light_table(table.name, *(column(c.name, _stored_type(c)) for c in table.columns))
    rows = [
        {name: _python(c, value) for name, c, value in zip(names, table.columns, json.loads(line), strict=True)}
        for line in lines
    ]
    if rows:
        connection.execute(plain.insert(), rows)
    return len(rows)


@contextmanager
def loading(engine: Engine) -> Iterator[Connection]:
    """One writing transaction in which rows may come in any order: foreign keys are judged at its end."""
    with (
        tracking.walls_down(),
        engine.connect().execution_options(ct_begin="write") as connection,
        connection.begin(),
    ):
        if not is_postgresql(connection):
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            yield connection
            return
        as_owner(connection)
        row_security.tell(connection, row_security.EVERYTHING)
        keys = connection.execute(text(_FOREIGN_KEYS)).all()
        for drop, _make in keys:
            connection.exec_driver_sql(drop)
        yield connection
        for _drop, make in keys:
            connection.exec_driver_sql(make)


_FOREIGN_KEYS = (
    "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),"
    " format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))"
    " FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
)


def take_away_tables(engine: Engine) -> None:
    """Every table of the program and all that is in them: for what was not to stand. The database stays, empty."""
    with (
        tracking.walls_down(),
        engine.connect().execution_options(ct_begin="write") as connection,
        connection.begin(),
    ):
        as_owner(connection)
        names = [*(f'"{table.name}"' for table in tables()), VERSION_TABLE]
        if is_postgresql(connection):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {', '.join(names)} CASCADE")
            return
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for name in reversed(names):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


def _stored_type(of: Column[Any]) -> Any:
    """The type under which a value goes in as it came out: frozen JSON and enumerations are text."""
    return None if isinstance(of.type, JsonText | Enum) else of.type


def _python(of: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    kind = of.type
    try:
        if isinstance(kind, LargeBinary):
            return bytes.fromhex(value)
        if isinstance(kind, UTCDateTime):
            return datetime.fromisoformat(value).astimezone(UTC)
        if isinstance(kind, Date):
            return date.fromisoformat(value)
        if isinstance(kind, Boolean) and not isinstance(value, bool):
            raise TypeError
    except (ValueError, TypeError):
        place = {"column": f"{of.table.name}.{of.name}"}
        raise Refused(Message(N_("%(column)s holds something that this program never writes."), place)) from None
    return value
