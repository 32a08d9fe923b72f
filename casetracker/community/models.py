"""Tables of community projects: project, donors, indicators, sites with their papers, initiative groups, selection,
co-contributions."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.cases.states import Sex
from casetracker.community import (  # noqa: F401  # more of its tables
    benefit_models,
    case_site_models,
    equipment_models,
    partner_models,
    photo_models,
    share_models,
    visit_models,
    works_models,
)
from casetracker.community.states import (
    AgeBand,
    ContributionForm,
    ContributionSource,
    GatheringKind,
    GroupProfile,
    SiteKind,
    SiteOutcome,
    SiteStage,
)
from casetracker.core.db import PERSONAL, Base, Tracked


class Project(Tracked, Base):
    """What a project has beyond its dossier, whose id it shares."""

    __tablename__ = "project"
    __owner__ = "id"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="days"),
        CheckConstraint("target_sites IS NULL OR target_sites > 0", name="target_positive"),
        CheckConstraint("sector IS NULL OR length(sector) = 5", name="sector"),
    )

    id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    title: Mapped[str]
    purpose: Mapped[str]
    country: Mapped[str]
    regions: Mapped[list[Any]]
    """Names of regions, in the order entered."""
    target_sites: Mapped[int | None]
    sector: Mapped[str | None]
    """Five digits of the list of purposes that donors report by (OECD DAC)."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    coordinator_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)


