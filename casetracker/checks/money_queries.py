"""The facts about money of many cases: requests, what was submitted and approved, instalments with their steps."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from casetracker.accounts.models import KnownDevice
from casetracker.checks.fact_states import (
    CorrectionSeen,
    DeliverySeen,
    InvoiceSeen,
    PaperSeen,
    PartSeen,
    PaymentSeen,
    ProviderSeen,
    QuoteSeen,
    RequestSeen,
    ShareSeen,
    SubmissionSeen,
)
from casetracker.checks.provider_queries import load_providers, sources_of
from casetracker.core.db import db
from casetracker.disbursements.models import (
    Decision,
    Disbursement,
    DisbursementShare,
    Instalment,
    Quote,
    Submission,
)
from casetracker.disbursements.states import DecisionStep, InstalmentState
from casetracker.documents.models import Document
from casetracker.documents.states import DocumentKind
from casetracker.events.models import Chain, EventRow
from casetracker.events.states import Part
from casetracker.payments.models import Delivery, Invoice, Payment, PaymentShare, Reversal
from casetracker.payments.states import ReversalState
from casetracker.programmes.states import PolicyFacts

CORRECTIONS = ("order.corrected", "delivery.corrected", "invoice.corrected")


@dataclass(frozen=True, kw_only=True)
class Money:
    """By dossier the requests; all providers that occur; who signed in from one browser."""

    requests: Mapping[str, tuple[RequestSeen, ...]] = field(default_factory=dict)
    providers: Mapping[str, ProviderSeen] = field(default_factory=dict)
    devices: Mapping[frozenset[str], date] = field(default_factory=dict)


def load_money(dossier_ids: Sequence[str]) -> Money:
    """Of these dossiers; a constant number of queries, one where nothing was asked for."""
    query = select(Disbursement).where(Disbursement.dossier_id.in_(dossier_ids))
    rows = db.session.scalars(query.order_by(Disbursement.created_at, Disbursement.id)).all()
    if not rows:
        return Money()
    ids = [row.id for row in rows]
    submissions = _submissions(ids)
    quotes, shares, parts = _quotes(ids), _shares(ids), _parts(rows, ids)
    corrections = _corrections(dossier_ids)
    providers = load_providers(
        {row.provider_id for row in rows if row.provider_id}
        | {quote.provider_id for found in quotes.values() for quote in found if quote.provider_id}
    )
    sources = sources_of(providers)
    found: dict[str, list[RequestSeen]] = defaultdict(list)
    for row in rows:
        newest, approvers = submissions.get(row.id, (None, ()))
        own = {part.id for part in parts[row.id]}
        provider = providers.get(row.provider_id or "")
        found[row.dossier_id].append(RequestSeen(
            id=row.id, purpose=row.purpose, kind=row.kind, state=row.state, provider_id=row.provider_id,
            source=sources.get(row.provider_id or ""), account_id=provider.account_id if provider else None,
            currency=row.currency, amount=row.amount, created_on=row.created_at.date(),
            submission=_submitted(newest) if newest else None, approvers=approvers,
            quotes=tuple(_quote(quote, sources) for quote in quotes[row.id]), shares=tuple(shares[row.id]),
            parts=tuple(parts[row.id]), corrections=tuple(c for c in corrections if c.instalment_id in own),
        ))  # fmt: skip
    devices = _devices({who for some in found.values() for request in some for who in request.people})
    return Money(requests={id: tuple(some) for id, some in found.items()}, providers=providers, devices=devices)


def _submissions(ids: Sequence[str]) -> dict[str, tuple[Submission, tuple[tuple[str, date], ...]]]:
    """disbursement id -> what was submitted last, and who approved it when; one query."""
    later = aliased(Submission)
    newest = select(func.max(later.number)).where(later.disbursement_id == Submission.disbursement_id).scalar_subquery()
    approval = and_(Decision.submission_id == Submission.id, Decision.step == DecisionStep.APPROVE)
    query = (
        select(Submission, Decision.approver_id, Decision.at)
        .outerjoin(Decision, approval)
        .where(Submission.disbursement_id.in_(ids), Submission.number == newest)
        .order_by(Submission.id, Decision.at, Decision.id)
    )
    found: dict[str, tuple[Submission, tuple[tuple[str, date], ...]]] = {}
    for row, approver, at in db.session.execute(query):
        before = found.get(row.disbursement_id, (row, ()))[1]
        found[row.disbursement_id] = (row, (*before, (approver, at.date())) if approver else before)
    return found


def _submitted(row: Submission) -> SubmissionSeen:
    content = row.content or {}
    policy = PolicyFacts.from_json(row.policy)
    return SubmissionSeen(
        requested_by=row.requested_by, requested_on=row.submitted_at.date(), writers=frozenset(row.writers),
        quotes_needed=row.quotes_needed,
        quote_steps=tuple((step.from_amount, step.number) for step in policy.quotes),
        amount=content.get("amount", 0), provider_id=content.get("provider"), account_id=content.get("account"),
        shares=sum(share["amount"] for share in content.get("shares", ())),
        instalments=sum(part["amount"] for part in content.get("instalments", ())),
    )  # fmt: skip


def _quotes(ids: Sequence[str]) -> dict[str, list[Quote]]:
    query = select(Quote).where(Quote.disbursement_id.in_(ids), ~Quote.is_dropped).order_by(Quote.amount, Quote.id)
    found: dict[str, list[Quote]] = defaultdict(list)
    for row in db.session.scalars(query):
        found[row.disbursement_id].append(row)
    return found


def _quote(row: Quote, sources: Mapping[str, str]) -> QuoteSeen:
    """Who is known by name only is a source by that name."""
    source = sources.get(row.provider_id or "") or row.provider_name.strip().casefold()
    return QuoteSeen(id=row.id, source=source, paper_id=row.document_id)


def _shares(ids: Sequence[str]) -> dict[str, list[ShareSeen]]:
    query = select(DisbursementShare).where(DisbursementShare.disbursement_id.in_(ids))
    found: dict[str, list[ShareSeen]] = defaultdict(list)
    for row in db.session.scalars(query.order_by(DisbursementShare.position)):
        holder = row.person_id or row.dossier_id
        found[row.disbursement_id].append(ShareSeen(person_id=holder, line_id=row.line_id, amount=row.amount))
    return found


def _parts(rows: Iterable[Disbursement], ids: Sequence[str]) -> dict[str, list[PartSeen]]:
    """disbursement id -> its instalments with what happened to them, in order; two queries."""
    currencies = {row.id: (row.currency, row.local_currency) for row in rows}
    taken = select(func.sum(PaymentShare.amount)).where(PaymentShare.payment_id == Payment.id).scalar_subquery()
    given_back = (
        select(func.sum(Reversal.amount))
        .where(Reversal.payment_id == Payment.id, Reversal.state == ReversalState.APPROVED)
        .scalar_subquery()
    )
    query = (
        select(Instalment, Delivery, Invoice, Payment, taken, given_back)
        .outerjoin(Delivery, Delivery.instalment_id == Instalment.id)
        .outerjoin(Invoice, Invoice.instalment_id == Instalment.id)
        .outerjoin(Payment, Payment.instalment_id == Instalment.id)
        .where(Instalment.disbursement_id.in_(ids))
        .order_by(Instalment.disbursement_id, Instalment.number)
    )
    steps = db.session.execute(query).all()
    kinds = _kinds({step.document_id for row in steps for step in row[1:4] if step is not None})
    found: dict[str, list[PartSeen]] = defaultdict(list)
    for part, delivery, invoice, payment, shares, back in steps:
        found[part.disbursement_id].append(PartSeen(
            id=part.id, number=part.number, terms=part.terms, state=InstalmentState(part.state), amount=part.amount,
            cap=_cap(part, *currencies[part.disbursement_id]),
            delivery=DeliverySeen(
                delivered_on=delivery.delivered_on, paper=_paper(delivery, kinds), logged_by=delivery.logged_by,
            ) if delivery else None,
            invoice=InvoiceSeen(
                dated_on=invoice.dated_on, amount=invoice.amount, currency=invoice.currency,
                paper=_paper(invoice, kinds), logged_by=invoice.logged_by,
            ) if invoice else None,
            payment=PaymentSeen(
                id=payment.id, paid_on=payment.paid_on, amount=payment.amount, shares=int(shares or 0),
                given_back=int(back or 0), recorded_by=payment.recorded_by, account_id=payment.account_id,
                paper=_paper(payment, kinds),
            ) if payment else None,
        ))  # fmt: skip
    return found


def _cap(part: Instalment, currency: str, local: str | None) -> tuple[str, int]:
    if local is not None and part.local_amount is not None:
        return local, part.local_amount
    return currency, part.amount


def _paper(step: Any, kinds: Mapping[str, DocumentKind]) -> PaperSeen:
    return PaperSeen(id=step.document_id, kind=kinds.get(step.document_id))


def _kinds(ids: Iterable[str]) -> dict[str, DocumentKind]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    query = select(Document.id, Document.kind).where(Document.id.in_(wanted))
    return {row.id: row.kind for row in db.session.execute(query)}


def _corrections(dossier_ids: Sequence[str]) -> list[CorrectionSeen]:
    """What was corrected of steps, oldest first; one query over the cases' open chains."""
    query = (
        select(EventRow)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.owner_id.in_(dossier_ids), Chain.part == Part.SHARED, EventRow.kind.in_(CORRECTIONS))
        .order_by(EventRow.at, EventRow.chain_id, EventRow.seq)
    )
    return [
        CorrectionSeen(
            instalment_id=json.loads(bytes(row.body))["data"]["instalment_id"], key=f"{row.chain_id}-{row.seq}",
            on=row.at.date(), kind=row.kind, corrected_by=row.actor_id,
        )
        for row in db.session.scalars(query)
    ]  # fmt: skip


def _devices(users: Iterable[str]) -> dict[frozenset[str], date]:
    """Pairs of these people who signed in from one browser -> since when both had; one query."""
    wanted = sorted(set(users))
    if len(wanted) < 2:
        return {}
    mine, other = aliased(KnownDevice), aliased(KnownDevice)
    query = (
        select(mine.user_id, other.user_id, mine.first_at, other.first_at)
        .join(other, and_(other.id_hash == mine.id_hash, other.user_id > mine.user_id))
        .where(mine.user_id.in_(wanted), other.user_id.in_(wanted))
    )
    found: dict[frozenset[str], date] = {}
    for one, two, one_at, two_at in db.session.execute(query):
        pair, since = frozenset({one, two}), max(one_at, two_at).date()
        found[pair] = min(found.get(pair, since), since)
    return found
