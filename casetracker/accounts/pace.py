"""How much one signed-in person may ask for: far more than work needs, and whoever reaches it stands in the record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import delete, update

from casetracker.accounts import limits
from casetracker.accounts.commands.sessions import note_reading_held_up
from casetracker.accounts.limit_rules import CASES_OPENED, DOWNLOADS, DRAWS, EXPORTS, SEARCHES, Limit
from casetracker.accounts.limits import Ask
from casetracker.accounts.models import AttemptLimit
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.commands import bookkeeping, insert_if_new
from casetracker.core.db import db
from casetracker.core.errors import N_, TooMuch, Unavailable

WORDS = {
    CASES_OPENED.name: N_("cases opened"),
    SEARCHES.name: N_("searches"),
    DOWNLOADS.name: N_("documents taken away"),
    EXPORTS.name: N_("exports"),
    DRAWS.name: N_("samples drawn"),
}
LONGEST_ALONE = timedelta(minutes=5)
"""After which a heavy act that never said that it ended counts as broken off."""


def count(limit: Limit, actor: Actor) -> None:
    """Count one use before it is made; TooMuch, with the seconds to wait, where this person has had too many.

    Work goes on where uses cannot be counted for the moment (Redis is away): unlike a sign-in it was let in already.
    """
    try:
        taken = limits.take(Ask(limit=limit, subject=actor.id))
    except Unavailable:
        return
    if taken.wait is None:
        return
    if taken.reached:
        note_reading_held_up(limit.name, actor=actor)
    raise TooMuch(taken.seconds)


@contextmanager
def alone(limit: Limit, actor: Actor) -> Iterator[None]:
    """One heavy act of this kind and person at a time: a second one meanwhile is TooMuch."""
    key = Ask(limit=limit, subject=f"running: {actor.id}").key
    if not _begin(key):
        raise TooMuch(10)
    try:
        yield
    finally:
        _end(key)


@bookkeeping("one heavy act of a person at a time")
def _begin(key: str) -> bool:
    now = clock.now()
    if insert_if_new(AttemptLimit, key=key, times=[], strikes=0, refused_until=None, touched_at=now):
        return True
    broken_off = (AttemptLimit.key == key) & (AttemptLimit.touched_at < now - LONGEST_ALONE)
    taken_over = update(AttemptLimit).where(broken_off).values(touched_at=now).returning(AttemptLimit.key)
    return db.session.execute(taken_over).first() is not None


@bookkeeping("one heavy act of a person at a time")
def _end(key: str) -> None:
    db.session.execute(delete(AttemptLimit).where(AttemptLimit.key == key))
