"""Events of programmes, policies and rates; they stand in the system's chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.events.states import Category, Event


@dataclass(frozen=True, kw_only=True)
class ProgrammeCreated(Event):
    """A programme was entered."""

    kind = "programme.created"
    category = Category.ADMINISTRATION
    icon = "landmark"
    programme_id: str
    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ProgrammeEdited(Event):
    """A programme's facts or ceiling were changed."""

    kind = "programme.edited"
    category = Category.ADMINISTRATION
    icon = "landmark"
    programme_id: str
    code: str


@dataclass(frozen=True, kw_only=True)
class BudgetLineAdded(Event):
    """A budget line was added to a programme."""

    kind = "budget_line.added"
    category = Category.ADMINISTRATION
    icon = "wallet"
    programme_id: str
    programme: str
    code: str
    ceiling: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class BudgetLineEdited(Event):
    """A budget line's name or ceiling was changed."""

    kind = "budget_line.edited"
    category = Category.ADMINISTRATION
    icon = "wallet"
    programme_id: str
    programme: str
    code: str
    ceiling: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class PackageAdded(Event):
    """A package was added to a programme."""

    kind = "package.added"
    category = Category.ADMINISTRATION
    icon = "package"
    programme_id: str
    programme: str
    code: str


@dataclass(frozen=True, kw_only=True)
class PackageEdited(Event):
    """A package was changed; grants already made keep their copy."""

    kind = "package.edited"
    category = Category.ADMINISTRATION
    icon = "package"
    programme_id: str
    programme: str
    code: str


@dataclass(frozen=True, kw_only=True)
class RuleAdded(Event):
    """An entitlement rule was added to a package."""

    kind = "entitlement_rule.added"
    category = Category.ADMINISTRATION
    icon = "scale"
    programme_id: str
    package: str
    amount: int
    currency: str
    valid_from: date


@dataclass(frozen=True, kw_only=True)
class RuleEdited(Event):
    """An entitlement rule was changed; grants already made keep their copy."""

    kind = "entitlement_rule.edited"
    category = Category.ADMINISTRATION
    icon = "scale"
    programme_id: str
    package: str
    amount: int
    currency: str
    valid_from: date


@dataclass(frozen=True, kw_only=True)
class PolicySet(Event):
    """A programme got an approval policy from a day on."""

    kind = "approval_policy.set"
    category = Category.ADMINISTRATION
    icon = "shield-check"
    programme_id: str
    programme: str
    valid_from: date


@dataclass(frozen=True, kw_only=True)
class PolicyEdited(Event):
    """An approval policy that is not yet in force was changed."""

    kind = "approval_policy.edited"
    category = Category.ADMINISTRATION
    icon = "shield-check"
    programme_id: str
    programme: str
    valid_from: date


@dataclass(frozen=True, kw_only=True)
class RateAdded(Event):
    """An exchange rate was stored."""

    kind = "rate.added"
    category = Category.ADMINISTRATION
    icon = "arrow-left-right"
    currency: str
    base: str
    rate: str
    valid_on: date


@dataclass(frozen=True, kw_only=True)
class RateEdited(Event):
    """A stored exchange rate was corrected; payments already recorded keep their copy."""

    kind = "rate.edited"
    category = Category.ADMINISTRATION
    icon = "arrow-left-right"
    currency: str
    base: str
    rate: str
    valid_on: date


@dataclass(frozen=True, kw_only=True)
class RatesImported(Event):
    """Exchange rates were read from a file."""

    kind = "rate.imported"
    category = Category.ADMINISTRATION
    icon = "file-up"
    count: int
