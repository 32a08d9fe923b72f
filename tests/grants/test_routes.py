"""A grant's page and the form that extends a clock, through the client."""

from __future__ import annotations

import secrets
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.audit.as_it_was_states import address_of
from casetracker.core import clock
from casetracker.core.db import db
from casetracker.grants.models import ClockExtension, Grant
from casetracker.grants.queries import get_grant
from casetracker.programmes.models import BudgetLine
from tests.factories import plans
from tests.factories.accounts import make_people, sign_in
from tests.factories.cases import playroom_case
from tests.factories.plans import Granted
from tests.grants.test_commands import arrive
from tests.pages.figures import rows, tree


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


def test_entries_make_the_figure_and_say_what_for(client: FlaskClient, granted: Granted) -> None:
    sign_in(client, granted.people.supervisor_kyiv)
    page = tree(client.get(f"{address(granted)}?place=used").text)
    assert rows(page, "entries", "used") == [2_000_00]
    text = next(node for node in page.all() if node.attrs.get("id") == "entries").words()
    assert "Post-return package" in text and "in the timeline" in text and "Sum so far" in text
    entry = next(node.attrs["href"] for node in page.all() if "entry=" in node.attrs.get("href", ""))
    assert "you came for this entry" in client.get(entry.partition("#")[0]).text
    then = f"/cases/{granted.family.reference}/at/{address_of(clock.now())}"
    past = client.get(f"{then}{address(granted).removeprefix(f'/cases/{granted.family.reference}')}?place=used").text
    assert rows(tree(past), "entries", "used") == [2_000_00]
    assert client.get(f"{address(granted)}?place=nonsense").status_code == 200
    assert rows(tree(client.get(f"{address(granted)}?place=spent").text), "main", "spent") == []


def test_of_a_shared_account_one_reads_the_own_cases_alone(client: FlaskClient, granted: Granted) -> None:
    grant = db.session.get_one(Grant, granted.grants[granted.family.principal])
    line = db.session.scalars(select(BudgetLine).where(BudgetLine.account_id == grant.budget_account_id)).one()
    programme, people = f"/programmes/{grant.programme_id}", granted.people
    other = playroom_case(people)  # not referred to Kyiv
    today = clock.today("Europe/Tallinn")
    plans.award(other.dossier_id, other.person_ids, granted.programme.id, today, actor=people.supervisor_tallinn)
    sign_in(client, people.supervisor_tallinn)
    page = client.get(f"{programme}/entries?place=awarded").text
    assert other.reference in page and "not open to you" not in page
    whole = sum(rows(tree(page), "entries", "awarded"))
    for actor, sees in ((people.supervisor_kyiv, whole), (people.caseworker_kyiv, whole // 2)):
        sign_in(client, actor)
        page = client.get(f"{programme}/entries?place=awarded").text
        assert granted.family.reference in page and other.reference not in page
        assert sum(rows(tree(page), "entries", "awarded")) == sees
        assert ("not open to you" in page) == (sees == whole)
    sign_in(client, people.supervisor_kyiv)
    page = client.get(f"{programme}/entries?place=used").text
    assert sum(rows(tree(page), "entries", "used")) == whole // 2 and "not open to you" not in page
    for actor in (people.caseworker_tallinn, people.supervisor_kyiv, people.auditor):
        sign_in(client, actor)
        for path in (programme, f"{programme}/budget-lines/{line.id}"):
            page = client.get(f"{path}/entries?place=used").text
            assert granted.family.reference in page and rows(tree(page), "entries", "used")
        assert client.get(f"{programme}/budget-lines/{grant.package_id}/entries").status_code == 404
    for actor in (people.finance_kyiv, people.administrator):
        sign_in(client, actor)
        assert client.get(f"{programme}/entries").status_code == 404
    for path in (programme, f"{programme}/budget-lines/{line.id}"):
        page = client.get(f"/admin{path}/entries?place=used").text
        assert rows(tree(page), "entries", "used") and granted.family.reference not in page
    assert client.get(f"/admin{programme}/budget-lines/nothing/entries").status_code == 404


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
