"""Events of providers; they stand in the office's chain."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, OfficeEvent, personal


@dataclass(frozen=True, kw_only=True)
class ProviderAdded(OfficeEvent):
    """A provider was entered."""

    kind = "provider.added"
    category = Category.ADMINISTRATION
    icon = "store"
    provider_id: str
    name: str = personal()


@dataclass(frozen=True, kw_only=True)
class ProviderEdited(OfficeEvent):
    """A provider's facts were changed."""

    kind = "provider.edited"
    category = Category.ADMINISTRATION
    icon = "store"
    provider_id: str
    name: str = personal()


@dataclass(frozen=True, kw_only=True)
class AccountAdded(OfficeEvent):
    """A provider got a new account, which waits for confirmation."""

    kind = "provider_account.added"
    category = Category.MONEY
    icon = "credit-card"
    provider_id: str
    account_id: str
    name: str = personal()


@dataclass(frozen=True, kw_only=True)
class AccountConfirmed(OfficeEvent):
    """A second person confirmed a provider's account."""

    kind = "provider_account.confirmed"
    category = Category.MONEY
    icon = "badge-check"
    is_sealed_at_once = True
    provider_id: str
    account_id: str
    name: str = personal()


@dataclass(frozen=True, kw_only=True)
class AccountWithdrawn(OfficeEvent):
    """A provider's account was withdrawn: no money goes there any more."""

    kind = "provider_account.withdrawn"
    category = Category.MONEY
    icon = "ban"
    provider_id: str
    account_id: str
    name: str = personal()
    reason: str = personal()
