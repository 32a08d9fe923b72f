"""Publishing a project in a format of the field, which is itself recorded."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command
from casetracker.core.errors import refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.states import PROJECT
from casetracker.events.recording import record
from casetracker.exports import events
from casetracker.exports import publication_queries as queries
from casetracker.exports import publication_rules as rules
from casetracker.exports.case_history import in_a_file
from casetracker.exports.hxl import write_hxl
from casetracker.exports.iati import write_iati
from casetracker.exports.publication_states import MEDIA_TYPES, PublicationFormat
from casetracker.exports.states import Export


@dataclass(frozen=True, kw_only=True)
class PublishProject(Command):
    """What a project publishes about itself, in one format."""

    reference: str
    format: PublicationFormat


@command
def record_publication(cmd: PublishProject, sha256: str, *, actor: Actor) -> None:
    """Record that the file was handed out; NotFound where the project was closed to the reader meanwhile."""
    require(actor, Permission.PROJECT_PUBLISH)
    sight = sight_of(actor, cmd.reference, PROJECT)
    record(
        events.ProjectPublished(reference=sight.reference, format=str(cmd.format), sha256=sha256), actor=actor
    )  # fmt: skip


def publish_project(cmd: PublishProject, *, actor: Actor) -> Export:
    """Make the file and record it; NotFound outside the own office and the mandate. It names nobody."""
    require(actor, Permission.PROJECT_PUBLISH)
    sight = sight_of(actor, cmd.reference, PROJECT)
    organisation = queries.organisation_of(sight)
    refuse_if(rules.why_not_publish(cmd.format, organisation))
    project = queries.load_published(sight)
    if cmd.format == PublicationFormat.IATI:
        export = in_a_file(lambda out: write_iati(project, organisation, out), MEDIA_TYPES[cmd.format], 0)
    else:
        export = in_a_file(lambda out: write_hxl(project, out), MEDIA_TYPES[cmd.format], 0)
    try:
        record_publication(cmd, export.sha256, actor=actor)
    except BaseException:
        export.file.close()
        raise
    return export
