"""Every rule finds its fault, and leaves its clean twin alone; who may answer; what an answer rests on.

What the commands refuse (quotes, proofs, periods, ceilings, four eyes, a child's grant) is planted here as facts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casetracker.checks import rules
from casetracker.checks.fact_states import CaseFacts, CorrectionSeen, PaperSeen, QuoteSeen, ShareSeen
from casetracker.checks.states import Asked, Declared, RuleName, Severity
from casetracker.core.actor import Actor
from casetracker.core.labels import label_id
from casetracker.core.permissions import Role
from casetracker.disbursements.states import DisbursementKind, InstalmentState, PaymentTerms
from casetracker.documents.states import DocumentKind
from casetracker.events.states import Part
from tests.checks.clean_case import (
    APPROVED,
    ASKED,
    CHILD,
    CLEAN,
    DELIVERY,
    FATHER,
    INVOICE,
    PAID,
    PART,
    PAYMENT,
    REFERRAL,
    REQUEST,
    SHOP,
    SUBMISSION,
    TODAY,
    case,
    request,
)

R = RuleName
UNPAID = replace(PART, payment=None, state=InstalmentState.INVOICED)
SECOND = replace(
    REQUEST, id="second", purpose="More tools", shares=(ShareSeen(person_id="father", line_id="shed", amount=900_00),),
    parts=(replace(UNPAID, id="part2"),),
)  # fmt: skip
TWO_QUOTES = tuple(QuoteSeen(id=f"quote{n}", source=source, paper_id="offer") for n, source in enumerate(("a", "b")))
SCHOOL = (ShareSeen(person_id="child", line_id="school", amount=900_00),)
CHILDS = replace(CLEAN.lines["school"], granted=900_00)


def second(days: int) -> CaseFacts:
    """Another request of 900 to the same payee, so many days after the first."""
    later = replace(SUBMISSION, requested_on=ASKED + timedelta(days=days))
    return case(REQUEST, replace(SECOND, submission=later, approvers=()))


def account(**changes: object) -> CaseFacts:
    """The provider's account with something of it changed."""
    return case(providers={"shop": replace(SHOP, accounts=(replace(SHOP.accounts[0], **changes),))})  # type: ignore[arg-type]  # names of fields


def person(**changes: object) -> CaseFacts:
    """The father with something of him changed."""
    return case(persons=(replace(FATHER, **changes), CHILD))  # type: ignore[arg-type]  # names of fields


CORRECTED = CorrectionSeen(
    instalment_id="part", key="chain-7", on=PAID, kind="invoice.corrected", corrected_by="caseworker"
)
OWN = frozenset({"asker"})
LESS = (replace(REQUEST.shares[0], amount=899_99),)
NO_PAPER = PaperSeen(id="x", kind=DocumentKind.OTHER)

