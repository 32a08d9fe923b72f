"""Photographs of a site: stored without what the camera wrote, by themselves or with what they are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.community import photo_events, photo_queries, photo_rules, rules, visit_queries
from casetracker.community.commands import require_project
from casetracker.community.models import Site
from casetracker.community.photo_models import SitePhotograph
from casetracker.community.photo_states import PhotoAbout, PhotoEntry
from casetracker.community.site_commands import correct_paper, lock_site
from casetracker.community.works_queries import standing
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command
from casetracker.core.errors import refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.pictures import CameraFacts, camera_facts
from casetracker.documents.states import DocumentKind
from casetracker.events.recording import record
from casetracker.events.states import Part


@dataclass(frozen=True, kw_only=True)
class AddPhotographs(Command):
    """Photographs of a site: of a visit, or about nothing else."""

    dossier_id: str
    site_id: str
    visit_id: str | None
    entry: PhotoEntry


@command
def add_photographs(cmd: AddPhotographs, *, actor: Actor) -> None:
    """Store photographs with the site."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    refuse_if(rules.why_left(standing(site)))
    about = PhotoAbout.OTHER
    if cmd.visit_id is not None:
        about = PhotoAbout.VISIT
        visit_queries.get_visit(site, cmd.visit_id)
    days = store_photographs(site, about, cmd.visit_id, cmd.entry, actor=actor, field="files")
    refuse_if(photo_rules.why_not_none(len(days)))
    added = photo_events.PhotographsAdded(
        owner_id=site.dossier_id, site_id=site.id, site=site.name, number=len(days), day=min(days),
        caption=cmd.entry.caption,
    )  # fmt: skip
    record(added, actor=actor)


def store_photographs(
    site: Site, about: PhotoAbout, about_id: str | None, entry: PhotoEntry, *, actor: Actor, field: str = "photographs"
) -> list[date]:
    """Store photographs inside the running command, which adds its own rows and records its own event afterwards;
    returns the days on which they were taken. Refused, beside `field`, where one is no picture."""
    today, stored = clock.today(actor.zone), []
    for upload in entry.uploads:
        camera = camera_facts(upload.content)
        day = entry.day or camera.taken_on
        refuse_if(photo_rules.why_not_photograph(upload.content, camera.dots, day, today, field))
        document = AddDocument(
            dossier_id=site.dossier_id, part=Part.SHARED, kind=DocumentKind.PHOTOGRAPH, title=entry.caption, day=day,
            upload=upload, field=field,
        )  # fmt: skip
        stored.append((day or today, camera, add_document(document, actor=actor)))
    for day, camera, document_id in stored:
        kept = camera if entry.keeps_place else CameraFacts()
        add(SitePhotograph(
            id=ids.new_id(), dossier_id=site.dossier_id, site_id=site.id, day=day, about=about, about_id=about_id,
            document_id=document_id, caption=entry.caption, latitude=kept.latitude, longitude=kept.longitude,
        ))  # fmt: skip
    return [day for day, _camera, _id in stored]


def correct_photographs(
    about_id: str, was: tuple[date, str], now: tuple[date, str], reason: str, *, actor: Actor
) -> None:
    """Photographs that bear the day or caption of what they are about, as it stood, bear the corrected ones; others
    stay. Inside the running command, which records its own event afterwards."""
    rows = photo_queries.list_about([about_id])[about_id]
    for row in rows:
        correct_paper(row.document_id, was, now, reason, actor=actor)
    for row in rows:
        row.day = now[0] if row.day == was[0] else row.day
        row.caption = now[1] if row.caption == was[1] else row.caption
