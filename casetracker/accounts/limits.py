"""How often something may be tried, counted in the database: every process and machine counts the same tries."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, update

from casetracker.accounts.limit_rules import FORGOTTEN_AFTER, Judged, Limit, Tries, judge
from casetracker.accounts.models import AttemptLimit
from casetracker.core import clock
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


@bookkeeping("counts of tries, so that nobody guesses on")
def take(*asks: Ask) -> Taken:
    """Count one try under every ask, before it is made; where one of them is not open, none is counted.

    The rows stay locked until this is kept, so of any number of tries at once only as many pass as are open.
    """
    judged = {ask: _judge(ask) for ask in sorted(asks, key=lambda ask: ask.key)}
    waits = [each.wait for each in judged.values() if each.wait is not None]
    for ask, each in judged.items():
        if each.wait is not None or not waits:
            _write(ask, each.tries)
    return Taken(wait=max(waits, default=None), reached=tuple(ask for ask, each in judged.items() if each.is_reached))


@bookkeeping("counts of tries, so that nobody guesses on")
def forgive(*asks: Ask) -> None:
    """The try went well: nothing is held against these any more."""
    for ask in sorted(asks, key=lambda ask: ask.key):
        db.session.execute(delete(AttemptLimit).where(AttemptLimit.key == ask.key))


@bookkeeping("counts of tries, so that nobody guesses on")
def give_back(*asks: Ask) -> None:
    """The last try counts no more, earlier ones do: for an address, from which others failed."""
    for ask in sorted(asks, key=lambda ask: ask.key):
        tries = _lock(ask)
        _write(ask, Tries(times=tries.times[:-1], strikes=tries.strikes, refused_until=tries.refused_until))


@bookkeeping("counts of tries, so that nobody guesses on")
def forget_old_tries() -> None:
    """Take away counts that were not touched for a day."""
    db.session.execute(delete(AttemptLimit).where(AttemptLimit.touched_at < clock.now() - FORGOTTEN_AFTER))


def _judge(ask: Ask) -> Judged:
    return judge(ask.limit, _lock(ask), clock.now())


def _lock(ask: Ask) -> Tries:
    """The tries so far; writing the row locks it on both databases."""
    now = clock.now()
    is_new = insert_if_new(AttemptLimit, key=ask.key, times=[], strikes=0, refused_until=None, touched_at=now)
    if is_new:
        db.session.execute(delete(AttemptLimit).where(AttemptLimit.touched_at < now - FORGOTTEN_AFTER))
    query = update(AttemptLimit).where(AttemptLimit.key == ask.key).values(touched_at=now)
    row = db.session.execute(
        query.returning(AttemptLimit.times, AttemptLimit.strikes, AttemptLimit.refused_until)
    ).one_or_none()
    if row is None:  # old, and cleared away by somebody else in this moment
        return _lock(ask)
    return Tries(times=tuple(row.times), strikes=row.strikes, refused_until=row.refused_until)


def _write(ask: Ask, tries: Tries) -> None:
    query = update(AttemptLimit).where(AttemptLimit.key == ask.key)
    db.session.execute(query.values(times=list(tries.times), strikes=tries.strikes, refused_until=tries.refused_until))
