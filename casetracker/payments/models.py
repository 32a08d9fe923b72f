"""Tables of what happens to an instalment: order, delivery, invoice, payment, check, reversal."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import PERSONAL, Base, Tracked
from casetracker.payments.states import ReversalState


class Order(Tracked, Base):
    """The instalment was ordered from the provider. A correction changes the row."""

    __tablename__ = "purchase_order"

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    instalment_id: Mapped[str] = mapped_column(ForeignKey("instalment.id"), unique=True)
    ordered_on: Mapped[date]
    number: Mapped[str | None]
    ordered_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))


class Delivery(Tracked, Base):
    """What was bought was handed over; the beneficiary signed the certificate, or, where no person of a case does, who
    is named. A correction changes the row."""

    __tablename__ = "delivery"
    __table_args__ = (CheckConstraint("signed_by_id IS NULL OR signed_by IS NULL", name="signed"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    instalment_id: Mapped[str] = mapped_column(ForeignKey("instalment.id"), unique=True)
    delivered_on: Mapped[date]
    signed_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    signed_by: Mapped[str | None] = mapped_column(info=PERSONAL)
    """Name and function of who signed for a place; erased with the rest."""
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    note: Mapped[str | None] = mapped_column(info=PERSONAL)
    logged_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))


class Invoice(Tracked, Base):
    """The invoice (or receipt) of an instalment, in the currency of the approved amount. A correction changes it."""

    __tablename__ = "invoice"
    __table_args__ = (CheckConstraint("amount > 0", name="positive"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    instalment_id: Mapped[str] = mapped_column(ForeignKey("instalment.id"), unique=True)
    number: Mapped[str] = mapped_column(info=PERSONAL)
    dated_on: Mapped[date]
    amount: Mapped[int]
    currency: Mapped[str]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    logged_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))


class Payment(Tracked, Base):
    """The instalment was paid; recorded by somebody who neither asked nor approved (payment_approval)."""

    __tablename__ = "payment"
    __table_args__ = (
        ForeignKeyConstraint(["submission_id", "requested_by"], ["submission.id", "submission.requested_by"]),
        UniqueConstraint("id", "recorded_by"),
        CheckConstraint("recorded_by <> requested_by", name="four_eyes"),
        CheckConstraint("amount > 0 AND paid_amount > 0", name="positive"),
        {"info": {"append_only": True}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    instalment_id: Mapped[str] = mapped_column(ForeignKey("instalment.id"), unique=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"))
    requested_by: Mapped[str]
    recorded_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
    paid_on: Mapped[date]
    paid_amount: Mapped[int]
    paid_currency: Mapped[str]
    rate: Mapped[str]
    """Units of the paid currency for one of the programme's, as decimal text; 1 for the same currency."""
    amount: Mapped[int]
    currency: Mapped[str]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("provider_account.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))


class PaymentApproval(Tracked, Base):
    """An approval that a payment rests on; the schema refuses one by the payment's own recorder."""

    __tablename__ = "payment_approval"
    __table_args__ = (
        ForeignKeyConstraint(["payment_id", "recorded_by"], ["payment.id", "payment.recorded_by"]),
        ForeignKeyConstraint(
            ["decision_id", "approver_id"], ["disbursement_decision.id", "disbursement_decision.approver_id"]
        ),
        UniqueConstraint("payment_id", "decision_id"),
        CheckConstraint("recorded_by <> approver_id", name="four_eyes"),
        {"info": {"append_only": True}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    payment_id: Mapped[str]
    recorded_by: Mapped[str]
    decision_id: Mapped[str]
    approver_id: Mapped[str]


class PaymentShare(Tracked, Base):
    """What a payment took of a share of the request: one grant, for one plan line or none."""

    __tablename__ = "payment_share"
    __table_args__ = (
        UniqueConstraint("payment_id", "share_id"),
        CheckConstraint("amount > 0", name="positive"),
        {"info": {"append_only": True}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    payment_id: Mapped[str] = mapped_column(ForeignKey("payment.id"), index=True)
    share_id: Mapped[str] = mapped_column(ForeignKey("disbursement_share.id"), index=True)
    amount: Mapped[int]


class Verification(Tracked, Base):
    """Somebody looked whether what was paid for is there and used as planned. A correction changes the row."""

    __tablename__ = "verification"

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    instalment_id: Mapped[str] = mapped_column(ForeignKey("instalment.id"), unique=True)
    verified_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(info=PERSONAL)
    verified_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))


class Reversal(Tracked, Base):
    """A payment is taken back, wholly or in part (refund): asked for by one, approved by another."""

    __tablename__ = "reversal"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("decided_by <> requested_by", name="four_eyes"),
        CheckConstraint("(state = 'requested') = (decided_by IS NULL)", name="decided"),
        Index("ix_reversal_state", "state", "dossier_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payment.id"), index=True)
    state: Mapped[ReversalState]
    amount: Mapped[int]
    currency: Mapped[str]
    refunded_on: Mapped[date]
    reason: Mapped[str] = mapped_column(info=PERSONAL)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    requested_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    requested_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = mapped_column(info=PERSONAL)


class ReversalShare(Tracked, Base):
    """What a reversal gives back to a share of the payment."""

    __tablename__ = "reversal_share"
    __table_args__ = (
        UniqueConstraint("reversal_id", "payment_share_id"),
        CheckConstraint("amount > 0", name="positive"),
        {"info": {"append_only": True}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    reversal_id: Mapped[str] = mapped_column(ForeignKey("reversal.id"), index=True)
    payment_share_id: Mapped[str] = mapped_column(ForeignKey("payment_share.id"))
    amount: Mapped[int]