PLANTED: list[tuple[RuleName, CaseFacts, CaseFacts]] = [
    (R.SPLIT_PURCHASE, second(20), second(200)),
    (R.MISSING_QUOTES, case(request(quotes_needed=2)), case(request(quotes_needed=2, kind=DisbursementKind.CASH))),
    (R.MISSING_QUOTES, case(request(quotes=(QuoteSeen(id="q", source="a", paper_id=None),))), CLEAN),
    (
        R.ONE_SOURCE,
        case(request(quotes_needed=2, quotes=tuple(replace(q, source="a") for q in TWO_QUOTES))),
        case(request(quotes_needed=2, quotes=TWO_QUOTES)),
    ),
    (R.SHARED_ACCOUNT, account(staff=OWN), account(staff=OWN, stands=False, id="old")),
    (
        R.SHARED_PHONE,
        case(providers={"shop": replace(SHOP, staff=frozenset({"asker"}))}),
        case(request(submission=None), providers={"shop": replace(SHOP, staff=frozenset({"asker"}))}),
    ),
    (R.SHARED_PHONE, person(phone=SHOP.phone), person(phone=None)),
    (R.HOLDER_IS_BENEFICIARY, account(holder="Kovalenko Oleh M."), account(holder="Kovalenko and sons")),
    (R.PROOF_OF_PAYMENT, case(request(paper=NO_PAPER)), case(request(paper=NO_PAPER, given_back=900_00))),
    (
        R.GOODS_RECEIVED,
        case(request(delivery=None, terms=PaymentTerms.PREPAYMENT)),
        case(request(delivery=None, terms=PaymentTerms.PREPAYMENT, paid_on=TODAY - timedelta(days=30))),
    ),
    (R.GOODS_RECEIVED, case(request(delivery=replace(DELIVERY, paper=NO_PAPER))), CLEAN),
    (
        R.INVOICE_PERIOD,
        case(request(invoice=replace(INVOICE, dated_on=date(2027, 1, 1)))),
        case(request(invoice=replace(INVOICE, dated_on=date(2026, 12, 31)))),
    ),
    (
        R.ABOVE_BUDGET,
        case(request(payment=replace(PAYMENT, amount=900_01, shares=900_01))),
        case(request(payment=replace(PAYMENT, amount=900_01, shares=900_01, given_back=1))),
    ),
    (R.ABOVE_BUDGET, case(request(invoice=replace(INVOICE, amount=900_01))), CLEAN),
    (
        R.ABOVE_BUDGET,
        case(lines={"tools": replace(CLEAN.lines["tools"], granted=899_99)}),
        case(request(payment=replace(PAYMENT, amount=800_00, shares=800_00)),
             lines={"tools": replace(CLEAN.lines["tools"], granted=800_00)}),
    ),
    (R.FIGURES_DIFFER, case(request(payment=replace(PAYMENT, shares=899_99))), CLEAN),
    (R.FIGURES_DIFFER, case(request(shares=LESS, submission=replace(SUBMISSION, shares=899_99))), CLEAN),
    (R.FOUR_EYES, case(request(requested_by="supervisor")), CLEAN),
    (R.FOUR_EYES, case(request(recorded_by="supervisor")), case(request(recorded_by="other"))),
    (R.ACCOUNT_AND_PAYMENT, account(confirmed_by="finance"), account(confirmed_by="supervisor")),
    (
        R.SAME_DEVICE,
        case(devices={frozenset({"asker", "supervisor"}): ASKED}),
        case(devices={frozenset({"asker", "finance"}): ASKED}),
    ),
    (R.CHANGED_AFTER_APPROVAL, case(request(provider_id="other")), case(request(provider_id="other", approvers=()))),
    (
        R.CHANGED_AFTER_APPROVAL,
        case(request(parts=(UNPAID,), account_id="new")),
        case(request(account_id="new")),
    ),
    (
        R.CORRECTED_AFTER_PAYMENT,
        case(request(corrections=(CORRECTED,))),
        case(request(corrections=(replace(CORRECTED, on=PAID - timedelta(days=1)),))),
    ),
    (
        R.CHILDS_GRANT,
        case(request(shares=SCHOOL), lines={"school": replace(CHILDS, beneficiaries=frozenset({"child", "father"}))}),
        case(request(shares=SCHOOL), lines={"school": CHILDS}),
    ),
    (
        R.MONITORING_LATE,
        case(today=PAID + timedelta(days=181)),
        case(today=PAID + timedelta(days=181), last_visit_on=PAID + timedelta(days=20)),
    ),
    (R.CONSENT_MISSING, person(consents=((date(2026, 5, 11), None),)), person(consents=((date(2026, 5, 10), None),))),
    (
        R.CONSENT_MISSING,
        person(consents=((date(2026, 5, 1), date(2026, 6, 1)),)),
        case(persons=(replace(FATHER, consents=((date(2026, 5, 1), date(2026, 6, 1)),)), CHILD),
             referrals=(replace(REFERRAL, stands=False),)),
    ),
    (R.CONSENT_MISSING, person(consents=()), person(consents=(), added_on=date(2026, 5, 11))),
    (
        R.ELIGIBILITY_EVIDENCE, person(eligibility=None),
        case(persons=(replace(FATHER, eligibility=None), CHILD), grants=()),
    ),
    (R.ELIGIBILITY_EVIDENCE, person(has_expulsion_order=True), CLEAN),
    (R.ELIGIBILITY_EVIDENCE, person(has_expulsion_order=None), CLEAN),
    (R.ELIGIBILITY_EVIDENCE, person(applied_on=None, has_expulsion_order=None), CLEAN),
    (R.ELIGIBILITY_EVIDENCE, person(is_eea=True), CLEAN),
    (R.NO_FINAL_REPORT, case(closed_on=TODAY), case(closed_on=TODAY, reported_on=TODAY)),
]  # fmt: skip
"""(rule, a case with the fault, its twin without it)."""


def found_in(facts: CaseFacts) -> list[RuleName]:
    """The rules that ask something."""
    return [finding.rule for finding in rules.findings_of(facts)]


def test_nothing_is_asked_about_a_case_as_it_should_be() -> None:
    assert found_in(CLEAN) == []


@pytest.mark.parametrize(
    ("rule", "plant", "twin"), PLANTED, ids=lambda value: str(value) if isinstance(value, str) else ""
)
def test_every_planted_fault_is_found_and_no_clean_twin(rule: RuleName, plant: CaseFacts, twin: CaseFacts) -> None:
    assert set(found_in(plant)) == {rule}, "the fault, and nothing else"
    assert rule not in found_in(twin)


