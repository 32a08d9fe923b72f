"""Tables of programmes: budget lines, packages, entitlement rules, approval policies, exchange rates."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import Base, Tracked
from casetracker.programmes.states import ApplicantRole, BasisDate, ReturnType


class Programme(Tracked, Base):
    """A donor's programme; its ceiling lies on the ledger account. All stands in the system's chain."""

    __tablename__ = "programme"
    __owner__ = None
    __part__ = "system"
    __table_args__ = (
        CheckConstraint("eligible_from <= eligible_until", name="eligible"),
        CheckConstraint("retention_months IS NULL OR retention_months > 0", name="retention"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    donor: Mapped[str]
    currency: Mapped[str]
    eligible_from: Mapped[date]
    eligible_until: Mapped[date]
    plan_within_months: Mapped[int | None]
    """Ideally the plan is ready so many months after the return; None: nothing is said."""
    account_id: Mapped[str] = mapped_column(ForeignKey("ledger_account.id"), unique=True)
    is_active: Mapped[bool]
    """Whether new cases may take it."""
    excludes_eea: Mapped[bool]
    """Whether nationals of the European Economic Area are not eligible."""
    excludes_expulsion: Mapped[bool]
    """Whether people against whom an expulsion order is in force are not eligible."""
    retention_months: Mapped[int | None]
    """So many months after the day it was closed a case is due to be erased; None: not before somebody says."""


class BudgetLine(Tracked, Base):
    """A part of a programme's budget, under a ceiling of its own."""

    __tablename__ = "budget_line"
    __owner__ = None
    __part__ = "system"
    __table_args__ = (UniqueConstraint("programme_id", "code"), UniqueConstraint("id", "programme_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    code: Mapped[str]
    name: Mapped[str]
    account_id: Mapped[str] = mapped_column(ForeignKey("ledger_account.id"), unique=True)


class Package(Tracked, Base):
    """What a programme gives for one purpose, out of one budget line."""

    __tablename__ = "package"
    __owner__ = None
    __part__ = "system"
    __table_args__ = (
        UniqueConstraint("programme_id", "code"),
        CheckConstraint("NOT in_kind_only OR cash_cap IS NULL", name="in_kind"),
        CheckConstraint("cash_cap IS NULL OR cash_cap > 0", name="cash_cap"),
        CheckConstraint("contact_within_months IS NULL OR contact_within_months > 0", name="contact_within"),
        CheckConstraint("use_within_months IS NULL OR use_within_months > 0", name="use_within"),
        CheckConstraint("within_working_days IS NULL OR within_working_days > 0", name="within_working_days"),
        CheckConstraint("use_within_months IS NULL OR within_working_days IS NULL", name="one_use_clock"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    budget_line_id: Mapped[str] = mapped_column(ForeignKey("budget_line.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    needs_plan: Mapped[bool]
    in_kind_only: Mapped[bool]
    cash_cap: Mapped[int | None]
    contact_within_months: Mapped[int | None]
    use_within_months: Mapped[int | None]
    within_working_days: Mapped[int | None]
    """The use counted in working days from the arrival, instead of months."""
    is_active: Mapped[bool]
    """Whether new grants are made of it."""


class EntitlementRule(Tracked, Base):
    """Package × applicant role × return type × nationalities → amount, on days of the basis date."""

    __tablename__ = "entitlement_rule"
    __owner__ = None
    __part__ = "system"
    __table_args__ = (
        Index("ix_entitlement_rule_key", "package_id", "applicant_role", "return_type"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="days"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    package_id: Mapped[str] = mapped_column(ForeignKey("package.id"))
    applicant_role: Mapped[ApplicantRole]
    return_type: Mapped[ReturnType]
    amount: Mapped[int]
    is_maximum: Mapped[bool]
    basis: Mapped[BasisDate]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    nationalities_included: Mapped[list[Any]]
    nationalities_excluded: Mapped[list[Any]]


class ApprovalPolicy(Tracked, Base):
    """Which approvals and quotes disbursements of a programme need, from a day on."""

    __tablename__ = "approval_policy"
    __owner__ = None
    __part__ = "system"
    __table_args__ = (
        UniqueConstraint("programme_id", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="days"),
        CheckConstraint("own_procedure_limit IS NULL OR own_procedure_limit > 0", name="own_procedure_limit"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    own_procedure_limit: Mapped[int | None]
    """The own procedure of buying holds up to this total for the same provider and activity; None: no limit."""


class ApprovalBand(Tracked, Base):
    """Up to this total so many approvals of the receiving and of the sending office."""

    __tablename__ = "approval_band"
    __owner__ = None
    __part__ = "system"
    __table_args__ = (
        UniqueConstraint("policy_id", "position"),
        CheckConstraint("receiving >= 0 AND sending >= 0 AND receiving + sending >= 1", name="some_approval"),
        CheckConstraint("up_to IS NULL OR up_to > 0", name="up_to"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    policy_id: Mapped[str] = mapped_column(ForeignKey("approval_policy.id"))
    position: Mapped[int]
    up_to: Mapped[int | None]
    receiving: Mapped[int]
    sending: Mapped[int]


class QuoteRule(Tracked, Base):
    """From this total on so many quotes."""

    __tablename__ = "quote_rule"
    __owner__ = None
    __part__ = "system"
    __table_args__ = (
        UniqueConstraint("policy_id", "from_amount"),
        CheckConstraint("from_amount >= 0 AND number >= 0", name="not_negative"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    policy_id: Mapped[str] = mapped_column(ForeignKey("approval_policy.id"))
    from_amount: Mapped[int]
    number: Mapped[int]


class ExchangeRate(Tracked, Base):
    """`rate` (decimal text) units of `currency` for one unit of `base`, from `day` until the next rate."""

    __tablename__ = "exchange_rate"
    __owner__ = None
    __part__ = "system"
    __table_args__ = (
        UniqueConstraint("currency", "base", "day"),
        CheckConstraint("currency <> base", name="two_currencies"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str]
    base: Mapped[str]
    day: Mapped[date]
    rate: Mapped[str]
