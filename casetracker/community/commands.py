"""Opening and editing a project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casetracker.accounts.models import Office
from casetracker.community import events, rules
from casetracker.community.models import Project, ProjectDonor, ProjectIndicator
from casetracker.community.states import DonorEntry, IndicatorEntry
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.commands import add_dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import PROJECT, Sight
from casetracker.events.recording import record
from casetracker.programmes.queries import get_programme


@dataclass(frozen=True, kw_only=True)
class OpenProject(Command):
    """A project with its donors and what it is measured by."""

    title: str
    purpose: str
    programme_id: str
    country: str
    regions: tuple[str, ...]
    target_sites: int | None
    starts_on: date
    ends_on: date
    donors: tuple[DonorEntry, ...]
    indicators: tuple[IndicatorEntry, ...]
    sector: str | None = None


@command
def open_project(cmd: OpenProject, *, actor: Actor) -> str:
    """Open a project of the actor's office, who coordinates it; returns its reference."""
    require(actor, Permission.PROJECT_OPEN)
    office = db.session.get(Office, actor.office_id) if actor.office_id else None
    if office is None or not office.is_active:
        raise NotFound("only an office opens projects")
    get_programme(cmd.programme_id)
    refuse_if(rules.why_not_project(cmd.starts_on, cmd.ends_on, cmd.donors) or rules.why_not_sector(cmd.sector))
    dossier = add_dossier(PROJECT, office, clock.today(actor.zone))
    dossier.programme_id = cmd.programme_id
    add(Project(
        id=dossier.id, title=cmd.title, purpose=cmd.purpose, country=cmd.country, regions=list(cmd.regions),
        target_sites=cmd.target_sites, starts_on=cmd.starts_on, ends_on=cmd.ends_on, coordinator_id=actor.id,
        sector=cmd.sector,
    ))  # fmt: skip
    db.session.flush()
    _set_rows(dossier.id, cmd.donors, cmd.indicators)
    record(events.ProjectOpened(owner_id=dossier.id, title=cmd.title), actor=actor)
    return dossier.reference


def _set_rows(dossier_id: str, donors: tuple[DonorEntry, ...], indicators: tuple[IndicatorEntry, ...]) -> None:
    """Donors and indicators in their order; what left goes."""
    _replace(ProjectDonor, dossier_id, [{"name": each.name, "share": each.share} for each in donors])
    _replace(ProjectIndicator, dossier_id, [
        {"objective": each.objective, "indicator": each.indicator, "target": each.target} for each in indicators
    ])  # fmt: skip


def _replace(
    model: type[ProjectDonor] | type[ProjectIndicator], dossier_id: str, wanted: list[dict[str, object]]
) -> None:
    rows = db.session.scalars(select(model).where(model.dossier_id == dossier_id).order_by(model.position)).all()
    for row, values in zip(rows, wanted, strict=False):
        for name, value in values.items():
            setattr(row, name, value)
    for number, values in enumerate(wanted[len(rows) :], start=len(rows) + 1):
        add(model(id=ids.new_id(), dossier_id=dossier_id, position=number, **values))
    for row in rows[len(wanted) :]:
        db.session.delete(row)


@dataclass(frozen=True, kw_only=True)
class EditProject(Command):
    """The project as it is to stand; its programme stays."""

    dossier_id: str
    title: str
    purpose: str
    regions: tuple[str, ...]
    target_sites: int | None
    starts_on: date
    ends_on: date
    donors: tuple[DonorEntry, ...]
    indicators: tuple[IndicatorEntry, ...]
    reason: str
    version: int
    sector: str | None = None


@command
def edit_project(cmd: EditProject, *, actor: Actor) -> None:
    """Change what is known of the project, with a reason."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    project = lock(Project, cmd.dossier_id, cmd.version)
    refuse_if(rules.why_not_project(cmd.starts_on, cmd.ends_on, cmd.donors) or rules.why_not_sector(cmd.sector))
    project.sector = cmd.sector
    project.title, project.purpose, project.regions = cmd.title, cmd.purpose, list(cmd.regions)
    project.target_sites, project.starts_on, project.ends_on = cmd.target_sites, cmd.starts_on, cmd.ends_on
    _set_rows(cmd.dossier_id, cmd.donors, cmd.indicators)
    record(events.ProjectEdited(owner_id=cmd.dossier_id, reason=cmd.reason), actor=actor)


def require_project(actor: Actor, dossier_id: str, permission: Permission) -> Sight:
    """What every act on a project starts with: the permission, an office of the project, the dossier open and
    locked. NotFound where it is no project, or not this office's."""
    require(actor, permission)
    sight = require_open(actor, dossier_id)
    if sight.relation is None or db.session.get(Project, dossier_id) is None:
        raise NotFound("not an office of this project")
    return sight
