"""Figures of people, events and visits of projects for tests, built by the commands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from casetracker.community import (
    benefit_commands,
    case_site_commands,
    cohesion_commands,
    site_commands,
    visit_commands,
)
from casetracker.community.benefit_states import (
    Aim,
    Basis,
    CohesionKind,
    CountEntry,
    EventEntry,
    Exactness,
    FigureEntry,
    Method,
    Reach,
)
from casetracker.community.events import SiteMoved
from casetracker.community.models import Site
from casetracker.community.states import SiteStage
from casetracker.community.visit_states import UsersPer, VisitEntry, VisitRound
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.commands import command, lock
from casetracker.core.db import db
from casetracker.documents.states import DocumentKind
from casetracker.events.recording import record
from tests.factories import community
from tests.factories.cases import pdf


def counting(number: int = 120, **changes: Any) -> CountEntry:
    """So many people, counted from a registration list, unless changed."""
    typed: dict[str, Any] = {
        "exactness": Exactness.EXACT, "basis": Basis.COUNTED, "method": Method.REGISTRATION,
        "source": "List of the club", "shares": (),
    }  # fmt: skip
    return CountEntry(number=number, **{**typed, **changes})


def figuring(actor: Actor, number: int = 120, count: CountEntry | None = None, **changes: Any) -> FigureEntry:
    """Everybody reached directly as of yesterday, unless changed."""
    typed: dict[str, Any] = {
        "aim": Aim.REACHED, "reach": Reach.DIRECT, "about": None, "from_on": None, "as_of": community.yesterday(actor),
        "note": None, "are_others": False, "overlaps": (),
    }  # fmt: skip
    return FigureEntry(count=count or counting(number), **{**typed, **changes})


def enter(dossier_id: str, site_id: str | None, entry: FigureEntry, actor: Actor, **more: Any) -> str:
    """A figure of a site or of the whole project; its id."""
    cmd = benefit_commands.EnterBenefit(dossier_id=dossier_id, site_id=site_id, entry=entry, upload=more.get("upload"))
    return benefit_commands.enter_benefit(cmd, actor=actor)


def happening(day: date, **changes: Any) -> EventEntry:
    """A concert in the hall, unless changed."""
    typed: dict[str, Any] = {"kind": CohesionKind.CONCERT, "topic": "Songs of two towns", "place": "The hall"}
    return EventEntry(day=day, **{**typed, **changes})


def plan_event(dossier_id: str, site_id: str | None, actor: Actor, days: int = 7, **changes: Any) -> str:
    """An event in so many days; its id."""
    entry = happening(clock.today(actor.zone) + timedelta(days=days), **changes)
    cmd = cohesion_commands.PlanCohesionEvent(dossier_id=dossier_id, site_id=site_id, entry=entry)
    return cohesion_commands.plan_cohesion_event(cmd, actor=actor)


def log_event(dossier_id: str, site_id: str | None, actor: Actor, number: int = 45, **changes: Any) -> str:
    """An event of yesterday with so many people; its id."""
    cmd = cohesion_commands.LogCohesionEvent(
        dossier_id=dossier_id, site_id=site_id, entry=happening(community.yesterday(actor), **changes),
        count=counting(number),
    )  # fmt: skip
    return cohesion_commands.log_cohesion_event(cmd, actor=actor)


def visiting(day: date, **changes: Any) -> VisitEntry:
    """The visit after three months: open 30 hours, 80 users a week, unless changed."""
    typed: dict[str, Any] = {
        "round": VisitRound.MONTH_3, "visitors": "Caseworker and partner", "open_hours": 30, "users": 80,
        "users_per": UsersPer.WEEK, "equipment": "All there", "problems": None,
    }  # fmt: skip
    return VisitEntry(visited_on=day, **{**typed, **changes})


def log_visit(site_id: str, actor: Actor, *, with_report: bool = True, **changes: Any) -> str:
    """A visit of yesterday; its id."""
    site = db.session.get_one(Site, site_id)
    entry = visiting(**{"day": community.yesterday(actor), **changes})
    cmd = visit_commands.LogSiteVisit(
        dossier_id=site.dossier_id, site_id=site_id, entry=entry,
        upload=pdf(mark=f"{site_id}{entry.round}") if with_report else None,
    )  # fmt: skip
    return visit_commands.log_site_visit(cmd, actor=actor)


def name_site(case_id: str, site_id: str, actor: Actor, since: date | None = None) -> str:
    """Members of the case use the site; the row's id."""
    cmd = case_site_commands.NameSite(
        dossier_id=case_id, site_id=site_id, since=since or clock.today(actor.zone) - timedelta(days=1)
    )
    return case_site_commands.name_site(cmd, actor=actor)


def hand_over(site_id: str, actor: Actor, ago: int = 100, stage: SiteStage = SiteStage.IN_USE) -> date:
    """The site as it stands after a handover so many days ago, without the way to it; the day of the certificate."""
    site, day = db.session.get_one(Site, site_id), clock.today(actor.zone) - timedelta(days=ago)
    paper = site_commands.AddPaper(
        dossier_id=site.dossier_id, site_id=site_id, kind=DocumentKind.HANDOVER_CERTIFICATE, title="Certificate",
        day=day, upload=pdf(mark=f"handover {site_id}"),
    )  # fmt: skip
    site_commands.add_paper(paper, actor=actor)
    put(site_id, stage, actor=actor)
    return day


@command
def put(site_id: str, stage: SiteStage, *, actor: Actor) -> None:
    """The site as it stands in a stage, without the way to it."""
    site = lock(Site, site_id)
    site.stage = stage
    record(SiteMoved(owner_id=site.dossier_id, site_id=site.id, site=site.name, stage=str(stage)), actor=actor)
