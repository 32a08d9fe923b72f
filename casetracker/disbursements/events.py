"""What happens to a request for money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casetracker.disbursements.models import Disbursement
from casetracker.events.states import Category, DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class DisbursementEvent(DossierEvent):
    """The base: which request, and how much (minor units of the programme's currency)."""

    category = Category.MONEY
    icon = "wallet"
    disbursement_id: str
    purpose: str = personal()
    amount: int
    currency: str


def named(row: Disbursement) -> dict[str, Any]:
    """What every event of a disbursement says."""
    return {
        "owner_id": row.dossier_id,
        "disbursement_id": row.id,
        "purpose": row.purpose,
        "amount": row.amount,
        "currency": row.currency,
    }


@dataclass(frozen=True, kw_only=True)
class DisbursementDrafted(DisbursementEvent):
    """A request was begun."""

    kind = "disbursement.drafted"


@dataclass(frozen=True, kw_only=True)
class DisbursementEdited(DisbursementEvent):
    """A draft was changed; `released` says that it was submitted before and its money was released."""

    kind = "disbursement.edited"
    icon = "pencil"
    released: bool


@dataclass(frozen=True, kw_only=True)
class DisbursementSubmitted(DisbursementEvent):
    """A request was submitted; the money is reserved."""

    kind = "disbursement.submitted"
    icon = "send"
    submission_id: str
    number: int


@dataclass(frozen=True, kw_only=True)
class DisbursementApproved(DisbursementEvent):
    """The last approval needed was given; the money is committed."""

    kind = "disbursement.approved"
    category = Category.APPROVALS
    icon = "circle-check"
    is_sealed_at_once = True
    submission_id: str


@dataclass(frozen=True, kw_only=True)
class ApprovalGiven(DisbursementEvent):
    """One approval was given, further ones are needed."""

    kind = "approval.given"
    category = Category.APPROVALS
    icon = "check"
    is_sealed_at_once = True
    submission_id: str
    given: int
    needed: int


@dataclass(frozen=True, kw_only=True)
class DisbursementReturned(DisbursementEvent):
    """Sent back to be changed, with a reason; the money is released."""

    kind = "disbursement.returned"
    category = Category.APPROVALS
    icon = "undo-2"
    submission_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class DisbursementRefused(DisbursementEvent):
    """Refused for good, with a reason; the money is released."""

    kind = "disbursement.refused"
    category = Category.APPROVALS
    icon = "circle-x"
    submission_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class DisbursementCancelled(DisbursementEvent):
    """Cancelled by the requesting side, with a reason."""

    kind = "disbursement.cancelled"
    icon = "ban"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class QuoteAdded(DossierEvent):
    """A quote was received."""

    kind = "disbursement.quote_added"
    category = Category.MONEY
    icon = "file-text"
    disbursement_id: str
    quote_id: str
    provider_name: str = personal()
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class QuoteDropped(DossierEvent):
    """A quote was taken out of a draft."""

    kind = "disbursement.quote_dropped"
    category = Category.MONEY
    icon = "file-x"
    disbursement_id: str
    quote_id: str
    provider_name: str = personal()


@dataclass(frozen=True, kw_only=True)
class QuoteChosen(DossierEvent):
    """One of the quotes was chosen, with a reason."""

    kind = "disbursement.quote_chosen"
    category = Category.MONEY
    icon = "file-check"
    disbursement_id: str
    quote_id: str
    provider_name: str = personal()
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class TenderSaved(DossierEvent):
    """The tender file of a request was kept or changed; `number` people sat on the panel."""

    kind = "disbursement.tender_saved"
    category = Category.MONEY
    icon = "gavel"
    disbursement_id: str
    purpose: str = personal()
    number: int
