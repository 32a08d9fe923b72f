"""Every refusal of a plan, by itself; sums of funding by property."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casetracker.core.money import MAX_MINOR
from casetracker.dossiers.states import Relation
from casetracker.plans import difference_rules, rules
from casetracker.plans.states import (
    PLAN_MOVES,
    ActivityFacts,
    ActivityKind,
    AgreementFacts,
    DecisionFacts,
    Frequency,
    FundingFacts,
    FundingSource,
    GrantLimit,
    LineFacts,
    PlanAct,
    PlanFacts,
    PlanState,
    PlanStep,
    VersionFacts,
)  # fmt: skip

NOW = datetime(2026, 10, 1, tzinfo=UTC)


def limit(grant_id: str, person: str, amount: int = 1_000_00, **other: Any) -> GrantLimit:
    facts = GrantLimit(
        grant_id=grant_id, person_id=person, person=person.title(), package="Post-return", is_adult=True,
        needs_plan=True, is_open=True, in_kind_only=True, limit=amount, currency="EUR",
    )  # fmt: skip
    return replace(facts, **other)


LIMITS = {
    "gm": limit("gm", "man", 2_000_00),
    "gw": limit("gw", "woman"),
    "gc": limit("gc", "child", is_adult=False),
}


def part(grant_id: str, amount: int) -> FundingFacts:
    person = LIMITS[grant_id].person_id if grant_id in LIMITS else None
    return FundingFacts(source=FundingSource.GRANT, grant_id=grant_id, person_id=person, amount=amount)


def own(amount: int, source: FundingSource = FundingSource.OWN_CASH) -> FundingFacts:
    return FundingFacts(source=source, amount=amount)


def line(amount: int | None = 1_000_00, *funding: FundingFacts, **other: Any) -> LineFacts:
    facts = LineFacts(
        id="l", activity_id="a", description="Paint", provider_id=None, quantity=1, unit_price=amount or 1,
        unit_currency="EUR", frequency=Frequency.ONCE, times=1, rate=None, amount=amount, funding=funding,
    )  # fmt: skip
    return replace(facts, **other)


def activity(*lines: LineFacts, people: tuple[str, ...] = ("man", "woman"), feasibility: str = "Yes") -> ActivityFacts:
    return ActivityFacts(
        id="a", kind=ActivityKind.BUSINESS, title="Playroom", place="", feasibility=feasibility,
        beneficiary_ids=people, lines=lines,
    )  # fmt: skip


def plan(*activities: ActivityFacts, state: PlanState = PlanState.DRAFT, **other: Any) -> PlanFacts:
    facts = PlanFacts(
        id="p", dossier_id="d", state=state, currency="EUR", draft_number=1, approved_number=None,
        activities=activities,
    )  # fmt: skip
    return replace(facts, **other)


def agreement(person: str, amount: int) -> AgreementFacts:
    return AgreementFacts(person_id=person, amount=amount, document_id="doc", agreed_on=date(2026, 10, 1))


def good_plan() -> PlanFacts:
    pooled = line(1_500_00, part("gm", 900_00), part("gw", 600_00))
    pooled = replace(pooled, agreements=(agreement("man", 900_00), agreement("woman", 600_00)))
    books = line(200_00, part("gc", 200_00), id="l2", description="Books")
    return plan(activity(pooled), replace(activity(books, people=("child",)), id="a2", title="School"))


def said(plan: PlanFacts) -> list[str]:
    return [str(problem.message) for problem in rules.list_problems(plan, LIMITS)]


def test_a_complete_plan_can_be_submitted() -> None:
    assert said(good_plan()) == []
    assert rules.why_not_submit(good_plan(), LIMITS) is None


@pytest.mark.parametrize("state", PlanState)
def test_only_what_the_moves_allow(state: PlanState) -> None:
    assert (rules.why_not_edit(state) is None) == (state in PLAN_MOVES[PlanAct.EDIT])
    assert (rules.why_not_recall(state) is None) == (state in PLAN_MOVES[PlanAct.RECALL])
    can_submit = rules.why_not_submit(replace(good_plan(), state=state), LIMITS) is None
    assert can_submit == (state in PLAN_MOVES[PlanAct.SUBMIT])


def test_what_is_missing_is_said() -> None:
    assert said(plan()) == ["The plan has no activity yet."]
    empty = said(plan(activity(people=(), feasibility="")))
    assert len(empty) == 3 and "who benefits" in empty[0] and "can work" in empty[1] and "no line" in empty[2]
    assert "0.01 EUR of it is funded" in said(plan(activity(line(1_00, own(1)))))[0]
    assert "No exchange rate from UAH" in said(plan(activity(line(None, own(1), unit_currency="UAH"))))[0]
    assert "Put it back" in said(replace(good_plan(), removed_used=(("x", "Roof"),)))[0]


def test_both_adults_agree_to_their_amounts() -> None:
    pooled = line(1_500_00, part("gm", 900_00), part("gw", 600_00))
    assert len(said(plan(activity(pooled)))) == 2
    other = replace(pooled, agreements=(agreement("man", 900_01), agreement("woman", 600_00)))
    assert said(plan(activity(other))) == ["“Paint”: the signed agreement of Man to 900.00 EUR is missing."]


def test_an_adult_who_alone_benefits_agrees_to_nothing() -> None:
    assert said(plan(activity(line(5_00, part("gm", 5_00)), people=("man",)))) == []


def test_an_adults_grant_for_the_child_needs_agreement() -> None:
    assert rules.needed_agreements(("child",), [part("gm", 5_00)], LIMITS) == {"man": 5_00}


@pytest.mark.parametrize("people", [("man", "woman"), ("child", "man"), (), ("man",)])
def test_a_childs_grant_is_for_that_child_alone(people: tuple[str, ...]) -> None:
    assert "is a child" in str(rules.why_not_source(part("gc", 1), people, LIMITS, "EUR"))
    assert "is a child" in said(plan(activity(line(1, part("gc", 1)), people=people)))[-1] or not people
    assert rules.why_not_source(part("gc", 1), ("child",), LIMITS, "EUR") is None


def test_sources_that_cannot_pay() -> None:
    closed = {**LIMITS, "gm": limit("gm", "man", is_open=False)}
    without = {**LIMITS, "gm": limit("gm", "man", needs_plan=False)}
    other = {**LIMITS, "gm": limit("gm", "man", currency="USD")}
    one = line(1_00)
    for limits, words in ((closed, "not open"), (without, "without a plan"), (other, "another currency")):
        assert words in str(rules.why_not_fund(one, [part("gm", 1)], ("man",), limits, {}, "EUR"))
    assert "not one of those" in str(rules.why_not_fund(one, [part("gx", 1)], ("man",), LIMITS, {}, "EUR"))
    kept = line(1_00, part("gm", 50))
    assert rules.why_not_fund(kept, [part("gm", 50)], ("man",), closed, {}, "EUR") is None


def test_one_cent_over() -> None:
    big = line(5_000_00)
    assert rules.why_not_fund(big, [part("gw", 1_000_00)], ("woman",), LIMITS, {}, "EUR") is None
    assert "is left of" in str(rules.why_not_fund(big, [part("gw", 1_000_01)], ("woman",), LIMITS, {}, "EUR"))
    planned = {"gw": 400_00}
    assert "600.00 EUR" in str(rules.why_not_fund(big, [part("gw", 600_01)], ("woman",), LIMITS, planned, "EUR"))
    small = line(1_00)
    assert "more than the line" in str(rules.why_not_fund(small, [own(1_01)], ("man",), LIMITS, {}, "EUR"))
    over = plan(activity(line(1_000_00, part("gw", 1_000_00)), line(1, part("gw", 1), id="l2"), people=("woman",)))
    assert "1000.01 EUR is more than" in said(over)[0]


def test_a_line_never_falls_below_what_is_used() -> None:
    assert "cannot become less" in str(rules.why_not_line(99, "EUR", "EUR", 100))
    assert rules.why_not_line(100, "EUR", "EUR", 100) is None
    assert "stays in the plan" in str(rules.why_not_remove(1, "EUR"))
    assert rules.why_not_remove(0, "EUR") is None
    used = line(1_00, part("gm", 1_00), used=60)
    said = rules.why_not_fund(used, [part("gm", 59), own(41)], ("man",), LIMITS, {}, "EUR")
    assert "must pay at least" in str(said)


def test_amounts_that_cannot_be() -> None:
    assert rules.why_not_line(None, "UAH", "EUR", 0) is not None
    assert rules.why_not_line(0, "UAH", "EUR", 0) is not None
    assert rules.why_not_line(MAX_MINOR + 1, "EUR", "EUR", 0) is not None
    assert rules.why_not_line(1, "EUR", "EUR", 0) is None


def test_a_plan_needs_a_grant_that_needs_it() -> None:
    assert rules.why_not_start(LIMITS.values()) is None
    assert rules.why_not_start([limit("g", "man", needs_plan=False), limit("h", "man", is_open=False)]) is not None


def test_agreements_to_what_is_asked_only() -> None:
    assert rules.why_not_agree(5, 5, "EUR") is None
    assert rules.why_not_agree(5, 6, "EUR") is not None and rules.why_not_agree(5, None, "EUR") is not None


def test_a_plan_is_ideally_ready_so_long_after_the_first_arrival() -> None:
    def due(today: date, arrived: date | None = date(2026, 1, 31), months: int | None = 1, **changes: bool) -> str:
        given = {"needs_plan": True, "is_approved": False, "is_suspended": False} | changes
        found = rules.find_due(arrived, months, today, **given)
        return "" if found is None else f"{found.due_on} {found.is_near:d} {found.is_over:d}"

    assert due(date(2026, 2, 20)) == "2026-02-28 0 0"
    assert due(date(2026, 2, 21)) == due(date(2026, 2, 28)) == "2026-02-28 1 0"
    assert due(date(2026, 3, 1)) == "2026-02-28 0 1"
    assert due(date(2026, 3, 1), is_suspended=True) == "2026-02-28 0 0"
    late = date(2026, 3, 1)
    assert due(late, None) == due(late, months=None) == due(late, is_approved=True) == due(late, needs_plan=False) == ""


def test_a_correction_changes_something_and_to_no_day_to_come() -> None:
    today = date(2026, 10, 1)
    assert rules.why_not_correct(today, today, "given_on", changed=True) is None
    assert "Nothing was changed" in str(rules.why_not_correct(today, today, "given_on", changed=False))
    assert "future" in str(rules.why_not_correct(date(2026, 10, 2), today, "given_on", changed=True))


def test_contributions_of_the_payable_plan_only() -> None:
    today = date(2026, 10, 1)
    assert rules.why_not_contribute(1, today, today) is None
    assert "no such contribution" in str(rules.why_not_contribute(0, today, today))
    assert "future" in str(rules.why_not_contribute(1, date(2026, 10, 2), today))


def version(*decisions: DecisionFacts) -> VersionFacts:
    return VersionFacts(
        id="v", dossier_id="d", number=1, content={}, content_hash="h", submitted_by="writer",
        submitted_at=NOW,
        authors=("author", "writer"), decisions=decisions,
    )  # fmt: skip


VALIDATED = DecisionFacts(step=PlanStep.VALIDATE, decided_by="kyiv", decided_at=NOW, reason=None)
R, S = Relation.RECEIVING, Relation.SENDING


@pytest.mark.parametrize(
    ("decisions", "step", "user", "relation", "state", "words"),
    [
        ((), PlanStep.VALIDATE, "kyiv", R, PlanState.SUBMITTED, None),
        ((), PlanStep.RETURN, "kyiv", R, PlanState.SUBMITTED, None),
        ((VALIDATED,), PlanStep.APPROVE, "tallinn", S, PlanState.VALIDATED, None),
        ((VALIDATED,), PlanStep.RETURN, "tallinn", S, PlanState.VALIDATED, None),
        ((), PlanStep.VALIDATE, "author", R, PlanState.SUBMITTED, "wrote"),
        ((), PlanStep.VALIDATE, "writer", R, PlanState.SUBMITTED, "wrote"),
        ((VALIDATED,), PlanStep.APPROVE, "author", S, PlanState.VALIDATED, "wrote"),
        ((VALIDATED,), PlanStep.APPROVE, "kyiv", S, PlanState.VALIDATED, "another person"),
        ((), PlanStep.VALIDATE, "tallinn", S, PlanState.SUBMITTED, "receiving office"),
        ((VALIDATED,), PlanStep.APPROVE, "kyiv2", R, PlanState.VALIDATED, "sending office"),
        ((VALIDATED,), PlanStep.RETURN, "kyiv2", R, PlanState.VALIDATED, "sending office"),
        ((), PlanStep.VALIDATE, "kyiv", None, PlanState.SUBMITTED, "receiving office"),
        ((), PlanStep.APPROVE, "tallinn", S, PlanState.SUBMITTED, "not wait"),
        ((), PlanStep.VALIDATE, "kyiv", R, PlanState.DRAFT, "not wait"),
        ((VALIDATED,), PlanStep.VALIDATE, "kyiv2", R, PlanState.VALIDATED, "not wait"),
        ((), PlanStep.RETURN, "kyiv", R, PlanState.APPROVED, "not wait"),
    ],
)
def test_who_decides(
    decisions: tuple[DecisionFacts, ...], step: PlanStep, user: str, relation: Relation | None,
    state: PlanState,
    words: str | None,
) -> None:  # fmt: skip
    reason = rules.why_not_decide(version(*decisions), step, user_id=user, relation=relation, state=state)
    assert (reason is None) if words is None else words in str(reason)


def test_without_a_receiving_office_two_of_the_sending_one_decide() -> None:
    def decide(step: PlanStep, user: str, *decisions: DecisionFacts) -> str:
        state = PlanState.VALIDATED if decisions else PlanState.SUBMITTED
        return str(
            rules.why_not_decide(version(*decisions), step, user_id=user, relation=S, state=state, has_receiving=False)
        )

    assert decide(PlanStep.VALIDATE, "tallinn") == decide(PlanStep.RETURN, "tallinn") == "None"
    assert "another person" in decide(PlanStep.APPROVE, "kyiv", VALIDATED)
    assert decide(PlanStep.APPROVE, "tallinn", VALIDATED) == "None"


amounts = st.integers(0, 3_000_00)


@given(st.integers(1, 5_000_00), amounts, amounts, amounts, amounts)
def test_funding_never_exceeds_line_or_grants(cost: int, man: int, woman: int, cash: int, kind: int) -> None:
    parts = [part("gm", man), part("gw", woman), own(cash), own(kind, FundingSource.OWN_KIND)]
    parts = [each for each in parts if each.amount]
    reason = rules.why_not_fund(line(cost), parts, ("man", "woman"), LIMITS, {}, "EUR")
    fits = man <= 2_000_00 and woman <= 1_000_00 and man + woman + cash + kind <= cost
    assert (reason is None) == fits
    if fits:
        agreed = tuple(agreement(who, amount) for who, amount in (("man", man), ("woman", woman)) if amount)
        funded = replace(line(cost, *parts), agreements=agreed)
        can = rules.why_not_submit(plan(activity(funded)), LIMITS) is None
        assert can == (man + woman + cash + kind == cost)


@given(st.lists(st.tuples(st.integers(1, 800_00), st.integers(0, 800_00)), min_size=1, max_size=6))
def test_no_plan_takes_more_of_a_grant_than_stands(wanted: list[tuple[int, int]]) -> None:
    lines = tuple(
        line(grant + cash, part("gw", grant), own(cash, FundingSource.THIRD_PARTY), id=f"l{number}")
        if cash
        else line(grant, part("gw", grant), id=f"l{number}")
        for number, (grant, cash) in enumerate(wanted)
    )
    made = plan(activity(*lines, people=("woman",)))
    fits = sum(grant for grant, _cash in wanted) <= 1_000_00
    assert (rules.why_not_submit(made, LIMITS) is None) == fits


def content(**changed: Any) -> dict[str, Any]:
    paint = {
        "id": "l", "description": "Paint", "provider_id": None, "quantity": 1, "unit_price": 5,
        "unit_currency": "EUR",
        "frequency": "once", "times": 1, "rate": None, "amount": 5, "agreements": [],
        "funding": [{"source": "own_cash", "grant_id": None, "person_id": None, "amount": 5}],
    }  # fmt: skip
    one = {"id": "a", "kind": "business", "title": "Playroom", "place": "Here", "feasibility": "Yes",
           "beneficiary_ids": ["man"], "lines": [{**paint, **changed.pop("line", {})}]}  # fmt: skip
    return {"currency": "EUR", "activities": [{**one, **changed}]}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": "Café"}, ["Activity “Playroom” is now called “Café”."]),
        ({"kind": "other"}, ["“Playroom” is now of another kind."]),
        ({"place": "There"}, ["“Playroom”: place “There” instead of “Here”."]),
        ({"feasibility": "No"}, ["“Playroom”: its feasibility is described anew."]),
        ({"beneficiary_ids": ["man", "woman"]}, ["“Playroom” now benefits Man, Woman."]),
        ({"line": {"description": "Tiles"}}, ["Line “Paint” is now “Tiles”."]),
        ({"line": {"provider_id": "p"}}, ["“Paint”: the provider is now Shop."]),
        ({"line": {"quantity": 2}}, ["“Paint”: 2 × 1 instead of 1 × 1."]),
        ({"line": {"unit_price": 6}}, ["“Paint”: unit price 0.06 EUR instead of 0.05 EUR."]),
        ({"line": {"amount": 6}}, ["“Paint”: 0.06 EUR instead of 0.05 EUR."]),
        ({"line": {"funding": []}}, ["“Paint”: Own contribution in cash pays 0.00 EUR instead of 0.05 EUR."]),
        ({"line": {"id": "m"}}, ["Line “Paint” was added: 0.05 EUR.", "Line “Paint” was removed: 0.05 EUR."]),
        ({}, []),
    ],
)
def test_differences_in_words(changed: dict[str, Any], words: list[str]) -> None:
    names = {"man": "Man", "woman": "Woman", "p": "Shop"}
    found = difference_rules.list_differences(content(), content(**changed), names)
    assert [str(each) for each in found] == words


def test_activities_come_and_go() -> None:
    nothing = {"currency": "EUR", "activities": []}
    added = [str(each) for each in difference_rules.list_differences(nothing, content(), {})]
    assert added == ["Activity “Playroom” was added.", "Line “Paint” was added: 0.05 EUR."]
    removed = [str(each) for each in difference_rules.list_differences(content(), {**content(), "activities": []}, {})]
    assert removed == ["Activity “Playroom” was removed.", "Line “Paint” was removed: 0.05 EUR."]


def test_each_source_that_pays_otherwise_is_told_once() -> None:
    own_cash = {"source": "own_cash", "grant_id": None, "person_id": None, "amount": 6}
    granted = {"source": "grant", "grant_id": "g", "person_id": "man", "amount": 3}
    changed = content(line={"funding": [own_cash, granted]})
    assert [str(each) for each in difference_rules.list_differences(content(), changed, {"man": "Man"})] == [
        "“Paint”: Own contribution in cash pays 0.06 EUR instead of 0.05 EUR.",
        "“Paint”: Man pays 0.03 EUR instead of 0.00 EUR.",
    ]
