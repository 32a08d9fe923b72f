"""A database of the first structure, full of an office's work, goes up, down and up again: nothing is lost.

`0001.jsonl.xz` is the demonstration's family as the program of that structure wrote it: a table a line, with its rows.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import Connection, LargeBinary, MetaData, Table, inspect, select

from casetracker.audit.verification import verify
from casetracker.core import row_security, transfer
from casetracker.core.append_only import lost_triggers
from casetracker.core.db import as_owner, db, lost_columns
from casetracker.core.keeping import is_kept
from tests.conftest import Places
from tests.migrations.test_migrations import FOLDER, shape, triggers

Rows = dict[str, list[dict[str, Any]]]
FAMILY = Path(__file__).with_name("0001.jsonl.xz")


@pytest.fixture
def first(places: Places, dialect: str) -> Iterator[Flask]:
    """The program on a database of the first structure, with the family in it."""
    program = places.program(dialect, "first", lambda: places[dialect].program(places[dialect]._empty("first")))
    with program.app_context():
        db.engine.dispose()
        places[dialect]._empty("first")
        if dialect == "sqlite":
            places[dialect]._file("first").unlink(missing_ok=True)
        flask_migrate.upgrade(str(FOLDER), revision="0001")
        fill()
        yield program
        db.session.remove()
        db.engine.dispose()


def fill() -> None:
    """Put the family's rows in."""
    with transfer.loading(db.engine) as connection:
        for line in lzma.decompress(FAMILY.read_bytes()).decode().splitlines():
            content = json.loads(line)
            table = reflected(connection, content["table"])
            rows = [
                {c: stored(table.c[c], v) for c, v in zip(content["columns"], row, strict=True)}
                for row in content["rows"]
            ]
            connection.execute(table.insert(), rows)


def reflected(connection: Connection, name: str) -> Table:
    """A table as it lies there, whatever the models say."""
    return Table(name, MetaData(), autoload_with=connection, resolve_fks=False)


def stored(column: Any, value: Any) -> Any:
    """A value of the file as a column of this database takes it."""
    if value is None or isinstance(column.type, LargeBinary):
        return None if value is None else bytes.fromhex(value)
    kind = column.type.python_type
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        return moment if db.engine.dialect.name == "postgresql" else moment.replace(tzinfo=None)
    return date.fromisoformat(value) if kind is date else bool(value) if kind is bool else value


def everything() -> Rows:
    """Every row of every table, in the order of its values; without what a downgrade keeps beside them."""
    db.session.remove()
    found: Rows = {}
    with db.engine.connect() as connection, connection.begin():
        as_owner(connection)
        row_security.tell(connection, row_security.EVERYTHING)
        names = set(inspect(connection).get_table_names()) - {"alembic_version"}
        for name in sorted(name for name in names if not is_kept(name)):
            rows = [dict(row._mapping) for row in connection.execute(select(reflected(connection, name)))]
            found[name] = sorted(rows, key=lambda row: [str(value) for value in row.values()])
    return found


def holds(after: Rows, before: Rows) -> None:
    """Every row of before is there, with every value of the columns that are still called so."""
    for name, rows in before.items():
        if name not in after:
            assert rows == [], f"{name} went with its rows"
            continue
        kept = [{column: row[column] for column in rows[0] if column in row} for row in after[name]] if rows else []
        wanted = [{column: row[column] for column in kept[0]} for row in rows] if kept else rows
        assert sorted(map(str, kept)) == sorted(map(str, wanted)), name


def test_up_down_and_up_again_loses_nothing(first: Flask) -> None:
    written = everything()
    assert len(written["event"]) > 300 and len(written["payment"]) > 10
    old_shape, old_triggers = shape(db.engine), triggers(db.engine)
    flask_migrate.upgrade(str(FOLDER))
    new_shape = shape(db.engine)
    holds(everything(), written)
    with db.engine.connect() as connection:
        assert lost_columns(connection) == [] and lost_triggers(connection) == []
        assert row_security.lost_walls(connection) == []
    assert [str(finding) for finding in verify(db.engine)] == []
    db.engine.dispose()
    flask_migrate.downgrade(str(FOLDER), revision="0001")
    assert everything() == written
    assert (shape(db.engine), triggers(db.engine)) == (old_shape, old_triggers)
    db.engine.dispose()
    flask_migrate.upgrade(str(FOLDER))
    assert shape(db.engine) == new_shape
    holds(everything(), written)
    assert [str(finding) for finding in verify(db.engine)] == []


def test_down_to_nothing_takes_everything_away(first: Flask) -> None:
    flask_migrate.upgrade(str(FOLDER))
    flask_migrate.downgrade(str(FOLDER), revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    assert triggers(db.engine) == set()
