"""What a provider's account may not be, and who may confirm it."""

from __future__ import annotations

import re

from casetracker.core.errors import N_, Message
from casetracker.providers.states import AccountFacts, AccountForm, AccountState
from casetracker.providers.states import comparable as comparable

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
    "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29,
    "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29,
    "VA": 22, "XK": 20,
}  # fmt: skip
"""Characters of an IBAN by country (SWIFT's IBAN registry)."""


def why_not_registration(same: tuple[str, bool] | None) -> Message | None:
    """Why a record with this registration number is not entered: `same` is (name, whether it is in use) of the
    office's other record that has it. One company is one record, or its sums and quotes would be counted apart."""
    if same is None:
        return None
    name, is_active = same
    words = N_("“%(name)s” has this registration number already. Use that record; a company is entered once.")
    if not is_active:
        words = N_(
            "“%(name)s” has this registration number already and is out of use. Take that record into use again."
        )
    return Message(words, {"name": name}, "registration")


def tidy_number(form: AccountForm, number: str) -> str:
    """The number as it is stored: an IBAN without spaces in capitals, another form as written."""
    return re.sub(r"[\s\-.]", "", number).upper() if form == AccountForm.IBAN else number


def why_not_number(form: AccountForm, number: str, country: str) -> Message | None:
    """Why this (tidied) number is no account of that form in that country. IBAN: ISO 13616, modulo 97."""
    if form != AccountForm.IBAN:
        return None
    if not _IBAN.fullmatch(number):
        return Message(
            N_(
                "This is not an IBAN. It begins with two letters and two digits, like "
                "UA21 3996 2200 0002 6007 2335 6600 1."
            ),
            {},
            "number",
        )
    length = IBAN_LENGTHS.get(number[:2])
    if length is not None and len(number) != length:
        return Message(
            N_("An IBAN of %(country)s has %(num)d character; this one has %(found)d."),
            {"country": number[:2], "num": length, "found": len(number)},
            "number",
            N_("An IBAN of %(country)s has %(num)d characters; this one has %(found)d."),
        )
    digits = "".join(str(int(sign, 36)) for sign in number[4:] + number[:4])
    if int(digits) % 97 != 1:
        return Message(
            N_("The check digits of this IBAN do not fit. Please compare it with the original."), {}, "number"
        )
    if number[:2] != country:
        return Message(
            N_("This IBAN belongs to the country %(iban)s, but %(country)s is chosen."),
            {"iban": number[:2], "country": country},
            "country",
        )
    return None


def why_not_confirm(account: AccountFacts, actor_id: str, *, is_confirmer: bool = True) -> Message | None:
    """Why this person cannot confirm this account: it is confirmed or withdrawn, the person added it, or
    is neither supervisor nor finance officer."""
    if account.state == AccountState.WITHDRAWN:
        return Message(N_("This account was withdrawn. Add it again if it is right after all."))
    if account.state == AccountState.CONFIRMED:
        return Message(N_("This account is confirmed already."))
    if account.added_by == actor_id:
        return Message(N_("You added this account, so somebody else has to confirm it."))
    if not is_confirmer:
        return Message(N_("A supervisor or a finance officer of the provider's office has to confirm it."))
    return None


def why_not_withdraw(account: AccountFacts) -> Message | None:
    """Why this account cannot be withdrawn."""
    if account.state == AccountState.WITHDRAWN:
        return Message(N_("This account was withdrawn already."))
    return None
