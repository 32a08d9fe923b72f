"""The numbers by which accounts are compared, against the numbers that the history has."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from casetracker.audit.states import Finding
from casetracker.providers.models import ProviderAccount
from casetracker.providers.states import comparable

BATCH = 1000


def check_account_keys(live: Connection) -> Iterator[Finding]:
    """Each account's kept key is made of its number: another one would hide that two records are one payee."""
    account = ProviderAccount.__table__
    query = select(account.c.id, account.c.number, account.c.number_key).order_by(account.c.id)
    with live.execute(query, execution_options={"yield_per": BATCH}) as rows:
        for row in rows:
            number = row.number
            if number is not None and not isinstance(number, str):  # put there past the program; its column is told
                continue
            if row.number_key != comparable(number):
                yield Finding("provider_account", str(row.id), "number_key", "is not made of the account's number")
