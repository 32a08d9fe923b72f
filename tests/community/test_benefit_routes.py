"""Pages of who benefits: entering a figure, what sums say, correcting it, events; who finds them."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casetracker.community import queries
from casetracker.community.benefit_models import BenefitFigure, BenefitShare, CohesionEvent
from casetracker.core import clock
from casetracker.core.db import db
from tests.factories import benefits, community
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.documents import pdf_bytes

TOKEN = "be0123456789abcdef0123456789a"


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def project(people: People) -> str:
    """The address of Kyiv's project, which has a club and a library."""
    reference = community.open_project(people)
    dossier_id = community.project_id(reference, people.caseworker_kyiv)
    for name in ("Club", "Library"):
        community.add_site(dossier_id, people.caseworker_kyiv, name=name)
    return f"/projects/{reference}"


def sites_of(project: str, people: People) -> tuple[str, str, str]:
    """(id of the project, of its club, of its library)."""
    dossier_id = community.project_id(project.rpartition("/")[2], people.caseworker_kyiv)
    club, library = (site.id for site in queries.list_sites(dossier_id))
    return dossier_id, club, library


def figure_fields(sent: int, **changed: Any) -> dict[str, Any]:
    """What the page of a figure sends; `sent` makes its token."""
    return {
        "form_token": f"{TOKEN}{sent:03}", "site_id": "", "aim": "reached", "reach": "direct", "about": "",
        "exactness": "exact", "number": "120", "basis": "counted", "method": "registration", "source": "List",
        "as_of": "2026-05-04", **changed,
    }  # fmt: skip


