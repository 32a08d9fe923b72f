"""A history as CSV for a spreadsheet: one row per entry, then one per value that it changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import IO, Any

from casetracker.core.tracking import canon
from casetracker.exports.queries import read_told
from casetracker.exports.states import CaseHistory, ToldEntry
from casetracker.web.cells import safe_cell as safe_cell

COLUMNS = (
    "reference", "entry", "recorded_at", "day", "kind", "category", "sentence", "actor", "role", "person",
    "table", "column", "before", "after",
)  # fmt: skip


def write_csv(history: CaseHistory, about: str, out: IO[bytes]) -> None:
    """One row per event, then one per value that it changed (with table, column, before, after); the last row holds
    the sentence `about` in the place of an entry's."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
    text.write("\ufeff")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for portion in read_told(history):
        for told in portion:
            for row in _rows(history.sight.reference, told):
                writer.writerow([safe_cell(value) for value in row])
    place = COLUMNS.index("sentence")
    last = (history.sight.reference, *[""] * (place - 1), about, *[""] * (len(COLUMNS) - place - 1))
    writer.writerow([safe_cell(value) for value in last])
    text.flush()
    text.detach()


def _rows(reference: str, told: ToldEntry) -> Iterator[tuple[Any, ...]]:
    entry = told.entry
    about = (reference, entry.key, canon(entry.at), canon(entry.day) or "", entry.kind, str(entry.category))
    who = (told.actor, entry.actor_role, told.person)
    yield (*about, told.sentence, *who, "", "", "", "")
    for change in entry.changes:
        yield (*about, "", *who, change.table, change.column, change.before, change.after)
