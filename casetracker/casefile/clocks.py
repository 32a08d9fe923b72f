"""What is due on a case: found by reading, done by `tick`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from casetracker.cases import queries as cases
from casetracker.cases.commands import raise_coming_of_age
from casetracker.cases.models import Case
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.dossiers.models import Dossier
from casetracker.grants import queries as grants
from casetracker.grants.commands import write_relinquish
from casetracker.grants.states import Clock
from casetracker.plans.commands import write_grant_lapsed
from casetracker.programmes.queries import get_programme
from casetracker.returns.queries import return_facts


@dataclass(frozen=True)
class DueWork:
    """One thing to record, and the function that does it inside the tick's command."""

    what: str
    do: Callable[..., object]


def find_work(dossier_id: str, day: date) -> list[DueWork]:
    """What is due on the case by this day. While it is suspended the clocks stand still and nothing is, until the
    programme's eligible period is over: that stands still for nobody (domain, "A case, step by step")."""
    case = db.session.get(Case, dossier_id)
    if case is None or (case.suspended_on is not None and not _is_period_over(dossier_id, day)):
        return []
    work: list[DueWork] = []
    known = return_facts(dossier_id)
    for due in grants.list_due(dossier_id, day):
        person = known.get(due.person_id)
        if not due.is_over or (due.clock == "contact" and person and person.contact_on):
            continue
        work.append(DueWork("lapse", _lapse(dossier_id, due.grant_id, due.clock)))
    for _dossier, grant_id in grants.list_leftovers(dossier_id):
        work.append(DueWork("leftover", _leftover(grant_id)))
    if cases.list_coming_of_age(day, dossier_id):
        work.append(DueWork("coming of age", _coming_of_age(dossier_id, day)))
    return work


def _is_period_over(dossier_id: str, day: date) -> bool:
    programme_id = db.session.get_one(Dossier, dossier_id).programme_id
    return programme_id is not None and get_programme(programme_id).eligible_until < day


def _lapse(dossier_id: str, grant_id: str, which: Clock) -> Callable[..., object]:
    def do(*, actor: Actor) -> object:
        return write_grant_lapsed(dossier_id, grant_id, which, actor=actor)

    return do


def _leftover(grant_id: str) -> Callable[..., object]:
    """Money that was released after the grant was closed goes back to the programme."""

    def do(*, actor: Actor) -> object:
        return write_relinquish(grant_id, "", actor=actor)

    return do


def _coming_of_age(dossier_id: str, day: date) -> Callable[..., object]:
    def do(*, actor: Actor) -> object:
        return raise_coming_of_age(dossier_id, day, actor=actor)

    return do
