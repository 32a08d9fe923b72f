"""What factories build is built once per worker: every test begins on a copy of the database as they left it.

A factory marked `@built_once` that is called before its test has written anything moves the test's transaction to such
a copy. What it answers, and every row, is as if it had run; only the work of running it is not done again.
"""

from __future__ import annotations

import copy
import functools
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, event

from casetracker.core import clock, ids
from casetracker.core.db import db
from casetracker.core.wiring import wire_engine

P = ParamSpec("P")
R = TypeVar("R")
READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA", "SET", "SHOW")
KEPT = 24
"""How many copies a worker keeps of each dialect; the one that nobody asked for the longest goes first."""


class CanCopy(Protocol):
    """Whoever makes and takes away databases."""

    def copy(self, name: str, source: str = ...) -> str:
        """A copy of the database `source` called `name`; its address."""

    def drop(self, name: str) -> None:
        """Take a database away."""

    def prepare(self, engine: Engine) -> None:
        """Make an engine cheap."""


@dataclass
class Ground:
    """A database that holds what a row of factories built, and nothing else; tests roll back what they write to it."""

    name: str
    engine: Engine
    under: Ground | None = None
    key: str = ""
    built: dict[str, tuple[Any, Ground]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    """Calls that fail here."""


class Grounds:
    """The grounds of one program: the bottom is empty."""

    def __init__(self, app: Flask, place: CanCopy | None = None, bottom: str = "") -> None:
        self.app, self.place = app, place
        with app.app_context():
            self.bottom = Ground(bottom, db.engine)
        self._numbers = itertools.count(1)
        self._kept: list[Ground] = []

    @property
    def signs(self) -> bool:
        """Whether the program signs a head after each command."""
        return bool(self.app.config["SEAL_AFTER_COMMIT"])

    def above(self, ground: Ground, key: str, build: Callable[[], Any]) -> tuple[Any, Ground]:
        """What `build` answers on this ground, and the ground it leaves; built when first asked for."""
        if key not in ground.built:
            assert self.place
            name = f"ground{next(self._numbers)}"
            if ground is self.bottom:  # as empty as the template, and its connection stays
                url = self.place.copy(name)
            else:
                ground.engine.dispose()
                url = self.place.copy(name, ground.name)
            engine = create_engine(url, **self.app.config["SQLALCHEMY_ENGINE_OPTIONS"])
            wire_engine(engine)
            self.place.prepare(engine)
            _engines()[None] = engine
            try:
                answer = build()
            except Exception:
                db.session.rollback()
                engine.dispose()
                self.place.drop(name)
                raise
            db.session.rollback()
            ground.built[key] = answer, Ground(name, engine, ground, key)
        answer, found = ground.built[key]
        if found in self._kept:
            self._kept.remove(found)
        self._kept.append(found)
        self._forget()
        return answer, found

    def _forget(self) -> None:
        while len(self._kept) > KEPT:
            oldest = next(each for each in self._kept if not each.built)
            self._kept.remove(oldest)
            assert oldest.under
            del oldest.under.built[oldest.key]
            oldest.engine.dispose()
            assert self.place
            self.place.drop(oldest.name)

    def close(self) -> None:
        """Let go of every connection."""
        for ground in (self.bottom, *self._kept):
            ground.engine.dispose()

    __hash__ = object.__hash__


class Standing:
    """A test's transaction, which is undone at its end, and the ground that it stands on."""

    def __init__(self, grounds: Grounds) -> None:
        self.grounds, self.ground, self.has_written = grounds, grounds.bottom, False

    def enter(self, ground: Ground) -> None:
        """Begin on this ground."""
        self.ground, self.has_written = ground, False
        self.connection: Connection = ground.engine.connect().execution_options(ct_begin="write")
        self.outer = self.connection.begin()
        event.listen(self.connection, "before_cursor_execute", self._note)
        _engines()[None] = self.connection

    def leave(self) -> None:
        """Undo what was written."""
        self.outer.rollback()
        self.connection.close()

    def _note(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not self.has_written and not statement.lstrip().upper().startswith(READS):
            self.has_written = True

    def stands_after(self, key: str, build: Callable[[], R]) -> R:
        """As if `build` had just run."""
        ground = self.ground
        if key in ground.refused:
            return build()
        db.session.rollback()
        self.leave()
        global _standing
        _standing = None
        try:
            answer, above = self.grounds.above(ground, key, build)
        except Exception:
            ground.refused.add(key)  # never kept: a test that expects the refusal gets it from the factory itself
            self.enter(ground)
            return build()
        finally:
            _standing = self
        self.enter(above)
        return cast(R, copy.deepcopy(answer))


_standing: Standing | None = None


_usual_clock = clock._source


def use_clock(source: Callable[[], datetime]) -> None:
    """From now on the program's clock in this process, for every test that does not stop it."""
    global _usual_clock
    _usual_clock = clock._source = source


@contextmanager
def by_the_earlier_clock() -> Iterator[None]:
    """Inside, it is no later than by this process's clock, nor than by that of a program that is served beside it."""
    usual = clock._source
    clock._source = lambda: min(usual(), datetime.now(UTC))
    try:
        yield
    finally:
        clock._source = usual


def stand(standing: Standing | None) -> Standing | None:
    """From now on factories ask `standing`; whom they asked before."""
    global _standing
    before, _standing = _standing, standing
    return before


def _engines() -> dict[str | None, Engine | Connection]:
    return cast(dict[str | None, Engine | Connection], db.engines)


def built_once(func: Callable[P, R]) -> Callable[P, R]:
    """A factory that writes by commands alone and answers with ids (no rows): see the module."""

    @functools.wraps(func)
    def build(*args: P.args, **kwargs: P.kwargs) -> R:
        # A test that stops the clock, draws its ids from a seed or signs what it writes means every step to be done
        # there and then: another one has not its key.
        is_usual = clock._source is _usual_clock and ids._source is ids._random_bytes
        if _standing is None or _standing.has_written or not is_usual or _standing.grounds.signs:
            return func(*args, **kwargs)
        days = [clock.today(zone) for zone in ("UTC", "Europe/Kyiv")]
        key = f"{func.__module__}.{func.__qualname__} {args!r} {kwargs!r} {days}"
        return _standing.stands_after(key, lambda: func(*args, **kwargs))

    return build
