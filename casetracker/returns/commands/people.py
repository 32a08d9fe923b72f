"""The people whom an act of this room is about, with what is known of each, as the rules judge them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from casetracker.cases.queries import get_case, list_persons
from casetracker.cases.states import PersonFacts
from casetracker.core.actor import Actor
from casetracker.core.commands import lock
from casetracker.core.errors import NotFound
from casetracker.dossiers.commands import add_point
from casetracker.dossiers.events import PointRaised
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.states import PointKind
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.returns.queries import return_facts
from casetracker.returns.states import ReturnFacts, Traveller


@dataclass(frozen=True, kw_only=True)
class Known:
    """A person with what is known of the way home."""

    person: PersonFacts
    facts: ReturnFacts

    @property
    def traveller(self) -> Traveller:
        """As the rules of the journey judge the person."""
        return Traveller(name=self.person.name, is_active=self.person.is_active, known=self.facts)


def lock_people(dossier_id: str) -> dict[str, Known]:
    """person id -> what is known, in the persons' order; nobody else logs on this dossier until the end."""
    lock(Dossier, dossier_id)
    facts = return_facts(dossier_id)
    return {p.id: Known(person=p, facts=facts[p.id]) for p in list_persons(dossier_id)}


def chosen(people: dict[str, Known], person_ids: Iterable[str]) -> list[Known]:
    """Those named, in the persons' order; NotFound for somebody of another dossier."""
    wanted = set(person_ids)
    if wanted - set(people):
        raise NotFound("person of this case")
    return [known for person_id, known in people.items() if person_id in wanted]


def names_of(known: Iterable[Known]) -> str:
    """Their names in one line, for an event's sentence."""
    return ", ".join(each.person.name for each in known)


def is_retroactive(dossier_id: str) -> bool:
    """Whether the case was opened for somebody who had returned without applying."""
    return get_case(dossier_id).is_retroactive


def raise_point(
    dossier_id: str,
    text: str,
    params: dict[str, Any],
    person_id: str | None,
    actor: Actor,
    *,
    part: Part = Part.SHARED,
) -> None:
    """Put a point on the case that must be cleared before money moves again, with its own event.

    It holds up the money of that person's grants; without a person (None), all money of the case. A shared one is
    seen by both sides, for money of both waits for it: its text names days and persons, nothing else. One of the
    sending side's is seen by that side, and holds up what that side does.
    """
    subject = None if person_id is None else ("person", person_id)
    point = add_point(dossier_id, PointKind.CORRECTION, text, params, part=part, subject=subject, blocks_money=True)
    record(PointRaised(owner_id=dossier_id, part=part, person_id=person_id, point_id=point.id), actor=actor)


def spoken(day: date | None) -> str:
    """A day as the parameter of a stored sentence."""
    return day.isoformat() if day else "–"
