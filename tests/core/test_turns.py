"""On SQLite a writer waits for its turn, not for ever, and no other fault is waited for."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError

from casetracker.core import turns
from casetracker.core.db import wire

HELD = 0.2


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Our transactions on a file of their own."""
    made = create_engine(f"sqlite:///{tmp_path / 'turns.sqlite3'}")
    wire(made)
    yield made
    made.dispose()


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another process's writing transaction."""
    held = sqlite3.connect(tmp_path / "turns.sqlite3", isolation_level=None, check_same_thread=False)
    held.execute("BEGIN IMMEDIATE")
    yield held
    held.close()


def write(engine: Engine) -> int:
    """How long a connection waits for a busy database afterwards, in milliseconds."""
    with engine.connect().execution_options(ct_begin="write") as connection, connection.begin():
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS t (x)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        return int(connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one())


def test_it_is_waited_for(engine: Engine, holder: sqlite3.Connection) -> None:
    started = time.monotonic()
    letting_go = threading.Timer(HELD, lambda: holder.execute("COMMIT"))
    letting_go.start()
    assert write(engine) == 5000
    assert time.monotonic() - started >= HELD * 0.9
    letting_go.join()


@pytest.mark.usefixtures("holder")
def test_not_for_ever(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    monkeypatch.setattr(turns, "LAST_WAIT", 0)
    with pytest.raises(OperationalError, match="database is locked"):
        write(engine)


def test_another_fault_is_told_at_once(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "turns.sqlite3").write_bytes(b"this is no database" * 400)
    started = time.monotonic()
    with pytest.raises(Exception, match="not a database"):
        write(engine)
    assert time.monotonic() - started < turns.PATIENCE / 2
