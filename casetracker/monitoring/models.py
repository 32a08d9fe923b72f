"""Tables of monitoring; both sides of a case see them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import PERSONAL, Base, Tracked
from casetracker.monitoring.states import ComplaintChannel, ComplaintKind, Use


class Visit(Tracked, Base):
    """A monitoring visit: where, who, what was found, whether the grant is used as planned."""

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_dossier", "dossier_id", "visited_on"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    visited_on: Mapped[date]
    place: Mapped[str] = mapped_column(info=PERSONAL)
    visitors: Mapped[str] = mapped_column(info=PERSONAL)
    findings: Mapped[str] = mapped_column(info=PERSONAL)
    use: Mapped[Use]
    logged_by: Mapped[str]
    logged_at: Mapped[datetime]


class VisitPhotograph(Tracked, Base):
    """A photograph or report of a visit."""

    __tablename__ = "visit_photograph"
    __table_args__ = (UniqueConstraint("visit_id", "document_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))


class Complaint(Tracked, Base):
    """A complaint or feedback, and what the office answered."""

    __tablename__ = "complaint"
    __table_args__ = (
        Index("ix_complaint_dossier", "dossier_id", "received_on"),
        CheckConstraint("(answer IS NULL) = (answered_on IS NULL)", name="answer_of_a_day"),
        CheckConstraint("answered_on IS NULL OR received_on <= answered_on", name="days"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    """Who said it, if it is one of the family."""
    kind: Mapped[ComplaintKind]
    channel: Mapped[ComplaintChannel]
    received_on: Mapped[date]
    text: Mapped[str] = mapped_column(info=PERSONAL)
    answer: Mapped[str | None] = mapped_column(info=PERSONAL)
    answered_on: Mapped[date | None]
    answered_by: Mapped[str | None]
    logged_by: Mapped[str]
    logged_at: Mapped[datetime]


class FinalReport(Tracked, Base):
    """The final report of a case; a case has one."""

    __tablename__ = "final_report"

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), unique=True)
    reported_on: Mapped[date]
    summary: Mapped[str] = mapped_column(info=PERSONAL)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    logged_by: Mapped[str]
    logged_at: Mapped[datetime]
