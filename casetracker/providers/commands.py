"""Entering providers and their accounts; a second person confirms an account before money goes there."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.accounts.models import Office
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission, Role
from casetracker.events.recording import record
from casetracker.providers import events, queries, rules
from casetracker.providers.models import Provider, ProviderAccount
from casetracker.providers.states import AccountForm, AccountState


@dataclass(frozen=True, kw_only=True)
class AddProvider(Command):
    """A new provider; office_id is named by administrators alone, all others enter their own office's."""

    name: str
    registration: str | None = None
    contact: str | None = None
    phone: str | None = None
    email: str | None = None
    office_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class EditProvider(Command):
    """A provider's facts as they shall stand."""

    provider_id: str
    version: int
    name: str
    registration: str | None
    contact: str | None
    phone: str | None
    email: str | None
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class AddAccount(Command):
    """A new version of a provider's account; country ISO 3166-1 alpha-2."""

    provider_id: str
    form: AccountForm
    number: str
    holder: str
    bank: str
    country: str


@dataclass(frozen=True, kw_only=True)
class ConfirmAccount(Command):
    """Confirm that the account is the provider's."""

    account_id: str


@dataclass(frozen=True, kw_only=True)
class WithdrawAccount(Command):
    """Take an account out of use, or refuse one that waits; with a reason."""

    account_id: str
    reason: str


@command
def add_provider(cmd: AddProvider, *, actor: Actor) -> str:
    """Enter a provider; returns its id."""
    require(actor, Permission.PROVIDER_EDIT)
    office_id = cmd.office_id if actor.role == Role.ADMINISTRATOR else actor.office_id
    if not office_id:
        raise Refused(Message(N_("Choose the office that the provider belongs to."), {}, "office_id"))
    lock(Office, office_id)
    _refuse_double(office_id, cmd.registration)
    provider = add(
        Provider(
            id=ids.new_id(),
            office_id=office_id,
            name=cmd.name,
            registration=cmd.registration,
            registration_key=rules.comparable(cmd.registration),
            contact=cmd.contact,
            phone=cmd.phone,
            email=cmd.email,
            is_active=True,
        )
    )
    record(events.ProviderAdded(owner_id=office_id, provider_id=provider.id, name=cmd.name), actor=actor)
    return provider.id


@command
def edit_provider(cmd: EditProvider, *, actor: Actor) -> str:
    """Change a provider's facts; returns its id."""
    require(actor, Permission.PROVIDER_EDIT)
    office_id = queries.get_provider(actor, cmd.provider_id).office_id
    lock(Office, office_id)
    provider = lock(Provider, cmd.provider_id, cmd.version)
    key = rules.comparable(cmd.registration)
    if key != rules.comparable(provider.registration):  # a double that stood before may be put right otherwise
        _refuse_double(office_id, cmd.registration)
        provider.registration_key = key
    provider.name, provider.registration, provider.contact = cmd.name, cmd.registration, cmd.contact
    provider.phone, provider.email, provider.is_active = cmd.phone, cmd.email, cmd.is_active
    event = events.ProviderEdited(owner_id=provider.office_id, provider_id=provider.id, name=cmd.name)
    record(event, actor=actor)
    return provider.id


@command
def add_account(cmd: AddAccount, *, actor: Actor) -> str:
    """Add a new version of a provider's account, to be confirmed by somebody else; returns its id."""
    require(actor, Permission.PROVIDER_EDIT)
    queries.get_provider(actor, cmd.provider_id)
    provider = lock(Provider, cmd.provider_id)
    number = rules.tidy_number(cmd.form, cmd.number)
    refuse_if(rules.why_not_number(cmd.form, number, cmd.country))
    accounts = queries.list_accounts(provider.id)
    if any(a.number == number and a.state != AccountState.WITHDRAWN for a in accounts):
        raise Refused(Message(N_("The provider has this account already."), {}, "number"))
    account = add(
        ProviderAccount(
            id=ids.new_id(),
            office_id=provider.office_id,
            provider_id=provider.id,
            position=len(accounts) + 1,
            form=cmd.form,
            number=number,
            holder=cmd.holder,
            bank=cmd.bank,
            country=cmd.country,
            added_by=actor.id,
            added_at=clock.now(),
            confirmed_by=None,
            confirmed_at=None,
            withdrawn_by=None,
            withdrawn_at=None,
            withdrawal_reason=None,
        )
    )
    record(
        events.AccountAdded(
            owner_id=provider.office_id, provider_id=provider.id, account_id=account.id, name=provider.name
        ),
        actor=actor,
    )
    return account.id


@command
def confirm_account(cmd: ConfirmAccount, *, actor: Actor) -> str:
    """Confirm an account that somebody else added; returns the provider's id."""
    require(actor, Permission.ACCOUNT_CONFIRM)
    provider, account = _lock_account(cmd.account_id, actor)
    refuse_if(rules.why_not_confirm(queries.account_facts(account), actor.id))
    account.confirmed_by, account.confirmed_at = actor.id, clock.now()
    record(
        events.AccountConfirmed(
            owner_id=provider.office_id, provider_id=provider.id, account_id=account.id, name=provider.name
        ),
        actor=actor,
    )
    return provider.id


@command
def withdraw_account(cmd: WithdrawAccount, *, actor: Actor) -> str:
    """Take an account out of use, or refuse one that waits; returns the provider's id."""
    if not actor.may(Permission.PROVIDER_EDIT):
        require(actor, Permission.ACCOUNT_CONFIRM)
    provider, account = _lock_account(cmd.account_id, actor)
    refuse_if(rules.why_not_withdraw(queries.account_facts(account)))
    account.withdrawn_by, account.withdrawn_at, account.withdrawal_reason = actor.id, clock.now(), cmd.reason
    record(
        events.AccountWithdrawn(
            owner_id=provider.office_id,
            provider_id=provider.id,
            account_id=account.id,
            name=provider.name,
            reason=cmd.reason,
        ),
        actor=actor,
    )
    return provider.id


def _refuse_double(office_id: str, registration: str | None) -> None:
    """Refused where another record of the (locked) office has this registration number."""
    refuse_if(rules.why_not_registration(queries.find_registered(office_id, registration)))


def _lock_account(account_id: str, actor: Actor) -> tuple[Provider, ProviderAccount]:
    provider_id = queries.get_account_row(account_id).provider_id
    queries.get_provider(actor, provider_id)
    provider, account = lock(Provider, provider_id), lock(ProviderAccount, account_id)
    if account.provider_id != provider.id:
        raise NotFound("account of another provider")
    return provider, account
