"""The steps of an instalment: order, delivery, invoice, payment, check, skip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from casetracker.cases.queries import get_person
from casetracker.core import ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import N_, Message, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.disbursements import queries as requests
from casetracker.disbursements import request_queries
from casetracker.disbursements.commands import give_back, lock_disbursement, why_money_waits
from casetracker.disbursements.decision_commands import write_instalment_state
from casetracker.disbursements.models import Disbursement, Instalment
from casetracker.disbursements.states import InstalmentState
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.queries import require_open
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.grants.holder_queries import list_holders
from casetracker.grants.queries import list_grants
from casetracker.grants.states import are_persons
from casetracker.ledger.posting import post
from casetracker.ledger.states import Move
from casetracker.payments import events, queries, rules
from casetracker.payments.models import (
    Delivery,
    Invoice,
    Order,
    Verification,
)
from casetracker.payments.states import InvoiceEntry, InvoiceFacts
from casetracker.programmes.queries import get_programme


@dataclass(frozen=True, kw_only=True)
class InstalmentCommand(Command):
    """An act on one instalment of a dossier."""

    dossier_id: str
    instalment_id: str
    version: int


@dataclass(frozen=True, kw_only=True)
class OrderInstalment(InstalmentCommand):
    """Ordered from the provider on `day`."""

    day: date
    number: str | None


@command
def order_instalment(cmd: OrderInstalment, *, actor: Actor) -> str:
    """The finance officer ordered; returns the instalment's id."""
    require(actor, Permission.PAYMENT_RECORD)
    row, part = open_instalment(cmd, actor)
    refuse_if(rules.why_not_do(queries.step_facts(row, part, actor), InstalmentState.ORDERED, cmd.day))
    refuse_if(why_money_waits(row, actor))
    add(
        Order(
            id=ids.new_id(),
            dossier_id=row.dossier_id,
            instalment_id=part.id,
            ordered_on=cmd.day,
            number=cmd.number,
            ordered_by=actor.id,
        )
    )
    write_instalment_state(row, part.id, InstalmentState.ORDERED)
    record(events.InstalmentOrdered(day=cmd.day, **named(row, part)), actor=actor)
    return part.id


@dataclass(frozen=True, kw_only=True)
class DeliverInstalment(InstalmentCommand):
    """Handed over on `day`, with the certificate that the beneficiary (or the guardian) signed; where it is for a place
    and no person of a case, `signed_by` says who signed, and as what."""

    day: date
    signed_by_id: str | None
    signed_by: str | None = None
    certificate: Upload
    note: str | None


@command
def deliver_instalment(cmd: DeliverInstalment, *, actor: Actor) -> str:
    """What was bought reached the beneficiary; returns the instalment's id."""
    require(actor, Permission.DELIVERY_LOG)
    row, part = open_instalment(cmd, actor)
    refuse_if(rules.why_not_do(queries.step_facts(row, part, actor), InstalmentState.DELIVERED, cmd.day))
    signer_id, signed_by = signer_of(row, cmd.signed_by_id, cmd.signed_by)
    kind = DocumentKind.HANDOVER_CERTIFICATE
    document_id = add_paper(row, kind, cmd.certificate, cmd.day, "certificate", actor, signer_id)
    add(
        Delivery(
            id=ids.new_id(),
            dossier_id=row.dossier_id,
            instalment_id=part.id,
            delivered_on=cmd.day,
            signed_by_id=signer_id,
            signed_by=signed_by,
            document_id=document_id,
            note=cmd.note,
            logged_by=actor.id,
        )
    )
    write_instalment_state(row, part.id, InstalmentState.DELIVERED)
    event = events.InstalmentDelivered(day=cmd.day, person_id=signer_id, document_id=document_id, **named(row, part))
    record(event, actor=actor)
    return part.id


@dataclass(frozen=True, kw_only=True)
class InvoiceInstalment(InstalmentCommand):
    """The invoice of `day`; minor units of the currency that was approved (the local one, if any)."""

    day: date
    number: str
    amount: int
    paper: Upload


@command
def invoice_instalment(cmd: InvoiceInstalment, *, actor: Actor) -> str:
    """The invoice (or receipt) came; returns the instalment's id."""
    require(actor, Permission.DELIVERY_LOG)
    row, part = open_instalment(cmd, actor)
    refuse_if(rules.why_not_do(queries.step_facts(row, part, actor), InstalmentState.INVOICED, cmd.day))
    currency, _cap = cap_of(row, part)
    refuse_if(why_not_take_invoice(row, part, InvoiceEntry(number=cmd.number, day=cmd.day, amount=cmd.amount)))
    document_id = add_paper(row, DocumentKind.INVOICE, cmd.paper, cmd.day, "paper", actor)
    add(
        Invoice(
            id=ids.new_id(),
            dossier_id=row.dossier_id,
            instalment_id=part.id,
            number=cmd.number,
            dated_on=cmd.day,
            amount=cmd.amount,
            currency=currency,
            document_id=document_id,
            logged_by=actor.id,
        )
    )
    write_instalment_state(row, part.id, InstalmentState.INVOICED)
    said = {**named(row, part), "amount": cmd.amount, "currency": currency}
    record(events.InstalmentInvoiced(day=cmd.day, document_id=document_id, **said), actor=actor)
    return part.id


