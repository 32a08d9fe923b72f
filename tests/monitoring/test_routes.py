"""The pages of monitoring: each goal once, who does not find them, and what is typed wrongly."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.monitoring import queries
from tests.factories import returns as way
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.cases import Family, playroom_case, refer
from tests.factories.documents import pdf_bytes
from tests.monitoring.test_commands import depart

TOKEN = "0123456789abcdef0123456789abcde"
HOSTILE = ["", "\x00", "9" * 40, "0000-01-01", "9999-12-31", "2026-02-30", "x" * 9000]


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    family = playroom_case(people)
    refer(family, people)
    depart(family, actor=people.caseworker_tallinn)
    way.arrive(family, people, family.principal)
    return family


def file() -> tuple[io.BytesIO, str]:
    """A PDF to send."""
    return io.BytesIO(pdf_bytes()), "report.pdf"


def visit(**changed: Any) -> dict[str, Any]:
    """What the page of a visit sends."""
    fields = {
        "form_token": TOKEN + "0",
        "visited_on": way.days_ago(5).isoformat(),
        "place": "Kramatorsk",
        "visitors": "Caseworker",
        "findings": "Open",
        "use": "as_planned",
    }
    return fields | changed


def test_visit_complaint_and_report(client: FlaskClient, people: People, family: Family) -> None:
    sign_in(client, people.caseworker_kyiv)
    base = f"/cases/{family.reference}"
    assert "The receiving office reads this too." in client.get(f"{base}/visits/new").text
    assert client.post(f"{base}/visits/new", data=visit(files=[file(), file()])).status_code == 302
    (row,) = queries.list_visits(family.dossier_id)
    assert len(row.documents) == 2
    correct = f"{base}/visits/{row.visit.id}/correct"
    assert client.get(correct).status_code == 200
    fixed = visit(form_token=TOKEN + "1", version=1, reason="Misspelt")
    assert client.post(correct, data=fixed).status_code == 302
    said = {
        "form_token": TOKEN + "2",
        "kind": "feedback",
        "channel": "visit",
        "received_on": way.days_ago(5).isoformat(),
        "text": "Thank you",
    }
    assert client.get(f"{base}/complaints/new").status_code == 200
    assert client.post(f"{base}/complaints/new", data=said).status_code == 302
    (complaint,) = queries.list_complaints(family.dossier_id)
    answer = f"{base}/complaints/{complaint.id}/answer"
    assert "Thank you" in client.get(answer).text
    reply = {
        "form_token": TOKEN + "3",
        "version": 1,
        "answered_on": way.days_ago(1).isoformat(),
        "answer": "Ok",
    }
    assert client.post(answer, data=reply).status_code == 302
    correct = f"{base}/complaints/{complaint.id}/correct"
    assert "Thank you" in client.get(correct).text
    fixed = {
        "form_token": TOKEN + "7",
        "version": 2,
        "channel": "email",
        "text": "Thanks",
        "reason": "A letter",
    }
    fixed["received_on"] = said["received_on"]
    unanswered = client.post(correct, data=fixed)
    assert unanswered.status_code == 422 and "corrected, not removed" in unanswered.text
    fixed |= {"answer": "Welcome", "answered_on": way.days_ago(1).isoformat(), "form_token": TOKEN + "8"}
    assert client.post(correct, data=fixed).status_code == 302
    report = {"form_token": TOKEN + "4", "reported_on": way.days_ago(0).isoformat(), "summary": "Done"}
    assert "Please choose a file." in client.post(f"{base}/final-report", data=report).text
    assert client.get(f"{base}/final-report").status_code == 200
    done = client.post(f"{base}/final-report", data=report | {"file": file(), "form_token": TOKEN + "5"})
    assert done.status_code == 302
    assert client.get(f"{base}/final-report").location.endswith("/final-report/correct")
    assert client.get(f"{base}/final-report/correct").status_code == 200
    fixed = report | {"form_token": TOKEN + "6", "version": 1, "reason": "Typing"}
    assert client.post(f"{base}/final-report/correct", data=fixed).status_code == 302


def test_who_has_no_acts_finds_no_forms(client: FlaskClient, people: People, family: Family) -> None:
    other = playroom_case(people)
    base = f"/cases/{family.reference}"
    pages = [f"{base}/visits/new", f"{base}/complaints/new", f"{base}/final-report"]
    for actor in (people.auditor, people.finance_kyiv, people.administrator):
        sign_in(client, actor)
        for page in pages:
            assert client.get(page).status_code == 404, (actor.name, page)
    sign_in(client, people.caseworker_kyiv)
    assert client.get(f"/cases/{other.reference}/visits/new").status_code == 404
    assert client.get(f"{base}/visits/nothing/correct").status_code == 404
    assert client.get(f"{base}/complaints/nothing/answer").status_code == 404
    assert client.get(f"{base}/final-report/correct").status_code == 404


@pytest.mark.parametrize("hostile", HOSTILE)
def test_bad_input_gets_a_sentence(client: FlaskClient, people: People, family: Family, hostile: str) -> None:
    sign_in(client, people.caseworker_kyiv)
    base = f"/cases/{family.reference}"
    pages = {
        "visits/new": ["visited_on", "place", "visitors", "findings", "use", "files"],
        "complaints/new": ["kind", "channel", "received_on", "person", "text"],
        "final-report": ["reported_on", "summary", "file"],
    }
    for page, fields in pages.items():
        for sent in (
            {"form_token": TOKEN + "0"} | dict.fromkeys(fields, hostile),
            {fields[0]: [hostile] * 2},
        ):
            answer = client.post(f"{base}/{page}", data=sent)
            assert answer.status_code == 422, (page, answer.status_code)
    assert not queries.list_visits(family.dossier_id)
