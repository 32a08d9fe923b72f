"""Starts the processes of a storm and judges what they leave; without locks and constraints where that is tried."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from casetracker.audit import sealing
from casetracker.core import db as core_db
from casetracker.core.db import as_owner, db
from casetracker.ledger import posting
from casetracker.ledger.states import Totals
from tests.money.judging import Answered, Verdict, judge
from tests.money.storm import weather
from tests.money.world import World, build_world

_lock_balances = posting.lock_balances
FORK = multiprocessing.get_context("fork")


class Storm:
    """A world on a database of its own, the processes that act on it, and what they wrote down."""

    def __init__(self, app: Flask, folder: Path, dialect: str, *, cases: int, projects: int) -> None:
        self.app, self.dialect, self.is_bare, self.folder = app, dialect, False, folder
        self.logs = folder / "logs"
        self.logs.mkdir()
        with app.app_context():
            self.world: World = build_world(cases, projects=projects)
            db.session.remove()
            db.engine.dispose()
        self._processes: list[BaseProcess] = []
        self._started = 0
        self.answered_later: list[Answered] = []
        """What was sent again because nobody was answered."""

    def take_guards_away(self) -> None:
        """From now on without locks, and on PostgreSQL without the balances' constraints; unsigned."""
        self.is_bare, self.app.config["SEAL_AFTER_COMMIT"] = True, False
        if self.dialect == "postgresql":
            with self.app.app_context():
                _drop_constraints(db.engine)
                db.engine.dispose()

    def keep_on_disk(self) -> None:
        """From now on the database is opened, and signed after acts that may not wait, as where the program is served.

        Tests hold SQLite's journal in memory: who is killed there takes with him what would undo a half-written page.
        """
        self.app.config.update(
            SEAL_AFTER_COMMIT=True, CHECKPOINT_DIR=str(self.folder / "heads"),
            SIGNING_KEY_FILE=str(self.folder / "keys" / "signing.pem"),
        )  # fmt: skip
        with self.app.app_context():
            db.engine.dispose()
            if self.dialect == "sqlite":
                event.listen(db.engine, "connect", _journal_on_disk)

    def start(self, *, counted: int, seed: int, to_disk: bool = False) -> BaseProcess:
        """One more process (a fork: it takes the program as it stands here)."""
        self._started += 1
        number = self._started
        process = FORK.Process(target=self._act, args=(number, seed, counted, to_disk), daemon=True)
        process.start()
        self._processes.append(process)
        return process

    def _act(self, number: int, seed: int, counted: int, to_disk: bool) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with self.app.app_context():
            db.engine.dispose(close=False)
            if self.is_bare:
                _take_locks_away(self.dialect, db.engine)
        path = self.logs / f"{number:05}.log"
        weather(self.app, self.world, path, number=number, seed=seed, counted=counted, to_disk=to_disk)
        os._exit(0)  # nothing of the parent's (its databases, its test run) is put away by a child

    def run(self, *, processes: int, counted: int, seed: int) -> None:
        """So many processes at once, each until it tried so many submissions and approvals; waits for all."""
        for _n in range(processes):
            self.start(counted=counted, seed=seed)
        started, self._processes = self._processes, []
        for process in started:
            process.join()
            if process.exitcode:
                raise RuntimeError(f"a process of the storm ended with {process.exitcode}")

    def stop(self) -> None:
        """End all that still run."""
        running, self._processes = self._processes, []
        for process in running:
            with suppress(ProcessLookupError):
                process.kill()
            process.join()

    def judge(self) -> Verdict:
        """What the model says to all of it."""
        with self.app.app_context():
            outside = None
            if self.app.config["SEAL_AFTER_COMMIT"]:
                sealing.seal_now()
                outside = sealing.folder()
            try:
                return judge(self.world, self.logs, db.engine, ran=self.answered_later, outside=outside)
            finally:
                db.session.remove()
                db.engine.dispose()  # a process of the next storm must not take over an open SQLite database


def _journal_on_disk(connection: Any, record: Any) -> None:
    for pragma in ("journal_mode=DELETE", "synchronous=FULL"):
        connection.execute("PRAGMA " + pragma)


def _drop_constraints(engine: Engine) -> None:
    with engine.connect().execution_options(ct_begin="write") as connection, connection.begin():
        as_owner(connection)
        for name in ("not_negative", "under_ceiling"):
            connection.execute(text(f"ALTER TABLE ledger_balance DROP CONSTRAINT ck_ledger_balance_{name}"))


def _take_locks_away(dialect: str, engine: Engine) -> None:
    """In this process alone: rows are read without a lock on PostgreSQL, writers begin DEFERRED on SQLite."""
    if dialect == "sqlite":
        setattr(core_db, "take_turn", _begin_deferred)  # noqa: B010  # in this process, for the try alone
        return
    event.listen(engine, "before_cursor_execute", _unlocked, retval=True)
    setattr(posting, "lock_balances", _slowly)  # noqa: B010  # as above


def _begin_deferred(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")
    connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
    time.sleep(0.03)  # what another process does between reading and writing is what IMMEDIATE keeps out


def _slowly(account_ids: list[str]) -> dict[str, Totals]:
    totals = _lock_balances(account_ids)
    time.sleep(0.03)  # what another process does meanwhile is what the lock keeps out
    return totals


def _unlocked(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> tuple[str, Any]:
    return statement.partition(" FOR UPDATE")[0], parameters
