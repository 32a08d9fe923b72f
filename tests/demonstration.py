"""What is built once for all workers of a run and then copied; first of all the demonstration's databases."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from flask import Flask
from sqlalchemy import make_url

from casetracker.core import transfer
from casetracker.core.db import db
from tests.databases import create_database, sibling
from tests.grounds import by_the_earlier_clock
from tests.schema import build_schema

PASSWORD = "a fine demonstration password"
SQLITE = "casetracker.sqlite3"
"""The file in the data folder that the program looks for."""


@contextmanager
def left_by_the_first(folder: Path, build: Callable[[], None]) -> Iterator[None]:
    """Inside, the folder holds what `build` puts there; whoever comes first builds, the other workers wait."""
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            build()
            (folder / "done").touch()
        yield


def copy_of(original: str, own: Path, server: str | None, name: str) -> str:
    """The address of a copy of the database at `original`, to which nobody is connected."""
    if original.startswith("sqlite"):
        target = own / f"{name}.sqlite3"
        shutil.copyfile(original.removeprefix("sqlite:///"), target)
        return f"sqlite:///{target}"
    assert server
    database = make_url(original).database
    return create_database(server, f"{database}_{_short(own)}_{name}", template=database)


class Databases(Protocol):
    """Both databases' places: a server, where there is one, and the program on an address."""

    def __getitem__(self, dialect: str, /) -> Any: ...


def copy_of_demonstration(places: Databases, dialect: str, shared: Path, own: Path, name: str) -> str:
    """The address of a copy called `name`; whoever comes first builds the original, the others wait."""
    folder, place = _folder(dialect, shared), places[dialect]
    if dialect == "sqlite":
        original = f"sqlite:///{folder / SQLITE}"
    else:
        original = sibling(place.server, _named("demo", shared))

    def build() -> None:
        if dialect == "sqlite":
            _build(place.program(original, folder))
            return
        empty_beside(place.server, shared, "demo")
        source = folder_of_demonstration(places, shared, own)
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(f"{SQLITE}*", "done"))
        carry_over(places["sqlite"].program(f"sqlite:///{source / SQLITE}", source), place.program(original, folder))

    with left_by_the_first(folder, build):
        return copy_of(original, own, place.server, name)


def folder_of_demonstration(places: Databases, shared: Path, own: Path) -> Path:
    """The folder as `make run` leaves one: database, stored files and keys; for a served program to copy."""
    copy = copy_of_demonstration(places, "sqlite", shared, own, "unused")
    Path(copy.removeprefix("sqlite:///")).unlink()
    return _folder("sqlite", shared)


def _folder(dialect: str, shared: Path) -> Path:
    return shared / f"demonstration-{dialect}"


def empty_beside(server: str | None, shared: Path, name: str) -> str:
    """The address of a new database of this name for all workers of the run."""
    assert server
    return create_database(server, _named(name, shared))


def _named(name: str, shared: Path) -> str:
    return f"casetracker_{name}_{_short(shared)}"


def _short(folder: Path) -> str:
    return hashlib.sha256(str(folder).encode()).hexdigest()[:8]


def carry_over(source: Flask, target: Flask) -> None:
    """The same rows in the other database, as a backup carries them over: commands take half a minute to write them."""
    with source.app_context(), db.engine.connect() as connection:
        rows = {table: list(transfer.read_rows(connection, table)) for table in transfer.tables()}
        connection.rollback()
        db.engine.dispose()
    with target.app_context():
        build_schema(db.engine)
        with transfer.loading(db.engine) as connection:
            for table, lines in rows.items():
                transfer.write_rows(connection, table, lines)
        db.engine.dispose()


def _build(app: Flask) -> None:
    """As an operator does, by the command line."""
    app.config["DEMO_PASSWORD"] = PASSWORD
    with app.app_context(), by_the_earlier_clock():
        build_schema(db.engine)
        answer = app.test_cli_runner().invoke(args=["demo"], catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        db.session.remove()
        db.engine.dispose()
