"""What happens to a grant."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class GrantMade(DossierEvent):
    """A person was entitled, and the amount awarded."""

    kind = "grant.made"
    category = Category.MONEY
    icon = "hand-coins"
    grant_id: str
    package: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class GrantRelinquished(DossierEvent):
    """What was left went back to the programme."""

    kind = "grant.relinquished"
    category = Category.MONEY
    icon = "undo-2"
    grant_id: str
    package: str
    amount: int
    currency: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class GrantLapsed(DossierEvent):
    """A clock ran out, and what was left went back."""

    kind = "grant.lapsed"
    category = Category.MONEY
    icon = "timer-off"
    grant_id: str
    package: str
    clock: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class ClockExtended(DossierEvent):
    """A supervisor gave a clock more time."""

    kind = "clock.extended"
    icon = "timer-reset"
    grant_id: str
    package: str
    clock: str
    until: str
    reason: str = personal()
