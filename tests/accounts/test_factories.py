"""The people of all tests can do what their roles say."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.accounts import queries
from casetracker.core.permissions import Role
from tests.factories.accounts import PASSWORD, make_people, sign_in, sign_out


@pytest.mark.usefixtures("app")
def test_people_are_there() -> None:
    people = make_people()
    assert people.supervisor_kyiv.role == Role.SUPERVISOR
    assert people.supervisor_kyiv.office_id == people.kyiv
    assert people.auditor.asylum_clearance and people.auditor.mandates
    assert [office.name for office in queries.list_offices()] == ["Kyiv", "Tallinn"]


def test_signed_in_quickly_or_with_the_password(app: Flask, client: FlaskClient) -> None:
    people = make_people()
    assert sign_in(client, people.caseworker_kyiv).get("/").status_code == 200
    sign_out(client)
    assert client.get("/").status_code == 302
    form = {"email": "caseworker.kyiv@example.org", "password": PASSWORD, "form_token": "0" * 32}
    assert client.post("/sign-in", data=form).status_code == 302
    assert client.get("/").location == "/account/second-factor", "the pages ask for more than the factory does"
