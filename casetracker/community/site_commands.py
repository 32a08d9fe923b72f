"""Sites: entering and editing one, its papers, moving it on, and taking it off the way or up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from casetracker.community import events, place_rules, queries, rules
from casetracker.community.commands import require_project
from casetracker.community.models import Project, Site, SitePaper
from casetracker.community.states import DECIDED, NEXT_STAGE, SiteKind, SiteOutcome, SiteStage
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, CorrectDocument, add_document, correct_document
from casetracker.documents.models import Document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.events.recording import record
from casetracker.events.states import Part


@dataclass(frozen=True, kw_only=True)
class AddSite(Command):
    """A site as it was entered. Coordinates in millionths of a degree."""

    dossier_id: str
    name: str
    local_name: str
    kind: SiteKind
    settlement: str
    oblast: str
    oblast_code: str | None
    raion: str | None
    raion_code: str | None
    hromada: str | None
    hromada_code: str | None
    place_code: str | None
    latitude: int | None
    longitude: int | None
    owner: str
    contact_name: str | None
    contact_phone: str | None
    users_before: int | None

    def values(self) -> dict[str, object]:
        """Column -> value of what is known of the site."""
        left_out = ("token", "dossier_id", "site_id", "version", "reason")
        return {name: value for name, value in vars(self).items() if name not in left_out}


@command
def add_site(cmd: AddSite, *, actor: Actor) -> str:
    """Enter an institution that answered the call; returns the site's id."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    values = cmd.values() | _place_of(cmd)
    last = db.session.scalar(select(func.max(Site.position)).where(Site.dossier_id == cmd.dossier_id)) or 0
    site = add(Site(
        id=ids.new_id(), dossier_id=cmd.dossier_id, position=last + 1, stage=SiteStage.CALL,
        stage_on=clock.today(actor.zone), outcome=None, outcome_reason=None, **values,
    ))  # fmt: skip
    record(events.SiteAdded(owner_id=cmd.dossier_id, site_id=site.id, site=site.name), actor=actor)
    return site.id


def _place_of(cmd: AddSite) -> dict[str, str | None]:
    """The codes of where the site lies, as they are kept; refused where they or the coordinates cannot stand."""
    refuse_if(rules.why_not_place(cmd.latitude, cmd.longitude))
    country = db.session.get_one(Project, cmd.dossier_id).country
    codes = {field: place_rules.tidy(country, getattr(cmd, field)) for field in place_rules.FIELDS}
    names = {field: getattr(cmd, field) for field in place_rules.NAMES.values()}
    refuse_if(place_rules.why_not_codes(country, codes, names))
    return codes


@dataclass(frozen=True, kw_only=True)
class EditSite(AddSite):
    """A site as it is to stand, and why it is changed."""

    site_id: str
    version: int
    reason: str


@command
def edit_site(cmd: EditSite, *, actor: Actor) -> str:
    """Change what is known of a site, with a reason; returns its id."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id, cmd.version)
    for name, value in (cmd.values() | _place_of(cmd)).items():
        setattr(site, name, value)
    record(events.SiteEdited(owner_id=site.dossier_id, site_id=site.id, site=site.name, reason=cmd.reason), actor=actor)
    return site.id


def lock_site(dossier_id: str, site_id: str, version: int | None = None) -> Site:
    """The site, locked; NotFound if it is of another project."""
    found = db.session.get(Site, site_id)
    if found is None or found.dossier_id != dossier_id:
        raise NotFound("site")
    return lock(Site, site_id, version)


@dataclass(frozen=True, kw_only=True)
class AddPaper(Command):
    """A document about a site."""

    dossier_id: str
    site_id: str
    kind: DocumentKind
    title: str
    day: date | None
    upload: Upload


@command
def add_paper(cmd: AddPaper, *, actor: Actor) -> str:
    """Store a document with the site; returns the document's id."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    document_id = store_paper(site, cmd.kind, cmd.title, cmd.day, cmd.upload, actor=actor)
    record(
        events.SitePaperAdded(
            owner_id=site.dossier_id, site_id=site.id, site=site.name, document_id=document_id, paper=str(cmd.kind)
        ),
        actor=actor,
    )
    return document_id


