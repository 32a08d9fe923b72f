"""Tables of the implementing partner: the agreement, and its tranches, each with the report that accounts for it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import PERSONAL, Base, Tracked


class PartnerAgreement(Tracked, Base):
    """What the office signed with a partner that carries the project out; minor units of `currency`."""

    __tablename__ = "partner_agreement"
    __table_args__ = (
        UniqueConstraint("dossier_id", "provider_id"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("starts_on <= ends_on", name="days"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    provider_id: Mapped[str] = mapped_column(ForeignKey("provider.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    amount: Mapped[int]
    currency: Mapped[str]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    logged_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))


class PartnerTranche(Tracked, Base):
    """A part of the agreement's amount. It may be paid once the reports on all tranches before it are accepted; its own
    report is accepted by somebody who did not enter it."""

    __tablename__ = "partner_tranche"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("(reported_on IS NULL) = (report_id IS NULL)", name="report"),
        CheckConstraint("(reported_on IS NULL) = (report_by IS NULL)", name="reporter"),
        CheckConstraint("accepted_on IS NULL OR reported_on IS NOT NULL", name="accepted_report"),
        CheckConstraint("(accepted_on IS NULL) = (accepted_by IS NULL)", name="accepted"),
        CheckConstraint("accepted_by <> report_by", name="four_eyes"),
        Index("ix_partner_tranche_dossier_id", "dossier_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    agreement_id: Mapped[str] = mapped_column(ForeignKey("partner_agreement.id"))
    number: Mapped[int]
    amount: Mapped[int]
    planned_on: Mapped[date]
    report_due_on: Mapped[date]
    reported_on: Mapped[date | None]
    report_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    report_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    report_note: Mapped[str | None] = mapped_column(info=PERSONAL)
    accepted_on: Mapped[date | None]
    accepted_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
