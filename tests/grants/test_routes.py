"""A grant's page and the form that extends a clock, through the client."""

from __future__ import annotations

import secrets
from datetime import date

import pytest
from flask.testing import FlaskClient

from casetracker.core.db import db
from casetracker.grants.models import ClockExtension
from casetracker.grants.queries import get_grant
from tests.factories import plans
from tests.factories.accounts import make_people, sign_in
from tests.factories.plans import Granted
from tests.grants.test_commands import arrive


@pytest.fixture
def granted(client: FlaskClient) -> Granted:
    granted = plans.granted_family(make_people())
    arrive(granted, granted.family.principal, date(2026, 9, 1))
    return granted


def address(granted: Granted) -> str:
    return f"/cases/{granted.family.reference}/grants/{granted.grants[granted.family.principal]}"


def test_each_figure_opens_to_its_entries(client: FlaskClient, granted: Granted) -> None:
    sign_in(client, granted.people.caseworker_tallinn)
    page = client.get(f"/cases/{granted.family.reference}").text
    assert 'id="grants"' in page and "The whole family" in page and "7,460.00" in page
    assert f"{address(granted)}?place=used#entries" in page
    page = client.get(address(granted)).text
    assert "2,000.00" in page and "Awarded" in page and "Extend" not in page
    assert f"{address(granted)}?place=spent#entries" in page
    assert client.get(address(granted) + "?place=spent").status_code == 200
    assert client.get(f"/cases/{granted.family.reference}/grants/nothing").status_code == 404


def test_a_clock_is_extended(client: FlaskClient, granted: Granted) -> None:
    sign_in(client, granted.people.supervisor_kyiv)
    version = get_grant(granted.dossier_id, granted.grants[granted.family.principal]).version
    form = f"{address(granted)}/clocks/contact"
    assert client.get(form).status_code == 200
    good = {"until": "2026-12-24", "reason": "In hospital", "version": str(version)}
    for name, values in {
        "until": ("", "0000-01-01", "9999-12-31", "2026-02-30", "2026-01-01", "\x00"),
        "reason": ("", "x" * 1001, "\x00"),
        "version": ("", "x", str(2**63)),
    }.items():
        for value in values:
            answer = client.post(form, data={**good, name: value, "form_token": secrets.token_hex(16)})
            assert answer.status_code == 422, (name, value)
    assert db.session.query(ClockExtension).count() == 0
    assert client.post(form, data={**good, "form_token": secrets.token_hex(16)}).status_code == 302
    assert "In hospital" in client.get(address(granted)).text
    stale = client.post(form, data={**good, "form_token": secrets.token_hex(16)})
    assert stale.status_code == 409


def test_others_extend_nothing(client: FlaskClient, granted: Granted) -> None:
    form = f"{address(granted)}/clocks/contact"
    people = granted.people
    for actor in (people.caseworker_kyiv, people.auditor, people.finance_kyiv, people.administrator):
        sign_in(client, actor)
        assert client.get(form).status_code == 404
    sign_in(client, people.supervisor_kyiv)
    assert client.get(f"{address(granted)}/clocks/nothing").status_code == 404
