"""The pages of documents: add, read, share; who does not find them; what is sent wrongly."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.documents import commands, queries
from casetracker.dossiers.queries import sight_of
from tests.documents.test_commands import adding
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.cases import Family, playroom_case, refer
from tests.factories.documents import jpeg_bytes, pdf_bytes

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    return playroom_case(people)


def sent(family: Family, **changed: Any) -> dict[str, Any]:
    """What the page of a new document sends."""
    fields = {"form_token": TOKEN, "kind": "booking", "title": "Bus tickets", "person": family.spouse}
    return fields | {"file": (io.BytesIO(pdf_bytes()), "tickets.pdf")} | changed


def test_a_document_is_added_and_downloaded(client: FlaskClient, people: People, family: Family) -> None:
    sign_in(client, people.caseworker_tallinn)
    address = f"/cases/{family.reference}/documents/new"
    page = client.get(address)
    assert page.status_code == 200 and "asylum" not in page.text.lower()
    assert client.post(address, data=sent(family)).status_code == 302
    (document,) = queries.list_documents(sight_of(people.caseworker_tallinn, family.reference))
    answer = client.get(f"/cases/{family.reference}/documents/{document.id}")
    assert answer.status_code == 200 and answer.data == pdf_bytes()
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Bus tickets.pdf\"; filename*=UTF-8''Bus%20tickets.pdf"
    )
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"file": (b"", "")}, "Please choose a file."),
        ({"file": "just text"}, "Please choose a file."),
        ({"file": (b"x", "run.exe")}, "not taken"),
        ({"kind": "asylum_withdrawal"}, "cannot be chosen"),
        ({"kind": ""}, "Please choose one."),
        ({"title": ""}, "Please fill this in."),
        ({"title": "x" * 300}, "too long"),
        ({"title": "a\x00b"}, "characters that cannot be stored"),
        ({"person": "somebody-else"}, "cannot be chosen"),
        ({"day": "0000-00-00"}, "not a day"),
        ({"day": "2099-01-01"}, "future"),
        ({"title": ["one", "two"]}, "more than once"),
    ],
    ids=[
        "none",
        "text",
        "program",
        "asylum",
        "kind",
        "untitled",
        "long",
        "nul",
        "foreign",
        "day",
        "ahead",
        "twice",
    ],
)
def test_bad_input_gets_a_sentence(
    client: FlaskClient, people: People, family: Family, changed: dict[str, Any], why: str
) -> None:
    sign_in(client, people.caseworker_tallinn)
    if isinstance(file := changed.get("file"), tuple):
        changed = {"file": (io.BytesIO(file[0]), file[1])}
    answer = client.post(f"/cases/{family.reference}/documents/new", data=sent(family, **changed))
    assert answer.status_code == 422 and why in answer.text
    assert not queries.list_documents(sight_of(people.caseworker_tallinn, family.reference))


def test_sharing_and_who_does_not_find_it(client: FlaskClient, people: People, family: Family) -> None:
    document_id = commands.add_document(adding(family), actor=people.caseworker_tallinn)
    refer(family, people)
    address = f"/cases/{family.reference}/documents/{document_id}"
    for actor in (people.caseworker_kyiv, people.finance_kyiv, people.administrator):
        sign_in(client, actor)
        assert client.get(address).status_code == 404, actor.name
        assert client.get(f"{address}/share").status_code == 404, actor.name
        assert client.post(f"{address}/share", data={"form_token": TOKEN}).status_code == 404, actor.name
    sign_in(client, people.auditor)
    assert client.get(address).status_code == 200
    assert client.get(f"/cases/{family.reference}/documents/new").status_code == 404
    sign_in(client, people.caseworker_tallinn)
    assert client.get(f"{address}/share").status_code == 200
    done = client.post(f"{address}/share", data={"form_token": TOKEN, "version": 1})
    assert done.status_code == 302
    assert "sees this document already" in client.get(f"{address}/share").text
    shown = queries.list_documents(sight_of(people.caseworker_kyiv, family.reference))
    (shared,) = [document for document in shown if document.title == "Bus tickets"]
    sign_in(client, people.caseworker_kyiv)
    assert client.get(f"/cases/{family.reference}/documents/{shared.id}").status_code == 200


def test_receiving_side_adds_a_picture(client: FlaskClient, people: People, family: Family) -> None:
    refer(family, people)
    sign_in(client, people.caseworker_kyiv)
    picture = (io.BytesIO(jpeg_bytes()), "photo.jpg")
    address = f"/cases/{family.reference}/documents/new"
    assert client.post(address, data=sent(family, file=picture)).status_code == 302
    shown = queries.list_documents(sight_of(people.caseworker_kyiv, family.reference))
    assert "image/jpeg" in {document.media_type for document in shown}


def test_what_was_entered_is_corrected_with_a_reason(client: FlaskClient, people: People, family: Family) -> None:
    document_id = commands.add_document(adding(family), actor=people.caseworker_tallinn)
    address = f"/cases/{family.reference}/documents/{document_id}/correct"
    sign_in(client, people.caseworker_tallinn)
    assert "Bus tickets" in client.get(address).text
    fixed = {"form_token": TOKEN, "version": 1, "title": "Train tickets", "person": family.principal}
    without = client.post(address, data=fixed)
    assert without.status_code == 422 and "Train tickets" in without.text
    assert client.post(address, data=fixed | {"reason": "No bus"}).status_code == 302
    sight = sight_of(people.caseworker_tallinn, family.reference)
    document = queries.get_document(sight, document_id)
    assert document.title == "Train tickets" and document.person_id == family.principal
    other = {"form_token": TOKEN[:-1] + "0", "version": 1, "reason": "Again"}
    assert client.post(address, data=fixed | other).status_code == 409
    refer(family, people)
    sign_in(client, people.caseworker_kyiv)
    assert client.get(address).status_code == 404
    assert client.post(address, data=fixed | {"version": 2}).status_code == 404


def test_the_name_of_a_download_is_harmless_in_any_script(client: FlaskClient, people: People, family: Family) -> None:
    sign_in(client, people.caseworker_tallinn)
    title = 'Квитки "../..\u202efdp.exe\\'
    address = f"/cases/{family.reference}/documents"
    assert client.post(f"{address}/new", data=sent(family, title=title)).status_code == 302
    (document,) = queries.list_documents(sight_of(people.caseworker_tallinn, family.reference))
    header = client.get(f"{address}/{document.id}").headers["Content-Disposition"]
    assert header.startswith("attachment; ") and "filename*=UTF-8''" in header and header.isascii()
    assert "%D0%9A" in header and "/" not in header and header.endswith(".pdf") and "%E2%80%AE" not in header
