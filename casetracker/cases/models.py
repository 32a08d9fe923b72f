"""Tables of cases: case, persons, consents, referrals, and requests to open a case afterwards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.cases.states import (
    ConsentScope,
    Outcome,
    PersonStatus,
    ReferralState,
    RequestState,
    Sex,
    Stage,
)
from casetracker.core.db import ERASED_TOO, PERSONAL, Base, Tracked
from casetracker.programmes.states import ApplicantRole, ReturnType


class Case(Tracked, Base):
    """What a case has beyond its dossier, whose id it shares. Both sides see it."""

    __tablename__ = "return_case"
    __owner__ = "id"
    __table_args__ = (
        CheckConstraint("(stage = 'closed') = (outcome IS NOT NULL)", name="closed_with_outcome"),
        CheckConstraint("(suspended_on IS NULL) = (suspension_reason IS NULL)", name="suspended_with_reason"),
    )

    id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    host_country: Mapped[str]
    return_country: Mapped[str]
    return_place: Mapped[str] = mapped_column(info=PERSONAL)
    stage: Mapped[Stage] = mapped_column(index=True)
    caseworker_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    receiving_caseworker_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    suspended_on: Mapped[date | None]
    suspension_reason: Mapped[str | None] = mapped_column(info=PERSONAL)
    outcome: Mapped[Outcome | None]
    closed_from: Mapped[Stage | None]
    """The stage in which the case stood when it was closed; reopening puts it back there."""
    is_retroactive: Mapped[bool]


class Person(Tracked, Base):
    """A person of a case; both sides see it. An unknown age makes it a placeholder."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("dossier_id", "position"),
        CheckConstraint("birth_date IS NULL OR age_estimate IS NULL", name="one_age"),
        CheckConstraint("(age_estimate IS NULL) = (age_estimated_on IS NULL)", name="estimate_of_a_day"),
        CheckConstraint("age_estimate IS NULL OR age_estimate BETWEEN 0 AND 120", name="age"),
        CheckConstraint("guardian_id IS NULL OR guardian_id <> id", name="guardian_is_another"),
        CheckConstraint("(status = 'active') = (status_on IS NULL)", name="status_of_a_day"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    position: Mapped[int]
    given_name: Mapped[str] = mapped_column(info=PERSONAL)
    family_name: Mapped[str] = mapped_column(info=PERSONAL, index=True)
    role: Mapped[ApplicantRole]
    return_type: Mapped[ReturnType]
    sex: Mapped[Sex] = mapped_column(info=PERSONAL)
    birth_date: Mapped[date | None] = mapped_column(info=PERSONAL)
    age_estimate: Mapped[int | None] = mapped_column(info=PERSONAL)
    age_estimated_on: Mapped[date | None] = mapped_column(info=ERASED_TOO)
    nationality: Mapped[str] = mapped_column(info=PERSONAL)
    guardian_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    """Who consents for a child."""
    language: Mapped[str | None] = mapped_column(info=PERSONAL)
    phone: Mapped[str | None] = mapped_column(info=PERSONAL)
    email: Mapped[str | None] = mapped_column(info=PERSONAL)
    return_address: Mapped[str | None] = mapped_column(info=PERSONAL)
    """Where the person lives after the return; either office enters it."""
    vulnerabilities: Mapped[list[Any]] = mapped_column(info=PERSONAL)
    """Values of Vulnerability."""
    needs: Mapped[str | None] = mapped_column(info=PERSONAL)
    adult_at_application: Mapped[bool | None]
    """Adult or child as fixed by the age on the day of the return application; None before it."""
    status: Mapped[PersonStatus]
    status_on: Mapped[date | None]
    status_reason: Mapped[str | None] = mapped_column(info=PERSONAL)


class Consent(Tracked, Base):
    """What a person (for a child: the guardian) agreed to, with the signed file (sending side)."""

    __tablename__ = "consent"
    __table_args__ = (CheckConstraint("withdrawn_on IS NULL OR given_on <= withdrawn_on", name="days"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    given_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    scope: Mapped[ConsentScope]
    given_on: Mapped[date]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    withdrawn_on: Mapped[date | None]


class Referral(Tracked, Base):
    """A referral to a receiving office; the frozen `summary` is all that the office sees at first."""

    __tablename__ = "referral"
    __table_args__ = (
        Index("ix_referral_office_state", "office_id", "state"),
        CheckConstraint("(state = 'waiting') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("state <> 'returned' OR answer_reason IS NOT NULL", name="returned_with_reason"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    summary: Mapped[dict[str, Any]] = mapped_column(info=PERSONAL)
    sent_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    sent_at: Mapped[datetime]
    state: Mapped[ReferralState]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answer_reason: Mapped[str | None] = mapped_column(info=PERSONAL)


class RetroactiveRequest(Tracked, Base):
    """A receiving office asks a sending office to open a case for somebody who returned without applying."""

    __tablename__ = "retroactive_request"
    __owner__ = "office_id"
    __part__ = "office"
    __table_args__ = (
        Index("ix_retroactive_request_sending", "sending_office_id", "state"),
        CheckConstraint("office_id <> sending_office_id", name="two_offices"),
        CheckConstraint("(state = 'opened') = (dossier_id IS NOT NULL)", name="opened_with_case"),
        CheckConstraint("(state = 'declined') = (answer_reason IS NOT NULL)", name="declined_with_reason"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    sending_office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    given_name: Mapped[str] = mapped_column(info=PERSONAL)
    family_name: Mapped[str] = mapped_column(info=PERSONAL)
    returned_on: Mapped[date]
    circumstances: Mapped[str] = mapped_column(info=PERSONAL)
    asked_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    state: Mapped[RequestState]
    dossier_id: Mapped[str | None] = mapped_column(ForeignKey("dossier.id"))
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answer_reason: Mapped[str | None] = mapped_column(info=PERSONAL)


def _only_one(name: str, condition: ColumnElement[bool], *columns: Any) -> Index:
    """A unique index over the rows of which the condition holds, on both databases."""
    return Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


_only_one("uq_person_principal", Person.role == ApplicantRole.PRINCIPAL, Person.dossier_id)
_only_one("uq_consent_standing", Consent.withdrawn_on.is_(None), Consent.person_id, Consent.scope)
_only_one(
    "uq_referral_standing",
    Referral.state.in_([ReferralState.WAITING, ReferralState.ACCEPTED]),
    Referral.dossier_id,
)
