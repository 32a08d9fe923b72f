"""The same form sent twice acts once, however many send it at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from casetracker.accounts.models import Office
from casetracker.core.commands import FormToken
from casetracker.core.db import db
from casetracker.core.errors import Conflict, Refused
from casetracker.events.models import EventRow
from tests.core.offices import OTHER, OpenPlace, open_place, rename

THREADS = 16


def in_threads(app: Flask, call: Callable[[int], Any], count: int = THREADS) -> list[Any]:
    """What each of `count` threads got from `call(number)` at the same moment, or the exception it met."""
    start = threading.Barrier(count)

    def run(number: int) -> Any:
        with app.app_context():
            start.wait(30)
            try:
                return call(number)
            except Exception as error:  # what a thread met is the result that the test looks at
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_a_repeat_gets_the_first_result(app: Flask) -> None:
    cmd = OpenPlace(token="t" * 32, name="Tallinn")
    first = open_place(cmd)
    assert open_place(cmd) == first
    assert db.session.scalar(select(func.count()).select_from(Office)) == 1
    assert db.session.scalar(select(func.count()).select_from(EventRow)) == 1


def test_other_content_or_another_person_is_refused(app: Flask) -> None:
    open_place(OpenPlace(token="t" * 32, name="Tallinn"))
    with pytest.raises(Refused, match="already sent with other content"):
        open_place(OpenPlace(token="t" * 32, name="Tartu"))
    with pytest.raises(Refused):
        open_place(OpenPlace(token="t" * 32, name="Tallinn"), actor=OTHER)
    assert list(db.session.scalars(select(Office.name))) == ["Tallinn"]


def test_a_failed_act_gives_its_token_back(app: Flask) -> None:
    open_place(OpenPlace(name="Tallinn"))
    cmd = OpenPlace(token="t" * 32, name="Tallinn")
    with pytest.raises(Exception, match=r"(?i)unique"):
        open_place(cmd)
    assert db.session.scalar(select(func.count()).select_from(FormToken)) == 0


def test_sixteen_at_once_act_once(fresh_app: Flask) -> None:
    cmd = OpenPlace(token="t" * 32, name="Tallinn")
    results = in_threads(fresh_app, lambda _number: open_place(cmd))
    assert len(set(results)) == 1 and isinstance(results[0], str), results
    assert db.session.scalar(select(func.count()).select_from(Office)) == 1
    assert db.session.scalar(select(func.count()).select_from(EventRow)) == 1


def test_of_sixteen_who_read_one_version_one_writes(fresh_app: Flask) -> None:
    office_id = open_place(OpenPlace(name="Tallinn"))
    results = in_threads(fresh_app, lambda number: rename(office_id, f"Office {number}", 1))
    assert results.count(None) == 1
    assert sum(isinstance(result, Conflict) for result in results) == THREADS - 1
    assert db.session.get_one(Office, office_id).version == 2


def test_sixteen_writers_make_one_whole_chain(fresh_app: Flask) -> None:
    office_id = open_place(OpenPlace(name="Tallinn"))
    assert in_threads(fresh_app, lambda number: rename(office_id, f"Office {number}")) == [None] * THREADS
    numbers = list(db.session.scalars(select(EventRow.seq).order_by(EventRow.seq)))
    assert numbers == list(range(1, THREADS + 2))
