"""What the clocks bring, recorded by the system: one command per case, repeatable."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from casetracker.casefile.clocks import find_work
from casetracker.cases.models import Case
from casetracker.core import clock, row_security
from casetracker.core.actor import SYSTEM, Actor, require
from casetracker.core.commands import command, lock
from casetracker.core.db import db
from casetracker.core.permissions import Permission
from casetracker.documents import queries as documents
from casetracker.documents import storage
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.states import CASE

LOOKED_BACK = 30
"""Days after an erasure in which the daily `tick` still looks for files that it should have taken away."""


def run(today: date | None = None) -> int:
    """Tick every case or project that has something due; returns how many changed. Running it again changes nothing."""
    day, changed = today or clock.today(), 0
    with row_security.reading(row_security.EVERYTHING):  # it looks before any command acts; nobody signed in
        ids = db.session.scalars(select(Dossier.id).where(Dossier.closed_on.is_(None)).order_by(Dossier.id)).all()
        for dossier_id in ids:
            if find_work(dossier_id, day):
                tick_case(dossier_id, day, actor=SYSTEM)
                changed += 1
    return changed


def remove_left_over_files(today: date | None = None) -> int:
    """Take away files of cases erased lately that a crash left behind; returns how many."""
    since = (today or clock.today()) - timedelta(days=LOOKED_BACK)
    with row_security.reading(row_security.EVERYTHING):  # the keys of files, whoever's they were
        keys = [key for key in documents.list_erased_keys(since) if storage.is_stored(key)]
    for key in keys:
        storage.remove(key)
    return len(keys)


@command
def tick_case(dossier_id: str, day: date, *, actor: Actor) -> None:
    """Record what is due on one case or project on this day: lapses of grants, tasks for children who came of age."""
    require(actor, Permission.CLOCKS_RUN)
    if lock(Dossier, dossier_id).kind == CASE:
        lock(Case, dossier_id)
    for work in find_work(dossier_id, day):
        work.do(actor=actor)
