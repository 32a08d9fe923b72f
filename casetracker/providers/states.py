"""Frozen facts of providers and their accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values


class AccountForm(StrEnum):
    """How an account's number is written."""

    IBAN = "iban"
    OTHER = "other"


class AccountState(StrEnum):
    """Where an account stands: money goes to a confirmed one alone."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


def comparable(number: str | None) -> str | None:
    """A number (registration, account, phone) as two records are compared by it: letters and digits in capitals;
    None without any. The one place that says so; what is stored beside the numbers is made by it.

    >>> comparable("edrpou 38-47.5610")
    'EDRPOU38475610'
    """
    return "".join(sign for sign in (number or "").upper() if sign.isalnum()) or None


name_values({AccountForm.IBAN: N_("IBAN"), AccountForm.OTHER: N_("Another form of account")})
name_values(
    {
        AccountState.WAITING: N_("Waits for confirmation"),
        AccountState.CONFIRMED: N_("Confirmed"),
        AccountState.WITHDRAWN: N_("Withdrawn"),
    }
)


@dataclass(frozen=True, kw_only=True)
class AccountFacts:
    """One version of a provider's account; `position` counts from 1."""

    id: str
    provider_id: str
    position: int
    form: AccountForm
    number: str
    holder: str
    bank: str
    country: str
    state: AccountState
    added_by: str
    added_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None

    @property
    def shown_number(self) -> str:
        """The number as people compare it: an IBAN in groups of four."""
        if self.form != AccountForm.IBAN:
            return self.number
        return " ".join(self.number[i : i + 4] for i in range(0, len(self.number), 4))
