"""Tables of checks: what was found last, when a case was looked at, answers to false alarms, what staff declared."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.checks.states import Declared, RuleName, Severity
from casetracker.core.db import PERSONAL, SECRET, Base, Tracked


class FoundBefore(Base):
    """A finding of the last run over a case, so that lists can count and filter. Bookkeeping: it can be found anew from
    the tracked rows at any time, and holds nobody's name and no sentence."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_list", "severity", "since", "dossier_id", "rule", "subject_id"),)

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    rule: Mapped[RuleName] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str]
    severity: Mapped[Severity]
    since: Mapped[date]
    facts_hash: Mapped[str]


class CaseCheck(Base):
    """When the rules last ran over a case. Bookkeeping, as above."""

    __tablename__ = "case_check"

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(index=True)
    entries: Mapped[int]
    """How many entries the case's record had in what both sides see and in what the sending side sees."""


class FindingAnswer(Tracked, Base):
    """A false alarm was explained; it holds while the finding rests on the facts of this hash."""

    __tablename__ = "finding_answer"
    __part__ = ".part"
    __table_args__ = (
        UniqueConstraint("dossier_id", "rule", "subject_id", "facts_hash"),
        CheckConstraint("part IN ('shared', 'sending')", name="part"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    part: Mapped[str]
    rule: Mapped[RuleName]
    subject_id: Mapped[str]
    facts_hash: Mapped[str]
    reason: Mapped[str] = mapped_column(info=PERSONAL)
    answered_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime]


class StaffDeclaration(Tracked, Base):
    """A bank account or telephone that a member of staff declared as the own; of the number only a keyed hash is kept,
    which the database without the key outside it cannot be searched by."""

    __tablename__ = "staff_declaration"
    __owner__ = "office_id"
    __part__ = "office"
    __table_args__ = (CheckConstraint("withdrawn_at IS NULL OR declared_at <= withdrawn_at", name="moments"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    kind: Mapped[Declared]
    name: Mapped[str] = mapped_column(info=PERSONAL)
    """What the person calls it, to know it again."""
    number_hash: Mapped[str] = mapped_column(index=True, info=SECRET)
    key_id: Mapped[str]
    """Which key made the hash; once that key is gone, the number has to be declared anew."""
    declared_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
