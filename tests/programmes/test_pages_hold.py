"""Whatever is typed into the forms: a sentence and the form again, nothing written."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casetracker.accounts.confirmations import list_waiting
from casetracker.core.db import db
from casetracker.events.models import Chain, EventRow
from casetracker.events.sentences import sentence
from casetracker.events.states import EVENT_KINDS
from casetracker.events.timeline import read_entries
from casetracker.programmes import commands, queries
from casetracker.providers import queries as providers
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.programmes import DemoProgramme, demo_programme
from tests.factories.providers import paid_provider
from tests.programmes.test_commands import every_change, held

HOSTILE = [
    "",
    "a\x00b",
    "9223372036854775808",
    "-1",
    "0.001",
    "0000-00-00",
    "9999-12-31",
    "x" * 5000,
    "<script>",
    "нічого",
    "²",
    "1 234,50",
]


@pytest.fixture
def people(app: object) -> People:
    return make_people()


@pytest.fixture
def programme(people: People) -> DemoProgramme:
    return demo_programme(people.administrator)


def addresses(programme: DemoProgramme, provider_id: str) -> list[str]:
    """Every form of an administrator."""
    base = f"/admin/programmes/{programme.id}"
    package = f"{base}/packages/{programme.post_return_id}"
    rule = queries.list_rules(programme.post_return_id)[0].rule_id
    rate = queries.list_rates()[0].id
    return [
        "/admin/programmes/new",
        f"{base}/edit",
        f"{base}/budget-lines/new",
        f"{base}/budget-lines/{programme.arrival_line_id}/edit",
        f"{base}/packages/new",
        f"{package}/edit",
        f"{package}/rules/new",
        f"{package}/rules/{rule}/edit",
        f"{base}/policies/new",
        "/admin/rates/new",
        f"/admin/rates/{rate}/edit",
        "/admin/rates/import",
        "/providers/new",
        f"/providers/{provider_id}/edit",
        f"/providers/{provider_id}/accounts/new",
    ]


def test_hostile_input_is_told_on_every_form(client: FlaskClient, programme: DemoProgramme, people: People) -> None:
    provider_id = paid_provider(people.caseworker_kyiv, people.supervisor_kyiv)
    sign_in(client, people.administrator)
    before = held()
    for address in addresses(programme, provider_id):
        names = set(re.findall(r'name="([\w-]+)"', client.get(address).text)) - {"viewport", "color-scheme"}
        fields = {n for n in names if not n.startswith(("add-", "remove-", "csrf", "htmx", "form_token"))}
        for value in HOSTILE:
            answer = client.post(address, data={**dict.fromkeys(fields, value), "form_token": "0" * 32})
            assert answer.status_code in (409, 422), (address, value, answer.status_code)
            assert "<script>" not in answer.text
    assert held() == before and list_waiting(people.administrator2) == []
    assert len(providers.list_accounts(provider_id)) == 1


def test_row_numbers_and_doubled_keys_break_nothing(
    client: FlaskClient, programme: DemoProgramme, people: People
) -> None:
    sign_in(client, people.administrator)
    address = f"/admin/programmes/{programme.id}/policies/new"
    for data in (
        {"bands-999999999-up_to": "1", "bands-x-up_to": "1", "bands-²-up_to": "1"},
        {"bands-0-up_to": ["1", "2"], "valid_from": ["2099-01-01", "2099-01-02"]},
        {f"bands-{i}-receiving": "1" for i in range(40)},
    ):
        answer = client.post(address, data={**data, "form_token": "0" * 32})
        assert answer.status_code == 422
    grown = client.post(address, data={"add-bands": "1", "form_token": "0" * 32})
    assert grown.status_code == 200 and "Band 3" in grown.text


def test_unknown_ids_do_not_exist(client: FlaskClient, programme: DemoProgramme, people: People) -> None:
    sign_in(client, people.administrator)
    base = f"/admin/programmes/{programme.id}"
    for address in (
        "/admin/programmes/nothing",
        f"{base}/budget-lines/nothing/edit",
        f"{base}/packages/x/edit",
        f"{base}/policies/x/edit",
        "/admin/rates/x/edit",
        "/providers/x",
        "/providers/x/edit",
        f"{base}/packages/{programme.post_return_id}/rules/x/edit",
    ):
        assert client.get(address).status_code == 404, address


def test_every_event_reads_as_a_sentence(client: FlaskClient, programme: DemoProgramme, people: People) -> None:
    for cmd in every_change(programme):
        if isinstance(cmd, commands.EditProgramme):
            commands.edit_programme(cmd, actor=people.administrator)
        elif isinstance(cmd, commands.EditBudgetLine):
            commands.edit_budget_line(cmd, actor=people.administrator)
        elif isinstance(cmd, commands.EditPackage):
            commands.edit_package(cmd, actor=people.administrator)
        elif isinstance(cmd, commands.EditRule):
            commands.edit_rule(cmd, actor=people.administrator)
    paid_provider(people.caseworker_kyiv, people.supervisor_kyiv)
    kinds = (
        "programme.",
        "budget_line.",
        "package.",
        "entitlement_rule.",
        "approval_policy.",
        "rate.",
        "provider.",
        "provider_account.",
    )
    assert all(any(kind.startswith(k) for kind in EVENT_KINDS) for k in kinds)
    rows = [row for row in db.session.scalars(select(EventRow)) if row.kind.startswith(kinds)]
    told = {entry.kind: sentence(entry, {}) for entry in read_entries(rows)}
    assert len(told) >= 12
    for kind, text in told.items():
        assert text.endswith((".", "amounts).")) and "%(" not in text and "None" not in text, (kind, text)


def test_programmes_stand_in_the_systems_chain(programme: DemoProgramme) -> None:
    query = (
        select(func.count())
        .select_from(EventRow)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.owner_id == "system", EventRow.kind.startswith("entitlement_rule."))
    )
    assert db.session.execute(query).scalar_one() == 16
