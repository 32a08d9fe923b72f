"""The one writer of the ledger: opens accounts, moves ceilings, posts. Runs inside the command that says why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import insert, select, update

from casetracker.core import clock, ids
from casetracker.core.commands import add, current_unit, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, Refused
from casetracker.core.money import Money
from casetracker.ledger.models import LedgerAccount, LedgerBalance, LedgerEntry, LedgerPosting
from casetracker.ledger.states import MOVES, Move, Phase, Totals


def open_account(owner_id: str | None, currency: str, ceiling: int) -> str:
    """A new empty account under a ceiling (minor units); returns its id. owner_id: the dossier, or None: the system."""
    current_unit()
    account = add(LedgerAccount(id=ids.new_id(), owner_id=owner_id, currency=currency, ceiling=ceiling))
    db.session.flush()
    row = {"account_id": account.id, "ceiling": ceiling, "awarded": 0, "reserved": 0, "committed": 0, "spent": 0}
    db.session.execute(insert(LedgerBalance), [row])
    return account.id


def set_ceiling(account_id: str, ceiling: int) -> None:
    """Move an account's ceiling; refused below what is used."""
    account = lock(LedgerAccount, account_id)
    totals = lock_balances([account_id])[account_id]
    if ceiling < totals.used:
        raise Refused(Message(
            N_("%(used)s is already awarded, reserved, committed or spent; the ceiling cannot go below that."),
            {"used": Money(totals.used, account.currency)},
        ))  # fmt: skip
    account.ceiling = ceiling
    db.session.execute(update(LedgerBalance).where(LedgerBalance.account_id == account_id).values(ceiling=ceiling))


def lock_balances(account_ids: list[str]) -> dict[str, Totals]:
    """The accounts' totals, locked in one order until the transaction ends. Judge money on these alone."""
    query = (
        select(LedgerBalance, LedgerAccount.currency)
        .join(LedgerAccount, LedgerAccount.id == LedgerBalance.account_id)
        .where(LedgerBalance.account_id.in_(set(account_ids)))
        .order_by(LedgerBalance.account_id)
        .with_for_update(of=LedgerBalance)
        .execution_options(populate_existing=True)
    )
    return {
        row.account_id: Totals(
            row.account_id, currency, row.ceiling, row.awarded, row.reserved, row.committed, row.spent
        )
        for row, currency in db.session.execute(query)
    }


def why_not_post(move: Move, amount: int, totals: Totals) -> Message | None:
    """Why this amount cannot make this move on this account; pure."""
    source, _target = MOVES[move]
    if source is None:
        if amount > totals.unallotted:
            return Message(
                N_("%(amount)s is more than the %(left)s that the ceiling of %(ceiling)s leaves."),
                {
                    "amount": Money(amount, totals.currency),
                    "left": Money(totals.unallotted, totals.currency),
                    "ceiling": Money(totals.ceiling, totals.currency),
                },
            )
        return None
    stands = {Phase.AWARDED: totals.awarded, Phase.RESERVED: totals.reserved, Phase.COMMITTED: totals.committed,
              Phase.SPENT: totals.spent}[source]  # fmt: skip
    if amount > stands:
        return Message(
            N_("%(amount)s is more than the %(left)s that is left."),
            {"amount": Money(amount, totals.currency), "left": Money(stands, totals.currency)},
        )
    return None


def post(
    move: Move, amounts: Mapping[str, int], *, owner_id: str, subject: tuple[str, str], day: date | None = None
) -> str:
    """Make one move on several accounts at once (account id -> positive minor units); returns the posting's id.

    subject is (kind, id) of what it is for; owner_id the dossier whose history it stands in. Refused, with the
    sentence, where an account does not hold the amount; the database's constraints hold the same line.
    """
    current_unit()
    totals = lock_balances(list(amounts))
    for account_id, amount in sorted(amounts.items()):
        if amount <= 0:
            raise ValueError("a posting moves positive amounts")
        reason = why_not_post(move, amount, totals[account_id])
        if reason is not None:
            raise Refused(reason)
    posting = add(LedgerPosting(
        id=ids.new_id(), owner_id=owner_id, move=move, subject_kind=subject[0], subject_id=subject[1], at=clock.now(),
        day=day or clock.today(),
    ))  # fmt: skip
    db.session.flush()
    source, target = MOVES[move]
    for account_id, amount in sorted(amounts.items()):
        add(LedgerEntry(
            id=ids.new_id(), owner_id=owner_id, posting_id=posting.id, account_id=account_id, amount=amount
        ))  # fmt: skip
        change = {}
        if source is not None:
            change[str(source)] = getattr(LedgerBalance, source) - amount
        if target is not None:
            change[str(target)] = getattr(LedgerBalance, target) + amount
        db.session.execute(update(LedgerBalance).where(LedgerBalance.account_id == account_id).values(**change))
    return posting.id
