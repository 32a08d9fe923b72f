"""Reading providers and their accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, false, func, or_, select, true

from casetracker.accounts.models import Office, User
from casetracker.accounts.queries import list_colleagues
from casetracker.accounts.queries import names_of as user_names
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Message, NotFound
from casetracker.core.permissions import GRANTED, Permission, Role
from casetracker.providers import rules
from casetracker.providers.models import Provider, ProviderAccount
from casetracker.providers.states import AccountFacts, AccountState


def visible(actor: Actor) -> ColumnElement[bool]:
    """The condition on Provider under which the actor may know of it: the own office's; an auditor's within
    the mandate's offices; an administrator's all."""
    if not actor.may(Permission.PROVIDER_READ):
        return false()
    if actor.role == Role.ADMINISTRATOR:
        return true()
    if actor.role == Role.AUDITOR:
        conditions = [
            Provider.office_id.in_(sorted(mandate.office_ids)) if mandate.office_ids else true()
            for mandate in actor.mandates
        ]
        return or_(false(), *conditions)
    return Provider.office_id == actor.office_id if actor.office_id else false()


def list_providers(actor: Actor, search: str | None = None, *, active_only: bool = True) -> list[Provider]:
    """Providers that the actor may see, by name; those whose name, registration or contact holds `search`."""
    query = select(Provider).where(visible(actor)).order_by(func.lower(Provider.name), Provider.id)
    if active_only:
        query = query.where(Provider.is_active)
    found = list(db.session.scalars(query))
    if not search:
        return found
    wanted = search.casefold()
    return [p for p in found if any(wanted in (text or "").casefold() for text in (p.name, p.registration, p.contact))]


def get_provider(actor: Actor, provider_id: str) -> Provider:
    """The provider; NotFound where it does not exist for the actor."""
    found = db.session.scalars(select(Provider).where(Provider.id == provider_id, visible(actor))).one_or_none()
    if found is None:
        raise NotFound("provider")
    return found


def find_registered(office_id: str, registration: str | None) -> tuple[str, bool] | None:
    """(name, whether it is in use) of the office's record with this registration number, one in use first."""
    key = rules.comparable(registration)
    if key is None:
        return None
    query = select(Provider.name, Provider.is_active, Provider.registration).where(Provider.office_id == office_id)
    rows = db.session.execute(query.order_by(Provider.is_active.desc(), Provider.id))
    return next(((row.name, row.is_active) for row in rows if rules.comparable(row.registration) == key), None)


def names_of(provider_ids: Iterable[str]) -> dict[str, str]:
    """provider id -> name, whoever's office it is: for those who may read what names it."""
    wanted = set(provider_ids)
    if not wanted:
        return {}
    query = select(Provider.id, Provider.name).where(Provider.id.in_(wanted))
    return {row.id: row.name for row in db.session.execute(query)}


def list_choices(actor: Actor, current: str | None = None) -> list[tuple[str, str]]:
    """(id, name) of the providers to choose from; the one named already (`current`) is among them."""
    choices = [(provider.id, provider.name) for provider in list_providers(actor)]
    if current and current not in {id for id, _name in choices}:
        choices += list(names_of([current]).items())
    return choices


def list_accounts(provider_id: str) -> list[AccountFacts]:
    """All versions of a provider's account, the newest first."""
    query = (
        select(ProviderAccount)
        .where(ProviderAccount.provider_id == provider_id)
        .order_by(ProviderAccount.position.desc())
    )
    return [account_facts(row) for row in db.session.scalars(query)]


def find_confirmed_account(provider_id: str) -> AccountFacts | None:
    """Where the money goes: the newest confirmed account that was not withdrawn; None: nowhere yet."""
    return confirmed_accounts_of([provider_id]).get(provider_id)


def confirmed_accounts_of(provider_ids: Iterable[str]) -> dict[str, AccountFacts]:
    """provider id -> the same of each that has one; one query."""
    wanted = sorted(set(provider_ids))
    if not wanted:
        return {}
    query = select(ProviderAccount).where(ProviderAccount.provider_id.in_(wanted))
    found: dict[str, AccountFacts] = {}
    for row in db.session.scalars(query.order_by(ProviderAccount.position.desc())):
        facts = account_facts(row)
        if facts.state == AccountState.CONFIRMED:
            found.setdefault(row.provider_id, facts)
    return found


def get_account(account_id: str) -> AccountFacts:
    """One version of an account; NotFound without it."""
    return account_facts(get_account_row(account_id))


