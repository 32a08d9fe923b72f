"""Each reason not to order, deliver, invoice, pay, skip or give back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casetracker.core.errors import Message
from casetracker.disbursements.states import DisbursementState, InstalmentState, PaymentTerms
from casetracker.payments import rules
from casetracker.payments.states import InvoiceFacts, PaymentFacts, RefundFacts, StepFacts

S = InstalmentState
STEP = StepFacts(
    request=DisbursementState.APPROVED, terms=PaymentTerms.ON_DELIVERY, state=S.PLANNED,
    today=date(2026, 6, 10), approved_on=date(2026, 6, 1),
)  # fmt: skip
INVOICE = InvoiceFacts(
    dated_on=date(2026, 6, 5), amount=400_00, currency="EUR", cap=400_00, eligible_from=date(2024, 1, 1),
    eligible_until=date(2026, 12, 31),
)  # fmt: skip
PAID = PaymentFacts(
    recorder="finance", requested_by="requester", writers=frozenset({"writer"}),
    approvers=frozenset({"supervisor"}), paid_on=date(2026, 6, 8), amount=19_700_00, paid_currency="UAH",
    currency="EUR", worth=400_00, cap=400_00, local_cap=19_700_00, invoiced=19_700_00, account_stands=True,
)  # fmt: skip
REFUND = RefundFacts(
    amount=100_00, paid=400_00, reversed_before=300_00, currency="EUR", paid_on=date(2026, 6, 8),
    refunded_on=date(2026, 6, 9), today=date(2026, 6, 10),
)  # fmt: skip


def test_what_is_in_order_is_done() -> None:
    assert rules.why_not_do(STEP, S.ORDERED, date(2026, 6, 1)) is None
    assert rules.why_not_invoice(INVOICE) is None
    assert rules.why_not_record(PAID) is None
    assert rules.why_not_reverse(REFUND) is None
    assert rules.why_not_skip(STEP) is None
    assert rules.why_not_sign(True) is None


@pytest.mark.parametrize(
    ("changes", "target", "day", "words"),
    [
        ({"request": DisbursementState.SUBMITTED}, S.ORDERED, None, "not been approved"),
        ({"request": DisbursementState.RETURNED}, S.ORDERED, None, "not been approved"),
        ({}, S.PAID, None, "ordered first"),
        ({"state": S.ORDERED}, S.INVOICED, None, "handed over first"),
        ({"state": S.DELIVERED}, S.PAID, None, "invoice is missing"),
        ({"state": S.VERIFIED}, S.PAID, None, "at its end"),
        ({"state": S.SKIPPED}, S.ORDERED, None, "at its end"),
        ({}, S.ORDERED, date(2026, 6, 11), "not come yet"),
        ({}, S.ORDERED, date(2026, 5, 31), "before the step"),
        (
            {"state": S.ORDERED, "ordered_on": date(2026, 6, 5)},
            S.DELIVERED,
            date(2026, 6, 4),
            "before the step",
        ),
        ({"state": S.PAID, "paid_on": date(2026, 6, 5)}, S.VERIFIED, date(2026, 6, 4), "before the step"),
    ],
)
def test_each_reason_not_to_do(changes: dict[str, Any], target: InstalmentState, day: date | None, words: str) -> None:
    reason = rules.why_not_do(replace(STEP, **changes), target, day)
    assert reason is not None and words in str(reason)


KEPT = replace(STEP, terms=PaymentTerms.RETENTION, state=S.INVOICED, approved_on=date(2026, 5, 1))


def test_what_is_kept_back_is_paid_from_its_day_on_once_the_rest_is_there() -> None:
    kept = replace(KEPT, kept_until=date(2026, 6, 5))
    said = rules.why_not_do(kept, S.PAID, date(2026, 6, 4))
    assert said is not None and (str(said), said.field) == ("This is kept back until 2026-06-05.", "day")
    assert rules.why_not_do(kept, S.PAID, date(2026, 6, 5)) is None
    assert rules.why_not_do(replace(kept, state=S.PLANNED), S.INVOICED, date(2026, 6, 4)) is None
    waits = replace(KEPT, is_rest_done=False)
    assert "has to be delivered first" in str(rules.why_not_do(waits, S.PAID, date(2026, 6, 5)))
    assert rules.why_not_do(replace(waits, state=S.PLANNED), S.INVOICED, date(2026, 6, 5)) is None


@pytest.mark.parametrize(
    ("parts", "is_done"),
    [
        ([(PaymentTerms.ON_DELIVERY, S.DELIVERED), (PaymentTerms.RETENTION, S.INVOICED)], True),
        ([(PaymentTerms.ON_DELIVERY, S.ORDERED), (PaymentTerms.RETENTION, S.INVOICED)], False),
        ([(PaymentTerms.ON_DELIVERY, S.PLANNED)], False),
        ([(PaymentTerms.ON_DELIVERY, S.VERIFIED), (PaymentTerms.PREPAYMENT, S.PAID)], False),
        ([(PaymentTerms.ON_DELIVERY, S.VERIFIED), (PaymentTerms.PREPAYMENT, S.SKIPPED)], True),
        ([(PaymentTerms.ON_DELIVERY, S.SKIPPED)], False),
        ([(PaymentTerms.CASH, S.PAID)], False),
        ([(PaymentTerms.RETENTION, S.PAID)], False),
        ([], False),
    ],
)
def test_what_is_kept_back_waits_for_all_else(parts: list[tuple[PaymentTerms, InstalmentState]], is_done: bool) -> None:
    assert rules.is_rest_done(parts) is is_done


def test_a_child_does_not_sign() -> None:
    assert "guardian" in str(rules.why_not_sign(False))
    assert "guardian of that child" in str(rules.why_not_sign(True, is_concerned=False))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dated_on": date(2023, 12, 31)}, "eligible period"),
        ({"dated_on": date(2027, 1, 1)}, "eligible period"),
        ({"amount": 400_01}, "new approval"),
    ],
)
def test_each_reason_not_to_take_an_invoice(changes: dict[str, Any], words: str) -> None:
    reason = rules.why_not_invoice(replace(INVOICE, **changes))
    assert reason is not None and words in str(reason)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"recorder": "requester"}, "asked for this yourself"),
        ({"recorder": "writer"}, "asked for this yourself"),
        ({"recorder": "supervisor"}, "You approved this"),
        ({"account_stands": False}, "account is not the one"),
        ({"worth": None}, "no exchange rate"),
        ({"invoiced": 19_699_99}, "more than the invoice"),
        ({"local_cap": 19_699_99}, "new approval"),
        ({"worth": 400_01}, "above the cap"),
        ({"worth": 0, "amount": 1}, "smallest coin"),
    ],
)
def test_each_reason_not_to_record(changes: dict[str, Any], words: str) -> None:
    reason = rules.why_not_record(replace(PAID, **changes))
    assert reason is not None and words in str(reason)


def test_what_is_paid_is_not_skipped() -> None:
    assert "paid" in str(rules.why_not_skip(replace(STEP, state=S.PAID)))
    assert "nothing left" in str(rules.why_not_skip(replace(STEP, state=S.SKIPPED)))
    assert "nothing left" in str(rules.why_not_skip(replace(STEP, request=DisbursementState.DRAFT)))
    prepaid = replace(STEP, terms=PaymentTerms.PREPAYMENT, state=S.DELIVERED)
    assert "paid" in str(rules.why_not_skip(prepaid))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": 100_01}, "left to give back"),
        ({"refunded_on": date(2026, 6, 11)}, "not come yet"),
        ({"refunded_on": date(2026, 6, 7)}, "before the payment"),
    ],
)
def test_each_reason_not_to_give_back(changes: dict[str, Any], words: str) -> None:
    reason = rules.why_not_reverse(replace(REFUND, **changes))
    assert reason is not None and words in str(reason)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=8), st.integers(1, 10**9))
def test_a_payment_is_rescaled_to_the_cent(shares: list[int], amount: int) -> None:
    amount = min(amount, sum(shares))
    spent, left = rules.split_paid(amount, shares)
    assert sum(spent) == amount
    assert all(part >= 0 and rest >= 0 for part, rest in zip(spent, left, strict=True))
    assert [part + rest for part, rest in zip(spent, left, strict=True)] == shares


PAID_STEP = replace(
    STEP, state=S.VERIFIED, ordered_on=date(2026, 6, 2), delivered_on=date(2026, 6, 4), invoice_on=date(2026, 6, 4),
    paid_on=date(2026, 6, 6), verified_on=date(2026, 6, 8),
)  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "step", "day", "words"),
    [
        (PaymentTerms.ON_DELIVERY, S.DELIVERED, date(2026, 6, 1), "before the step"),
        (PaymentTerms.ON_DELIVERY, S.DELIVERED, date(2026, 6, 7), "after the step"),
        (PaymentTerms.PREPAYMENT, S.DELIVERED, date(2026, 6, 7), ""),
        (PaymentTerms.PREPAYMENT, S.DELIVERED, date(2026, 6, 9), "after the step"),
        (PaymentTerms.ON_DELIVERY, S.INVOICED, date(2026, 6, 7), "after the step"),
        (PaymentTerms.ON_DELIVERY, S.INVOICED, date(2026, 6, 6), ""),
        (PaymentTerms.ON_DELIVERY, S.INVOICED, date(2026, 6, 11), "not come yet"),
        (PaymentTerms.ON_DELIVERY, S.ORDERED, date(2026, 6, 5), "after the step"),
        (PaymentTerms.ON_DELIVERY, S.ORDERED, date(2026, 6, 4), ""),
        (PaymentTerms.ON_DELIVERY, S.VERIFIED, date(2026, 6, 5), "before the step"),
        (PaymentTerms.ON_DELIVERY, S.VERIFIED, date(2026, 6, 6), ""),
    ],
)
def test_a_corrected_step_keeps_its_place(terms: PaymentTerms, step: S, day: date, words: str) -> None:
    reason = rules.why_not_correct(replace(PAID_STEP, terms=terms), step, day, changed=True)
    assert words in str(reason) if words else reason is None
    assert "Nothing was changed" in str(rules.why_not_correct(PAID_STEP, step, day, changed=False))


def test_a_payment_rests_on_what_comes_before_it() -> None:
    assert rules.rests_on(PAID_STEP, S.DELIVERED) and rules.rests_on(PAID_STEP, S.INVOICED)
    assert not rules.rests_on(replace(PAID_STEP, terms=PaymentTerms.PREPAYMENT), S.DELIVERED)
    assert not rules.rests_on(replace(PAID_STEP, state=S.INVOICED), S.DELIVERED)
    assert rules.rests_on(PAID_STEP, S.ORDERED) and not rules.rests_on(PAID_STEP, S.VERIFIED)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (rules.why_not_do(STEP, S.ORDERED, STEP.today), ""),
        (rules.why_not_do(STEP, S.PAID, date(2026, 6, 2)), "ordered first"),
        (rules.why_not_do(replace(STEP, state=S.INVOICED), S.PAID, date(2026, 6, 1)), ""),
        (rules.why_not_do(replace(STEP, state=S.INVOICED), S.PAID, date(2026, 5, 31)), "on 2026-06-01"),
        (rules.why_not_invoice(replace(INVOICE, dated_on=INVOICE.eligible_from)), ""),
        (rules.why_not_invoice(replace(INVOICE, dated_on=INVOICE.eligible_until)), ""),
        (rules.why_not_record(replace(PAID, worth=1)), ""),
        (rules.why_not_record(replace(PAID, worth=0)), "smallest coin"),
        (rules.why_not_reverse(replace(REFUND, refunded_on=REFUND.today)), ""),
        (rules.why_not_reverse(replace(REFUND, refunded_on=REFUND.paid_on)), ""),
    ],
)
def test_what_is_done_on_the_very_day_or_to_the_very_cent(reason: Message | None, words: str) -> None:
    assert words in str(reason) if words else reason is None


def test_a_payment_does_not_rest_on_itself() -> None:
    assert not rules.rests_on(PAID_STEP, S.PAID)
