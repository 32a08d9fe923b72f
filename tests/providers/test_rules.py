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


BY_LENGTH = {
    15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI", 20: "AT BA EE KZ LT LU XK", 21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ", 24: "AD CZ ES MD PK RO SA SE SK TN", 25: "LY PT",
    26: "IS TR", 27: "FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB PL", 29: "BR EG PS QA UA",
    30: "JO KW MU", 31: "MT",
}  # fmt: skip
"""Lengths of IBANs as SWIFT's registry has them, the other way round."""


def with_check(country: str, length: int) -> str:
    """A number of that country and length whose check digits fit (ISO 13616)."""
    rest = "1" * (length - 4)
    digits = "".join(str(int(sign, 36)) for sign in f"{rest}{country}00")
    return f"{country}{98 - int(digits) % 97:02}{rest}"


@pytest.mark.parametrize(("length", "countries"), BY_LENGTH.items())
def test_an_iban_has_its_countrys_length(length: int, countries: str) -> None:
    for country in countries.split():
        assert rules.why_not_number(AccountForm.IBAN, with_check(country, length), country) is None, country
        for wrong in {length - 1, length + 1} - {14}:  # shorter is no IBAN of any country
            reason = rules.why_not_number(AccountForm.IBAN, with_check(country, wrong), country)
            assert reason is not None and reason.params["num"] == length, (country, wrong)


def test_every_country_of_the_table_is_tried() -> None:
    assert {code for codes in BY_LENGTH.values() for code in codes.split()} == set(rules.IBAN_LENGTHS)
    assert rules.why_not_number(AccountForm.IBAN, with_check("ZZ", 30), "ZZ") is None, "a country that is not in it"


@pytest.mark.parametrize("written", ["38475610", "38 47 56 10", "38-475.610", "38/475610"])
def test_a_number_is_compared_by_its_letters_and_digits(written: str) -> None:
    assert rules.comparable(written) == "38475610"
    assert rules.comparable("hrb 38475610") == "HRB38475610"


def test_without_a_number_nothing_is_compared() -> None:
    assert [rules.comparable(text) for text in (None, "", " - ")] == [None, None, None]


def test_a_company_is_entered_once() -> None:
    assert rules.why_not_registration(None) is None
    stands, rests = rules.why_not_registration(("Shop", True)), rules.why_not_registration(("Shop", False))
    assert stands is not None and rests is not None
    assert stands.field == rests.field == "registration"
    assert "Shop" in str(stands) and "out of use" in str(rests)


@pytest.mark.parametrize(
    ("number", "country", "words", "field"),
    [
        ("EE38", "EE", "This is not an IBAN", "number"),
        ("ee382200221020145685", "EE", "This is not an IBAN", "number"),
        (GOOD[1][:-1], "EE", "An IBAN of EE has 20 characters; this one has 19.", "number"),
        (GOOD[1], "UA", "belongs to the country EE, but UA is chosen", "country"),
    ],
)
def test_what_is_wrong_with_an_iban_is_told(number: str, country: str, words: str, field: str) -> None:
    reason = rules.why_not_number(AccountForm.IBAN, number, country)
    assert reason is not None and words in str(reason) and reason.field == field
