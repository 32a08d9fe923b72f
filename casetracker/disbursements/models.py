"""Tables of disbursements: request, shares over grants, instalments, quotes, submissions, decisions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import ERASABLE, PERSONAL, Base, Tracked
from casetracker.disbursements.states import (
    DecisionStep,
    DisbursementKind,
    DisbursementState,
    InstalmentState,
    PaymentTerms,
    TenderProcedure,
)


class Disbursement(Tracked, Base):
    """A request for money. `amount` caps it in the programme's currency; a local amount may stand beside."""

    __tablename__ = "disbursement"
    __table_args__ = (
        Index("ix_disbursement_state", "state", "dossier_id"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("(local_currency IS NULL) = (local_amount IS NULL)", name="local_pair"),
        CheckConstraint("local_amount IS NULL OR local_amount > 0", name="local_positive"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    kind: Mapped[DisbursementKind]
    state: Mapped[DisbursementState]
    purpose: Mapped[str] = mapped_column(info=PERSONAL)
    provider_id: Mapped[str | None] = mapped_column(ForeignKey("provider.id"), index=True)
    currency: Mapped[str]
    amount: Mapped[int]
    local_currency: Mapped[str | None]
    local_amount: Mapped[int | None]
    choice_reason: Mapped[str | None] = mapped_column(info=PERSONAL)
    """Why the chosen quote was chosen."""
    state_reason: Mapped[str | None] = mapped_column(info=PERSONAL)
    """Why it was returned, refused or cancelled."""
    created_by: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]
    writers: Mapped[list[Any]]
    """Ids of everybody who wrote in it; none of them approves it."""


class DisbursementShare(Tracked, Base):
    """What the request takes from one grant, for one plan line or (a package without plan) for none."""

    __tablename__ = "disbursement_share"
    __table_args__ = (
        UniqueConstraint("disbursement_id", "line_id", "grant_id"),
        CheckConstraint("amount > 0", name="positive"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    disbursement_id: Mapped[str] = mapped_column(ForeignKey("disbursement.id"), index=True)
    position: Mapped[int]
    line_id: Mapped[str | None] = mapped_column(ForeignKey("plan_line.id"), index=True)
    activity_id: Mapped[str | None] = mapped_column(ForeignKey("plan_activity.id"))
    grant_id: Mapped[str] = mapped_column(ForeignKey("person_grant.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    """Whose grant it is; none where the dossier holds the share itself."""
    amount: Mapped[int]


class Instalment(Tracked, Base):
    """A part of the request that is ordered, delivered, invoiced, paid and verified by itself."""

    __tablename__ = "instalment"
    __table_args__ = (
        UniqueConstraint("disbursement_id", "number"),
        CheckConstraint("amount > 0", name="positive"),
        Index("ix_instalment_state", "state", "dossier_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    disbursement_id: Mapped[str] = mapped_column(ForeignKey("disbursement.id"), index=True)
    number: Mapped[int]
    terms: Mapped[PaymentTerms]
    state: Mapped[InstalmentState]
    amount: Mapped[int]
    local_amount: Mapped[int | None]
    due_on: Mapped[date | None]
    state_reason: Mapped[str | None] = mapped_column(info=PERSONAL)


class InstalmentShare(Tracked, Base):
    """What an instalment takes of a share; fixed at submission, adds up both ways."""

    __tablename__ = "instalment_share"
    __table_args__ = (
        UniqueConstraint("instalment_id", "share_id"),
        CheckConstraint("amount > 0", name="positive"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    instalment_id: Mapped[str] = mapped_column(ForeignKey("instalment.id"), index=True)
    share_id: Mapped[str] = mapped_column(ForeignKey("disbursement_share.id"), index=True)
    amount: Mapped[int]


class Quote(Tracked, Base):
    """An offer received for what is asked; one is chosen, with a reason."""

    __tablename__ = "quote"
    __table_args__ = (CheckConstraint("amount > 0", name="positive"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    disbursement_id: Mapped[str] = mapped_column(ForeignKey("disbursement.id"), index=True)
    provider_name: Mapped[str] = mapped_column(info=PERSONAL)
    provider_id: Mapped[str | None] = mapped_column(ForeignKey("provider.id"))
    amount: Mapped[int]
    currency: Mapped[str]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    is_chosen: Mapped[bool]
    is_dropped: Mapped[bool]
    added_by: Mapped[str]


class TenderFile(Tracked, Base):
    """How the provider was found by a tender: needed where the programme's own procedure of buying does not hold any
    more. The bids are the request's quotes."""

    __tablename__ = "tender_file"
    __table_args__ = (CheckConstraint("published_on <= opened_on", name="days"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    disbursement_id: Mapped[str] = mapped_column(ForeignKey("disbursement.id"), unique=True)
    procedure: Mapped[TenderProcedure]
    published_on: Mapped[date]
    opened_on: Mapped[date]
    """When the bids were opened."""
    notice_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    minutes_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    """What the panel looked at and decided, signed."""
    sat_before: Mapped[list[Any]]
    """Who of the staff sat on the panel at any submission: none of them approves, though the panel is another now."""


class TenderPanelist(Tracked, Base):
    """Somebody who sat on the panel: of the staff (who then does not approve the request), or from outside by name."""

    __tablename__ = "tender_panelist"
    __table_args__ = (
        UniqueConstraint("tender_id", "position"),
        UniqueConstraint("tender_id", "user_id"),
        CheckConstraint("user_id IS NULL OR name IS NULL", name="one"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    tender_id: Mapped[str] = mapped_column(ForeignKey("tender_file.id"))
    position: Mapped[int]
    user_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str | None] = mapped_column(info=PERSONAL)
    function: Mapped[str] = mapped_column(info=PERSONAL)


class Submission(Tracked, Base):
    """What was submitted, for good: content, hash, who asked, that day's policy. Decisions refer to it."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("disbursement_id", "number"),
        UniqueConstraint("id", "requested_by"),
        UniqueConstraint("id", "content_hash"),
        {"info": {"append_only": True}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    disbursement_id: Mapped[str] = mapped_column(ForeignKey("disbursement.id"), index=True)
    number: Mapped[int]
    requested_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    writers: Mapped[list[Any]]
    submitted_at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(info=ERASABLE)
    content_hash: Mapped[str]
    policy: Mapped[dict[str, Any]]
    plan_version_id: Mapped[str | None] = mapped_column(ForeignKey("plan_version.id"))
    plan_authors: Mapped[list[Any]]
    band_total: Mapped[int]
    """What chose the band: this request and the others for the same provider and activity (or person)."""
    needs_receiving: Mapped[int]
    needs_sending: Mapped[int]
    quotes_needed: Mapped[int]

    @property
    def panel_ids(self) -> frozenset[str]:
        """Who of the staff sat on the panel of its tender, as it was submitted."""
        return frozenset(self.content.get("tender", {}).get("panel_ids", ()))


class Decision(Tracked, Base):
    """One supervisor's word on one submission; the schema itself refuses the requester and other content."""

    __tablename__ = "disbursement_decision"
    __table_args__ = (
        ForeignKeyConstraint(["submission_id", "requested_by"], ["submission.id", "submission.requested_by"]),
        ForeignKeyConstraint(
            ["submission_id", "content_hash"],
            ["submission.id", "submission.content_hash"],
            name="fk_disbursement_decision_content",
        ),
        UniqueConstraint("submission_id", "approver_id"),
        UniqueConstraint("id", "approver_id"),
        CheckConstraint("approver_id <> requested_by", name="four_eyes"),
        CheckConstraint("step = 'approve' OR reason IS NOT NULL", name="reason"),
        {"info": {"append_only": True}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), index=True)
    requested_by: Mapped[str]
    content_hash: Mapped[str]
    approver_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    acts_for: Mapped[str | None]
    """The supervisor whose dated substitute the approver was."""
    relation: Mapped[str]
    step: Mapped[DecisionStep]
    reason: Mapped[str | None] = mapped_column(info=ERASABLE)
    at: Mapped[datetime]
