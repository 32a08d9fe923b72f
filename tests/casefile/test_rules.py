"""What each stage needs, and who may close, depart or leave when: without a database."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from casetracker.casefile import person_rules, rules
from casetracker.casefile.states import NEXT_STAGE, StageFacts
from casetracker.cases.states import Outcome, PersonFacts, PersonStatus, Sex, Stage
from casetracker.dossiers.states import Relation
from casetracker.events.states import Part
from casetracker.programmes.states import ApplicantRole, BasisDate, EntryTerms, ReturnType, RuleFacts
from casetracker.returns.states import EligibilityOutcome, ReturnFacts

DAY, TODAY = date(2026, 3, 2), date(2026, 3, 10)
READY = ReturnFacts(
    person_id="p", counselled_on=DAY, voluntary=True, informed=True, applied_on=DAY,
    eligibility=EligibilityOutcome.APPROVED, travel_document=True, is_fit=True, booked_on=DAY,
)  # fmt: skip


def person(id: str = "p", *, adult: bool = True, **changes: Any) -> PersonFacts:
    facts = PersonFacts(
        id=id, position=1, given_name="Andriy", family_name="Koval", role=ApplicantRole.PRINCIPAL,
        return_type=ReturnType.VOLUNTARY, sex=Sex.MALE, birth_date=date(1985, 1, 1), age_estimate=None,
        age_estimated_on=None, nationality="UA", guardian_id=None, status=PersonStatus.ACTIVE, is_adult=adult,
        adult_at_application=None,
    )  # fmt: skip
    return dataclasses.replace(facts, **changes)


def facts(stage: Stage, known: ReturnFacts = READY, **changes: Any) -> StageFacts:
    """A case of one adult of whom everything is there."""
    whole = StageFacts(
        stage=stage, persons=(person(),), returns={"p": known}, asylum_recorded=True, has_programme=True,
        without_consent=(), is_consent_withdrawn=False, referral_accepted=True, plan_approved=True,
        needs_plan=True, open_lines=0, open_disbursements=0, has_grants=True, has_final_report=True,
        is_suspended=False, is_retroactive=False,
    )  # fmt: skip
    return dataclasses.replace(whole, **changes)


ARRIVED = dataclasses.replace(READY, departed_on=DAY, arrived_on=DAY)


@pytest.mark.parametrize("stage", list(NEXT_STAGE))
def test_a_case_moves_on_when_everything_is_there(stage: Stage) -> None:
    assert rules.why_not_move(facts(stage, ARRIVED), Relation.SENDING) is None


@pytest.mark.parametrize(
    ("stage", "known", "changes"),
    [
        (Stage.INTAKE, READY, {"asylum_recorded": False}),
        (Stage.INTAKE, READY, {"persons": (person(role=ApplicantRole.SPOUSE),)}),
        (Stage.INTAKE, READY, {"persons": (person(status=PersonStatus.WITHDRAWN),)}),
        (Stage.COUNSELLING, ReturnFacts(person_id="p"), {}),
        (Stage.COUNSELLING, dataclasses.replace(READY, voluntary=False), {}),
        (Stage.COUNSELLING, dataclasses.replace(READY, informed=False), {}),
        (Stage.COUNSELLING, READY, {"persons": (person(), person("q", birth_date=None))}),
        (Stage.APPLICATION, READY, {"has_programme": False}),
        (Stage.APPLICATION, dataclasses.replace(READY, applied_on=None), {}),
        (Stage.APPLICATION, dataclasses.replace(READY, eligibility=None), {}),
        (Stage.APPLICATION, dataclasses.replace(READY, eligibility=EligibilityOutcome.REFUSED), {}),
        (Stage.APPLICATION, READY, {"persons": (person(), person("q", adult=False))}),
        (Stage.PRE_DEPARTURE, dataclasses.replace(READY, travel_document=False), {}),
        (Stage.PRE_DEPARTURE, dataclasses.replace(READY, is_fit=False), {}),
        (Stage.PRE_DEPARTURE, dataclasses.replace(READY, booked_on=None), {}),
        (Stage.PRE_DEPARTURE, dataclasses.replace(READY, eligibility=EligibilityOutcome.REFERRED), {}),
        (Stage.RETURN, READY, {}),
        (Stage.RETURN, ARRIVED, {"without_consent": (person(),)}),
        (Stage.RETURN, ARRIVED, {"referral_accepted": False}),
        (Stage.RETURN, dataclasses.replace(ARRIVED, applied_on=None), {"is_retroactive": True}),
        (Stage.RETURN, dataclasses.replace(ARRIVED, eligibility=None), {"is_retroactive": True}),
        (Stage.RETURN, ARRIVED, {"is_retroactive": True, "without_consent": (person(),)}),
        (Stage.REINTEGRATION, ARRIVED, {"plan_approved": False}),
        (Stage.REINTEGRATION, ARRIVED, {"open_lines": 1}),
        (Stage.REINTEGRATION, ARRIVED, {"open_disbursements": 1}),
    ],
)
def test_a_stage_is_entered_only_when_what_it_needs_is_there(
    stage: Stage, known: ReturnFacts, changes: dict[str, Any]
) -> None:
    message = rules.why_not_move(facts(stage, known, **changes), Relation.SENDING)
    assert message is not None and "missing" in message.id
    assert all(each.endpoint for each in rules.missing(facts(stage, known, **changes), NEXT_STAGE[stage]))


def test_a_missing_thing_names_the_person_whose_it_is() -> None:
    other = person("q", given_name="Oksana")
    found = rules.missing(facts(Stage.PRE_DEPARTURE, persons=(person(), other)), Stage.RETURN)
    assert [(each.endpoint, each.person_id) for each in found] == [("returns.log_travel", "q")]


def test_a_person_who_is_left_out_holds_nobody_up() -> None:
    gone = person("q", status=PersonStatus.LEFT_OUT)
    assert rules.why_not_move(facts(Stage.PRE_DEPARTURE, persons=(person(), gone)), Relation.SENDING) is None


def test_what_is_usual_but_not_needed_holds_nothing_up() -> None:
    found = rules.requirements(facts(Stage.REINTEGRATION, ARRIVED), Stage.MONITORING)
    assert any(not each.is_needed and not each.is_met for each in found)
    assert rules.missing(facts(Stage.REINTEGRATION, ARRIVED), Stage.MONITORING) == []


def test_somebody_who_is_back_already_needs_no_session_and_no_papers() -> None:
    back = ReturnFacts(person_id="p", arrived_on=DAY)
    for stage in (Stage.COUNSELLING, Stage.PRE_DEPARTURE):
        assert rules.why_not_move(facts(stage, back, is_retroactive=True), Relation.SENDING) is None


def test_a_forced_return_needs_information_and_no_free_choice() -> None:
    told = dataclasses.replace(READY, voluntary=None)
    forced = person(return_type=ReturnType.FORCED)
    assert rules.why_not_move(facts(Stage.COUNSELLING, told, persons=(forced,)), Relation.SENDING) is None


def test_where_a_consent_was_taken_back_the_sending_office_goes_on_alone() -> None:
    alone = facts(
        Stage.RETURN, ARRIVED, without_consent=(person(),), is_consent_withdrawn=True, referral_accepted=False
    )
    assert rules.why_not_move(alone, Relation.SENDING) is None


def test_the_receiving_office_moves_a_case_on_only_after_the_return() -> None:
    for stage in NEXT_STAGE:
        allowed = rules.why_not_move(facts(stage, ARRIVED), Relation.RECEIVING) is None
        assert allowed == (stage == Stage.REINTEGRATION), stage
        closing = rules.why_not_close(facts(stage, ARRIVED), Outcome.MOVED, Relation.RECEIVING) is None
        assert closing == (stage == Stage.REINTEGRATION), stage


def test_a_suspended_case_stands_still() -> None:
    assert rules.why_not_move(facts(Stage.INTAKE, is_suspended=True), Relation.SENDING) is not None


@pytest.mark.parametrize(
    ("stage", "known", "outcome", "changes"),
    [
        (Stage.REINTEGRATION, ARRIVED, Outcome.COMPLETED, {}),
        (Stage.MONITORING, ARRIVED, Outcome.COMPLETED, {"has_final_report": False}),
        (Stage.MONITORING, ARRIVED, Outcome.COMPLETED, {"open_disbursements": 1}),
        (Stage.MONITORING, ARRIVED, Outcome.NOT_DEPARTED, {}),
        (Stage.MONITORING, ARRIVED, Outcome.WITHDREW_BEFORE_DEPARTURE, {}),
        (Stage.APPLICATION, READY, Outcome.WITHDREW_AFTER_RETURN, {}),
        (Stage.APPLICATION, READY, Outcome.RE_MIGRATED, {}),
        (Stage.CLOSED, READY, Outcome.DUPLICATE, {}),
    ],
)
def test_a_case_is_not_closed_with_an_outcome_that_does_not_fit(
    stage: Stage, known: ReturnFacts, outcome: Outcome, changes: dict[str, Any]
) -> None:
    assert rules.why_not_close(facts(stage, known, **changes), outcome, Relation.SENDING) is not None


def test_a_case_is_closed_with_an_outcome_that_fits() -> None:
    assert rules.why_not_close(facts(Stage.MONITORING, ARRIVED), Outcome.COMPLETED, Relation.SENDING) is None
    assert rules.why_not_close(facts(Stage.INTAKE), Outcome.DUPLICATE, Relation.SENDING) is None
    assert rules.why_not_reopen(facts(Stage.CLOSED)) is None
    assert rules.why_not_reopen(facts(Stage.INTAKE)) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"applied_on": None},
        {"voluntary": False},
        {"informed": False},
    ],
)
def test_nobody_is_approved_without_application_and_free_informed_choice(changes: dict[str, Any]) -> None:
    known = dataclasses.replace(READY, eligibility=None, **changes)
    assert decide(known) is not None


def decide(known: ReturnFacts, who: PersonFacts | None = None, **changes: Any) -> object:
    given = {"has_programme": True, "is_own_case": False} | changes
    return person_rules.why_not_decide(who or person(), known, EligibilityOutcome.APPROVED, **given)


def test_a_decision_waits_for_the_day_that_a_rule_counts_by() -> None:
    known = dataclasses.replace(READY, eligibility=None)
    assert "booking first" in str(decide(known, waits_for_departure=True))
    assert decide(known) is None


def test_what_counts_by_the_departure_is_missing_until_the_journey_is_booked() -> None:
    rule = RuleFacts(
        rule_id="r", package_id="k", amount=400_00, currency="EUR", is_maximum=False,
        applicant_role=ApplicantRole.PRINCIPAL, return_type=ReturnType.VOLUNTARY, basis=BasisDate.DEPARTURE,
        valid_from=DAY, valid_until=None,
    )  # fmt: skip
    waiting = dataclasses.replace(READY, eligibility=None, booked_on=None)

    def booking(known: ReturnFacts, **changes: Any) -> list[bool]:
        whole = facts(Stage.APPLICATION, known, departure_rules=(dataclasses.replace(rule, **changes),))
        listed = rules.requirements(whole, Stage.PRE_DEPARTURE)
        return [each.is_met for each in listed if each.endpoint == "returns.log_travel"]

    assert booking(waiting) == [False]
    assert booking(dataclasses.replace(waiting, booked_on=DAY)) == [True]
    assert booking(dataclasses.replace(waiting, eligibility=EligibilityOutcome.REFUSED)) == [True]
    assert booking(dataclasses.replace(waiting, applied_on=None)) == []
    assert booking(waiting, return_type=ReturnType.FORCED) == booking(waiting, applicant_role=ApplicantRole.CHILD) == []
    assert booking(waiting, nationalities_excluded=frozenset({"UA"})) == []


def test_what_the_programme_asks_of_a_person_holds_the_decision_up() -> None:
    terms = EntryTerms(excludes_eea=True, excludes_expulsion=True)
    known = dataclasses.replace(READY, eligibility=None)
    assert "not known whether" in str(decide(known, terms=terms))
    assert "is in force" in str(decide(dataclasses.replace(known, has_expulsion_order=True), terms=terms))
    clear = dataclasses.replace(known, has_expulsion_order=False)
    assert decide(clear, terms=terms) is None
    assert "European Economic Area" in str(decide(clear, person(nationality="LV"), terms=terms))
    refuse = person_rules.why_not_decide(
        person(), known, EligibilityOutcome.REFUSED, has_programme=True, is_own_case=False, terms=terms
    )
    assert refuse is None, "a refusal waits for nothing"
    waits = rules.missing(facts(Stage.APPLICATION, known, terms=terms), Stage.PRE_DEPARTURE)
    assert [each.endpoint for each in waits] == ["returns.log_expulsion_order", "casefile.decide_eligibility"]
    assert {each.part for each in waits} == {Part.SENDING}
    assert rules.missing(facts(Stage.APPLICATION, READY, terms=terms), Stage.PRE_DEPARTURE) == []


def test_eligibility_is_decided_once_by_another_than_the_caseworker() -> None:
    known = dataclasses.replace(READY, eligibility=None)
    assert decide(known) is None
    assert decide(known, is_own_case=True) is not None
    assert decide(known, has_programme=False) is not None
    assert decide(known, person(birth_date=None)) is not None
    assert decide(known, person(status=PersonStatus.WITHDRAWN)) is not None
    assert decide(READY) is not None
    assert decide(READY, gave_back=True) is None
    retro = dataclasses.replace(known, voluntary=None, informed=False)
    assert decide(retro, is_retroactive=True) is None
    assert decide(retro) is not None


def test_who_is_not_eligible_or_not_ready_does_not_depart() -> None:
    def depart(known: ReturnFacts, day: date = DAY, who: PersonFacts | None = None) -> object:
        return person_rules.why_not_depart(who or person(), known, day, TODAY)

    assert depart(READY) is None
    assert depart(dataclasses.replace(READY, is_fit=None)) is not None
    assert depart(dataclasses.replace(READY, eligibility=None)) is not None
    assert depart(ARRIVED) is not None
    assert depart(READY, date(2026, 3, 11)) is not None
    assert depart(READY, date(2026, 3, 1)) is not None, "before the application"
    assert depart(READY, who=person(status=PersonStatus.LEFT_OUT)) is not None


def test_withdrawing_is_possible_until_the_departure_and_not_after() -> None:
    def leave(known: ReturnFacts, way: str, day: date = DAY) -> object:
        return person_rules.why_not_leave(person(), known, way, day, TODAY)

    assert leave(READY, "withdrawn") is None
    assert leave(READY, "left_out") is None
    assert leave(dataclasses.replace(READY, departed_on=DAY), "withdrawn") is not None
    assert leave(dataclasses.replace(READY, departed_on=DAY), "left_out", date(2026, 3, 1)) is not None
    assert leave(READY, "withdrew_after_return") is not None
    assert leave(ARRIVED, "withdrew_after_return") is None
    assert leave(ARRIVED, "withdrew_after_return", date(2026, 3, 1)) is not None
    assert leave(ARRIVED, "deceased", date(2026, 3, 11)) is not None
    assert person_rules.why_not_stay_behind(person(), ARRIVED, DAY, TODAY) is not None
    assert person_rules.why_not_stay_behind(person(), READY, DAY, TODAY) is None
    assert person_rules.why_not_rejoin(person()) is not None
    assert person_rules.why_not_rejoin(person(status=PersonStatus.SEPARATED)) is None


def test_the_stepper_shows_the_asylum_step_to_whom_it_exists() -> None:
    here = Stage.APPLICATION
    assert len(rules.step_states(here, last_stage=here, asylum_recorded=None)) == 7
    steps = dict(rules.step_states(here, last_stage=here, asylum_recorded=True))
    assert steps["asylum"] == "done" and steps["application"] == "now" and steps["return"] == "todo"
    closed = dict(rules.step_states(Stage.CLOSED, last_stage=Stage.RETURN, asylum_recorded=None))
    assert closed["return"] == "done" and closed["monitoring"] == "todo"


def test_a_point_says_which_money_waits() -> None:
    names = {"oksana": "Oksana Koval"}
    assert rules.what_waits(False, None, names) is None
    assert str(rules.what_waits(True, None, names)) == "all money of the case waits"
    assert str(rules.what_waits(True, "oksana", names)) == "money waits: Oksana Koval"
    assert str(rules.what_waits(True, "somebody", names)) == "money waits"
