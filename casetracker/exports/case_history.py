"""A case's history as a file, in each format: gathered once through the reader's sight, written piece by piece."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from typing import IO

from flask_babel import gettext as _

from casetracker.dossiers.rules import kind_of
from casetracker.dossiers.states import CASE, Sight
from casetracker.exports.case_csv import write_csv
from casetracker.exports.case_document import write_document
from casetracker.exports.case_json import write_json
from casetracker.exports.case_lines import write_lines
from casetracker.exports.case_workbook import write_workbook
from casetracker.exports.project_document import write_document as print_project
from casetracker.exports.project_workbook import write_workbook as write_project_book
from casetracker.exports.queries import open_history
from casetracker.exports.states import ABOUT_ASYLUM, MEDIA_TYPES, CaseHistory, Export, ExportFormat

Writer = Callable[[CaseHistory, str, IO[bytes]], None]
OF_PROJECTS: dict[ExportFormat, Writer] = {
    ExportFormat.PDF: print_project,
    ExportFormat.XLSX: write_project_book,
}
"""Formats that show what stands in a project beside its history."""
WRITERS: dict[ExportFormat, Writer] = {
    ExportFormat.PDF: write_document,
    ExportFormat.XLSX: write_workbook,
    ExportFormat.CSV: write_csv,
    ExportFormat.JSON: write_json,
    ExportFormat.JSONL: write_lines,
}


def write_history(history: CaseHistory, wanted: ExportFormat, out: IO[bytes]) -> None:
    """Write the history to an open file, in the reader's language."""
    writers = WRITERS if kind_of(history.sight.reference) == CASE else WRITERS | OF_PROJECTS
    writers[wanted](history, _(ABOUT_ASYLUM), out)


def export_case(sight: Sight, wanted: ExportFormat) -> Export:
    """The history of one case as far as this reader may see it, in a file without a name that goes when closed."""
    history = open_history(sight)
    return in_a_file(lambda out: write_history(history, wanted, out), MEDIA_TYPES[wanted], history.entries)


def in_a_file(write: Callable[[IO[bytes]], None], media_type: str, entries: int) -> Export:
    """What is written, in a file without a name that goes when closed; `entries` of a history are in it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever takes the export closes it
    try:
        write(file)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return Export(file, media_type, entries, size, digest)
