"""Reading at a past moment: rows as they stood then in a database in memory, which the same queries ask.

Inside `Past.reading` `db.session` leads into the memory alone, the clock stands at the moment, and nothing is written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Engine, LargeBinary, MetaData, PrimaryKeyConstraint, Select, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool, StaticPool

from casetracker.core import clock
from casetracker.core.db import Base, UTCDateTime, db, wire

Cells = Mapping[str, Any]
"""A row in canonical values, as bodies of events hold them: text, whole numbers, booleans, None."""


@cache
def _empty() -> bytes:
    """Every table with its indexes and without its constraints: what stood once need not fit today's rules."""
    shape = MetaData()
    for table in Base.metadata.sorted_tables:
        copied = table.to_metadata(shape)
        for constraint in [c for c in copied.constraints if not isinstance(c, PrimaryKeyConstraint)]:
            copied.constraints.discard(constraint)
        for column in copied.columns:
            column.nullable = not column.primary_key
    engine = create_engine("sqlite://", poolclass=StaticPool)
    shape.create_all(engine)
    driver: Any = engine.raw_connection().driver_connection
    content: bytes = driver.serialize()
    engine.dispose()
    return content


def _open() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.deserialize(_empty())
    return connection


def stored(value: Any, column: Any) -> Any:
    """A canonical value as SQLite holds it in this column.

    >>> from sqlalchemy import Column
    >>> stored("2026-03-02T09:00:00.000000Z", Column("at", UTCDateTime()))
    '2026-03-02 09:00:00.000000'
    """
    if value is None:
        return None
    if isinstance(column.type, UTCDateTime):
        return str(value).replace("T", " ").removesuffix("Z")
    if isinstance(column.type, LargeBinary):
        return bytes.fromhex(value)
    return int(value) if isinstance(column.type, Boolean) else value


@cache
def _engine() -> Engine:
    """Every connection is a database of its own; what was compiled for one serves the next."""
    engine = create_engine("sqlite://", poolclass=NullPool, creator=_open, hide_parameters=True)
    wire(engine)
    return engine


class Past:
    """A database in memory for one request: first `put` everything into it, then read."""

    def __init__(self) -> None:
        self._connection = _engine().connect()
        driver: Any = self._connection.connection.driver_connection
        self._driver: sqlite3.Connection = driver
        self._driver.execute("PRAGMA foreign_keys=OFF")

    def put(self, table: str, rows: Iterable[Cells]) -> None:
        """Add rows; a column that a row does not name stays empty."""
        columns = list(Base.metadata.tables[table].columns)
        names, marks = ", ".join(f'"{c.name}"' for c in columns), ", ".join("?" * len(columns))
        values = [[stored(row.get(c.name), c) for c in columns] for row in rows]
        statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608  # names of our own tables
        self._driver.execute("PRAGMA query_only=OFF")  # whoever reads finds it on
        self._driver.execute("BEGIN")
        self._driver.executemany(statement, values)
        self._driver.execute("COMMIT")

    def ask(self, query: Select[Any]) -> list[Any]:
        """The rows of one query, before anybody reads."""
        with self._connection.begin():
            return list(self._connection.execute(query))

    @contextmanager
    def reading(self, moment: datetime) -> Iterator[None]:
        """Inside, the program's queries ask this database and it is `moment`; rows that were read can be used after."""
        registry = db.session.registry
        today = registry()
        session = Session(self._connection, autoflush=False)
        registry.set(session)  # type: ignore[arg-type]  # the extension's own session would ask its engines again
        try:
            with clock.looking_back(moment):
                yield
        finally:
            session.close()
            registry.set(today)

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()
