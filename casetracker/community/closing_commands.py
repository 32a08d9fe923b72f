"""Closing a project, from when it is only read, and opening it again."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.casefile.person_commands import relinquish_open_grants
from casetracker.community import closing_queries, events
from casetracker.community import closing_rules as closing
from casetracker.community.commands import require_project
from casetracker.community.models import Project
from casetracker.core import clock
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command, lock
from casetracker.core.db import db
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_sight
from casetracker.dossiers.rules import why_not_write
from casetracker.dossiers.states import PROJECT, Relation
from casetracker.events.recording import record


@dataclass(frozen=True, kw_only=True)
class CloseProject(Command):
    """Close it, and why."""

    dossier_id: str
    reason: str


@command
def close_project(cmd: CloseProject, *, actor: Actor) -> None:
    """From now on the project can only be read; what was awarded and not used goes back."""
    require_project(actor, cmd.dossier_id, Permission.SITE_DECIDE)
    dossier = lock(Dossier, cmd.dossier_id)
    refuse_if(closing_queries.why_not_close(cmd.dossier_id))
    relinquish_open_grants(dossier.id, None, cmd.reason, actor=actor)
    dossier.closed_on = clock.today(actor.zone)
    record(events.ProjectClosed(owner_id=dossier.id, reason=cmd.reason), actor=actor)


@dataclass(frozen=True, kw_only=True)
class ReopenProject(Command):
    """Open a closed project again, and why."""

    dossier_id: str
    reason: str


@command
def reopen_project(cmd: ReopenProject, *, actor: Actor) -> None:
    """Open it again; its sites stand where they stood, and money that went back stays back."""
    require(actor, Permission.SITE_DECIDE)
    sight = require_sight(actor, cmd.dossier_id, relation=Relation.SENDING)
    if db.session.get(Project, sight.dossier_id) is None:
        raise NotFound("no project")
    dossier = lock(Dossier, sight.dossier_id)
    refuse_if(why_not_write(dossier.erased_on, PROJECT))
    refuse_if(closing.why_not_reopen(dossier.closed_on is not None))
    dossier.closed_on = None
    record(events.ProjectReopened(owner_id=dossier.id, reason=cmd.reason), actor=actor)
