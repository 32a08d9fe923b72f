"""The history of a community's project, taken away by its auditor: entries as sentences, and the chains themselves."""

from __future__ import annotations

import csv
import io
import json

from flask.testing import FlaskClient

from casetracker.exports.states import ExportFormat
from tests.exports.test_bundles import told
from tests.factories import community
from tests.factories.accounts import People, sign_in


def test_what_happened_and_the_chains_of_it(client: FlaskClient, people: People) -> None:
    reference = community.open_project(people)
    community.add_site(community.project_id(reference, people.caseworker_kyiv), people.caseworker_kyiv)
    sign_in(client, people.auditor)
    page = client.get(f"/audit/{reference}/export").text
    assert f"/projects/{reference}/timeline" in page and page.count(f"/audit/{reference}/export/") == 2
    table = client.post(f"/audit/{reference}/export/csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    sentences = [row["sentence"] for row in rows if row["kind"] == "site.added" and row["sentence"]]
    assert sentences == ["Site entered: Culture club"]
    assert {row["reference"] for row in rows[:-1]} == {reference}
    lines = client.post(f"/audit/{reference}/export/jsonl").get_data(as_text=True).splitlines()
    end = json.loads(lines[-1])
    kinds = [json.loads(json.loads(line)["body"])["kind"] for line in lines if json.loads(line)["line"] == "entry"]
    assert end["entries"] == len(kinds) and {"project.opened", "site.added"} <= set(kinds)
    assert [each["format"] for each in told("case.exported")] == ["csv", "jsonl"]


def test_nobody_else_and_in_no_format_of_cases(client: FlaskClient, people: People) -> None:
    reference = community.open_project(people)
    sign_in(client, people.auditor)
    for wanted in set(ExportFormat) - {ExportFormat.CSV, ExportFormat.JSONL}:
        assert client.post(f"/audit/{reference}/export/{wanted}").status_code == 404
    for actor in (people.caseworker_kyiv, people.supervisor_tallinn, people.administrator):
        sign_in(client, actor)
        assert client.get(f"/audit/{reference}/export").status_code == 404
        assert client.post(f"/audit/{reference}/export/csv").status_code == 404
    assert told("case.exported") == []
