"""Events that bring locals and displaced people together: planned, held, cancelled, corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from casetracker.community import benefit_events, benefit_queries, cohesion_queries, cohesion_rules
from casetracker.community.benefit_commands import write_count
from casetracker.community.benefit_models import BenefitFigure, CohesionEvent
from casetracker.community.benefit_states import Aim, CohesionState, CountEntry, EventEntry, Reach
from casetracker.community.commands import require_project
from casetracker.community.models import Site
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import refuse_if
from casetracker.core.permissions import Permission
from casetracker.events.recording import record


@dataclass(frozen=True, kw_only=True)
class PlanCohesionEvent(Command):
    """An event of today or later; site_id: None: at none of them; expected: how many people, where known."""

    dossier_id: str
    site_id: str | None
    entry: EventEntry
    expected: int | None = None


@command
def plan_cohesion_event(cmd: PlanCohesionEvent, *, actor: Actor) -> str:
    """Enter an event that is to take place; returns its id."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = benefit_queries.find_site(cmd.dossier_id, cmd.site_id)
    refuse_if(cohesion_rules.why_not_plan(cmd.entry.day, clock.today(actor.zone)))
    event = _add(cmd.dossier_id, site, cmd.entry, CohesionState.PLANNED, cmd.expected)
    record(benefit_events.CohesionEventPlanned(owner_id=cmd.dossier_id, **_told(event, site)), actor=actor)
    return event.id


def _add(
    dossier_id: str, site: Site | None, entry: EventEntry, state: CohesionState, expected: int | None = None
) -> CohesionEvent:
    event = add(CohesionEvent(
        id=ids.new_id(), dossier_id=dossier_id, site_id=site.id if site else None, kind=entry.kind, topic=entry.topic,
        place=entry.place, day=entry.day, state=state, reason=None, expected=expected,
    ))  # fmt: skip
    db.session.flush()  # the participants come after it
    return event


def _told(event: CohesionEvent, site: Site | None) -> dict[str, Any]:
    """What the record's sentences say of an event."""
    return {
        "event_id": event.id, "site_id": site.id if site else None, "site": site.name if site else None,
        "event": str(event.kind), "topic": event.topic,
    }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LogCohesionEvent(Command):
    """An event that took place, with who took part; note: how people may be counted twice."""

    dossier_id: str
    site_id: str | None
    entry: EventEntry
    count: CountEntry
    note: str | None = None


@command
def log_cohesion_event(cmd: LogCohesionEvent, *, actor: Actor) -> str:
    """Enter an event that took place without having been planned here; returns its id."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = benefit_queries.find_site(cmd.dossier_id, cmd.site_id)
    today = clock.today(actor.zone)
    refuse_if(cohesion_rules.why_not_hold(CohesionState.PLANNED, cmd.entry.day, cmd.count, today))
    event = _add(cmd.dossier_id, site, cmd.entry, CohesionState.HELD)
    _write_participants(event, cmd.count, cmd.note)
    _record_held(event, site, cmd.count, actor)
    return event.id


def _write_participants(event: CohesionEvent, count: CountEntry, note: str | None) -> None:
    """How many took part, as of the event's day."""
    figure = benefit_queries.find_participants(event.id) or BenefitFigure(
        id=ids.new_id(), dossier_id=event.dossier_id, site_id=event.site_id, event_id=event.id, aim=Aim.REACHED,
        reach=Reach.DIRECT, about=None, from_on=None, note=None, are_others=False, document_id=None,
    )  # fmt: skip
    figure.as_of, figure.note = event.day, note
    write_count(figure, count)


def _record_held(event: CohesionEvent, site: Site | None, count: CountEntry, actor: Actor) -> None:
    held = benefit_events.CohesionEventHeld(
        owner_id=event.dossier_id, day=event.day, exactness=str(count.exactness), number=count.number,
        **_told(event, site),
    )  # fmt: skip
    record(held, actor=actor)


@dataclass(frozen=True, kw_only=True)
class HoldCohesionEvent(Command):
    """A planned event took place, on this day, with these people."""

    dossier_id: str
    event_id: str
    day: date
    count: CountEntry
    version: int
    note: str | None = None


@command
def hold_cohesion_event(cmd: HoldCohesionEvent, *, actor: Actor) -> None:
    """Enter that a planned event took place."""
    event, site = _lock(cmd.dossier_id, cmd.event_id, cmd.version, actor)
    refuse_if(cohesion_rules.why_not_hold(event.state, cmd.day, cmd.count, clock.today(actor.zone)))
    event.state, event.day = CohesionState.HELD, cmd.day
    _write_participants(event, cmd.count, cmd.note)
    _record_held(event, site, cmd.count, actor)


def _lock(dossier_id: str, event_id: str, version: int, actor: Actor) -> tuple[CohesionEvent, Site | None]:
    """The event, locked, and its site; NotFound if it is of another project."""
    sight = require_project(actor, dossier_id, Permission.PROJECT_EDIT)
    event = lock(CohesionEvent, cohesion_queries.get_event(sight, event_id).id, version)
    return event, benefit_queries.find_site(dossier_id, event.site_id)


@dataclass(frozen=True, kw_only=True)
class CancelCohesionEvent(Command):
    """A planned event does not take place, and why."""

    dossier_id: str
    event_id: str
    reason: str
    version: int


@command
def cancel_cohesion_event(cmd: CancelCohesionEvent, *, actor: Actor) -> None:
    """Cancel a planned event, with a reason."""
    event, site = _lock(cmd.dossier_id, cmd.event_id, cmd.version, actor)
    refuse_if(cohesion_rules.why_settled(event.state))
    event.state, event.reason = CohesionState.CANCELLED, cmd.reason
    cancelled = benefit_events.CohesionEventCancelled(
        owner_id=event.dossier_id, reason=cmd.reason, **_told(event, site)
    )
    record(cancelled, actor=actor)


@dataclass(frozen=True, kw_only=True)
class CorrectCohesionEvent(Command):
    """An event that was held as it should have been entered, and why."""

    dossier_id: str
    event_id: str
    entry: EventEntry
    count: CountEntry
    note: str | None
    reason: str
    version: int


@command
def correct_cohesion_event(cmd: CorrectCohesionEvent, *, actor: Actor) -> None:
    """Correct an event that was held, and who took part, with a reason."""
    event, site = _lock(cmd.dossier_id, cmd.event_id, cmd.version, actor)
    refuse_if(cohesion_rules.why_not_correct(event.state, cmd.entry.day, cmd.count, clock.today(actor.zone)))
    for name, value in vars(cmd.entry).items():
        setattr(event, name, value)
    _write_participants(event, cmd.count, cmd.note)
    corrected = benefit_events.CohesionEventCorrected(
        owner_id=event.dossier_id, day=event.day, exactness=str(cmd.count.exactness), number=cmd.count.number,
        reason=cmd.reason, **_told(event, site),
    )  # fmt: skip
    record(corrected, actor=actor)
