"""What higher rooms write on a case inside their own commands, which record the event."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from casetracker.cases import events, queries
from casetracker.cases.models import Person
from casetracker.cases.states import PersonStatus
from casetracker.core.actor import Actor
from casetracker.core.commands import command, lock
from casetracker.core.errors import N_
from casetracker.dossiers.commands import add_point
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import PointKind
from casetracker.events.recording import record

GROWN_UP = N_("%(name)s turned 18: take the consent in person, and check guardian and own case.")


def write_person_status(dossier_id: str, person_id: str, status: PersonStatus, day: date, reason: str | None) -> Person:
    """Set what became of a person, from a day; active again clears day and reason. The caller records."""
    queries.get_person_row(dossier_id, person_id)
    person = lock(Person, person_id)
    is_active = status == PersonStatus.ACTIVE
    person.status = status
    person.status_on, person.status_reason = (None, None) if is_active else (day, reason)
    return person


def write_programme(dossier_id: str, programme_id: str) -> Dossier:
    """Set the case's programme; the caller has judged it, and records ProgrammeChosen."""
    dossier = lock(Dossier, dossier_id)
    dossier.programme_id = programme_id
    return dossier


@command
def fix_adulthood(dossier_id: str, signed_on: date, *, actor: Actor, person_ids: Collection[str] | None = None) -> None:
    """Fix by the age at the return application who is adult: of these persons (all where none is named),
    where it is not fixed yet."""
    require_open(actor, dossier_id)
    lock(Dossier, dossier_id)
    for person in queries.person_rows(dossier_id):
        wanted = person_ids is None or person.id in person_ids
        if wanted and person.adult_at_application is None:
            person.adult_at_application = queries.is_adult_on(person, signed_on)
    record(events.AdulthoodFixed(owner_id=dossier_id, day=signed_on), actor=actor)


def raise_coming_of_age(dossier_id: str, day: date, *, actor: Actor) -> int:
    """Put a task on the case for each child who is 18 by the day, one event each. Returns how many."""
    found = queries.list_coming_of_age(day, dossier_id)
    for person in found:
        name = queries.facts_of(person, day).name
        subject = (queries.COMING_OF_AGE, person.id)
        add_point(dossier_id, PointKind.TASK, GROWN_UP, {"name": name}, subject=subject)
        record(events.PersonCameOfAge(owner_id=dossier_id, person_id=person.id, name=name), actor=actor)
    return len(found)
