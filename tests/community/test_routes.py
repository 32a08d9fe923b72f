"""The pages of projects and sites: the way of a site from the call on, who does not find it, what is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.community.models import Site, SitePaper
from casetracker.core.db import db
from tests.factories import community
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.documents import pdf_bytes
from tests.factories.programmes import demo_programme

TOKEN = "0123456789abcdef0123456789abcde"


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


def project_fields(programme_id: str, **changed: Any) -> dict[str, Any]:
    """What the page of a new project sends."""
    return {
        "form_token": TOKEN + "0", "title": "Places where people meet", "purpose": "Renovate.", "country": "UA",
        "programme_id": programme_id, "regions": "Donetsk\nKharkiv\n", "target_sites": "70",
        "starts_on": "2026-01-01", "ends_on": "2027-12-31", "donors-0-name": "European Union",
        "donors-0-share": "100", "indicators-0-objective": "People meet",
        "indicators-0-indicator": "Institutions in use", "indicators-0-target": "70", **changed,
    }  # fmt: skip


def site_fields(**changed: Any) -> dict[str, Any]:
    """What the page of a new site sends."""
    return {
        "form_token": TOKEN + "1", "name": "Culture club", "local_name": "Будинок культури", "kind": "culture_club",
        "settlement": "Mykolaivka", "oblast": "Donetsk", "latitude": "48.8536", "longitude": "37.7663",
        "owner": "Town council", "contact_name": "Head of the club", "users_before": "800", **changed,
    }  # fmt: skip


def test_a_project_from_its_opening_to_the_first_application(client: FlaskClient, people: People) -> None:
    programme = demo_programme(people.administrator)
    sign_in(client, people.caseworker_kyiv)
    opened = client.post("/projects/new", data=project_fields(programme.id))
    assert opened.status_code == 302
    address = str(opened.headers["Location"])
    assert "-C0001" in address
    assert "No institution has answered the call yet." in client.get(address).text
    entered = client.post(f"{address}/sites/new", data=site_fields())
    assert entered.status_code == 302
    site = str(entered.headers["Location"])
    page = client.get(site).text
    assert "Будинок культури" in page and "48.8536, 37.7663" in page and "institution&#39;s application" in page
    refused = client.post(f"{site}/move", data={"form_token": TOKEN + "2", "version": "1"})
    assert refused.status_code == 422 and "Still missing" in refused.text
    paper = {"form_token": TOKEN + "3", "kind": "site_application", "title": "Letter",
             "file": (io.BytesIO(pdf_bytes()), "letter.pdf")}  # fmt: skip
    assert "Still missing: The institution&#39;s application" in client.get(address).text
    assert client.post(f"{site}/papers/new", data=paper).status_code == 302
    assert "Ready to move on to: Application" in client.get(address).text
    assert client.post(f"{site}/move", data={"form_token": TOKEN + "4", "version": "1"}).status_code == 302
    assert "Application" in client.get(site).text
    document = db.session.scalars(select(SitePaper.document_id)).one()
    assert client.get(f"{address}/documents/{document}").data == pdf_bytes()
    timeline = client.get(f"{address}/timeline").text
    assert "Culture club has come to: Application" in timeline and "Document stored with Culture club" in timeline
    assert client.get("/projects/").text.count("Places where people meet") == 1


def test_nobody_else_finds_it(client: FlaskClient, people: People) -> None:
    reference = community.open_project(people)
    dossier_id = community.project_id(reference, people.caseworker_kyiv)
    site_id = community.add_site(dossier_id, people.caseworker_kyiv)
    addresses = [f"/projects/{reference}", f"/projects/{reference}/sites/{site_id}", f"/projects/{reference}/timeline"]
    for actor in (people.caseworker_tallinn, people.finance_kyiv, people.administrator):
        sign_in(client, actor)
        assert {client.get(each).status_code for each in addresses} == {404}
    sign_in(client, people.auditor)
    assert {client.get(each).status_code for each in addresses} == {200}
    assert client.get(f"/projects/{reference}/sites/new").status_code == 404
    sign_in(client, people.caseworker_kyiv)
    assert client.get(f"/projects/{reference}/sites/{site_id}/leave").status_code == 404
    assert client.get(f"/cases/{reference}").status_code == 404
    assert db.session.get_one(Site, site_id).version == 1
