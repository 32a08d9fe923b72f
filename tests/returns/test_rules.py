"""Rules of the way home, without a database: each refusal, and what is allowed."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from casetracker.programmes.states import ApplicantRole, ReturnType
from casetracker.returns import rules
from casetracker.returns.states import (
    Applicant,
    EligibilityOutcome,
    ReturnFacts,
    Statement,
    TravelDocument,
    TravelFacts,
    Traveller,
)

DAY = date(2026, 5, 10)
EARLIER, LATER = date(2026, 5, 1), date(2026, 5, 20)


def known(**facts: Any) -> ReturnFacts:
    """What is known of one person."""
    return ReturnFacts(person_id="p", **facts)


def applicant(**changed: Any) -> Applicant:
    """An adult who was counselled and chooses freely."""
    ready = known(counselled_on=EARLIER, voluntary=True, informed=True)
    base = Applicant(
        name="Oksana",
        role=ApplicantRole.SPOUSE,
        return_type=ReturnType.VOLUNTARY,
        is_active=True,
        is_placeholder=False,
        adult_on_day=True,
        known=ready,
    )
    return dataclasses.replace(base, **changed)


def traveller(**facts: Any) -> Traveller:
    """Somebody who takes part."""
    return Traveller(name="Oksana", is_active=True, known=known(**facts))


def statement(**changed: Any) -> Statement:
    """A free and informed choice."""
    base = Statement(name="Oksana", return_type=ReturnType.VOLUNTARY, is_adult=True, free_choice=True, is_informed=True)
    return dataclasses.replace(base, **changed)


@pytest.mark.parametrize(
    ("facts", "after", "reason", "words"),
    [
        ({}, True, None, "Log the return application of Oksana first"),
        ({"applied_on": DAY}, None, None, "stands already"),
        ({"applied_on": DAY}, False, None, None),
        ({"applied_on": DAY, "has_expulsion_order": False}, False, "Again", "stands already"),
        ({"applied_on": DAY, "has_expulsion_order": False}, True, " ", "Say why"),
        ({"applied_on": DAY, "has_expulsion_order": False}, True, "The police wrote", None),
        ({"applied_on": DAY, "has_expulsion_order": True}, None, "It was another person's", None),
    ],
)
def test_an_expulsion_order_is_told_of_who_applied_and_corrected_with_a_reason(
    facts: dict[str, Any], after: bool | None, reason: str | None, words: str | None
) -> None:
    sentence = rules.why_not_log_order(traveller(**facts), after, reason)
    assert (sentence is None) if words is None else (words in str(sentence))


def said(message: Any) -> str:
    """The sentence, or nothing."""
    return str(message) if message is not None else ""


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        ([statement()], ""),
        ([statement(return_type=ReturnType.FORCED, free_choice=None)], ""),
        ([], "who took part"),
        ([statement(is_adult=False)], "is a child"),
        ([statement(free_choice=None)], "chooses freely"),
        ([statement(is_informed=None)], "was informed"),
        ([statement(return_type=ReturnType.FORCED)], "forced one"),
    ],
)
def test_counselling(statements: list[Statement], why: str) -> None:
    answer = said(rules.why_not_counsel(DAY, DAY, statements))
    assert (why in answer) if why else answer == ""


def test_counselling_is_no_plan() -> None:
    assert "future" in said(rules.why_not_counsel(LATER, DAY, [statement()]))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, ""),
        ({"is_active": False}, "no longer takes part"),
        ({"is_placeholder": True}, "birth date"),
        ({"known": known(applied_on=EARLIER)}, "applied already"),
        ({"role": ApplicantRole.CHILD}, "adult child files a case of its own"),
        ({"role": ApplicantRole.CHILD, "adult_on_day": False, "known": known()}, ""),
        ({"known": known()}, "counselling session"),
        ({"known": known(counselled_on=EARLIER, voluntary=True)}, "informed decision"),
        ({"known": known(counselled_on=EARLIER, voluntary=False, informed=True)}, "free choice"),
        ({"known": known(counselled_on=LATER, voluntary=True, informed=True)}, "first counselled"),
    ],
)
def test_application(changed: dict[str, Any], why: str) -> None:
    answer = said(rules.why_not_apply(DAY, DAY, [applicant(**changed)], is_retroactive=False))
    assert (why in answer) if why else answer == ""


def test_forced_return_applies_informed_without_a_choice() -> None:
    informed = known(counselled_on=EARLIER, voluntary=None, informed=True)
    forced = applicant(return_type=ReturnType.FORCED, known=informed)
    assert rules.why_not_apply(DAY, DAY, [forced], is_retroactive=False) is None


def test_retroactive_application_needs_no_counselling_and_comes_after_arrival() -> None:
    returned = applicant(known=known(departed_on=EARLIER, arrived_on=EARLIER))
    assert rules.why_not_apply(DAY, DAY, [returned], is_retroactive=True) is None
    assert rules.why_not_apply(DAY, DAY, [returned], is_retroactive=False) is not None
    assert rules.why_not_apply(DAY, DAY, [], is_retroactive=True) is not None


@pytest.mark.parametrize(
    ("facts", "after", "reason", "why"),
    [
        ({"applied_on": EARLIER}, TravelFacts(travel_document=TravelDocument.PASSPORT), None, ""),
        ({}, TravelFacts(), None, "application of"),
        ({"applied_on": DAY, "eligibility": EligibilityOutcome.REFUSED}, TravelFacts(), None, "eligible"),
        ({"applied_on": DAY}, TravelFacts(is_fit=True), None, "on which day"),
        ({"applied_on": DAY}, TravelFacts(is_fit=True, fit_checked_on=LATER), None, "future"),
        ({"applied_on": DAY}, TravelFacts(travels_on=EARLIER), None, "after the application"),
        ({"applied_on": DAY}, TravelFacts(travels_on=LATER, valid_until=DAY), None, "expires"),
    ],
)
def test_travel_papers(facts: dict[str, Any], after: TravelFacts, reason: str | None, why: str) -> None:
    answer = said(rules.why_not_prepare(traveller(**facts), TravelFacts(), after, reason, DAY))
    assert (why in answer) if why else answer == ""


def test_travel_papers_change_with_a_reason_only() -> None:
    who, before = traveller(applied_on=EARLIER), TravelFacts(travels_on=DAY)
    after = TravelFacts(travels_on=LATER)
    assert "Say why" in said(rules.why_not_prepare(who, before, after, None, DAY))
    assert rules.why_not_prepare(who, before, after, "Train", DAY) is None
    more = dataclasses.replace(before, carrier="LUX")
    assert rules.why_not_prepare(who, before, more, None, DAY) is None


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"departed_on": EARLIER}, ""),
        ({}, "departure of"),
        ({"departed_on": EARLIER, "arrived_on": EARLIER}, "arrived already"),
        ({"departed_on": LATER}, "before departing"),
    ],
)
def test_arrival(facts: dict[str, Any], why: str) -> None:
    answer = said(rules.why_not_arrive(DAY, DAY, [traveller(**facts)], is_retroactive=False))
    assert (why in answer) if why else answer == ""


def test_arrival_of_nobody_of_somebody_gone_and_in_the_future() -> None:
    who = traveller(departed_on=EARLIER)
    assert "Choose" in said(rules.why_not_arrive(DAY, DAY, [], is_retroactive=False))
    gone = dataclasses.replace(who, is_active=False)
    assert "takes part" in said(rules.why_not_arrive(DAY, DAY, [gone], is_retroactive=False))
    assert "future" in said(rules.why_not_arrive(LATER, DAY, [who], is_retroactive=False))
    assert rules.why_not_arrive(DAY, DAY, [traveller()], is_retroactive=True) is None


def test_contact_comes_after_the_own_arrival() -> None:
    here, there = traveller(arrived_on=DAY), traveller()
    assert rules.why_not_meet(DAY, DAY, [here], "contact_on") is None
    assert "arrival of" in said(rules.why_not_meet(DAY, DAY, [here, there], "contact_on"))
    assert "comes after" in said(rules.why_not_meet(EARLIER, DAY, [here], "contact_on"))
    assert "Choose" in said(rules.why_not_meet(DAY, DAY, [], "contact_on"))


def test_correction_adds_no_day_and_takes_none_away_that_something_rests_on() -> None:
    who = traveller(departed_on=EARLIER)

    def judged(**facts: Any) -> str:
        return said(rules.why_not_correct_journey(who, known(**facts), DAY, is_retroactive=False))

    assert judged(departed_on=DAY) == ""
    assert judged() == "", "a departure that was logged by mistake is taken away"
    assert "Log the arrival" in judged(departed_on=EARLIER, arrived_on=DAY)
    assert "future" in judged(departed_on=LATER)
    who = traveller(departed_on=EARLIER, arrived_on=EARLIER)
    assert judged(departed_on=EARLIER) == judged() == "", "an arrival too, with or without the departure"
    assert "without departing" in judged(arrived_on=DAY)
    who = traveller(departed_on=EARLIER, arrived_on=EARLIER, contact_on=DAY)
    assert "so it stays" in judged(departed_on=EARLIER, contact_on=DAY)


def test_only_a_known_departure_is_before_the_arrival() -> None:
    returned = known(applied_on=LATER, departed_on=EARLIER)
    assert "applied on" in said(rules.why_not_order("Oksana", returned, "departed_on"))
    assert rules.why_not_order("Oksana", returned, "departed_on", is_retroactive=True) is None


def test_what_lies_ahead_is_neither_signed_nor_met() -> None:
    assert "future" in said(rules.why_not_apply(LATER, DAY, [applicant()], is_retroactive=False))
    assert "future" in said(rules.why_not_meet(LATER, DAY, [traveller(arrived_on=DAY)], "contact_on"))


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (TravelFacts(is_fit=True, fit_checked_on=DAY), ""),
        (TravelFacts(travels_on=EARLIER), ""),
        (TravelFacts(travels_on=DAY, valid_until=DAY), ""),
        (TravelFacts(travels_on=date(2026, 4, 30)), "application of 2026-05-01"),
        (TravelFacts(is_fit=True, fit_checked_on=DAY, travels_on=date(2026, 4, 30)), "application of 2026-05-01"),
    ],
)
def test_travel_papers_of_the_very_day(after: TravelFacts, why: str) -> None:
    answer = said(rules.why_not_prepare(traveller(applied_on=EARLIER), TravelFacts(), after, None, DAY))
    assert (why in answer) if why else answer == ""


def test_who_left_the_case_does_not_prepare() -> None:
    gone = dataclasses.replace(traveller(applied_on=EARLIER), is_active=False)
    assert "Oksana no longer" in said(rules.why_not_prepare(gone, TravelFacts(), TravelFacts(), None, DAY))


@pytest.mark.parametrize(
    ("before", "after", "is_retroactive", "words", "field"),
    [
        ({}, {"departed_on": DAY}, False, "Log the departure itself", "departed_on"),
        ({}, {"departed_on": DAY}, True, "", None),
        ({"departed_on": DAY, "arrived_on": DAY}, {"departed_on": DAY, "arrived_on": EARLIER}, False,
         "cannot have arrived before departing", "arrived_on"),
        ({"departed_on": DAY, "arrived_on": DAY}, {"departed_on": LATER, "arrived_on": DAY}, False,
         "future", "departed_on"),
        ({"departed_on": EARLIER, "arrived_on": EARLIER}, {"departed_on": DAY, "arrived_on": EARLIER}, False,
         "cannot have arrived before departing", "departed_on"),
    ],
)  # fmt: skip
def test_a_corrected_journey_stands_in_order(
    before: dict[str, Any], after: dict[str, Any], is_retroactive: bool, words: str, field: str | None
) -> None:
    sentence = rules.why_not_correct_journey(traveller(**before), known(**after), DAY, is_retroactive=is_retroactive)
    assert (words in said(sentence)) if words else sentence is None
    assert sentence is None or sentence.field == field
