"""Visits after the handover: when each is due, and what cannot be entered; events and sites that cases use."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casetracker.community import case_site_rules, cohesion_rules
from casetracker.community.benefit_states import Basis, CohesionState, CountEntry, Exactness, Method
from casetracker.community.states import SiteFacts, SiteOutcome, SiteStage
from casetracker.community.visit_rules import list_due, why_not_visit
from casetracker.community.visit_states import DueVisit, UsersPer, VisitEntry, VisitRound

HANDED = date(2026, 3, 31)
TODAY = date(2026, 7, 1)
USED = SiteFacts(stage=SiteStage.IN_USE, outcome=None)
VISIT = VisitEntry(
    round=VisitRound.MONTH_3, visited_on=TODAY, visitors="Staff", open_hours=None, users=None, users_per=None,
    equipment=None, problems=None,
)  # fmt: skip
COUNT = CountEntry(
    number=9, exactness=Exactness.EXACT, basis=Basis.COUNTED, method=Method.HEAD_COUNT, source="Staff", shares=()
)


def test_three_visits_are_due_by_the_day_of_the_handover() -> None:
    assert list_due(USED, HANDED, (), TODAY) == [
        DueVisit(round=VisitRound.MONTH_3, due_on=date(2026, 6, 30), is_overdue=True),
        DueVisit(round=VisitRound.MONTH_6, due_on=date(2026, 9, 30), is_overdue=False),
        DueVisit(round=VisitRound.MONTH_12, due_on=date(2027, 3, 31), is_overdue=False),
    ]
    assert not list_due(USED, HANDED, (), date(2026, 6, 30))[0].is_overdue, "on its day it is not late"
    left = list_due(USED, HANDED, {VisitRound.MONTH_3, VisitRound.UNPLANNED}, TODAY)
    assert [each.round for each in left] == [VisitRound.MONTH_6, VisitRound.MONTH_12]
    assert list_due(USED, None, (), TODAY) == []
    assert list_due(replace(USED, outcome=SiteOutcome.STOPPED), HANDED, (), TODAY) == []
    assert list_due(replace(USED, stage=SiteStage.CLOSED), HANDED, (), TODAY) == []


def test_a_visit_is_after_the_handover_and_once() -> None:
    assert why_not_visit(USED, HANDED, VISIT, (), TODAY) is None
    assert "not handed over" in str(why_not_visit(USED, None, VISIT, (), TODAY))
    assert "no further" in str(why_not_visit(replace(USED, outcome=SiteOutcome.STOPPED), HANDED, VISIT, (), TODAY))
    early = replace(VISIT, visited_on=HANDED - timedelta(days=1))
    assert getattr(why_not_visit(USED, HANDED, early, (), TODAY), "field", None) == "visited_on"
    late = replace(VISIT, visited_on=TODAY + timedelta(days=1))
    assert getattr(why_not_visit(USED, HANDED, late, (), TODAY), "field", None) == "visited_on"
    assert getattr(why_not_visit(USED, HANDED, VISIT, {VisitRound.MONTH_3}, TODAY), "field", None) == "round"
    again = replace(VISIT, round=VisitRound.UNPLANNED)
    assert why_not_visit(USED, HANDED, again, {VisitRound.UNPLANNED}, TODAY) is None
    assert getattr(why_not_visit(USED, HANDED, replace(VISIT, users=9), (), TODAY), "field", None) == "users_per"
    weekly = replace(VISIT, users_per=UsersPer.WEEK)
    assert getattr(why_not_visit(USED, HANDED, weekly, (), TODAY), "field", None) == "users"
    assert why_not_visit(USED, HANDED, replace(weekly, users=0), (), TODAY) is None


@pytest.mark.parametrize(("days", "is_taken"), [(-1, False), (0, True), (1, True)])
def test_a_visit_is_on_the_day_of_the_handover_at_the_earliest(days: int, is_taken: bool) -> None:
    early = replace(VISIT, round=VisitRound.UNPLANNED, visited_on=HANDED + timedelta(days=days))
    refused = why_not_visit(USED, HANDED, early, (), TODAY)
    assert (refused is None) == is_taken
    if refused is not None:
        assert refused.id == "The site was handed over on %(day)s, later than that."
        assert (refused.params, refused.field) == ({"day": HANDED}, "visited_on")


@pytest.mark.parametrize(
    ("round", "first", "due"),
    [
        (VisitRound.MONTH_3, date(2026, 4, 30), date(2026, 6, 30)),
        (VisitRound.MONTH_6, date(2026, 6, 30), date(2026, 9, 30)),
        (VisitRound.MONTH_12, date(2026, 9, 30), date(2027, 3, 31)),
    ],
)
def test_a_visit_that_is_due_is_not_made_before_half_its_time(round: VisitRound, first: date, due: date) -> None:
    today = date(2027, 1, 1)
    assert why_not_visit(USED, HANDED, replace(VISIT, round=round, visited_on=first), (), today) is None
    early = replace(VISIT, round=round, visited_on=first - timedelta(days=1))
    refused = why_not_visit(USED, HANDED, early, (), today)
    assert refused is not None and (refused.params, refused.field) == ({"day": due}, "round")
    assert str(refused) == f"This visit is due on {due}. Enter one that is so early as unplanned."


def test_an_event_is_planned_ahead_and_held_by_today() -> None:
    tomorrow, yesterday = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    assert cohesion_rules.why_not_plan(TODAY, TODAY) is None
    assert getattr(cohesion_rules.why_not_plan(yesterday, TODAY), "field", None) == "day"
    assert cohesion_rules.why_not_hold(CohesionState.PLANNED, TODAY, COUNT, TODAY) is None
    assert getattr(cohesion_rules.why_not_hold(CohesionState.PLANNED, tomorrow, COUNT, TODAY), "field", None) == "day"
    guess = replace(COUNT, basis=Basis.ESTIMATED)
    assert cohesion_rules.why_not_hold(CohesionState.PLANNED, TODAY, guess, TODAY) is not None
    for state in (CohesionState.HELD, CohesionState.CANCELLED):
        assert cohesion_rules.why_not_hold(state, TODAY, COUNT, TODAY) is not None
        assert cohesion_rules.why_settled(state) is not None
    assert cohesion_rules.why_settled(CohesionState.PLANNED) is None
    assert cohesion_rules.why_not_correct(CohesionState.HELD, TODAY, COUNT, TODAY) is None
    assert cohesion_rules.why_not_correct(CohesionState.PLANNED, TODAY, COUNT, TODAY) is not None
    assert cohesion_rules.why_not_correct(CohesionState.HELD, tomorrow, COUNT, TODAY) is not None
    assert cohesion_rules.why_not_correct(CohesionState.HELD, TODAY, guess, TODAY) is not None


def test_a_case_names_a_site_that_is_offered_and_once() -> None:
    def named(**changes: object) -> str | None:
        facts: dict[str, object] = {"is_offered": True, "is_named": False, "since": TODAY, "today": TODAY}
        return getattr(case_site_rules.why_not_name(**{**facts, **changes}), "field", None)  # type: ignore[arg-type]  # facts

    assert named() is None
    assert (named(is_offered=False), named(is_named=True)) == ("site_id", "site_id")
    assert named(since=TODAY + timedelta(days=1)) == "since"
    end = case_site_rules.why_not_end
    assert end(HANDED, None, HANDED, TODAY) is None
    assert getattr(end(HANDED, None, HANDED - timedelta(days=1), TODAY), "field", None) == "ended_on"
    assert getattr(end(HANDED, None, TODAY + timedelta(days=1), TODAY), "field", None) == "ended_on"
    assert "already" in str(end(HANDED, HANDED, TODAY, TODAY))


def test_a_small_number_of_cases_is_not_told() -> None:
    told = [str(case_site_rules.tell_number(number)) for number in range(5)]
    assert told == ["None", "fewer than 3", "fewer than 3", "3", "4"]
