"""Who is paid, compared with what members of staff declared as their own."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, and_, or_, select

from casetracker.checks.fact_states import AccountSeen, ProviderSeen
from casetracker.checks.models import StaffDeclaration
from casetracker.checks.states import Declared
from casetracker.core import encryption
from casetracker.core.db import db
from casetracker.providers.models import Provider, ProviderAccount
from casetracker.providers.rules import comparable

PURPOSE = "numbers declared by staff"
PHONE_DIGITS = 9
"""So many digits from the end make one telephone: how the country before them is written differs."""


def phone_key(number: str | None) -> str | None:
    """A telephone as two are compared; None without a number that could be one."""
    digits = "".join(sign for sign in number or "" if sign.isdecimal())
    return digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS - 2 else None


def number_key(kind: Declared, number: str | None) -> str | None:
    """An account or telephone as two are compared."""
    return phone_key(number) if kind == Declared.PHONE else comparable(number)


def hash_of(kind: Declared, key: str, under: encryption.Key) -> str:
    """The keyed hash of a comparable number, in hexadecimal."""
    return hmac.new(under.derived(PURPOSE), f"{kind}:{key}".encode(), hashlib.sha256).hexdigest()


def load_providers(provider_ids: Iterable[str]) -> dict[str, ProviderSeen]:
    """provider id -> who is paid, with the accounts that stand and whose of the staff they are; two queries."""
    wanted = sorted(set(provider_ids))
    if not wanted:
        return {}
    query = (
        select(Provider, ProviderAccount)
        .outerjoin(ProviderAccount, and_(ProviderAccount.provider_id == Provider.id, _was_real()))
        .where(Provider.id.in_(wanted))
        .order_by(Provider.id, ProviderAccount.position)
    )
    found = db.session.execute(query).all()
    providers = {provider.id: provider for provider, _account in found}
    rows = [account for _provider, account in found if account is not None]
    phones = {id: phone_key(row.phone) for id, row in providers.items()}
    owners = _owners(
        {(Declared.ACCOUNT, _key(row)) for row in rows}
        | {(Declared.PHONE, phone) for phone in phones.values() if phone}
    )
    accounts: dict[str, list[AccountSeen]] = defaultdict(list)
    for row in rows:
        accounts[row.provider_id].append(AccountSeen(
            id=row.id, number=_key(row), holder=row.holder, confirmed_by=row.confirmed_by,
            stands=row.withdrawn_at is None, staff=owners.get((Declared.ACCOUNT, _key(row)), frozenset()),
        ))  # fmt: skip
    return {
        id: ProviderSeen(
            id=id, name=row.name, phone=phones[id], accounts=tuple(accounts[id]),
            staff=owners.get((Declared.PHONE, phones[id] or ""), frozenset()),
        )
        for id, row in providers.items()
    }  # fmt: skip


def _was_real() -> ColumnElement[bool]:
    """An account that was withdrawn before anybody had confirmed it was a mistake and binds nobody."""
    return or_(ProviderAccount.withdrawn_at.is_(None), ProviderAccount.confirmed_at.is_not(None))


def _key(row: ProviderAccount) -> str:
    return comparable(row.number) or row.id


def _owners(numbers: Iterable[tuple[Declared, str]]) -> dict[tuple[Declared, str], frozenset[str]]:
    """number -> ids of the members of staff who declared it; one query."""
    known = encryption.keys()
    hashes = {hash_of(kind, number, key): (kind, number) for key in known for kind, number in numbers}
    if not hashes:
        return {}
    query = select(StaffDeclaration.number_hash, StaffDeclaration.user_id).where(
        StaffDeclaration.number_hash.in_(sorted(hashes)), StaffDeclaration.withdrawn_at.is_(None)
    )
    found: dict[tuple[Declared, str], set[str]] = defaultdict(set)
    for number_hash, user_id in db.session.execute(query):
        found[hashes[number_hash]].add(user_id)
    return {number: frozenset(users) for number, users in found.items()}


def sources_of(providers: Mapping[str, ProviderSeen]) -> dict[str, str]:
    """provider id -> one id for all of these that have an account in common."""
    found = {id: id for id in providers}
    by_number: dict[str, str] = {}
    for id in sorted(providers):
        for account in providers[id].accounts:
            found[id] = min(found[id], by_number.setdefault(account.number, found[id]))
    return found
