"""What may be done with persons, consents and referrals: no database needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from casetracker.cases import rules
from casetracker.cases.states import (
    PERSON_MOVES,
    REFERRAL_MOVES,
    STAGE_MOVES,
    ConsentFacts,
    ContactEntry,
    PersonEntry,
    PersonFacts,
    PersonStatus,
    ReferralFacts,
    ReferralState,
    RequestState,
    Sex,
    Stage,
)
from casetracker.programmes.states import ApplicantRole, ReturnType

TODAY = date(2026, 6, 1)
ADULT = PersonFacts(
    id="a", position=1, given_name="Andriy", family_name="Koval", role=ApplicantRole.PRINCIPAL,
    return_type=ReturnType.VOLUNTARY, sex=Sex.MALE, birth_date=date(1985, 3, 12), age_estimate=None,
    age_estimated_on=None, nationality="UA", guardian_id=None, status=PersonStatus.ACTIVE, is_adult=True,
    adult_at_application=None,
)  # fmt: skip
CHILD = replace(
    ADULT, id="c", position=3, given_name="Marko", role=ApplicantRole.CHILD, birth_date=date(2018, 1, 1),
    is_adult=False,
)  # fmt: skip
PLACEHOLDER = replace(CHILD, birth_date=None)
ENTRY = PersonEntry(
    given_name="Andriy", family_name="Koval", role=ApplicantRole.PRINCIPAL, return_type=ReturnType.VOLUNTARY,
    sex=Sex.MALE, birth_date=date(1985, 3, 12), age_estimate=None, nationality="UA",
)  # fmt: skip
CHILD_ENTRY = replace(ENTRY, given_name="Marko", role=ApplicantRole.CHILD, birth_date=date(2018, 1, 1))


def test_a_person_may_be_entered_in_three_ways() -> None:
    assert rules.why_not_enter(ENTRY, TODAY) is None
    assert rules.why_not_enter(replace(ENTRY, birth_date=None, age_estimate=40), TODAY) is None
    assert rules.why_not_enter(replace(CHILD_ENTRY, birth_date=None, given_name=""), TODAY) is None


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (replace(ENTRY, age_estimate=40), "age_estimate"),
        (replace(ENTRY, birth_date=date(2026, 6, 2)), "birth_date"),
        (replace(ENTRY, birth_date=date(1905, 1, 1)), "birth_date"),
        (replace(ENTRY, birth_date=None, age_estimate=121), "age_estimate"),
        (replace(ENTRY, given_name=""), "given_name"),
        (replace(ENTRY, birth_date=None), "birth_date"),
    ],
)
def test_what_cannot_be_entered_names_its_field(entry: PersonEntry, field: str) -> None:
    message = rules.why_not_enter(entry, TODAY)
    assert message is not None and message.field == field


def test_one_principal_applicant() -> None:
    assert rules.why_not_add(ENTRY, TODAY) is not None
    assert rules.why_not_add(CHILD_ENTRY, TODAY) is None
    spouse = replace(ENTRY, role=ApplicantRole.SPOUSE)
    message = rules.why_not_correct(ADULT, spouse, changed=True, reason="x", today=TODAY)
    assert message is not None and message.field == "role"


def test_a_correction_says_why_and_completing_need_not() -> None:
    def judge(before: PersonFacts, reason: str = "", *, changed: bool = True) -> object:
        return rules.why_not_correct(before, CHILD_ENTRY, changed=changed, reason=reason, today=TODAY)

    assert judge(CHILD) is not None
    assert judge(CHILD, "Passport shows it") is None
    assert judge(CHILD, "Passport shows it", changed=False) is not None
    assert judge(PLACEHOLDER) is None


def test_money_rests_on_four_facts_that_were_known() -> None:
    changed = replace(
        CHILD_ENTRY, birth_date=date(2017, 1, 1), role=ApplicantRole.OTHER_DEPENDANT, nationality="MD",
        return_type=ReturnType.FORCED, given_name="Mark",
    )  # fmt: skip
    assert set(rules.resting_facts(CHILD, changed)) == set(rules.CORRECTED)
    assert rules.resting_facts(CHILD, replace(CHILD_ENTRY, given_name="Mark")) == []
    assert rules.resting_facts(PLACEHOLDER, CHILD_ENTRY) == []


def test_a_guardian_is_an_adult_of_the_case_who_takes_part() -> None:
    assert rules.why_not_guardian(CHILD, ADULT) is None
    assert rules.why_not_guardian(CHILD, None) is None
    assert rules.why_not_guardian(ADULT, None) is not None
    assert rules.why_not_guardian(CHILD, replace(CHILD, id="d")) is not None
    assert rules.why_not_guardian(CHILD, replace(ADULT, status=PersonStatus.DECEASED)) is not None


def test_consent_once_not_tomorrow_and_for_children_by_a_guardian() -> None:
    facts = ConsentFacts(is_adult=True, guardian_known=False, stands_already=False, given_on=TODAY, today=TODAY)
    assert rules.why_not_log_consent(facts) is None
    assert rules.why_not_log_consent(replace(facts, given_on=date(2026, 6, 2))) is not None
    assert rules.why_not_log_consent(replace(facts, stands_already=True)) is not None
    assert rules.why_not_log_consent(replace(facts, is_adult=False)) is not None
    assert rules.why_not_log_consent(replace(facts, is_adult=False, guardian_known=True)) is None


def test_a_consent_is_taken_back_once_and_not_before_it_was_given() -> None:
    assert rules.why_not_withdraw(is_withdrawn=False, early=False) is None
    assert rules.why_not_withdraw(is_withdrawn=True, early=False) is not None
    assert rules.why_not_withdraw(is_withdrawn=False, early=True) is not None


def test_referral_needs_every_adult() -> None:
    facts = ReferralFacts(without_consent=(), stands_already=False, is_own_office=False, is_receiving_office=True)
    assert rules.why_not_refer(facts) is None
    message = rules.why_not_refer(replace(facts, without_consent=("Oksana Koval",)))
    assert message is not None and "Oksana Koval" in str(message)
    assert rules.why_not_refer(replace(facts, stands_already=True)) is not None
    assert rules.why_not_refer(replace(facts, is_own_office=True)) is not None
    assert rules.why_not_refer(replace(facts, is_receiving_office=False)) is not None


@pytest.mark.parametrize("state", [state for state in ReferralState if state != ReferralState.WAITING])
def test_a_referral_is_answered_once(state: ReferralState) -> None:
    assert rules.why_not_answer(state, has_consent=True, accepting=True) is not None
    assert rules.why_not_answer(state, has_consent=True, accepting=False) is not None


def test_without_consent_a_referral_can_only_go_back() -> None:
    assert rules.why_not_answer(ReferralState.WAITING, has_consent=False, accepting=True) is not None
    assert rules.why_not_answer(ReferralState.WAITING, has_consent=False, accepting=False) is None
    assert rules.why_not_answer(ReferralState.WAITING, has_consent=True, accepting=True) is None


def test_the_summary_holds_ages_needs_place_and_arrival_and_nothing_else() -> None:
    frozen = rules.freeze_summary([3, 41, None, 8], "School", "Kramatorsk", date(2026, 7, 1))
    assert frozen == {
        "ages": [41, 8, 3, None],
        "needs": "School",
        "place": "Kramatorsk",
        "expected_on": "2026-07-01",
    }
    summary = rules.read_summary(frozen)
    assert summary.ages == (41, 8, 3, None) and summary.expected_on == date(2026, 7, 1)
    assert rules.read_summary(rules.freeze_summary([], "", "", None)).expected_on is None


def test_requests_go_from_a_receiving_to_a_sending_office_and_are_answered_once() -> None:
    def judge(*, is_receiving: bool = True, sends: bool = True, is_own: bool = False, day: date = TODAY) -> object:
        return rules.why_not_ask(is_receiving=is_receiving, sends=sends, is_own=is_own, returned_on=day, today=TODAY)

    assert judge() is None
    assert judge(is_receiving=False) is not None
    assert judge(sends=False) is not None
    assert judge(is_own=True) is not None
    assert judge(day=date(2026, 6, 2)) is not None
    assert rules.why_not_answer_request(RequestState.WAITING) is None
    assert rules.why_not_answer_request(RequestState.OPENED) is not None
    assert rules.why_not_answer_again(RequestState.REFUSED) is None
    assert "was erased" in str(rules.why_not_answer_again(RequestState.REFUSED, is_erased=True))
    assert "not answered yet" in str(rules.why_not_answer_again(RequestState.WAITING))
    assert "it stays" in str(rules.why_not_answer_again(RequestState.OPENED))


def test_who_may_be_put_in_charge() -> None:
    def judge(*, is_colleague: bool = True, does_casework: bool = True, may_see: bool = True) -> object:
        return rules.why_not_work_on(is_colleague=is_colleague, does_casework=does_casework, may_see=may_see)

    assert judge() is None
    assert judge(is_colleague=False) is not None
    assert judge(does_casework=False) is not None
    assert judge(may_see=False) is not None


def test_the_tables_of_moves_name_every_state() -> None:
    assert set(STAGE_MOVES) == set(Stage)
    assert set(PERSON_MOVES) == set(PersonStatus)
    assert set(REFERRAL_MOVES) == set(ReferralState)


def test_what_was_known_of_the_contact_is_replaced_only_with_a_reason() -> None:
    known = ContactEntry(phone="1", email=None, return_address=None)
    added = replace(known, return_address="Kyiv")
    assert rules.why_not_change_contact(known, added, None) is None
    assert str(rules.why_not_change_contact(known, known, "x")) == "Nothing was changed."
    for changed in (replace(added, phone="2"), replace(added, phone=None)):
        refused = rules.why_not_change_contact(known, changed, " ")
        assert refused is not None and refused.field == "reason"
        assert rules.why_not_change_contact(known, changed, "New number") is None


def test_the_day_of_a_consent_is_corrected_within_what_stands() -> None:
    def said(after: date, **facts: Any) -> str:
        given: dict[str, Any] = {"withdrawn_on": None, "today": TODAY, "has_file": False} | facts
        return str(rules.why_not_correct_consent(TODAY, after, **given) or "")

    assert said(TODAY - timedelta(days=1)) == said(TODAY, has_file=True) == ""
    assert "Nothing" in said(TODAY)
    assert "future" in said(TODAY + timedelta(days=1))
    assert "taken back" in said(TODAY, withdrawn_on=TODAY - timedelta(days=1), has_file=True)


@pytest.mark.parametrize(
    "entry",
    [
        replace(CHILD_ENTRY, birth_date=TODAY),
        replace(ENTRY, birth_date=date(1906, 1, 1)),
        replace(ENTRY, birth_date=None, age_estimate=120),
        replace(CHILD_ENTRY, birth_date=None, age_estimate=0),
    ],
)
def test_the_youngest_and_the_oldest_are_entered(entry: PersonEntry) -> None:
    assert rules.why_not_enter(entry, TODAY) is None


def test_an_age_is_not_below_zero_and_an_estimate_completes_a_placeholder() -> None:
    assert "between 0 and 120" in str(rules.why_not_enter(replace(ENTRY, birth_date=None, age_estimate=-1), TODAY))
    estimated = replace(CHILD_ENTRY, birth_date=None, age_estimate=8)
    assert rules.why_not_correct(PLACEHOLDER, estimated, changed=True, reason=None, today=TODAY) is None


def test_who_is_added_or_corrected_is_judged_as_who_is_entered() -> None:
    unborn = replace(CHILD_ENTRY, birth_date=TODAY + timedelta(days=1))
    assert "in the future" in str(rules.why_not_add(unborn, TODAY))
    assert "in the future" in str(rules.why_not_correct(CHILD, unborn, changed=True, reason="Typed", today=TODAY))


def test_guardians_and_consents_are_told_by_name_and_day() -> None:
    assert "Andriy Koval is an adult" in str(rules.why_not_guardian(ADULT, None))
    gone = replace(ADULT, status=PersonStatus.DECEASED)
    assert "Andriy Koval no longer takes part" in str(rules.why_not_guardian(CHILD, gone))
    given: dict[str, Any] = {"withdrawn_on": TODAY - timedelta(days=2), "today": TODAY, "has_file": True}
    assert "taken back on 2026-05-30" in str(rules.why_not_correct_consent(TODAY, TODAY, **given))
    assert rules.why_not_correct_consent(TODAY, TODAY - timedelta(days=2), **given) is None
