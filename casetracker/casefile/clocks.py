"""What is due on a case: found by reading, done by `tick`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from casetracker.cases import queries as cases
from casetracker.cases.commands import raise_coming_of_age
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
    """One thing to record (of which grant, if of one), and the function that does it inside the tick's command."""

    what: str
    do: Callable[..., object]
    grant_id: str | None = None


def find_work(dossier_id: str, day: date) -> list[DueWork]:
    """What is due on the case by this day.

    While it is suspended the clocks stand still, but neither birthdays nor the programme's eligible period do: once
    that is over, what is left of every grant lapses, also where no clock ran (domain, "A case, step by step").
    """
    is_over = _is_period_over(dossier_id, day)
    work = _lapses(dossier_id, day) if cases.find_suspended(dossier_id) is None or is_over else []
    if is_over:
        ended = {each.grant_id for each in work}
        left = [grant for grant in grants.list_grants(dossier_id) if grant.is_open and grant.id not in ended]
        work += [_lapse(dossier_id, grant.id, None) for grant in left if grant.left]
    for _dossier, grant_id in grants.list_leftovers(dossier_id):
        work.append(DueWork("leftover", _leftover(grant_id)))
    if cases.list_coming_of_age(day, dossier_id):
        work.append(DueWork("coming of age", _coming_of_age(dossier_id, day)))
    return work


def _lapses(dossier_id: str, day: date) -> list[DueWork]:
    known = return_facts(dossier_id)
    work: list[DueWork] = []
    for due in grants.list_due(dossier_id, day):
        person = known.get(due.person_id)
        if due.is_over and not (due.clock == "contact" and person and person.contact_on):
            work.append(_lapse(dossier_id, due.grant_id, due.clock))
    return work


def _is_period_over(dossier_id: str, day: date) -> bool:
    programme_id = db.session.get_one(Dossier, dossier_id).programme_id
    return programme_id is not None and get_programme(programme_id).eligible_until < day


def _lapse(dossier_id: str, grant_id: str, which: Clock | None) -> DueWork:
    def do(*, actor: Actor) -> object:
        return write_grant_lapsed(dossier_id, grant_id, which, actor=actor)

    return DueWork("lapse", do, grant_id)


def _leftover(grant_id: str) -> Callable[..., object]:
    """Money that was released after the grant was closed goes back to the programme."""

    def do(*, actor: Actor) -> object:
        return write_relinquish(grant_id, "", actor=actor)

    return do


def _coming_of_age(dossier_id: str, day: date) -> Callable[..., object]:
    def do(*, actor: Actor) -> object:
        return raise_coming_of_age(dossier_id, day, actor=actor)

    return do
