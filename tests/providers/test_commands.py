"""Providers on both databases: accounts in versions, confirmed by a second person."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.commands import command, lock
from casetracker.core.errors import NotFound, Refused
from casetracker.events.recording import record
from casetracker.providers import commands, events, queries
from casetracker.providers.models import ProviderAccount
from casetracker.providers.states import AccountState
from tests.factories.accounts import People, make_people
from tests.factories.providers import IBAN, OTHER_IBAN, demo_account, demo_provider, paid_provider

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def people(app: object) -> People:
    return make_people()


def confirm(account_id: str, actor: Actor) -> str:
    return commands.confirm_account(commands.ConfirmAccount(account_id=account_id), actor=actor)


def test_confirmed_account_is_where_the_money_goes(people: People) -> None:
    provider_id = paid_provider(people.caseworker_kyiv, people.supervisor_kyiv)
    account = queries.find_confirmed_account(provider_id)
    assert account is not None and account.confirmed_by == people.supervisor_kyiv.id
    assert queries.names_of([provider_id, "nobody"]) == {provider_id: "Playroom supplies (fictional)"}


def test_new_account_takes_over_only_when_confirmed(people: People) -> None:
    provider_id = paid_provider(people.caseworker_kyiv, people.supervisor_kyiv)
    second = demo_account(provider_id, people.caseworker_kyiv, OTHER_IBAN)
    standing = queries.find_confirmed_account(provider_id)
    assert standing is not None and standing.number == IBAN
    confirm(second, people.finance_kyiv)
    taken = queries.find_confirmed_account(provider_id)
    assert taken is not None and (taken.id, taken.position) == (second, 2)
    cmd = commands.WithdrawAccount(account_id=second, reason="Wrong branch")
    commands.withdraw_account(cmd, actor=people.supervisor_kyiv)
    back = queries.find_confirmed_account(provider_id)
    assert back is not None and back.number == IBAN
    assert queries.get_account(second).state == AccountState.WITHDRAWN


def test_who_added_an_account_cannot_confirm_it(people: People) -> None:
    provider_id = demo_provider(people.supervisor_kyiv)
    account_id = demo_account(provider_id, people.supervisor_kyiv)
    with pytest.raises(Refused, match="somebody else"):
        confirm(account_id, people.supervisor_kyiv)
    assert queries.find_confirmed_account(provider_id) is None


def test_database_itself_refuses_one_person_twice(people: People) -> None:
    account_id = demo_account(demo_provider(people.supervisor_kyiv), people.supervisor_kyiv)

    @command
    def behind_the_rule(*, actor: Actor) -> None:
        account = lock(ProviderAccount, account_id)
        account.confirmed_by, account.confirmed_at = actor.id, clock.now()
        event = events.AccountConfirmed(
            owner_id=people.kyiv, provider_id=account.provider_id, account_id=account_id, name="x"
        )
        record(event, actor=actor)

    with pytest.raises(IntegrityError):
        behind_the_rule(actor=people.supervisor_kyiv)
    assert queries.get_account(account_id).state == AccountState.WAITING


def test_other_office_and_caseworkers_cannot_confirm(people: People) -> None:
    account_id = demo_account(demo_provider(people.supervisor_kyiv), people.supervisor_kyiv)
    for actor in (people.supervisor_tallinn, people.caseworker_kyiv, people.auditor, people.administrator):
        with pytest.raises(NotFound):
            confirm(account_id, actor)
    assert queries.get_account(account_id).state == AccountState.WAITING


def test_confirmed_or_withdrawn_is_not_confirmed_again(people: People) -> None:
    provider_id = paid_provider(people.caseworker_kyiv, people.supervisor_kyiv)
    account_id = queries.list_accounts(provider_id)[0].id
    with pytest.raises(Refused, match="confirmed already"):
        confirm(account_id, people.finance_kyiv)
    cmd = commands.WithdrawAccount(account_id=account_id, reason="Closed")
    commands.withdraw_account(cmd, actor=people.caseworker_kyiv)
    with pytest.raises(Refused, match="withdrawn"):
        confirm(account_id, people.finance_kyiv)
    with pytest.raises(Refused, match="withdrawn already"):
        commands.withdraw_account(cmd, actor=people.caseworker_kyiv)


def test_same_account_is_not_entered_twice(people: People) -> None:
    provider_id = demo_provider(people.caseworker_kyiv)
    demo_account(provider_id, people.caseworker_kyiv)
    with pytest.raises(Refused, match="already"):
        demo_account(provider_id, people.caseworker_kyiv)
    assert len(queries.list_accounts(provider_id)) == 1


def test_accounts_that_wait_are_counted_for_who_can_confirm(people: People) -> None:
    demo_account(demo_provider(people.caseworker_kyiv), people.caseworker_kyiv)
    counted = (people.finance_kyiv, people.caseworker_kyiv, people.finance_tallinn)
    assert [queries.count_waiting_accounts(actor) for actor in counted] == [1, 0, 0]
    can = {user.id for user in queries.list_confirmers(people.kyiv, people.supervisor_kyiv.id)}
    assert can == {people.finance_kyiv.id}
