"""Pages of visits after the handover, what is overdue, and the sites that a family uses."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from casetracker.community import visit_commands
from casetracker.community.case_site_models import CaseSite
from casetracker.community.models import Site
from casetracker.community.photo_models import SitePhotograph
from casetracker.community.photo_states import PhotoAbout
from casetracker.community.visit_models import SiteVisit
from casetracker.community.visit_states import VisitRound
from casetracker.core import row_security
from casetracker.core.db import db
from casetracker.documents.models import Document
from casetracker.dossiers.models import Dossier
from tests.factories import benefits, community, works
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
    day = benefits.hand_over(site.id, people.supervisor_kyiv, ago=100) + timedelta(days=60)
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


def test_photographs_come_with_the_visit_and_follow_it_to_another_day(
    client: FlaskClient, people: People, site: Site
) -> None:
    day = benefits.hand_over(site.id, people.caseworker_kyiv, ago=300) + timedelta(days=200)
    reference = db.session.get_one(Dossier, site.dossier_id).reference
    address = f"/projects/{reference}/sites/{site.id}"
    sign_in(client, people.caseworker_kyiv)
    fields = {"round": "month_3", "visited_on": day.isoformat(), "visitors": "Partner", "users_per": ""}

    def send(number: int, *contents: bytes, to: str = "visits/new", **changes: str) -> TestResponse:
        files = [(io.BytesIO(content), f"{place}.jpg") for place, content in enumerate(contents)]
        sent = fields | {"form_token": f"{TOKEN}02{number}", "photographs": files, **changes}
        return client.post(f"{address}/{to}", data=sent, content_type="multipart/form-data")

    def pictures() -> list[SitePhotograph]:
        query = select(SitePhotograph).order_by(SitePhotograph.day, SitePhotograph.caption)
        return list(db.session.scalars(query.execution_options(populate_existing=True)))

    refused = send(1, works.photograph().content, pdf_bytes())
    assert refused.status_code == 422 and 'value="Partner"' in refused.text
    assert re.search(r'id="photographs-error"[^>]*>\s*[^<]*(<[^>]*>\s*)*A photograph is a JPEG or PNG', refused.text)
    assert pictures() == [] and db.session.scalars(select(SiteVisit)).all() == []
    assert send(2, works.photograph().content, works.photograph("hall.jpg").content).status_code == 302
    visit = db.session.scalars(select(SiteVisit)).one()
    assert [(row.day, row.caption, row.about, row.about_id, row.latitude) for row in pictures()] == [
        (day, "After 3 months", PhotoAbout.VISIT, visit.id, None)
    ] * 2
    taken = client.get(f"/projects/{reference}/documents/{pictures()[0].document_id}").data
    assert taken.startswith(b"\xff\xd8\xff") and b"Exif" not in taken and b"Camera" not in taken
    row = client.get(address).text.partition(f'id="visit-{visit.id}"')[2].partition("</tr>")[0]
    assert row.count("<img") == 2
    own = {"caption": "The hall", "files": (io.BytesIO(works.photograph().content), "own.jpg"), "visit_id": visit.id,
           "form_token": f"{TOKEN}023"}  # fmt: skip
    sent = client.post(f"{address}/photographs/new", data=own, content_type="multipart/form-data")
    assert sent.status_code == 302
    later = day + timedelta(days=1)
    corrected = {"visited_on": later.isoformat(), "round": "month_6", "reason": "Mistyped", "version": "1",
                 "keeps_place": "yes"}  # fmt: skip
    correct = f"visits/{visit.id}/correct"
    assert send(4, pdf_bytes(), to=correct, **corrected).status_code == 422
    assert {row.day for row in pictures()} == {day, date(2026, 3, 2)}, "nothing follows what was refused"
    assert send(5, works.photograph().content, to=correct, **corrected).status_code == 302
    assert [(row.day, row.caption, row.latitude) for row in pictures()] == [
        (date(2026, 3, 2), "The hall", None), *[(later, "After 6 months", None)] * 2,
        (later, "After 6 months", 48_500_000),
    ]  # fmt: skip
    papers = [db.session.get_one(Document, row.document_id, populate_existing=True) for row in pictures()]
    assert [(each.day, each.title) for each in papers] == [(row.day, row.caption) for row in pictures()]


def test_a_report_follows_its_visit_to_another_day_and_round(people: People, site: Site) -> None:
    actor = people.caseworker_kyiv
    day = benefits.hand_over(site.id, actor, ago=300) + timedelta(days=200)
    visit = db.session.get_one(SiteVisit, benefits.log_visit(site.id, actor, day=day))
    cmd = visit_commands.CorrectSiteVisit(
        dossier_id=site.dossier_id, site_id=site.id, visit_id=visit.id, upload=None, reason="Mistyped", version=1,
        entry=benefits.visiting(day + timedelta(days=1)),
    )  # fmt: skip
    visit_commands.correct_site_visit(cmd, actor=actor)
    report = db.session.get_one(Document, db.session.get_one(SiteVisit, visit.id).report_id, populate_existing=True)
    assert report.day == day + timedelta(days=1)
    another = replace(cmd, entry=replace(cmd.entry, round=VisitRound.MONTH_6), version=2, token=None)
    visit_commands.correct_site_visit(another, actor=actor)
    db.session.refresh(report)
    assert (report.title, report.day) == ("After 6 months", day + timedelta(days=1))


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
