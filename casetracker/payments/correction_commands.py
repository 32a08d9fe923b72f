"""Correcting a step of an instalment that was logged wrongly: judged as if it were logged now; the step stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from casetracker.cases.queries import get_person
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
from casetracker.payments.commands import add_paper, named, why_not_signed_by, why_not_take_invoice
from casetracker.payments.models import Delivery, Invoice, Order, Verification
from casetracker.payments.queries import Steps
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
    row, part, steps = _open(cmd, actor)
    if steps.order is None:
        raise NotFound("order")
    order, entry = lock(Order, steps.order.id, cmd.version), cmd.entry
    facts = queries.step_facts(row, part, actor)
    changed = entry != order_entry(order)
    refuse_if(rules.why_not_correct(facts, InstalmentState.ORDERED, entry.day, changed=changed))
    order.ordered_on, order.number = entry.day, entry.number
    record(events.OrderCorrected(day=entry.day, reason=cmd.reason, **named(row, part)), actor=actor)
    if rules.rests_on(facts, InstalmentState.ORDERED):
        _raise_point(row, part, ORDER_CORRECTED, actor)
    return part.id


@dataclass(frozen=True, kw_only=True)
class CorrectVerification(StepCorrection):
    """When somebody really looked, and what was seen."""

    entry: VerificationEntry


@command
def correct_verification(cmd: CorrectVerification, *, actor: Actor) -> str:
    """Correct a check; returns the instalment's id. It is the last step, so no money rests on it."""
    require(actor, Permission.DELIVERY_LOG)
    row, part, steps = _open(cmd, actor)
    if steps.verification is None:
        raise NotFound("verification")
    check, entry = lock(Verification, steps.verification.id, cmd.version), cmd.entry
    facts = queries.step_facts(row, part, actor)
    changed = entry != verification_entry(check)
    refuse_if(rules.why_not_correct(facts, InstalmentState.VERIFIED, entry.day, changed=changed))
    check.verified_on, check.note = entry.day, entry.note
    record(events.VerificationCorrected(day=entry.day, reason=cmd.reason, **named(row, part)), actor=actor)
    return part.id


@dataclass(frozen=True, kw_only=True)
class CorrectDelivery(StepCorrection):
    """How it really was. `certificate` None: the paper stays."""

    entry: DeliveryEntry
    certificate: Upload | None


@command
def correct_delivery(cmd: CorrectDelivery, *, actor: Actor) -> str:
    """Correct a delivery; returns the instalment's id. What was paid on it gets a point to clear."""
    require(actor, Permission.DELIVERY_LOG)
    row, part, steps = _open(cmd, actor)
    if steps.delivery is None:
        raise NotFound("delivery")
    delivery, entry = lock(Delivery, steps.delivery.id, cmd.version), cmd.entry
    facts = queries.step_facts(row, part, actor)
    changed = entry != delivery_entry(delivery) or cmd.certificate is not None
    refuse_if(rules.why_not_correct(facts, InstalmentState.DELIVERED, entry.day, changed=changed))
    person = get_person(cmd.dossier_id, entry.signed_by_id)
    if person.id != delivery.signed_by_id:
        refuse_if(why_not_signed_by(row, person))
    if cmd.certificate is not None:
        kind = DocumentKind.HANDOVER_CERTIFICATE
        delivery.document_id = add_paper(row, kind, cmd.certificate, entry.day, "certificate", actor, person.id)
    delivery.delivered_on, delivery.signed_by_id, delivery.note = entry.day, person.id, entry.note
    said = {**named(row, part), "document_id": delivery.document_id, "reason": cmd.reason}
    record(events.DeliveryCorrected(day=entry.day, person_id=person.id, **said), actor=actor)
    if rules.rests_on(facts, InstalmentState.DELIVERED):
        _raise_point(row, part, DELIVERY_CORRECTED, actor)
    return part.id


@dataclass(frozen=True, kw_only=True)
class CorrectInvoice(StepCorrection):
    """What it really says. `paper` None: the file stays."""

    entry: InvoiceEntry
    paper: Upload | None


@command
def correct_invoice(cmd: CorrectInvoice, *, actor: Actor) -> str:
    """Correct an invoice; returns the instalment's id. What was paid on it gets a point to clear."""
    require(actor, Permission.DELIVERY_LOG)
    row, part, steps = _open(cmd, actor)
    if steps.invoice is None:
        raise NotFound("invoice")
    invoice, entry = lock(Invoice, steps.invoice.id, cmd.version), cmd.entry
    facts = queries.step_facts(row, part, actor)
    changed = entry != invoice_entry(invoice) or cmd.paper is not None
    refuse_if(rules.why_not_correct(facts, InstalmentState.INVOICED, entry.day, changed=changed))
    refuse_if(why_not_take_invoice(row, part, entry))
    if cmd.paper is not None:
        invoice.document_id = add_paper(row, DocumentKind.INVOICE, cmd.paper, entry.day, "paper", actor)
    invoice.number, invoice.dated_on, invoice.amount = entry.number, entry.day, entry.amount
    said = {**named(row, part), "amount": entry.amount, "currency": invoice.currency}
    said |= {"document_id": invoice.document_id, "reason": cmd.reason}
    record(events.InvoiceCorrected(day=entry.day, **said), actor=actor)
    if rules.rests_on(facts, InstalmentState.INVOICED):
        is_below = steps.payment is not None and entry.amount < steps.payment.paid_amount
        _raise_point(row, part, PAID_TOO_MUCH if is_below else INVOICE_CORRECTED, actor)
    return part.id


def order_entry(row: Order) -> OrderEntry:
    """What stands, in the shape in which it is entered."""
    return OrderEntry(day=row.ordered_on, number=row.number)


def verification_entry(row: Verification) -> VerificationEntry:
    """What stands, in the shape in which it is entered."""
    return VerificationEntry(day=row.verified_on, note=row.note)


def delivery_entry(row: Delivery) -> DeliveryEntry:
    """What stands, in the shape in which it is entered."""
    return DeliveryEntry(day=row.delivered_on, signed_by_id=row.signed_by_id, note=row.note)


def invoice_entry(row: Invoice) -> InvoiceEntry:
    """What stands, in the shape in which it is entered."""
    return InvoiceEntry(number=row.number, day=row.dated_on, amount=row.amount)


def _open(cmd: StepCorrection, actor: Actor) -> tuple[Disbursement, Instalment, Steps]:
    """Seen, open, locked: dossier, request, instalment. Its version moves, though no step is made: who pays or
    checks it by a page that shows what stood before is told."""
    require_open(actor, cmd.dossier_id)
    found = requests.get_instalment(cmd.dossier_id, cmd.instalment_id)
    row = lock_disbursement(cmd.dossier_id, found.disbursement_id)
    part = lock(Instalment, cmd.instalment_id)
    flag_modified(part, "state")
    return row, part, queries.steps_of([part.id])[part.id]


def _raise_point(row: Disbursement, part: Instalment, text: str, actor: Actor) -> None:
    """What was paid rested on it: the request's money waits until a supervisor has looked."""
    said: dict[str, Any] = {"purpose": row.purpose, "number": part.number}
    subject = ("disbursement", row.id)
    point = add_point(row.dossier_id, PointKind.CORRECTION, text, said, subject=subject, blocks_money=True)
    record(PointRaised(owner_id=row.dossier_id, point_id=point.id), actor=actor)
