"""Tables of the way home: up to the travel papers the sending side's; the journey is seen by both."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import PERSONAL, Base, Tracked
from casetracker.returns.states import Channel, EligibilityOutcome, TravelDocument


class CounsellingSession(Tracked, Base):
    """One counselling session, or for a forced return the information session."""

    __tablename__ = "counselling_session"
    __part__ = "sending"

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    held_on: Mapped[date]
    channel: Mapped[Channel]
    language: Mapped[str]
    """ISO 639-1."""
    has_interpreter: Mapped[bool]
    topics: Mapped[list[Any]]
    """Values of Topic."""
    note: Mapped[str | None] = mapped_column(info=PERSONAL)
    logged_by: Mapped[str]
    logged_at: Mapped[datetime]


class Voluntariness(Tracked, Base):
    """What one adult stated in a session: free choice (None for a forced return), informed decision."""

    __tablename__ = "voluntariness"
    __part__ = "sending"
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("counselling_session.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    free_choice: Mapped[bool | None]
    is_informed: Mapped[bool]


class ReturnApplication(Tracked, Base):
    """A signed return application; one may cover several persons, somebody added later signs another."""

    __tablename__ = "return_application"
    __part__ = "sending"

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    signed_on: Mapped[date]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    logged_by: Mapped[str]
    logged_at: Mapped[datetime]


class ApplicationPerson(Tracked, Base):
    """A person whom a return application covers; a person applies once on a case."""

    __tablename__ = "application_person"
    __part__ = "sending"
    __table_args__ = (UniqueConstraint("dossier_id", "person_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    application_id: Mapped[str] = mapped_column(ForeignKey("return_application.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    has_expulsion_order: Mapped[bool | None] = mapped_column(info=PERSONAL)
    """Whether an expulsion order is in force against the person; None: not known."""


class EligibilityDecision(Tracked, Base):
    """What a supervisor decided about one person; a later decision stands in the place of an earlier one."""

    __tablename__ = "eligibility_decision"
    __part__ = "sending"
    __table_args__ = (Index("ix_eligibility_decision_dossier", "dossier_id", "decided_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    outcome: Mapped[EligibilityOutcome]
    reason: Mapped[str] = mapped_column(info=PERSONAL)
    decided_on: Mapped[date]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]


class TravelPreparation(Tracked, Base):
    """What one person travels with: document, fitness, booking. Filled in bit by bit."""

    __tablename__ = "travel_preparation"
    __part__ = "sending"
    __table_args__ = (UniqueConstraint("dossier_id", "person_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    travel_document: Mapped[TravelDocument | None]
    document_number: Mapped[str | None] = mapped_column(info=PERSONAL)
    valid_until: Mapped[date | None]
    travel_document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    is_fit: Mapped[bool | None]
    fit_checked_on: Mapped[date | None]
    fit_document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    travels_on: Mapped[date | None]
    route: Mapped[str | None] = mapped_column(info=PERSONAL)
    carrier: Mapped[str | None] = mapped_column(info=PERSONAL)
    booking_document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))


class Journey(Tracked, Base):
    """One person's journey as both sides see it: departed or not departed, transit, arrived."""

    __tablename__ = "journey"
    __table_args__ = (
        UniqueConstraint("dossier_id", "person_id"),
        CheckConstraint("departed_on IS NULL OR not_departed_on IS NULL", name="one_end"),
        CheckConstraint("arrived_on IS NULL OR not_departed_on IS NULL", name="no_arrival"),
        CheckConstraint("departed_on IS NULL OR arrived_on IS NULL OR departed_on <= arrived_on", name="days"),
        CheckConstraint("(not_departed_on IS NULL) = (not_departed_reason IS NULL)", name="reason"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    departed_on: Mapped[date | None]
    transit: Mapped[str | None] = mapped_column(info=PERSONAL)
    arrived_on: Mapped[date | None]
    arrival_place: Mapped[str | None] = mapped_column(info=PERSONAL)
    arrival_document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    not_departed_on: Mapped[date | None]
    not_departed_reason: Mapped[str | None] = mapped_column(info=PERSONAL)


class ContactMade(Tracked, Base):
    """A returned person and the receiving office were in contact."""

    __tablename__ = "contact_made"
    __table_args__ = (Index("ix_contact_made_dossier", "dossier_id", "contact_on"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    contact_on: Mapped[date]
    channel: Mapped[Channel]
    note: Mapped[str | None] = mapped_column(info=PERSONAL)
    logged_by: Mapped[str]
    logged_at: Mapped[datetime]


class NeedsAssessment(Tracked, Base):
    """What a returned person needs, as the receiving office assessed it."""

    __tablename__ = "needs_assessment"
    __table_args__ = (Index("ix_needs_assessment_dossier", "dossier_id", "assessed_on"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    assessed_on: Mapped[date]
    needs: Mapped[list[Any]] = mapped_column(info=PERSONAL)
    """Values of Need."""
    summary: Mapped[str] = mapped_column(info=PERSONAL)
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    logged_by: Mapped[str]
    logged_at: Mapped[datetime]