@dataclass(frozen=True, kw_only=True)
class VerifyInstalment(InstalmentCommand):
    """Looked at on `day`: it is there and used as planned."""

    day: date
    note: str | None


@command
def verify_instalment(cmd: VerifyInstalment, *, actor: Actor) -> str:
    """Close an instalment after looking; returns its id."""
    require(actor, Permission.DELIVERY_LOG)
    row, part = open_instalment(cmd, actor)
    refuse_if(rules.why_not_do(queries.step_facts(row, part, actor), InstalmentState.VERIFIED, cmd.day))
    add(
        Verification(
            id=ids.new_id(),
            dossier_id=row.dossier_id,
            instalment_id=part.id,
            verified_on=cmd.day,
            note=cmd.note,
            verified_by=actor.id,
        )
    )
    write_instalment_state(row, part.id, InstalmentState.VERIFIED)
    record(events.InstalmentVerified(day=cmd.day, **named(row, part)), actor=actor)
    return part.id


@dataclass(frozen=True, kw_only=True)
class SkipInstalment(InstalmentCommand):
    """Not needed any more."""

    reason: str


@command
def skip_instalment(cmd: SkipInstalment, *, actor: Actor) -> str:
    """Give an unpaid instalment up and release its money; returns its id."""
    require(actor, Permission.DISBURSEMENT_REQUEST)
    row, part = open_instalment(cmd, actor)
    refuse_if(rules.why_not_skip(queries.step_facts(row, part, actor)))
    parts = [(s.line_id, s.grant_id, amount) for s, amount in requests.shares_of_instalment(part.id)]
    amounts = request_queries.amounts_of(row.dossier_id, parts)
    post(Move.RELEASE_COMMITTED, amounts, owner_id=row.dossier_id, subject=("instalment", part.id))
    write_instalment_state(row, part.id, InstalmentState.SKIPPED, cmd.reason)
    record(events.InstalmentSkipped(reason=cmd.reason, **named(row, part)), actor=actor)
    give_back(row.dossier_id, parts, subject=("instalment", part.id), actor=actor)
    return part.id


def open_instalment(cmd: InstalmentCommand, actor: Actor) -> tuple[Disbursement, Instalment]:
    """Seen, open, locked: dossier, request, instalment."""
    require_open(actor, cmd.dossier_id)
    found = requests.get_instalment(cmd.dossier_id, cmd.instalment_id)
    row = lock_disbursement(cmd.dossier_id, found.disbursement_id)
    return row, lock(Instalment, cmd.instalment_id, cmd.version)


def named(row: Disbursement, part: Instalment) -> dict[str, Any]:
    """What every event of an instalment says."""
    return {
        "owner_id": row.dossier_id,
        "instalment_id": part.id,
        "number": part.number,
        "purpose": row.purpose,
        "amount": part.amount,
        "currency": row.currency,
    }


def cap_of(row: Disbursement, part: Instalment) -> tuple[str, int]:
    """(currency that is paid, what was approved in it)."""
    if row.local_currency is not None and part.local_amount is not None:
        return row.local_currency, part.local_amount
    return row.currency, part.amount


def signer_of(
    row: Disbursement, person_id: str | None, name: str | None, before_id: str | None = None
) -> tuple[str | None, str | None]:
    """(person, None) or (None, name and function) of who signed the certificate of what the request buys.

    Refused for a person who may not sign, and without a signer; who signed before (`before_id`) stays allowed.
    """
    if not are_persons(list_holders(row.dossier_id)):
        if not name:
            raise Refused(Message(N_("Say who signed, and as what."), field="signed_by"))
        return None, name
    person = get_person(row.dossier_id, person_id or "")
    if person.id != before_id:
        concerned = queries.list_signers(row)
        refuse_if(rules.why_not_sign(person.is_adult, is_concerned=not concerned or person.id in concerned))
    return person.id, None


def why_not_take_invoice(row: Disbursement, part: Instalment, entry: InvoiceEntry) -> Message | None:
    """Why an invoice like this is not paid: eligible period, what was approved."""
    programme = get_programme(_programme_of(row))
    currency, cap = cap_of(row, part)
    facts = InvoiceFacts(
        dated_on=entry.day,
        amount=entry.amount,
        currency=currency,
        cap=cap,
        eligible_from=programme.eligible_from,
        eligible_until=programme.eligible_until,
    )
    return rules.why_not_invoice(facts)


def _programme_of(row: Disbursement) -> str:
    grants = {grant.id: grant.programme_id for grant in list_grants(row.dossier_id)}
    return grants[requests.shares_of(row.id)[0].grant_id]


def add_paper(
    row: Disbursement,
    kind: DocumentKind,
    upload: Upload,
    day: date,
    field: str,
    actor: Actor,
    person_id: str | None = None,
) -> str:
    """Store a step's paper with the case, where both offices see it; returns its id."""
    paper = AddDocument(
        dossier_id=row.dossier_id,
        part=Part.SHARED,
        kind=kind,
        title=row.purpose,
        upload=upload,
        person_id=person_id,
        day=day,
        field=field,
    )
    return add_document(paper, actor=actor)
