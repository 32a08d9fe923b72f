"""The sums that the ledger keeps for speed, against its entries and its accounts' ceilings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Connection, Text, case, cast, func, select, type_coerce

from casetracker.audit.states import Finding
from casetracker.ledger.models import LedgerAccount, LedgerBalance, LedgerEntry, LedgerPosting
from casetracker.ledger.states import MOVES, Phase

BATCH = 1000


def check_balances(live: Connection) -> Iterator[Finding]:
    """Each account's kept sums are those of its entries, in one row under the account's ceiling."""
    account, balance, sums = LedgerAccount.__table__, LedgerBalance.__table__, sums_of_entries()
    phases = [str(phase) for phase in Phase]
    query = (
        select(
            account.c.id,
            account.c.ceiling.label("declared"),
            balance.c.account_id,
            balance.c.ceiling,
            *(balance.c[phase] for phase in phases),
            *(func.coalesce(sums.c[phase], 0).label(f"sum_{phase}") for phase in phases),
        )
        .outerjoin(balance, balance.c.account_id == account.c.id)
        .outerjoin(sums, sums.c.account_id == account.c.id)
        .order_by(account.c.id)
    )
    with live.execute(query, execution_options={"yield_per": BATCH}) as rows:
        for row in rows:
            if row.account_id is None:
                yield Finding("ledger_balance", str(row.id), "account_id", "the account has no balance")
                continue
            if row.ceiling != row.declared:
                yield Finding("ledger_balance", str(row.id), "ceiling", "is not the account's")
            for phase in phases:
                if getattr(row, phase) != getattr(row, f"sum_{phase}"):
                    yield Finding("ledger_balance", str(row.id), phase, "is not the sum of the entries")
    stray = select(balance.c.account_id).where(balance.c.account_id.not_in(select(account.c.id)))
    for (account_id,) in live.execute(stray.order_by(balance.c.account_id)):
        yield Finding("ledger_balance", str(account_id), "account_id", "belongs to no account")


def sums_of_entries() -> Any:
    """A subquery: account_id and what its entries leave in each phase."""
    move = type_coerce(LedgerPosting.__table__.c.move, Text)
    amount = LedgerEntry.__table__.c.amount
    columns = []
    for phase in Phase:
        into = [str(kind) for kind, (_source, target) in MOVES.items() if target == phase]
        out = [str(kind) for kind, (source, _target) in MOVES.items() if source == phase]
        signed = case((move.in_(into), amount), (move.in_(out), -amount), else_=0)
        columns.append(cast(func.sum(signed), BigInteger).label(str(phase)))
    entry, posting = LedgerEntry.__table__, LedgerPosting.__table__
    joined = entry.join(posting, posting.c.id == entry.c.posting_id)
    return select(entry.c.account_id, *columns).select_from(joined).group_by(entry.c.account_id).subquery()
