"""Words and frozen facts of programmes: roles, kinds of return, packages, rules, approval policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from casetracker.core.errors import N_
from casetracker.core.labels import name_values

CURRENCIES = (
    "AED", "AFN", "ALL", "AMD", "AUD", "AZN", "BAM", "BDT", "BGN", "BHD", "BRL", "BYN", "CAD", "CHF",
    "CNY", "COP", "CZK", "DKK", "DZD", "EGP", "ERN", "ETB", "EUR", "GBP", "GEL", "GHS", "GMD", "GNF",
    "HUF", "INR", "IQD", "IRR", "ISK", "JOD", "JPY", "KES", "KGS", "KRW", "KWD", "KZT", "LBP", "LKR",
    "LYD", "MAD", "MDL", "MKD", "MNT", "MXN", "MYR", "NGN", "NOK", "NPR", "OMR", "PEN", "PHP", "PKR",
    "PLN", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SDG", "SEK", "SGD", "SLE", "SOS", "SYP", "THB",
    "TJS", "TMT", "TND", "TRY", "UAH", "UGX", "USD", "UZS", "VND", "XAF", "XOF", "YER", "ZAR",
)  # fmt: skip
"""ISO 4217 codes of the currencies that programmes are kept and providers are paid in."""

EEA = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO",
})  # fmt: skip
"""ISO 3166-1 codes of the European Economic Area: the 27 states of the Union, Iceland, Liechtenstein and Norway.
As it stands since 1 February 2020, when the United Kingdom left the Union; Switzerland does not belong to it."""


class ApplicantRole(StrEnum):
    """What a person is in the family that returns; an adult child files a case of its own."""

    PRINCIPAL = "principal"
    SPOUSE = "spouse"
    CHILD = "child"
    OTHER_DEPENDANT = "other_dependant"


class ReturnType(StrEnum):
    """How a person returns."""

    VOLUNTARY = "voluntary"
    FORCED = "forced"


class BasisDate(StrEnum):
    """The day that decides which rule is in force for a person."""

    APPLICATION = "application"
    DEPARTURE = "departure"


name_values(
    {
        ApplicantRole.PRINCIPAL: N_("Principal applicant"),
        ApplicantRole.SPOUSE: N_("Spouse"),
        ApplicantRole.CHILD: N_("Child"),
        ApplicantRole.OTHER_DEPENDANT: N_("Other dependant"),
    }
)
name_values({ReturnType.VOLUNTARY: N_("Voluntary"), ReturnType.FORCED: N_("Forced")})
name_values({BasisDate.APPLICATION: N_("Day of the return application"), BasisDate.DEPARTURE: N_("Day of departure")})


@dataclass(frozen=True, kw_only=True)
class PackageFacts:
    """What a programme gives for one purpose. cash_cap: minor units that may be cash, None: no cap; in kind
    only means no cash at all."""

    id: str
    code: str
    name: str
    programme_id: str
    budget_line_id: str
    currency: str
    needs_plan: bool
    in_kind_only: bool
    cash_cap: int | None
    contact_within_months: int | None
    use_within_months: int | None
    within_working_days: int | None = None
    """Used within so many working days of the arrival, where it is not counted in months."""


@dataclass(frozen=True, kw_only=True)
class EntryTerms:
    """Whom a programme takes in at all: nationals of the European Economic Area or not, people who are under an
    expulsion order or not."""

    excludes_eea: bool = False
    excludes_expulsion: bool = False


OPEN_TO_ALL = EntryTerms()


@dataclass(frozen=True, kw_only=True)
class RuleFacts:
    """Who gets how much of a package; `is_maximum`: up to the amount. No nationality included means all."""

    rule_id: str
    package_id: str
    amount: int
    currency: str
    is_maximum: bool
    applicant_role: ApplicantRole
    return_type: ReturnType
    basis: BasisDate
    valid_from: date
    valid_until: date | None
    nationalities_included: frozenset[str] = frozenset()
    nationalities_excluded: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """The copy that a grant keeps: plain values only."""
        return {
            "rule_id": self.rule_id,
            "package_id": self.package_id,
            "amount": self.amount,
            "currency": self.currency,
            "is_maximum": self.is_maximum,
            "applicant_role": str(self.applicant_role),
            "return_type": str(self.return_type),
            "basis": str(self.basis),
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "nationalities_included": sorted(self.nationalities_included),
            "nationalities_excluded": sorted(self.nationalities_excluded),
        }


@dataclass(frozen=True, kw_only=True)
class BandFacts:
    """Up to this total (minor units; None: all above the last) so many approvals of each office."""

    up_to: int | None
    receiving: int
    sending: int


@dataclass(frozen=True, kw_only=True)
class QuoteStep:
    """From this total (minor units) on, so many quotes are needed."""

    from_amount: int
    number: int


@dataclass(frozen=True, kw_only=True)
class PolicyFacts:
    """An approval policy of a programme: bands in ascending order with an open top, quotes by amount.

    own_procedure_limit: the programme's own procedure of buying holds up to this total (minor units; None: no limit).
    """

    policy_id: str
    currency: str
    bands: tuple[BandFacts, ...]
    quotes: tuple[QuoteStep, ...]
    own_procedure_limit: int | None = None

    def band_for(self, total: int) -> BandFacts:
        """The band of a total in minor units (the total for the same provider and activity)."""
        return next(band for band in self.bands if band.up_to is None or total <= band.up_to)

    def quotes_for(self, total: int) -> int:
        """How many quotes a total in minor units needs; 0 below the first step."""
        fitting = [step for step in self.quotes if step.from_amount <= total]
        return max(fitting, key=lambda step: step.from_amount).number if fitting else 0

    def to_json(self) -> dict[str, Any]:
        """The copy that a submission keeps: plain values only."""
        return {
            "policy_id": self.policy_id,
            "currency": self.currency,
            "bands": [
                {"up_to": band.up_to, "receiving": band.receiving, "sending": band.sending} for band in self.bands
            ],
            "quotes": [{"from_amount": step.from_amount, "number": step.number} for step in self.quotes],
            "own_procedure_limit": self.own_procedure_limit,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PolicyFacts:
        """The policy of a copy made by `to_json`; the oldest copies name no limit, for there was none."""
        return cls(
            policy_id=data["policy_id"],
            currency=data["currency"],
            bands=tuple(BandFacts(**band) for band in data["bands"]),
            quotes=tuple(QuoteStep(**step) for step in data["quotes"]),
            own_procedure_limit=data.get("own_procedure_limit"),
        )


@dataclass(frozen=True, kw_only=True)
class RateFacts:
    """`rate` (decimal text) units of `currency` for one unit of `base` on `day`."""

    id: str
    currency: str
    base: str
    day: date
    rate: str


@dataclass(frozen=True, kw_only=True)
class OfficeStrength:
    """Who can approve in an office: the names of its active supervisors."""

    office_id: str
    name: str
    is_sending: bool
    is_receiving: bool
    supervisors: tuple[str, ...]
