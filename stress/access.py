"""50,000 requests drawn from every cell of who × address × method × sort of case: nothing leaks, nothing is wrong."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from casetracker.core.db import db
from tests.access.canaries import Painter
from tests.access.cells import Access, Seen, drawn
from tests.access.world import build, undone
from tests.conftest import DIALECTS, PostgresForAll, _demonstration, rolled_back
from tests.conftest import Places as Databases
from tests.databases import postgres

AT_ONCE = 500
"""Requests after which what they left is undone: rows that one transaction changes ever again become slow to read."""


class _Server(PostgresForAll):
    """A server that this run has started already."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._stack = ExitStack()


def run(options: argparse.Namespace) -> bool:
    """True if nothing leaked and every answer was the one that its cell must get."""
    wanted = options.requests
    held = [_run_on(dialect, options, wanted) for dialect in DIALECTS if options.dialect in (None, dialect)]
    return all(held)


def _run_on(dialect: str, options: argparse.Namespace, wanted: int) -> bool:
    started = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="casetracker-stress-")))
        server = stack.enter_context(postgres()) if dialect == "postgresql" else None
        shares = [(dialect, folder, server, options.seed + n, wanted // options.processes, n, options.processes)
                  for n in range(options.processes)]  # fmt: skip
        context = multiprocessing.get_context("fork")
        with context.Pool(options.processes) as pool:
            found = pool.starmap(_share, shares, chunksize=1)
    return _tell(dialect, found, time.monotonic() - started)


def _share(
    dialect: str, folder: Path, server: str | None, seed: int, count: int, number: int, of: int
) -> tuple[Seen, int]:
    """One process with a world of its own: every `of`-th cell of one shuffled order, so that no two ask the same."""
    own = folder / f"process-{os.getpid()}"
    own.mkdir()
    databases = Databases(own, _Server(server))
    app = _demonstration(databases, dialect, folder, "world")
    with app.app_context():
        world = build(app)
        db.session.remove()
    with rolled_back(app):
        access = Access(world, Painter(world).paint())
        total = sum(1 for _ in access.all_cells())
        choice = random.Random(seed)  # a draw that can be repeated, not a secret
        mine = islice(drawn(access, count * of, seed - number), number, None, of)
        while batch := list(islice(mine, AT_ONCE)):
            access.begin_anew()
            with undone(app):
                for cell in batch:
                    access.try_cell(cell, choice)
    return access.seen, total


def _tell(dialect: str, found: list[tuple[Seen, int]], seconds: float) -> bool:
    cells = set().union(*(seen.addresses for seen, _total in found))
    requests = sum(seen.requests for seen, _total in found)
    leaks = [leak for seen, _total in found for leak in seen.leaks]
    wrong = [each for seen, _total in found for each in seen.wrong]
    words = set().union(*(seen.found.keys() for seen, _total in found))
    print(f"  {dialect}: {requests} requests in {seconds:.0f} s; {len(cells)} of {found[0][1]} cells; "
          f"{len(words)} words met by who may read them; {len(leaks)} leaks; {len(wrong)} wrong answers")  # fmt: skip
    for line, count in Counter([*leaks, *wrong]).most_common(30):
        print(f"    {count:5} {line}")
    return not leaks and not wrong and requests > 0
