"""How works at a site go on: progress with photographs, defects, and the acceptance by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from casetracker.community import photo_commands, works_events, works_queries, works_rules
from casetracker.community.commands import require_project
from casetracker.community.photo_states import PhotoAbout, PhotoEntry
from casetracker.community.site_commands import lock_site, store_paper
from casetracker.community.works_commands import about, lock_works
from casetracker.community.works_models import WorksDefect, WorksProgress
from casetracker.community.works_states import AcceptanceEntry, DefectEntry, ProgressEntry
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.states import DocumentKind, Upload
from casetracker.events.recording import record


@dataclass(frozen=True, kw_only=True)
class LogProgress(Command):
    """How far works have come, with photographs."""

    dossier_id: str
    site_id: str
    works_id: str
    entry: ProgressEntry
    uploads: tuple[Upload, ...]
    keeps_place: bool


@command
def log_progress(cmd: LogProgress, *, actor: Actor) -> str:
    """Log how far works have come; returns the progress's id. Photographs are of the same day."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, entry = lock_site(cmd.dossier_id, cmd.site_id), cmd.entry
    item = lock_works(site, cmd.works_id)
    refuse_if(works_rules.why_not_log(works_queries.works_facts(item), entry, clock.today(actor.zone)))
    id = ids.new_id()
    photographs = PhotoEntry(
        uploads=cmd.uploads, day=entry.day, caption=f"{item.title}: {entry.percent} %", keeps_place=cmd.keeps_place
    )
    taken = photo_commands.store_photographs(site, PhotoAbout.PROGRESS, id, photographs, actor=actor)
    last = db.session.scalar(select(func.max(WorksProgress.position)).where(WorksProgress.item_id == item.id)) or 0
    add(WorksProgress(
        id=id, dossier_id=site.dossier_id, item_id=item.id, position=last + 1, logged_by=actor.id, **vars(entry)
    ))  # fmt: skip
    logged = works_events.WorksProgressLogged(
        **about(site, item), day=entry.day, percent=entry.percent, photographs=len(taken), reason=entry.reason
    )
    record(logged, actor=actor)
    return id


@dataclass(frozen=True, kw_only=True)
class LogDefect(Command):
    """Something is wrong with works."""

    dossier_id: str
    site_id: str
    works_id: str
    entry: DefectEntry


@command
def log_defect(cmd: LogDefect, *, actor: Actor) -> str:
    """Enter a defect, after the acceptance a claim under the warranty; returns its id."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, entry = lock_site(cmd.dossier_id, cmd.site_id), cmd.entry
    item = lock_works(site, cmd.works_id)
    refuse_if(works_rules.why_not_defect(works_queries.works_facts(item), entry, clock.today(actor.zone)))
    defect = add(WorksDefect(id=ids.new_id(), dossier_id=site.dossier_id, item_id=item.id, **vars(entry)))
    logged = works_events.WorksDefectLogged(
        **about(site, item), day=entry.found_on, defect_id=defect.id, severity=str(entry.severity), what=entry.what,
        is_claim=works_rules.is_claim(entry.found_on, item.accepted_on),
    )  # fmt: skip
    record(logged, actor=actor)
    return defect.id


@dataclass(frozen=True, kw_only=True)
class CorrectDefect(Command):
    """A defect as it should have been entered, and why."""

    dossier_id: str
    site_id: str
    works_id: str
    defect_id: str
    entry: DefectEntry
    reason: str
    version: int


@command
def correct_defect(cmd: CorrectDefect, *, actor: Actor) -> None:
    """Correct what was entered of a defect; the earlier values stay in the history."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    item = lock_works(site, cmd.works_id)
    defect = lock(WorksDefect, works_queries.get_defect(item, cmd.defect_id).id, cmd.version)
    facts = works_queries.works_facts(item)
    refuse_if(works_rules.why_not_correct_defect(facts, cmd.entry, defect.mended_on, clock.today(actor.zone)))
    for name, value in vars(cmd.entry).items():
        setattr(defect, name, value)
    corrected = works_events.WorksDefectCorrected(
        **about(site, item), day=cmd.entry.found_on, defect_id=defect.id, reason=cmd.reason
    )
    record(corrected, actor=actor)


@dataclass(frozen=True, kw_only=True)
class MendDefect(Command):
    """A defect was mended on a day."""

    dossier_id: str
    site_id: str
    works_id: str
    defect_id: str
    mended_on: date
    note: str
    version: int


@command
def mend_defect(cmd: MendDefect, *, actor: Actor) -> None:
    """Enter that a defect was mended, and how."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    item = lock_works(site, cmd.works_id)
    defect = lock(WorksDefect, works_queries.get_defect(item, cmd.defect_id).id, cmd.version)
    today = clock.today(actor.zone)
    refuse_if(works_rules.why_not_mend(defect.found_on, defect.mended_on, cmd.mended_on, today))
    defect.mended_on, defect.mending_note = cmd.mended_on, cmd.note
    mended = works_events.WorksDefectMended(
        **about(site, item), day=cmd.mended_on, defect_id=defect.id, what=defect.what
    )
    record(mended, actor=actor)


@dataclass(frozen=True, kw_only=True)
class AcceptWorks(Command):
    """The works are accepted, with the act that says so."""

    dossier_id: str
    site_id: str
    works_id: str
    entry: AcceptanceEntry
    upload: Upload
    version: int


@command
def accept_works(cmd: AcceptWorks, *, actor: Actor) -> None:
    """A supervisor who did not log the last progress accepts the works."""
    require_project(actor, cmd.dossier_id, Permission.SITE_DECIDE)
    site, entry = lock_site(cmd.dossier_id, cmd.site_id), cmd.entry
    item = lock_works(site, cmd.works_id, cmd.version)
    facts = works_queries.works_facts(item)
    refuse_if(works_rules.why_not_accept(facts, entry, actor.id, clock.today(actor.zone)))
    act_id = store_paper(site, DocumentKind.ACCEPTANCE_ACT, item.title, entry.accepted_on, cmd.upload, actor=actor)
    item.accepted_on, item.accepted_by, item.completed_by = entry.accepted_on, actor.id, facts.last_by
    item.act_id, item.warranty_until = act_id, works_rules.warranty_end(entry)
    accepted = works_events.WorksAccepted(
        **about(site, item), day=entry.accepted_on, warranty_until=item.warranty_until.isoformat()
    )
    record(accepted, actor=actor)
