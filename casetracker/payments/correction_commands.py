"""Correcting a step of an instalment that was logged wrongly: judged as if it were logged now; the step stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.orm.attributes import flag_modified

from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command, lock
from casetracker.core.errors import N_, NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.disbursements import queries as requests
from casetracker.disbursements.commands import lock_disbursement
from casetracker.disbursements.models import Disbursement, Instalment
from casetracker.disbursements.states import InstalmentState
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.commands import add_point
from casetracker.dossiers.events import PointRaised
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import PointKind
from casetracker.events.recording import record
from casetracker.payments import events, queries, rules
from casetracker.payments.commands import add_paper, named, signer_of, why_not_take_invoice
from casetracker.payments.models import Delivery, Invoice, Order, Verification
from casetracker.payments.states import DeliveryEntry, InvoiceEntry, OrderEntry, VerificationEntry

ORDER_CORRECTED = N_("The order of what was paid for was corrected: %(purpose)s, instalment %(number)s.")
DELIVERY_CORRECTED = N_("A delivery that was paid for was corrected: %(purpose)s, instalment %(number)s.")
INVOICE_CORRECTED = N_("An invoice that was paid was corrected: %(purpose)s, instalment %(number)s.")
PAID_TOO_MUCH = N_(
    "The corrected invoice of %(purpose)s, instalment %(number)s, is below what was paid for it: "
    "ask for the difference back."
)


@dataclass(frozen=True, kw_only=True)
class StepCorrection(Command):
    """A correction of what was logged about an instalment; `version` is that of the step's row."""

    dossier_id: str
    instalment_id: str
    version: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class CorrectOrder(StepCorrection):
    """How it was really ordered."""

    entry: OrderEntry


@command
def correct_order(cmd: CorrectOrder, *, actor: Actor) -> str:
    """Correct an order; returns the instalment's id. What was paid on it gets a point to clear."""
    require(actor, Permission.PAYMENT_RECORD)
    at, entry = _open(cmd, Order, cmd.entry, actor), cmd.entry
    at.step.ordered_on, at.step.number = entry.day, entry.number
    record(events.OrderCorrected(day=entry.day, reason=cmd.reason, **named(at.row, at.part)), actor=actor)
    if at.was_paid_on:
        _raise_point(at.row, at.part, ORDER_CORRECTED, actor)
    return at.part.id


@dataclass(frozen=True, kw_only=True)
class CorrectVerification(StepCorrection):
    """When somebody really looked, and what was seen."""

    entry: VerificationEntry


@command
def correct_verification(cmd: CorrectVerification, *, actor: Actor) -> str:
    """Correct a check; returns the instalment's id. It is the last step, so no money rests on it."""
    require(actor, Permission.DELIVERY_LOG)
    at, entry = _open(cmd, Verification, cmd.entry, actor), cmd.entry
    at.step.verified_on, at.step.note = entry.day, entry.note
    record(events.VerificationCorrected(day=entry.day, reason=cmd.reason, **named(at.row, at.part)), actor=actor)
    return at.part.id


@dataclass(frozen=True, kw_only=True)
class CorrectDelivery(StepCorrection):
    """How it really was. `certificate` None: the paper stays."""

    entry: DeliveryEntry
    certificate: Upload | None


@command
def correct_delivery(cmd: CorrectDelivery, *, actor: Actor) -> str:
    """Correct a delivery; returns the instalment's id. What was paid on it gets a point to clear."""
    require(actor, Permission.DELIVERY_LOG)
    at, entry = _open(cmd, Delivery, cmd.entry, actor, has_paper=cmd.certificate is not None), cmd.entry
    delivery = at.step
    signer_id, signed_by = signer_of(at.row, entry.signed_by_id, entry.signed_by, delivery.signed_by_id)
    if cmd.certificate is not None:
        kind = DocumentKind.HANDOVER_CERTIFICATE
        delivery.document_id = add_paper(at.row, kind, cmd.certificate, entry.day, "certificate", actor, signer_id)
    delivery.delivered_on, delivery.note = entry.day, entry.note
    delivery.signed_by_id, delivery.signed_by = signer_id, signed_by
    said = {**named(at.row, at.part), "document_id": delivery.document_id, "reason": cmd.reason}
    record(events.DeliveryCorrected(day=entry.day, person_id=signer_id, **said), actor=actor)
    if at.was_paid_on:
        _raise_point(at.row, at.part, DELIVERY_CORRECTED, actor)
    return at.part.id


@dataclass(frozen=True, kw_only=True)
class CorrectInvoice(StepCorrection):
    """What it really says. `paper` None: the file stays."""

    entry: InvoiceEntry
    paper: Upload | None


