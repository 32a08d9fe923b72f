"""What auditors ask about papers: proof of payment, proof of goods received, invoices of the eligible period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from casetracker.checks.fact_states import CaseFacts, InvoiceSeen, PartSeen, PaymentSeen, RequestSeen
from casetracker.checks.states import Evidence, Looked, Place
from casetracker.core.errors import N_, Message
from casetracker.core.money import Money
from casetracker.disbursements.states import STEPS, InstalmentState
from casetracker.documents.states import DocumentKind


def instalment_evidence(request: RequestSeen, part: PartSeen) -> Evidence:
    """The instalment with all its steps."""
    text = Message(N_("%(purpose)s, instalment %(number)d"), {"purpose": request.purpose, "number": part.number})
    return Evidence(place=Place.INSTALMENT, id=part.id, text=text)


def paid_parts(case: CaseFacts) -> Iterator[tuple[RequestSeen, PartSeen, PaymentSeen]]:
    """Every instalment that was paid and not wholly given back."""
    for request in case.requests:
        for part in request.parts:
            if part.payment is not None and part.payment.amount > part.payment.given_back:
                yield request, part, part.payment


def invoices(case: CaseFacts) -> Iterator[tuple[RequestSeen, PartSeen, InvoiceSeen]]:
    """Every invoice of an instalment that was not skipped."""
    for request in case.requests:
        for part in request.parts:
            if part.invoice is not None and part.state != InstalmentState.SKIPPED:
                yield request, part, part.invoice


def looked_at(
    request: RequestSeen, part: PartSeen, words: str, since: date, basis: tuple[str | int | None, ...], **params: object
) -> Looked:
    """What is said of one instalment."""
    said = {"purpose": request.purpose, "number": part.number, **params}
    return Looked(
        part.id, Message(words, said), since, basis, (instalment_evidence(request, part),), frozenset({request.id}),
        request.people,
    )  # fmt: skip


def proof_of_payment(case: CaseFacts) -> Iterator[Looked]:
    """Paid, and the paper that should prove it is not there or proves something else."""
    for request, part, payment in paid_parts(case):
        if payment.paper.kind != DocumentKind.PROOF_OF_PAYMENT:
            words = N_("Nothing proves the payment of “%(purpose)s”, instalment %(number)d, of %(amount)s.")
            basis = (payment.id, payment.paper.id, payment.paper.kind)
            amount = Money(payment.amount, request.currency)
            yield looked_at(request, part, words, payment.paid_on, basis, amount=amount)


def goods_received(case: CaseFacts) -> Iterator[Looked]:
    """Paid, and either no delivery although its time is over, or a paper that is no handover certificate."""
    for request, part, payment in paid_parts(case):
        if InstalmentState.DELIVERED not in STEPS[part.terms]:
            continue
        if part.delivery is None:
            due = payment.paid_on + timedelta(days=case.limits.delivery_days)
            if due < case.today:
                words = N_(
                    "“%(purpose)s”, instalment %(number)d, was paid on %(day)s and nobody has signed for it yet."
                )
                yield looked_at(request, part, words, due, (payment.id, "none"), day=payment.paid_on)
        elif part.delivery.paper.kind != DocumentKind.HANDOVER_CERTIFICATE:
            words = N_("The handover certificate of “%(purpose)s”, instalment %(number)d, is not there.")
            yield looked_at(request, part, words, part.delivery.delivered_on, (payment.id, part.delivery.paper.id))


def invoice_period(case: CaseFacts) -> Iterator[Looked]:
    """Dated outside the programme's eligible period, as the period stands now."""
    if case.eligible is None:
        return
    opens, ends = case.eligible
    for request, part, invoice in invoices(case):
        if not opens <= invoice.dated_on <= ends:
            words = N_(
                "The invoice of “%(purpose)s”, instalment %(number)d, is of %(day)s; the programme's eligible period "
                "is %(first)s to %(last)s."
            )
            basis = (invoice.dated_on.isoformat(), opens.isoformat(), ends.isoformat())
            yield looked_at(request, part, words, invoice.dated_on, basis, day=invoice.dated_on, first=opens, last=ends)
