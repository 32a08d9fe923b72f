"""How often something may be tried: the arithmetic, what is counted, and that tries at once do not slip through."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from casetracker.accounts import limits
from casetracker.accounts.limit_rules import FACTOR, LINK, SIGN_IN, Limit, Tries, judge
from casetracker.accounts.limits import Ask
from casetracker.accounts.models import AttemptLimit
from casetracker.core import clock
from casetracker.core.db import db

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def opened(limit: Limit, moments: list[datetime]) -> list[bool]:
    """Which of the tries at these moments are open, one after another."""
    tries, found = Tries(), []
    for moment in moments:
        judged = judge(limit, tries, moment)
        tries = judged.tries
        found.append(judged.wait is None)
    return found


@pytest.mark.parametrize(("limit", "most", "span"), [(SIGN_IN, 10, 5), (FACTOR, 5, 5), (LINK, 3, 60)])
def test_so_many_in_any_span_and_not_one_more(limit: Limit, most: int, span: int) -> None:
    assert opened(limit, [NOW] * (most + 3)) == [True] * most + [False] * 3
    late = NOW + span * MINUTE
    spread = [NOW + span * MINUTE * number / (most + 1) for number in range(most)]
    assert opened(limit, [*spread, late - timedelta(seconds=1)]) == [True] * most + [False]
    assert opened(limit, [*spread, late]) == [True] * (most + 1), "the first has left the span"


def test_codes_are_twenty_in_an_hour() -> None:
    every_minute_and_a_bit = [NOW + number * timedelta(seconds=75) for number in range(48)]
    assert sum(opened(FACTOR, every_minute_and_a_bit)) == 20


def test_each_time_the_wait_is_longer_and_fewer_tries_are_open() -> None:
    tries, waits, moment, counts = Tries(), [], NOW, []
    for _round in range(7):
        count = 0
        while (judged := judge(SIGN_IN, tries, moment)).wait is None:
            tries, count = judged.tries, count + 1
        assert judged.is_reached
        again = judge(SIGN_IN, judged.tries, moment + judged.wait - timedelta(seconds=1))
        assert again.wait == timedelta(seconds=1) and not again.is_reached, "told of once"
        waits.append(judged.wait // MINUTE)
        counts.append(count)
        tries, moment = judged.tries, moment + judged.wait
    assert waits == [5, 10, 20, 40, 60, 60, 60] and counts == [10, 5, 2, 1, 1, 1, 1]
    rested = judge(SIGN_IN, tries, moment + timedelta(hours=25))
    assert rested.wait is None and rested.tries.strikes == 0 and len(rested.tries.times) == 1


def test_nothing_is_counted_where_one_of_two_is_not_open(app: Flask) -> None:
    account, address = Ask(limit=LINK, subject="a@example.org"), Ask(limit=SIGN_IN, subject="192.0.2.1")
    for _number in range(3):
        assert limits.take(account, address).wait is None
    taken = limits.take(account, address)
    assert taken.wait is not None and taken.reached == (account,) and taken.minutes <= 60 and taken.seconds > 60
    assert limits.take(account, address).reached == ()
    kept = {row.key: len(row.times) for row in db.session.scalars(select(AttemptLimit))}
    assert kept == {account.key: 3, address.key: 3}
    limits.give_back(address)
    limits.forgive(account)
    kept = {row.key: len(row.times) for row in db.session.scalars(select(AttemptLimit))}
    assert kept == {address.key: 2}
    assert limits.take(Ask(limit=LINK, subject=" A@Example.org "), address).wait is None


def test_old_counts_are_forgotten(app: Flask) -> None:
    limits.take(Ask(limit=LINK, subject="a@example.org"))
    with clock.at(clock.now() + timedelta(hours=25)):
        limits.take(Ask(limit=LINK, subject="b@example.org"))
    assert len(db.session.scalars(select(AttemptLimit)).all()) == 1


def test_thirty_two_at_once_are_ten(fresh_app: Flask) -> None:
    barrier = Barrier(16)

    def two(_number: int) -> int:
        with fresh_app.app_context():
            barrier.wait()
            try:
                ask = Ask(limit=SIGN_IN, subject="one account")
                return sum(limits.take(ask).wait is None for _again in range(2))
            finally:
                db.session.remove()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(two, range(16))) == 10
