"""Funding at its very limits, the sentences with their names and amounts, and which agreements are frozen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casetracker.core.money import MAX_MINOR
from casetracker.plans import rules
from casetracker.plans.states import ActivityKind, PlanState, PlanStep, VersionFacts
from tests.plans.test_rules import (
    LIMITS,
    VALIDATED,
    activity,
    agreement,
    good_plan,
    limit,
    line,
    own,
    part,
    plan,
    said,
    version,
)


def test_amounts_at_their_limits() -> None:
    assert rules.why_not_line(MAX_MINOR, "EUR", "EUR", 0) is None
    assert "smallest amount in EUR" in str(rules.why_not_line(0, "UAH", "EUR", 0))
    assert "from UAH to EUR" in str(rules.why_not_line(None, "UAH", "EUR", 0))
    for reason in (
        rules.why_not_line(59, "EUR", "EUR", 60),
        rules.why_not_remove(60, "EUR"),
        rules.why_not_granted(59, 60, "EUR"),
    ):
        assert str(reason).startswith("0.60 EUR of this line")


def test_grants_alone_pay_for_what_is_used() -> None:
    used = line(1_00, part("gm", 1_00), used=60)
    assert rules.why_not_fund(used, [part("gm", 60), own(40)], ("man",), LIMITS, {}, "EUR") is None
    little = line(1_00, part("gm", 59), own(41), used=60)
    assert said(plan(activity(little, people=("man",)))) == [
        "“Paint”: 0.60 EUR of this line is already reserved, committed or spent; grants must pay at least that."
    ]


def test_a_grant_is_planned_to_the_cent() -> None:
    woman = LIMITS["gw"]
    assert rules.why_over(woman, 1_000_00) is None
    assert "1000.01 EUR is more than the 1000.00 EUR" in str(rules.why_over(woman, 1_000_01))
    assert said(plan(activity(line(1_000_00, part("gw", 1_000_00)), people=("woman",)))) == []
    big = line(5_000_00)
    over = rules.why_not_fund(big, [part("gw", 1)], ("woman",), LIMITS, {"gw": 1_000_01}, "EUR")
    assert "the 0.00 EUR that is left" in str(over)


def test_the_amount_that_is_asked_is_said() -> None:
    assert "takes nothing" in str(rules.why_not_agree(5, None, "EUR"))
    assert "0.06 EUR" in str(rules.why_not_agree(5, 6, "EUR"))


def test_what_is_missing_is_called_by_its_name() -> None:
    empty = said(plan(activity(people=(), feasibility="")))
    assert all("“Playroom”" in each for each in empty) and len(empty) == 3
    assert "“Roof” was removed" in said(replace(good_plan(), removed_used=(("x", "Roof"),)))[0]
    assert said(plan(activity(line(1_00, own(1))))) == ["“Paint” costs 1.00 EUR, and 0.01 EUR of it is funded."]
    pooled = said(plan(activity(line(2_00, part("gm", 1_00), part("gw", 1_00)))))
    assert [who for who in ("Man", "Woman") for each in pooled if f"of {who} to" in each] == ["Man", "Woman"]
    closed = {**LIMITS, "gm": limit("gm", "man", is_open=False)}
    assert "Post-return of Man" in str(rules.why_not_fund(line(1), [part("gm", 1)], ("man",), closed, {}, "EUR"))


RETURNED, APPROVED = replace(VALIDATED, step=PlanStep.RETURN), replace(VALIDATED, step=PlanStep.APPROVE)


@pytest.mark.parametrize(
    ("frozen", "state"),
    [
        (version(), PlanState.SUBMITTED),
        (version(VALIDATED), PlanState.VALIDATED),
        (version(VALIDATED, APPROVED), PlanState.APPROVED),
        (version(VALIDATED, RETURNED), PlanState.RETURNED),
        (replace(version(), is_recalled=True), PlanState.DRAFT),
    ],
)
def test_an_agreement_is_frozen_with_a_version_that_stands(frozen: VersionFacts, state: PlanState) -> None:
    agreed = {"id": "l", "agreements": [{"person_id": "man"}]}
    other = {"id": "m", "agreements": [{"person_id": "woman"}]}
    held = replace(frozen, content={"activities": [{"lines": [agreed, other]}]})
    stands = state in (PlanState.SUBMITTED, PlanState.VALIDATED, PlanState.APPROVED)
    assert held.state == state
    assert rules.is_frozen([held], "l", "man") == rules.is_frozen([version(), held], "m", "woman") == stands
    assert not rules.is_frozen([held], "l", "woman") and not rules.is_frozen([held], "m", "man")
    assert not rules.is_frozen([replace(held, content={})], "l", "man")


def test_an_agreement_to_another_amount_is_none() -> None:
    agreed = line(1_00, part("gm", 1_00), agreements=(agreement("man", 1_00),))
    assert rules.standing_agreement(agreed, "man", 1_00) is not None
    assert rules.standing_agreement(agreed, "man", 99) is rules.standing_agreement(agreed, "woman", 1_00) is None


def test_what_is_done_for_a_family_is_not_what_is_done_for_a_place() -> None:
    kinds = {
        is_of_persons: {kind for kind in ActivityKind if rules.why_not_kind(kind, is_of_persons=is_of_persons) is None}
        for is_of_persons in (True, False)
    }
    assert kinds[True] & kinds[False] == {ActivityKind.OTHER}
    assert kinds[True] | kinds[False] == set(ActivityKind)
    assert {ActivityKind.BUSINESS, ActivityKind.HOUSING} <= kinds[True] and ActivityKind.WORKS in kinds[False]
    refused = rules.why_not_kind(ActivityKind.HOUSING, is_of_persons=False)
    assert refused is not None and refused.field == "kind"


def test_what_others_give_to_a_place_is_no_source_of_its_lines() -> None:
    shared, mixed = (part("gm", 60),), (part("gm", 60), own(40))
    assert rules.why_not_contributed(shared, is_of_persons=False) is None
    assert "co-contribution" in str(rules.why_not_contributed(mixed, is_of_persons=False))
    assert rules.why_not_contributed(mixed, is_of_persons=True) is None
