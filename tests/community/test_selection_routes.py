"""Pages of the selection: criteria, scores, the vote, and the sites beside each other."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.community.models import SelectionCriterion, Site, SiteVote
from casetracker.core.db import db
from tests.factories import community
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.documents import pdf_bytes
from tests.pages.walking import _Reader
from tests.statements import counted

TOKEN = "0123456789abcdef0123456789abcd"


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def project(people: People) -> str:
    """The address of Kyiv's project with one site."""
    reference = community.open_project(people)
    community.add_site(community.project_id(reference, people.caseworker_kyiv), people.caseworker_kyiv)
    return f"/projects/{reference}"


def site_of(project: str) -> str:
    """The address of the project's site."""
    return f"{project}/sites/{db.session.scalars(select(Site.id)).one()}"


def opened(client: FlaskClient, path: str) -> dict[str, Any]:
    """What the page's form would send."""
    reader = _Reader(path)
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    reader.feed(answer.text)
    return next(form for form in reader.forms if any(name == "form_token" for name, _k, _v in form.fields)).filled()


def test_from_the_criteria_to_the_comparison(client: FlaskClient, people: People, project: str) -> None:
    sign_in(client, people.caseworker_kyiv)
    site = site_of(project)
    assert "This project has no criteria yet." in client.get(site).text
    assert "This project has no criteria yet." in client.get(f"{site}/scores").text
    criteria = f"{project}/criteria"
    first = opened(client, criteria) | {
        "criteria-0-name": "Need", "criteria-0-weight": "60", "criteria-1-name": "Building", "criteria-1-weight": "40",
    }  # fmt: skip
    assert client.post(criteria, data=first | {"criteria-1-weight": "101"}).status_code == 422
    assert client.post(criteria, data=first).status_code == 302
    scores = opened(client, f"{site}/scores")
    refused = client.post(f"{site}/scores", data=scores | {"scores-0-score": "11", "scores-1-score": "4"})
    assert refused.status_code == 422 and "between 0 and 10" in refused.text and 'value="11"' in refused.text
    right = scores | {"scores-0-score": "9", "scores-1-score": "4"}
    assert client.post(f"{site}/scores", data=right).status_code == 302
    assert "70 per cent of the most possible" in client.get(site).text
    again = opened(client, f"{site}/scores") | {"scores-1-score": "10"}
    assert "Please fill this in." in client.post(f"{site}/scores", data=again).text
    again = opened(client, f"{site}/scores") | {"scores-1-score": "10", "reason": "New roof"}
    assert client.post(f"{site}/scores", data=again).status_code == 302
    vote = opened(client, f"{site}/vote") | {
        "held_on": "2026-04-01", "votes_for": "9", "votes_against": "2", "abstained": "0",
    }  # fmt: skip
    assert "Minutes" in client.post(f"{site}/vote", data=vote).text
    sent = vote | {"file": (io.BytesIO(pdf_bytes()), "minutes.pdf")}
    assert client.post(f"{site}/vote", data=sent).status_code == 302
    assert client.get(f"{site}/vote").headers["Location"].endswith("/vote/correct")
    corrected = opened(client, f"{site}/vote/correct") | {"votes_for": "8", "reason": "Counted anew"}
    assert client.post(f"{site}/vote/correct", data=corrected).status_code == 302
    page = client.get(f"{project}/selection").text
    assert "<strong>94</strong>" in page and "8 for, 2 against, 0 abstained" in page and "Need (weight 60)" in page
    minutes = db.session.scalars(select(SiteVote.minutes_id)).one()
    assert f"/documents/{minutes}" in page and client.get(f"{project}/documents/{minutes}").data == pdf_bytes()
    timeline = client.get(f"{project}/timeline").text
    for words in ("Selection goes by 2 criteria", "was scored: 70 per cent", "94 per cent now: New roof",
                  "9 for it, 2 against, 0 abstained", "0 abstained: Counted anew"):  # fmt: skip
        assert words in timeline, words


