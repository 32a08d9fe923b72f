"""Reading which sites members of a case use, which can be named, and how many cases name a site."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from casetracker.cases.models import Case
from casetracker.community.case_site_models import CaseSite
from casetracker.community.models import Project, Site
from casetracker.core import row_security
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import visible
from casetracker.dossiers.states import Sight


@dataclass(frozen=True, kw_only=True)
class CaseSiteRow:
    """A site that the case names; project: its reference, where the reader may open it."""

    row: CaseSite
    project: str | None


@dataclass(frozen=True, kw_only=True)
class CaseSitesPanel:
    """The sites on a case's page: those used now, the newest first, then those no longer used."""

    rows: list[CaseSiteRow]
    may_edit: bool


def load_panel(sight: Sight, actor: Actor) -> CaseSitesPanel:
    """What stands on the case's page; one query."""
    may_read = actor.may(Permission.PROJECT_READ)
    project = select(Site.id, Dossier.reference).join(Dossier, Dossier.id == Site.dossier_id).where(visible(actor))
    seen = project.subquery("seen")
    query = select(CaseSite, seen.c.reference).outerjoin(seen, seen.c.id == CaseSite.site_id)
    query = query.where(CaseSite.dossier_id == sight.dossier_id)
    ordered = query.order_by(CaseSite.ended_on.is_not(None), CaseSite.since.desc(), CaseSite.id)
    return CaseSitesPanel(
        rows=[
            CaseSiteRow(row=row, project=reference if may_read else None)
            for row, reference in db.session.execute(ordered)
        ],
        may_edit=actor.may(Permission.CASE_EDIT) and sight.relation is not None and not sight.is_closed,
    )


def list_offered(sight: Sight, actor: Actor) -> dict[str, str]:
    """site id -> name and settlement, of those the case can name: in projects that the actor's office runs in the
    case's country of return, unless they left the way; by name."""
    country = select(Case.return_country).where(Case.id == sight.dossier_id).scalar_subquery()
    query = (
        select(Site)
        .join(Project, Project.id == Site.dossier_id)
        .join(Dossier, Dossier.id == Project.id)
        .where(visible(actor), Dossier.sending_office_id == actor.office_id, Project.country == country)
        .where(Site.outcome.is_(None), Dossier.closed_on.is_(None))
        .order_by(Site.name, Site.id)
    )
    return {site.id: f"{site.name}, {site.settlement}" for site in db.session.scalars(query)}


def is_named(dossier_id: str, site_id: str) -> bool:
    """Whether the case names the site now."""
    query = select(CaseSite.id).where(CaseSite.dossier_id == dossier_id, CaseSite.site_id == site_id)
    return db.session.scalars(query.where(CaseSite.ended_on.is_(None))).first() is not None


def get_case_site(sight: Sight, case_site_id: str) -> CaseSite:
    """A site that this case names; NotFound if another does."""
    found = db.session.get(CaseSite, case_site_id)
    if found is None or found.dossier_id != sight.dossier_id:
        raise NotFound("site of the case")
    return found


def count_cases(site_id: str) -> int:
    """How many cases name the site now; of which nothing else leaves here."""
    query = select(func.count(func.distinct(CaseSite.dossier_id))).where(
        CaseSite.site_id == site_id, CaseSite.ended_on.is_(None)
    )
    with row_security.reading(row_security.EVERYTHING):  # a number alone; who reads the project reads no case by it
        return db.session.scalar(query) or 0
