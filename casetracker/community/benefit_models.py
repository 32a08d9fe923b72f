"""Tables of who benefits: figures of people with what is known of them, where they may overlap, and events."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.community.benefit_states import (
    Aim,
    Basis,
    CohesionKind,
    CohesionState,
    Exactness,
    Method,
    PeopleGroup,
    Reach,
)
from casetracker.community.states import GroupProfile
from casetracker.core.db import PERSONAL, Base, Tracked


class CohesionEvent(Tracked, Base):
    """What brings locals and displaced people together, at a site or elsewhere: planned, held or cancelled."""

    __tablename__ = "cohesion_event"
    __table_args__ = (
        Index("ix_cohesion_event_dossier_id", "dossier_id", "day"),
        Index("ix_cohesion_event_site_id", "site_id", "day"),
        CheckConstraint("(state = 'cancelled') = (reason IS NOT NULL)", name="cancelled_with_reason"),
        CheckConstraint("expected IS NULL OR expected > 0", name="expected"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[CohesionKind]
    topic: Mapped[str] = mapped_column(info=PERSONAL)
    place: Mapped[str] = mapped_column(info=PERSONAL)
    day: Mapped[date]
    state: Mapped[CohesionState]
    reason: Mapped[str | None] = mapped_column(info=PERSONAL)
    expected: Mapped[int | None]
    """How many people were expected when it was planned."""


class BenefitFigure(Tracked, Base):
    """How many people are to benefit or did: of a site, of an event, or (neither) of the whole project."""

    __tablename__ = "benefit_figure"
    __table_args__ = (
        Index("ix_benefit_figure_dossier_id", "dossier_id", "as_of"),
        Index("ix_benefit_figure_site_id", "site_id", "as_of"),
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint("from_on IS NULL OR from_on <= as_of", name="days"),
        CheckConstraint("event_id IS NULL OR (aim = 'reached' AND reach = 'direct')", name="participants"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"))
    event_id: Mapped[str | None] = mapped_column(ForeignKey("cohesion_event.id"), unique=True)
    """Whose participants these are."""
    aim: Mapped[Aim]
    reach: Mapped[Reach]
    about: Mapped[GroupProfile | None]
    """Whom the figure counts alone; empty: everybody."""
    number: Mapped[int]
    exactness: Mapped[Exactness]
    basis: Mapped[Basis]
    from_on: Mapped[date | None]
    as_of: Mapped[date]
    method: Mapped[Method]
    source: Mapped[str] = mapped_column(info=PERSONAL)
    note: Mapped[str | None] = mapped_column(info=PERSONAL)
    """How people may be counted twice in it."""
    are_others: Mapped[bool]
    """These people are in no earlier figure of the same site, aim and reach: it adds to it, and does not replace it."""
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))


class BenefitShare(Tracked, Base):
    """How many of a figure are of a group, where that is known."""

    __tablename__ = "benefit_share"
    __table_args__ = (
        UniqueConstraint("figure_id", "people"),
        Index("ix_benefit_share_dossier_id", "dossier_id"),
        CheckConstraint("number >= 0", name="number"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    figure_id: Mapped[str] = mapped_column(ForeignKey("benefit_figure.id"))
    people: Mapped[PeopleGroup]
    number: Mapped[int]


class BenefitOverlap(Tracked, Base):
    """Two figures that may count some of the same people, as somebody said of the first."""

    __tablename__ = "benefit_overlap"
    __table_args__ = (
        UniqueConstraint("figure_id", "other_id"),
        Index("ix_benefit_overlap_dossier_id", "dossier_id"),
        Index("ix_benefit_overlap_other_id", "other_id"),
        CheckConstraint("figure_id <> other_id", name="two"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    figure_id: Mapped[str] = mapped_column(ForeignKey("benefit_figure.id"))
    other_id: Mapped[str] = mapped_column(ForeignKey("benefit_figure.id"))
