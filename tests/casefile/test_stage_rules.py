"""What each stage lists, item by item, with the person's name; who settles a point; the order of the stepper."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from casetracker.casefile import rules
from casetracker.casefile.states import NEXT_STAGE, Requirement, StageFacts
from casetracker.cases.states import Outcome, Stage
from casetracker.core.actor import Actor
from casetracker.core.permissions import Role
from casetracker.dossiers.states import Relation
from casetracker.programmes.states import ApplicantRole, BasisDate, EntryTerms, ReturnType, RuleFacts
from casetracker.returns.states import EligibilityOutcome, ReturnFacts
from tests.casefile.test_rules import ARRIVED, DAY, READY, facts, person

NOTHING = ReturnFacts(person_id="p")
CHILD = person("q", adult=False, given_name="Marko", birth_date=None)
BY_DEPARTURE = RuleFacts(
    rule_id="r", package_id="k", amount=400_00, currency="EUR", is_maximum=False,
    applicant_role=ApplicantRole.PRINCIPAL, return_type=ReturnType.VOLUNTARY, basis=BasisDate.DEPARTURE,
    valid_from=date(2026, 1, 1), valid_until=None,
)  # fmt: skip


def told(listed: list[Requirement]) -> list[tuple[str, bool]]:
    """(sentence, met?) of each."""
    return [(str(each.text), each.is_met) for each in listed]


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        (facts(Stage.COUNSELLING, NOTHING, persons=(person(), CHILD)),
         [("Counselling session of Andriy Koval", False), ("Andriy Koval decides freely and informed", False),
          ("Birth date or estimated age of Marko Koval", False)]),
        (facts(Stage.COUNSELLING, READY, persons=(person(return_type=ReturnType.FORCED),)),
         [("Information session of Andriy Koval", True)]),
        (facts(Stage.COUNSELLING, READY),
         [("Counselling session of Andriy Koval", True), ("Andriy Koval decides freely and informed", True)]),
        (facts(Stage.APPLICATION, READY),
         [("The programme is chosen", True), ("Signed return application of Andriy Koval", True),
          ("A supervisor decided on the eligibility of Andriy Koval", True)]),
        (facts(Stage.APPLICATION, NOTHING, terms=EntryTerms(excludes_expulsion=True),
               departure_rules=(BY_DEPARTURE,)),
         [("The programme is chosen", True), ("Signed return application of Andriy Koval", False),
          ("A supervisor decided on the eligibility of Andriy Koval", False)]),
        (facts(Stage.APPLICATION, dataclasses.replace(NOTHING, applied_on=DAY),
               terms=EntryTerms(excludes_expulsion=True), departure_rules=(BY_DEPARTURE,)),
         [("The programme is chosen", True), ("Signed return application of Andriy Koval", True),
          ("It is known whether an expulsion order is in force against Andriy Koval", False),
          ("The journey of Andriy Koval is booked: what the programme gives counts by the day of departure", False),
          ("A supervisor decided on the eligibility of Andriy Koval", False)]),
        (facts(Stage.PRE_DEPARTURE, READY),
         [("Andriy Koval is ready (travel document, fit to travel, booking), or left out", True)]),
        (facts(Stage.PRE_DEPARTURE, dataclasses.replace(READY, eligibility=EligibilityOutcome.REFUSED)),
         [("Andriy Koval was not found eligible: leave out of the journey", False)]),
        (facts(Stage.RETURN, ARRIVED, without_consent=(person(),)),
         [("Somebody of the family arrived", True),
          ("Andriy Koval consents to sharing with the receiving office", False),
          ("A receiving office accepted the referral", True)]),
        (facts(Stage.REINTEGRATION, dataclasses.replace(ARRIVED, contact_on=DAY),
               persons=(person(), CHILD), returns={"p": ARRIVED, "q": dataclasses.replace(ARRIVED, contact_on=DAY)}),
         [("Contact of Andriy Koval with the receiving office", False), ("Needs of Andriy Koval are assessed", False),
          ("Contact of Marko Koval with the receiving office", True),
          ("The reintegration plan is finally approved", True),
          ("Every line of the plan is delivered, lapsed or cancelled", True),
          ("Every disbursement is verified, skipped or cancelled", True)]),
        (facts(Stage.REINTEGRATION, dataclasses.replace(ARRIVED, assessed_on=DAY, contact_on=DAY), needs_plan=False,
               open_lines=1, open_disbursements=1),
         [("Contact of Andriy Koval with the receiving office", True), ("Needs of Andriy Koval are assessed", True),
          ("Every line of the plan is delivered, lapsed or cancelled", False),
          ("Every disbursement is verified, skipped or cancelled", False)]),
        (facts(Stage.REINTEGRATION, READY, needs_plan=False),
         [("Every line of the plan is delivered, lapsed or cancelled", True),
          ("Every disbursement is verified, skipped or cancelled", True)]),
    ],
)  # fmt: skip
def test_what_entering_the_next_stage_needs(whole: StageFacts, expected: list[tuple[str, bool]]) -> None:
    assert told(rules.requirements(whole, NEXT_STAGE[whole.stage])) == expected


def test_a_case_says_what_is_missing_and_ends_by_being_closed() -> None:
    lacking = facts(Stage.APPLICATION, has_programme=False)
    assert str(rules.why_not_move(lacking, Relation.SENDING)) == (
        "Something is still missing: The programme is chosen."
    )
    for stage in set(Stage) - set(NEXT_STAGE):
        assert "is closed, with its outcome" in str(rules.why_not_move(facts(stage, ARRIVED), Relation.SENDING))


@pytest.mark.parametrize("outcome", [Outcome.NO_CONTACT, Outcome.RE_MIGRATED, Outcome.WITHDREW_AFTER_RETURN])
def test_an_outcome_after_the_return_needs_an_arrival(outcome: Outcome) -> None:
    assert "has arrived" in str(rules.why_not_close(facts(Stage.RETURN), outcome, Relation.SENDING))
    assert rules.why_not_close(facts(Stage.REINTEGRATION, ARRIVED), outcome, Relation.SENDING) is None


@pytest.mark.parametrize(
    ("role", "blocks_money", "words"),
    [
        (Role.CASEWORKER, False, None),
        (Role.CASEWORKER, True, "A supervisor settles this"),
        (Role.SUPERVISOR, False, None),
        (Role.SUPERVISOR, True, None),
        (Role.AUDITOR, False, "The offices of the case settle this"),
        (Role.FINANCE_OFFICER, True, "The offices of the case settle this"),
    ],
)
def test_who_settles_a_point(role: Role, blocks_money: bool, words: str | None) -> None:
    reason = rules.why_not_settle(blocks_money, Actor(id="x", name="X", role=role))
    assert (reason is None) if words is None else (words in str(reason))


@pytest.mark.parametrize("is_recorded", [True, False])
def test_the_asylum_step_stands_after_intake(is_recorded: bool) -> None:
    steps = rules.step_states(Stage.INTAKE, last_stage=Stage.INTAKE, asylum_recorded=is_recorded)
    assert steps[:3] == [
        ("intake", "now"), ("asylum", "done" if is_recorded else "todo"), ("counselling", "todo")
    ]  # fmt: skip
    assert sum(step == "asylum" for step, _state in steps) == 1
