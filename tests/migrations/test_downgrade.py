"""A full database of today goes down to the first structure, step by step, and up again: every value is there again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, text

from casetracker.audit import sealing
from casetracker.audit.verification import verify
from casetracker.core import row_security
from casetracker.core.append_only import lost_triggers
from casetracker.core.db import db, lost_columns
from casetracker.core.keeping import is_kept
from tests.audit.conftest import sealing_apart
from tests.conftest import Places, _demonstration
from tests.migrations.test_migrations import FOLDER, shape, triggers
from tests.migrations.test_upgrade import everything


@pytest.fixture
def full(places: Places, dialect: str, shared_folder: Path, tmp_path: Path) -> Iterator[Flask]:
    """The program on a copy of the demonstration that this test alone uses, under signed heads."""
    program = _demonstration(places, dialect, shared_folder, "down")
    with program.app_context(), sealing_apart(program, tmp_path):
        flask_migrate.stamp(str(FOLDER))
        sealing.seal_now()
        yield program
        db.session.remove()
        db.engine.dispose()


def kept() -> list[str]:
    """The tables that hold what a downgrade took away."""
    return sorted(name for name in inspect(db.engine).get_table_names() if is_kept(name))


def test_down_step_by_step_and_up_again_loses_no_value(full: Flask) -> None:
    before, made, guards = everything(), shape(db.engine), triggers(db.engine)
    assert before["tender_file"] and before["site_photograph"] and before["signed_head"]
    head = int((FOLDER / "head.txt").read_text())
    for number in range(head - 1, 0, -1):
        db.engine.dispose()
        flask_migrate.downgrade(str(FOLDER), revision=f"{number:04}")
    assert {"kept_0012__person_grant", "kept_0013__site__oblast_code", "kept_0008__project"} <= set(kept())
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM person_grant WHERE person_id IS NULL")) == 0
    db.engine.dispose()
    flask_migrate.upgrade(str(FOLDER))
    assert kept() == []
    after = everything()
    for table, rows in before.items():
        assert after[table] == rows, table
    assert after.keys() == before.keys()
    assert (shape(db.engine), triggers(db.engine)) == (made, guards)
    with db.engine.connect() as connection:
        assert lost_columns(connection) == [] and lost_triggers(connection) == []
        assert row_security.lost_walls(connection) == []
    assert [str(finding) for finding in verify(db.engine, sealing.folder())] == []
