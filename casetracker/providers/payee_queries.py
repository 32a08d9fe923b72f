"""Which records of providers are one payee: those that share a registration number or a bank account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from casetracker.accounts.models import Office
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.providers import rules
from casetracker.providers.models import Provider, ProviderAccount
from casetracker.providers.queries import visible


@cache
def _links() -> CTE:
    """(provider_id, other_id): every two records that are one payee, also by way of a third.

    Numbers that stand in two records are few: they are found in the order of their index, and only they are joined.
    It is put together once: that takes longer than asking.
    """
    before = _registered_before()
    either_way = (select(before.c.older_id, before.c.other_id), select(before.c.other_id, before.c.older_id))
    pairs = _banked().union(_registered(), *either_way).cte("payee_pair")
    links = select(pairs.c.provider_id, pairs.c.other_id).cte("payee_link", recursive=True)
    further = select(links.c.provider_id, pairs.c.other_id).join(pairs, pairs.c.provider_id == links.c.other_id)
    return links.union(further)


def _banked() -> Select[str, str]:
    """(provider_id, other_id) that have an account in common.

    An account that was withdrawn before anybody had confirmed it was a mistake and binds nobody.
    """
    key, id = ProviderAccount.number_key, ProviderAccount.provider_id
    twice = select(key).where(key.is_not(None)).group_by(key).having(func.min(id) != func.max(id)).subquery()
    mine, other = aliased(ProviderAccount), aliased(ProviderAccount)
    return (
        select(mine.provider_id.label("provider_id"), other.provider_id.label("other_id"))
        .join(twice, twice.c.number_key == mine.number_key)
        .join(other, and_(other.number_key == twice.c.number_key, other.provider_id != mine.provider_id))
        .where(_was_real(mine), _was_real(other))
    )


def _was_real(account: type[ProviderAccount]) -> ColumnElement[bool]:
    return or_(account.withdrawn_at.is_(None), account.confirmed_at.is_not(None))


def _registered() -> Select[str, str]:
    """(provider_id, other_id) that have a registration number in common, in offices of one country."""
    key = Provider.registration_key
    twice = (
        select(key).where(key.is_not(None)).group_by(key).having(func.min(Provider.id) != func.max(Provider.id))
    ).subquery()
    mine, other = aliased(Provider), aliased(Provider)
    return _of_one_country(
        select(mine.id.label("provider_id"), other.id.label("other_id"))
        .join(twice, twice.c.registration_key == mine.registration_key)
        .join(other, and_(other.registration_key == twice.c.registration_key, other.id != mine.id)),
        mine, other,
    )  # fmt: skip


def _registered_before() -> CTE:
    """(older_id, other_id): the same of records that were entered before the number was kept as it is compared."""
    older, other = aliased(Provider), aliased(Provider)
    key = func.coalesce(other.registration_key, func.nullif(_tidy(other.registration), ""))
    is_older = and_(older.registration_key.is_(None), older.registration.is_not(None))
    found = (
        select(older.id.label("older_id"), other.id.label("other_id"))
        .join(other, and_(key == _tidy(older.registration), other.id != older.id))
        .where(is_older)
    )
    return _of_one_country(found, older, other).cte("payee_older")


def _of_one_country(query: Select[str, str], mine: type[Provider], other: type[Provider]) -> Select[str, str]:
    here, there = aliased(Office), aliased(Office)
    return (
        query.join(here, here.id == mine.office_id)
        .join(there, there.id == other.office_id)
        .where(here.country == there.country)
    )


def _tidy(text: Any) -> Any:
    """As `states.comparable` in SQL, for the signs that people set between digits."""
    for sign in (" ", "-", ".", "/"):
        text = func.replace(text, sign, "")
    return func.upper(text)


def same_payee(mine: Any, other: Any) -> ColumnElement[bool]:
    """The condition that two columns name one payee: the same record, two that share, or neither names any."""
    links = _links()
    linked = exists().where(links.c.provider_id == mine, links.c.other_id == other).correlate_except(links)
    return or_(other.is_not_distinct_from(mine), linked)


def payees_of(provider_ids: Iterable[str]) -> dict[str, str]:
    """provider id -> the smallest id of the records that are one payee with it (its own alone); one query."""
    wanted = set(provider_ids)
    payees = {id: id for id in wanted}
    if not wanted:
        return payees
    links = _links()
    query = select(links.c.provider_id, func.min(links.c.other_id)).where(links.c.provider_id.in_(sorted(wanted)))
    for id, other in db.session.execute(query.group_by(links.c.provider_id)):
        payees[id] = min(id, other)
    return payees


def list_sharing_account(provider_id: str) -> list[str]:
    """Ids of the other providers in use, of whatever office, that have one of this provider's standing accounts."""
    mine, other = aliased(ProviderAccount), aliased(ProviderAccount)
    query = (
        select(Provider.id)
        .join(other, other.provider_id == Provider.id)
        .join(mine, and_(mine.number_key == other.number_key, mine.provider_id != other.provider_id))
        .where(mine.provider_id == provider_id, mine.withdrawn_at.is_(None), other.withdrawn_at.is_(None))
        .where(Provider.is_active)
    )
    return sorted(set(db.session.scalars(query)))


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """Another provider that the reader may see, and what it has in common with the one that is shown."""

    provider_id: str
    name: str
    is_active: bool
    has_registration: bool
    has_account: bool
    has_phone: bool


def list_sharing(provider: Provider, actor: Actor) -> list[Sharing]:
    """The other providers whose registration number, bank account or phone this one has too, by name."""
    query = select(Provider).where(visible(actor)).order_by(func.lower(Provider.name), Provider.id)
    others = [other for other in db.session.scalars(query) if other.id != provider.id]
    numbers: dict[str, set[str]] = defaultdict(set)
    seen = select(Provider.id).where(visible(actor))
    accounts = select(ProviderAccount).where(
        ProviderAccount.withdrawn_at.is_(None), ProviderAccount.provider_id.in_(seen)
    )
    for account in db.session.scalars(accounts):
        numbers[account.provider_id] |= {account.number_key} if account.number_key else set()
    found = [
        Sharing(
            provider_id=other.id,
            name=other.name,
            is_active=other.is_active,
            has_registration=_is_same(provider.registration, other.registration),
            has_account=bool(numbers[provider.id] & numbers[other.id]),
            has_phone=_is_same(provider.phone, other.phone),
        )
        for other in others
    ]
    return [each for each in found if each.has_registration or each.has_account or each.has_phone]


def _is_same(mine: str | None, other: str | None) -> bool:
    key = rules.comparable(mine)
    return key is not None and key == rules.comparable(other)
