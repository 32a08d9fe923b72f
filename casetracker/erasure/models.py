"""The table of erasures: who asked, how much is to go, and the second person's word."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import PERSONAL, Base, Tracked
from casetracker.erasure.states import ErasureState


class Erasure(Tracked, Base):
    """A supervisor of the sending office asked to erase a case; another one confirms or declines."""

    __tablename__ = "erasure"
    __part__ = "sending"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="four_eyes"),
        CheckConstraint("(state IN ('declined', 'done')) = (decided_by IS NOT NULL)", name="decided"),
        CheckConstraint("(state = 'declined') = (decline_reason IS NOT NULL)", name="declined_with_reason"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    state: Mapped[ErasureState]
    due_on: Mapped[date]
    row_count: Mapped[int]
    """Rows with something personal when it was asked for: what the second person confirms is the same."""
    file_count: Mapped[int]
    asked_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None] = mapped_column(info=PERSONAL)


_is_waiting = Erasure.state == ErasureState.ASKED
Index(
    "uq_erasure_waiting", Erasure.dossier_id, unique=True, sqlite_where=_is_waiting, postgresql_where=_is_waiting
)  # fmt: skip
