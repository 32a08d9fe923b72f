"""`make benchmark`: what pages, exports and commands cost for much data against little, on both databases.

Nothing here judges: it prints. CPU seconds are this process's own (SQLite works inside it, PostgreSQL's server does not
count); each figure is the median of several, and large and small are measured in the same run, so that their ratio
holds on any machine.
"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from casetracker.accounts.queries import get_actor
from casetracker.casefile import commands as casefile
from casetracker.casefile.states import NoteSide
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.states import Sight
from casetracker.exports.case_history import export_case
from casetracker.exports.states import ExportFormat
from tests.conftest import DIALECTS, Place
from tests.databases import postgres
from tests.factories.accounts import People, sign_in
from tests.factories.cases import Family, playroom_case
from tests.factories.disbursements import Payable, payable, submitted
from tests.statements import counted

FEW, MANY = 20, 400
FEW_EVENTS, MANY_EVENTS = 5, 500
FEW_WAITING, MANY_WAITING = 2, 20
TIMES = 15


@dataclass(frozen=True)
class Cost:
    """One run of something: CPU milliseconds, and how many statements it sent."""

    cpu: float
    statements: int


def cost_of(run: Callable[[], object]) -> Cost:
    """The median of several runs, after some that warm up."""
    for _number in range(4):
        run()
    spent = []
    gc.collect()
    for _number in range(TIMES):
        began = time.process_time()
        run()
        spent.append((time.process_time() - began) * 1000)
    with counted() as sent:
        run()
    return Cost(statistics.median(spent), len(sent))


def page(client: FlaskClient, address: str) -> Callable[[], object]:
    """Asks for the page, which has to answer."""

    def run() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            sys.exit(f"{address} answered {answer.status_code}")

    return run


def write_notes(family: Family, actor: Actor, count: int) -> None:
    """So many notes on the case: one event each."""
    for number in range(count):
        cmd = casefile.WriteNote(
            dossier_id=family.dossier_id, side=NoteSide.SHARED, text=f"Note {number}", day=_today(), person_id=None
        )
        casefile.write_note(cmd, actor=actor)


def _today() -> date:
    return clock.today("UTC")


@contextmanager
def program(dialect: str, folder: Path, server: str) -> Iterator[Flask]:
    """The program on an empty database, with real commits."""
    place = Place(dialect, folder, server)
    app = place.program(place.copy("benchmark"))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
    place.close()


def rate(run: Callable[[int], None], count: int) -> float:
    """How many a second, of this process's CPU."""
    began = time.process_time()
    run(count)
    return count / (time.process_time() - began)


def measure(app: Flask) -> None:
    """Everything, in the order in which the database grows."""
    case = payable()
    people: People = case.people
    worker, reader = app.test_client(), app.test_client()
    sign_in(worker, people.caseworker_tallinn)
    sign_in(reader, people.supervisor_kyiv)
    cases = [playroom_case(people) for _number in range(FEW)]
    lists = ("/cases/", "/cases/?search=Andriy", "/cases/?overdue=1", "/")
    few = [cost_of(page(worker, address)) for address in lists]
    creating = rate(lambda count: cases.extend(playroom_case(people) for _number in range(count)), MANY - FEW)
    words = (f"Case list of {MANY} against {FEW}", "Search", "Overdue cases", "My work")
    for name, before, address in zip(words, few, lists, strict=True):
        show(name, before, cost_of(page(worker, address)))
    of_events(worker, people, cases[0], cases[1])
    of_the_queue(reader, case)
    early, late = (rate(partial(write_notes, family, people.caseworker_tallinn), 50) for family in cases[:2])
    say(f"  {'Cases opened a second of CPU':52}{creating:8.0f}")
    say(f"  {f'Notes a second of CPU, with {FEW_EVENTS} events before them':52}{early:8.0f}")
    say(f"  {f'and with {MANY_EVENTS}':52}{late:8.0f}   x {early / late:.2f} longer each")


def of_events(client: FlaskClient, people: People, small: Family, large: Family) -> None:
    """A case with few events against one with many."""
    write_notes(small, people.caseworker_tallinn, FEW_EVENTS)
    write_notes(large, people.caseworker_tallinn, MANY_EVENTS)
    for name, suffix in (("Case page", ""), ("Timeline", "/timeline")):
        few, many = (cost_of(page(client, f"/cases/{each.reference}{suffix}")) for each in (small, large))
        show(f"{name}, {MANY_EVENTS} events against {FEW_EVENTS}", few, many)
    actor = get_actor(people.caseworker_tallinn.id)
    costs = []
    for family in (small, large):
        sight = sight_of(actor, family.reference)
        cost = cost_of(partial(export_csv, sight))
        costs.append(Cost(cost.cpu / export_csv(sight), cost.statements))
    show("Export as CSV, for each event", *costs)


def export_csv(sight: Sight) -> int:
    """The history as CSV; how many entries it holds."""
    export = export_case(sight, ExportFormat.CSV)
    export.file.close()
    return export.entries


def of_the_queue(client: FlaskClient, case: Payable) -> None:
    """Requests that wait: all of them stand in full on the page."""
    line = f"line:{case.planned.renovation}"
    for number in range(FEW_WAITING):
        submitted(case, (line, 10_00), purpose=f"Paint {number}")
    few = cost_of(page(client, "/approvals/"))
    for number in range(FEW_WAITING, MANY_WAITING):
        submitted(case, (line, 10_00), purpose=f"Paint {number}")
    show(f"Approvals, {MANY_WAITING} waiting against {FEW_WAITING}", few, cost_of(page(client, "/approvals/")))


def show(name: str, few: Cost, many: Cost) -> None:
    """One line: milliseconds of CPU and statements of both, and how much longer the large one takes."""
    times = f"{few.cpu:8.2f} ms {many.cpu:8.2f} ms   x {many.cpu / few.cpu:5.2f}"
    say(f"  {name:44}{times}   {few.statements:3} / {many.statements:3} statements")


def say(line: str) -> None:
    """At once, so that one sees how far it is."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Both databases, one after the other."""
    warnings.simplefilter("ignore")
    with ExitStack() as stack:
        server = stack.enter_context(postgres())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for dialect in DIALECTS:
            say(f"{dialect}: little, much, how many times as long")
            with program(dialect, folder, server) as app:
                measure(app)


if __name__ == "__main__":
    main()
