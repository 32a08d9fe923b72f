"""The arithmetic of tries to the millisecond, and how many of each kind are open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from casetracker.accounts import limit_rules
from casetracker.accounts.limit_rules import FACTOR, LINK, SIGN_IN, Limit, Tries, judge

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE, INSTANT = timedelta(minutes=1), timedelta(milliseconds=1)
MOST = {
    "sign-in": ((10, 5),),
    "factor": ((5, 5), (20, 60)),
    "link": ((3, 60),),
    "links-of-address": ((20, 60),),
    "cases-opened": ((500, 60),),
    "searches": ((120, 5),),
    "downloads": ((300, 60),),
    "exports": ((30, 60),),
    "draws": ((60, 60),),
}
"""(tries, minutes) of each limit."""
KNOWN = [each for each in vars(limit_rules).values() if isinstance(each, Limit)]


def after(moment: datetime, *ago: timedelta, strikes: int = 0) -> Tries:
    """Tries made so long before a moment, oldest first."""
    return Tries(times=tuple((moment - span - limit_rules.EPOCH) // INSTANT for span in ago), strikes=strikes)


@pytest.mark.parametrize("limit", KNOWN, ids=lambda limit: limit.name)
def test_how_many_of_each_are_open(limit: Limit) -> None:
    assert tuple((most, span // MINUTE) for most, span in limit.windows) == MOST[limit.name]
    assert limit.is_slower == (limit.name == "sign-in")


def test_moments_are_milliseconds_since_1970() -> None:
    assert judge(LINK, Tries(), datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)).tries.times == (1000,)


@pytest.mark.parametrize(("rest", "strikes"), [(timedelta(hours=24), 3), (timedelta(hours=24) + INSTANT, 0)])
def test_strikes_are_forgotten_after_a_day(rest: timedelta, strikes: int) -> None:
    assert judge(SIGN_IN, after(NOW, rest, strikes=3), NOW).tries.strikes == strikes


def test_only_what_still_counts_is_kept() -> None:
    hour = timedelta(hours=1)
    kept = judge(FACTOR, after(NOW, 2 * hour, hour, hour - INSTANT, 45 * MINUTE, MINUTE), NOW).tries
    assert kept == after(NOW, hour - INSTANT, 45 * MINUTE, MINUTE, timedelta())
    rested = judge(FACTOR, after(NOW, 3 * hour, 2 * hour), NOW).tries
    assert rested == after(NOW, 2 * hour, timedelta()), "the last one tells how long somebody has rested"


def test_the_wait_ends_when_the_oldest_try_leaves_the_span() -> None:
    tries = after(NOW, 4 * MINUTE, 3 * MINUTE, 2 * MINUTE, MINUTE, MINUTE)
    judged = judge(FACTOR, tries, NOW)
    assert judged.wait == MINUTE and judged.is_reached and judged.tries.refused_until == NOW + MINUTE