def test_every_rule_is_listed_once_and_planted() -> None:
    assert {rule.name for rule in rules.RULES} == set(RuleName)
    assert len(rules.RULES) == len(RuleName) == len(rules.BY_NAME)
    assert {rule for rule, _plant, _twin in PLANTED} == set(RuleName)
    assert all(label_id(rule.name) != str(rule.name) and rule.remedy for rule in rules.RULES)
    assert label_id(Declared.PHONE) == "Telephone"


def test_what_the_sending_side_alone_has_is_asked_of_that_side_alone() -> None:
    sending = {rule.name for rule in rules.RULES if rule.part != Part.SHARED}
    assert sending == {R.CONSENT_MISSING, R.ELIGIBILITY_EVIDENCE}
    for rule, plant, _twin in PLANTED:
        assert all(not finding.request_ids for finding in rules.findings_of(plant) if rule in sending)


def test_the_serious_come_first_and_every_finding_has_evidence_and_a_day() -> None:
    facts = case(request(requested_by="supervisor", corrections=(CORRECTED,)), closed_on=TODAY)
    found = rules.findings_of(facts)
    assert [f.severity for f in found] == [Severity.SERIOUS, Severity.SERIOUS, Severity.QUESTION]
    assert all(f.evidence and f.since <= TODAY and str(f.text) for f in found)
    entry = next(f for f in found if f.rule == R.CORRECTED_AFTER_PAYMENT).evidence[-1]
    assert (entry.id, entry.on) == ("chain-7", PAID)


def test_another_fact_is_another_question() -> None:
    one, same, other = (
        rules.findings_of(case(request(invoice=replace(INVOICE, amount=amount, dated_on=day))))[0]
        for amount, day in ((900_01, APPROVED), (900_01, PAID), (900_02, PAID))
    )
    assert one.facts_hash == same.facts_hash != other.facts_hash
    assert one.key == other.key


def test_an_answer_for_one_request_does_not_stand_for_the_next() -> None:
    own = {"shop": replace(SHOP, accounts=(replace(SHOP.accounts[0], staff=frozenset({"caseworker"})),))}
    both = (REQUEST, replace(REQUEST, id="next"))
    first, later = (
        next(f for f in rules.findings_of(case(*some, providers=own)) if f.rule == R.SHARED_ACCOUNT)
        for some in (both[:1], both)
    )
    assert first.key == later.key and first.facts_hash != later.facts_hash


def actor(id: str, role: Role = Role.SUPERVISOR) -> Actor:
    """Somebody of an office."""
    return Actor(id=id, name=id, role=role, office_id="office")


def test_a_supervisor_answers_whose_own_work_is_not_asked_about() -> None:
    late = request(invoice=replace(INVOICE, dated_on=date(2030, 1, 1), logged_by="logger"))
    billed = next(f for f in rules.findings_of(case(late)) if f.rule == R.INVOICE_PERIOD)
    assert "own work" in str(rules.why_not_answer(billed, actor("logger")))
    decided = rules.findings_of(person(has_expulsion_order=True))[0]
    assert "own work" in str(rules.why_not_answer(decided, actor("decider")))
    finding = rules.findings_of(case(request(requested_by="supervisor")))[0]
    assert rules.why_not_answer(finding, actor("somebody")) is None
    assert "own work" in str(rules.why_not_answer(finding, actor("supervisor")))
    assert "A supervisor of the case" in str(rules.why_not_answer(finding, actor("somebody", Role.CASEWORKER)))
    assert "A supervisor of the case" in str(rules.why_not_answer(finding, actor("somebody", Role.AUDITOR)))


def asked(facts: CaseFacts) -> list[Asked]:
    """Everything, unanswered."""
    return [Asked(finding=finding) for finding in rules.findings_of(facts)]


def test_serious_findings_hold_up_the_request_that_they_are_about() -> None:
    serious, question = asked(case(request(requested_by="supervisor"))), asked(second(20))
    assert "An auditor would ask" in str(rules.why_not_pay(serious, "request"))
    assert rules.why_not_pay(serious, "another") is None
    assert rules.why_not_pay(question, "request") is None and rules.why_not_close(question) is None
    assert "before the case is closed" in str(rules.why_not_close(serious))


def test_a_number_that_is_none_is_not_declared() -> None:
    assert rules.why_not_number(Declared.PHONE, "501234567") is None
    assert "whole number" in str(rules.why_not_number(Declared.ACCOUNT, None))
    assert "area code" in str(rules.why_not_number(Declared.PHONE, "123"))