@command
def correct_invoice(cmd: CorrectInvoice, *, actor: Actor) -> str:
    """Correct an invoice; returns the instalment's id. What was paid on it gets a point to clear."""
    require(actor, Permission.DELIVERY_LOG)
    at, entry = _open(cmd, Invoice, cmd.entry, actor, has_paper=cmd.paper is not None), cmd.entry
    invoice = at.step
    refuse_if(why_not_take_invoice(at.row, at.part, entry))
    if cmd.paper is not None:
        invoice.document_id = add_paper(at.row, DocumentKind.INVOICE, cmd.paper, entry.day, "paper", actor)
    invoice.number, invoice.dated_on, invoice.amount = entry.number, entry.day, entry.amount
    said = {**named(at.row, at.part), "amount": entry.amount, "currency": invoice.currency}
    said |= {"document_id": invoice.document_id, "reason": cmd.reason}
    record(events.InvoiceCorrected(day=entry.day, **said), actor=actor)
    if at.was_paid_on:
        is_below = at.paid is not None and entry.amount < at.paid
        _raise_point(at.row, at.part, PAID_TOO_MUCH if is_below else INVOICE_CORRECTED, actor)
    return at.part.id


def order_entry(row: Order) -> OrderEntry:
    """What stands, in the shape in which it is entered."""
    return OrderEntry(day=row.ordered_on, number=row.number)


def verification_entry(row: Verification) -> VerificationEntry:
    """What stands, in the shape in which it is entered."""
    return VerificationEntry(day=row.verified_on, note=row.note)


def delivery_entry(row: Delivery) -> DeliveryEntry:
    """What stands, in the shape in which it is entered."""
    return DeliveryEntry(day=row.delivered_on, signed_by_id=row.signed_by_id, signed_by=row.signed_by, note=row.note)


def invoice_entry(row: Invoice) -> InvoiceEntry:
    """What stands, in the shape in which it is entered."""
    return InvoiceEntry(number=row.number, day=row.dated_on, amount=row.amount)


Step = TypeVar("Step", Order, Delivery, Invoice, Verification)
Entry = OrderEntry | DeliveryEntry | InvoiceEntry | VerificationEntry

_STEPS: dict[Any, tuple[str, InstalmentState, Callable[[Any], Entry]]] = {
    Order: ("order", InstalmentState.ORDERED, order_entry),
    Delivery: ("delivery", InstalmentState.DELIVERED, delivery_entry),
    Invoice: ("invoice", InstalmentState.INVOICED, invoice_entry),
    Verification: ("verification", InstalmentState.VERIFIED, verification_entry),
}
"""Table of a step -> what `Steps` calls it, the state it led to, what stands in the shape in which it is entered."""


@dataclass(frozen=True, kw_only=True)
class _Opened(Generic[Step]):
    """A step to correct, with its request and instalment; whether money was paid on it, and how much (in the currency
    that was paid)."""

    row: Disbursement
    part: Instalment
    step: Step
    was_paid_on: bool
    paid: int | None


def _open(
    cmd: StepCorrection, model: type[Step], entry: Entry, actor: Actor, *, has_paper: bool = False
) -> _Opened[Step]:
    """Seen, open, locked: dossier, request, instalment, step; judged as if it were logged now.

    The instalment's version moves, though no step is made: who pays or checks it by a page that shows what stood
    before is told.
    """
    require_open(actor, cmd.dossier_id)
    found = requests.get_instalment(cmd.dossier_id, cmd.instalment_id)
    row = lock_disbursement(cmd.dossier_id, found.disbursement_id)
    part = lock(Instalment, cmd.instalment_id)
    flag_modified(part, "state")
    name, state, entry_of = _STEPS[model]
    steps = queries.steps_of([part.id])[part.id]
    stands = getattr(steps, name)
    if stands is None:
        raise NotFound(name)
    step = lock(model, stands.id, cmd.version)
    facts = queries.step_facts(row, part, actor)
    changed = has_paper or entry != entry_of(step)
    refuse_if(rules.why_not_correct(facts, state, entry.day, changed=changed))
    paid = steps.payment.paid_amount if steps.payment is not None else None
    return _Opened(row=row, part=part, step=step, was_paid_on=rules.rests_on(facts, state), paid=paid)


def _raise_point(row: Disbursement, part: Instalment, text: str, actor: Actor) -> None:
    """What was paid rested on it: the request's money waits until a supervisor has looked."""
    said: dict[str, Any] = {"purpose": row.purpose, "number": part.number}
    subject = ("disbursement", row.id)
    point = add_point(row.dossier_id, PointKind.CORRECTION, text, said, subject=subject, blocks_money=True)
    record(PointRaised(owner_id=row.dossier_id, point_id=point.id), actor=actor)