def store_paper(
    site: Site, kind: DocumentKind, title: str, day: date | None, upload: Upload, *, actor: Actor, field: str = "file"
) -> str:
    """Store a document with the site inside the running command, which records its own event afterwards; returns the
    document's id."""
    document = AddDocument(
        dossier_id=site.dossier_id, part=Part.SHARED, kind=kind, title=title, upload=upload, day=day, field=field
    )
    document_id = add_document(document, actor=actor)
    add(SitePaper(id=ids.new_id(), dossier_id=site.dossier_id, site_id=site.id, document_id=document_id))
    return document_id


def correct_paper(
    document_id: str | None, was: tuple[date | None, str], now: tuple[date, str], reason: str, *, actor: Actor
) -> None:
    """A stored paper or picture that bears the day or the title of what was corrected bears the right one; another day
    or title stays. Inside the running command, which records its own event afterwards."""
    document = db.session.get(Document, document_id) if document_id is not None else None
    if document is None:
        return
    day = now[0] if document.day is not None and document.day == was[0] else document.day
    title = now[1] if document.title == was[1] else document.title
    if (day, title) == (document.day, document.title):
        return
    cmd = CorrectDocument(
        dossier_id=document.dossier_id, document_id=document.id, title=title, person_id=document.person_id, day=day,
        version=document.version, reason=reason,
    )  # fmt: skip
    correct_document(cmd, actor=actor)


@dataclass(frozen=True, kw_only=True)
class MoveSite(Command):
    """The site comes to its next stage; `version` is the site's when the page was opened."""

    dossier_id: str
    site_id: str
    version: int


@command
def move_site(cmd: MoveSite, *, actor: Actor) -> SiteStage:
    """Move the site to its next stage; returns it. A supervisor selects and closes."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id, cmd.version)
    refuse_if(rules.why_not_move(queries.site_facts(site), may_decide=actor.may(Permission.SITE_DECIDE)))
    site.stage, site.stage_on = NEXT_STAGE[site.stage], clock.today(actor.zone)
    if site.stage in DECIDED:
        require(actor, Permission.SITE_DECIDE)
    record(
        events.SiteMoved(owner_id=site.dossier_id, site_id=site.id, site=site.name, stage=str(site.stage)), actor=actor
    )
    return site.stage


@dataclass(frozen=True, kw_only=True)
class LeaveSite(Command):
    """The site goes no further on the way, for a reason."""

    dossier_id: str
    site_id: str
    outcome: SiteOutcome
    reason: str
    version: int


@command
def leave_site(cmd: LeaveSite, *, actor: Actor) -> None:
    """A supervisor takes the site off the way: not selected, or stopped."""
    require_project(actor, cmd.dossier_id, Permission.SITE_DECIDE)
    site = lock_site(cmd.dossier_id, cmd.site_id, cmd.version)
    refuse_if(rules.why_not_leave(queries.site_facts(site), cmd.outcome))
    site.outcome, site.outcome_reason = cmd.outcome, cmd.reason
    record(
        events.SiteLeft(
            owner_id=site.dossier_id, site_id=site.id, site=site.name, outcome=str(cmd.outcome), reason=cmd.reason
        ),
        actor=actor,
    )


@dataclass(frozen=True, kw_only=True)
class TakeUpSite(Command):
    """The site goes on from where it stopped, for a reason."""

    dossier_id: str
    site_id: str
    reason: str
    version: int


@command
def take_up_site(cmd: TakeUpSite, *, actor: Actor) -> None:
    """A supervisor takes the site up again, at the stage in which it was left."""
    require_project(actor, cmd.dossier_id, Permission.SITE_DECIDE)
    site = lock_site(cmd.dossier_id, cmd.site_id, cmd.version)
    refuse_if(rules.why_not_take_up(queries.site_facts(site)))
    site.outcome = site.outcome_reason = None
    record(
        events.SiteTakenUp(owner_id=site.dossier_id, site_id=site.id, site=site.name, reason=cmd.reason), actor=actor
    )
