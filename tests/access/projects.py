"""Community projects in the world: a row of every table of theirs, made by the commands, whose words can be found."""

from __future__ import annotations

from casetracker.community import commands, site_commands
from casetracker.community.models import Site
from casetracker.community.states import SiteOutcome
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.documents.states import DocumentKind
from tests.factories import community

PROJECT, OTHER_PROJECT = "project", "other project"
"""Sorts of dossiers that are projects: of the receiving office of most cases, and of another one."""
PROJECTS = (PROJECT, OTHER_PROJECT)


def opened(programme_id: str, word: str, caseworker: Actor, supervisor: Actor) -> str:
    """The reference of a project whose titles and names hold the word: a site on its way, with its papers, and one
    that was stopped and taken up again, and stopped."""
    reference = commands.open_project(community.opening(programme_id, title=word), actor=caseworker)
    dossier_id = community.project_id(reference, caseworker)
    site_id = community.add_site(dossier_id, caseworker, name=f"{word} club", contact_name=word)
    community.add_paper(site_id, DocumentKind.SITE_APPLICATION, caseworker)
    community.add_paper(site_id, DocumentKind.OWNERSHIP_PROOF, caseworker)
    community.move(site_id, caseworker)
    stopped = community.add_site(dossier_id, caseworker, name=f"{word} library")
    _leave(stopped, supervisor, "They found another donor.")
    back = site_commands.TakeUpSite(
        dossier_id=dossier_id, site_id=stopped, reason="That donor left.", version=_version(stopped)
    )
    site_commands.take_up_site(back, actor=supervisor)
    _leave(stopped, supervisor, "The roof fell in.")
    return reference


def _leave(site_id: str, actor: Actor, reason: str) -> None:
    site = db.session.get_one(Site, site_id, populate_existing=True)
    leave = site_commands.LeaveSite(
        dossier_id=site.dossier_id, site_id=site_id, outcome=SiteOutcome.STOPPED, reason=reason, version=site.version
    )
    site_commands.leave_site(leave, actor=actor)


def _version(site_id: str) -> int:
    return db.session.get_one(Site, site_id, populate_existing=True).version
