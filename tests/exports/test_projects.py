"""The history of a community's project, taken away by its auditor in every format, alone and in a bundle."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import openpyxl
import pypdf
from flask import Flask
from flask.testing import FlaskClient

from casetracker.exports.project_queries import list_project_tables
from casetracker.exports.states import ExportFormat
from tests.exports.test_bundle_routes import asked, taken
from tests.exports.test_bundles import told
from tests.factories import community
from tests.factories.accounts import People, sign_in

SCHEMA = Path(__file__).parents[2] / "docs" / "project-history.schema.json"


def build(people: People) -> str:
    """A project with a site, its contact person, a criterion with a score, and a pledge; its reference."""
    reference, actor = community.open_project(people), people.caseworker_kyiv
    dossier_id = community.project_id(reference, actor)
    site_id = community.add_site(dossier_id, actor)
    criteria = community.set_criteria(dossier_id, actor, ("Use by all", 100))
    community.score_site(site_id, actor, dict.fromkeys(criteria.values(), 7))
    community.pledge(site_id, actor)
    return reference


def test_every_format_says_what_stands_and_what_happened(client: FlaskClient, people: People) -> None:
    reference = build(people)
    sign_in(client, people.auditor)
    page = client.get(f"/audit/{reference}/export").text
    assert f"/projects/{reference}/timeline" in page and page.count(f"/audit/{reference}/export/") == len(ExportFormat)
    files = {each: client.post(f"/audit/{reference}/export/{each}").data for each in ExportFormat}
    assert [each["format"] for each in told("case.exported")] == list(files)
    rows = list(csv.DictReader(io.StringIO(files[ExportFormat.CSV].decode("utf-8-sig"))))
    sentences = [row["sentence"] for row in rows if row["kind"] == "site.added" and row["sentence"]]
    assert sentences == ["Site entered: Culture club"]
    lines = files[ExportFormat.JSONL].decode().splitlines()
    kinds = [json.loads(json.loads(line)["body"])["kind"] for line in lines if json.loads(line)["line"] == "entry"]
    assert json.loads(lines[-1])["entries"] == len(kinds) and {"project.opened", "site.added"} <= set(kinds)
    history = json.loads(files[ExportFormat.JSON])
    jsonschema.validate(history, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert sorted(history["tables"]) == list_project_tables(), "each table of the room, whenever it came"
    assert history["tables"]["site"][0]["contact_name"] == "Head of the club", "as its page shows"
    assert [each["kind"] for each in history["events"]].count("site.added") == 1
    _check_workbook(files[ExportFormat.XLSX])
    printed = " ".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(files[ExportFormat.PDF])).pages)
    printed = " ".join(printed.split())
    for words in (reference, "Places where people meet", "Culture club", "Windows of the hall", "Site entered"):
        assert words in printed


def _check_workbook(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheets = {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}
    assert {"Project", "Site", "Score", "Donor", "Money", "Payments", "Events", "Values", "Documents"} <= set(sheets)
    (heads, site) = sheets["Site"]
    known = dict(zip(heads, site, strict=True))
    assert (known["No."], known["Name"], known["Stage"], known["Contact person"]) == (
        1, "Culture club", "Call", "Head of the club",
    )  # fmt: skip
    (heads, score) = sheets["Score"]
    assert {"Culture club", "Use by all", 7} <= set(score), "keys are told in words"
    pledge = next(rows for title, rows in sheets.items() if title.startswith("Co-contribution"))
    assert 12_000 in pledge[1], "an amount is a number"


def test_a_bundle_takes_projects_as_it_takes_cases(
    bundling: Flask, client: FlaskClient, people: People, tmp_path: Path
) -> None:
    reference = build(people)
    sign_in(client, people.auditor)
    bundle = taken(client, asked(client, references=reference, formats=["json"]))
    (tmp_path / "taken").mkdir()
    with zipfile.ZipFile(io.BytesIO(bundle)) as inside:
        assert {f"cases/{reference}/history.jsonl", f"cases/{reference}/history.json"} <= set(inside.namelist())
        inside.extractall(tmp_path / "taken")
    checked = subprocess.run(
        [sys.executable, "-I", "verify.py"], cwd=tmp_path / "taken", capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nobody_else(client: FlaskClient, people: People) -> None:
    reference = community.open_project(people)
    for actor in (people.caseworker_kyiv, people.supervisor_tallinn, people.administrator):
        sign_in(client, actor)
        assert client.get(f"/audit/{reference}/export").status_code == 404
        for wanted in ExportFormat:
            assert client.post(f"/audit/{reference}/export/{wanted}").status_code == 404
    assert told("case.exported") == []
