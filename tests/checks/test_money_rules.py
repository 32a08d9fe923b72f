"""Budgets, figures, two pairs of eyes, and changes after approval or payment: to the cent and day, and what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from casetracker.checks.fact_states import CaseFacts, CorrectionSeen, ShareSeen
from casetracker.checks.states import RuleName
from casetracker.disbursements.states import DisbursementState, InstalmentState
from tests.checks.clean_case import (
    APPROVED,
    ASKED,
    CLEAN,
    INVOICE,
    PAID,
    PART,
    PAYMENT,
    REQUEST,
    SECOND,
    SUBMISSION,
    UNPAID,
    Said,
    account,
    asks,
    case,
    request,
    said,
)

R = RuleName
DAY = timedelta(days=1)
CORRECTED = CorrectionSeen(
    instalment_id="part", key="chain-7", on=PAID, kind="invoice.corrected", corrected_by="caseworker"
)
LESS = (replace(REQUEST.shares[0], amount=899_99),)
TOOLS = CLEAN.lines["tools"]
SKIPPED = replace(UNPAID, id="part2", state=InstalmentState.SKIPPED)
PAIR = {frozenset({"asker", "supervisor"}): ASKED}


def paid(amount: int, **changes: Any) -> CaseFacts:
    """The payment was of this amount, which its grants paid; with something else of it changed."""
    return case(request(payment=replace(PAYMENT, **{"amount": amount, "shares": amount, **changes})))


def given(granted: int, *more: Any) -> CaseFacts:
    """The plan gives the line of the request this amount; more requests beside it."""
    return case(REQUEST, *more, lines={"tools": replace(TOOLS, granted=granted)})


PLANTED: list[tuple[RuleName, CaseFacts, CaseFacts]] = [
    (R.ABOVE_BUDGET, paid(900_01), paid(900_01, given_back=1)),
    (R.ABOVE_BUDGET, case(request(invoice=replace(INVOICE, amount=900_01))), CLEAN),
    (R.ABOVE_BUDGET, given(899_99), replace(paid(800_00), lines={"tools": replace(TOOLS, granted=800_00)})),
    (R.FIGURES_DIFFER, case(request(payment=replace(PAYMENT, shares=899_99))), CLEAN),
    (R.FIGURES_DIFFER, case(request(shares=LESS, submission=replace(SUBMISSION, shares=899_99))), CLEAN),
    (R.FOUR_EYES, case(request(requested_by="supervisor")), CLEAN),
    (R.FOUR_EYES, case(request(recorded_by="supervisor")), case(request(recorded_by="other"))),
    (R.ACCOUNT_AND_PAYMENT, account(confirmed_by="finance"), account(confirmed_by="supervisor")),
    (R.SAME_DEVICE, case(devices=PAIR), case(devices={frozenset({"asker", "finance"}): ASKED})),
    (R.CHANGED_AFTER_APPROVAL, case(request(provider_id="other")), case(request(provider_id="other", approvers=()))),
    (R.CHANGED_AFTER_APPROVAL, case(request(parts=(UNPAID,), account_id="new")), case(request(account_id="new"))),
    (
        R.CORRECTED_AFTER_PAYMENT,
        case(request(corrections=(CORRECTED,))),
        case(request(corrections=(replace(CORRECTED, on=PAID - DAY),))),
    ),
]


def line(id: str, amount: int) -> ShareSeen:
    """So much of the father's grant for this line of the plan."""
    return ShareSeen(person_id="father", line_id=id, amount=amount)


