"""Tables of plans: the draft (plan, activities, lines, funding, agreements) and what was frozen and
decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import ERASABLE, PERSONAL, Base, Tracked
from casetracker.plans.states import ActivityKind, Frequency, FundingSource, PlanState, PlanStep


class Plan(Tracked, Base):
    """The one reintegration plan of a case. `draft_number` is the number that its next version gets."""

    __tablename__ = "plan"
    __table_args__ = (Index("ix_plan_state", "state", "dossier_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), unique=True)
    currency: Mapped[str]
    state: Mapped[PlanState]
    draft_number: Mapped[int]
    approved_number: Mapped[int | None]


class PlanActivity(Tracked, Base):
    """What is planned: a business, a school, a roof. Removed from the draft it stays, marked."""

    __tablename__ = "plan_activity"

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    kind: Mapped[ActivityKind]
    title: Mapped[str] = mapped_column(info=PERSONAL)
    place: Mapped[str] = mapped_column(info=PERSONAL)
    feasibility: Mapped[str] = mapped_column(info=PERSONAL)
    is_removed: Mapped[bool]


class PlanBeneficiary(Tracked, Base):
    """A person who benefits from an activity."""

    __tablename__ = "plan_beneficiary"
    __table_args__ = (UniqueConstraint("activity_id", "person_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    activity_id: Mapped[str] = mapped_column(ForeignKey("plan_activity.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))


class PlanLine(Tracked, Base):
    """What is bought: keeps its identity over all versions, and its ledger account once it was approved.

    `amount` is quantity × unit price × times in the plan's currency at `rate`, as of the last edit or
    submission.
    """

    __tablename__ = "plan_line"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND unit_price > 0 AND times > 0 AND amount >= 0", name="positive"),
        CheckConstraint("frequency = 'monthly' OR times = 1", name="once_is_one_time"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    activity_id: Mapped[str] = mapped_column(ForeignKey("plan_activity.id"), index=True)
    position: Mapped[int]
    description: Mapped[str] = mapped_column(info=PERSONAL)
    provider_id: Mapped[str | None] = mapped_column(ForeignKey("provider.id"))
    quantity: Mapped[int]
    unit_price: Mapped[int]
    unit_currency: Mapped[str]
    frequency: Mapped[Frequency]
    times: Mapped[int]
    rate: Mapped[str | None]
    amount: Mapped[int]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("ledger_account.id"), unique=True)
    is_removed: Mapped[bool]


class PlanFunding(Tracked, Base):
    """Who pays which part of a line, in the plan's currency."""

    __tablename__ = "plan_funding"
    __table_args__ = (
        UniqueConstraint("line_id", "source", "grant_id"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("(source = 'grant') = (grant_id IS NOT NULL)", name="grant_named"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    line_id: Mapped[str] = mapped_column(ForeignKey("plan_line.id"))
    source: Mapped[FundingSource]
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("person_grant.id"), index=True)
    amount: Mapped[int]


class PoolAgreement(Tracked, Base):
    """A person's signed agreement that the own grant pays this amount of a line; it lapses when the amount
    changes."""

    __tablename__ = "pool_agreement"
    __table_args__ = (CheckConstraint("amount > 0", name="positive"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    line_id: Mapped[str] = mapped_column(ForeignKey("plan_line.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    amount: Mapped[int]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    agreed_on: Mapped[date]
    lapsed_on: Mapped[date | None]


class PlanAuthor(Tracked, Base):
    """Somebody wrote in the draft that became (or becomes) version `draft_number`."""

    __tablename__ = "plan_author"
    __table_args__ = (UniqueConstraint("plan_id", "draft_number", "user_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plan.id"))
    draft_number: Mapped[int]
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))


class PlanVersion(Tracked, Base):
    """A submitted plan, frozen: canonical content, its hash, who submitted it, everybody who wrote in it."""

    __tablename__ = "plan_version"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        UniqueConstraint("id", "content_hash"),
        UniqueConstraint("id", "submitted_by"),
        {"info": {"append_only": True}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any] | None] = mapped_column(info=ERASABLE)
    content_hash: Mapped[str]
    submitted_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime]
    authors: Mapped[list[Any]]


class ContributionProof(Tracked, Base):
    """Evidence that somebody else than a grant paid a part of a line: own contribution or a third party. A correction
    changes the row."""

    __tablename__ = "contribution_proof"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("source <> 'grant'", name="no_grant"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    line_id: Mapped[str] = mapped_column(ForeignKey("plan_line.id"), index=True)
    source: Mapped[FundingSource]
    amount: Mapped[int]
    currency: Mapped[str]
    given_on: Mapped[date]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    logged_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))


class PlanRecall(Tracked, Base):
    """A version was taken back by its office before it was decided."""

    __tablename__ = "plan_recall"
    __table_args__ = ({"info": {"append_only": True}},)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("plan_version.id"), unique=True)
    recalled_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    recalled_at: Mapped[datetime]


class PlanDecision(Tracked, Base):
    """A decision on a version, bound to its hash. Nobody decides on what they submitted, nobody decides
    twice."""

    __tablename__ = "plan_decision"
    __table_args__ = (
        ForeignKeyConstraint(["version_id", "content_hash"], ["plan_version.id", "plan_version.content_hash"]),
        ForeignKeyConstraint(["version_id", "submitted_by"], ["plan_version.id", "plan_version.submitted_by"]),
        UniqueConstraint("version_id", "step"),
        UniqueConstraint("version_id", "decided_by"),
        CheckConstraint("decided_by <> submitted_by", name="four_eyes"),
        CheckConstraint("step <> 'return' OR reason IS NOT NULL", name="return_has_reason"),
        {"info": {"append_only": True}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    version_id: Mapped[str]
    content_hash: Mapped[str]
    submitted_by: Mapped[str]
    step: Mapped[PlanStep]
    decided_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(info=ERASABLE)
