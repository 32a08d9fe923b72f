"""Records of providers that share a registration number or an account: refused, or one for the sums."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from casetracker.core.actor import Actor
from casetracker.core.commands import command, lock
from casetracker.core.errors import Refused
from casetracker.disbursements import request_queries
from casetracker.disbursements.commands import SHARED_ACCOUNT
from casetracker.dossiers.commands import ClearPoint, clear_point
from casetracker.dossiers.queries import list_points_about
from casetracker.events.recording import record
from casetracker.providers import commands, events, payee_queries, queries
from casetracker.providers.models import Provider
from casetracker.providers.states import AccountForm
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.disbursements import Payable, draft, payable, quote, row_of, submit, submitted
from tests.factories.providers import OTHER_IBAN, demo_account, demo_provider, paid_provider

pytestmark = pytest.mark.usefixtures("app")
NUMBER = "38475610"


@pytest.fixture
def people(app: object) -> People:
    return make_people()


def enter(actor: Actor, name: str, registration: str | None = NUMBER) -> str:
    return commands.add_provider(commands.AddProvider(name=name, registration=registration), actor=actor)


def edited(provider_id: str, actor: Actor, **changes: object) -> str:
    row = queries.get_provider(actor, provider_id)
    cmd = commands.EditProvider(
        provider_id=row.id, version=row.version, name=row.name, registration=row.registration, contact=row.contact,
        phone=row.phone, email=row.email, is_active=row.is_active,
    )  # fmt: skip
    return commands.edit_provider(replace(cmd, **changes), actor=actor)  # type: ignore[arg-type]  # any field


@command
def stands_from_before(provider_id: str, number: str = NUMBER, *, actor: Actor) -> None:
    """A record that was entered before numbers were compared."""
    row = lock(Provider, provider_id)
    row.registration, row.registration_key = number, None
    record(events.ProviderEdited(owner_id=row.office_id, provider_id=row.id, name=row.name), actor=actor)


def test_a_registration_number_stands_once_in_an_office(people: People) -> None:
    mine = people.caseworker_kyiv
    enter(mine, "Playroom supplies")
    with pytest.raises(Refused, match="“Playroom supplies” has this registration number already") as told:
        enter(mine, "Playroom", "384-756 10")
    assert told.value.message.field == "registration"
    other = enter(mine, "Another", "11111111")
    with pytest.raises(Refused, match="Use that record"):
        edited(other, mine, registration="38 475 610")
    assert enter(mine, "Without any", None) != enter(mine, "Nor this one", " - ")
    assert enter(people.caseworker_tallinn, "Of another country")


def test_the_database_itself_refuses_a_second_record_of_a_number(people: People) -> None:
    mine = people.caseworker_kyiv
    enter(mine, "Playroom supplies")
    other = enter(mine, "Another", "11111111")

    @command
    def behind_the_rule(*, actor: Actor) -> None:
        row = lock(Provider, other)
        row.registration_key = NUMBER
        record(events.ProviderEdited(owner_id=row.office_id, provider_id=row.id, name=row.name), actor=actor)

    with pytest.raises(IntegrityError):
        behind_the_rule(actor=mine)


def test_doubles_that_stood_before_are_kept_edited_and_counted_as_one(people: People) -> None:
    mine = people.caseworker_kyiv
    first, second, third = (demo_provider(mine, name) for name in ("One", "Two", "Three"))
    for provider_id in (first, second):
        stands_from_before(provider_id, actor=mine)
    assert edited(second, mine, contact="Somebody else") == second
    payees = payee_queries.payees_of([first, second, third])
    assert (payees[first], payees[third]) == (payees[second], third)
    with pytest.raises(Refused, match="registration number already"):
        enter(mine, "Three times")
    edited(second, mine, registration="22222222")
    assert len(set(payee_queries.payees_of([first, second]).values())) == 2


def test_numbers_with_cyrillic_letters_are_one_however_they_were_typed(people: People) -> None:
    mine = people.caseworker_kyiv
    first, second = enter(mine, "One", "1"), enter(mine, "Two", "2")
    stands_from_before(first, "єдрпоу 38475610", actor=mine)
    stands_from_before(second, "ЄДРПОУ 38-475-610", actor=mine)
    assert len(set(payee_queries.payees_of([first, second]).values())) == 1


def test_records_are_one_payee_by_way_of_a_third_but_not_by_a_mistake(people: People) -> None:
    mine, finance = people.caseworker_kyiv, people.finance_kyiv
    first = paid_provider(mine, finance, "One")
    second = paid_provider(mine, finance, "Two")
    third = paid_provider(mine, finance, "Three", OTHER_IBAN)
    assert payee_queries.payees_of([first, third])[third] == third
    both = demo_account(second, mine, OTHER_IBAN)
    assert len(set(payee_queries.payees_of([first, second, third]).values())) == 1
    commands.withdraw_account(commands.WithdrawAccount(account_id=both, reason="A slip"), actor=mine)
    assert payee_queries.payees_of([third]) == {third: third}
    paid = queries.list_accounts(second)[-1]
    commands.withdraw_account(commands.WithdrawAccount(account_id=paid.id, reason="New bank"), actor=mine)
    assert payee_queries.payees_of([second])[second] == payee_queries.payees_of([first])[first]


def test_accounts_are_one_however_they_were_typed(people: People) -> None:
    mine = people.caseworker_kyiv
    first, second, third = (demo_provider(mine, name) for name in ("One", "Two", "Three"))
    for provider_id, number in ((first, "№ 2600/1 б"), (second, "2600-1Б"), (third, "№ –")):
        commands.add_account(
            commands.AddAccount(
                provider_id=provider_id, form=AccountForm.OTHER, number=number, holder="H", bank="B", country="UA"
            ), actor=mine,
        )  # fmt: skip
    payees = payee_queries.payees_of([first, second, third])
    assert (payees[first], payees[third]) == (payees[second], third)
    assert payee_queries.list_sharing_account(first) == [second] and payee_queries.list_sharing_account(third) == []
    seen = payee_queries.list_sharing(queries.get_provider(mine, first), mine)
    assert {each.provider_id for each in seen if each.has_account} == {second}


def split(case: Payable) -> str:
    """Another record of the provider that the case pays: the same account under another name."""
    return paid_provider(case.people.caseworker_kyiv, case.people.finance_kyiv, "The same shop")


def test_splitting_over_two_records_of_one_payee_gains_nothing() -> None:
    case = payable()
    other, line = split(case), f"line:{case.planned.renovation}"
    first = submitted(case, (line, 400_00))
    clear(case, case.provider_id)
    asked = draft(case, (line, 400_00), provider_id=other)
    quote(case, asked, provider_id=other)
    second = submit(case, asked)
    assert (second.band_total, second.needs_sending) == (800_00, 1)
    rows = [row_of(case, each.disbursement_id) for each in (first, second)]
    assert set(request_queries.totals_with_others(rows).values()) == {800_00}


def test_two_quotes_of_one_payee_are_one() -> None:
    case = payable()
    asked = draft(case, (f"line:{case.planned.renovation}", 1_000_00))
    quote(case, asked, number=2)
    quote(case, asked, provider_id=split(case), choose=False)
    with pytest.raises(Refused, match="needed 3, there 2"):
        submit(case, asked)


def points(case: Payable, provider_id: str) -> list[tuple[str, bool]]:
    found = list_points_about(case.dossier_id, provider_id)
    return [(point.text, point.cleared_at is None) for point in found]


def clear(case: Payable, provider_id: str) -> None:
    point = list_points_about(case.dossier_id, provider_id)[0]
    clear_point(ClearPoint(point_id=point.id, reason="One owner, two shops"), actor=case.people.supervisor_kyiv)


def test_a_shared_account_is_a_point_for_the_supervisor_once() -> None:
    case = payable()
    part = (f"line:{case.planned.renovation}", 100_00)
    submitted(case, part)
    assert points(case, case.provider_id) == []
    other = split(case)
    submitted(case, part)
    assert points(case, case.provider_id) == [(SHARED_ACCOUNT, True)]
    with pytest.raises(Refused, match="Look at both records"):
        submitted(case, part)
    clear(case, case.provider_id)
    submitted(case, part)
    assert points(case, case.provider_id) == [(SHARED_ACCOUNT, False)]
    edited(other, case.people.caseworker_kyiv, is_active=False)
    assert payee_queries.list_sharing_account(case.provider_id) == []


def test_the_page_names_the_other_records_that_the_reader_may_see(people: People, client: FlaskClient) -> None:
    mine = people.caseworker_kyiv
    first, second = demo_provider(mine, "One"), demo_provider(mine, "Two")
    demo_account(first, mine), demo_account(second, mine)
    far = demo_provider(people.caseworker_tallinn, "Far away")
    demo_account(far, people.caseworker_tallinn)
    page = sign_in(client, mine).get(f"/providers/{first}").text
    assert "Same bank account" in page and "Same phone" in page and "Same registration number" not in page
    assert second in page and far not in page and "Far away" not in page


def test_the_page_says_which_record_has_the_number(people: People, client: FlaskClient) -> None:
    enter(people.caseworker_kyiv, "Playroom supplies")
    reader = sign_in(client, people.caseworker_kyiv)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', reader.get("/providers/new").text))
    sent = reader.post("/providers/new", data={**hidden, "name": "Playroom", "registration": "38 475610"})
    assert sent.status_code == 422 and "Playroom supplies" in sent.text and "38 475610" in sent.text
