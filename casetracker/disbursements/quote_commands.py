"""Quotes of a draft: adding one with its paper, taking one out, choosing one with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.core import ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.disbursements import events, queries
from casetracker.disbursements.commands import add_writer, lock_disbursement
from casetracker.disbursements.models import Disbursement, Quote
from casetracker.disbursements.states import DisbursementState
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.queries import require_open
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.providers.queries import get_provider


@dataclass(frozen=True, kw_only=True)
class AddQuote(Command):
    """An offer received: of a known provider, or of one known by name only; minor units of `currency`."""

    dossier_id: str
    disbursement_id: str
    provider_id: str | None
    provider_name: str | None
    amount: int
    currency: str
    upload: Upload


@command
def add_quote(cmd: AddQuote, *, actor: Actor) -> str:
    """Enter a quote with its paper into a draft; returns its id."""
    require(actor, Permission.DISBURSEMENT_REQUEST)
    require_open(actor, cmd.dossier_id)
    row = lock_draft(cmd.dossier_id, cmd.disbursement_id)
    provider = get_provider(actor, cmd.provider_id) if cmd.provider_id else None
    name = provider.name if provider else cmd.provider_name
    if not name:
        raise Refused(Message(N_("Say whose quote this is."), field="provider_name"))
    paper = AddDocument(
        dossier_id=cmd.dossier_id, part=Part.SHARED, kind=DocumentKind.QUOTE, title=name, upload=cmd.upload
    )
    document_id = add_document(paper, actor=actor)
    quote = add(
        Quote(
            id=ids.new_id(),
            dossier_id=cmd.dossier_id,
            disbursement_id=row.id,
            provider_name=name,
            provider_id=provider.id if provider else None,
            amount=cmd.amount,
            currency=cmd.currency,
            document_id=document_id,
            is_chosen=False,
            is_dropped=False,
            added_by=actor.id,
        )
    )
    add_writer(row, actor)
    record(
        events.QuoteAdded(
            owner_id=row.dossier_id,
            disbursement_id=row.id,
            quote_id=quote.id,
            provider_name=name,
            amount=cmd.amount,
            currency=cmd.currency,
        ),
        actor=actor,
    )
    return quote.id


@dataclass(frozen=True, kw_only=True)
class DropQuote(Command):
    """Take a quote out of a draft."""

    dossier_id: str
    disbursement_id: str
    quote_id: str


@command
def drop_quote(cmd: DropQuote, *, actor: Actor) -> str:
    """The quote no longer counts; its paper stays with the case. Returns the request's id."""
    require(actor, Permission.DISBURSEMENT_REQUEST)
    require_open(actor, cmd.dossier_id)
    row = lock_draft(cmd.dossier_id, cmd.disbursement_id)
    quote = _lock_quote(row, cmd.quote_id)
    if quote.is_chosen:
        row.choice_reason = None
    quote.is_dropped, quote.is_chosen = True, False
    add_writer(row, actor)
    record(
        events.QuoteDropped(
            owner_id=row.dossier_id,
            disbursement_id=row.id,
            quote_id=quote.id,
            provider_name=quote.provider_name,
        ),
        actor=actor,
    )
    return row.id


@dataclass(frozen=True, kw_only=True)
class ChooseQuote(Command):
    """This quote was chosen, for this reason."""

    dossier_id: str
    disbursement_id: str
    quote_id: str
    reason: str


@command
def choose_quote(cmd: ChooseQuote, *, actor: Actor) -> str:
    """Mark the chosen quote and why; returns the request's id."""
    require(actor, Permission.DISBURSEMENT_REQUEST)
    require_open(actor, cmd.dossier_id)
    row = lock_draft(cmd.dossier_id, cmd.disbursement_id)
    chosen = _lock_quote(row, cmd.quote_id)
    for quote in queries.list_quotes(row.id):
        quote.is_chosen = quote.id == chosen.id
    row.choice_reason = cmd.reason
    add_writer(row, actor)
    record(
        events.QuoteChosen(
            owner_id=row.dossier_id,
            disbursement_id=row.id,
            quote_id=chosen.id,
            provider_name=chosen.provider_name,
            reason=cmd.reason,
        ),
        actor=actor,
    )
    return row.id


def lock_draft(dossier_id: str, disbursement_id: str) -> Disbursement:
    """The request, locked, as long as it is written on."""
    row = lock_disbursement(dossier_id, disbursement_id)
    writable = (DisbursementState.DRAFT, DisbursementState.RETURNED)
    refuse_if(None if row.state in writable else Message(N_("Quotes are changed on a draft. Edit it first.")))
    return row


def _lock_quote(row: Disbursement, quote_id: str) -> Quote:
    quote = lock(Quote, quote_id)
    if quote.disbursement_id != row.id or quote.is_dropped:
        raise NotFound("quote")
    return quote
