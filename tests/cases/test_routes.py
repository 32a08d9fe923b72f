"""Pages of cases through the client: what is typed, what is refused, and who finds them."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.cases import queries
from casetracker.cases.models import Consent, Person, Referral
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.documents.models import Document
from casetracker.dossiers.queries import sight_of
from casetracker.events.models import EventRow
from tests.factories.accounts import People, make_office, make_people, make_user, sign_in
from tests.factories.cases import PDF, Family, consent_to_sharing, playroom_case, refer, send_referral

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def people(app: Flask) -> People:
    """Everybody."""
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    """The playroom family's case, just opened."""
    return playroom_case(people)


def new_case(**changes: str) -> dict[str, Any]:
    """A filled-in form of a new case with one child."""
    form = {
        "form_token": TOKEN, "given_name": "Andriy", "family_name": "Koval", "sex": "male",
        "birth_date": "1985-03-12", "nationality": "UA", "return_type": "voluntary", "language": "uk",
        "host_country": "EE", "return_country": "UA", "return_place": "Kramatorsk",
        "members-0-role": "child", "members-0-given_name": "", "members-0-family_name": "Koval",
        "members-0-sex": "not_known", "members-0-not_known": "yes", "members-0-nationality": "UA",
        "members-0-return_type": "voluntary",
    }  # fmt: skip
    return {name: value for name, value in {**form, **changes}.items() if value != "DROP"}


def test_a_case_with_a_placeholder_child(client: FlaskClient, people: People) -> None:
    sign_in(client, people.caseworker_tallinn)
    page = client.get("/cases/new")
    assert page.status_code == 200 and 'name="add-members"' in page.text
    more = client.post("/cases/new", data=new_case(**{"add-members": "1"}))
    assert more.status_code == 200 and "members-1-family_name" in more.text
    answer = client.post("/cases/new", data=new_case())
    assert answer.status_code == 302, re.findall(r"field-error.*", answer.text)
    assert re.fullmatch(r"/cases/EE-\d{4}-00001", answer.location)
    reference = answer.location.rpartition("/")[2]
    sight = sight_of(people.caseworker_tallinn, reference)
    principal, child = queries.list_persons(sight.dossier_id)
    assert child.is_placeholder and not child.is_adult and child.guardian_id == principal.id
    shown = client.get(answer.location)
    assert shown.status_code == 200 and "Placeholder" in shown.text


def test_a_form_sent_twice_opens_one_case(client: FlaskClient, people: People) -> None:
    sign_in(client, people.caseworker_tallinn)
    places = {client.post("/cases/new", data=new_case()).location for _ in range(2)}
    assert len(places) == 1
    assert len(db.session.scalars(select(Person)).all()) == 2


BAD = [
    {"family_name": ""}, {"family_name": "x" * 101}, {"family_name": "a\x00b"},
    {"birth_date": "9999-01-01"}, {"birth_date": "0000-01-01"}, {"birth_date": "2099-01-01"},
    {"birth_date": "DROP"}, {"birth_date": "DROP", "age_estimate": str(2**63)},
    {"birth_date": "DROP", "age_estimate": "-1"}, {"birth_date": "DROP", "age_estimate": "1.5"},
    {"age_estimate": "30"}, {"birth_date": "DROP", "not_known": "yes"}, {"sex": "nothing"},
    {"nationality": "ZZZ"}, {"return_country": "EE"}, {"members-0-role": "principal"},
    {"members-0-birth_date": "2099-01-01", "members-0-not_known": "DROP", "members-0-given_name": "M"},
    {"members-0-family_name": "\x00"}, {"email": "nobody"}, {"vulnerabilities": "none of them"},
    {"form_token": "DROP"},
]  # fmt: skip


@pytest.mark.parametrize("changes", BAD, ids=str)
def test_bad_input_comes_back_with_a_sentence(client: FlaskClient, people: People, changes: dict[str, str]) -> None:
    sign_in(client, people.caseworker_tallinn)
    answer = client.post("/cases/new", data=new_case(**changes))
    assert answer.status_code == 422
    assert "error-summary" in answer.text and "Kramatorsk" in answer.text
    assert db.session.scalars(select(Person)).all() == []


def test_every_form_of_the_case_opens_for_the_sending_side_only(
    client: FlaskClient, people: People, family: Family
) -> None:
    refer(family, people)
    base = f"/cases/{family.reference}"
    pages = [
        f"{base}/persons/new", f"{base}/persons/{family.spouse}/edit",
        f"{base}/persons/{family.older_child}/guardian", f"{base}/correct", f"{base}/referral",
    ]  # fmt: skip
    sign_in(client, people.supervisor_tallinn)
    for page in [*pages, f"{base}/restrict", f"{base}/assign", f"{base}/consents/new", "/caseload/hand-over"]:
        assert client.get(page).status_code == 200, page
    sign_in(client, people.supervisor_kyiv)
    for page in [*pages, f"{base}/restrict", "/cases/new"]:
        assert client.get(page).status_code == 404, page
    for page in [f"{base}/assign", f"{base}/consents/new", "/referrals/ask", "/referrals/"]:
        assert client.get(page).status_code == 200, page


