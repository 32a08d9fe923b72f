"""How often something may be tried, as pure arithmetic on the moments of earlier tries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=24)
"""Strikes of somebody who did not try for so long are forgotten."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """`windows`: at most so many tries in any span so long. `is_slower`: each time it is reached, the next wait is
    twice as long (up to an hour) and half as many tries are open after it."""

    name: str
    windows: tuple[tuple[int, timedelta], ...]
    is_slower: bool = False


SIGN_IN = Limit(name="sign-in", windows=((10, timedelta(minutes=5)),), is_slower=True)
"""Passwords, for each account and for each address."""
FACTOR = Limit(name="factor", windows=((5, timedelta(minutes=5)), (20, timedelta(hours=1))))
"""Codes of the second factor, for each account: at the sign-in and once signed in apart."""
LINK = Limit(name="link", windows=((3, timedelta(hours=1)),))
"""One-time links by mail, for each account; addresses by LINKS_OF_ADDRESS."""
LINKS_OF_ADDRESS = Limit(name="links-of-address", windows=((20, timedelta(hours=1)),))
"""One-time links asked for from one address, behind which a whole office may sit."""

CASES_OPENED = Limit(name="cases-opened", windows=((500, timedelta(hours=1)),))
"""Different cases that one signed-in person opens: more than anybody works on, fewer than a copy of all needs."""
SEARCHES = Limit(name="searches", windows=((120, timedelta(minutes=5)),))
"""Pages of lists with words searched for, for each person."""
DOWNLOADS = Limit(name="downloads", windows=((300, timedelta(hours=1)),))
"""Documents taken away, for each person."""
EXPORTS = Limit(name="exports", windows=((30, timedelta(hours=1)),))
"""Histories and lists exported, for each person; one at a time."""
DRAWS = Limit(name="draws", windows=((60, timedelta(hours=1)),))
"""Samples drawn or drawn again, which reads the whole record, and their form opened, for each person; one at a time."""


@dataclass(frozen=True, kw_only=True)
class Tries:
    """What is kept of earlier tries: moments in milliseconds since 1970, oldest first."""

    times: tuple[int, ...] = ()
    strikes: int = 0
    refused_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Judged:
    """`tries` is what to keep; `wait` how long to wait, or None where the try is open. `is_reached` is True for the
    one try with which a wait begins."""

    tries: Tries
    wait: timedelta | None = None
    is_reached: bool = False


def judge(limit: Limit, tries: Tries, now: datetime) -> Judged:
    """Whether one more try is open now; an open one is counted at once, so that tries at the same time count too."""
    if tries.refused_until is not None and now < tries.refused_until:
        return Judged(tries=tries, wait=tries.refused_until - now)
    moment = (now - EPOCH) // timedelta(milliseconds=1)
    if tries.times and moment - tries.times[-1] > FORGOTTEN_AFTER // timedelta(milliseconds=1):
        tries = Tries()
    longest = max(span for _most, span in limit.windows) // timedelta(milliseconds=1)
    kept = tuple(time for time in tries.times if time > moment - longest) or tries.times[-1:]
    tries = replace(tries, times=kept, refused_until=None)
    for most, span in limit.windows:
        wait = _wait(limit, tries, most, span, moment)
        if wait is not None:
            held = replace(tries, strikes=tries.strikes + 1, refused_until=now + wait)
            return Judged(tries=held, wait=wait, is_reached=True)
    return Judged(tries=replace(tries, times=(*kept, moment)))


def _wait(limit: Limit, tries: Tries, most: int, span: timedelta, moment: int) -> timedelta | None:
    if limit.is_slower:
        most = max(1, most >> tries.strikes)
    inside = [time for time in tries.times if time > moment - span // timedelta(milliseconds=1)]
    if len(inside) < most:
        return None
    if limit.is_slower:
        return min(span * (1 << min(tries.strikes, 10)), LONGEST_WAIT)
    return timedelta(milliseconds=inside[-most] - moment) + span
