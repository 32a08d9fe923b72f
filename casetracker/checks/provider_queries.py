"""Who is paid, compared with what members of staff declared as their own."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import select

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
    """provider id -> who is paid, with the accounts that stand and whose of the staff they are; three queries."""
    wanted = sorted(set(provider_ids))
    if not wanted:
        return {}
    accounts: dict[str, list[AccountSeen]] = defaultdict(list)
    standing = select(ProviderAccount).where(
        ProviderAccount.provider_id.in_(wanted), ProviderAccount.withdrawn_at.is_(None)
    )
    for row in db.session.scalars(standing.order_by(ProviderAccount.position)):
        accounts[row.provider_id].append(AccountSeen(
            id=row.id, number=comparable(row.number) or row.id, holder=row.holder, confirmed_by=row.confirmed_by,
        ))  # fmt: skip
    providers = db.session.scalars(select(Provider).where(Provider.id.in_(wanted)).order_by(Provider.id)).all()
    numbers: set[tuple[Declared, str]] = {
        (Declared.ACCOUNT, account.number) for rows in accounts.values() for account in rows
    }
    numbers |= {(Declared.PHONE, key) for row in providers if (key := phone_key(row.phone))}
    owners = _owners(numbers)
    return {row.id: _seen(row, accounts[row.id], owners) for row in providers}


def _seen(
    row: Provider, accounts: list[AccountSeen], owners: Mapping[tuple[Declared, str], frozenset[str]]
) -> ProviderSeen:
    phone = phone_key(row.phone)
    keys = [(Declared.ACCOUNT, account.number) for account in accounts]
    keys += [(Declared.PHONE, phone)] if phone else []
    staff = {(user, kind) for kind, number in keys for user in owners.get((kind, number), ())}
    return ProviderSeen(id=row.id, name=row.name, phone=phone, accounts=tuple(accounts), staff=frozenset(staff))


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
