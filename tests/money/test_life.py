"""The state machine over the life of money, a few examples of it; `python -m stress life` takes many steps."""

from __future__ import annotations

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from casetracker.core.db import db
from tests.conftest import Places
from tests.money.life import life_of
from tests.money.world import World, build_world

FEW = settings(
    max_examples=5, stateful_step_count=20, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def settled(app: Flask) -> World:
    """One case, with real commits."""
    with app.app_context():
        try:
            return build_world(1, room=0.5)
        finally:
            db.session.remove()


def test_every_act_comes_out_as_the_small_ledger_says(places: Places) -> None:
    app = places.program("sqlite", "life")
    machine = life_of(app, settled(app))
    run_state_machine_as_test(machine, settings=FEW)
    assert machine.steps > 40
