"""The change report as a file: every part's entries with before and after, as a workbook or as CSV."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import IO

from flask_babel import gettext as _

from casetracker.audit import events
from casetracker.audit.change_queries import count_changes, every_change
from casetracker.audit.change_states import MOST_ROWS, ChangeGroup
from casetracker.audit.kind_states import word_of
from casetracker.audit.search_states import Found, RecordFilter
from casetracker.casefile.timeline import change_rows
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command
from casetracker.core.errors import N_, Message, refuse_if
from casetracker.core.labels import label_id, name_values
from casetracker.core.permissions import Permission, Role
from casetracker.core.tracking import canon
from casetracker.events.recording import record
from casetracker.events.sentences import sentence
from casetracker.web.cells import safe_cell
from casetracker.web.sheets import write_book


class ReportFormat(StrEnum):
    """What the report can be taken away as."""

    XLSX = "xlsx"
    CSV = "csv"


name_values({ReportFormat.XLSX: N_("Workbook (XLSX)"), ReportFormat.CSV: "CSV"})
MEDIA_TYPES = {
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Row:
    """One changed cell of an entry, or the entry itself where it changed none: a line of the file."""

    group: str
    at: datetime
    day: date | None
    where: str
    who: str
    role: str
    act: str
    told: str
    about: str = ""
    column: str = ""
    before: str = ""
    after: str = ""


def columns() -> list[tuple[str, int]]:
    """(words, width in letters) of the columns."""
    return [
        (_("Part"), 26), (_("Recorded at"), 19), (_("Happened on"), 12), (_("Case or office"), 16), (_("Who"), 24),
        (_("Role"), 16), (_("Act"), 26), (_("Sentence"), 60), (_("Changed"), 30), (_("What"), 24), (_("Before"), 24),
        (_("After"), 24),
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ExportChanges(Command):
    """The report of what was asked; asked: the filters as name=value, for the record."""

    wanted: RecordFilter
    asked: tuple[str, ...]
    format: ReportFormat


def export_changes(cmd: ExportChanges, *, actor: Actor) -> Iterator[bytes]:
    """The file in pieces, recorded before the first is handed out. Refused where it would hold more than MOST_ROWS
    entries."""
    require(actor, Permission.AUDIT_EXPORT)
    total = sum(count.total for count in count_changes(actor, cmd.wanted))
    too_many = Message(N_("These days hold more changes (%(found)s) than a file takes (%(most)s). Choose fewer days."),
                       {"found": total, "most": MOST_ROWS})  # fmt: skip
    refuse_if(too_many if total > MOST_ROWS else None)
    out = tempfile.TemporaryFile()  # noqa: SIM115  # closed when its last piece is read
    write = _as_workbook if cmd.format == ReportFormat.XLSX else _as_csv
    lines = write(_rows(actor, cmd.wanted), out)
    out.seek(0)
    record_export(cmd, lines, hashlib.file_digest(out, "sha256").hexdigest(), actor=actor)
    return _pieces(out)


@command
def record_export(cmd: ExportChanges, rows: int, sha256: str, *, actor: Actor) -> None:
    """Record that the report was taken away."""
    require(actor, Permission.AUDIT_EXPORT)
    record(events.ChangesExported(format=str(cmd.format), asked=cmd.asked, rows=rows, sha256=sha256), actor=actor)


def _pieces(out: IO[bytes]) -> Iterator[bytes]:
    with out:
        out.seek(0)
        while piece := out.read(65_536):
            yield piece


def _rows(actor: Actor, wanted: RecordFilter) -> Iterator[Row]:
    for group in ChangeGroup:
        for page in every_change(actor, wanted, group):
            for found in page.rows:
                yield from _of_entry(str(_(label_id(group))), found, page.names)


def _of_entry(group: str, found: Found, names: Mapping[str, str]) -> Iterator[Row]:
    entry = found.entry
    role = _(label_id(Role(entry.actor_role))) if entry.actor_role in list(Role) else entry.actor_role
    where = found.reference or found.office or str(_("Whole installation"))
    start = (group, entry.at, entry.day, where, names.get(entry.actor_id, entry.actor_id), str(role),
             str(_(word_of(entry.kind))), sentence(entry, names))  # fmt: skip
    cells = [(row.about, *cell) for row in change_rows(entry, names) for cell in row.cells]
    if not cells:
        yield Row(*start)
    for cell in cells:
        yield Row(*start, *cell)


def _as_workbook(rows: Iterator[Row], out: IO[bytes]) -> int:
    number = 0
    with write_book(out, str(_("Change report"))) as book:
        sheet = book.sheet(str(_("Changes")), *columns())
        for number, row in enumerate(rows, 1):  # noqa: B007  # how many there were
            sheet.add(row.group, row.at, row.day, row.where, row.who, row.role, row.act, row.told, row.about,
                      row.column, row.before, row.after)  # fmt: skip
    return number


def _as_csv(rows: Iterator[Row], out: IO[bytes]) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
    text.write("\ufeff")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([words for words, _width in columns()])
    number = 0
    for number, row in enumerate(rows, 1):  # noqa: B007  # how many there were
        cells = (row.group, canon(row.at), canon(row.day), row.where, row.who, row.role, row.act, row.told, row.about,
                 row.column, row.before, row.after)  # fmt: skip
        writer.writerow([safe_cell(value) for value in cells])
    text.flush()
    text.detach()
    return number
