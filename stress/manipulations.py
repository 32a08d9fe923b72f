"""Every manipulation of tests/audit/manipulations.py, one at a time, on both databases: each is found and named."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections import Counter
from typing import Any

from stress.places import new_place
from tests.audit.conftest import build_original, open_original
from tests.audit.manipulations import manipulations
from tests.audit.tampering import Bare
from tests.conftest import DIALECTS, Place

Outcome = tuple[str, str, str, str]
"""Kind, what, outcome, and what verification said first."""


def run(options: argparse.Namespace) -> bool:
    """True if nothing was missed."""
    held = [_run_on(dialect, options) for dialect in DIALECTS if options.dialect in (None, dialect)]
    return all(held)


def _run_on(dialect: str, options: argparse.Namespace) -> bool:
    with new_place(dialect) as place:
        shared = place.folder / "shared"
        shared.mkdir()
        made = build_original(place, shared)
        if dialect == "sqlite":
            for file in shared.glob("*.sqlite3"):
                file.rename(place.folder / file.name)
        original = open_original(place, made)
        bare = Bare(original.copy("looked", "unguarded"))
        total = sum(1 for _ in manipulations(bare, options.seed))
        bare.close()
        started = time.monotonic()
        step = max(1, -(-total // options.limit)) if options.limit else 1
        shares = [range(number * step, total, options.processes * step) for number in range(options.processes)]
        context = multiprocessing.get_context("fork")
        with context.Pool(options.processes) as pool:
            jobs = [(place, made, share, options.seed) for share in shares]
            outcomes = [outcome for found in pool.starmap(_try_share, jobs) for outcome in found]
        return _tell(dialect, outcomes, time.monotonic() - started)


def _try_share(place: Place, made: dict[str, Any], share: range, seed: int) -> list[Outcome]:
    """This process's share, each on a copy of its own."""
    original = open_original(place, made)
    bare = Bare(original.copy(f"looked{os.getpid()}", "unguarded"))
    chosen = [m for number, m in enumerate(manipulations(bare, seed)) if number in share]
    bare.close()
    outcomes = []
    for manipulation in chosen:
        outcome, findings = original.outcome_of(manipulation, name=f"tampered{os.getpid()}")
        outcomes.append((manipulation.kind, manipulation.what, outcome, str(findings[0]) if findings else "nothing"))
    return outcomes


def _tell(dialect: str, outcomes: list[Outcome], seconds: float) -> bool:
    counts = Counter(outcome for _kind, _what, outcome, _first in outcomes)
    told = ", ".join(f"{counts[name]} {name}" for name in ("found", "refused", "missed"))
    print(f"  {dialect}: {len(outcomes)} manipulations in {seconds:.0f} s: {told}")
    for kind, count in sorted(Counter(kind for kind, *_ in outcomes).items()):
        print(f"    {count:5} {kind}")
    for kind, what, outcome, first in outcomes:
        if outcome == "missed":
            print(f"    MISSED {kind} ({what}): {first}")
    return not counts["missed"] and counts["found"] > 0
