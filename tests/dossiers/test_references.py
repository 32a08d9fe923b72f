"""References run without a gap, also when several cases are opened at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from casetracker.core.db import db
from tests.factories.accounts import make_people
from tests.factories.cases import playroom_case

THREADS, EACH = 4, 3


def test_no_gap_and_no_twin_under_concurrency(fresh_app: Flask) -> None:
    people = make_people()
    db.session.remove()

    def open_cases(_number: int) -> list[str]:
        with fresh_app.app_context():
            try:
                return [playroom_case(people).reference for _ in range(EACH)]
            finally:
                db.session.remove()

    with ThreadPoolExecutor(THREADS) as pool:
        references = [reference for each in pool.map(open_cases, range(THREADS)) for reference in each]
    numbers = sorted(int(reference.rpartition("-")[2]) for reference in references)
    assert numbers == list(range(1, THREADS * EACH + 1))
