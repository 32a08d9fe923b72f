"""Reading visits to sites: those that were made, and which are due, of one site or of all that an actor may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from casetracker.community import visit_rules
from casetracker.community.equipment_models import SiteHandover
from casetracker.community.models import Site, SitePaper
from casetracker.community.states import SiteFacts, SiteStage
from casetracker.community.visit_models import SiteVisit
from casetracker.community.visit_states import DueVisit, VisitRound
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.documents.models import Document
from casetracker.documents.states import DocumentKind
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import visible

AFTER_HANDOVER = (SiteStage.HANDED_OVER, SiteStage.IN_USE, SiteStage.CLOSED)


@dataclass(frozen=True, kw_only=True)
class DueRow:
    """A visit to be made, and where."""

    reference: str
    site_id: str
    site: str
    due: DueVisit


def list_visits(site_id: str) -> list[SiteVisit]:
    """The site's visits, the newest first."""
    query = select(SiteVisit).where(SiteVisit.site_id == site_id)
    return list(db.session.scalars(query.order_by(SiteVisit.visited_on.desc(), SiteVisit.id)))


def get_visit(site: Site, visit_id: str) -> SiteVisit:
    """A visit to this site; NotFound if to another."""
    visit = db.session.get(SiteVisit, visit_id)
    if visit is None or visit.site_id != site.id:
        raise NotFound("visit")
    return visit


def handover_days(sites: Iterable[Site]) -> dict[str, date]:
    """site id -> the day of its handover, of those that were handed over: as recorded, or that of the newest
    certificate, or of its storing; two queries."""
    wanted = [site.id for site in sites if site.stage in AFTER_HANDOVER]
    recorded = select(SiteHandover.site_id, SiteHandover.handed_on).where(SiteHandover.site_id.in_(wanted))
    query = (
        select(SitePaper.site_id, Document.day, Document.added_at)
        .join(Document, Document.id == SitePaper.document_id)
        .where(SitePaper.site_id.in_(wanted), Document.kind == DocumentKind.HANDOVER_CERTIFICATE)
        .order_by(Document.added_at, Document.id)
    )
    papers = {site_id: day or added_at.date() for site_id, day, added_at in db.session.execute(query)}
    return papers | {site_id: day for site_id, day in db.session.execute(recorded)}  # noqa: C416  # as below


def list_due(sites: Iterable[Site], today: date) -> dict[str, list[DueVisit]]:
    """site id -> visits that are still to be made, the next first; three queries for any number of sites."""
    wanted = {site.id: site for site in sites if site.stage in AFTER_HANDOVER}
    days = handover_days(wanted.values())
    made: dict[str, set[VisitRound]] = defaultdict(set)
    rows = select(SiteVisit.site_id, SiteVisit.round).where(SiteVisit.site_id.in_(sorted(wanted)))
    for site_id, round in db.session.execute(rows):
        made[site_id].add(round)
    return {
        id: visit_rules.list_due(SiteFacts(stage=site.stage, outcome=site.outcome), days.get(id), made[id], today)
        for id, site in wanted.items()
    }


def list_overdue(actor: Actor) -> list[DueRow]:
    """Visits of the actor's projects whose day is over, the longest overdue first; four queries."""
    query = (
        select(Dossier.reference, Site)
        .join(Site, Site.dossier_id == Dossier.id)
        .where(visible(actor), Dossier.closed_on.is_(None), Site.outcome.is_(None))
        .where(Site.stage.in_([SiteStage.HANDED_OVER, SiteStage.IN_USE]))
    )
    found = [(reference, site) for reference, site in db.session.execute(query)]
    if not found:
        return []
    due = list_due([site for _reference, site in found], clock.today(actor.zone))
    rows = [
        DueRow(reference=reference, site_id=site.id, site=site.name, due=visit)
        for reference, site in found
        for visit in due.get(site.id, ())
        if visit.is_overdue
    ]
    return sorted(rows, key=lambda row: (row.due.due_on, row.site_id))


def count_reported(site_ids: Iterable[str]) -> dict[str, int]:
    """site id -> how many of its visits have a report."""
    query = select(SiteVisit.site_id, func.count(SiteVisit.id)).where(
        SiteVisit.site_id.in_(sorted(site_ids)), SiteVisit.report_id.is_not(None)
    )
    counted = db.session.execute(query.group_by(SiteVisit.site_id))
    return {site_id: number for site_id, number in counted}  # noqa: C416  # rows are no pairs to dict()
