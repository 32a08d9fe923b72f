"""Many processes against one budget line: no cent over, nothing twice, nothing lost, each refusal for its reason."""

from __future__ import annotations

import argparse
import time

from casetracker.core.db import db
from stress.places import new_place
from tests.conftest import DIALECTS
from tests.money.judging import Verdict
from tests.money.running import Storm


def run(options: argparse.Namespace) -> bool:
    """True if the model agrees, and does not agree once locks and constraints are taken away."""
    held = True
    for dialect in DIALECTS:
        if options.dialect in (None, dialect):
            print(
                f"  {dialect}: {options.writers} processes, {options.acts} submissions and approvals each", flush=True
            )
            held = _run_on(dialect, options, is_bare=False) and held
            held = _run_on(dialect, options, is_bare=True) and held
    return held


def _run_on(dialect: str, options: argparse.Namespace, *, is_bare: bool) -> bool:
    with new_place(dialect) as place:
        app = place.program(place.copy("storm"))
        storm = Storm(app, place.folder, dialect, cases=options.cases, projects=options.projects)
        if is_bare:
            storm.take_guards_away()
        started = time.monotonic()
        acts = min(options.acts, 60) if is_bare else options.acts
        storm.run(processes=options.writers, counted=acts, seed=options.seed)
        seconds = time.monotonic() - started
        verdict = storm.judge()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    return _tell(verdict, seconds, is_bare=is_bare)


def _tell(verdict: Verdict, seconds: float, *, is_bare: bool) -> bool:
    without = "without locks and constraints: " if is_bare else ""
    counted = verdict.figures["submissions"] + verdict.figures["approvals"]
    print(f"    {without}{counted} in {seconds:.0f} s ({counted / seconds:.0f}/s): "
          + ", ".join(f"{count} {name}" for name, count in verdict.figures.items()), flush=True)  # fmt: skip
    if is_bare:
        print(f"    {'found' if verdict.wrong else 'NOT FOUND'}: {verdict.wrong[:3]}", flush=True)
        return bool(verdict.wrong)
    for word, count in sorted(verdict.refusals.items()):
        print(f"      {count:6} {word}")
    for wrong in verdict.wrong:
        print(f"    WRONG {wrong}")
    return not verdict.wrong