def get_account_row(account_id: str) -> ProviderAccount:
    """The account's row with its version, for forms; NotFound without it."""
    row = db.session.get(ProviderAccount, account_id)
    if row is None:
        raise NotFound("account")
    return row


def account_facts(row: ProviderAccount) -> AccountFacts:
    """The frozen facts of an account's row."""
    state = AccountState.WAITING
    if row.withdrawn_at is not None:
        state = AccountState.WITHDRAWN
    elif row.confirmed_at is not None:
        state = AccountState.CONFIRMED
    return AccountFacts(
        id=row.id,
        provider_id=row.provider_id,
        position=row.position,
        form=row.form,
        number=row.number,
        holder=row.holder,
        bank=row.bank,
        country=row.country,
        state=state,
        added_by=row.added_by,
        added_at=row.added_at,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
    )


def count_waiting_accounts(actor: Actor) -> int:
    """How many accounts wait for this person's confirmation: those that others added."""
    if not actor.may(Permission.ACCOUNT_CONFIRM):
        return 0
    return db.session.execute(_WAITING, {"user": actor.id, "office": actor.office_id}).scalar_one()


_WAITING = (
    select(func.count())
    .select_from(ProviderAccount)
    .join(Provider, Provider.id == ProviderAccount.provider_id)
    .where(ProviderAccount.confirmed_at.is_(None), ProviderAccount.withdrawn_at.is_(None))
    .where(ProviderAccount.added_by != bindparam("user"), Provider.office_id == bindparam("office"))
)
"""Put together once: every page of those who confirm asks it for the navigation; all of them are of an office."""


def list_confirmers(office_id: str, added_by: str) -> list[User]:
    """Who can confirm an account of this office's provider: of the right role, not who added it; by name."""
    roles = [role for role, rights in GRANTED.items() if Permission.ACCOUNT_CONFIRM in rights]
    return [user for user in list_colleagues(office_id, *roles) if user.id != added_by]


@dataclass(frozen=True, kw_only=True)
class ProviderRow:
    """A provider in the list: whose it is, and where its newest account stands (None: it has none); how many of
    its accounts wait for the reader's confirmation."""

    provider: Provider
    office_name: str
    state: AccountState | None
    waiting: int = 0


def list_provider_rows(actor: Actor, search: str | None, *, active_only: bool) -> list[ProviderRow]:
    """The providers that the actor may see, by name, each with where its money could go."""
    providers = list_providers(actor, search, active_only=active_only)
    offices = {row.id: row.name for row in db.session.execute(select(Office.id, Office.name))}
    query = (
        select(ProviderAccount)
        .where(ProviderAccount.provider_id.in_(select(Provider.id).where(visible(actor))))
        .order_by(ProviderAccount.position)
    )
    states: dict[str, AccountState] = {}
    waiting: Counter[str] = Counter()
    for account in db.session.scalars(query):
        state = account_facts(account).state
        if state != AccountState.WITHDRAWN:
            states[account.provider_id] = state
        if state == AccountState.WAITING and account.added_by != actor.id and actor.may(Permission.ACCOUNT_CONFIRM):
            waiting[account.provider_id] += 1
    return [
        ProviderRow(provider=p, office_name=offices[p.office_id], state=states.get(p.id), waiting=waiting[p.id])
        for p in providers
    ]


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """An account on the provider's page: who did what, why this reader cannot confirm it, and who can."""

    account: AccountFacts
    added_by: str
    confirmed_by: str | None
    withdrawal: str | None
    why_not: Message | None
    who_can: list[str]


def list_account_rows(provider: Provider, actor: Actor) -> list[AccountRow]:
    """All versions of the provider's account, the newest first, as this actor may see and confirm them."""
    query = (
        select(ProviderAccount)
        .where(ProviderAccount.provider_id == provider.id)
        .order_by(ProviderAccount.position.desc())
    )
    rows = list(db.session.scalars(query))
    names = user_names({id for row in rows for id in (row.added_by, row.confirmed_by) if id})
    found = []
    for row in rows:
        facts = account_facts(row)
        waits = facts.state == AccountState.WAITING
        confirmers = list_confirmers(provider.office_id, row.added_by) if waits else []
        found.append(
            AccountRow(
                account=facts,
                added_by=names[row.added_by],
                confirmed_by=names.get(row.confirmed_by or ""),
                withdrawal=row.withdrawal_reason,
                why_not=rules.why_not_confirm(facts, actor.id, is_confirmer=actor.may(Permission.ACCOUNT_CONFIRM)),
                who_can=[user.name for user in confirmers if user.id != actor.id],
            )
        )
    return found
