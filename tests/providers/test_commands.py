"""Providers on both databases: accounts in versions, confirmed by a second person."""

from __future__ import annotations

import pytest

from casetracker.core.errors import Refused
from casetracker.providers import commands, queries
from tests.factories.accounts import People, make_people
from tests.factories.providers import demo_account, demo_provider, paid_provider

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def people(app: object) -> People:
    return make_people()


def test_confirmed_account_is_where_the_money_goes(people: People) -> None:
    provider_id = paid_provider(people.caseworker_kyiv, people.supervisor_kyiv)
    account = queries.find_confirmed_account(provider_id)
    assert account is not None and account.confirmed_by == people.supervisor_kyiv.id


def test_who_added_an_account_cannot_confirm_it(people: People) -> None:
    provider_id = demo_provider(people.supervisor_kyiv)
    account_id = demo_account(provider_id, people.supervisor_kyiv)
    with pytest.raises(Refused, match="somebody else"):
        commands.confirm_account(commands.ConfirmAccount(account_id=account_id), actor=people.supervisor_kyiv)
    assert queries.find_confirmed_account(provider_id) is None
