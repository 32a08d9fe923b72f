"""Taking a history away, which is itself recorded."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command
from casetracker.core.errors import N_, Message, Refused
from casetracker.core.permissions import Permission
from casetracker.dossiers import queries as dossiers
from casetracker.dossiers.rules import kind_of
from casetracker.dossiers.states import Sight
from casetracker.events.recording import record
from casetracker.exports import events
from casetracker.exports.case_history import export_case as make_export
from casetracker.exports.states import Export, ExportFormat

CHANGED = N_(
    "What you asked for was erased, or what your mandate opens of it changed, while the file was being written, so "
    "nothing was handed out. Ask for it again."
)


@dataclass(frozen=True, kw_only=True)
class ExportCase(Command):
    """The history of a case or project in one format."""

    reference: str
    format: ExportFormat


@command
def record_export(cmd: ExportCase, sight: Sight, entries: int, sha256: str, *, actor: Actor) -> None:
    """Record that the history was taken away; Refused where it was erased, or what the reader sees of it changed,
    meanwhile; NotFound where it is closed to the reader."""
    require(actor, Permission.AUDIT_EXPORT)
    now = dossiers.sight_of(actor, cmd.reference, kind_of(cmd.reference))
    if (now.parts, now.erased_on) != (sight.parts, sight.erased_on):
        raise Refused(Message(CHANGED))
    record(
        events.CaseExported(reference=cmd.reference, format=str(cmd.format), entries=entries, sha256=sha256),
        actor=actor,
    )


def export_case(cmd: ExportCase, *, actor: Actor) -> Export:
    """Make the export and record it; NotFound outside the mandate. Nothing unrecorded is handed out."""
    require(actor, Permission.AUDIT_EXPORT)
    sight = dossiers.sight_of(actor, cmd.reference, kind_of(cmd.reference))
    export = make_export(sight, cmd.format)
    try:
        record_export(cmd, sight, export.entries, export.sha256, actor=actor)
    except BaseException:
        export.file.close()
        raise
    return export
