"""States of reversals, and the facts that an instalment's steps and refunds are judged by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values
from casetracker.disbursements.states import DisbursementState, InstalmentState, PaymentTerms


class ReversalState(StrEnum):
    """Where a reversal stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"


REVERSAL_MOVES: dict[ReversalState, tuple[ReversalState, ...]] = {
    ReversalState.REQUESTED: (ReversalState.APPROVED, ReversalState.REFUSED),
    ReversalState.APPROVED: (),
    ReversalState.REFUSED: (),
}

name_values({
    ReversalState.REQUESTED: N_("Waiting for approval"),
    ReversalState.APPROVED: N_("Approved"),
    ReversalState.REFUSED: N_("Refused"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class StepFacts:
    """Where an instalment and its request stand, today, and the days of what was done with it before."""

    request: DisbursementState
    terms: PaymentTerms
    state: InstalmentState
    today: date
    approved_on: date | None = None
    ordered_on: date | None = None
    delivered_on: date | None = None
    invoice_on: date | None = None
    paid_on: date | None = None
    verified_on: date | None = None
    kept_until: date | None = None
    is_rest_done: bool = True


@dataclass(frozen=True, kw_only=True)
class OrderEntry:
    """An order as it is entered."""

    day: date
    number: str | None


@dataclass(frozen=True, kw_only=True)
class VerificationEntry:
    """A check as it is entered: the day, what was seen."""

    day: date
    note: str | None


@dataclass(frozen=True, kw_only=True)
class DeliveryEntry:
    """A delivery as it is entered: the day, who signed, what was remarked."""

    day: date
    signed_by_id: str | None
    note: str | None
    signed_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class InvoiceEntry:
    """An invoice as it is entered: minor units of the currency that was approved."""

    number: str
    day: date
    amount: int


@dataclass(frozen=True, kw_only=True)
class InvoiceFacts:
    """An invoice as it is entered; `cap` is what was approved in its currency."""

    dated_on: date
    amount: int
    currency: str
    cap: int
    eligible_from: date
    eligible_until: date


@dataclass(frozen=True, kw_only=True)
class PaymentFacts:
    """A payment as it is recorded: `amount` in the currency paid, `worth` in the programme's at that rate.

    worth None: no rate is stored; `cap`, `local_cap`: what was approved; `invoiced`: what the invoice says.
    """

    recorder: str
    requested_by: str
    writers: frozenset[str]
    approvers: frozenset[str]
    paid_on: date
    amount: int
    paid_currency: str
    currency: str
    worth: int | None
    cap: int
    local_cap: int | None
    invoiced: int | None
    account_stands: bool


@dataclass(frozen=True, kw_only=True)
class RefundFacts:
    """A reversal as it is asked for, minor units of the programme's currency."""

    amount: int
    paid: int
    reversed_before: int
    currency: str
    paid_on: date
    refunded_on: date
    today: date
