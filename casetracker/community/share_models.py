"""Tables of a project's money that no case has: the donor's share that two people award, and the sites that an
activity of the plan is for."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import ERASABLE, Base, Tracked


class ShareRequest(Tracked, Base):
    """Somebody asks that the project may spend so much of a budget line in all (minor units of `currency`); another
    person decides, once."""

    __tablename__ = "share_request"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("decided_by <> asked_by", name="four_eyes"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(decided_by IS NULL) = (is_granted IS NULL)", name="decision"),
        CheckConstraint("is_granted IS NULL OR is_granted OR refusal_reason IS NOT NULL", name="refusal_has_reason"),
        Index("ix_share_request_dossier_id", "dossier_id"),
        Index(
            "uq_share_request_waiting", "dossier_id", "budget_line_id", unique=True,
            sqlite_where=column("decided_by").is_(None), postgresql_where=column("decided_by").is_(None),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    budget_line_id: Mapped[str] = mapped_column(ForeignKey("budget_line.id"))
    amount: Mapped[int]
    currency: Mapped[str]
    signed_on: Mapped[date]
    """Day of the donor's agreement or amendment that says so."""
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    asked_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    is_granted: Mapped[bool | None]
    refusal_reason: Mapped[str | None] = mapped_column(info=ERASABLE)


class ActivitySite(Tracked, Base):
    """An activity of the plan is for this site; without one, for the whole project."""

    __tablename__ = "activity_site"
    __table_args__ = (
        UniqueConstraint("activity_id", "site_id"),
        Index("ix_activity_site_dossier_id", "dossier_id"),
        Index("ix_activity_site_site_id", "site_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    activity_id: Mapped[str] = mapped_column(ForeignKey("plan_activity.id"))
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"))
