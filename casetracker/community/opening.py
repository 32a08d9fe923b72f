"""Opening a project for its pages: who sees it, and who writes in it."""

from __future__ import annotations

from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import open_dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import PROJECT, Sight


def open_project_page(reference: str, actor: Actor) -> Sight:
    """How the actor sees the project; records the read once an hour. NotFound where it does not exist for the actor."""
    return open_dossier(reference, actor, PROJECT)


def open_to_edit(reference: str, actor: Actor) -> Sight:
    """The same for somebody of its office; an auditor has no acts."""
    sight = require_open(actor, open_project_page(reference, actor).dossier_id)
    if sight.relation is None:
        raise NotFound("not an office of this project")
    return sight


def may_edit(sight: Sight, actor: Actor) -> bool:
    """Whether the actor may write in this project at all."""
    return actor.may(Permission.PROJECT_EDIT) and sight.relation is not None and not sight.is_closed
