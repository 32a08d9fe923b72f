"""Folds every difference in the record and compares the result with the tables; names what disagrees.

Constant memory: the differences go through a temporary SQLite file. One snapshot, so people can work meanwhile.
Whatever stands in the database is read as it lies there: tampering is named, never an exception.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, Engine, Table, select

from casetracker.audit.balances import check_balances
from casetracker.audit.chains import check_chains, check_values, digest, unused_values
from casetracker.audit.checkpoints import CheckpointFolder
from casetracker.audit.heads import Outside, Seen, check_heads
from casetracker.audit.states import NOT_TRACKED, Finding, Window
from casetracker.core.db import (
    Base,
    canonical_json,
    lost_columns,
    lost_triggers,
    raw_column,
    raw_value,
    snapshot,
)
from casetracker.core.tracking import tracked_mappers
from casetracker.events.recording import history_kind
from casetracker.events.schema import ordinal, replay

BATCH = 1000
_SPILL = """
CREATE TABLE diff (tbl TEXT, pk TEXT, ver INTEGER, op TEXT, cells TEXT, shape INTEGER);
CREATE TABLE value (hash TEXT PRIMARY KEY, tbl TEXT, pk TEXT, col TEXT, row_version INTEGER, chain_id TEXT,
                    seq INTEGER, value TEXT, used INTEGER) WITHOUT ROWID;
CREATE TABLE head (chain TEXT PRIMARY KEY, seq INTEGER, hash BLOB) WITHOUT ROWID;
CREATE TABLE loose (chain TEXT, seq INTEGER, waits INTEGER, PRIMARY KEY (chain, seq)) WITHOUT ROWID;
CREATE TABLE state (tbl TEXT, pk TEXT, cells TEXT, PRIMARY KEY (tbl, pk)) WITHOUT ROWID;
"""


def verify(engine: Engine, folder: CheckpointFolder | None = None, window: Window | None = None) -> Generator[Finding]:
    """Everything that disagrees, in a fixed order; nothing where the record, the tables and the signed heads are one.

    folder: where heads lie outside the database; without it only those inside are looked at. `window` is filled.
    """
    yield from _untracked_tables()
    outside = Outside(folder, folder.extent()) if folder is not None else None
    seen = Seen()
    with snapshot(engine) as live, tempfile.NamedTemporaryFile(prefix="casetracker-verify-") as file:
        lost = lost_columns(live)
        for table, column in lost:
            yield Finding(table, "-", column, "is missing in the database")
        if lost:
            return
        with closing(sqlite3.connect(file.name)) as spill:
            spill.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SPILL)
            yield from check_values(live, spill)
            yield from check_chains(live, spill, seen)
            yield from check_heads(live, spill, seen, outside, window or Window())
            spill.execute("CREATE INDEX diff_row ON diff (tbl, pk, ver)")
            yield from _fold(spill)
            for mapper in tracked_mappers():
                yield from _compare_table(live, spill, mapper.local_table)  # type: ignore[arg-type]  # always a Table
            yield from _unknown_tables(spill)
            yield from unused_values(spill)
            yield from check_balances(live)
        for table, trigger in lost_triggers(live):
            yield Finding(table, "-", "-", f"lost the trigger {trigger}, so it no longer only grows")


def _untracked_tables() -> Iterator[Finding]:
    tracked = {m.local_table.name for m in tracked_mappers()}  # type: ignore[attr-defined]  # always a Table
    for name in sorted(set(Base.metadata.tables) - tracked - set(NOT_TRACKED)):
        yield Finding(name, "-", "-", "is neither tracked nor named as an exception")


def _fold(spill: sqlite3.Connection) -> Iterator[Finding]:
    """Apply the differences in the order of the versions; each starts where the one before ended."""
    query = "SELECT tbl, pk, op, cells, shape FROM diff ORDER BY tbl, pk, ver"
    key: tuple[str, str] | None = None
    state: dict[str, Any] | None = None
    shape = 1
    for table, pk, op, text, written in spill.execute(query):
        if (table, pk) != key:
            _keep_state(spill, key, state, shape)
            key, state = (table, pk), None
        elif state is not None:
            state = replay(table, state, shape, written)
        shape, cells = written, json.loads(text)
        if op == "insert":
            if state is not None:
                yield Finding(table, pk, "version", "the record makes this row twice")
            state = cells
            continue
        if state is None:
            yield Finding(table, pk, "version", "the record changes a row that it never made")
            state = {}
        for column, cell in cells.items():
            before = cell[0] if op == "update" else cell
            if column in state and state[column] != before:
                yield Finding(table, pk, column, "two entries of the record do not fit together")
        state = None if op == "delete" else {**state, **{column: cell[1] for column, cell in cells.items()}}
    _keep_state(spill, key, state, shape)


def _keep_state(
    spill: sqlite3.Connection, key: tuple[str, str] | None, state: dict[str, Any] | None, shape: int
) -> None:
    if key is not None and state is not None:
        cells = canonical_json(replay(key[0], state, shape, ordinal()))
        spill.execute("INSERT OR REPLACE INTO state VALUES (?,?,?)", (*key, cells))


def _compare_table(live: Connection, spill: sqlite3.Connection, table: Table) -> Iterator[Finding]:
    dialect = live.dialect.name
    columns = [c for c in table.columns if c.info.get("history") != "ignored"]
    keys = [c.name for c in table.primary_key]
    query = select(*(raw_column(c, dialect).label(c.name) for c in columns)).order_by(*table.primary_key)
    with live.execute(query, execution_options={"yield_per": BATCH}) as rows:
        for row in rows:
            values = {c.name: raw_value(v, c, dialect) for c, v in zip(columns, row, strict=True)}
            pk = "|".join(str(values[k]) for k in keys)
            kept = spill.execute("SELECT cells FROM state WHERE tbl = ? AND pk = ?", (table.name, pk)).fetchone()
            if kept is None:
                yield Finding(table.name, pk, keys[0], "the row stands in no entry of the record")
                continue
            spill.execute("DELETE FROM state WHERE tbl = ? AND pk = ?", (table.name, pk))
            folded = json.loads(kept[0])
            for column in columns:
                if not _same(spill, table.name, column.name, values[column.name], folded.get(column.name)):
                    yield Finding(table.name, pk, column.name, "is not what the record says")
    for (pk,) in spill.execute("SELECT pk FROM state WHERE tbl = ? ORDER BY pk", (table.name,)):
        yield Finding(table.name, pk, keys[0], "the row is gone, but no entry of the record takes it away")
    spill.execute("DELETE FROM state WHERE tbl = ?", (table.name,))


def _unknown_tables(spill: sqlite3.Connection) -> Iterator[Finding]:
    for table, pk in spill.execute("SELECT tbl, min(pk) FROM state GROUP BY tbl ORDER BY tbl"):
        yield Finding(table, pk, "-", "the record speaks of a table that this program does not have")


def _same(spill: sqlite3.Connection, table: str, column: str, held: Any, recorded: Any) -> bool:
    kind = history_kind(table, column)
    if kind == "plain" or held is None or recorded is None:
        return type(held) is type(recorded) and bool(held == recorded)
    if kind == "secret":
        return digest(canonical_json(held).encode("utf-8", "backslashreplace")).hex() == str(recorded)
    row = spill.execute("SELECT value FROM value WHERE hash = ?", (recorded,)).fetchone()
    return row is not None and row[0] is not None and bool(row[0] == canonical_json(held))
