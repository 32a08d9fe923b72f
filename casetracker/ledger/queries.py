"""Reading balances."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from casetracker.core.db import db
from casetracker.ledger.models import LedgerAccount, LedgerBalance
from casetracker.ledger.states import Totals


def totals_of(account_ids: Iterable[str]) -> dict[str, Totals]:
    """account id -> its totals, in one query."""
    wanted = set(account_ids)
    if not wanted:
        return {}
    query = (
        select(LedgerAccount.currency, LedgerBalance)
        .join(LedgerBalance, LedgerBalance.account_id == LedgerAccount.id)
        .where(LedgerAccount.id.in_(wanted))
    )
    return {
        row.account_id: Totals(
            row.account_id, currency, row.ceiling, row.awarded, row.reserved, row.committed, row.spent
        )
        for currency, row in db.session.execute(query.execution_options(populate_existing=True))
    }


def get_totals(account_id: str) -> Totals:
    """One account's totals; KeyError without it."""
    return totals_of([account_id])[account_id]