class ProjectDonor(Tracked, Base):
    """Who pays for the project, and which share of it in whole per cent, where that is known."""

    __tablename__ = "project_donor"
    __table_args__ = (
        UniqueConstraint("dossier_id", "position"),
        CheckConstraint("share IS NULL OR share BETWEEN 1 AND 100", name="share"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    position: Mapped[int]
    name: Mapped[str]
    share: Mapped[int | None]


class ProjectIndicator(Tracked, Base):
    """What an objective of the project is measured by."""

    __tablename__ = "project_indicator"
    __table_args__ = (UniqueConstraint("dossier_id", "position"), CheckConstraint("target >= 0", name="target"))

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    position: Mapped[int]
    objective: Mapped[str]
    indicator: Mapped[str]
    target: Mapped[int]


class Site(Tracked, Base):
    """An institution of a project. Coordinates are millionths of a degree, north and east positive."""

    __tablename__ = "site"
    __table_args__ = (
        UniqueConstraint("dossier_id", "position"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place"),
        CheckConstraint("latitude IS NULL OR latitude BETWEEN -90000000 AND 90000000", name="latitude"),
        CheckConstraint("longitude IS NULL OR longitude BETWEEN -180000000 AND 180000000", name="longitude"),
        CheckConstraint("(outcome IS NULL) = (outcome_reason IS NULL)", name="outcome_with_reason"),
        CheckConstraint("users_before IS NULL OR users_before >= 0", name="users"),
        CheckConstraint("raion_code IS NULL OR raion IS NOT NULL", name="raion_code"),
        CheckConstraint("hromada_code IS NULL OR hromada IS NOT NULL", name="hromada_code"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    position: Mapped[int]
    name: Mapped[str]
    local_name: Mapped[str]
    """As people there call it, in their own letters."""
    kind: Mapped[SiteKind]
    settlement: Mapped[str]
    oblast: Mapped[str]
    oblast_code: Mapped[str | None]
    raion: Mapped[str | None]
    raion_code: Mapped[str | None]
    hromada: Mapped[str | None]
    hromada_code: Mapped[str | None]
    place_code: Mapped[str | None]
    """The settlement's code. All codes are those of the country's own list (see place_rules)."""
    latitude: Mapped[int | None]
    longitude: Mapped[int | None]
    owner: Mapped[str]
    contact_name: Mapped[str | None] = mapped_column(info=PERSONAL)
    contact_phone: Mapped[str | None] = mapped_column(info=PERSONAL)
    users_before: Mapped[int | None]
    stage: Mapped[SiteStage]
    stage_on: Mapped[date]
    outcome: Mapped[SiteOutcome | None]
    outcome_reason: Mapped[str | None] = mapped_column(info=PERSONAL)


class SitePaper(Tracked, Base):
    """A document that was stored with a site; its kind says what it proves."""

    __tablename__ = "site_paper"
    __table_args__ = (Index("ix_site_paper_site_id", "site_id"), Index("ix_site_paper_dossier_id", "dossier_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), unique=True)


class GroupMember(Tracked, Base):
    """A member of a site's initiative group: no name, unless it is the person to be reached."""

    __tablename__ = "group_member"
    __table_args__ = (
        Index("ix_group_member_site_id", "site_id"),
        Index("ix_group_member_dossier_id", "dossier_id"),
        CheckConstraint("is_contact OR (contact_name IS NULL AND contact_phone IS NULL)", name="nameless"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    profile: Mapped[GroupProfile]
    sex: Mapped[Sex]
    age_band: Mapped[AgeBand]
    is_contact: Mapped[bool]
    contact_name: Mapped[str | None] = mapped_column(info=PERSONAL)
    contact_phone: Mapped[str | None] = mapped_column(info=PERSONAL)
    joined_on: Mapped[date]
    left_on: Mapped[date | None]


class GroupGathering(Tracked, Base):
    """A training session or a meeting of a site's initiative group, with its minutes where there are any."""

    __tablename__ = "group_gathering"
    __table_args__ = (
        Index("ix_group_gathering_site_id", "site_id", "held_on"),
        Index("ix_group_gathering_dossier_id", "dossier_id"),
        CheckConstraint("attended > 0", name="attended"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[GatheringKind]
    held_on: Mapped[date]
    topic: Mapped[str] = mapped_column(info=PERSONAL)
    attended: Mapped[int]
    minutes_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))


class SelectionCriterion(Tracked, Base):
    """What sites of a project are compared by, and how much it weighs beside the others."""

    __tablename__ = "selection_criterion"
    __table_args__ = (
        UniqueConstraint("dossier_id", "position"),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    position: Mapped[int]
    name: Mapped[str]
    weight: Mapped[int]


class SiteScore(Tracked, Base):
    """How well a site meets a criterion, 0 to 10."""

    __tablename__ = "site_score"
    __table_args__ = (
        UniqueConstraint("site_id", "criterion_id"),
        Index("ix_site_score_dossier_id", "dossier_id"),
        CheckConstraint("score BETWEEN 0 AND 10", name="score"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    criterion_id: Mapped[str] = mapped_column(ForeignKey("selection_criterion.id"))
    score: Mapped[int]


class SiteVote(Tracked, Base):
    """The vote on a site, with its minutes; a site has one."""

    __tablename__ = "site_vote"
    __table_args__ = (
        Index("ix_site_vote_dossier_id", "dossier_id"),
        CheckConstraint("votes_for >= 0 AND votes_against >= 0 AND abstained >= 0", name="counts"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), unique=True)
    held_on: Mapped[date]
    votes_for: Mapped[int]
    votes_against: Mapped[int]
    abstained: Mapped[int]
    minutes_id: Mapped[str] = mapped_column(ForeignKey("document.id"))


class CoContribution(Tracked, Base):
    """What somebody beside the donor pledged for a site, in cash or in kind; minor units. It is evidenced, never paid
    out: it stands in no ledger."""

    __tablename__ = "co_contribution"
    __table_args__ = (
        Index("ix_co_contribution_site_id", "site_id"),
        Index("ix_co_contribution_dossier_id", "dossier_id"),
        CheckConstraint("amount > 0", name="positive"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    source: Mapped[ContributionSource]
    giver: Mapped[str] = mapped_column(info=PERSONAL)
    form: Mapped[ContributionForm]
    what: Mapped[str] = mapped_column(info=PERSONAL)
    amount: Mapped[int]
    currency: Mapped[str]
    pledged_on: Mapped[date]


class ContributionDelivery(Tracked, Base):
    """Evidence that a pledge, or a part of it, was kept; minor units of the pledge's currency."""

    __tablename__ = "contribution_delivery"
    __table_args__ = (
        Index("ix_contribution_delivery_contribution_id", "contribution_id"),
        Index("ix_contribution_delivery_dossier_id", "dossier_id"),
        CheckConstraint("amount > 0", name="positive"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    contribution_id: Mapped[str] = mapped_column(ForeignKey("co_contribution.id"))
    delivered_on: Mapped[date]
    amount: Mapped[int]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
