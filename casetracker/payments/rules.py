"""When an instalment is ordered, delivered, invoiced, paid, checked, skipped or given back. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from casetracker.core.errors import N_, Message
from casetracker.core.money import Money, split
from casetracker.disbursements.rules import why_not_step
from casetracker.disbursements.states import STEPS, DisbursementState, InstalmentState, PaymentTerms, is_paid
from casetracker.payments.states import InvoiceFacts, PaymentFacts, RefundFacts, StepFacts


def why_not_do(facts: StepFacts, target: InstalmentState, day: date | None = None) -> Message | None:
    """Why the instalment cannot make this step (on this day): approved, in order, not in the future."""
    if facts.request not in (DisbursementState.APPROVED, DisbursementState.CLOSED):
        return Message(N_("This disbursement has not been approved."))
    reason = why_not_step(facts.terms, facts.state, target)
    if reason is not None or day is None:
        return reason
    return _why_not_day(facts, target, day)


def _why_not_day(facts: StepFacts, target: InstalmentState, day: date) -> Message | None:
    if day > facts.today:
        return Message(N_("This day has not come yet."), field="day")
    if target == InstalmentState.PAID and facts.kept_until is not None and day < facts.kept_until:
        return Message(N_("This is kept back until %(day)s."), {"day": facts.kept_until}, field="day")
    if target == InstalmentState.PAID and not facts.is_rest_done:
        return Message(N_("What it was kept back of has to be delivered first."))
    earliest = {
        InstalmentState.ORDERED: facts.approved_on,
        InstalmentState.DELIVERED: facts.ordered_on,
        InstalmentState.PAID: facts.approved_on,
        InstalmentState.VERIFIED: facts.paid_on,
    }.get(target)
    if earliest is not None and day < earliest:
        return Message(N_("This cannot be before the step it rests on, on %(day)s."), {"day": earliest}, field="day")
    return None


def why_not_correct(facts: StepFacts, step: InstalmentState, day: date, *, changed: bool) -> Message | None:
    """Why a step that was logged cannot have been like this: it keeps its place among the others.

    Whoever may log may correct, before the payment and after it (domain, "Correction"); the step itself stays.
    """
    if not changed:
        return Message(N_("Nothing was changed."))
    reason = _why_not_day(facts, step, day)
    if reason is not None:
        return reason
    order = STEPS[facts.terms]
    days = {InstalmentState.PAID: facts.paid_on, InstalmentState.VERIFIED: facts.verified_on}
    if step == InstalmentState.ORDERED:
        days[InstalmentState.DELIVERED] = facts.delivered_on
    for later in order[order.index(step) + 1 :]:
        latest = days.get(later)
        if latest is not None and day > latest:
            return Message(
                N_("This cannot be after the step that rests on it, on %(day)s."), {"day": latest}, field="day"
            )
    return None


def rests_on(facts: StepFacts, step: InstalmentState) -> bool:
    """Whether the instalment was paid on the strength of this step."""
    order = STEPS[facts.terms]
    is_before = order.index(step) < order.index(InstalmentState.PAID)
    return is_before and is_paid(facts.terms, facts.state)


def is_rest_done(parts: Iterable[tuple[PaymentTerms, InstalmentState]]) -> bool:
    """Whether what money was kept back of is there: every other instalment was delivered or skipped, one delivered."""
    left = [
        _is_delivered(terms, state)
        for terms, state in parts
        if terms != PaymentTerms.RETENTION and state != InstalmentState.SKIPPED
    ]
    return bool(left) and all(left)


def _is_delivered(terms: PaymentTerms, state: InstalmentState) -> bool:
    steps = STEPS[terms]
    delivered = InstalmentState.DELIVERED
    return delivered in steps and state in steps and steps.index(state) >= steps.index(delivered)


def why_not_sign(is_adult: bool, *, is_concerned: bool = True) -> Message | None:
    """The handover certificate is signed by the beneficiary; for a child the guardian signs.

    is_concerned: the person benefits from what is handed over, or is guardian of a child who does.
    """
    if not is_adult:
        return Message(N_("A child does not sign; the guardian signs for the child."), field="signed_by_id")
    if not is_concerned:
        return Message(N_("The person for whom it is signs, or the guardian of that child."), field="signed_by_id")
    return None


def why_not_invoice(facts: InvoiceFacts) -> Message | None:
    """An invoice dated outside the eligible period, or above what was approved, is not paid."""
    if not facts.eligible_from <= facts.dated_on <= facts.eligible_until:
        return Message(
            N_("The invoice is dated outside the programme's eligible period, %(first)s to %(last)s."),
            {"first": facts.eligible_from, "last": facts.eligible_until},
            field="day",
        )
    if facts.amount > facts.cap:
        return Message(
            N_("%(amount)s is above the %(cap)s that was approved; it needs a new approval."),
            {"amount": Money(facts.amount, facts.currency), "cap": Money(facts.cap, facts.currency)},
            field="amount",
        )
    return None


def why_not_record(facts: PaymentFacts) -> Message | None:
    """Why this person cannot record this payment, or this payment cannot be recorded."""
    if facts.recorder == facts.requested_by or facts.recorder in facts.writers:
        return Message(N_("You asked for this yourself; somebody else has to record the payment."))
    if facts.recorder in facts.approvers:
        return Message(N_("You approved this; somebody else has to record the payment."))
    if not facts.account_stands:
        return Message(N_("The provider's account is not the one that was approved any more; it needs a new approval."))
    if facts.worth is None:
        return Message(
            N_("There is no exchange rate for %(currency)s on that day. An administrator has to enter one."),
            {"currency": facts.paid_currency},
            field="day",
        )
    return _why_over(facts, facts.worth)


def _why_over(facts: PaymentFacts, worth: int) -> Message | None:
    paid = Money(facts.amount, facts.paid_currency)
    if facts.invoiced is not None and facts.amount > facts.invoiced:
        return Message(
            N_("%(paid)s is more than the invoice of %(invoiced)s."),
            {"paid": paid, "invoiced": Money(facts.invoiced, facts.paid_currency)},
            field="amount",
        )
    if facts.local_cap is not None and facts.amount > facts.local_cap:
        return Message(
            N_("%(paid)s is above the %(cap)s that was approved; it needs a new approval."),
            {"paid": paid, "cap": Money(facts.local_cap, facts.paid_currency)},
            field="amount",
        )
    if worth < 1:
        return Message(N_("This is worth less than the smallest coin of the programme."), field="amount")
    if worth > facts.cap:
        return Message(
            N_("%(paid)s is worth %(worth)s on that day, above the cap of %(cap)s; it needs a new approval."),
            {"paid": paid, "worth": Money(worth, facts.currency), "cap": Money(facts.cap, facts.currency)},
            field="amount",
        )
    return None


def why_not_skip(facts: StepFacts) -> Message | None:
    """An instalment is skipped before it is paid; afterwards money is only given back."""
    if facts.request != DisbursementState.APPROVED or facts.state == InstalmentState.SKIPPED:
        return Message(N_("There is nothing left of this instalment to skip."))
    if is_paid(facts.terms, facts.state):
        return Message(N_("This instalment is paid; ask for the money back instead."))
    return None


def why_not_reverse(facts: RefundFacts) -> Message | None:
    """A refund is never more than what was paid and not given back yet."""
    if facts.refunded_on > facts.today:
        return Message(N_("This day has not come yet."), field="day")
    if facts.refunded_on < facts.paid_on:
        return Message(N_("This cannot be before the payment, on %(day)s."), {"day": facts.paid_on}, field="day")
    left = facts.paid - facts.reversed_before
    if facts.amount > left:
        return Message(
            N_("%(amount)s is more than the %(left)s of the payment that is left to give back."),
            {"amount": Money(facts.amount, facts.currency), "left": Money(left, facts.currency)},
            field="amount",
        )
    return None


def split_paid(amount: int, shares: list[int]) -> tuple[list[int], list[int]]:
    """(what is spent of each share, what each share gets back): a payment rescaled over the approved shares.

    `amount` is at most the sum of the shares, so no share gives more than it holds.
    """
    spent = split(amount, shares)
    return spent, [share - part for share, part in zip(shares, spent, strict=True)]
