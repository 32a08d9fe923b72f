"""What auditors ask about money and who moved it: budgets, figures, two pairs of eyes, changes after approval."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from casetracker.checks.buying_rules import counted, paid_to, request_evidence
from casetracker.checks.fact_states import CaseFacts, PartSeen, RequestSeen, SubmissionSeen
from casetracker.checks.paper_rules import instalment_evidence, invoices, looked_at, paid_parts
from casetracker.checks.states import Evidence, Looked, Place, first
from casetracker.core.errors import N_, Message
from casetracker.core.money import Money
from casetracker.disbursements.states import DisbursementState, InstalmentState


def _of_request(
    request: RequestSeen, words: str, since: date, basis: tuple[str | int | None, ...], **params: object
) -> Looked:
    return Looked(
        request.id, Message(words, {"purpose": request.purpose, **params}), since, basis,
        (request_evidence(request),), frozenset({request.id}), request.people,
    )  # fmt: skip


def above_budget(case: CaseFacts) -> Iterator[Looked]:
    """Paid or invoiced above what was approved: of an instalment, or of a line of the plan."""
    for request, part, payment in paid_parts(case):
        over = payment.amount - payment.given_back - part.amount
        if over > 0:
            words = N_("“%(purpose)s”, instalment %(number)d: %(over)s more was paid than approved.")
            basis = (payment.id, payment.amount, part.amount)
            yield looked_at(request, part, words, payment.paid_on, basis, over=Money(over, request.currency))
    for request, part, invoice in invoices(case):
        currency, cap = part.cap
        if invoice.currency == currency and invoice.amount > cap:
            words = N_("“%(purpose)s”, instalment %(number)d: the invoice is %(over)s above what was approved.")
            over_by = Money(invoice.amount - cap, currency)
            said = looked_at(request, part, words, invoice.dated_on, (invoice.amount, cap), over=over_by)
            yield replace(said, subject_id=f"{part.id}.invoice")
    yield from _above_line(case)


def _above_line(case: CaseFacts) -> Iterator[Looked]:
    asked: dict[str, list[RequestSeen]] = defaultdict(list)
    for request, _submission in counted(case):
        if request.state in (DisbursementState.APPROVED, DisbursementState.CLOSED):
            for line_id in {share.line_id for share in request.shares if share.line_id}:
                asked[line_id].append(request)
    for line_id, requests in asked.items():
        line = case.lines.get(line_id)
        total = sum(_taken(request, line_id) for request in requests)
        if line is not None and total > line.granted:
            currency = requests[0].currency
            yield Looked(
                line_id,
                Message(
                    N_("Requests for one line of the plan take %(total)s; the approved plan gives it %(granted)s."),
                    {"total": Money(total, currency), "granted": Money(line.granted, currency)},
                ),
                requests[-1].created_on,
                (total, line.granted),
                tuple(request_evidence(request) for request in requests),
                frozenset(request.id for request in requests),
                frozenset().union(*(request.people for request in requests)),
            )


def _taken(request: RequestSeen, line_id: str) -> int:
    """What a request takes of a line: of instalments that were paid what was paid and kept, of skipped ones nothing."""
    share = sum(share.amount for share in request.shares if share.line_id == line_id)
    return share * sum(_stands(part) for part in request.parts) // request.amount if request.amount else 0


def _stands(part: PartSeen) -> int:
    if part.payment is not None:
        return part.payment.amount - part.payment.given_back
    return 0 if part.state == InstalmentState.SKIPPED else part.amount


def figures_differ(case: CaseFacts) -> Iterator[Looked]:
    """Parts that do not add up to the whole: a payment over its grants, a request over grants and instalments."""
    for request, part, payment in paid_parts(case):
        if payment.shares != payment.amount:
            words = N_("“%(purpose)s”, instalment %(number)d: the grants paid %(shares)s of a payment of %(amount)s.")
            yield looked_at(
                request, part, words, payment.paid_on, (payment.shares, payment.amount),
                shares=Money(payment.shares, request.currency), amount=Money(payment.amount, request.currency),
            )  # fmt: skip
    for request, submission in counted(case):
        shares, parts = (sum(each.amount for each in rows) for rows in (request.shares, request.parts))
        if not shares == parts == request.amount:
            words = N_(
                "“%(purpose)s” is for %(amount)s; its grants add up to %(shares)s, its instalments to %(parts)s."
            )
            money = {"amount": request.amount, "shares": shares, "parts": parts}
            said = {name: Money(value, request.currency) for name, value in money.items()}
            yield _of_request(request, words, submission.requested_on, tuple(money.values()), **said)


def four_eyes(case: CaseFacts) -> Iterator[Looked]:
    """One person took two of the steps that belong to two: asked or wrote, approved, paid."""
    for request, submission in counted(case):
        askers = {submission.requested_by} | submission.writers
        approvers = {who for who, _on in request.approvers}
        payers = {part.payment.recorded_by for part in request.parts if part.payment}
        both = (askers & approvers) | (askers & payers) | (approvers & payers)
        if both:
            words = N_("“%(purpose)s”: one person took two of the steps of asking, approving and paying.")
            since = first((on for who, on in request.approvers if who in both), submission.requested_on)
            yield _of_request(request, words, since, tuple(sorted(both)))


def account_and_payment(case: CaseFacts) -> Iterator[Looked]:
    """Who recorded the payment is who had confirmed the account that it went to."""
    for request, part, payment in paid_parts(case):
        provider = case.provider_of(request)
        accounts = {each.id: each.confirmed_by for each in provider.accounts} if provider else {}
        if payment.account_id and accounts.get(payment.account_id) == payment.recorded_by:
            words = N_(
                "“%(purpose)s”, instalment %(number)d, was paid by the person who had confirmed the provider's account."
            )
            yield looked_at(request, part, words, payment.paid_on, (payment.account_id, payment.recorded_by))


def same_device(case: CaseFacts) -> Iterator[Looked]:
    """Who asked and who approved have signed in from one and the same browser."""
    for request, submission in counted(case):
        askers = {submission.requested_by} | submission.writers
        for approver, on in request.approvers:
            pairs = [frozenset({asker, approver}) for asker in askers if asker != approver]
            known = sorted((since, sorted(pair)) for pair in pairs if (since := case.devices.get(pair)))
            if known:
                words = N_(
                    "Who asked for “%(purpose)s” and who approved it have signed in from one browser. "
                    "Did two people look?"
                )
                yield Looked(
                    f"{request.id}.{approver}", Message(words, {"purpose": request.purpose}), max(on, known[0][0]),
                    tuple(name for _since, pair in known for name in pair), (request_evidence(request),),
                    frozenset({request.id}), request.people,
                )  # fmt: skip


def changed_after_approval(case: CaseFacts) -> Iterator[Looked]:
    """What stands is not what was approved: amount, split, provider or account."""
    for request, submission in counted(case):
        if not request.approvers:
            continue
        changed = _changed(request, submission)
        if changed:
            words = N_("“%(purpose)s” is not as it was approved any more: %(what)s.")
            yield _of_request(
                request, words, request.approvers[-1][1], tuple(text.id for text in changed), what=changed[0]
            )


def _changed(request: RequestSeen, submission: SubmissionSeen) -> list[Message]:
    shares, parts = (sum(each.amount for each in rows) for rows in (request.shares, request.parts))
    is_open = any(part.payment is None and part.state != InstalmentState.SKIPPED for part in request.parts)
    found = {
        N_("the amount"): request.amount != submission.amount,
        N_("the grants that pay"): shares != submission.shares,
        N_("the instalments"): parts != submission.instalments,
        N_("the provider"): request.provider_id != submission.provider_id,
        N_("the account that was paid"): bool(paid_to(request) - {submission.account_id}),
        N_("the provider's account"): is_open and request.account_id != submission.account_id,
    }
    return [Message(words) for words, differs in found.items() if differs]


_STEP_WORDS = {
    "order.corrected": N_("the order"),
    "delivery.corrected": N_("the delivery"),
    "invoice.corrected": N_("the invoice"),
}


def corrected_after_payment(case: CaseFacts) -> Iterator[Looked]:
    """A step on which a payment rested was corrected after the payment."""
    for request, part, payment in paid_parts(case):
        later = [
            each for each in request.corrections
            if each.instalment_id == part.id and each.on >= payment.paid_on and each.kind in _STEP_WORDS
        ]  # fmt: skip
        if later:
            newest = later[-1]
            words = N_("“%(purpose)s”, instalment %(number)d: %(what)s was corrected after it had been paid. Why?")
            entries = tuple(
                Evidence(
                    place=Place.ENTRY,
                    id=each.key,
                    on=each.on,
                    text=Message(N_("the correction of %(day)s"), {"day": each.on}),
                )
                for each in later
            )
            yield Looked(
                part.id,
                Message(words, {"purpose": request.purpose, "number": part.number,
                                "what": Message(_STEP_WORDS[newest.kind])}),
                later[0].on, tuple(each.key for each in later), (instalment_evidence(request, part), *entries),
                frozenset({request.id}), request.people | {each.corrected_by for each in later},
            )  # fmt: skip
