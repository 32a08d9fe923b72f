"""Bundles from the page to the file: asked for, made, taken away, and checked without the program."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.accounts import pace
from casetracker.accounts.limit_rules import EXPORTS
from casetracker.accounts.limits import Ask
from casetracker.exports import making, verify
from casetracker.exports.states import ABOUT_ASYLUM
from tests.exports.test_export import AUTHORITY, auditor
from tests.factories.accounts import People, sign_in
from tests.factories.cases import Family


def asked(client: FlaskClient, **fields: Any) -> str:
    """Ask for a bundle; the address of its page."""
    page = client.get("/audit/bundles/new")
    assert page.status_code == 200
    answer = client.post("/audit/bundles/new", data={"form_token": "0" * 31 + str(len(fields)), **fields})
    assert answer.status_code == 302, answer.get_data(as_text=True)[-3000:]
    return str(answer.headers["Location"])


def taken(client: FlaskClient, address: str) -> bytes:
    """The file of the bundle."""
    page = client.get(address)
    assert b"The file is ready" in page.data, page.get_data(as_text=True)[-3000:]
    answer = client.post(f"{address}/file", data={"form_token": "a" * 32})
    assert answer.status_code == 200
    return answer.data


def test_a_small_bundle_is_there_at_once_and_proves_itself(
    client: FlaskClient, people: People, family: Family, tmp_path: Path
) -> None:
    sign_in(client, people.auditor)
    content = taken(client, asked(client, formats="csv"))
    file = tmp_path / "bundle.zip"
    file.write_bytes(content)
    told = verify.verify(str(file))
    assert "Whole: 1 case, " in told and "Signed" in told
    with zipfile.ZipFile(io.BytesIO(content)) as inside:
        names = inside.namelist()
        assert f"cases/{family.reference}/history.csv" in names
        assert ABOUT_ASYLUM in json.loads(inside.read("manifest.json"))["asylum"]
        assert AUTHORITY.encode() in inside.read(f"cases/{family.reference}/history.jsonl")
        inside.extractall(tmp_path / "unpacked")
    assert verify.verify(str(tmp_path / "unpacked")).splitlines()[:2] == told.splitlines()[:2]


def test_cases_of_an_address_stand_in_the_form_and_a_second_export_waits(
    bundling: Flask, client: FlaskClient, people: People, family: Family
) -> None:
    """While another export of the same person runs, the bundle is a worker's, and nothing is refused."""
    sign_in(client, people.auditor)
    form = client.get(f"/audit/bundles/new?references={family.reference},%3Cb%3E,no-reference").text
    assert f">\n{family.reference}</textarea>" in form
    pace._begin(Ask(limit=EXPORTS, subject=f"running: {people.auditor.id}").key)
    address = asked(client, references=family.reference)
    assert "It waits for its turn" in client.get(address).text


def test_a_long_one_is_made_by_a_worker_and_its_page_says_how_far_it_is(
    bundling: Flask, client: FlaskClient, people: People, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "SMALL_ENTRIES", 1)
    sign_in(client, people.auditor)
    address = asked(client, references=f"{family.reference.lower()} ,", documents="yes")
    page = client.get(address)
    text = page.get_data(as_text=True)
    assert page.headers["X-Progress"] == "0" and '<noscript><meta http-equiv="refresh"' in text
    assert '<progress id="bar" class="progress-line" max="1" value="0">' in text and family.reference in text
    assert "nobody is at work" in text
    again = client.post("/audit/bundles/new", data={"form_token": "9" * 32})
    assert again.status_code == 422 and b"is being made" in again.data
    making.make_all()
    page = client.get(address)
    assert "noscript" not in page.get_data(as_text=True) and page.headers["X-Progress"] == ""
    with zipfile.ZipFile(io.BytesIO(taken(client, address))) as inside:
        assert [name for name in inside.namelist() if "/documents/" in name]
    listed = client.get("/audit/bundles").get_data(as_text=True)
    assert address in listed and "ready" in listed


def test_cancelled_on_its_page(
    client: FlaskClient, people: People, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "SMALL_ENTRIES", 1)
    sign_in(client, people.auditor)
    address = asked(client)
    for number in range(2):
        answer = client.post(f"{address}/cancel", data={"form_token": f"{number + 1}" * 32})
        assert answer.status_code == (302 if number == 0 else 422)
    assert "cancelled" in client.get(address).get_data(as_text=True)
    assert client.post(f"{address}/file", data={"form_token": "5" * 32}).status_code == 422


def test_nobody_else_s_and_only_of_the_mandate(client: FlaskClient, people: People, family: Family) -> None:
    sign_in(client, people.auditor)
    address = asked(client)
    sign_in(client, auditor(people, office_ids=(people.kyiv,)))
    for answer in (client.get(address), client.post(f"{address}/cancel"), client.post(f"{address}/file")):
        assert answer.status_code == 404
    form = client.get("/audit/bundles/new").get_data(as_text=True)
    assert f'value="{people.kyiv}"' in form and f'value="{people.tallinn}"' not in form
    refused = client.post("/audit/bundles/new", data={"form_token": "7" * 32, "office": people.tallinn})
    assert refused.status_code == 422
    sign_in(client, people.supervisor_tallinn)
    assert client.get("/audit/bundles/new").status_code == client.get(address).status_code == 404
