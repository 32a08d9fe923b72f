"""Money moves award → reserve → commit → spend; never a cent more than is there, whoever asks at the same time."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from casetracker.accounts.events import OfficeEdited
from casetracker.core import ids
from casetracker.core.commands import add, command
from casetracker.core.db import db
from casetracker.core.errors import HistoryFault, Refused
from casetracker.events.recording import record
from casetracker.events.states import DossierEvent, Event
from casetracker.ledger import posting, queries
from casetracker.ledger.entry_queries import load_entries
from casetracker.ledger.models import LedgerBalance, LedgerEntry, LedgerPosting
from casetracker.ledger.posting import why_not_post
from casetracker.ledger.states import MOVES, Move, Phase, Totals
from tests.core.offices import OPERATOR, new_dossier, new_office
from tests.core.test_tokens import THREADS, in_threads

SUBJECT = ("test", "1")


@command
def start(ceilings: tuple[int, ...] = (100,)) -> tuple[str, list[str]]:
    """A dossier and accounts of its own under these ceilings; returns their ids."""
    office = new_office("Tallinn")
    record(OfficeEdited(owner_id=office.id), actor=OPERATOR)
    dossier = new_dossier(office)
    db.session.flush()
    accounts = [posting.open_account(dossier.id, "EUR", ceiling) for ceiling in ceilings]
    record(_event(dossier.id), actor=OPERATOR)
    return dossier.id, accounts


def _event(dossier_id: str) -> Event:
    from casetracker.dossiers.events import DossierRestricted

    return DossierRestricted(owner_id=dossier_id, is_restricted=False, reason="")


@command
def move(move: Move, amounts: dict[str, int], dossier_id: str) -> None:
    """One posting with its event."""
    posting.post(move, amounts, owner_id=dossier_id, subject=SUBJECT)
    record(_event(dossier_id), actor=OPERATOR)


def four(account_id: str) -> tuple[int, int, int, int]:
    """Awarded, reserved, committed, spent."""
    totals = queries.get_totals(account_id)
    return totals.awarded, totals.reserved, totals.committed, totals.spent


@pytest.mark.usefixtures("app")
def test_the_way_of_money() -> None:
    dossier, [account] = start()
    steps = [
        (Move.AWARD, 100, (100, 0, 0, 0)),
        (Move.RESERVE, 60, (40, 60, 0, 0)),
        (Move.RELEASE_RESERVED, 10, (50, 50, 0, 0)),
        (Move.COMMIT, 50, (50, 0, 50, 0)),
        (Move.RELEASE_COMMITTED, 5, (55, 0, 45, 0)),
        (Move.SPEND, 45, (55, 0, 0, 45)),
        (Move.REVERSE, 15, (70, 0, 0, 30)),
        (Move.RELINQUISH, 70, (0, 0, 0, 30)),
    ]
    assert {step[0] for step in steps} == set(MOVES)
    for kind, amount, expected in steps:
        move(kind, {account: amount}, dossier)
        assert four(account) == expected, kind
    kept = [(row.posting.move, row.amount) for row in load_entries(account, named=False).items]
    assert kept == [(kind, amount) for kind, amount, _ in steps]
    totals = queries.get_totals(account)
    assert (totals.used, totals.unallotted, totals.left) == (30, 70, 0)


@pytest.mark.parametrize("kind", list(Move))
def test_one_cent_more_than_is_there(app: Flask, kind: Move) -> None:
    dossier, [account] = start()
    source, _target = MOVES[kind]
    way = {Phase.AWARDED: [], Phase.RESERVED: [Move.RESERVE], Phase.COMMITTED: [Move.RESERVE, Move.COMMIT],
           Phase.SPENT: [Move.RESERVE, Move.COMMIT, Move.SPEND]}  # fmt: skip
    if source is not None:
        for earlier in [Move.AWARD, *way[source]]:
            move(earlier, {account: 100}, dossier)
    before = four(account), counted()
    with pytest.raises(Refused, match=r"1\.01"):
        move(kind, {account: 101}, dossier)
    assert (four(account), counted()) == before
    move(kind, {account: 100}, dossier)


@pytest.mark.usefixtures("app")
def test_a_cent_is_posted_for_its_subject_and_told_by_its_id() -> None:
    dossier, [account] = start()

    @command
    def awards() -> str:
        posted = posting.post(Move.AWARD, {account: 1}, owner_id=dossier, subject=("grant", "g1"))
        record(_event(dossier), actor=OPERATOR)
        return posted

    made = db.session.get_one(LedgerPosting, awards())
    assert (made.subject_kind, made.subject_id, made.move) == ("grant", "g1", Move.AWARD)
    assert four(account) == (1, 0, 0, 0)


@pytest.mark.usefixtures("app")
def test_a_locked_balance_is_read_anew() -> None:
    dossier, [account] = start()

    @command
    def looks_twice() -> int:
        seen = db.session.get_one(LedgerBalance, account)
        cursor = db.session.connection().connection.cursor()
        cursor.execute(f"UPDATE ledger_balance SET awarded = 7 WHERE account_id = '{account}'")
        record(_event(dossier), actor=OPERATOR)
        now = posting.lock_balances([account])[account].awarded
        assert seen.awarded == now
        return now

    assert looks_twice() == 7, "what somebody else's transaction wrote since is what is judged"


def counted() -> int:
    """How many entries stand."""
    return db.session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


@pytest.mark.usefixtures("app")
def test_one_account_too_small_refuses_all() -> None:
    dossier, [first, second] = start((100, 50))
    with pytest.raises(Refused):
        move(Move.AWARD, {first: 51, second: 51}, dossier)
    assert four(first) == four(second) == (0, 0, 0, 0)
    move(Move.AWARD, {first: 50, second: 50}, dossier)
    assert queries.get_totals(first).unallotted == 50 and queries.get_totals(second).unallotted == 0


@pytest.mark.usefixtures("app")
def test_only_positive_amounts_move() -> None:
    dossier, [account] = start()
    for amount in (0, -1):
        with pytest.raises(ValueError, match="positive"):
            move(Move.AWARD, {account: amount}, dossier)
    assert counted() == 0


@pytest.mark.usefixtures("app")
def test_a_ceiling_never_falls_below_what_is_used() -> None:
    dossier, [account] = start()
    move(Move.AWARD, {account: 60}, dossier)

    @command
    def lower(ceiling: int) -> None:
        posting.set_ceiling(account, ceiling)
        record(_event(dossier), actor=OPERATOR)

    with pytest.raises(Refused, match="cannot go below"):
        lower(59)
    assert queries.get_totals(account).ceiling == 100
    lower(60)
    assert queries.get_totals(account).unallotted == 0


@pytest.mark.parametrize("values", [{"awarded": 101}, {"awarded": 60, "spent": 41}, {"reserved": -1}, {"ceiling": -1}])
def test_the_database_holds_the_line_too(app: Flask, values: dict[str, Any]) -> None:
    dossier, [account] = start()

    @command
    def forces() -> None:
        record(_event(dossier), actor=OPERATOR)
        db.session.execute(update(LedgerBalance).where(LedgerBalance.account_id == account).values(**values))

    with pytest.raises(IntegrityError):
        forces()
    assert four(account) == (0, 0, 0, 0)


@pytest.mark.usefixtures("app")
def test_entries_are_positive_and_only_grow() -> None:
    dossier, [account] = start()
    move(Move.AWARD, {account: 60}, dossier)
    entry = db.session.scalars(select(LedgerEntry)).one()

    @command
    def negative() -> None:
        at = db.session.scalars(select(LedgerPosting)).one()
        add(LedgerEntry(id=ids.new_id(), owner_id=dossier, posting_id=at.id, account_id=account, amount=-1))
        record(_event(dossier), actor=OPERATOR)

    @command
    def changes(amount: int | None) -> None:
        kept = db.session.get_one(LedgerEntry, entry.id)
        if amount is None:
            db.session.delete(kept)
        else:
            kept.amount = amount
        record(_event(dossier), actor=OPERATOR)

    with pytest.raises(IntegrityError):
        negative()
    for amount in (59, None):
        with pytest.raises(Exception, match=r"only grows|permission denied"):
            changes(amount)
    assert four(account) == (60, 0, 0, 0) and counted() == 1


@pytest.mark.usefixtures("app")
def test_money_moves_inside_a_command_alone() -> None:
    with pytest.raises(HistoryFault):
        posting.open_account(None, "EUR", 100)
    with pytest.raises(HistoryFault):
        posting.post(Move.AWARD, {"x": 1}, owner_id="x", subject=SUBJECT)


def test_the_sentence_says_what_is_left() -> None:
    totals = Totals("a", "EUR", 100, awarded=60, reserved=10)
    assert why_not_post(Move.AWARD, 30, totals) is None
    assert str(why_not_post(Move.AWARD, 31, totals)) != "None"
    assert why_not_post(Move.RESERVE, 60, totals) is None
    assert why_not_post(Move.RESERVE, 61, totals) is not None
    with pytest.raises(ValueError, match="two currencies"):
        totals.plus(Totals("b", "UAH", 1))


def test_for_the_last_cent_only_one_of_many_wins(fresh_app: Flask) -> None:
    dossier, [account] = start((THREADS * 10,))
    move(Move.AWARD, {account: 10}, dossier)
    results = in_threads(fresh_app, lambda _n: move(Move.RESERVE, {account: 10}, dossier))
    assert results.count(None) == 1
    assert all(isinstance(result, Refused) for result in results if result is not None), results
    assert four(account) == (0, 10, 0, 0)


def test_many_at_once_lose_nothing(fresh_app: Flask) -> None:
    dossier, [first, second] = start((THREADS * 10, THREADS * 10))
    results = in_threads(
        fresh_app,
        lambda n: move(Move.AWARD, {first: 10, second: 10} if n % 2 else {second: 10, first: 10}, dossier),
    )
    assert results == [None] * THREADS
    assert four(first) == four(second) == (THREADS * 10, 0, 0, 0)
    assert isinstance(_event(dossier), DossierEvent)
