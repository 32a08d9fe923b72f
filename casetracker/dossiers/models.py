"""Tables of dossiers: reference and offices, who has access, named readers, points to clear."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import PERSONAL, Base, Tracked
from casetracker.dossiers.states import PointKind, Relation


class Dossier(Tracked, Base):
    """What a case and a community project have in common."""

    __tablename__ = "dossier"
    __owner__ = "id"
    __table_args__ = (
        Index("ix_dossier_sending_opened", "sending_office_id", "opened_on", "reference"),
        CheckConstraint("erased_on IS NULL OR closed_on IS NOT NULL", name="erased_is_closed"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    """CASE or PROJECT: which feature's page opens it."""
    sending_office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"), index=True)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    is_restricted: Mapped[bool]
    """Only the people named in dossier_reader see it."""
    erased_on: Mapped[date | None]
    """The day on which what is personal was erased, for good; it never opens again."""


class DossierAccess(Tracked, Base):
    """An office's relation to a dossier on days from/until (open end: None)."""

    __tablename__ = "dossier_access"
    __table_args__ = (
        Index("ix_dossier_access_office", "office_id", "dossier_id"),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="days"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    relation: Mapped[Relation]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]


class DossierReader(Tracked, Base):
    """A person named to see a restricted dossier."""

    __tablename__ = "dossier_reader"
    __table_args__ = (UniqueConstraint("dossier_id", "user_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    is_revoked: Mapped[bool]


class DossierPoint(Tracked, Base):
    """Something to clear on a dossier: a corrected fact that money rested on, a task, a finding.

    `text` is the English sentence with %(name)s places, `params` plain values; `part` says which side sees it.
    `subject_kind`/`subject_id` name what the point is about (e.g. "grant", its id); `blocks_money` points must be
    cleared before the next money act on that subject.
    """

    __tablename__ = "dossier_point"
    __part__ = ".part"
    __table_args__ = (Index("ix_dossier_point_open", "dossier_id", "cleared_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    part: Mapped[str]
    kind: Mapped[PointKind]
    text: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(info=PERSONAL)
    subject_kind: Mapped[str | None]
    subject_id: Mapped[str | None]
    blocks_money: Mapped[bool]
    due_on: Mapped[date | None]
    raised_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    cleared_by: Mapped[str | None]
    clearing_reason: Mapped[str | None] = mapped_column(info=PERSONAL)


class ReferenceNumber(Base):
    """The last number given out per series (country and year). Bookkeeping; it is raised in the transaction that opens
    the dossier, so a number is never lost."""

    __tablename__ = "reference_number"

    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]
