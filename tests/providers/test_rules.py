"""Accounts judged without a database: IBANs, and who may confirm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casetracker.providers import rules
from casetracker.providers.states import AccountFacts, AccountForm, AccountState

GOOD = [
    "UA213996220000026007233566001",
    "EE382200221020145685",
    "DE89370400440532013000",
    "NL91ABNA0417164300",
]


@pytest.mark.parametrize("number", GOOD)
def test_good_ibans_are_taken(number: str) -> None:
    assert rules.why_not_number(AccountForm.IBAN, number, number[:2]) is None


@given(st.sampled_from(GOOD), st.data())
def test_one_digit_typed_wrong_is_seen(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(min_value=len(number) - 10, max_value=len(number) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    wrong = number[:place] + digit + number[place + 1 :]
    assert rules.why_not_number(AccountForm.IBAN, wrong, number[:2]) is not None


def test_iban_is_tidied_and_belongs_to_its_country() -> None:
    number = rules.tidy_number(AccountForm.IBAN, " ee38 2200 2210 2014-5685 ")
    assert number == "EE382200221020145685"
    reason = rules.why_not_number(AccountForm.IBAN, number, "UA")
    assert reason is not None and reason.field == "country"
    assert rules.why_not_number(AccountForm.OTHER, "any form", "GE") is None


ACCOUNT = AccountFacts(
    id="account",
    provider_id="provider",
    position=1,
    form=AccountForm.IBAN,
    number=GOOD[0],
    holder="Shop",
    bank="Bank",
    country="UA",
    state=AccountState.WAITING,
    added_by="adder",
    added_at=datetime(2026, 11, 1, tzinfo=UTC),
    confirmed_by=None,
    confirmed_at=None,
)


def test_somebody_else_confirms_what_waits() -> None:
    assert rules.why_not_confirm(ACCOUNT, "second") is None
    assert rules.why_not_confirm(ACCOUNT, "adder") is not None
    assert rules.why_not_confirm(ACCOUNT, "second", is_confirmer=False) is not None
    for state in (AccountState.CONFIRMED, AccountState.WITHDRAWN):
        assert rules.why_not_confirm(replace(ACCOUNT, state=state), "second") is not None


def test_what_is_withdrawn_is_not_withdrawn_again() -> None:
    assert rules.why_not_withdraw(ACCOUNT) is None
    assert rules.why_not_withdraw(replace(ACCOUNT, state=AccountState.WITHDRAWN)) is not None
