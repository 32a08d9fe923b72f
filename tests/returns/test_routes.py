"""The pages of the way home: each goal once, who does not find them, and what is typed wrongly."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.states import Sight
from casetracker.returns import queries
from tests.factories import returns as way
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.cases import Family, playroom_case, refer
from tests.factories.documents import pdf_bytes
from tests.returns.test_commands import departed

TOKEN = "0123456789abcdef0123456789abcde"
HOSTILE = [
    "",
    "\x00",
    "\ud800",
    "9" * 40,
    str(2**63),
    "0000-01-01",
    "9999-12-31",
    "2026-02-30",
    "-1",
    "x" * 9000,
]


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    return playroom_case(people)


@pytest.fixture
def tallinn(client: FlaskClient, people: People) -> FlaskClient:
    return sign_in(client, people.caseworker_tallinn)


def token(number: int = 0) -> str:
    """A form's token; another number another form."""
    return f"{TOKEN}{number:x}"


def counselling(family: Family, **changed: Any) -> dict[str, Any]:
    """What the page of a session sends."""
    fields = {
        "form_token": token(),
        "held_on": way.days_ago(60).isoformat(),
        "channel": "in_person",
        "language": "uk",
        "topics": ["options", "rights"],
        "note": "Weighed both",
        "statements-0-person_id": family.principal,
        "statements-0-took_part": "yes",
        "statements-0-free_choice": "yes",
        "statements-0-is_informed": "yes",
        "statements-1-person_id": family.spouse,
        "statements-1-took_part": "yes",
        "statements-1-free_choice": "yes",
        "statements-1-is_informed": "yes",
    }
    return fields | changed


def test_a_session_is_logged_shown_and_corrected(tallinn: FlaskClient, people: People, family: Family) -> None:
    address = f"/cases/{family.reference}/counselling/new"
    page = tallinn.get(address)
    assert page.status_code == 200 and "Andriy" in page.text and "Marko" not in page.text
    answer = tallinn.post(address, data=counselling(family))
    assert answer.status_code == 302, answer.text
    assert tallinn.post(address, data=counselling(family)).status_code == 302
    panel = queries.load_panel(_sight(people, family), people.caseworker_tallinn)
    (session,) = panel.rows.sessions
    correct = f"/cases/{family.reference}/counselling/{session.id}/correct"
    assert "Weighed both" in tallinn.get(correct).text
    changed = counselling(family, form_token=token(1), version=session.version, channel="video")
    refused = tallinn.post(correct, data=changed)
    assert refused.status_code == 422 and "Please fill this in." in refused.text
    assert tallinn.post(correct, data=changed | {"reason": "Was online"}).status_code == 302
    stale = tallinn.post(correct, data=changed | {"reason": "Was online", "form_token": token(2)})
    assert stale.status_code == 409


def test_what_was_typed_stays_when_a_rule_says_no(tallinn: FlaskClient, family: Family) -> None:
    address = f"/cases/{family.reference}/counselling/new"
    sent = counselling(family, **{"statements-0-free_choice": ""})
    answer = tallinn.post(address, data=sent)
    assert answer.status_code == 422
    assert "Say whether Andriy Koval chooses freely." in answer.text and "Weighed both" in answer.text
    absent = counselling(family, form_token=token(1), **{"statements-1-took_part": ""})
    assert "Tick this if the person took part" in tallinn.post(address, data=absent).text
    nobody = {k: v for k, v in counselling(family).items() if not k.startswith("statements")}
    answer = tallinn.post(address, data=nobody)
    assert answer.status_code == 422 and "Andriy" in answer.text


def _sight(people: People, family: Family) -> Sight:
    return sight_of(people.caseworker_tallinn, family.reference)


