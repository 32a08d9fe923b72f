"""Tables of the asylum part: applications and the persons each covers."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.asylum.states import AsylumOutcome
from casetracker.core.db import PERSONAL, Base, Tracked


class AsylumApplication(Tracked, Base):
    """An application for asylum, or the record that nobody applied (outcome "none", without a day)."""

    __tablename__ = "asylum_application"
    __part__ = "asylum"
    __table_args__ = (
        CheckConstraint("(outcome = 'none') = (filed_on IS NULL)", name="filed"),
        CheckConstraint("(outcome = 'none') = (authority IS NULL)", name="authority"),
        CheckConstraint("(outcome = 'withdrawn') = (withdrawn_on IS NOT NULL)", name="withdrawn"),
        CheckConstraint("withdrawn_on IS NULL OR document_id IS NOT NULL", name="withdrawal_has_document"),
        CheckConstraint("outcome NOT IN ('granted', 'refused') OR decided_on IS NOT NULL", name="decided"),
        CheckConstraint("decided_on IS NULL OR filed_on <= decided_on", name="days"),
        CheckConstraint("appealed_on IS NULL OR decided_on <= appealed_on", name="appeal"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    authority: Mapped[str | None] = mapped_column(info=PERSONAL)
    number: Mapped[str | None] = mapped_column(info=PERSONAL)
    filed_on: Mapped[date | None]
    outcome: Mapped[AsylumOutcome]
    decided_on: Mapped[date | None]
    appealed_on: Mapped[date | None]
    appeal_decided_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    is_void: Mapped[bool]
    """Recorded as none before an application became known."""


class AsylumCoverage(Tracked, Base):
    """A person whom an application covers."""

    __tablename__ = "asylum_coverage"
    __part__ = "asylum"
    __table_args__ = (UniqueConstraint("application_id", "person_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("asylum_application.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
