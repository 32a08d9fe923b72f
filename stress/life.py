"""A state machine over the life of grants, plans, requests, payments and reversals: 100,000 steps against the model."""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from casetracker.core.db import db
from tests.conftest import DIALECTS, Place
from tests.databases import postgres
from tests.money.life import life_of
from tests.money.world import build_world

LENGTH = 60
"""Steps of one example at most."""
Found = tuple[int, Counter[tuple[str, str]], str]
"""Steps, what was done how often, and what was found (nothing, if all held)."""


def run(options: argparse.Namespace) -> bool:
    """True if program and model agreed after every step; without a dialect on SQLite alone, where nobody waits."""
    dialects = [dialect for dialect in DIALECTS if (options.dialect or "sqlite") == dialect]
    held = [_run_on(dialect, options) for dialect in dialects]
    return all(held)


def _run_on(dialect: str, options: argparse.Namespace) -> bool:
    started = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="casetracker-stress-")))
        server = stack.enter_context(postgres()) if dialect == "postgresql" else None
        share = -(-options.steps // options.processes)
        jobs = [(dialect, folder / str(n), server, share, options.seed + n) for n in range(options.processes)]
        with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
            found = pool.starmap(_live, jobs)
    seconds = time.monotonic() - started
    steps = sum(each[0] for each in found)
    print(f"  {dialect}: {steps} steps in {seconds:.0f} s ({steps / seconds:.0f}/s)", flush=True)
    said: Counter[tuple[str, str]] = Counter()
    for _steps, each, wrong in found:
        said.update(each)
        if wrong:
            print(f"    WRONG {wrong}")
    for (act, word), count in sorted(said.items()):
        print(f"    {count:7} {act}: {word}")
    return steps >= options.steps and not any(wrong for _steps, _said, wrong in found)


def _live(dialect: str, folder: Path, server: str | None, steps: int, start: int) -> Found:
    """This process's share, on a database of its own: examples until so many steps were made."""
    folder.mkdir()
    place = Place(dialect, folder, server)
    app = place.program(place.copy("life"))
    with app.app_context():
        world = build_world(1, room=0.5)
        db.session.remove()
    machine, wrong, number = life_of(app, world), "", 0
    few = settings(
        max_examples=20, stateful_step_count=LENGTH, deadline=None, database=None, print_blob=False,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    while machine.steps < steps and not wrong:
        number += 1
        try:
            run_state_machine_as_test(seed(start * 100_000 + number)(machine), settings=few)
        except Exception as error:  # whatever it is, it is what was found
            wrong = f"{type(error).__name__}: {error} {getattr(error, '__notes__', '')}"[:2000]
    return machine.steps, machine.said, wrong
