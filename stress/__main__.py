"""`python -m stress NAME`: runs one of the long tries, or all of them."""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections.abc import Callable

from stress import access, bundles, kill, life, manipulations, money, mutants, record

TRIES: dict[str, Callable[[argparse.Namespace], bool]] = {
    "access": access.run,
    "bundles": bundles.run,
    "kill": kill.run,
    "life": life.run,
    "manipulations": manipulations.run,
    "money": money.run,
    "mutants": mutants.run,
    "record": record.run,
}


def main() -> int:
    """0 if everything held."""
    parser = argparse.ArgumentParser(prog="python -m stress", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(TRIES), help="without it: all of them")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**8))
    parser.add_argument("--dialect", choices=["sqlite", "postgresql"], help="without it: both")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--limit", type=int, help="so many manipulations at most, evenly chosen")
    parser.add_argument("--requests", type=int, default=50_000, help="requests over all processes, per database")
    parser.add_argument("--events", type=int, default=1_000_000, help="size of the synthetic record")
    parser.add_argument("--writers", type=int, default=32, help="processes that write at the same time")
    parser.add_argument("--acts", type=int, default=2_000, help="submissions and approvals of each writer")
    parser.add_argument("--cases", type=int, default=8, help="cases under the one budget line")
    parser.add_argument("--projects", type=int, default=2, help="projects under it")
    parser.add_argument("--kills", type=int, default=200, help="processes killed in the storm")
    parser.add_argument("--steps", type=int, default=100_000, help="steps of the state machine over all processes")
    parser.add_argument("--most", type=int, default=0, help="so many mutants, chosen by the seed; without it: all")
    parser.add_argument("--module", default="", help="mutants of modules whose name holds this, like plans/rules")
    options = parser.parse_args()
    held = True
    for name in [options.name] if options.name else TRIES:
        started = time.monotonic()
        print(f"{name}: seed {options.seed}", flush=True)
        is_well = TRIES[name](options)
        print(f"{name}: {'held' if is_well else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
        held = held and is_well
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
