"""Reading photographs: a site's gallery, those of a progress, check or visit, and one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from casetracker.community.models import Site
from casetracker.community.photo_models import SitePhotograph
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.dossiers.states import Sight

SHOWN = 12
"""So many of the newest stand on a site's page; all on a page of their own."""


def list_photographs(site: Site, *, offset: int = 0, limit: int | None = None) -> list[SitePhotograph]:
    """The site's photographs, the newest first."""
    query = select(SitePhotograph).where(SitePhotograph.site_id == site.id)
    ordered = query.order_by(SitePhotograph.day.desc(), SitePhotograph.id)
    return list(db.session.scalars(ordered.offset(offset).limit(limit)))


def list_about(ids: Iterable[str]) -> dict[str, list[SitePhotograph]]:
    """id of a progress, check or visit -> its photographs by day; one query."""
    query = select(SitePhotograph).where(SitePhotograph.about_id.in_(sorted(ids)))
    found: dict[str, list[SitePhotograph]] = defaultdict(list)
    for row in db.session.scalars(query.order_by(SitePhotograph.day, SitePhotograph.id)):
        found[str(row.about_id)].append(row)
    return found


def get_photograph(sight: Sight, photograph_id: str) -> SitePhotograph:
    """A photograph of this project; NotFound if it is of another."""
    found = db.session.get(SitePhotograph, photograph_id)
    if found is None or found.dossier_id != sight.dossier_id:
        raise NotFound("photograph")
    return found


def count_photographs(site: Site) -> int:
    """How many photographs the site has."""
    query = select(func.count()).select_from(SitePhotograph).where(SitePhotograph.site_id == site.id)
    return db.session.scalar(query) or 0


@dataclass(frozen=True, kw_only=True)
class PhotographsPanel:
    """The newest photographs on a site's page, and how many there are."""

    newest: list[SitePhotograph]
    total: int


def load_panel(site: Site) -> PhotographsPanel:
    """What the site's page shows of its photographs; two queries."""
    return PhotographsPanel(newest=list_photographs(site, limit=SHOWN), total=count_photographs(site))
