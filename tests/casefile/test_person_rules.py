"""Each reason why one person's eligibility, departure, leaving or coming back is not recorded, by name and field."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest

from casetracker.casefile import person_rules
from casetracker.cases.states import PersonFacts, PersonStatus
from casetracker.core.errors import Message
from casetracker.returns.states import EligibilityOutcome, ReturnFacts
from tests.casefile.test_rules import ARRIVED, DAY, READY, TODAY, person

E = EligibilityOutcome
GONE = person(status=PersonStatus.LEFT_OUT)
NEW = dataclasses.replace(READY, eligibility=None)
DEPARTED = dataclasses.replace(READY, departed_on=DAY)
TOMORROW = TODAY + timedelta(days=1)


def decide(who: PersonFacts, known: ReturnFacts, outcome: E = E.APPROVED, **changed: Any) -> Message | None:
    """The judgment on a decision."""
    given = {"has_programme": True, "is_own_case": False} | changed
    return person_rules.why_not_decide(who, known, outcome, **given)


@pytest.mark.parametrize(
    ("reason", "words", "field"),
    [
        (decide(person(), READY), "decided already for Andriy Koval", None),
        (decide(person(), DEPARTED, E.REFUSED), "Andriy Koval has departed", None),
        (decide(GONE, NEW), "Andriy Koval takes part no longer", None),
        (decide(person(birth_date=None), NEW), "age of Andriy Koval is not known", None),
        (decide(person(), dataclasses.replace(NEW, applied_on=None)), "application of Andriy Koval", None),
        (decide(person(), dataclasses.replace(NEW, informed=False)), "Andriy Koval decides freely", None),
        (decide(person(), NEW, waits_for_departure=True), "gives Andriy Koval counts", None),
        (person_rules.why_not_depart(GONE, READY, DAY, TODAY), "Andriy Koval takes part no longer", "person_id"),
        (person_rules.why_not_depart(person(), DEPARTED, DAY, TODAY), "departure of Andriy Koval is", "person_id"),
        (person_rules.why_not_depart(person(), NEW, DAY, TODAY), "eligibility of Andriy Koval is", "person_id"),
        (person_rules.why_not_depart(person(), dataclasses.replace(READY, is_fit=False), DAY, TODAY),
         "Andriy Koval is not ready", "person_id"),
        (person_rules.why_not_depart(person(), READY, TOMORROW, TODAY), "future", "departed_on"),
        (person_rules.why_not_leave(GONE, READY, "withdrawn", DAY, TODAY), "Andriy Koval takes part no", "person_id"),
        (person_rules.why_not_leave(person(), READY, "withdrawn", TOMORROW, TODAY), "future", "day"),
        (person_rules.why_not_leave(person(), DEPARTED, "withdrawn", DAY, TODAY), "Andriy Koval has departed", "way"),
        (person_rules.why_not_leave(person(), DEPARTED, "withdrew_after_return", DAY, TODAY),
         "Andriy Koval had not arrived", "way"),
        (person_rules.why_not_stay_behind(GONE, READY, DAY, TODAY), "Andriy Koval takes part no longer", "person_id"),
        (person_rules.why_not_stay_behind(person(), DEPARTED, DAY, TODAY), "departure of Andriy Koval", "person_id"),
        (person_rules.why_not_stay_behind(person(), dataclasses.replace(READY, arrived_on=DAY), DAY, TODAY),
         "departure of Andriy Koval", "person_id"),
        (person_rules.why_not_stay_behind(person(), READY, TOMORROW, TODAY), "future", "day"),
        (person_rules.why_not_rejoin(person()), "Andriy Koval takes part", "person_id"),
    ],
)  # fmt: skip
def test_each_reason_is_told_by_name_and_field(reason: Message | None, words: str, field: str | None) -> None:
    assert words in str(reason) and reason is not None and reason.field == field


@pytest.mark.parametrize(
    "reason",
    [
        decide(person(), DEPARTED, E.APPROVED, gave_back=True),
        decide(person(), dataclasses.replace(DEPARTED, eligibility=None), E.REFUSED, is_retroactive=True),
        decide(person(), READY, E.REFUSED),
        person_rules.why_not_depart(person(), READY, TODAY, TODAY),
        person_rules.why_not_leave(person(), READY, "withdrawn", TODAY, TODAY),
        person_rules.why_not_leave(person(), ARRIVED, "withdrew_after_return", date(2026, 3, 2), TODAY),
        person_rules.why_not_stay_behind(person(), READY, TODAY, TODAY),
        person_rules.why_not_rejoin(GONE),
    ],
)
def test_what_just_can_be_recorded(reason: Message | None) -> None:
    assert reason is None
