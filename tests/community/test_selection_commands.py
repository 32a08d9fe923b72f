"""Criteria, scores and votes in the database, what of them stays from the selection on, and who sets them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from casetracker.community import selection_commands, selection_queries
from casetracker.community.models import SelectionCriterion, Site, SitePaper, SiteScore, SiteVote
from casetracker.core.db import db
from casetracker.core.errors import Conflict, NotFound
from tests.factories import community
from tests.factories.accounts import People, make_people
from tests.factories.cases import pdf
from tests.refusals.holding import not_there, refused

pytestmark = pytest.mark.usefixtures("app")
WEIGHTS = (("Need", 60), ("Building", 40))


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def site_id(people: People) -> str:
    """A culture club of Kyiv's project."""
    dossier_id = community.project_id(community.open_project(people), people.caseworker_kyiv)
    return community.add_site(dossier_id, people.caseworker_kyiv)


def dossier_of(site_id: str) -> str:
    return db.session.get_one(Site, site_id).dossier_id


def weights(dossier_id: str) -> list[tuple[str, int]]:
    """(name, weight) of the criteria as they stand."""
    query = select(SelectionCriterion).where(SelectionCriterion.dossier_id == dossier_id)
    rows = db.session.scalars(
        query.order_by(SelectionCriterion.position), execution_options={"populate_existing": True}
    )
    return [(row.name, row.weight) for row in rows]


def correcting(site_id: str, people: People, **changes: Any) -> selection_commands.CorrectVote:
    """Eight for it instead of nine, unless changed."""
    vote = db.session.scalars(select(SiteVote).where(SiteVote.site_id == site_id)).one()
    typed: dict[str, Any] = {
        "dossier_id": vote.dossier_id, "site_id": site_id, "upload": None, "reason": "Counted anew",
        "vote": community.voting(people.caseworker_kyiv, votes_for=8), "version": vote.version,
    }  # fmt: skip
    return selection_commands.CorrectVote(**{**typed, **changes})


def test_criteria_are_set_and_changed(people: People, site_id: str) -> None:
    me, project = people.caseworker_kyiv, dossier_of(site_id)
    ids = community.set_criteria(project, me, *WEIGHTS)
    assert weights(project) == list(WEIGHTS)
    ids = community.set_criteria(project, me, ("Need", 50), ("Access", 10), ("Users", 5), Need=ids["Need"])
    assert weights(project) == [("Need", 50), ("Access", 10), ("Users", 5)]
    community.score_site(site_id, me, dict.fromkeys(ids.values(), 4))
    more = (("Need", 70), ("Access", 10), ("Users", 5), ("Roof", 1))
    with refused("give the reason"):
        community.set_criteria(project, me, *more, **ids)
    with refused("“Users”; it stays"):
        community.set_criteria(project, me, *more[:2], reason="Less", **ids)
    community.set_criteria(project, people.supervisor_kyiv, *more, reason="As the donor wants it", **ids)
    assert weights(project) == list(more)
    assert selection_queries.load_comparison(project).rows[0].total is None


def test_criteria_rest_on_those_that_were_seen(people: People, site_id: str) -> None:
    me, project = people.caseworker_kyiv, dossier_of(site_id)
    stale = selection_queries.version_of(selection_queries.list_criteria(project))
    community.set_criteria(project, me, *WEIGHTS)
    with pytest.raises(Conflict):
        selection_commands.set_criteria(
            selection_commands.SetCriteria(dossier_id=project, criteria=(), reason=None, version=stale), actor=me
        )
    with refused("at least one criterion"):
        community.set_criteria(project, me)
    with not_there():
        community.set_criteria(project, me, *WEIGHTS, Need="of-another-project")


def test_a_site_is_scored_and_scored_anew(people: People, site_id: str) -> None:
    me, project = people.caseworker_kyiv, dossier_of(site_id)
    with refused("no criteria yet"):
        community.score_site(site_id, me, {})
    ids = community.set_criteria(project, me, *WEIGHTS)
    with refused("needs a score"):
        community.score_site(site_id, me, {ids["Need"]: 5})
    with not_there():
        community.score_site(site_id, me, {**dict.fromkeys(ids.values(), 5), "another": 5})
    community.score_site(site_id, me, {ids["Need"]: 9, ids["Building"]: 4})
    with refused("give the reason"):
        community.score_site(site_id, me, {ids["Need"]: 9, ids["Building"]: 10})
    community.score_site(site_id, me, {ids["Need"]: 9, ids["Building"]: 10}, "The roof is new")
    other = community.add_site(project, me, name="Library")
    community.score_site(other, me, dict.fromkeys(ids.values(), 10))
    third = community.add_site(project, me, name="School")
    rows = selection_queries.load_comparison(project).rows
    assert [(row.site.id, row.total, row.scores) for row in rows] == [
        (other, 100, [10, 10]), (site_id, 94, [9, 10]), (third, None, [None, None])
    ]  # fmt: skip


