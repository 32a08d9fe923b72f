"""Visits to a site after its handover: entered, and corrected with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.community import photo_commands, queries, visit_events, visit_queries, visit_rules
from casetracker.community.commands import require_project
from casetracker.community.models import Site
from casetracker.community.photo_states import PhotoAbout, PhotoEntry
from casetracker.community.site_commands import correct_paper, lock_site, store_paper
from casetracker.community.visit_models import SiteVisit
from casetracker.community.visit_states import VisitEntry
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import refuse_if
from casetracker.core.labels import label_id
from casetracker.core.permissions import Permission
from casetracker.documents.states import DocumentKind, Upload
from casetracker.events.recording import record


@dataclass(frozen=True, kw_only=True)
class LogSiteVisit(Command):
    """A visit; upload: its report."""

    dossier_id: str
    site_id: str
    entry: VisitEntry
    upload: Upload | None
    photographs: tuple[Upload, ...] = ()
    keeps_place: bool = False


@command
def log_site_visit(cmd: LogSiteVisit, *, actor: Actor) -> str:
    """Enter a visit; returns its id. Photographs are of the same day."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, entry = lock_site(cmd.dossier_id, cmd.site_id), cmd.entry
    _judge(site, entry, None, actor)
    id, report_id = ids.new_id(), _store(site, entry, cmd.upload, actor)
    _store_photographs(site, id, cmd, actor)
    visit = add(SiteVisit(id=id, dossier_id=site.dossier_id, site_id=site.id, report_id=report_id, **vars(entry)))
    visited = visit_events.SiteVisited(
        owner_id=site.dossier_id, day=entry.visited_on, site_id=site.id, site=site.name, visit_id=visit.id,
        round=str(entry.round),
    )  # fmt: skip
    record(visited, actor=actor)
    return visit.id


def _judge(site: Site, entry: VisitEntry, itself: str | None, actor: Actor) -> None:
    """Refused where the visit cannot stand; `itself`: the id of the one that is corrected."""
    made = {visit.round for visit in visit_queries.list_visits(site.id) if visit.id != itself}
    handed_over_on = visit_queries.handover_days([site]).get(site.id)
    facts = queries.site_facts(site)
    refuse_if(visit_rules.why_not_visit(facts, handed_over_on, entry, made, clock.today(actor.zone)))


def _store(site: Site, entry: VisitEntry, upload: Upload | None, actor: Actor) -> str | None:
    if upload is None:
        return None
    return store_paper(site, DocumentKind.VISIT_REPORT, label_id(entry.round), entry.visited_on, upload, actor=actor)


def _store_photographs(site: Site, visit_id: str, cmd: LogSiteVisit | CorrectSiteVisit, actor: Actor) -> None:
    """Store the photographs that came with the form."""
    photographs = PhotoEntry(
        uploads=cmd.photographs, day=cmd.entry.visited_on, caption=label_id(cmd.entry.round),
        keeps_place=cmd.keeps_place,
    )  # fmt: skip
    photo_commands.store_photographs(site, PhotoAbout.VISIT, visit_id, photographs, actor=actor)


@dataclass(frozen=True, kw_only=True)
class CorrectSiteVisit(Command):
    """A visit as it should have been entered, and why; without a file the report stored before stays, and photographs
    come beside those that it has."""

    dossier_id: str
    site_id: str
    visit_id: str
    entry: VisitEntry
    upload: Upload | None
    photographs: tuple[Upload, ...] = ()
    keeps_place: bool = False
    reason: str
    version: int


@command
def correct_site_visit(cmd: CorrectSiteVisit, *, actor: Actor) -> None:
    """Correct a visit, with a reason; its report and photographs follow to another day or round."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, entry = lock_site(cmd.dossier_id, cmd.site_id), cmd.entry
    visit = lock(SiteVisit, visit_queries.get_visit(site, cmd.visit_id).id, cmd.version)
    _judge(site, entry, visit.id, actor)
    stood, told = (visit.visited_on, label_id(visit.round)), (entry.visited_on, label_id(entry.round))
    if cmd.upload is None:
        correct_paper(visit.report_id, stood, told, cmd.reason, actor=actor)
    visit.report_id = _store(site, entry, cmd.upload, actor) or visit.report_id
    photo_commands.correct_photographs(visit.id, stood, told, cmd.reason, actor=actor)
    _store_photographs(site, visit.id, cmd, actor)
    for name, value in vars(entry).items():
        setattr(visit, name, value)
    corrected = visit_events.SiteVisitCorrected(
        owner_id=site.dossier_id, day=entry.visited_on, site_id=site.id, site=site.name, visit_id=visit.id,
        reason=cmd.reason,
    )  # fmt: skip
    record(corrected, actor=actor)
