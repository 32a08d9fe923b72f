"""What happens to an instalment, and to money that is given back."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class InstalmentEvent(DossierEvent):
    """The base: which instalment of which request, and how much (minor units)."""

    category = Category.MONEY
    icon = "package"
    instalment_id: str
    number: int
    purpose: str = personal()
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class InstalmentOrdered(InstalmentEvent):
    """Ordered from the provider."""

    kind = "instalment.ordered"
    icon = "shopping-cart"


@dataclass(frozen=True, kw_only=True)
class InstalmentDelivered(InstalmentEvent):
    """Handed over; the beneficiary (person_id) signed the certificate."""

    kind = "instalment.delivered"
    icon = "gift"
    document_id: str


@dataclass(frozen=True, kw_only=True)
class InstalmentInvoiced(InstalmentEvent):
    """The invoice came."""

    kind = "instalment.invoiced"
    icon = "receipt"
    document_id: str


@dataclass(frozen=True, kw_only=True)
class InstalmentPaid(InstalmentEvent):
    """Paid: `amount` in the programme's currency, `paid_amount` as it left; the rest is released."""

    kind = "instalment.paid"
    icon = "banknote"
    is_sealed_at_once = True
    payment_id: str
    paid_amount: int
    paid_currency: str
    rate: str
    released: int


@dataclass(frozen=True, kw_only=True)
class InstalmentVerified(InstalmentEvent):
    """Somebody looked: what was paid for is there."""

    kind = "instalment.verified"
    icon = "badge-check"


@dataclass(frozen=True, kw_only=True)
class InstalmentSkipped(InstalmentEvent):
    """Not needed any more, with a reason; its money is released."""

    kind = "instalment.skipped"
    icon = "skip-forward"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class OrderCorrected(InstalmentEvent):
    """What was logged of an order was corrected, with a reason; the step stands."""

    kind = "order.corrected"
    icon = "pencil"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class VerificationCorrected(InstalmentEvent):
    """What was logged of a check was corrected, with a reason; the step stands."""

    kind = "verification.corrected"
    icon = "pencil"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class DeliveryCorrected(InstalmentEvent):
    """What was logged of a delivery was corrected, with a reason; the step stands."""

    kind = "delivery.corrected"
    icon = "pencil"
    document_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class InvoiceCorrected(InstalmentEvent):
    """What was logged of an invoice was corrected, with a reason; the step stands."""

    kind = "invoice.corrected"
    icon = "pencil"
    document_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ReversalRequested(DossierEvent):
    """Somebody asks to take a payment back, wholly or in part."""

    kind = "reversal.requested"
    category = Category.MONEY
    icon = "rotate-ccw"
    reversal_id: str
    payment_id: str
    amount: int
    currency: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ReversalApproved(DossierEvent):
    """The refund was approved by another person; the money is there again."""

    kind = "reversal.approved"
    category = Category.APPROVALS
    icon = "rotate-ccw"
    is_sealed_at_once = True
    reversal_id: str
    payment_id: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class ReversalRefused(DossierEvent):
    """The refund was refused, with a reason."""

    kind = "reversal.refused"
    category = Category.APPROVALS
    icon = "circle-x"
    reversal_id: str
    payment_id: str
    amount: int
    currency: str
    reason: str = personal()
