"""The only clock: aware UTC moments for the record, days in an office's zone for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def _real() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _real
_past: ContextVar[datetime | None] = ContextVar("past", default=None)


def now() -> datetime:
    """This moment, aware, in UTC; the past one where somebody looks back."""
    return _past.get() or _source()


def today(zone: str = "UTC") -> date:
    """This day in the zone named (IANA name, e.g. Europe/Tallinn)."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Everything inside happens at `moment` (aware). For demonstration data and tests only."""
    global _source
    if moment.tzinfo is None:
        raise ValueError("the clock takes aware moments only")
    before, _source = _source, lambda: moment
    try:
        yield
    finally:
        _source = before


@contextmanager
def looking_back(moment: datetime) -> Iterator[None]:
    """Inside, and for nobody else, it is `moment` (aware): for pages that show how things stood. Nothing is written."""
    if moment.tzinfo is None:
        raise ValueError("the clock takes aware moments only")
    token = _past.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _past.reset(token)
