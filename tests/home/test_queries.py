"""How much the lists ask of the database: the same for one of each thing and for three."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.factories.accounts import make_user, sign_in
from tests.factories.cases import consent_to_sharing, playroom_case, send_referral
from tests.factories.disbursements import Payable, approved, draft, payable, submitted
from tests.factories.providers import OTHER_IBAN, demo_account, demo_provider
from tests.statements import ask

MOST = 31
MOST_OF_THE_QUEUE = 45
"""It shows each request in full, with what an auditor would ask of it."""


def grow(case: Payable, first: int, last: int) -> None:
    """One more of everything that a list shows, for each number."""
    people, line = case.people, f"line:{case.planned.renovation}"
    for number in range(first, last):
        approved(case, (line, 10_00), purpose=f"Approved {number}")
        submitted(case, (line, 10_00), purpose=f"Submitted {number}")
        draft(case, (line, 10_00), purpose=f"Draft {number}")
        demo_account(demo_provider(people.caseworker_kyiv, f"Provider {number}"), people.caseworker_kyiv, OTHER_IBAN)
        family = playroom_case(people)
        consent_to_sharing(family, people.caseworker_tallinn)
        send_referral(family, people)
        make_user(f"more{number}@example.org", people.caseworker_kyiv.role, people.kyiv)


def test_no_list_asks_more_for_three_than_for_one(client: FlaskClient) -> None:
    case = payable()
    people = case.people
    lists = [
        (actor, address)
        for actor, addresses in (
            (people.caseworker_kyiv, ("/", "/cases/", "/disbursements/", "/referrals/", "/providers/", "/payments/")),
            (people.supervisor_kyiv, ("/", "/approvals/", "/admin/confirmations/")),
            (people.finance_kyiv, ("/", "/payments/", "/providers/")),
            (people.administrator, ("/", "/admin/users/", "/admin/offices/", "/admin/programmes/")),
            (people.auditor, ("/", "/audit/", f"/cases/{case.planned.granted.family.reference}")),
        )
        for address in addresses
    ]
    grow(case, 0, 1)
    few = {(actor.id, address): ask(client, actor, address) for actor, address in lists}
    grow(case, 1, 3)
    for actor, address in lists:
        before, now = few[actor.id, address], ask(client, actor, address)
        most = MOST_OF_THE_QUEUE if address == "/approvals/" else MOST
        assert len(now) == len(before) <= most, (actor.name, address, len(before), sorted(set(now) - set(before)))
    sign_in(client, people.caseworker_kyiv)
    for address, word in (("/disbursements/", "Draft 2"), ("/payments/", "Approved 2"), ("/providers/", "Provider 2")):
        assert word in client.get(address).text, "and the lists show it all"
