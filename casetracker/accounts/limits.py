"""How often something may be tried, counted in the database, or in Redis where one is set: all count the same tries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import delete, update

from casetracker.accounts import tries_in_redis
from casetracker.accounts.limit_rules import FORGOTTEN_AFTER, Limit, Tries, judge
from casetracker.accounts.models import AttemptLimit
from casetracker.core import clock, redis_server
from casetracker.core.commands import bookkeeping, insert_if_new
from casetracker.core.db import db


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One try: which limit it counts under, and of whom (an id, an e-mail address, a network address)."""

    limit: Limit
    subject: str

    @property
    def key(self) -> str:
        """What is stored: nobody reads from it who tried."""
        text = f"{self.limit.name}:{self.subject.strip().casefold()}"
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Taken:
    """`wait`: None where the try is open, else how long to wait. `reached`: the asks whose wait begins just now."""

    wait: timedelta | None
    reached: tuple[Ask, ...] = ()

    @property
    def minutes(self) -> int:
        """Whole minutes to wait, at least one."""
        return max(1, -((self.wait or timedelta()) // -timedelta(minutes=1)))

    @property
    def seconds(self) -> int:
        """Whole seconds to wait, at least one: for Retry-After."""
        return max(1, -((self.wait or timedelta()) // -timedelta(seconds=1)))


def take(*asks: Ask) -> Taken:
    """Count one try under every ask, before it is made; where one of them is not open, none is counted.

    Of any number of tries at once only as many pass as are open. Unavailable where they cannot be counted.
    """
    if not redis_server.is_set():
        return _take_in_database(*asks)
    answer: list[Taken] = []

    def decide(found: Mapping[str, Tries]) -> Mapping[str, Tries]:
        kept, taken = _judge(asks, found)
        answer[:] = [taken]
        return kept

    tries_in_redis.change(_keys(asks), decide)
    return answer[0]


def forgive(*asks: Ask) -> None:
    """The try went well: nothing is held against these any more."""
    if redis_server.is_set():
        tries_in_redis.change(_keys(asks), lambda found: dict.fromkeys(found, Tries()))
    else:
        _forgive_in_database(*asks)


def give_back(*asks: Ask) -> None:
    """The last try counts no more, earlier ones do: for an address, from which others failed."""
    if not asks:
        return
    if redis_server.is_set():
        tries_in_redis.change(_keys(asks), lambda found: {key: _less(tries) for key, tries in found.items()})
    else:
        _give_back_in_database(*asks)


def _keys(asks: tuple[Ask, ...]) -> list[str]:
    return sorted({ask.key for ask in asks})


def _judge(asks: tuple[Ask, ...], found: Mapping[str, Tries]) -> tuple[dict[str, Tries], Taken]:
    """(what to keep under which key, the answer)."""
    judged = {ask: judge(ask.limit, found[ask.key], clock.now()) for ask in sorted(asks, key=lambda ask: ask.key)}
    waits = [each.wait for each in judged.values() if each.wait is not None]
    kept = {ask.key: each.tries for ask, each in judged.items() if each.wait is not None or not waits}
    reached = tuple(ask for ask, each in judged.items() if each.is_reached)
    return kept, Taken(wait=max(waits, default=None), reached=reached)


def _less(tries: Tries) -> Tries:
    return replace(tries, times=tries.times[:-1])


@bookkeeping("counts of tries, so that nobody guesses on")
def _take_in_database(*asks: Ask) -> Taken:
    """The rows stay locked until this is kept."""
    kept, taken = _judge(asks, {key: _lock(key) for key in _keys(asks)})
    for key, tries in kept.items():
        _write(key, tries)
    return taken


@bookkeeping("counts of tries, so that nobody guesses on")
def _forgive_in_database(*asks: Ask) -> None:
    for key in _keys(asks):
        db.session.execute(delete(AttemptLimit).where(AttemptLimit.key == key))


@bookkeeping("counts of tries, so that nobody guesses on")
def _give_back_in_database(*asks: Ask) -> None:
    for key in _keys(asks):
        _write(key, _less(_lock(key)))


@bookkeeping("counts of tries, so that nobody guesses on")
def forget_old_tries() -> None:
    """Take away counts that were not touched for a day."""
    db.session.execute(delete(AttemptLimit).where(AttemptLimit.touched_at < clock.now() - FORGOTTEN_AFTER))


def _lock(key: str) -> Tries:
    """The tries so far; writing the row locks it on both databases."""
    now = clock.now()
    is_new = insert_if_new(AttemptLimit, key=key, times=[], strikes=0, refused_until=None, touched_at=now)
    if is_new:
        db.session.execute(delete(AttemptLimit).where(AttemptLimit.touched_at < now - FORGOTTEN_AFTER))
    query = update(AttemptLimit).where(AttemptLimit.key == key).values(touched_at=now)
    row = db.session.execute(
        query.returning(AttemptLimit.times, AttemptLimit.strikes, AttemptLimit.refused_until)
    ).one_or_none()
    if row is None:  # old, and cleared away by somebody else in this moment
        return _lock(key)
    return Tries(times=tuple(row.times), strikes=row.strikes, refused_until=row.refused_until)


def _write(key: str, tries: Tries) -> None:
    query = update(AttemptLimit).where(AttemptLimit.key == key)
    db.session.execute(query.values(times=list(tries.times), strikes=tries.strikes, refused_until=tries.refused_until))
