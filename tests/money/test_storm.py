"""A short storm: what `python -m stress money` and `python -m stress kill` do at length."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.money.killing import kill_and_judge
from tests.money.running import Storm

SEED = 20260301


@pytest.fixture
def served_app(fresh_app: Flask) -> Iterator[Flask]:
    """The program may be set as it is served; afterwards it is as before."""
    before = dict(fresh_app.config)
    yield fresh_app
    fresh_app.config.update(before)


def test_no_cent_over_nothing_twice_nothing_lost_also_when_killed(
    served_app: Flask, tmp_path: Path, dialect: str
) -> None:
    storm = Storm(served_app, tmp_path, dialect, cases=1, projects=1)
    storm.run(processes=4, counted=6, seed=SEED)
    killed = kill_and_judge(storm, writers=3, kills=3, seed=SEED)
    assert killed.verdict.wrong == []
    figures = killed.verdict.figures
    assert figures["cents over"] == 0 and figures["submissions"] + figures["approvals"] >= 24
    assert figures["taken in projects"] > 0 and figures["signed heads"] > 1
    assert killed.in_flight and sum(killed.found_again.values()) == killed.in_flight
    _found_out_without_guards(storm)


def _found_out_without_guards(storm: Storm) -> None:
    """Without locks and constraints the same storm does not hold: the judging sees what it is there for."""
    storm.take_guards_away()
    for attempt in range(4):
        storm.run(processes=4, counted=6, seed=SEED + 1 + attempt)
        if storm.judge().wrong:
            return
    raise AssertionError("nothing was found")
