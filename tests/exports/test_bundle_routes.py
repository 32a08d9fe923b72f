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

from casetracker.exports import verify
from casetracker.exports.states import ABOUT_ASYLUM
from tests.exports.test_export import AUTHORITY, log_asylum
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.cases import Family, playroom_case, refer


@pytest.fixture
def people(bundling: Flask) -> People:
    """Everybody of both offices."""
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    """The playroom family with an asylum application, referred to Kyiv."""
    family = playroom_case(people)
    log_asylum(family, people)
    refer(family, people)
    return family


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
    assert "1 cases" in told and "Signed" in told
    with zipfile.ZipFile(io.BytesIO(content)) as inside:
        names = inside.namelist()
        assert f"cases/{family.reference}/history.csv" in names
        assert ABOUT_ASYLUM in json.loads(inside.read("manifest.json"))["asylum"]
        assert AUTHORITY.encode() in inside.read(f"cases/{family.reference}/history.jsonl")
        inside.extractall(tmp_path / "unpacked")
    assert verify.verify(str(tmp_path / "unpacked")).splitlines()[:2] == told.splitlines()[:2]
