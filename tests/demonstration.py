"""The demonstration's database for tests: built once per dialect for all workers of a run, then copied."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from casetracker.core.db import db
from tests.databases import create_database
from tests.schema import build_schema

PASSWORD = "a fine demonstration password"
SQLITE = "casetracker.sqlite3"
"""The file in the data folder that the program looks for."""


def copy_of_demonstration(
    dialect: str, shared: Path, own: Path, server: str | None, name: str, program: Callable[..., Flask]
) -> str:
    """The address of a copy called `name`; whoever comes first builds the original, the others wait."""
    folder = _folder(dialect, shared)
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "done"
        if dialect == "sqlite":
            original = folder / SQLITE
            if not done.exists():
                _build(folder, lambda: program(f"sqlite:///{original}", folder))
            target = own / f"{name}.sqlite3"
            shutil.copyfile(original, target)
            return f"sqlite:///{target}"
        assert server
        database = f"casetracker_demo_{_short(shared)}"
        if not done.exists():
            _build(folder, lambda: program(create_database(server, database), folder))
        return create_database(server, f"{database}_{_short(own)}_{name}", template=database)


def folder_of_demonstration(shared: Path, own: Path, program: Callable[..., Flask]) -> Path:
    """The folder as `make run` leaves one: database, stored files and keys; for a served program to copy."""
    Path(copy_of_demonstration("sqlite", shared, own, None, "unused", program).removeprefix("sqlite:///")).unlink()
    return _folder("sqlite", shared)


def _folder(dialect: str, shared: Path) -> Path:
    return shared / f"demonstration-{dialect}"


def _short(folder: Path) -> str:
    return hashlib.sha256(str(folder).encode()).hexdigest()[:8]


def _build(folder: Path, program: Callable[[], Flask]) -> None:
    """As an operator does, by the command line."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    app = program()
    app.config["DEMO_PASSWORD"] = PASSWORD
    with app.app_context():
        build_schema(db.engine)
        answer = app.test_cli_runner().invoke(args=["demo"], catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        db.session.remove()
        db.engine.dispose()
    (folder / "done").touch()
