"""Tables that only grow refuse every other change, also past the program."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy.engine import make_url

from casetracker.core.append_only import append_only_tables
from casetracker.core.db import db
from casetracker.core.permissions import Role
from tests.factories.accounts import make_office, make_user

ERRORS = (sqlite3.Error, psycopg.Error)


def bare() -> Any:
    """A connection of the driver's own, without the program's settings and walls."""
    url = db.engine.url
    if db.engine.dialect.name == "sqlite":
        return sqlite3.connect(str(url.database), isolation_level=None)
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)


def refused(connection: Any, *statements: str) -> None:
    """Each statement fails because the table only grows."""
    for statement in statements:
        with pytest.raises(ERRORS, match="only grows"):
            connection.execute(statement)


@pytest.fixture
def filled(fresh_app: Flask) -> Any:
    """A bare connection to a database with some events and personal values."""
    make_user("a@example.org", Role.CASEWORKER, make_office(), name="Oksana")
    db.session.remove()
    db.engine.dispose()
    connection = bare()
    yield connection
    connection.close()


def test_the_record_refuses_changes_and_losses(filled: Any) -> None:
    refused(
        filled,
        "UPDATE event SET kind = 'nothing'",
        "UPDATE event SET body = body",
        "DELETE FROM event",
        "DELETE FROM personal_value",
        "UPDATE personal_value SET tbl = 'x'",
        "UPDATE personal_value SET value = '\"other\"'",
    )
    if isinstance(filled, sqlite3.Connection):
        columns = [row[1] for row in filled.execute("PRAGMA table_info(event)")]
        listed = ", ".join(columns)
        changed = listed.replace("kind", "'nothing'")
        refused(
            filled,
            f"INSERT OR REPLACE INTO event ({listed}) SELECT {changed} FROM event",
            f"REPLACE INTO event ({listed}) SELECT {changed} FROM event",
            f"REPLACE INTO event (rowid, {listed}) SELECT rowid, {changed.replace('seq', 'seq + 900', 1)} FROM event",
            "UPDATE OR REPLACE event SET seq = 1",
        )
    else:
        refused(filled, "TRUNCATE event CASCADE", "TRUNCATE chain CASCADE", "TRUNCATE personal_value")
        filled.execute("SET session_replication_role = replica")
        refused(filled, "UPDATE event SET kind = 'nothing'", "DELETE FROM event", "TRUNCATE event CASCADE")
    assert filled.execute("SELECT count(*) FROM event WHERE kind = 'nothing'").fetchone()[0] == 0


def test_the_signed_tree_refuses_changes_and_losses(filled: Any) -> None:
    now = "'2026-03-01 10:00:00.000000'"
    one = "x'00'" if isinstance(filled, sqlite3.Connection) else "'\\x00'::bytea"
    chain, seq = filled.execute("SELECT chain_id, seq FROM event ORDER BY chain_id, seq LIMIT 1").fetchone()
    filled.execute(
        f"INSERT INTO tree_leaf (position, chain_id, seq, hash, nodes) VALUES (0, '{chain}', {seq}, {one}, {one})"
    )
    filled.execute(f"INSERT INTO signed_head (size, root, at, key_id, signature) VALUES (1, {one}, {now}, 'k', {one})")
    changes = (
        "UPDATE tree_leaf SET seq = 2",
        "UPDATE signed_head SET key_id = 'x'",
        "UPDATE signed_head SET size = size",
    )
    losses = ("DELETE FROM tree_leaf", "DELETE FROM signed_head")
    refused(filled, *changes, *losses)
    if isinstance(filled, sqlite3.Connection):
        refused(
            filled,
            f"INSERT OR REPLACE INTO tree_leaf SELECT 0, '{chain}', {seq}, hash, nodes FROM tree_leaf",
            f"REPLACE INTO tree_leaf SELECT 7, '{chain}', {seq}, hash, nodes FROM tree_leaf",
            "REPLACE INTO signed_head SELECT size, root, at, 'x', signature FROM signed_head",
            "REPLACE INTO signed_head (rowid, size, root, at, key_id, signature)"
            " SELECT rowid, 9, root, at, 'x', signature FROM signed_head",
            "UPDATE OR REPLACE tree_leaf SET position = 3",
        )
    else:
        truncated = ("TRUNCATE tree_leaf", "TRUNCATE signed_head", "TRUNCATE event CASCADE")
        refused(filled, *truncated)
        filled.execute("SET session_replication_role = replica")
        refused(filled, *changes, *losses, *truncated)
    assert filled.execute("SELECT position FROM tree_leaf").fetchall() == [(0,)]
    assert filled.execute("SELECT size, key_id FROM signed_head").fetchall() == [(1, "k")]


def test_a_personal_value_can_be_emptied_and_nothing_else(filled: Any) -> None:
    filled.execute("UPDATE personal_value SET salt = NULL, value = NULL")
    assert filled.execute("SELECT count(*) FROM personal_value WHERE value IS NOT NULL").fetchone()[0] == 0
    refused(filled, "UPDATE personal_value SET value = '\"back\"'")


def test_every_table_that_only_grows_refuses_deletion_in_its_triggers(filled: Any) -> None:
    if isinstance(filled, sqlite3.Connection):
        found = filled.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_loss'")
    else:
        found = filled.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE tgname LIKE '%_no_loss' AND tgenabled = 'A'"
        )
    assert {row[0] for row in found} == {table.name for table in append_only_tables()}
