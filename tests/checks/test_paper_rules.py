"""Proofs of payment and of goods received, invoices of the eligible period: to the day, and what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from casetracker.checks.fact_states import CaseFacts
from casetracker.checks.states import RuleName
from casetracker.disbursements.states import InstalmentState, PaymentTerms
from tests.checks.clean_case import (
    CLEAN,
    DELIVERY,
    INVOICE,
    NO_PAPER,
    PAID,
    PART,
    TODAY,
    UNPAID,
    Said,
    asks,
    case,
    request,
    said,
)

R = RuleName
DAY = timedelta(days=1)


def awaited(**changes: Any) -> CaseFacts:
    """Paid before anything was handed over, and nothing has been since."""
    return case(request(**{"delivery": None, "terms": PaymentTerms.PREPAYMENT, **changes}))


def billed(on: date, **changes: Any) -> CaseFacts:
    """The invoice is of this day."""
    return replace(case(request(invoice=replace(INVOICE, dated_on=on))), **changes)


PLANTED: list[tuple[RuleName, CaseFacts, CaseFacts]] = [
    (R.PROOF_OF_PAYMENT, case(request(paper=NO_PAPER)), case(request(paper=NO_PAPER, given_back=900_00))),
    (R.GOODS_RECEIVED, awaited(), awaited(paid_on=TODAY - timedelta(days=30))),
    (R.GOODS_RECEIVED, case(request(delivery=replace(DELIVERY, paper=NO_PAPER))), CLEAN),
    (R.INVOICE_PERIOD, billed(date(2027, 1, 1)), billed(date(2026, 12, 31))),
]
LATE = date(2027, 1, 1)
LIMITS: list[tuple[str, RuleName, CaseFacts, bool]] = [
    ("a cent was kept", R.PROOF_OF_PAYMENT, case(request(paper=NO_PAPER, given_back=899_99)), True),
    ("never paid", R.PROOF_OF_PAYMENT, case(request(parts=(UNPAID,))), False),
    ("thirty-one days after the payment", R.GOODS_RECEIVED, awaited(paid_on=TODAY - timedelta(days=31)), True),
    ("cash is handed over by paying it", R.GOODS_RECEIVED, awaited(terms=PaymentTerms.CASH), False),
    ("given back", R.GOODS_RECEIVED, awaited(given_back=900_00), False),
    ("on the first day of the period", R.INVOICE_PERIOD, billed(date(2024, 1, 1)), False),
    ("on the day before it", R.INVOICE_PERIOD, billed(date(2023, 12, 31)), True),
    ("the programme names no period", R.INVOICE_PERIOD, billed(LATE, eligible=None), False),
    ("not billed yet", R.INVOICE_PERIOD, case(request(parts=(replace(UNPAID, invoice=None),))), False),
    ("skipped", R.INVOICE_PERIOD,
     case(request(parts=(replace(UNPAID, state=InstalmentState.SKIPPED, invoice=replace(INVOICE, dated_on=LATE)),))),
     False),
]  # fmt: skip
"""(what of it, rule, a case, whether the rule asks)."""


@pytest.mark.parametrize(("rule", "facts", "asked"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_each_limit_is_where_it_should_be(rule: RuleName, facts: CaseFacts, asked: bool) -> None:
    assert asks(rule, facts) is asked


EVIDENCE, ALL = ["instalment part: Tools, instalment 2"], "asker finance supervisor"
SAID: list[tuple[RuleName, CaseFacts, str, date]] = [
    (R.PROOF_OF_PAYMENT, case(request(paper=NO_PAPER)),
     "Nothing proves the payment of “Tools”, instalment 2, of 900.00 EUR.", PAID),
    (R.GOODS_RECEIVED, awaited(),
     "“Tools”, instalment 2, was paid on 2026-08-10 and nobody has signed for it yet.", PAID + timedelta(days=30)),
    (R.GOODS_RECEIVED, case(request(delivery=replace(DELIVERY, paper=NO_PAPER))),
     "The handover certificate of “Tools”, instalment 2, is not there.", DELIVERY.delivered_on),
    (R.INVOICE_PERIOD, billed(LATE),
     "The invoice of “Tools”, instalment 2, is of 2027-01-01; the programme's eligible period is 2024-01-01 to "
     "2026-12-31.", LATE),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "text", "since"), SAID)
def test_what_is_asked_names_the_facts_the_papers_and_the_people(
    rule: RuleName, facts: CaseFacts, text: str, since: date
) -> None:
    second = replace(facts.requests[0], parts=(replace(facts.requests[0].parts[0], number=2),))
    told: Said = ("part", text, since, EVIDENCE, "request", ALL)
    assert said(rule, replace(facts, requests=(second,))) == [told]


def test_of_two_instalments_each_is_asked_about_by_itself() -> None:
    both = (PART, replace(request(paper=NO_PAPER).parts[0], id="part2", number=2))
    assert [told[0] for told in said(R.PROOF_OF_PAYMENT, case(request(parts=both)))] == ["part2"]