def test_application_and_travel_papers(tallinn: FlaskClient, people: People, family: Family) -> None:
    way.counsel(family, people)
    address = f"/cases/{family.reference}/application/new"
    assert tallinn.get(address).status_code == 200
    sent = {
        "form_token": token(),
        "signed_on": way.days_ago(50).isoformat(),
        "persons": list(family.person_ids),
        "orders-0-person_id": family.principal,
        "orders-0-has_expulsion_order": "no",
        "orders-1-person_id": family.spouse,
        "orders-1-has_expulsion_order": "",
    }
    less = sent | {"persons": [family.spouse], "orders-1-has_expulsion_order": "yes"}
    assert "somebody who is not chosen" in tallinn.post(address, data=less).text
    assert "Please choose a file." in tallinn.post(address, data=sent).text
    file = (io.BytesIO(b"MZ not a pdf"), "signed.pdf")
    wrong = tallinn.post(address, data=sent | {"file": file}, content_type="multipart/form-data")
    assert wrong.status_code == 422 and "This is not a PDF" in wrong.text
    file = (io.BytesIO(pdf_bytes()), "signed.pdf")
    done = tallinn.post(address, data=sent | {"file": file, "form_token": token(1)}, content_type="multipart/form-data")
    assert done.status_code == 302, done.text
    assert "Everybody who takes part has applied." in tallinn.get(address).text
    said = {p: queries.get_application_person(family.dossier_id, p).has_expulsion_order for p in family.person_ids}
    assert said == dict.fromkeys(family.person_ids) | {family.principal: False}
    order = f"/cases/{family.reference}/expulsion-order/{family.principal}"
    assert "Expulsion order: Andriy Koval" in tallinn.get(order).text
    version = queries.get_application_person(family.dossier_id, family.principal).version
    change = {"form_token": token(2), "version": str(version), "has_expulsion_order": "yes"}
    why = tallinn.post(order, data=change)
    assert why.status_code == 422 and "Say why something that was entered before is changed." in why.text
    assert tallinn.post(order, data=change | {"reason": "A letter of the police"}).status_code == 302
    page = tallinn.get(f"/cases/{family.reference}").text
    assert "A letter of the police" in page and "In force" in page
    travel = f"/cases/{family.reference}/travel/{family.spouse}"
    assert tallinn.get(travel).status_code == 200
    papers = {
        "form_token": token(),
        "version": 0,
        "travel_document": "passport",
        "is_fit": "yes",
        "fit_checked_on": way.days_ago(40).isoformat(),
        "travels_on": way.days_ago(30).isoformat(),
    }
    expired = tallinn.post(travel, data=papers | {"valid_until": way.days_ago(31).isoformat()})
    assert expired.status_code == 422 and "expires before the journey" in expired.text
    assert tallinn.post(travel, data=papers | {"form_token": token(3)}).status_code == 302
    assert queries.return_facts(family.dossier_id)[family.spouse].is_ready
    assert tallinn.get(travel).text.count("Say why") == 0
    panel = queries.load_panel(_sight(people, family), people.caseworker_tallinn)
    application = next(iter(panel.rows.applications.values()))
    correct = f"/cases/{family.reference}/application/{application.id}/correct"
    fixed = {
        "form_token": token(4),
        "version": application.version,
        "signed_on": way.days_ago(49).isoformat(),
        "reason": "Misread",
    }
    assert tallinn.get(correct).status_code == 200
    assert tallinn.post(correct, data=fixed).status_code == 302


def test_arrival_contact_and_needs(client: FlaskClient, people: People, family: Family) -> None:
    refer(family, people)
    departed(family, family.principal, 30, actor=people.caseworker_tallinn)
    kyiv = sign_in(client, people.caseworker_kyiv)
    base = f"/cases/{family.reference}"
    arrival = {
        "form_token": token(),
        "persons": [family.principal],
        "arrived_on": way.days_ago(29).isoformat(),
    }
    assert kyiv.get(f"{base}/arrival/new").status_code == 200
    early = arrival | {"arrived_on": way.days_ago(35).isoformat(), "place": "Kramatorsk"}
    refused = kyiv.post(f"{base}/arrival/new", data=early)
    assert refused.status_code == 422 and "before departing" in refused.text and "Kramatorsk" in refused.text
    assert kyiv.post(f"{base}/arrival/new", data=arrival | {"form_token": token(1)}).status_code == 302
    contact = {
        "form_token": token(2),
        "persons": [family.principal],
        "contact_on": way.days_ago(9).isoformat(),
        "channel": "phone",
    }
    assert kyiv.get(f"{base}/contact/new").status_code == 200
    assert kyiv.post(f"{base}/contact/new", data=contact).status_code == 302
    needs = {
        "form_token": token(3),
        "persons": [family.principal],
        "assessed_on": way.days_ago(8).isoformat(),
        "needs": ["housing"],
        "summary": "A roof",
    }
    assert kyiv.post(f"{base}/needs/new", data=needs).status_code == 302
    panel = queries.load_panel(_sight(people, family), people.caseworker_tallinn)
    pages = [
        f"{base}/journey/{family.principal}/correct",
        f"{base}/contact/{panel.rows.contacts[0].id}/correct",
        f"{base}/needs/{panel.rows.assessments[0].id}/correct",
    ]
    for page in pages:
        assert kyiv.get(page).status_code == 200
        assert kyiv.post(page, data={"form_token": token(4), "version": 1}).status_code == 422
    fixed = needs | {"form_token": token(5), "version": 1, "reason": "Two roofs", "summary": "Two"}
    assert kyiv.post(pages[2], data=fixed).status_code == 302
    fixed = contact | {"form_token": token(6), "version": 1, "reason": "A visit", "channel": "in_person"}
    assert kyiv.post(pages[1], data=fixed).status_code == 302
    fixed = {
        "form_token": token(7),
        "version": panel.rows.journeys[family.principal].version,
        "reason": "Night train",
        "departed_on": way.days_ago(30).isoformat(),
        "arrived_on": way.days_ago(28).isoformat(),
    }
    assert kyiv.post(pages[0], data=fixed).status_code == 302
    assert queries.journey_facts(family.dossier_id)[family.principal].arrived_on == way.days_ago(28)


