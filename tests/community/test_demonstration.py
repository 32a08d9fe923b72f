"""The demonstration's project: six institutions by name over the stages, some in use, and it says what is fictional."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from casetracker.community import selection_queries
from casetracker.community.models import Project, Site
from casetracker.community.states import SiteStage
from casetracker.core.db import db


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
