"""The migrations make what the models say, on both databases, and their files are in one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import Engine, inspect, text

from casetracker.audit.verification import verify
from casetracker.core.append_only import lost_triggers
from casetracker.core.db import db, lost_columns
from casetracker.core.keeping import is_kept
from tests.conftest import Places
from tests.factories.accounts import make_office

FOLDER = Path(__file__).parents[2] / "migrations"


@pytest.fixture
def migrated(places: Places, dialect: str) -> Iterator[Flask]:
    """The program on a database that the migrations alone made."""
    place = places[dialect]
    program = place.program(place._empty("migrated"))
    with program.app_context():
        flask_migrate.upgrade(str(FOLDER))
        yield program
        db.session.remove()
        db.engine.dispose()


def shape(engine: Engine) -> dict[str, Any]:
    """Everything that a database knows of its tables, without their order and without what a downgrade keeps."""
    inspector = inspect(engine)
    found: dict[str, Any] = {}
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        if is_kept(table):
            continue
        columns = {(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(table)}
        keys = {
            (tuple(k["constrained_columns"]), k["referred_table"], tuple(k["referred_columns"]), str(k["options"]))
            for k in inspector.get_foreign_keys(table)
        }
        found[table] = {
            "columns": columns,
            "primary key": tuple(inspector.get_pk_constraint(table)["constrained_columns"]),
            "foreign keys": keys,
            "unique": {tuple(u["column_names"]) for u in inspector.get_unique_constraints(table)},
            "checks": {(c["name"], _plain(c["sqltext"])) for c in inspector.get_check_constraints(table)},
            "indexes": {
                (i["name"], tuple(i["column_names"]), bool(i["unique"]))
                for i in inspector.get_indexes(table)
                if not i.get("duplicates_constraint")
            },
        }
    return found


def _plain(condition: str) -> str:
    return re.sub(r"[\s()]", "", condition).lower()


def triggers(engine: Engine) -> set[tuple[str, str]]:
    """Name and text of every trigger."""
    queries = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    }
    with engine.connect() as connection:
        rows = connection.execute(text(queries[engine.dialect.name]))
        # A WHEN EXISTS lists the keys in the order of the table's constraints, which a database does not keep.
        return {(name, "".join(sorted(re.findall(r"\w+", sql)))) for name, sql in rows}


def test_they_make_what_the_models_say(migrated: Flask, places: Places, dialect: str) -> None:
    made, made_triggers = shape(db.engine), triggers(db.engine)
    program = places.program(dialect, "fresh")
    with program.app_context():
        wanted, wanted_triggers = shape(db.engine), triggers(db.engine)
        db.engine.dispose()
    assert set(made) == set(wanted)
    for table, parts in wanted.items():
        for part, value in parts.items():
            assert made[table][part] == value, f"{part} of {table}"
    assert made_triggers == wanted_triggers


def test_a_migrated_database_is_worked_with_and_verified(migrated: Flask) -> None:
    make_office()
    db.session.remove()
    with db.engine.connect() as connection:
        assert lost_columns(connection) == [] and lost_triggers(connection) == []
    assert list(verify(db.engine)) == []


def test_a_second_run_changes_nothing(migrated: Flask) -> None:
    before = shape(db.engine)
    db.engine.dispose()
    flask_migrate.upgrade(str(FOLDER))
    assert shape(db.engine) == before


def test_the_files_are_in_one_line() -> None:
    files = sorted((FOLDER / "versions").glob("*.py"))
    numbers = [re.match(r"(\d{4})_[a-z0-9_]+\.py", file.name) for file in files]
    assert all(numbers), "a file is called 0007_name.py"
    found = [number[1] for number in numbers if number]
    assert found == [f"{n:04}" for n in range(1, len(files) + 1)]
    assert (FOLDER / "head.txt").read_text().strip() == found[-1]
    before = "None"
    for file, number in zip(files, found, strict=True):
        content = file.read_text()
        assert f'revision = "{number}"' in content and f"down_revision = {before}" in content, file.name
        others = re.search(r"^(from|import) casetracker\.(?!core\.(db|append_only|keeping)\b)", content, re.M)
        assert not others, f"{file.name}: models change"
        before = f'"{number}"'