def test_consent_referral_and_acceptance_in_the_browser(client: FlaskClient, people: People, family: Family) -> None:
    base = f"/cases/{family.reference}"
    sign_in(client, people.caseworker_tallinn)
    early = {"form_token": "1" * 32, "office_id": people.kyiv, "needs": "School", "place": "Kramatorsk"}
    refused = client.post(f"{base}/referral", data=early)
    assert refused.status_code == 422 and "Every adult must agree to sharing first" in refused.text
    for number, person_id in enumerate((family.principal, family.spouse)):
        form = {
            "form_token": f"{number:032x}", "person_id": person_id, "scope": "sharing",
            "given_on": "2026-01-02",
            "file": (io.BytesIO(PDF), "consent.pdf"),
        }  # fmt: skip
        answer = client.post(f"{base}/consents/new", data=form, content_type="multipart/form-data")
        assert answer.status_code == 302, re.findall(r"field-error.*", answer.text)
    assert client.post(f"{base}/referral", data={**early, "form_token": "2" * 32}).status_code == 302
    sign_in(client, people.caseworker_kyiv)
    listed = client.get("/referrals/").text
    assert "School" in listed and "Koval" not in listed and family.reference not in listed
    assert client.get(base).status_code == 404
    place = re.search(r"/referrals/[a-z2-7]{26}", listed)
    assert place
    one = client.get(place.group())
    assert one.status_code == 200 and "Koval" not in one.text and family.reference not in one.text
    taken = client.post(
        f"{place.group()}/accept", data={"form_token": "3" * 32, "caseworker_id": people.caseworker_kyiv.id}
    )
    assert taken.status_code == 302 and taken.location == base
    assert client.get(base).status_code == 200
    again = client.post(f"{place.group()}/return", data={"form_token": "4" * 32, "reason": "Too late"})
    assert again.status_code == 422 and "answered already" in again.text


def test_a_returned_referral_shows_its_reason(client: FlaskClient, people: People, family: Family) -> None:
    consent_to_sharing(family, people.caseworker_tallinn)
    referral_id = send_referral(family, people)
    sign_in(client, people.supervisor_kyiv)
    missing = client.post(f"/referrals/{referral_id}/return", data={"form_token": "5" * 32, "reason": ""})
    assert missing.status_code == 422
    answer = client.post(
        f"/referrals/{referral_id}/return", data={"form_token": "6" * 32, "reason": "No room before May"}
    )
    assert answer.status_code == 302
    sign_in(client, people.caseworker_tallinn)
    assert "No room before May" in client.get(f"/cases/{family.reference}").text
    assert client.get(f"/referrals/{referral_id}").status_code == 404