def sending_pages(family: Family) -> Iterator[str]:
    """Addresses that exist for the sending side alone."""
    base = f"/cases/{family.reference}"
    yield f"{base}/counselling/new"
    yield f"{base}/counselling/nothing/correct"
    yield f"{base}/application/new"
    yield f"{base}/application/nothing/correct"
    yield f"{base}/travel/{family.principal}"


def test_sending_pages_do_not_exist_for_others(client: FlaskClient, people: People, family: Family) -> None:
    refer(family, people)
    for actor in (people.caseworker_kyiv, people.finance_tallinn, people.auditor, people.administrator):
        sign_in(client, actor)
        for address in sending_pages(family):
            assert client.get(address).status_code == 404, (actor.name, address)
            assert client.post(address, data={"form_token": token()}).status_code == 404, (
                actor.name,
                address,
            )


def test_other_office_finds_nothing(client: FlaskClient, people: People, family: Family) -> None:
    sign_in(client, people.caseworker_kyiv)
    for address in (*sending_pages(family), f"/cases/{family.reference}/arrival/new"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("hostile", HOSTILE)
def test_bad_input_gets_a_sentence(tallinn: FlaskClient, people: People, family: Family, hostile: str) -> None:
    way.counsel(family, people)
    way.apply(family, people)
    departed(family, family.principal, 30, actor=people.caseworker_tallinn)
    base = f"/cases/{family.reference}"
    pages = {
        f"{base}/counselling/new": [
            "held_on",
            "channel",
            "language",
            "topics",
            "note",
            "statements-0-person_id",
        ],
        f"{base}/application/new": ["signed_on", "persons"],
        f"{base}/travel/{family.principal}": [
            "travel_document",
            "valid_until",
            "travels_on",
            "route",
            "version",
        ],
        f"{base}/arrival/new": ["persons", "arrived_on", "place"],
    }
    for address, fields in pages.items():
        answer = tallinn.post(address, data={"form_token": token(), **dict.fromkeys(fields, _sent(hostile))})
        assert answer.status_code in (409, 422), (address, answer.status_code)
        twice = tallinn.post(address, data={"form_token": [token(), token()], fields[0]: [_sent(hostile[:9])] * 2})
        assert twice.status_code in (409, 422), address
    assert len(queries.load_panel(_sight(people, family), people.caseworker_tallinn).rows.sessions) == 1


def _sent(hostile: str) -> Any:
    """A lone surrogate as its bytes would come over the wire."""
    return hostile.encode("utf-8", "surrogatepass") if "\ud800" in hostile else hostile


@pytest.mark.parametrize("hostile", HOSTILE)
def test_bad_input_after_the_return_gets_a_sentence(
    client: FlaskClient, people: People, family: Family, hostile: str
) -> None:
    refer(family, people)
    departed(family, family.principal, 30, actor=people.caseworker_tallinn)
    way.arrive(family, people, family.principal)
    way.meet(family, people, family.principal)
    panel = queries.load_panel(_sight(people, family), people.caseworker_tallinn)
    sign_in(client, people.caseworker_kyiv)
    base = f"/cases/{family.reference}"
    pages = {
        f"{base}/contact/new": ["contact_on", "persons", "channel", "note"],
        f"{base}/needs/new": ["assessed_on", "persons", "needs", "summary"],
        f"{base}/journey/{family.principal}/correct": ["arrived_on", "departed_on", "reason", "version"],
        f"{base}/contact/{panel.rows.contacts[0].id}/correct": ["contact_on", "channel", "reason", "version"],
        f"{base}/needs/{panel.rows.assessments[0].id}/correct": [
            "assessed_on",
            "needs",
            "summary",
            "version",
        ],
    }
    for address, fields in pages.items():
        answer = client.post(address, data={"form_token": token(), **dict.fromkeys(fields, _sent(hostile))})
        assert answer.status_code in (409, 422), (address, answer.status_code)
    after = queries.load_panel(_sight(people, family), people.caseworker_tallinn)
    assert len(after.rows.contacts) == len(after.rows.assessments) == 1
    assert after.facts == panel.facts
