"""kill -9 in a storm of writes: no half act, chains whole, every answered act there, and what nobody was answered."""

from __future__ import annotations

import argparse
import time

from casetracker.core.db import db
from stress.places import new_place
from tests.conftest import DIALECTS
from tests.money.killing import Killed, kill_and_judge
from tests.money.running import Storm


def run(options: argparse.Namespace) -> bool:
    """True if nothing was lost, undone or done twice."""
    held = [_run_on(dialect, options) for dialect in DIALECTS if options.dialect in (None, dialect)]
    return all(held)


def _run_on(dialect: str, options: argparse.Namespace) -> bool:
    with new_place(dialect) as place:
        app = place.program(place.copy("storm"))
        storm = Storm(app, place.folder, dialect, cases=options.cases, projects=options.projects)
        started = time.monotonic()
        killed = kill_and_judge(storm, writers=min(options.writers, 8), kills=options.kills, seed=options.seed)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    return _tell(dialect, killed, time.monotonic() - started)


def _tell(dialect: str, killed: Killed, seconds: float) -> bool:
    figures, undone = killed.verdict.figures, killed.in_flight - killed.was_done
    print(f"  {dialect}: {killed.kills} kills in {seconds:.0f} s: {figures['tried']} acts answered", flush=True)
    wrong, heads = len(killed.verdict.wrong), figures["signed heads"]
    print(
        f"    {figures['taken']} in the record, {figures['cents over']} cents over, {wrong} wrong, {heads} signed heads"
    )
    print(f"    {killed.in_flight} in flight and not answered: {killed.was_done} done whole, {undone} not at all")
    found = ", ".join(f"{count} {word}" for word, count in sorted(killed.found_again.items()))
    print(f"    sent again with the same token: {found}")
    for each in killed.verdict.wrong:
        print(f"    WRONG {each}")
    return not killed.verdict.wrong
