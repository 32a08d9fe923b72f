"""Every way of writing a tracked row that no mapper event would see is refused, and reads cannot write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from casetracker.accounts.events import OfficeEdited
from casetracker.accounts.models import InstallationMark, Office
from casetracker.core import clock
from casetracker.core.commands import command, lock
from casetracker.core.db import db
from casetracker.core.errors import HistoryFault
from casetracker.core.tracking import writes
from casetracker.events.recording import record
from tests.core.offices import OPERATOR, OpenPlace, open_place

OFFICE: Any = Office.__table__
VALUES = {
    "id": "x", "name": "Nowhere", "country": "EE", "zone": "UTC", "is_sending": True, "is_receiving": False,
    "is_active": True, "version": 1,
}  # fmt: skip


def _in_a_cte() -> None:
    gone = delete(Office).where(Office.name == "Tallinn").returning(Office.id).cte("gone")
    db.session.execute(select(gone.c.id)).all()


WRITES: dict[str, Callable[[], Any]] = {
    "orm update": lambda: db.session.execute(update(Office).values(name="Elsewhere")),
    "orm delete": lambda: db.session.execute(delete(Office)),
    "orm insert": lambda: db.session.execute(insert(Office), [VALUES]),
    "query delete": lambda: db.session.query(Office).delete(),
    "query update": lambda: db.session.query(Office).update({"name": "Elsewhere"}),
    "bulk insert": lambda: db.session.bulk_insert_mappings(Office, [VALUES]),
    "bulk save": lambda: db.session.bulk_save_objects([Office(**VALUES)]),
    "core update": lambda: db.session.execute(OFFICE.update().values(name="Elsewhere")),
    "core delete": lambda: db.session.execute(OFFICE.delete()),
    "core insert": lambda: db.session.execute(OFFICE.insert().values(**VALUES)),
    "text": lambda: db.session.execute(text("DELETE FROM office")),
    "text after a comment": lambda: db.session.execute(text("/* tidy */ -- up\n UPDATE office SET name = 'Elsewhere'")),
    "text in a with": lambda: db.session.execute(text("WITH x AS (SELECT 1) UPDATE office SET name = 'Elsewhere'")),
    "two statements": lambda: db.session.execute(text("SELECT 1; DELETE FROM office")),
    "text as a query": lambda: db.session.execute(text("DELETE FROM office RETURNING id").columns(Office.id)),
    "driver": lambda: db.session.connection().exec_driver_sql("DELETE FROM office"),
    "replace": lambda: db.session.connection().exec_driver_sql("REPLACE INTO office (id) VALUES ('x')"),
    "truncate": lambda: db.session.connection().exec_driver_sql("TRUNCATE office"),
    "cte": _in_a_cte,
}


@pytest.mark.parametrize("name", WRITES)
def test_a_tracked_table_is_written_by_flush_alone(app: Flask, name: str) -> None:
    office_id = open_place(OpenPlace(name="Tallinn"))

    @command
    def sneaks() -> None:
        lock(Office, office_id).zone = "Europe/Tallinn"
        db.session.flush()
        WRITES[name]()
        record(OfficeEdited(owner_id=office_id), actor=OPERATOR)

    with pytest.raises((HistoryFault, AssertionError)):
        sneaks()
    rows = db.session.execute(select(Office.name, Office.zone)).all()
    assert [tuple(row) for row in rows] == [("Tallinn", "UTC")]


def test_a_flush_that_changes_nothing_leaves_the_wall_standing(app: Flask) -> None:
    office_id = open_place(OpenPlace(name="Tallinn"))

    @command
    def sneaks() -> None:
        lock(Office, office_id).name = "Tallinn"
        db.session.flush()
        db.session.execute(update(Office).values(name="Elsewhere"))
        record(OfficeEdited(owner_id=office_id), actor=OPERATOR)

    with pytest.raises(HistoryFault, match="flush alone"):
        sneaks()


@pytest.mark.parametrize(
    ("statement", "is_write"),
    [
        ("SELECT updated_at, 'DELETE' FROM note", False),
        ("SELECT 1 FOR UPDATE", False),
        ("PRAGMA query_only=ON", False),
        ("SAVEPOINT sa_savepoint_1", False),
        ("WITH gone AS (DELETE FROM note RETURNING id) SELECT * FROM gone", True),
        ("EXPLAIN ANALYZE DELETE FROM note", True),
        ("merge INTO note USING x ON true WHEN MATCHED THEN DELETE", True),
        ("COPY note FROM stdin", True),
        ("DO $$ BEGIN DELETE FROM note; END $$", True),
    ],
)
def test_textual_writes_are_known(statement: str, is_write: bool) -> None:
    assert writes(statement) is is_write


def test_outside_a_command_the_database_itself_refuses_to_write(fresh_app: Flask) -> None:
    open_place(OpenPlace(name="Tallinn"))
    reasons = ("readonly database", "read-only transaction")
    with pytest.raises(DBAPIError) as caught:
        db.session.execute(insert(InstallationMark), [{"name": "x", "at": clock.now()}])
    assert any(reason in str(caught.value) for reason in reasons)
    db.session.rollback()
    # Past the walls, on the driver's own cursor, the database still refuses.
    cursor = db.session.connection().connection.cursor()
    with pytest.raises(Exception, match="|".join(reasons)):
        cursor.execute("DELETE FROM office")
    db.session.rollback()
    assert db.session.scalar(select(Office.name)) == "Tallinn"


def test_a_database_expression_cannot_hide_a_value(app: Flask) -> None:
    office_id = open_place(OpenPlace(name="Tallinn"))

    @command
    def sneaks() -> None:
        lock(Office, office_id).name = Office.country + "!"
        record(OfficeEdited(owner_id=office_id), actor=OPERATOR)

    with pytest.raises(HistoryFault, match="hides its value"):
        sneaks()
