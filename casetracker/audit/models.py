"""Table of what auditors ask the record again and again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import Base


class SavedSearch(Base):
    """A search that its auditor named: the filters as an address holds them. Words searched for are not kept: they
    name people, and would outlive the erasure of a case. Bookkeeping: it changes nothing and nobody else sees it."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str]
    query: Mapped[str]
    saved_at: Mapped[datetime]