TWO_LINES = {"tools": replace(TOOLS, granted=600_00), "shed": replace(TOOLS, id="shed", granted=300_00)}
NEXT = replace(SECOND, shares=REQUEST.shares)
LIMITS: list[tuple[str, RuleName, CaseFacts, bool]] = [
    ("paid the cent", R.ABOVE_BUDGET, paid(900_00), False),
    ("the line gives what is taken", R.ABOVE_BUDGET, given(1_800_00, NEXT), False),
    ("the line gives a cent less", R.ABOVE_BUDGET, given(1_799_99, NEXT), True),
    ("what is skipped takes nothing at all", R.ABOVE_BUDGET, given(900_00, replace(NEXT, parts=(SKIPPED,))), False),
    ("what is only submitted takes nothing yet", R.ABOVE_BUDGET,
     given(900_00, replace(NEXT, state=DisbursementState.SUBMITTED)), False),
    ("what is closed still takes", R.ABOVE_BUDGET, given(900_00, replace(NEXT, state=DisbursementState.CLOSED)), True),
    ("each line by its own part", R.ABOVE_BUDGET,
     case(request(shares=(line("tools", 600_00), line("shed", 300_00))), lines=TWO_LINES), False),
    ("a cent of one taken for the other", R.ABOVE_BUDGET,
     case(request(shares=(line("tools", 600_01), line("shed", 299_99))), lines=TWO_LINES), True),
    ("nothing of nothing", R.ABOVE_BUDGET,
     case(replace(REQUEST, amount=0), lines={"tools": replace(TOOLS, granted=0)}), False),
    ("an invoice in another currency than what was approved", R.ABOVE_BUDGET,
     case(request(invoice=replace(INVOICE, amount=36_000_00, currency="UAH"))), False),
    ("nobody confirmed the account", R.ACCOUNT_AND_PAYMENT, account(confirmed_by=None), False),
    ("asked and approved by one person has no second browser", R.SAME_DEVICE,
     case(request(approvers=(("asker", APPROVED),)), devices={frozenset({"asker"}): ASKED}), False),
    ("who submitted what others wrote", R.SAME_DEVICE,
     case(request(requested_by="boss"), devices={frozenset({"boss", "supervisor"}): ASKED}), True),
    ("corrected, but another instalment", R.CORRECTED_AFTER_PAYMENT,
     case(request(corrections=(replace(CORRECTED, instalment_id="part2"),))), False),
    ("corrected, but nothing that money rests on", R.CORRECTED_AFTER_PAYMENT,
     case(request(corrections=(replace(CORRECTED, kind="payment.corrected"),))), False),
]  # fmt: skip
"""(what of it, rule, a case, whether the rule asks)."""