def test_foreign_ids_are_not_taken(client: FlaskClient, people: People, family: Family) -> None:
    other = playroom_case(people)
    base = f"/cases/{family.reference}"
    sign_in(client, people.supervisor_tallinn)
    assert client.get(f"{base}/persons/{other.spouse}/edit").status_code == 404
    assert client.get(f"{base}/persons/{other.older_child}/guardian").status_code == 404
    form = {
        "form_token": TOKEN, "person_id": other.principal, "scope": "sharing", "given_on": "2026-01-02",
        "file": (io.BytesIO(PDF), "consent.pdf"),
    }  # fmt: skip
    answer = client.post(f"{base}/consents/new", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    guardian = {"form_token": TOKEN, "guardian_id": other.spouse, "version": "1"}
    assert client.post(f"{base}/persons/{family.older_child}/guardian", data=guardian).status_code == 422
    assign = {"form_token": TOKEN, "caseworker_id": people.caseworker_kyiv.id, "version": "1"}
    assert client.post(f"{base}/assign", data=assign).status_code == 422
    assert queries.get_person(family.dossier_id, family.older_child).guardian_id == family.principal


def test_a_correction_needs_its_reason_and_its_version(client: FlaskClient, people: People, family: Family) -> None:
    sign_in(client, people.caseworker_tallinn)
    address = f"/cases/{family.reference}/persons/{family.spouse}/edit"
    form = {
        "form_token": TOKEN, "given_name": "Oksana", "family_name": "Koval", "sex": "female",
        "birth_date": "1989-05-04", "nationality": "UA", "return_type": "voluntary", "role": "spouse",
        "language": "uk", "version": "1",
    }  # fmt: skip
    assert client.post(address, data=form).status_code == 422
    assert client.post(address, data={**form, "reason": "Passport", "version": "7"}).status_code == 409
    kept = {**form, "form_token": "7" * 32, "reason": "Passport"}
    assert client.post(address, data=kept).status_code == 302
    assert "1989" in client.get(f"/cases/{family.reference}").text


def test_a_case_asked_for_afterwards(client: FlaskClient, people: People) -> None:
    sign_in(client, people.caseworker_kyiv)
    form = {
        "form_token": TOKEN, "sending_office_id": people.tallinn, "given_name": "Ivan",
        "family_name": "Bondar",
        "returned_on": "2026-02-01", "circumstances": "Came back by bus",
    }  # fmt: skip
    assert client.post("/referrals/ask", data={**form, "returned_on": "2099-01-01"}).status_code == 422
    assert client.post("/referrals/ask", data={**form, "form_token": "8" * 32}).status_code == 302
    sign_in(client, people.caseworker_tallinn)
    found = re.search(r"/cases/new\?request=([a-z2-7]{26})", client.get("/referrals/").text)
    assert found
    assert "Bondar" in client.get(found.group()).text
    asked = f"/referrals/requests/{found.group(1)}"
    assert client.get(f"{asked}/reconsider").status_code == 404
    refusal = {"form_token": "9" * 32, "reason": "Was never here"}
    assert client.post(f"{asked}/refuse", data=refusal).status_code == 302
    assert f"{asked}/reconsider" in client.get("/referrals/").text
    assert client.post(f"{asked}/reconsider", data={"form_token": "5" * 32, "reason": " "}).status_code == 422
    assert client.post(f"{asked}/reconsider", data={"form_token": "6" * 32, "reason": "Found"}).status_code == 302
    answer = client.post(found.group(), data=new_case(given_name="Ivan", family_name="Bondar"))
    assert answer.status_code == 302
    sight = sight_of(people.caseworker_tallinn, answer.location.rpartition("/")[2])
    assert queries.get_case(sight.dossier_id).is_retroactive
    assert client.get(found.group()).status_code == 404
    sign_in(client, people.caseworker_kyiv)
    assert "Case opened" in client.get("/referrals/").text
    assert client.get(answer.location).status_code == 404


BAD_CONSENTS: list[dict[str, Any]] = [
    {"given_on": ""}, {"given_on": "2099-01-01"}, {"given_on": "9999-12-31"}, {"person_id": "somebody"},
    {"scope": "everything"}, {"file": (b"MZ", "virus.exe")}, {"file": (b"", "empty.pdf")},
    {"file": (b"no picture", "photo.png")},
]  # fmt: skip


@pytest.mark.parametrize("changes", BAD_CONSENTS, ids=str)
def test_a_bad_consent_is_not_logged(
    client: FlaskClient, people: People, family: Family, changes: dict[str, Any]
) -> None:
    sign_in(client, people.caseworker_tallinn)
    if "file" in changes:
        content, name = changes["file"]
        changes = {"file": (io.BytesIO(content), name)}
    form = {
        "form_token": TOKEN, "person_id": family.principal, "scope": "sharing", "given_on": "2026-01-02",
        "file": (io.BytesIO(PDF), "consent.pdf"), **changes,
    }  # fmt: skip
    address = f"/cases/{family.reference}/consents/new"
    answer = client.post(address, data=form, content_type="multipart/form-data")
    assert answer.status_code == 422 and "error-summary" in answer.text
    assert db.session.scalars(select(Consent)).all() == []
    assert db.session.scalars(select(Document)).all() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"office_id": "nowhere"}, {"office_id": ""}, {"needs": ""}, {"needs": "x" * 2001}, {"place": "a\x00"},
        {"expected_on": "0000-00-00"}, {"expected_on": "soon"},
    ],
    ids=str,
)  # fmt: skip
def test_a_bad_referral_is_not_sent(
    client: FlaskClient, people: People, family: Family, changes: dict[str, str]
) -> None:
    consent_to_sharing(family, people.caseworker_tallinn)
    sign_in(client, people.caseworker_tallinn)
    form = {
        "form_token": TOKEN, "office_id": people.kyiv, "needs": "School", "place": "Kramatorsk",
        "expected_on": "2026-07-01", **changes,
    }  # fmt: skip
    answer = client.post(f"/cases/{family.reference}/referral", data=form)
    assert answer.status_code == 422 and "error-summary" in answer.text
    assert db.session.scalars(select(Referral)).all() == []


