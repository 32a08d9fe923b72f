"""The table of moves and the sums of an account, without a database."""

from __future__ import annotations

import pytest

from casetracker.ledger.posting import why_not_post
from casetracker.ledger.states import MOVES, Move, Phase, Place, Totals, sign_of

TOTALS = Totals("a", "EUR", 1_000, awarded=400, reserved=30, committed=20, spent=100)


def test_where_each_move_goes_from_and_to() -> None:
    ways = {
        f"{move}: {source or '-'} > {target or '-'}" for move, (source, target) in MOVES.items()
    }  # fmt: skip
    assert ways == {
        "award: - > awarded",
        "reserve: awarded > reserved",
        "commit: reserved > committed",
        "spend: committed > spent",
        "release_reserved: reserved > awarded",
        "release_committed: committed > awarded",
        "reverse: spent > awarded",
        "relinquish: awarded > -",
    }
    assert set(MOVES) == set(Move)


def test_all_four_places_count_against_the_ceiling() -> None:
    assert (TOTALS.used, TOTALS.unallotted, TOTALS.left) == (550, 450, 400)
    assert Totals("a", "EUR", 7) == Totals("a", "EUR", 7, awarded=0, reserved=0, committed=0, spent=0)


def test_two_accounts_of_one_currency_add_up_place_by_place() -> None:
    other = Totals("b", "EUR", 5, awarded=1, reserved=2, committed=3, spent=4)
    assert TOTALS.plus(other) == Totals("a", "EUR", 1_005, awarded=401, reserved=32, committed=23, spent=104)
    with pytest.raises(ValueError, match="two currencies"):
        TOTALS.plus(Totals("b", "UAH", 5))


def test_each_figure_of_an_account_is_asked_by_its_place() -> None:
    figures = {place: TOTALS.of(place) for place in Place}
    assert figures == {
        Place.AWARDED: 400, Place.RESERVED: 30, Place.COMMITTED: 20, Place.SPENT: 100, Place.USED: 550,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("move", "signs"),
    [
        (Move.AWARD, {Place.AWARDED: 1, Place.USED: 1}),
        (Move.RESERVE, {Place.AWARDED: -1, Place.RESERVED: 1}),
        (Move.COMMIT, {Place.RESERVED: -1, Place.COMMITTED: 1}),
        (Move.SPEND, {Place.COMMITTED: -1, Place.SPENT: 1}),
        (Move.RELEASE_RESERVED, {Place.RESERVED: -1, Place.AWARDED: 1}),
        (Move.RELEASE_COMMITTED, {Place.COMMITTED: -1, Place.AWARDED: 1}),
        (Move.REVERSE, {Place.SPENT: -1, Place.AWARDED: 1}),
        (Move.RELINQUISH, {Place.AWARDED: -1, Place.USED: -1}),
    ],
)
def test_what_a_move_adds_and_takes(move: Move, signs: dict[Place, int]) -> None:
    assert {place: sign_of(move, place) for place in Place} == {place: signs.get(place, 0) for place in Place}


@pytest.mark.parametrize(
    ("move", "stands"),
    [
        (Move.RESERVE, 400),
        (Move.RELINQUISH, 400),
        (Move.COMMIT, 30),
        (Move.RELEASE_RESERVED, 30),
        (Move.SPEND, 20),
        (Move.RELEASE_COMMITTED, 20),
        (Move.REVERSE, 100),
    ],
)
def test_a_move_takes_what_stands_where_it_comes_from(move: Move, stands: int) -> None:
    assert why_not_post(move, stands, TOTALS) is None
    said = str(why_not_post(move, stands + 1, TOTALS))
    assert said == f"{stands // 100}.{stands % 100 + 1:02d} EUR is more than the {stands / 100:.2f} EUR that is left."
    assert (MOVES[move][0] == Phase.AWARDED) == (stands == TOTALS.awarded)


def test_an_award_takes_what_the_ceiling_leaves() -> None:
    assert why_not_post(Move.AWARD, 450, TOTALS) is None
    assert str(why_not_post(Move.AWARD, 451, TOTALS)) == (
        "4.51 EUR is more than the 4.50 EUR that the ceiling of 10.00 EUR leaves."
    )
