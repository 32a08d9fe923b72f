"""Tables of bundles: how far each is, where its file lies, which cases it holds. Bookkeeping: asking for one, making
it and taking it away are events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import Base
from casetracker.exports.bundle_states import BundleState


class Bundle(Base):
    """A file of many cases that somebody asked for. It holds nothing of a case itself."""

    __tablename__ = "bundle"
    __table_args__ = (
        CheckConstraint("(state = 'done') = (sha256 IS NOT NULL)", name="done_with_file"),
        Index("ix_bundle_asked_by", "asked_by", "asked_at"),
        Index("ix_bundle_state", "state", "asked_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asked_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    wanted: Mapped[dict[str, Any]]
    """The filter, formats and whether with documents (`bundle_states.Wanted`)."""
    state: Mapped[BundleState]
    attempt: Mapped[int]
    """How often it was begun; whoever finds another number than his own stops."""
    done: Mapped[int]
    total: Mapped[int]
    """Cases that are in it, and that it is to hold."""
    entries: Mapped[int]
    touched_at: Mapped[datetime]
    """The last sign of life of whoever makes it."""
    ended_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    is_signed: Mapped[bool]
    pieces: Mapped[int]
    """In how many encrypted pieces the file lies."""
    size: Mapped[int]
    sha256: Mapped[str | None]
    why: Mapped[str | None]
    """Why it could not be made or is gone: the English sentence."""

    def is_over(self, now: datetime) -> bool:
        """Whether its days are over."""
        return self.expires_at is not None and self.expires_at <= now


class BundleCase(Base):
    """A case that a bundle holds, with the compartments that its reader could read when it was asked for."""

    __tablename__ = "bundle_case"

    bundle_id: Mapped[str] = mapped_column(ForeignKey("bundle.id"), primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True, index=True)
    parts: Mapped[str]
    """Names of compartments in their order, with a comma between."""
