"""Tables of the ledger: accounts, postings and entries that only grow, and the balance kept for speed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import Base, Tracked
from casetracker.ledger.states import Move


class LedgerAccount(Tracked, Base):
    """An account under a ceiling in minor units; `owner_id` is whose history it stands in (empty: the system's)."""

    __tablename__ = "ledger_account"
    __owner__ = "owner_id"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[str | None]
    currency: Mapped[str]
    ceiling: Mapped[int]


class LedgerBalance(Base):
    """The account's totals, kept by posting alone and compared with the entries by `verify`. Bookkeeping."""

    __tablename__ = "ledger_balance"
    __table_args__ = (
        CheckConstraint("awarded >= 0 AND reserved >= 0 AND committed >= 0 AND spent >= 0", name="not_negative"),
        CheckConstraint("awarded + reserved + committed + spent <= ceiling", name="under_ceiling"),
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("ledger_account.id"), primary_key=True)
    ceiling: Mapped[int]
    awarded: Mapped[int]
    reserved: Mapped[int]
    committed: Mapped[int]
    spent: Mapped[int]


class LedgerPosting(Tracked, Base):
    """One move of money, for a reason that can be named (`subject_kind`, `subject_id`: grant, submission, payment)."""

    __tablename__ = "ledger_posting"
    __owner__ = "owner_id"
    __table_args__ = ({"info": {"append_only": True}},)

    id: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[str]
    move: Mapped[Move]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    at: Mapped[datetime]
    day: Mapped[date]


class LedgerEntry(Tracked, Base):
    """What a posting moves on one account: `amount` minor units along the posting's move, always positive."""

    __tablename__ = "ledger_entry"
    __owner__ = "owner_id"
    __table_args__ = (
        UniqueConstraint("posting_id", "account_id"),
        CheckConstraint("amount > 0", name="positive"),
        {"info": {"append_only": True}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[str]
    posting_id: Mapped[str] = mapped_column(ForeignKey("ledger_posting.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    amount: Mapped[int]
