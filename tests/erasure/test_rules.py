"""When a case may be erased, and who says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from casetracker.core.actor import Actor
from casetracker.core.permissions import GRANTED, STEP_UP, Permission, Role
from casetracker.erasure.rules import why_not_ask, why_not_confirm, why_not_decide, why_not_erase, why_not_withdraw
from casetracker.erasure.states import CaseFacts, ErasureState, Extent, RequestFacts

TODAY = date(2031, 5, 1)
EXTENT = Extent(rows=40, files=9)
FIRST = Actor(id="first", name="First", role=Role.SUPERVISOR, office_id="tallinn")
SECOND = Actor(id="second", name="Second", role=Role.SUPERVISOR, office_id="tallinn")
REQUEST = RequestFacts(state=ErasureState.ASKED, asked_by=FIRST.id, due_on=TODAY, extent=EXTENT)
DUE = CaseFacts(
    closed_on=date(2026, 5, 1), due_on=TODAY, erased_on=None, open_money=0, open_reversals=0, open_points=0, held_by=()
)


def test_a_closed_case_whose_period_is_over_is_erased() -> None:
    assert why_not_erase(DUE, TODAY) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"closed_on": None, "due_on": None}, "Only closed cases"),
        ({"due_on": None}, "Nobody has said yet how long"),
        ({"due_on": date(2031, 5, 2)}, "kept until 2031-05-02"),
        ({"erased_on": date(2031, 4, 30)}, "was erased on 2031-04-30"),
        ({"open_money": 1}, "still on its way"),
        ({"open_reversals": 1}, "waits for its decision"),
        ({"open_points": 2}, "Points to settle stand on the case: 2"),
        ({"held_by": ("A. Auditor",)}, "mandate of A. Auditor"),
    ],
)  # fmt: skip
def test_what_keeps_a_case(changes: dict[str, object], words: str) -> None:
    case = replace(DUE, **changes)  # type: ignore[arg-type]  # each names a field of its own type
    for refusal in (
        why_not_erase(case, TODAY),
        why_not_ask(case, False, TODAY),
        why_not_confirm(REQUEST, case, EXTENT, SECOND, TODAY),
    ):
        assert words in str(refusal)


def test_it_takes_two_people() -> None:
    assert why_not_confirm(REQUEST, DUE, EXTENT, SECOND, TODAY) is None
    assert "You asked for this yourself" in str(why_not_confirm(REQUEST, DUE, EXTENT, FIRST, TODAY))
    assert "You asked for this yourself" in str(why_not_decide(REQUEST, FIRST))
    assert why_not_decide(REQUEST, SECOND) is None
    assert "asked for this already" in str(why_not_ask(DUE, True, TODAY))
    decided = replace(REQUEST, state=ErasureState.DECLINED)
    for refusal in (why_not_decide(decided, SECOND), why_not_withdraw(decided, FIRST)):
        assert "decided already" in str(refusal)


def test_what_is_confirmed_is_what_was_asked_for() -> None:
    for other in (Extent(rows=41, files=9), Extent(rows=40, files=8)):
        assert "has changed since" in str(why_not_confirm(REQUEST, DUE, other, SECOND, TODAY))
    years_later, reopened = date(2036, 7, 1), replace(DUE, closed_on=date(2031, 6, 1), due_on=date(2036, 6, 1))
    assert why_not_ask(reopened, False, years_later) is None
    assert "has changed since" in str(why_not_confirm(REQUEST, reopened, EXTENT, SECOND, years_later))


def test_who_asked_takes_it_back() -> None:
    assert why_not_withdraw(REQUEST, FIRST) is None
    assert "Only the person who asked" in str(why_not_withdraw(REQUEST, SECOND))


def test_supervisors_alone_erase_with_the_second_factor_and_auditors_read() -> None:
    assert {role for role in Role if Permission.CASE_ERASE in GRANTED[role]} == {Role.SUPERVISOR}
    assert {role for role in Role if Permission.ERASURE_READ in GRANTED[role]} == {Role.SUPERVISOR, Role.AUDITOR}
    assert Permission.CASE_ERASE in STEP_UP
