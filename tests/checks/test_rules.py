"""Every rule finds its fault, and leaves its clean twin alone; who may answer; what an answer rests on.

What the commands refuse (quotes, proofs, periods, ceilings, four eyes, a child's grant) is planted here as facts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from casetracker.checks import rules
from casetracker.checks.fact_states import CaseFacts
from casetracker.checks.states import AnswerFacts, Asked, Declared, Finding, RuleName, Severity
from casetracker.core.actor import Actor
from casetracker.core.labels import label_id
from casetracker.core.permissions import Role
from casetracker.dossiers.states import Sight
from casetracker.events.states import Part
from tests.checks import test_buying_rules, test_case_rules, test_money_rules, test_paper_rules
from tests.checks.clean_case import (
    APPROVED,
    CLEAN,
    INVOICE,
    PAID,
    REQUEST,
    SHOP,
    TODAY,
    case,
    found_in,
    person,
    request,
    second,
)
from tests.checks.test_money_rules import CORRECTED

R = RuleName
PLANTED = [each for tests in (test_buying_rules, test_case_rules, test_money_rules, test_paper_rules)
           for each in tests.PLANTED]  # fmt: skip
"""(rule, a case with the fault, its twin without it): where the rest of the rule is tried."""


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
    serious, question = asked(case(request(requested_by="supervisor"))), asked(case(REQUEST, second(20)))
    assert "An auditor would ask" in str(rules.why_not_pay(serious, "request"))
    assert rules.why_not_pay(serious, "another") is None
    assert rules.why_not_pay(question, "request") is None and rules.why_not_close(question) is None
    assert "before the case is closed" in str(rules.why_not_close(serious))


def test_what_was_answered_holds_up_nothing() -> None:
    found = rules.findings_of(case(request(requested_by="supervisor")))
    answer = AnswerFacts(reason="Seen", answered_by="boss", answered_on=TODAY)
    answered = [Asked(finding=finding, answer=answer) for finding in found]
    assert found and rules.why_not_pay(answered, "request") is None and rules.why_not_close(answered) is None


def finding_of(part: Part) -> Finding:
    """Something that was found in this compartment."""
    return next(finding for _rule, plant, _twin in PLANTED for finding in rules.findings_of(plant)
                if finding.part == part)  # fmt: skip


@pytest.mark.parametrize(
    ("part", "office", "known"),
    [
        (Part.SHARED, "here", True),
        (Part.SHARED, "abroad", True),
        (Part.SHARED, None, True),
        (Part.SENDING, "here", True),
        (Part.SENDING, "abroad", False),
        (Part.SENDING, None, False),
    ],
)
def test_what_rests_on_the_sending_sides_papers_is_known_to_that_side_alone(
    part: Part, office: str | None, known: bool
) -> None:
    sight = Sight(
        dossier_id="case", reference="EE-2026-00001", relation=None, parts=frozenset(Part), is_closed=False,
        closed_on=None, sending_office_id="here", receiving_office_id="abroad", programme_id=None,
    )  # fmt: skip
    assert rules.is_known_to(finding_of(part), office, sight) is known


def test_a_number_that_is_none_is_not_declared() -> None:
    assert rules.why_not_number(Declared.PHONE, "501234567") is None
    assert rules.why_not_number(Declared.ACCOUNT, "1234567") is None
    refused = rules.why_not_number(Declared.ACCOUNT, "123456")
    assert refused is not None and refused.field == "number"
    assert "whole number" in str(rules.why_not_number(Declared.ACCOUNT, None))
    assert "area code" in str(rules.why_not_number(Declared.PHONE, "123"))
