"""The table of sites that members of a case use; it is the case's, not the project's."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import PERSONAL, Base, Tracked


class CaseSite(Tracked, Base):
    """Members of the case use this site, since a day, until it was ended with a reason. The site's name is kept with
    it: who reads the case need not read the project."""

    __tablename__ = "case_site"
    __table_args__ = (
        Index("ix_case_site_dossier_id", "dossier_id"),
        Index("ix_case_site_site_id", "site_id"),
        CheckConstraint("(ended_on IS NULL) = (reason IS NULL)", name="ended_with_reason"),
        CheckConstraint("ended_on IS NULL OR since <= ended_on", name="days"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    """The case's."""
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"), info=PERSONAL)
    """Empty once the case is erased."""
    site_name: Mapped[str] = mapped_column(info=PERSONAL)
    since: Mapped[date]
    ended_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(info=PERSONAL)
