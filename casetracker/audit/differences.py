"""The differences of all bodies, sorted outside memory and folded row by row into what each row must be now."""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from casetracker.audit.states import Finding
from casetracker.events.schema import name_now, ordinal, replay

BATCH = 1000
TABLE = "CREATE TABLE diff (tbl TEXT, pk TEXT, ver INTEGER, held BLOB)"


class Differences:
    """Takes the differences down in any order."""

    def __init__(self, spill: sqlite3.Connection) -> None:
        self.spill = spill
        self.waiting: list[tuple[Any, ...]] = []

    def add(
        self, table: str, pk: str, order: int, op: str, cells: dict[str, Any], shape: int, texts: dict[str, Any] | None
    ) -> None:
        """One row's difference; `order` is its place among the row's differences, `texts` the new personal values.

        Raises TypeError or ValueError for what no body of this program holds.
        """
        if type(table) is not str or type(pk) is not str or type(cells) is not dict:
            raise TypeError("no difference of a row")
        if not -(2**62) < order < 2**62 or not -(2**62) < shape < 2**62:
            raise ValueError("no number of a version")
        table.encode(), pk.encode()
        self.waiting.append((table, pk, order, marshal.dumps((op, cells, shape, texts))))
        if len(self.waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write down what waits."""
        self.spill.executemany("INSERT INTO diff VALUES (?,?,?,?)", self.waiting)
        self.waiting = []


@dataclass
class Folded:
    """What the record says of one row: its cells (None: the row went), its personal values, and what did not fit.

    now: the shape of today's tables.
    """

    table: str
    pk: str
    now: int
    cells: dict[str, Any] | None = None
    texts: dict[str, Any] = field(default_factory=dict)
    shape: int = 1
    found: list[Finding] = field(default_factory=list)

    def apply(self, op: str, cells: dict[str, Any], shape: int, texts: dict[str, Any] | None) -> None:
        """The next difference, which starts where the one before ended."""
        state = self.cells
        if state is not None and shape != self.shape:
            state = replay(self.table, state, self.shape, shape)
        if texts and shape != self.now:
            texts = {name_now(self.table, column): text for column, text in texts.items()}
        self.shape = shape
        if op == "insert":
            if state is not None:
                self._finding("version", "the record makes this row twice")
            self.cells, self.texts = cells, texts or {}
            return
        if state is None:
            self._finding("version", "the record changes a row that it never made")
            state = {}
        is_update = op == "update"
        for column, cell in cells.items():
            if column in state and state[column] != (cell[0] if is_update else cell):
                self._finding(column, "two entries of the record do not fit together")
        self.cells = {**state, **{column: cell[1] for column, cell in cells.items()}} if is_update else None
        if texts:
            self.texts |= texts

    def end(self) -> Folded:
        """The row as the record says it stands now."""
        if self.cells is not None and self.shape != self.now:
            self.cells = replay(self.table, self.cells, self.shape, self.now)
        return self

    def _finding(self, column: str, what: str) -> None:
        self.found.append(Finding(self.table, self.pk, column, what))


def fold(spill: sqlite3.Connection) -> Iterator[Folded]:
    """Every row that the record speaks of, by table and key (in the order of their bytes)."""
    row: Folded | None = None
    now = ordinal()
    for table, pk, held in spill.execute("SELECT tbl, pk, held FROM diff ORDER BY tbl, pk, ver"):
        if row is None or row.pk != pk or row.table != table:
            if row is not None:
                yield row.end()
            row = Folded(table, pk, now)
        row.apply(*marshal.loads(held))  # noqa: S302  # our own temporary file
    if row is not None:
        yield row.end()