@pytest.mark.parametrize(("rule", "facts", "asked"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_each_limit_is_where_it_should_be(rule: RuleName, facts: CaseFacts, asked: bool) -> None:
    assert asks(rule, facts) is asked


REQUESTED, INSTALMENT = ["request request: Tools, 900.00 EUR"], ["instalment part: Tools, instalment 1"]
ALL = "asker finance supervisor"
SAID: list[tuple[RuleName, CaseFacts, Said]] = [
    (R.ABOVE_BUDGET, replace(paid(900_02, given_back=1), lines={}),
     ("part", "“Tools”, instalment 1: 0.01 EUR more was paid than approved.", PAID, INSTALMENT, "request", ALL)),
    (R.ABOVE_BUDGET, case(request(invoice=replace(INVOICE, amount=900_01))),
     ("part.invoice", "“Tools”, instalment 1: the invoice is 0.01 EUR above what was approved.", INVOICE.dated_on,
      INSTALMENT, "request", ALL)),
    (R.ABOVE_BUDGET, given(1_000_00, replace(NEXT, created_on=ASKED + DAY)),
     ("tools", "Requests for one line of the plan take 1800.00 EUR; the approved plan gives it 1000.00 EUR.",
      ASKED + DAY, [*REQUESTED, "request second: More tools, 900.00 EUR"], "request second", ALL)),
    (R.FIGURES_DIFFER, case(request(payment=replace(PAYMENT, shares=899_99))),
     ("part", "“Tools”, instalment 1: the grants paid 899.99 EUR of a payment of 900.00 EUR.", PAID, INSTALMENT,
      "request", ALL)),
    (R.FIGURES_DIFFER, case(request(shares=LESS, parts=(replace(PART, amount=900_02),))),
     ("request", "“Tools” is for 900.00 EUR; its grants add up to 899.99 EUR, its instalments to 900.02 EUR.", ASKED,
      REQUESTED, "request", ALL)),
    (R.FOUR_EYES, case(request(approvers=(("supervisor", APPROVED), ("asker", APPROVED + DAY)))),
     ("request", "“Tools”: one person took two of the steps of asking, approving and paying.", APPROVED + DAY,
      REQUESTED, "request", ALL)),
    (R.FOUR_EYES, case(request(recorded_by="asker")),
     ("request", "“Tools”: one person took two of the steps of asking, approving and paying.", ASKED, REQUESTED,
      "request", "asker supervisor")),
    (R.ACCOUNT_AND_PAYMENT, account(confirmed_by="finance"),
     ("part", "“Tools”, instalment 1, was paid by the person who had confirmed the provider's account.", PAID,
      INSTALMENT, "request", ALL)),
    (R.SAME_DEVICE, case(devices=PAIR),
     ("request.supervisor", "Who asked for “Tools” and who approved it have signed in from one browser. Did two people "
      "look?", APPROVED, REQUESTED, "request", ALL)),
    (R.SAME_DEVICE, case(devices={frozenset({"asker", "supervisor"}): PAID}),
     ("request.supervisor", "Who asked for “Tools” and who approved it have signed in from one browser. Did two people "
      "look?", PAID, REQUESTED, "request", ALL)),
    (R.CORRECTED_AFTER_PAYMENT, case(request(corrections=(CORRECTED,))),
     ("part", "“Tools”, instalment 1: the invoice was corrected after it had been paid. Why?", PAID,
      [*INSTALMENT, "entry chain-7: the correction of 2026-08-10"], "request", "asker caseworker finance supervisor")),
    (R.CORRECTED_AFTER_PAYMENT,
     case(request(corrections=(CORRECTED, replace(CORRECTED, kind="order.corrected", on=PAID + DAY, key="chain-8")))),
     ("part", "“Tools”, instalment 1: the order was corrected after it had been paid. Why?", PAID,
      [*INSTALMENT, "entry chain-7: the correction of 2026-08-10", "entry chain-8: the correction of 2026-08-11"],
      "request", "asker caseworker finance supervisor")),
    (R.CORRECTED_AFTER_PAYMENT, case(request(corrections=(replace(CORRECTED, kind="delivery.corrected"),))),
     ("part", "“Tools”, instalment 1: the delivery was corrected after it had been paid. Why?", PAID,
      [*INSTALMENT, "entry chain-7: the correction of 2026-08-10"], "request", "asker caseworker finance supervisor")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "told"), SAID)
def test_what_is_asked_names_the_facts_the_papers_and_the_people(rule: RuleName, facts: CaseFacts, told: Said) -> None:
    assert said(rule, facts) == [told]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"amount": 900_01}, "the amount"),
        ({"shares": LESS}, "the grants that pay"),
        ({"parts": (replace(PART, amount=899_99),)}, "the instalments"),
        ({"provider_id": "other"}, "the provider"),
        ({"payment": replace(PAYMENT, account_id="other")}, "the account that was paid"),
        ({"parts": (UNPAID,), "account_id": "new"}, "the provider's account"),
    ],
)
def test_what_is_not_as_it_was_approved_is_named(changes: dict[str, Any], what: str) -> None:
    ((subject, text, since, evidence, requests, _people),) = said(R.CHANGED_AFTER_APPROVAL, case(request(**changes)))
    assert (subject, text) == ("request", f"“Tools” is not as it was approved any more: {what}.")
    assert since == APPROVED and len(evidence) == 1 and requests == "request"


def test_an_account_may_change_once_nothing_is_to_be_paid_to_it_any_more() -> None:
    parts = (PART, replace(SKIPPED, amount=0))
    assert not asks(R.CHANGED_AFTER_APPROVAL, case(request(parts=parts, account_id="new")))
    parts = (PART, replace(SKIPPED, amount=0, state=InstalmentState.PLANNED))
    assert asks(R.CHANGED_AFTER_APPROVAL, case(request(parts=parts, account_id="new")))