def test_scores_rest_on_those_that_were_seen(people: People, site_id: str) -> None:
    me, project = people.caseworker_kyiv, dossier_of(site_id)
    ids = community.set_criteria(project, me, *WEIGHTS)
    seen = selection_queries.version_of(selection_queries.list_criteria(project))
    community.score_site(site_id, me, dict.fromkeys(ids.values(), 10))
    stale = selection_commands.ScoreSite(
        dossier_id=project, site_id=site_id, scores=tuple(dict.fromkeys(ids.values(), 0).items()), reason="Mine",
        version=seen,
    )  # fmt: skip
    with pytest.raises(Conflict):
        selection_commands.score_site(stale, actor=me)
    assert {row.score for row in selection_queries.list_scores(site_id)} == {10}


def test_a_vote_with_its_minutes(people: People, site_id: str) -> None:
    me = people.caseworker_kyiv
    with refused("Nobody voted"):
        community.log_vote(site_id, me, votes_for=0, votes_against=0, abstained=0)
    with refused("in the future"):
        community.log_vote(site_id, me, held_on=community.yesterday(me) + timedelta(days=2))
    with pytest.raises(NotFound):
        selection_queries.get_vote(db.session.get_one(Site, site_id))
    community.log_vote(site_id, me)
    with refused("logged already"):
        community.log_vote(site_id, me)
    first = db.session.scalars(select(SiteVote.minutes_id)).one()
    selection_commands.correct_vote(correcting(site_id, people), actor=me)
    vote = db.session.scalars(select(SiteVote), execution_options={"populate_existing": True}).one()
    assert (vote.votes_for, vote.votes_against, vote.minutes_id) == (8, 2, first)
    selection_commands.correct_vote(correcting(site_id, people, upload=pdf(mark="right minutes")), actor=me)
    papers = set(db.session.scalars(select(SitePaper.document_id)))
    vote = db.session.scalars(select(SiteVote), execution_options={"populate_existing": True}).one()
    assert papers == {first, vote.minutes_id} and vote.minutes_id != first
    with refused("reason"):
        selection_commands.correct_vote(correcting(site_id, people, reason=""), actor=me)
    with pytest.raises(Conflict):
        selection_commands.correct_vote(correcting(site_id, people, version=vote.version - 1), actor=me)


def test_what_was_judged_stays_from_the_selection_on(people: People, site_id: str) -> None:
    me, project = people.caseworker_kyiv, dossier_of(site_id)
    ids = community.set_criteria(project, me, *WEIGHTS)
    community.select(site_id, people.supervisor_kyiv, ids)
    with refused("stay as they are"):
        community.score_site(site_id, me, dict.fromkeys(ids.values(), 1), "Less")
    with refused("stay as they are"):
        selection_commands.correct_vote(correcting(site_id, people, upload=pdf()), actor=me)
    with refused("only their names"):
        community.set_criteria(project, me, ("Need", 61), ("Building", 40), reason="More", **ids)
    named = {"Need of the place": ids["Need"], "Building": ids["Building"]}
    community.set_criteria(project, me, ("Need of the place", 60), ("Building", 40), reason="Clearer", **named)
    assert selection_queries.load_comparison(project).rows[0].total == 70


def test_who_may_and_where(people: People, site_id: str) -> None:
    """Caseworker and supervisor of the office; for all others, and from another project, nothing is there."""
    me, project = people.caseworker_kyiv, dossier_of(site_id)
    ids = community.set_criteria(project, people.supervisor_kyiv, *WEIGHTS)
    scores = dict.fromkeys(ids.values(), 5)
    community.score_site(site_id, people.supervisor_kyiv, scores)
    community.log_vote(site_id, people.supervisor_kyiv)
    for stranger in (people.caseworker_tallinn, people.finance_kyiv, people.auditor, people.administrator):
        with not_there():
            community.set_criteria(project, stranger, *WEIGHTS, reason="Mine", **ids)
        with pytest.raises(NotFound):
            community.score_site(site_id, stranger, scores, "Mine")
        with pytest.raises(NotFound):
            community.log_vote(site_id, stranger)
        with pytest.raises(NotFound):
            selection_commands.correct_vote(correcting(site_id, people), actor=stranger)
    assert len(db.session.scalars(select(SiteScore)).all()) == 2
    foreign = correcting(site_id, people, dossier_id="another")
    with not_there():
        selection_commands.correct_vote(foreign, actor=me)
