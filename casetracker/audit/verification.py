"""Folds every difference in the record and compares the result with the tables; names what disagrees.

Constant memory: the differences go through a temporary SQLite file. One snapshot, so people can work meanwhile.
Whatever stands in the database is read as it lies there: tampering is named, never an exception.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from itertools import islice
from json.encoder import encode_basestring
from typing import Any

from sqlalchemy import Connection, Engine, Table, select
from sqlalchemy.exc import OperationalError

from casetracker.audit import differences
from casetracker.audit.account_keys import check_account_keys
from casetracker.audit.balances import check_balances
from casetracker.audit.chains import check_chains, digest
from casetracker.audit.checkpoints import CheckpointFolder
from casetracker.audit.differences import Folded, fold
from casetracker.audit.heads import Outside, Seen, check_heads
from casetracker.audit.states import NOT_TRACKED, Finding, Window
from casetracker.core import row_security
from casetracker.core.append_only import lost_triggers
from casetracker.core.db import (
    Base,
    byte_order,
    canonical_json,
    is_read_as_recorded,
    lost_columns,
    raw_column,
    raw_value,
    read_any_text,
    snapshot,
)
from casetracker.core.tracking import tracked_mappers
from casetracker.events.recording import history_kind

BATCH = 1000
_SPILL = f"""
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;
{differences.TABLE};
CREATE TABLE loose (chain TEXT, seq INTEGER, waits INTEGER, PRIMARY KEY (chain, seq)) WITHOUT ROWID;
"""
Compare = Callable[[Any, Any, Any], bool]
"""(value as it lies there, what the record says, its text where it is personal) -> whether they are one."""


def verify(engine: Engine, folder: CheckpointFolder | None = None, window: Window | None = None) -> Generator[Finding]:
    """Everything that disagrees, in a fixed order; nothing where the record, the tables and the signed heads are one.

    folder: where heads lie outside the database; without it only those inside are looked at. `window` is filled.
    """
    yield from _untracked_tables()
    outside = Outside(folder, folder.extent()) if folder is not None else None
    told = 0
    with snapshot(engine, any_text=False) as live:
        while True:
            try:
                for finding in islice(_verify(live, outside, window or Window()), told, None):
                    told += 1
                    yield finding
            except OperationalError:  # text that is no text: from the start, reading whatever bytes there are
                if not read_any_text(live):
                    raise
            else:
                return


def _verify(live: Connection, outside: Outside | None, window: Window) -> Iterator[Finding]:
    lost = lost_columns(live)
    for table, column in lost:
        yield Finding(table, "-", column, "is missing in the database")
    if lost:
        return
    seen = Seen()
    with (
        tempfile.NamedTemporaryFile(prefix="casetracker-verify-") as file,
        closing(sqlite3.connect(file.name)) as spill,
    ):
        spill.executescript(_SPILL)
        yield from check_chains(live, spill, seen)
        yield from check_heads(live, spill, seen, outside, window)
        yield from _compare_tables(live, fold(spill))
        yield from check_balances(live)
        yield from check_account_keys(live)
    for table, trigger in lost_triggers(live):
        yield Finding(table, "-", "-", f"lost the trigger {trigger}, so it no longer only grows")
    for table, policy in row_security.lost_walls(live):
        yield Finding(table, "-", "-", f"lost the wall {policy} around its rows")


def _untracked_tables() -> Iterator[Finding]:
    tracked = {m.local_table.name for m in tracked_mappers()}  # type: ignore[attr-defined]  # always a Table
    for name in sorted(set(Base.metadata.tables) - tracked - set(NOT_TRACKED)):
        yield Finding(name, "-", "-", "is neither tracked nor named as an exception")


class _Ahead:
    """The folded rows, one looked at ahead."""

    def __init__(self, rows: Iterator[Folded]) -> None:
        self.rows = rows
        self.row: Folded | None = next(rows, None)

    def take(self) -> Folded:
        """The row that was looked at."""
        assert self.row is not None  # noqa: S101  # its callers look first
        row, self.row = self.row, next(self.rows, None)
        return row

    def before(self, table: str, pk: str | None) -> Iterator[Folded]:
        """The rows of the table before this key (None: all that are left of it)."""
        while self.row is not None and self.row.table == table and (pk is None or self.row.pk < pk):
            yield self.take()


def _compare_tables(live: Connection, rows: Iterator[Folded]) -> Iterator[Finding]:
    """Every row that lies there beside every row that the record tells of; both come in the same order."""
    ahead = _Ahead(rows)
    for mapper in tracked_mappers():
        table: Table = mapper.local_table  # type: ignore[assignment]  # always a Table
        yield from _unknown_rows(ahead, table.name)
        yield from _compare_table(live, table, ahead)
    yield from _unknown_rows(ahead, None)


def _unknown_rows(ahead: _Ahead, until: str | None) -> Iterator[Finding]:
    """Tables before this name of which the record speaks, though the program has none."""
    named = ""
    while ahead.row is not None and (until is None or ahead.row.table < until):
        row = ahead.take()
        yield from row.found
        if row.cells is not None and row.table != named:
            named = row.table
            yield Finding(row.table, row.pk, "-", "the record speaks of a table that this program does not have")


def _compare_table(live: Connection, table: Table, ahead: _Ahead) -> Iterator[Finding]:
    dialect, [key] = live.dialect.name, table.primary_key
    columns = [key, *(c for c in table.columns if c.info.get("history") != "ignored" and c is not key)]
    compared = [(number, c.name, _comparison(c, dialect)) for number, c in enumerate(columns)]
    is_key_plain = is_read_as_recorded(key, dialect)
    query = select(*(raw_column(c, dialect).label(c.name) for c in columns)).order_by(byte_order(key, dialect))
    with live.execute(query, execution_options={"yield_per": BATCH}) as rows:
        for row in rows:
            pk = row[0] if is_key_plain and type(row[0]) is str else str(raw_value(row[0], key, dialect))
            for gone in ahead.before(table.name, pk):
                yield from _gone(gone, key.name)
            folded = ahead.row
            if folded is not None and folded.pk == pk and folded.table == table.name:
                ahead.take()
            else:
                folded = None
            if folded is not None and folded.found:
                yield from folded.found
            if folded is None or folded.cells is None:
                yield Finding(table.name, pk, key.name, "the row stands in no entry of the record")
                continue
            cells, texts = folded.cells, folded.texts
            for number, name, is_same in compared:
                if not is_same(row[number], cells.get(name), texts.get(name)):
                    yield Finding(table.name, pk, name, "is not what the record says")
    for gone in ahead.before(table.name, None):
        yield from _gone(gone, key.name)


def _gone(row: Folded, key: str) -> Iterator[Finding]:
    yield from row.found
    if row.cells is not None:
        yield Finding(row.table, row.pk, key, "the row is gone, but no entry of the record takes it away")


def _comparison(column: Any, dialect: str) -> Compare:
    """How a column's value is held to the record; what mostly comes as it was recorded is looked at first as it is."""
    kind = history_kind(column.table.name, column.name)
    compare = {"plain": _same_plain, "personal": _same_personal, "secret": _same_secret}[kind]
    if is_read_as_recorded(column, dialect):
        return compare
    return lambda held, recorded, text: compare(raw_value(held, column, dialect), recorded, text)


def _same_plain(held: Any, recorded: Any, text: Any) -> bool:
    return type(held) is type(recorded) and bool(held == recorded)


def _same_personal(held: Any, recorded: Any, text: Any) -> bool:
    if held is None or recorded is None:
        return held is recorded
    if type(held) is str:
        return bool(text == encode_basestring(held))
    return type(held) in (int, bool) and bool(text == canonical_json(held))


def _same_secret(held: Any, recorded: Any, text: Any) -> bool:
    if held is None or recorded is None:
        return held is recorded
    known = type(held) in (str, int, bool)
    return known and digest(canonical_json(held).encode("utf-8", "backslashreplace")).hex() == recorded