def test_criteria_are_taken_away_until_a_site_has_scores(client: FlaskClient, people: People, project: str) -> None:
    sign_in(client, people.caseworker_kyiv)
    me, reference = people.caseworker_kyiv, project.rpartition("/")[2]
    dossier_id = community.project_id(reference, me)
    community.set_criteria(dossier_id, me, ("Need", 60), ("Building", 40))
    criteria = f"{project}/criteria"
    fields = opened(client, criteria)
    less = client.post(criteria, data=fields | {"remove-criteria": "0"}).text
    assert 'value="Building"' in less and 'value="Need"' not in less
    kept = {name: value for name, value in fields.items() if not name.startswith("criteria-0")}
    assert client.post(criteria, data=kept).status_code == 302
    assert [row.name for row in db.session.scalars(select(SelectionCriterion))] == ["Building"]
    ids = {row.name: row.id for row in db.session.scalars(select(SelectionCriterion))}
    community.score_site(site_of(project).rpartition("/")[2], me, dict.fromkeys(ids.values(), 5))
    page = client.get(criteria).text
    assert "remove-criteria" not in page and "Why this is changed" in page
    changed = opened(client, criteria) | {"criteria-0-weight": "50"}
    assert "Please fill this in." in client.post(criteria, data=changed).text
    overtaken = opened(client, criteria) | {"criteria-0-weight": "50", "reason": "Mine"}
    community.set_criteria(dossier_id, me, ("Building", 30), reason="Theirs", **ids)
    answer = client.post(criteria, data=overtaken)
    assert answer.status_code == 409 and "Somebody else has changed this" in answer.text


def test_the_comparison_costs_the_same_for_more_sites(client: FlaskClient, people: People, project: str) -> None:
    me, reference = people.caseworker_kyiv, project.rpartition("/")[2]
    dossier_id = community.project_id(reference, me)
    ids = community.set_criteria(dossier_id, me, ("Need", 60), ("Building", 40))
    sign_in(client, me)
    costs = []
    for number in range(2):
        for each in range(number * 3):
            site_id = community.add_site(dossier_id, me, name=f"Library {each}")
            community.score_site(site_id, me, dict.fromkeys(ids.values(), each))
        client.get(f"{project}/selection")
        with counted() as asked:
            page = client.get(f"{project}/selection").text
        costs.append(len(asked))
    assert costs[0] == costs[1] > 5
    assert page.index("Library 2") < page.index("Library 1") < page.index("Library 0") < page.index("Culture club")


def test_who_finds_the_pages(client: FlaskClient, people: People, project: str) -> None:
    me, reference = people.caseworker_kyiv, project.rpartition("/")[2]
    sign_in(client, me)
    site = site_of(project)
    ids = community.set_criteria(community.project_id(reference, me), me, ("Need", 60))
    community.score_site(site.rpartition("/")[2], me, dict.fromkeys(ids.values(), 5))
    community.log_vote(site.rpartition("/")[2], me)
    forms = [f"{project}/criteria", f"{site}/scores", f"{site}/vote/correct"]
    for actor, reads, writes in (
        (me, 200, 200), (people.supervisor_kyiv, 200, 200), (people.auditor, 200, 404), (people.finance_kyiv, 404, 404),
        (people.administrator, 404, 404), (people.supervisor_tallinn, 404, 404),
    ):  # fmt: skip
        sign_in(client, actor)
        assert client.get(f"{project}/selection").status_code == reads
        assert {client.get(form).status_code for form in forms} == {writes}
    sign_in(client, people.auditor)
    assert "Change the criteria" not in client.get(f"{project}/selection").text
    assert "/scores" not in client.get(site).text


def test_after_the_selection_the_page_says_why_nothing_changes(
    client: FlaskClient, people: People, project: str
) -> None:
    me = people.supervisor_kyiv
    sign_in(client, me)
    site = site_of(project)
    ids = community.set_criteria(community.project_id(project.rpartition("/")[2], me), me, ("Need", 60))
    community.select(site.rpartition("/")[2], me, ids)
    page = client.get(site).text
    assert "its scores and its vote stay as they are" in page and "/vote/correct" not in page
    changed = opened(client, f"{site}/scores") | {"scores-0-score": "1", "reason": "Less"}
    answer = client.post(f"{site}/scores", data=changed)
    assert answer.status_code == 422 and "stay as they are" in answer.text
