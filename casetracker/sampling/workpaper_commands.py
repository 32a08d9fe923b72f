"""Taking a workpaper or the forms for visits away, which is itself recorded."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO

from flask_babel import gettext as _

from casetracker.core import clock
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.commands import record_reads
from casetracker.events.recording import record
from casetracker.exports.states import ABOUT_ASYLUM, MEDIA_TYPES, Export, ExportFormat
from casetracker.sampling import (
    queries,
    visit_document,
    visit_queries,
    workpaper_document,
    workpaper_events,
    workpaper_queries,
    workpaper_workbook,
)
from casetracker.sampling.item_states import ItemRow
from casetracker.sampling.models import Sample
from casetracker.sampling.workpaper_queries import Standing
from casetracker.sampling.workpaper_states import WorkpaperFormat

WORKPAPER, VISIT = "workpaper", "visit"
CHANGED = N_(
    "A case of this sample was erased or closed to you while the file was being written, so nothing was handed out. "
    "Ask for it again."
)

VISITED = N_("The visit of every delivery was entered. There is nothing left to print.")


@dataclass(frozen=True, kw_only=True)
class ExportWorkpaper(Command):
    """The workpaper of an own sample."""

    sample_id: str
    format: WorkpaperFormat


@dataclass(frozen=True, kw_only=True)
class PrintVisits(Command):
    """The forms for the visits of an own sample of deliveries."""

    sample_id: str


@dataclass(frozen=True)
class Made:
    """A file that is about to be handed out; cases: id -> reference of those that it tells of."""

    sample_id: str
    paper: str
    format: str
    rows: int
    sha256: str
    cases: Mapping[str, str] = field(default_factory=dict)


def export_workpaper(cmd: ExportWorkpaper, *, actor: Actor) -> Export:
    """Make the workpaper and record it. NotFound for anybody else's sample; nothing unrecorded is handed out."""
    sample, rows = _begin(cmd.sample_id, actor)
    paper, about = workpaper_queries.load_workpaper(sample, rows, actor), _(ABOUT_ASYLUM)

    def write(out: IO[bytes]) -> None:
        if cmd.format == WorkpaperFormat.PDF:
            out.write(workpaper_document.make_document(paper, about))
        else:
            workpaper_workbook.write_workbook(paper, about, out)

    return _hand_out(sample, rows, WORKPAPER, ExportFormat(cmd.format), write, actor)


def print_visits(cmd: PrintVisits, *, actor: Actor) -> Export:
    """Make the forms for visits that were not entered yet, and record it. NotFound for anybody else's sample, and where
    its items are no deliveries; Refused where every one was visited."""
    sample, rows = _begin(cmd.sample_id, actor)
    if not sample.population.is_visited:
        raise NotFound("visit of what is no delivery")
    rows, left = visit_queries.list_to_visit(rows)
    refuse_if(None if rows else Message(VISITED))
    forms = visit_queries.load_forms(rows)
    name, sample_id = sample.name, sample.id

    def write(out: IO[bytes]) -> None:
        out.write(visit_document.make_document(name, sample_id, forms, left, _(ABOUT_ASYLUM), clock.now()))

    return _hand_out(sample, rows, VISIT, ExportFormat.PDF, write, actor)


def _begin(sample_id: str, actor: Actor) -> tuple[Sample, list[ItemRow]]:
    require(actor, Permission.AUDIT_EXPORT)
    sample = queries.get_sample(sample_id, actor)
    return sample, queries.list_items(sample, actor)


def _hand_out(
    sample: Sample, rows: list[ItemRow], paper: str, wanted: ExportFormat, write: Callable[[IO[bytes]], None],
    actor: Actor,
) -> Export:  # fmt: skip
    standing, sample_id = workpaper_queries.standing_of(rows, actor), sample.id
    file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever takes the export closes it
    try:
        write(file)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        cases = {row.dossier_id: row.reference for row in rows if row.reference}
        record_export(Made(sample_id, paper, str(wanted), len(rows), digest, cases), standing, actor=actor)
    except BaseException:
        file.close()
        raise
    return Export(file, MEDIA_TYPES[wanted], len(rows), size, digest)


@command
def record_export(made: Made, standing: Standing, *, actor: Actor) -> None:
    """Record that the file was taken away, and with each of its cases that it was read; Refused where a case was
    erased, or closed to the reader, meanwhile."""
    require(actor, Permission.AUDIT_EXPORT)
    sample = queries.get_sample(made.sample_id, actor)
    if not standing <= workpaper_queries.standing_of(queries.list_items(sample, actor), actor):
        raise Refused(Message(CHANGED))
    record_reads(made.cases, actor=actor)
    exported = workpaper_events.WorkpaperExported(
        sample_id=sample.id, sample=sample.name, paper=made.paper, format=made.format, rows=made.rows,
        references=tuple(sorted(made.cases.values())), sha256=made.sha256,
    )  # fmt: skip
    record(exported, actor=actor)
