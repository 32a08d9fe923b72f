"""Every reason for which a request cannot be submitted, changed or cancelled; how money is shared out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casetracker.disbursements import rules
from casetracker.disbursements.states import (
    STEPS,
    TRANSITIONS,
    DisbursementKind,
    DisbursementState,
    DrawFacts,
    InstalmentState,
    Level,
    LevelFacts,
    PaymentTerms,
    QuoteFacts,
    RequestFacts,
    is_paid,
    next_step,
)

D, S, T = DisbursementState, InstalmentState, PaymentTerms

DRAW = DrawFacts(
    grant_id="g", person_id="p", person="Oksana Koval", package="Post-return package", amount=400_00,
    is_open=True, arrived_on=date(2026, 3, 3), in_kind_only=False, needs_plan=True, is_on_plan=True,
    cash_cap=None, cash_before=0,
)  # fmt: skip
QUOTE = QuoteFacts(
    quote_id="q", provider_name="Shop", provider_id="shop", amount=400_00, currency="EUR", document_id="d",
    is_chosen=True,
)  # fmt: skip
FACTS = RequestFacts(
    state=D.DRAFT, kind=DisbursementKind.PROVIDER, currency="EUR", amount=400_00, local_currency=None,
    local_amount=None, local_worth=None, provider_id="shop", has_account=True, today=date(2026, 6, 1),
    eligible_from=date(2024, 1, 1), eligible_until=date(2026, 12, 31), has_policy=True, draws=(DRAW,),
    levels=(), instalments=((T.ON_DELIVERY, 400_00),), quotes=(QUOTE,), quotes_needed=1,
    has_choice_reason=True, total=400_00,
)  # fmt: skip


def level(kind: Level, asked: int, left: int) -> LevelFacts:
    """A ceiling."""
    return LevelFacts(level=kind, name="X", account_id="a", asked=asked, left=left, currency="EUR")


def cash(**changes: Any) -> RequestFacts:
    """A cash request with this draw."""
    draw = replace(DRAW, needs_plan=False, is_on_plan=False, **changes)
    return replace(FACTS, kind=DisbursementKind.CASH, provider_id=None, draws=(draw,), instalments=((T.CASH, 400_00),))


def test_a_request_with_everything_can_be_submitted() -> None:
    assert rules.why_not_submit(FACTS) is None
    assert rules.why_not_submit(cash(cash_cap=400_00)) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": D.SUBMITTED}, "waiting for approval"),
        ({"state": D.REFUSED}, "refused"),
        ({"today": date(2023, 12, 31)}, "eligible period"),
        ({"today": date(2027, 1, 1)}, "eligible period"),
        ({"has_policy": False}, "no approval policy"),
        ({"provider_id": None}, "Choose the provider"),
        ({"has_account": False}, "second person"),
        ({"draws": (replace(DRAW, is_open=False),)}, "no longer open"),
        ({"draws": (replace(DRAW, ended_on=date(2026, 5, 31)),)}, "ended on"),
        ({"draws": (replace(DRAW, arrived_on=None),)}, "before the own arrival"),
        ({"draws": (replace(DRAW, is_on_plan=False),)}, "by the plan only"),
        ({"draws": ()}, "which plan line or grant"),
        ({"amount": 400_01}, "which plan line or grant"),
        ({"has_cut_line": True}, "not in the approved plan"),
        ({"instalments": ((T.ON_DELIVERY, 399_99),)}, "add up"),
        ({"instalments": ((T.CASH, 400_00),)}, "terms of payment"),
        ({"instalments": ()}, "more than zero"),
        ({"instalments": ((T.RETENTION, 400_00),)}, "Only a part can be kept back"),
        ({"local_currency": "UAH", "local_amount": 1}, "no exchange rate"),
        ({"local_currency": "UAH", "local_amount": 20_000_00, "local_worth": 400_01}, "is worth"),
        ({"total": 60_000_01, "own_procedure_limit": 60_000_00}, "own procedure of buying holds up to"),
        ({"quotes": ()}, "needed 1, there"),
        ({"quotes_needed": 3}, "needed 3, there"),
        ({"quotes": (replace(QUOTE, document_id=None),)}, "with their papers"),
        ({"quotes": (replace(QUOTE, is_chosen=False),)}, "which quote was chosen"),
        ({"has_choice_reason": False}, "reason why"),
        ({"provider_id": "other"}, "another provider"),
        ({"levels": (level(Level.LINE, 400_00, 399_99),)}, "plan line"),
        ({"levels": (level(Level.GRANT, 400_00, 399_99),)}, "grant of"),
        ({"levels": (level(Level.BUDGET_LINE, 400_00, 399_99),)}, "budget line"),
        ({"levels": (level(Level.PROGRAMME, 400_00, 399_99),)}, "in the programme"),
    ],
)
def test_each_reason_not_to_submit(changes: dict[str, Any], words: str) -> None:
    reason = rules.why_not_submit(replace(FACTS, **changes))
    assert reason is not None and words in str(reason)


def test_the_own_procedure_holds_up_to_its_limit_and_cash_buys_nothing() -> None:
    assert rules.why_not_submit(replace(FACTS, total=60_000_00, own_procedure_limit=60_000_00)) is None
    assert rules.why_not_submit(replace(cash(), total=60_000_01, own_procedure_limit=60_000_00)) is None


def test_one_cent_below_every_ceiling_is_enough() -> None:
    levels = tuple(level(kind, 400_00, 400_00) for kind in Level)
    assert rules.why_not_submit(replace(FACTS, levels=levels)) is None


def test_two_quotes_of_one_provider_count_once() -> None:
    quotes = (
        QUOTE,
        replace(QUOTE, quote_id="r", is_chosen=False),
        replace(QUOTE, quote_id="s", is_chosen=False),
    )
    reason = rules.why_not_submit(replace(FACTS, quotes=quotes, quotes_needed=3))
    assert reason is not None and "there 1" in str(reason)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"in_kind_only": True}, "in kind only"),
        ({"cash_cap": 399_99}, "above the cap"),
        ({"cash_cap": 500_00, "cash_before": 100_01}, "above the cap"),
    ],
)
def test_cash_stays_within_the_cap(changes: dict[str, Any], words: str) -> None:
    reason = rules.why_not_submit(cash(**changes))
    assert reason is not None and words in str(reason)


def test_a_childs_grant_stands_alone_without_a_plan() -> None:
    mine = replace(DRAW, needs_plan=False, is_on_plan=False)
    childs = replace(mine, grant_id="h", person_id="c", person="Marko Koval", is_adult=False)
    assert "Marko Koval is a child" in str(rules.why_not_together((mine, childs), DisbursementKind.PROVIDER))
    assert rules.why_not_together((childs, replace(childs, grant_id="i")), DisbursementKind.PROVIDER) is None
    assert rules.why_not_together((mine, childs), DisbursementKind.CASH) is None
    assert rules.why_not_together((DRAW, replace(childs, is_on_plan=True)), DisbursementKind.PROVIDER) is None


def test_a_part_is_kept_back_of_another() -> None:
    parts = ((T.ON_DELIVERY, 360_00), (T.RETENTION, 40_00))
    assert rules.why_not_submit(replace(FACTS, instalments=parts)) is None


@pytest.mark.parametrize("kind", list(DisbursementKind))
def test_where_nobody_benefits_by_name_providers_alone_are_paid(kind: DisbursementKind) -> None:
    assert rules.why_not_kind(kind, is_of_persons=True) is None
    reason = rules.why_not_kind(kind, is_of_persons=False)
    assert (reason is None) == (kind == DisbursementKind.PROVIDER)
    assert reason is None or (str(reason), reason.field) == ("A project pays providers alone.", "kind")


def test_cash_needs_no_quotes() -> None:
    assert rules.why_not_submit(replace(cash(), quotes=(), quotes_needed=3)) is None


@pytest.mark.parametrize("state", [D.REFUSED, D.CANCELLED, D.CLOSED])
def test_what_is_at_its_end_is_not_changed(state: DisbursementState) -> None:
    assert rules.why_not_edit(state, [S.PLANNED]) is not None
    assert rules.why_not_cancel(state, [S.PLANNED]) is not None


def test_what_has_begun_is_not_changed() -> None:
    assert rules.why_not_edit(D.APPROVED, [S.PLANNED]) is None
    assert "ordered or paid" in str(rules.why_not_edit(D.APPROVED, [S.PLANNED, S.ORDERED]))
    assert "ordered or paid" in str(rules.why_not_cancel(D.APPROVED, [S.SKIPPED]))
    assert rules.why_not_cancel(D.SUBMITTED, [S.PLANNED]) is None


@pytest.mark.parametrize("terms", list(PaymentTerms))
def test_instalments_go_step_by_step(terms: PaymentTerms) -> None:
    state, made = S.PLANNED, []
    while (step := next_step(terms, state)) is not None:
        for other in InstalmentState:
            assert (rules.why_not_step(terms, state, other) is None) == (other == step)
        state = step
        made.append(step)
    assert tuple(made) == STEPS[terms]
    assert is_paid(terms, S.PAID) and not is_paid(terms, S.PLANNED) and not is_paid(terms, S.SKIPPED)
    assert rules.why_not_step(terms, S.SKIPPED, S.PAID) is not None


def test_prepayment_is_paid_before_delivery() -> None:
    assert is_paid(T.PREPAYMENT, S.DELIVERED) and not is_paid(T.ON_DELIVERY, S.DELIVERED)


amounts = st.lists(st.integers(1, 10**9), min_size=1, max_size=8)


@given(amounts, amounts)
def test_instalments_and_shares_add_up_both_ways(instalments: list[int], weights: list[int]) -> None:
    total = sum(instalments)
    shares = rules.split_local(total, weights)
    matrix = rules.split_instalments(instalments, shares)
    assert [sum(row) for row in matrix] == instalments
    assert [sum(column) for column in zip(*matrix, strict=True)] == shares
    assert all(part >= 0 for row in matrix for part in row)


@given(st.integers(1, 10**9), amounts)
def test_a_line_is_split_to_the_cent(amount: int, funding: list[int]) -> None:
    split = rules.split_line(amount, [(str(n), share) for n, share in enumerate(funding)])
    assert sum(part for _grant, part in split) == amount
    whole = sum(funding)
    for grant, part in split:
        assert abs(part - amount * funding[int(grant)] / whole) < 1.000001


def test_a_tie_goes_by_person_order() -> None:
    assert rules.split_line(1, [("first", 50), ("second", 50)]) == [("first", 1)]


def test_amounts_meet_on_shared_accounts() -> None:
    grants = {"g": ("G", "B", "P"), "h": ("H", "B", "P")}
    found = rules.account_amounts([("l", "g", 5), ("l", "h", 3), (None, "g", 2)], {"l": "L"}, grants)
    assert found == {"L": 8, "G": 7, "H": 3, "B": 10, "P": 10}


def test_a_name_that_a_known_provider_bears_is_that_provider() -> None:
    free = replace(QUOTE, quote_id="r", provider_id=None, provider_name="SHOP", is_chosen=False)
    other = replace(QUOTE, quote_id="s", provider_id=None, provider_name="Else", is_chosen=False)
    twin = replace(QUOTE, quote_id="t", provider_id="shop 2", provider_name="Shop 2", payee_id="shop", is_chosen=False)
    namesake = replace(QUOTE, quote_id="u", provider_id="shop 3", is_chosen=False)
    assert [rules.count_sources((QUOTE, each)) for each in (free, other, twin, namesake)] == [1, 2, 1, 2]
    assert rules.count_sources((QUOTE, replace(other, document_id=None))) == 1


STATE_WORDS = {
    D.DRAFT: "a draft", D.SUBMITTED: "waiting for approval", D.APPROVED: "approved", D.RETURNED: "returned",
    D.REFUSED: "refused", D.CANCELLED: "cancelled", D.CLOSED: "done",
}  # fmt: skip


@pytest.mark.parametrize("target", D)
@pytest.mark.parametrize("state", D)
def test_a_move_that_is_not_made_says_where_the_request_stands(
    state: DisbursementState, target: DisbursementState
) -> None:
    reason = rules.why_not_move(state, target)
    assert (reason is None) == (target in TRANSITIONS[state])
    assert reason is None or f"it is {STATE_WORDS[state]}" in str(reason)


def test_a_draft_is_edited_and_what_has_not_begun_is_cancelled() -> None:
    assert rules.why_not_edit(D.DRAFT, []) is None
    assert rules.why_not_cancel(D.APPROVED, [S.PLANNED]) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"today": FACTS.eligible_from},
        {"today": FACTS.eligible_until},
        {"draws": (replace(DRAW, in_kind_only=True),)},
        {"local_currency": "UAH", "local_amount": 20_000_00, "local_worth": 400_00},
        {"instalments": ((T.ON_DELIVERY, 399_99), (T.ON_DELIVERY, 1))},
        {"quotes": (), "quotes_needed": 0},
    ],
)
def test_what_stands_just_inside_the_limits_can_be_submitted(changes: dict[str, Any]) -> None:
    assert rules.why_not_submit(replace(FACTS, **changes)) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"draws": (DRAW, replace(DRAW, amount=0, is_open=False))}, "no longer open"),
        ({"instalments": ((T.ON_DELIVERY, 400_00), (T.ON_DELIVERY, 0))}, "more than zero"),
        ({"local_currency": "UAH", "local_amount": 1}, "exchange rate for UAH"),
        ({"quotes": (replace(QUOTE, is_chosen=False),), "quotes_needed": 0}, "which quote was chosen"),
        ({"quotes": (replace(QUOTE, document_id=None),), "quotes_needed": 0}, "which quote was chosen"),
    ],
)
def test_what_stands_just_outside_cannot(changes: dict[str, Any], words: str) -> None:
    assert words in str(rules.why_not_submit(replace(FACTS, **changes)))


@pytest.mark.parametrize(("before", "left"), [(100_01, "399.99"), (600_00, " 0.00")])
def test_cash_above_the_cap_says_what_is_left_of_it(before: int, left: str) -> None:
    assert f"{left} EUR is left" in str(rules.why_not_submit(cash(cash_cap=500_00, cash_before=before))).replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_a_cent_is_posted_and_nothing_is_not() -> None:
    grants = {"g": ("G", "B", "P"), "h": ("H", "B", "P")}
    assert rules.account_amounts([(None, "g", 1), (None, "h", 0)], {}, grants) == {"G": 1, "B": 1, "P": 1}
