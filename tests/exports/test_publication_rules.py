"""What a project is in IATI's words: how far it has come, what moved, what it does not say; who may publish it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest

from casetracker.community.states import SiteOutcome, SiteStage
from casetracker.core.money import Money
from casetracker.exports.publication_rules import status_of, transactions_of, why_no_budget, why_not_publish
from casetracker.exports.publication_states import ActivityStatus, Organisation, PublicationFormat, TransactionType
from casetracker.ledger.states import Move, Place, sign_of

S, Status, Type = SiteStage, ActivityStatus, TransactionType
CALL, SELECTED, WORKS = (S.CALL, None), (S.SELECTED, None), (S.WORKS, None)
USED, OVER, STOPPED = (S.IN_USE, None), (S.CLOSED, None), (S.IN_USE, SiteOutcome.STOPPED)
START = date(2026, 1, 1)


def test_transactions_add_up_to_the_ledger() -> None:
    """Whatever moves money took, in any number."""
    moves = {
        Move.AWARD: 900, Move.RESERVE: 500, Move.COMMIT: 400, Move.SPEND: 300, Move.RELEASE_RESERVED: 60,
        Move.RELEASE_COMMITTED: 50, Move.REVERSE: 40, Move.RELINQUISH: 30,
    }  # fmt: skip
    assert set(moves) == set(Move)
    places = {place: sum(sign_of(move, place) * amount for move, amount in moves.items()) for place in Place}
    sums: dict[TransactionType, int] = defaultdict(int)
    for move, amount in moves.items():
        for each in transactions_of(move, date(2026, 5, 4), Money(amount, "EUR")):
            sums[each.kind] += each.amount.minor
    assert sums == {
        TransactionType.INCOMING_COMMITMENT: places[Place.USED],
        TransactionType.OUTGOING_COMMITMENT: places[Place.COMMITTED] + places[Place.SPENT],
        TransactionType.EXPENDITURE: places[Place.SPENT],
    }


@pytest.mark.parametrize(
    ("move", "told"),
    [
        (Move.AWARD, [(Type.INCOMING_COMMITMENT, 7)]),
        (Move.RELINQUISH, [(Type.INCOMING_COMMITMENT, -7)]),
        (Move.RESERVE, []),
        (Move.RELEASE_RESERVED, []),
        (Move.COMMIT, [(Type.OUTGOING_COMMITMENT, 7)]),
        (Move.RELEASE_COMMITTED, [(Type.OUTGOING_COMMITMENT, -7)]),
        (Move.SPEND, [(Type.EXPENDITURE, 7)]),
        (Move.REVERSE, [(Type.OUTGOING_COMMITMENT, -7), (Type.EXPENDITURE, -7)]),
    ],
)
def test_what_each_move_is(move: Move, told: list[tuple[TransactionType, int]]) -> None:
    found = list(transactions_of(move, date(2026, 5, 4), Money(7, "EUR")))
    assert [(each.kind, each.amount.minor) for each in found] == told
    assert {(each.day, each.amount.currency) for each in found} <= {(date(2026, 5, 4), "EUR")}


@pytest.mark.parametrize(
    ("sites", "while_open", "once_closed"),
    [
        ([], Status.PIPELINE, Status.CANCELLED),
        ([CALL], Status.PIPELINE, Status.CANCELLED),
        ([CALL, STOPPED], Status.PIPELINE, Status.CANCELLED),
        ([CALL, SELECTED], Status.IMPLEMENTATION, Status.CANCELLED),
        ([CALL, WORKS], Status.IMPLEMENTATION, Status.CANCELLED),
        ([WORKS, USED], Status.IMPLEMENTATION, Status.CLOSED),
        ([USED, STOPPED], Status.FINALISATION, Status.CLOSED),
        ([OVER], Status.FINALISATION, Status.CLOSED),
        ([STOPPED], Status.PIPELINE, Status.CANCELLED),
    ],
)
def test_how_far_it_has_come(
    sites: list[tuple[SiteStage, SiteOutcome | None]], while_open: ActivityStatus, once_closed: ActivityStatus
) -> None:
    assert status_of(sites, None) == while_open
    assert status_of(sites, date(2027, 1, 1)) == once_closed


@pytest.mark.parametrize(("identifier", "kind"), [("", ""), ("XM-DAC-99999", ""), ("", "10")])
def test_nothing_is_published_for_somebody_else(identifier: str, kind: str) -> None:
    nobody = Organisation(identifier=identifier, kind=kind, name="Office")
    assert "who reports" in str(why_not_publish(PublicationFormat.IATI, nobody))
    assert why_not_publish(PublicationFormat.HXL, nobody) is None


def test_who_is_registered_publishes() -> None:
    us = Organisation(identifier="XM-DAC-99999", kind="10", name="Office")
    assert [why_not_publish(wanted, us) for wanted in PublicationFormat] == [None, None]


@pytest.mark.parametrize(("days", "is_told"), [(0, True), (365, True), (366, True), (367, False), (700, False)])
def test_a_budget_is_told_of_a_project_of_a_year(days: int, is_told: bool) -> None:
    """366 days: a leap year with its last day."""
    assert (why_no_budget(START, START + timedelta(days)) is None) == is_told
