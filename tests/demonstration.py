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


def copy_of_demonstration(
    dialect: str, shared: Path, own: Path, server: str | None, name: str, program: Callable[[str], Flask]
) -> str:
    """The address of a copy called `name`; whoever comes first builds the original, the others wait."""
    with open(shared / f"demonstration-{dialect}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = shared / f"demonstration-{dialect}.done"
        original, address = _original(dialect, shared, server)
        if not done.exists():
            _build(program(address()))
            done.touch()
        if dialect == "sqlite":
            target = own / f"{name}.sqlite3"
            shutil.copyfile(original, target)
            return f"sqlite:///{target}"
        assert server
        return create_database(server, f"{original}_{_short(own)}_{name}", template=original)


def _original(dialect: str, shared: Path, server: str | None) -> tuple[str, Callable[[], str]]:
    if dialect == "sqlite":
        file = shared / "demonstration.sqlite3"

        def anew() -> str:
            file.unlink(missing_ok=True)
            return f"sqlite:///{file}"

        return str(file), anew
    name = f"casetracker_demo_{_short(shared)}"
    return name, lambda: create_database(server or "", name)


def _short(folder: Path) -> str:
    return hashlib.sha256(str(folder).encode()).hexdigest()[:8]


def _build(app: Flask) -> None:
    from casetracker import demo

    with app.app_context():
        build_schema(db.engine)
        demo.build(PASSWORD)
        db.session.remove()
        db.engine.dispose()
