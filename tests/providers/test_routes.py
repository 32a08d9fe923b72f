"""Pages of providers: own office's only, accounts confirmed by somebody else, bad input told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casetracker.core.actor import Actor
from casetracker.core.permissions import Role
from casetracker.providers import queries
from casetracker.providers.states import AccountState
from tests.factories.accounts import People, make_office, make_people, make_user, sign_in
from tests.factories.providers import demo_account, demo_provider, paid_provider


@pytest.fixture
def people(app: object) -> People:
    return make_people()


@pytest.fixture
def caseworker(client: FlaskClient, people: People) -> FlaskClient:
    return sign_in(client, people.caseworker_kyiv)


def send(client: FlaskClient, address: str, **fields: Any) -> TestResponse:
    """Open the page and send its form."""
    opened = client.get(address)
    assert opened.status_code == 200, opened.text
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', opened.text)
    hidden = {name: value for name, value in found if name != "csrf_token"}
    return client.post(address, data={**hidden, **fields})


ACCOUNT = {"form": "iban", "number": "UA21 3996 2200 0002 6007 2335 6600 1", "holder": "Shop", "bank": "Bank",
           "country": "UA"}  # fmt: skip


def test_provider_and_account_are_entered(caseworker: FlaskClient, people: People) -> None:
    made = send(caseworker, "/providers/new", name="Shop", email="shop@EXAMPLE.org")
    assert made.status_code == 302, made.text
    (provider,) = queries.list_providers(people.caseworker_kyiv)
    assert (provider.office_id, provider.email) == (people.kyiv, "shop@example.org")
    added = send(caseworker, f"/providers/{provider.id}/accounts/new", **ACCOUNT)
    assert added.status_code == 302, added.text
    page = caseworker.get(f"/providers/{provider.id}").text
    assert "You added this account" in page and people.supervisor_kyiv.name in page and "UA21 3996 2200" in page
    assert queries.find_confirmed_account(provider.id) is None


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("number", "UA213996220000026007233566002", "check digits"),
        ("number", "UA2139962200000260072335660", "has 29 characters"),
        ("number", "12345678", "not an IBAN"),
        ("number", "", "Please fill this in"),
        ("number", "U\x00A", "cannot be stored"),
        ("country", "EE", "belongs to the country UA"),
        ("country", "QQ", "cannot be chosen"),
        ("form", "cheque", "cannot be chosen"),
        ("holder", "x" * 161, "too long"),
    ],
)
def test_bad_account_is_told(caseworker: FlaskClient, people: People, field: str, value: str, sentence: str) -> None:
    provider_id = demo_provider(people.caseworker_kyiv)
    answer = send(caseworker, f"/providers/{provider_id}/accounts/new", **{**ACCOUNT, field: value})
    assert answer.status_code == 422 and sentence in answer.text
    assert queries.list_accounts(provider_id) == []


def test_another_form_of_account_is_taken(caseworker: FlaskClient, people: People) -> None:
    provider_id = demo_provider(people.caseworker_kyiv)
    fields = {**ACCOUNT, "form": "other", "number": "12-345", "country": "GE"}
    assert send(caseworker, f"/providers/{provider_id}/accounts/new", **fields).status_code == 302
    assert queries.list_accounts(provider_id)[0].number == "12-345"


@pytest.mark.parametrize("who", ["supervisor_kyiv", "finance_kyiv"])
def test_second_person_confirms(client: FlaskClient, people: People, who: str) -> None:
    provider_id = demo_provider(people.caseworker_kyiv)
    account_id = demo_account(provider_id, people.caseworker_kyiv)
    sign_in(client, getattr(people, who))
    page = client.get(f"/providers/{provider_id}").text
    token = re.findall(r'name="form_token" value="([0-9a-f]{32})"', page)[0]
    confirmed = client.post(f"/providers/{provider_id}/accounts/{account_id}/confirm", data={"form_token": token})
    assert confirmed.status_code == 302
    account = queries.find_confirmed_account(provider_id)
    assert account is not None and account.id == account_id


def test_who_added_it_is_refused_at_the_address_too(client: FlaskClient, people: People) -> None:
    provider_id = demo_provider(people.supervisor_kyiv)
    account_id = demo_account(provider_id, people.supervisor_kyiv)
    sign_in(client, people.supervisor_kyiv)
    address = f"/providers/{provider_id}/accounts/{account_id}/confirm"
    answer = client.post(address, data={"form_token": "0" * 32})
    assert answer.status_code == 422 and "somebody else" in answer.text
    assert queries.find_confirmed_account(provider_id) is None


def test_withdrawn_account_gets_no_money(client: FlaskClient, people: People) -> None:
    provider_id = paid_provider(people.caseworker_kyiv, people.supervisor_kyiv)
    account_id = queries.list_accounts(provider_id)[0].id
    sign_in(client, people.finance_kyiv)
    address = f"/providers/{provider_id}/accounts/{account_id}/withdraw"
    assert send(client, address, reason="").status_code == 422
    assert send(client, address, reason="Closed by the bank").status_code == 302
    assert queries.find_confirmed_account(provider_id) is None
    assert "Closed by the bank" in client.get(f"/providers/{provider_id}").text


def test_other_offices_do_not_know_it(client: FlaskClient, people: People) -> None:
    provider_id = paid_provider(people.caseworker_kyiv, people.supervisor_kyiv)
    account_id = queries.list_accounts(provider_id)[0].id
    sign_in(client, people.supervisor_tallinn)
    base = f"/providers/{provider_id}"
    for address in (base, f"{base}/edit", f"{base}/accounts/new", f"{base}/accounts/{account_id}/withdraw"):
        assert client.get(address).status_code == 404
    confirm = client.post(f"{base}/accounts/{account_id}/confirm", data={"form_token": "0" * 32})
    assert confirm.status_code == 404
    assert "Playroom" not in client.get("/providers/").text


def test_auditor_and_administrator_see_it(client: FlaskClient, people: People) -> None:
    provider_id = paid_provider(people.caseworker_kyiv, people.supervisor_kyiv)
    seen: list[Actor] = [people.auditor, people.administrator, people.finance_kyiv]
    assert all(queries.get_provider(actor, provider_id).id == provider_id for actor in seen)
    sign_in(client, people.auditor)
    page = client.get(f"/providers/{provider_id}").text
    assert "Add account" not in page and "Withdraw" not in page
    assert client.get(f"/providers/{provider_id}/edit").status_code == 404


def test_auditor_without_the_office_does_not_see_it(people: People) -> None:
    provider_id = demo_provider(people.caseworker_kyiv)
    outsider = make_user("other.auditor@example.org", Role.AUDITOR)
    assert queries.list_providers(outsider) == []
    assert provider_id not in {p.id for p in queries.list_providers(outsider)}


def test_administrator_chooses_the_office(client: FlaskClient, people: People) -> None:
    sign_in(client, people.administrator)
    assert send(client, "/providers/new", name="Shop").status_code == 422
    other = make_office("Lviv", "UA", "Europe/Kyiv", sending=False, receiving=True)
    assert send(client, "/providers/new", name="Shop", office_id=other).status_code == 302
    assert queries.list_providers(people.administrator)[0].office_id == other


def test_list_is_searched_and_edited(caseworker: FlaskClient, people: People) -> None:
    provider_id = demo_provider(people.caseworker_kyiv, "Дитячий магазин")
    demo_provider(people.caseworker_kyiv, "Landlord")
    found = caseworker.get("/providers/?search=дитячий").text
    assert "Дитячий магазин" in found and "Landlord" not in found
    edited = send(caseworker, f"/providers/{provider_id}/edit", name="Shop", phone="1")
    assert edited.status_code == 302
    assert "Shop" not in caseworker.get("/providers/").text
    assert "Shop" in caseworker.get("/providers/?all=1").text
    stale = caseworker.post(
        f"/providers/{provider_id}/edit", data={"name": "Late", "version": "1", "form_token": "0" * 32}
    )
    assert stale.status_code == 409
    assert queries.get_provider(people.caseworker_kyiv, provider_id).name == "Shop"


def test_state_of_an_account_shows_in_the_list(caseworker: FlaskClient, people: People) -> None:
    demo_account(demo_provider(people.caseworker_kyiv), people.caseworker_kyiv)
    (row,) = queries.list_provider_rows(people.caseworker_kyiv, None, active_only=True)
    assert row.state == AccountState.WAITING
    assert "Waits for confirmation" in caseworker.get("/providers/").text


def test_page_says_when_nobody_else_can_confirm(client: FlaskClient, people: People) -> None:
    lonely = make_office("Lviv", "UA", "Europe/Kyiv", sending=False, receiving=True)
    supervisor = make_user("supervisor.lviv@example.org", Role.SUPERVISOR, lonely)
    provider_id = demo_provider(supervisor)
    demo_account(provider_id, supervisor)
    sign_in(client, supervisor)
    assert "Nobody else in this office can confirm it" in client.get(f"/providers/{provider_id}").text