def words(page: str) -> str:
    """The page's text on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_published_figures_stand_as_estimates_without_a_breakdown(
    client: FlaskClient, people: People, project: str
) -> None:
    sign_in(client, people.caseworker_kyiv)
    assert "No site has a figure yet." in client.get(f"{project}/benefits").text
    estimate = {"basis": "estimated", "method": "authority", "source": "Published report"}
    for sent, (about, exactness, number) in enumerate((("local", "at_least", "28000"), ("displaced", "about", "3000"))):
        fields = figure_fields(sent, about=about, exactness=exactness, number=number, **estimate)
        assert client.post(f"{project}/benefits/new", data=fields).status_code == 302
    page = words(client.get(f"{project}/benefits").text)
    assert "at least 28,000" in page and "about 3,000" in page and "they are not added to those of the sites" in page
    assert page.count("Nothing is known of who they are.") == 0, "that they are local or displaced is known"
    assert db.session.scalar(select(func.count()).select_from(BenefitShare)) == 0
    timeline = words(client.get(f"{project}/timeline").text)
    assert "Who benefits (the whole project): Reached, Direct, Local: at least 28,000" in timeline


def test_a_figure_from_the_form_to_the_sum_and_its_correction(
    client: FlaskClient, people: People, project: str
) -> None:
    dossier_id, club, library = sites_of(project, people)
    sign_in(client, people.caseworker_kyiv)
    form = f"{project}/benefits/new"
    assert 'name="people_female"' in client.get(f"{form}?site={club}").text
    more = figure_fields(10, site_id=club, people_female="100", people_male="30")
    refused = client.post(form, data=more)
    assert refused.status_code == 422 and "adds up to 130" in refused.text and 'value="100"' in refused.text
    with_file = figure_fields(11, site_id=club, people_female="70", file=(io.BytesIO(pdf_bytes()), "list.pdf"))
    assert client.post(f"{form}?site={club}", data=with_file).location.endswith(f"/sites/{club}#benefits")
    first = db.session.scalars(select(BenefitFigure)).one()
    second = figure_fields(12, site_id=library, number="80", overlaps=[first.id], note="Children go to both")
    assert client.post(form, data=second).status_code == 302
    page = client.get(f"{project}/benefits").text
    assert 'data-figure="200" data-of="reached-direct"' in page and "Up to 80 of them may be counted twice" in page
    assert "Female 70, not known 130" in words(page) and 'class="bar-reached"' in page
    assert "200 up to 80 may be counted twice" in words(client.get(project).text)
    assert client.get(f"{project}/documents/{first.document_id}").data == pdf_bytes()
    site = words(client.get(f"{project}/sites/{club}").text)
    assert "Female 70, not known 50" in site and "May count the same people as" in site
    correct = f"{project}/benefits/{first.id}/correct"
    assert 'value="70"' in client.get(correct).text
    sent = figure_fields(13, number="150", version="1", reason="Two lists", people_female="80") | {"site_id": None}
    sent = {name: value for name, value in sent.items() if value is not None}
    assert client.post(correct, data=sent).status_code == 302
    stale = client.post(correct, data=sent | {"form_token": f"{TOKEN}014", "number": "160"})
    assert stale.status_code == 409 and "Stands now" in stale.text
    assert 'data-figure="230" data-of="reached-direct"' in client.get(f"{project}/benefits").text
    assert "was corrected to Reached, Direct, everybody: 150. Two lists" in words(
        client.get(f"{project}/timeline").text
    )
    assert community.project_id(project.rpartition("/")[2], people.caseworker_kyiv) == dossier_id


def test_events_are_planned_held_cancelled_and_corrected(client: FlaskClient, people: People, project: str) -> None:
    dossier_id, club, _library = sites_of(project, people)
    sign_in(client, people.caseworker_kyiv)
    today = clock.today(people.caseworker_kyiv.zone).isoformat()
    event = {"kind_of_event": "concert", "topic": "Songs of two towns", "site_id": club, "place": "Hall", "day": today}
    count = {"exactness": "exact", "number": "45", "basis": "counted", "method": "head_count", "source": "At the door"}
    for sent in (20, 21):
        fields = event | {"form_token": f"{TOKEN}0{sent}", "expected": "60"}
        assert client.post(f"{project}/events/plan", data=fields).status_code == 302
    assert words(client.get(f"{project}/benefits").text).count("60 expected") == 2
    held, cancelled = db.session.scalars(select(CohesionEvent.id).order_by(CohesionEvent.id))
    hold = {"form_token": f"{TOKEN}022", "day": today, "version": "1", "people_displaced": "20", **count}
    hold["note"] = "Half of them sang in March, too"
    assert "It took place: Songs" in client.get(f"{project}/events/{held}/hold").text
    assert client.post(f"{project}/events/{held}/hold", data=hold).status_code == 302
    again = client.post(f"{project}/events/{held}/hold", data=hold | {"form_token": f"{TOKEN}023", "version": "2"})
    assert again.status_code == 422 and "Correct it instead" in again.text
    cancel = {"form_token": f"{TOKEN}024", "reason": "Air alarm", "version": "1"}
    assert client.post(f"{project}/events/{cancelled}/cancel", data=cancel).status_code == 302
    logged = event | count | {"form_token": f"{TOKEN}025", "topic": "Felt", "site_id": "", "number": "9"}
    assert client.post(f"{project}/events/log", data=logged).status_code == 302
    page = client.get(f"{project}/benefits").text
    assert 'data-figure="54" data-of="taken"' in page and 'data-figure="2" data-of="held"' in page
    assert "Air alarm" in page and "Displaced 20, not known 25" in words(page)
    assert "Counted · Head count At the door 60 expected Double counting: Half of them sang in March, too" in words(
        page
    )
    assert "No site has a figure yet." in page, "who took part is counted for itself"
    correct = event | count | {"form_token": f"{TOKEN}026", "number": "40", "reason": "Counted again", "version": "2"}
    correct.pop("site_id")
    shown = client.get(f"{project}/events/{held}/correct").text
    assert 'value="45"' in shown and "sang in March" in shown
    assert client.post(f"{project}/events/{held}/correct", data=correct).status_code == 302
    timeline = words(client.get(f"{project}/timeline").text)
    for told in ("Concert planned (Club)", "Concert held (Club): Songs of two towns, took part: 45", "Air alarm",
                 "corrected (Songs of two towns), took part: 40. Counted again"):  # fmt: skip
        assert told in timeline, told
    assert "Songs of two towns" in client.get(f"{project}/sites/{club}").text
    assert dossier_id


def test_who_finds_the_pages(client: FlaskClient, people: People, project: str) -> None:
    dossier_id, club, _library = sites_of(project, people)
    actor = people.caseworker_kyiv
    figure = benefits.enter(dossier_id, club, benefits.figuring(actor), actor)
    planned = benefits.plan_event(dossier_id, club, actor)
    forms = ["benefits/new", f"benefits/{figure}/correct", "events/plan", "events/log", f"events/{planned}/hold",
             f"events/{planned}/cancel", f"events/{planned}/correct"]  # fmt: skip
    for reader, shows, acts in (
        (actor, 200, 200), (people.supervisor_kyiv, 200, 200), (people.auditor, 200, 404),
        (people.finance_kyiv, 404, 404), (people.administrator, 404, 404), (people.supervisor_tallinn, 404, 404),
    ):  # fmt: skip
        sign_in(client, reader)
        assert client.get(f"{project}/benefits").status_code == shows
        assert {client.get(f"{project}/{form}").status_code for form in forms} == {acts}
    sign_in(client, people.auditor)
    seen = client.get(f"{project}/benefits").text
    assert "Songs of two towns" in seen and "/correct" not in seen and "/new" not in seen
