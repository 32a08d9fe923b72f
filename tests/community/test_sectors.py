"""The sector of a project: five digits of the donors' list, or none."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from casetracker.community.rules import why_not_sector
from tests.community.test_routes import project_fields
from tests.factories.accounts import make_people, sign_in
from tests.factories.programmes import demo_programme


def test_a_sector_is_a_code_of_five_digits() -> None:
    assert why_not_sector(None) is None and why_not_sector("16061") is None
    for wrong in ("1606", "160610", "1606a", "１６０６１"):
        assert why_not_sector(wrong) is not None


def test_a_sector_that_is_none_is_refused(app: Flask, client: FlaskClient) -> None:
    people = make_people()
    programme = demo_programme(people.administrator)
    sign_in(client, people.caseworker_kyiv)
    refused = client.post("/projects/new", data=project_fields(programme.id, sector="1606x"))
    assert refused.status_code == 422 and "A code of a sector has five digits." in refused.text
    assert 'value="1606x"' in refused.text, "what was typed is still there"
    opened = client.post("/projects/new", data=project_fields(programme.id, sector="16061"), follow_redirects=True)
    assert "16061" in opened.text
