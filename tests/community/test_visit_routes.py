"""Pages of visits after the handover, what is overdue, and the sites that a family uses."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.community.case_site_models import CaseSite
from casetracker.community.models import Site
from casetracker.community.visit_models import SiteVisit
from casetracker.core import row_security
from casetracker.core.db import db
from tests.factories import benefits, community
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.cases import playroom_case, refer
from tests.factories.documents import pdf_bytes

TOKEN = "ad0123456789abcdef0123456789a"


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def site(people: People) -> Site:
    """A site of Kyiv's project."""
    dossier_id = community.project_id(community.open_project(people), people.caseworker_kyiv)
    return db.session.get_one(Site, community.add_site(dossier_id, people.caseworker_kyiv))


def words(page: str) -> str:
    """The page's text on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_visits_are_due_are_entered_and_close_the_site(client: FlaskClient, people: People, site: Site) -> None:
    sign_in(client, people.supervisor_kyiv)
    links = re.findall(r'href="(/projects/[^"/]+)"', client.get("/projects/").text)
    project = next(link for link in links if "-C" in link)
    address = f"{project}/sites/{site.id}"
    assert "Visits after the handover" not in client.get(address).text
    day = benefits.hand_over(site.id, people.supervisor_kyiv, ago=100)
    page = client.get(address).text
    assert "Overdue since" in page and page.count("due on") == 2 and "Nobody has visited it" in page
    assert "What is overdue" in client.get(project).text
    assert "round=month_3" in client.get("/").text, "it waits on the page of who has signed in"
    assert "The report of a visit after the handover" in page and "Move on to Closed" not in page
    assert re.search(r'value="month_3"[^>]*checked', client.get(f"{address}/visits/new?round=month_3").text)
    fields = {"form_token": f"{TOKEN}001", "round": "month_3", "visited_on": day.isoformat(), "visitors": "Partner",
              "open_hours": "30", "users": "80", "users_per": "", "equipment": "Two of ten chairs are missing",
              "problems": "A window does not close"}  # fmt: skip
    refused = client.post(f"{address}/visits/new", data=fields)
    assert refused.status_code == 422 and "in a week or in a month" in refused.text and "Two of ten" in refused.text
    right = fields | {"form_token": f"{TOKEN}002", "users_per": "week"}
    assert client.post(f"{address}/visits/new", data=right).status_code == 302
    page = client.get(address).text
    assert "80 in a week" in words(page) and "A window does not close" in page and "Overdue since" not in page
    assert "What is overdue" not in client.get(project).text and "round=month_3" not in client.get("/").text
    visit = db.session.scalars(select(SiteVisit)).one()
    correct = f"{address}/visits/{visit.id}/correct"
    assert 'value="80"' in client.get(correct).text
    report = right | {"form_token": f"{TOKEN}003", "reason": "The report came later", "version": "1",
                      "file": (io.BytesIO(pdf_bytes()), "report.pdf")}  # fmt: skip
    assert client.post(correct, data=report).status_code == 302
    assert "Move on to Closed" in client.get(address).text
    timeline = words(client.get(f"{project}/timeline").text)
    assert "was visited (After 3 months)" in timeline and "was corrected: The report came later" in timeline


def test_a_family_uses_a_site_of_which_the_site_tells_a_number_alone(
    client: FlaskClient, people: People, site: Site
) -> None:
    family = playroom_case(people)
    refer(family, people)
    case = f"/cases/{family.reference}"
    sign_in(client, people.caseworker_tallinn)
    assert "Your office runs no project" in client.get(f"{case}/sites/new").text
    sign_in(client, people.caseworker_kyiv)
    assert "Culture club, Mykolaivka" in client.get(f"{case}/sites/new").text
    fields = {"form_token": f"{TOKEN}010", "site_id": site.id, "since": "2026-03-02"}
    assert client.post(f"{case}/sites/new", data=fields).status_code == 302
    page = client.get(case).text
    assert f"/sites/{site.id}" in page and "Culture club, Mykolaivka" in page
    project = next(link for link in re.findall(r'href="(/projects/[^"/]+)/sites', page))
    seen = client.get(f"{project}/sites/{site.id}").text
    assert "fewer than 3" in words(seen) and family.reference not in seen
    assert family.reference not in client.get(f"{project}/timeline").text
    sign_in(client, people.caseworker_tallinn)
    abroad = client.get(case).text
    assert "Culture club, Mykolaivka" in abroad and site.id not in abroad
    row = db.session.scalars(select(CaseSite)).one()
    end = {"form_token": f"{TOKEN}011", "ended_on": "2026-04-01", "reason": "They moved", "version": "1"}
    assert client.post(f"{case}/sites/{row.id}/end", data=end).status_code == 302
    assert "They no longer use an institution (Culture club, Mykolaivka): They moved" in words(
        client.get(f"{case}/timeline").text
    )
    sign_in(client, people.caseworker_kyiv)
    assert "Cases that name it" not in client.get(f"{project}/sites/{site.id}").text
    for reader in (people.auditor, people.finance_kyiv, people.administrator):
        sign_in(client, reader)
        assert client.get(f"{case}/sites/new").status_code == 404


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_who_reads_the_project_reaches_no_row_of_the_case(people: People, site: Site) -> None:
    family = playroom_case(people)
    refer(family, people)
    benefits.name_site(family.dossier_id, site.id, people.caseworker_kyiv)
    for reader, number in (
        (people.caseworker_kyiv, 1), (people.caseworker_tallinn, 1), (people.administrator, 0),
    ):  # fmt: skip
        with row_security.reading(row_security.reader_of(reader)):
            assert len(db.session.scalars(select(CaseSite)).all()) == number
