"""Departure, not departed and arrival of each person; corrections of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, current_unit, lock
from casetracker.core.errors import N_, NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.queries import require_open
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.returns import events, queries, rules
from casetracker.returns.commands.people import (
    chosen,
    is_retroactive,
    lock_people,
    raise_point,
    spoken,
)  # fmt: skip
from casetracker.returns.models import Journey

ArrivalHook = Callable[[str, date], None]
_after_arrival: list[ArrivalHook] = []


def after_arrival(hook: ArrivalHook) -> ArrivalHook:
    """A room above is told of each arrival (person id, day) inside the command, before its event is recorded:
    what it writes in the shared part belongs to that event. Registered when the room is loaded."""
    if hook not in _after_arrival:
        _after_arrival.append(hook)
    return hook


CorrectionHook = Callable[[str, date, date | None], None]
_after_correction: list[CorrectionHook] = []


def after_corrected_arrival(hook: CorrectionHook) -> CorrectionHook:
    """The same for an arrival whose day was corrected (person id, day before, day now; None: there was none)."""
    if hook not in _after_correction:
        _after_correction.append(hook)
    return hook


def write_departure(dossier_id: str, person_id: str, departed_on: date, *, transit: str | None = None) -> Journey:
    """The person departed, inside the running command, which has judged it and records the event."""
    journey = _journey(dossier_id, person_id)
    journey.departed_on, journey.transit = departed_on, transit
    journey.not_departed_on, journey.not_departed_reason = None, None
    return journey


def write_not_departed(dossier_id: str, person_id: str, not_departed_on: date, reason: str) -> Journey:
    """The person did not depart, inside the running command, which has judged it and records the event."""
    journey = _journey(dossier_id, person_id)
    journey.not_departed_on, journey.not_departed_reason = not_departed_on, reason
    return journey


def write_arrival(
    dossier_id: str,
    person_id: str,
    arrived_on: date,
    *,
    place: str | None = None,
    document_id: str | None = None,
) -> Journey:
    """The person arrived, inside the running command, which has judged it and records the event."""
    journey = _journey(dossier_id, person_id)
    journey.arrived_on, journey.arrival_place, journey.arrival_document_id = arrived_on, place, document_id
    for hook in _after_arrival:
        hook(person_id, arrived_on)
    return journey


@dataclass(frozen=True, kw_only=True)
class LogArrival(Command):
    """Persons who arrived on one day at one place; the proof is optional."""

    dossier_id: str
    person_ids: tuple[str, ...]
    arrived_on: date
    place: str | None
    upload: Upload | None


@command
def log_arrival(cmd: LogArrival, *, actor: Actor) -> None:
    """Enter the arrival of each person, one event each; either office may."""
    require(actor, Permission.JOURNEY_LOG)
    sight = require_open(actor, cmd.dossier_id)
    if sight.relation is None:
        raise NotFound("not this office's act")
    known = chosen(lock_people(cmd.dossier_id), cmd.person_ids)
    refuse_if(rules.why_not_arrive(
        cmd.arrived_on, clock.today(actor.zone), [each.traveller for each in known],
        is_retroactive=is_retroactive(cmd.dossier_id),
    ))  # fmt: skip
    document_id = None
    if cmd.upload is not None:
        document = AddDocument(
            dossier_id=cmd.dossier_id, part=Part.SHARED, kind=DocumentKind.ARRIVAL_PROOF,
            title="Proof of arrival", upload=cmd.upload, day=cmd.arrived_on,
        )  # fmt: skip
        document_id = add_document(document, actor=actor)
    for each in known:
        write_arrival(
            cmd.dossier_id,
            each.person.id,
            arrived_on=cmd.arrived_on,
            place=cmd.place,
            document_id=document_id,
        )
        record(
            events.JourneyArrived(
                owner_id=cmd.dossier_id, day=cmd.arrived_on, person_id=each.person.id, place=cmd.place
            ),
            actor=actor,
        )


@dataclass(frozen=True, kw_only=True)
class CorrectJourney(Command):
    """What the journey should have said, with the reason."""

    dossier_id: str
    person_id: str
    departed_on: date | None
    transit: str | None
    arrived_on: date | None
    place: str | None
    version: int
    reason: str


@command
def correct_journey(cmd: CorrectJourney, *, actor: Actor) -> None:
    """Correct a journey; a changed day moves the clocks of the grants, and raises a point, for money rests on it."""
    require(actor, Permission.JOURNEY_LOG)
    sight = require_open(actor, cmd.dossier_id)
    if sight.relation is None:
        raise NotFound("not this office's act")
    (who,) = chosen(lock_people(cmd.dossier_id), [cmd.person_id])
    standing = queries.find_journey(cmd.dossier_id, cmd.person_id)
    if standing is None:
        raise NotFound("journey")
    journey = lock(Journey, standing.id, cmd.version)
    after = dataclasses.replace(who.facts, departed_on=cmd.departed_on, arrived_on=cmd.arrived_on)
    refuse_if(rules.why_not_correct_journey(
        who.traveller, after, clock.today(actor.zone), is_retroactive=is_retroactive(cmd.dossier_id)
    ))  # fmt: skip
    before = (journey.departed_on, journey.arrived_on)
    journey.departed_on, journey.transit = cmd.departed_on, cmd.transit
    journey.arrived_on, journey.arrival_place = cmd.arrived_on, cmd.place
    if before[1] is not None and before[1] != cmd.arrived_on:
        for hook in _after_correction:
            hook(cmd.person_id, before[1], cmd.arrived_on)
    record(
        events.JourneyCorrected(owner_id=cmd.dossier_id, person_id=cmd.person_id, reason=cmd.reason),
        actor=actor,
    )
    if before != (cmd.departed_on, cmd.arrived_on):
        text = N_("The journey of %(name)s was corrected: departed %(departed)s, arrived %(arrived)s.")
        params = {
            "name": who.person.name, "departed": spoken(cmd.departed_on), "arrived": spoken(cmd.arrived_on),
        }  # fmt: skip
        raise_point(cmd.dossier_id, text, params, cmd.person_id, actor)


def _journey(dossier_id: str, person_id: str) -> Journey:
    """The person's journey, locked; a new one where nothing was logged."""
    current_unit()
    standing = queries.find_journey(dossier_id, person_id)
    if standing is not None:
        return lock(Journey, standing.id)
    return add(Journey(
        id=ids.new_id(), dossier_id=dossier_id, person_id=person_id, departed_on=None, transit=None,
        arrived_on=None, arrival_place=None, arrival_document_id=None, not_departed_on=None,
        not_departed_reason=None,
    ))  # fmt: skip
