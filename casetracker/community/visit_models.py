"""The table of visits to sites in use."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.community.visit_states import UsersPer, VisitRound
from casetracker.core.db import PERSONAL, Base, Tracked


class SiteVisit(Tracked, Base):
    """A visit after the handover: what was found. Photographs name the visit that they are about."""

    __tablename__ = "site_visit"
    __table_args__ = (
        Index("ix_site_visit_site_id", "site_id", "visited_on"),
        Index("ix_site_visit_dossier_id", "dossier_id"),
        CheckConstraint("open_hours IS NULL OR open_hours BETWEEN 0 AND 168", name="hours"),
        CheckConstraint("(users IS NULL) = (users_per IS NULL) AND (users IS NULL OR users >= 0)", name="users"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    round: Mapped[VisitRound]
    visited_on: Mapped[date]
    visitors: Mapped[str] = mapped_column(info=PERSONAL)
    open_hours: Mapped[int | None]
    """Hours a week in which it is open."""
    users: Mapped[int | None]
    users_per: Mapped[UsersPer | None]
    equipment: Mapped[str | None] = mapped_column(info=PERSONAL)
    problems: Mapped[str | None] = mapped_column(info=PERSONAL)
    report_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
