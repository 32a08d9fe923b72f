"""Tables of samples: what was drawn, tick marks and visits, findings with what was said on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import ERASABLE, PERSONAL, Base, Tracked
from casetracker.sampling.finding_states import FindingState, ReplyKind
from casetracker.sampling.mark_states import FoundThere, Tick
from casetracker.sampling.states import Method, PopulationKind, SampleState


class Sample(Tracked, Base):
    """A sample as it was drawn: from which entries of the record, up to which moment of it, how, and with which seed.

    Its population can be listed and its items drawn again from the record alone, at any time.
    """

    __tablename__ = "sample"
    __owner__ = None
    __part__ = "system"
    __table_args__ = (
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index("ix_sample_drawn_by", "drawn_by", "drawn_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    """What its auditor calls it. It outlives the erasure of a case, so the form says that it names nobody."""
    drawn_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    drawn_at: Mapped[datetime]
    until: Mapped[datetime]
    """The moment of history: entries recorded before it."""
    head_size: Mapped[int | None]
    """Size of the newest signed head at that moment; None where nobody signs."""
    head_root: Mapped[str | None]
    population: Mapped[PopulationKind]
    filters: Mapped[dict[str, Any]]
    scope: Mapped[list[Any]]
    """The mandates under which it was drawn: offices, programmes, days."""
    method: Mapped[Method]
    parameters: Mapped[dict[str, Any]]
    """Size or how it follows from the confidence, bounds of strata, the amount: whole numbers and decimal text."""
    seed: Mapped[str]
    currency: Mapped[str | None]
    population_count: Mapped[int]
    population_amount: Mapped[int]
    population_hash: Mapped[str]
    """SHA-256 over the population's entries in their order, hexadecimal."""
    state: Mapped[SampleState]
    closed_at: Mapped[datetime | None]


class SampleItem(Tracked, Base):
    """An entry of the record that was drawn. The entry never changes, nor does the item."""

    __tablename__ = "sample_item"
    __owner__ = None
    __part__ = "system"
    __table_args__ = (
        UniqueConstraint("sample_id", "number"),
        UniqueConstraint("sample_id", "chain_id", "seq"),
        ForeignKeyConstraint(["chain_id", "seq"], ["event.chain_id", "event.seq"]),
        {"info": {"append_only": True}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    sample_id: Mapped[str] = mapped_column(ForeignKey("sample.id"))
    number: Mapped[int]
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    chain_id: Mapped[str]
    seq: Mapped[int]
    amount: Mapped[int | None]
    stratum: Mapped[str | None]
    hits: Mapped[int]
    """How many times a monetary unit of it was drawn; 1 by every other method."""


class SampleMark(Tracked, Base):
    """What its auditor saw of an item. Of the record of access, so that no office reads it. Its note goes when the case
    is erased; the ticks, whether it is an exception and how much is wrong stay, as amounts do."""

    __tablename__ = "sample_mark"
    __part__ = "access"

    id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("sample_item.id"), unique=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    document_seen: Mapped[Tick]
    agrees: Mapped[Tick]
    is_exception: Mapped[bool]
    wrong_amount: Mapped[int | None]
    """How much of the amount is wrong, in minor units of the sample's currency."""
    note: Mapped[str | None] = mapped_column(info=PERSONAL)
    marked_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    marked_at: Mapped[datetime]


class SpotCheck(Tracked, Base):
    """What a visit found of a delivery that was drawn; its remarks go when the case is erased."""

    __tablename__ = "spot_check"
    __part__ = "access"

    id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("sample_item.id"), unique=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    visited_on: Mapped[date]
    found: Mapped[FoundThere]
    is_used: Mapped[Tick]
    """Whether it is used for what it was bought for."""
    signature_agrees: Mapped[Tick]
    """Whether whoever signed the certificate says so on the spot."""
    note: Mapped[str | None] = mapped_column(info=PERSONAL)
    entered_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime]


class AuditFinding(Tracked, Base):
    """What an auditor holds against a case, for one of its offices to answer."""

    __tablename__ = "audit_finding"
    __part__ = ".part"
    __table_args__ = (
        CheckConstraint("part IN ('shared', 'sending')", name="part"),
        CheckConstraint("part = 'shared' OR office_id = sending_office_id", name="asked_side"),
        CheckConstraint("(questioned_amount IS NULL) = (currency IS NULL)", name="questioned"),
        CheckConstraint("questioned_amount IS NULL OR questioned_amount > 0", name="positive"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index("ix_audit_finding_office", "office_id", "state", "due_on"),
        Index("ix_audit_finding_raised_by", "raised_by", "due_on"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    part: Mapped[str]
    """Shared where its office may be the receiving one: both sides read it then."""
    sending_office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    """Which office was asked."""
    item_id: Mapped[str | None] = mapped_column(ForeignKey("sample_item.id"), index=True)
    title: Mapped[str] = mapped_column(info=PERSONAL)
    text: Mapped[str] = mapped_column(info=PERSONAL)
    questioned_amount: Mapped[int | None]
    """Cost that may not be eligible, in minor units."""
    currency: Mapped[str | None]
    due_on: Mapped[date]
    state: Mapped[FindingState]
    raised_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class AuditFindingReply(Tracked, Base):
    """A word on a finding: the office's answer, the auditor's why not, or the end."""

    __tablename__ = "audit_finding_reply"
    __part__ = ".part"
    __table_args__ = (
        CheckConstraint("part IN ('shared', 'sending')", name="part"),
        Index("ix_audit_finding_reply_finding", "finding_id", "said_at"),
        {"info": {"append_only": True}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    finding_id: Mapped[str] = mapped_column(ForeignKey("audit_finding.id"))
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    part: Mapped[str]
    kind: Mapped[ReplyKind]
    text: Mapped[str] = mapped_column(info=ERASABLE)
    said_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    said_at: Mapped[datetime]