def test_a_supervisor_assigns_restricts_and_hands_over(client: FlaskClient, people: People, family: Family) -> None:
    base = f"/cases/{family.reference}"
    sign_in(client, people.supervisor_tallinn)
    assign = {"form_token": "1" * 32, "caseworker_id": people.supervisor_tallinn.id, "version": "1"}
    assert client.post(f"{base}/assign", data=assign).status_code == 302
    hand = {
        "form_token": "2" * 32, "reason": "Leave",
        "from_id": people.supervisor_tallinn.id, "to_id": people.supervisor_tallinn.id,
    }  # fmt: skip
    assert client.post("/caseload/hand-over", data=hand).status_code == 422
    hand = {**hand, "form_token": "3" * 32, "to_id": people.caseworker_tallinn.id}
    assert client.post("/caseload/hand-over", data=hand).status_code == 302
    assert queries.get_case(family.dossier_id).caseworker_id == people.caseworker_tallinn.id
    lock = {"form_token": "4" * 32, "is_restricted": "yes", "reason": "Threats", "version": "1"}
    assert client.post(f"{base}/restrict", data={**lock, "reader_ids": ["nobody"]}).status_code == 422
    assert client.post(f"{base}/restrict", data={**lock, "form_token": "5" * 32}).status_code == 302
    sign_in(client, people.caseworker_tallinn)
    for page in (base, f"{base}/correct", f"{base}/consents/new", f"{base}/asylum"):
        assert client.get(page).status_code == 404, page
    assert family.reference not in client.get("/cases/").text


def test_another_sending_office_finds_nothing(client: FlaskClient, people: People, family: Family) -> None:
    stranger = make_user("riga@example.org", Role.SUPERVISOR, make_office("Riga", "LV", "Europe/Riga"))
    sign_in(client, stranger)
    base = f"/cases/{family.reference}"
    pages = [
        base, f"{base}/persons/new", f"{base}/persons/{family.spouse}/edit", f"{base}/correct",
        f"{base}/assign", f"{base}/restrict", f"{base}/referral", f"{base}/consents/new", f"{base}/asylum",
        f"{base}/asylum/new",
    ]  # fmt: skip
    missing = client.get("/cases/EE-2026-99999")
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 404, page
        assert len(answer.data) == len(missing.data), page
    assert family.reference not in client.get("/cases/").text


def test_either_office_enters_how_a_person_is_reached(client: FlaskClient, people: People, family: Family) -> None:
    address = f"/cases/{family.reference}/persons/{family.spouse}/contact"
    sign_in(client, people.caseworker_kyiv)
    assert client.get(address).status_code == 404
    refer(family, people)
    assert address in client.get(f"/cases/{family.reference}").text
    version = queries.get_person_row(family.dossier_id, family.spouse).version
    typed = {"form_token": TOKEN, "phone": "+380 44 000 00 01", "return_address": "Kramatorsk, Myru 1",
             "version": str(version)}  # fmt: skip
    assert client.post(address, data=typed).status_code == 302
    shown = client.get(f"/cases/{family.reference}").text
    assert "Kramatorsk, Myru 1" in shown and "+380 44 000 00 01" in shown
    moved = {**typed, "form_token": TOKEN[::-1], "return_address": "Kyiv", "version": str(version + 1)}
    refused = client.post(address, data=moved)
    assert refused.status_code == 422 and "give the reason" in refused.text
    sign_in(client, people.caseworker_tallinn)
    assert client.post(address, data={**moved, "reason": "Moved"}).status_code == 302
    for stranger in (people.finance_kyiv, people.auditor):
        sign_in(client, stranger)
        assert client.get(address).status_code == 404
    kinds = [row.kind for row in db.session.scalars(select(EventRow)) if row.kind == "person.contact_changed"]
    assert len(kinds) == 2


def test_a_consent_is_corrected_on_its_page(client: FlaskClient, people: People, family: Family) -> None:
    consent_to_sharing(family, people.caseworker_tallinn)
    consent = db.session.scalars(select(Consent).where(Consent.person_id == family.spouse)).one()
    address = f"/cases/{family.reference}/consents/{consent.id}/correct"
    sign_in(client, people.caseworker_tallinn)
    assert address in client.get(f"/cases/{family.reference}").text
    form = {"form_token": TOKEN, "given_on": "2025-12-30", "reason": "Wrong day typed", "version": consent.version}
    for wrong in ({"reason": ""}, {"given_on": "9999-12-31"}, {"given_on": "\x00"}, {"version": str(2**63)}):
        answer = client.post(address, data=form | wrong)
        assert answer.status_code == 422 and "error-summary" in answer.text, wrong
    assert client.post(address, data=form).status_code == 302
    db.session.rollback()
    assert queries.get_consent(family.dossier_id, consent.id).given_on == date(2025, 12, 30)
    assert client.get(f"/cases/{family.reference}/consents/nothing/correct").status_code == 404
    sign_in(client, people.caseworker_kyiv)
    assert client.get(address).status_code == 404
