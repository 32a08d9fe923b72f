"""Pages of a site's initiative group: the roster with what it adds up to, gatherings, and what is said when refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.community.models import GroupGathering, GroupMember
from casetracker.core.db import db
from tests.factories import community
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.documents import pdf_bytes

TOKEN = "0123456789abcdef0123456789abcd"


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def address(people: People) -> str:
    """The page of a site of Kyiv's project."""
    reference = community.open_project(people)
    site_id = community.add_site(community.project_id(reference, people.caseworker_kyiv), people.caseworker_kyiv)
    return f"/projects/{reference}/sites/{site_id}"


def member_fields(sent: int, **changed: Any) -> dict[str, Any]:
    """What the page of new members sends; `sent` makes its token."""
    return {
        "form_token": f"{TOKEN}0{sent}", "number": "1", "profile": "displaced", "sex": "female",
        "age_band": "from_30", "joined_on": "2026-03-02", **changed,
    }  # fmt: skip


def test_a_group_comes_together(client: FlaskClient, people: People, address: str) -> None:
    sign_in(client, people.caseworker_kyiv)
    assert "No member yet." in client.get(address).text
    assert "How many" in client.get(f"{address}/members/new").text
    assert client.post(f"{address}/members/new", data=member_fields(1, number="4")).status_code == 302
    refused = client.post(f"{address}/members/new", data=member_fields(2, contact_name="Olena"))
    assert refused.status_code == 422 and "of a contact person only" in refused.text and 'value="Olena"' in refused.text
    contact = {"profile": "local", "is_contact": "yes", "contact_name": "Olena", "contact_phone": "+380 1"}
    assert client.post(f"{address}/members/new", data=member_fields(3, **contact)).status_code == 302
    page = client.get(address).text
    assert 'data-figure="4" data-of="displaced"' in page and 'data-figure="5" data-of="female"' in page
    assert "Olena" in page and page.count("Has left") == 5
    member = db.session.scalars(select(GroupMember).where(GroupMember.is_contact)).one()
    end = f"{address}/members/{member.id}/end"
    assert "A member has left" in client.get(end).text
    leaving = {"form_token": f"{TOKEN}04", "left_on": "2026-03-01", "reason": "Moved", "version": "1"}
    assert "joined the group later" in client.post(end, data=leaving).text
    assert client.post(end, data=leaving | {"form_token": f"{TOKEN}05", "left_on": "2026-03-03"}).status_code == 302
    page = client.get(address).text
    assert "1 who has left" in page and page.count("Has left") == 4


def test_the_group_is_trained_and_meets(client: FlaskClient, people: People, address: str) -> None:
    sign_in(client, people.caseworker_kyiv)
    fields = {"form_token": f"{TOKEN}10", "kind": "training", "held_on": "2026-04-01", "topic": "How to choose",
              "attended": "0"}  # fmt: skip
    refused = client.post(f"{address}/gatherings/new", data=fields)
    assert refused.status_code == 422 and "between 1 and" in refused.text and "How to choose" in refused.text
    right = fields | {"form_token": f"{TOKEN}11", "attended": "14"}
    assert client.post(f"{address}/gatherings/new", data=right).status_code == 302
    gathering = db.session.scalars(select(GroupGathering)).one()
    correct = f"{address}/gatherings/{gathering.id}/correct"
    assert 'value="How to choose"' in client.get(correct).text
    minutes = right | {"form_token": f"{TOKEN}12", "reason": "Minutes came later", "version": "1",
                       "file": (io.BytesIO(pdf_bytes()), "minutes.pdf")}  # fmt: skip
    assert client.post(correct, data=minutes).status_code == 302
    page = client.get(address).text
    assert "Training: How to choose" in page and "the minutes of" in page
    minutes_id = db.session.scalars(select(GroupGathering.minutes_id)).one()
    project = address.partition("/sites/")[0]
    assert client.get(f"{project}/documents/{minutes_id}").data == pdf_bytes()
    timeline = client.get(f"{project}/timeline").text
    assert "How to choose, 14 took part" in timeline and "was corrected: Minutes came later" in timeline


def test_who_finds_the_pages(client: FlaskClient, people: People, address: str) -> None:
    me = people.caseworker_kyiv
    site_id = address.rpartition("/")[2]
    community.add_member(site_id, me, is_contact=True, contact_name="Olena")
    gathering = community.log_gathering(site_id, me)
    member = db.session.scalars(select(GroupMember.id)).one()
    forms = ["members/new", f"members/{member}/end", "gatherings/new", f"gatherings/{gathering}/correct"]
    for actor, status in (
        (me, 200), (people.supervisor_kyiv, 200), (people.auditor, 404), (people.finance_kyiv, 404),
        (people.administrator, 404), (people.supervisor_tallinn, 404),
    ):  # fmt: skip
        sign_in(client, actor)
        assert {client.get(f"{address}/{form}").status_code for form in forms} == {status}
    sign_in(client, people.auditor)
    seen = client.get(address).text
    assert "Olena" in seen and "Choosing together" in seen and "Has left" not in seen and "/members/new" not in seen
