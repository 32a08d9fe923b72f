"""Pages of the asylum part, and the wall: what the receiving side gets is the same with and without it."""

from __future__ import annotations

import io
import random
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.asylum import queries
from casetracker.core import clock, ids
from casetracker.core.db import db
from casetracker.events.models import Chain, EventRow
from tests.conftest import Places, rolled_back
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.asylum import log_asylum, withdraw_claim
from tests.factories.cases import PDF, Family, playroom_case, refer

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def people(app: Flask) -> People:
    """Everybody."""
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    """The playroom family's case, taken on by Kyiv."""
    made = playroom_case(people)
    refer(made, people)
    return made


def addresses(family: Family, application_id: str) -> list[str]:
    """Every address of the asylum part."""
    base = f"/cases/{family.reference}/asylum"
    return [
        base,
        f"{base}/new",
        *(f"{base}/{application_id}/{act}" for act in ("decide", "withdraw", "correct")),
    ]


def test_the_sending_side_finds_its_pages(client: FlaskClient, people: People, family: Family) -> None:
    application_id = log_asylum(family, people.caseworker_tallinn)
    sign_in(client, people.caseworker_tallinn)
    for address in addresses(family, application_id):
        assert client.get(address).status_code == 200, address
    assert "26-104" in client.get(f"/cases/{family.reference}").text


def test_nobody_else_finds_anything(client: FlaskClient, people: People, family: Family) -> None:
    application_id = log_asylum(family, people.caseworker_tallinn)
    for actor in (
        people.caseworker_kyiv,
        people.supervisor_kyiv,
        people.finance_tallinn,
        people.administrator,
    ):
        sign_in(client, actor)
        for address in [*addresses(family, application_id), f"/cases/{family.reference}/asylum/none"]:
            method = "POST" if address.endswith("/none") else "GET"
            answer = client.open(address, method=method)
            assert answer.status_code == 404, (actor.name, address)
            assert "sylum" not in answer.text


def test_a_whole_application_in_the_browser(client: FlaskClient, people: People, family: Family) -> None:
    base = f"/cases/{family.reference}/asylum"
    sign_in(client, people.caseworker_tallinn)
    form = {
        "form_token": TOKEN, "authority": "Police and Border Guard Board", "number": "26-104",
        "filed_on": "2026-01-12", "person_ids": [family.principal, family.spouse],
    }  # fmt: skip
    wrong: tuple[dict[str, Any], ...] = (
        {"authority": ""}, {"authority": "a\x00"}, {"filed_on": "2099-01-01"}, {"filed_on": "0000-01-01"},
        {"person_ids": []}, {"person_ids": ["somebody"]}, {"number": "x" * 101},
    )  # fmt: skip
    for bad in wrong:
        assert client.post(f"{base}/new", data={**form, **bad}).status_code == 422, bad
    assert queries.list_applications(family.dossier_id) == []
    assert client.post(f"{base}/new", data={**form, "form_token": "1" * 32}).status_code == 302
    (application,) = queries.list_applications(family.dossier_id)
    early = {
        "form_token": "2" * 32, "withdrawn_on": "2026-01-01", "version": "1",
        "upload": (io.BytesIO(PDF), "withdrawal.pdf"),
    }  # fmt: skip
    address = f"{base}/{application.id}/withdraw"
    assert client.post(address, data=early, content_type="multipart/form-data").status_code == 422
    late = {**early, "form_token": "3" * 32, "withdrawn_on": "2026-02-01",
            "upload": (io.BytesIO(PDF), "withdrawal.pdf")}  # fmt: skip
    answer = client.post(address, data=late, content_type="multipart/form-data")
    assert answer.status_code == 302, re.findall(r"field-error.*", answer.text)
    assert "Withdrawn" in client.get(base).text


def test_a_refusal_stands_in_the_asylum_part_alone(client: FlaskClient, people: People, family: Family) -> None:
    log_asylum(family, people.caseworker_tallinn)
    sign_in(client, people.caseworker_tallinn)
    answer = client.post(f"/cases/{family.reference}/asylum/none", data={"form_token": TOKEN})
    assert answer.status_code == 422
    query = select(Chain.part).join(EventRow, EventRow.chain_id == Chain.id)
    parts = set(db.session.scalars(query.where(EventRow.kind.like("%refused%"))))
    assert parts == {"asylum"}


def receiving_answers(client: FlaskClient, people: People, family: Family) -> list[tuple[int, bytes]]:
    """What the receiving side gets from the pages of the case."""
    base = f"/cases/{family.reference}"
    sign_in(client, people.supervisor_kyiv)
    pages = [base, f"{base}/timeline", f"{base}/asylum", f"{base}/asylum/new", "/cases/", "/referrals/", base]
    found = [client.get(page) for page in pages]
    return [(answer.status_code, _plain(answer.data)) for answer in found]


def _plain(page: bytes) -> bytes:
    """The page without what is new in every answer (the forms' tokens)."""
    return re.sub(rb'name="(csrf_token|form_token)" value="[^"]*"', b"", page)


def answers_of_a_world(program: Flask, *, with_asylum: bool) -> list[tuple[int, bytes]]:
    """The same office, people, family and minute, with or without an application; undone afterwards."""
    with rolled_back(program), clock.at(datetime(2026, 6, 1, 9, 0, tzinfo=UTC)):
        try:
            ids.use_source(random.Random(7).randbytes)
            people = make_people()
            family = playroom_case(people)
            refer(family, people)
            ids.use_source(random.Random(8).randbytes)
            if with_asylum:
                application_id = log_asylum(family, people.caseworker_tallinn)
                withdraw_claim(family, application_id, people.caseworker_tallinn)
            ids.use_source(random.Random(9).randbytes)
            return receiving_answers(program.test_client(), people, family)
        finally:
            ids.use_source(None)


def test_what_kyiv_gets_is_the_same_to_the_byte(places: Places, dialect: str) -> None:
    program = places.program(dialect, "savepoints")
    without, with_asylum = (answers_of_a_world(program, with_asylum=asylum) for asylum in (False, True))
    assert [status for status, _page in without] == [200, 200, 404, 404, 200, 200, 200]
    assert without == with_asylum


def test_opening_a_paper_of_the_asylum_part_is_recorded_there_alone(
    client: FlaskClient, people: People, family: Family
) -> None:
    application_id = log_asylum(family, people.caseworker_tallinn)
    withdraw_claim(family, application_id, people.caseworker_tallinn)
    paper = queries.get_application(family.dossier_id, application_id).document_id
    events = select(EventRow.kind, Chain.part).join(Chain, Chain.id == EventRow.chain_id).where(
        Chain.owner_id == family.dossier_id, EventRow.actor_id == people.supervisor_tallinn.id
    )  # fmt: skip
    sign_in(client, people.supervisor_tallinn)
    assert client.get(f"/cases/{family.reference}/documents/{paper}").status_code == 200
    assert sorted(tuple(row) for row in db.session.execute(events)) == [
        ("document.opened", "asylum"), ("dossier.read", "access"),
    ]  # fmt: skip
    assert "Opened the document" in client.get(f"/cases/{family.reference}/timeline").text
