"""The demonstration's project: six institutions by name over the stages, some in use, and it says what is fictional."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from casetracker.accounts.models import User
from casetracker.accounts.queries import get_actor
from casetracker.community import selection_queries, visit_queries
from casetracker.community.benefit_page_queries import load_benefits
from casetracker.community.benefit_states import CohesionState, Exactness
from casetracker.community.models import Project, Site
from casetracker.community.states import SiteStage
from casetracker.core.db import db
from casetracker.demo.people import EMAILS
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.states import PROJECT


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_six_institutions_stand_where_the_story_says(demo_app: Flask) -> None:
    project = db.session.scalars(select(Project)).one()
    assert "Everything else is fictional" in project.purpose
    assert (project.target_sites, len(project.regions)) == (70, 6)
    sites = list(db.session.scalars(select(Site).order_by(Site.position)))
    assert [(site.settlement, site.stage) for site in sites] == [
        ("Mykolaivka", SiteStage.IN_USE), ("Paraskoviivka", SiteStage.WORKS), ("Chasiv Yar", SiteStage.IN_USE),
        ("Oleksandrivka", SiteStage.EQUIPPING), ("Krasne", SiteStage.AGREED), ("Zorya", SiteStage.SHORTLISTED),
    ]  # fmt: skip
    assert all(not site.local_name.isascii() and site.outcome is None for site in sites)
    assert all(None not in (site.latitude, site.longitude) for site in sites[:-1])
    totals = [row.total or 0 for row in selection_queries.load_comparison(project.id).rows]
    assert all(totals) and totals == sorted(totals, reverse=True)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_published_figures_stand_as_estimates_and_one_visit_is_overdue(demo_app: Flask) -> None:
    actor = get_actor(db.session.scalars(select(User.id).where(User.email == EMAILS["caseworker_kyiv"])).one())
    page = load_benefits(sight_of(actor, "UA-2026-C0001", PROJECT), actor)
    assert {(row.figure.about, row.figure.exactness, row.figure.number) for row in page.whole} == {
        ("local", Exactness.AT_LEAST, 28_000), ("displaced", Exactness.ABOUT, 3_000),
    }  # fmt: skip
    reached = next(cell.sum for cell in page.totals if (cell.aim, cell.reach) == ("reached", "direct"))
    assert reached is not None and (reached.number, reached.twice_at_most) == (720, 310)
    assert [row.event.state for row in page.events.rows].count(CohesionState.HELD) == 2
    overdue = [row for row in visit_queries.list_overdue(actor) if row.due.round == "month_3"]
    assert [row.site for row in overdue] == ["Children and youth creativity centre in Chasiv Yar"]
