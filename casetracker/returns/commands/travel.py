"""Logging what a person travels with: travel document, fitness to travel, booking; bit by bit."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import Conflict, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.returns import events, queries, rules
from casetracker.returns.commands.people import chosen, lock_people
from casetracker.returns.models import TravelPreparation
from casetracker.returns.states import TravelFacts


@dataclass(frozen=True, kw_only=True)
class LogTravel(Command):
    """All that is known of a person's travel papers now; `version` 0 where nothing was logged before."""

    dossier_id: str
    person_id: str
    version: int
    travel: TravelFacts
    travel_document_upload: Upload | None
    fit_upload: Upload | None
    booking_upload: Upload | None
    reason: str | None


@command
def log_travel(cmd: LogTravel, *, actor: Actor) -> str:
    """Enter or change a person's travel papers; a file that is not sent again stays. Returns the row's id."""
    require(actor, Permission.JOURNEY_LOG)
    require_open(actor, cmd.dossier_id, relation=Relation.SENDING, part=Part.SENDING)
    (who,) = chosen(lock_people(cmd.dossier_id), [cmd.person_id])
    row = queries.find_travel(cmd.dossier_id, cmd.person_id)
    if row is not None:
        row = lock(TravelPreparation, row.id)
    standing = row.version if row is not None else 0
    if standing != cmd.version:
        raise Conflict("TravelPreparation", standing, cmd.version)
    before = travel_facts(row)
    refuse_if(rules.why_not_prepare(who.traveller, before, cmd.travel, cmd.reason, clock.today(actor.zone)))
    files = _add_files(cmd, actor)
    if row is None:
        row = add(_empty(cmd))
    for each in dataclasses.fields(TravelFacts):
        setattr(row, each.name, getattr(cmd.travel, each.name))
    for column, document_id in files.items():
        setattr(row, column, document_id)
    travel = cmd.travel
    is_ready = travel.travel_document is not None and travel.is_fit is True and travel.travels_on is not None
    record(
        events.TravelPrepared(owner_id=cmd.dossier_id, person_id=cmd.person_id, is_ready=is_ready, reason=cmd.reason),
        actor=actor,
    )
    return row.id


def travel_facts(row: TravelPreparation | None) -> TravelFacts:
    """What stands in the row, as the rule compares it."""
    if row is None:
        return TravelFacts()
    return TravelFacts(**{each.name: getattr(row, each.name) for each in dataclasses.fields(TravelFacts)})


def _empty(cmd: LogTravel) -> TravelPreparation:
    return TravelPreparation(
        id=ids.new_id(),
        dossier_id=cmd.dossier_id,
        person_id=cmd.person_id,
        travel_document_id=None,
        fit_document_id=None,
        booking_document_id=None,
    )


_FILES = (
    ("travel_document_id", "travel_document_upload", DocumentKind.TRAVEL_DOCUMENT, "Travel document"),
    ("fit_document_id", "fit_upload", DocumentKind.FIT_TO_TRAVEL, "Fit to travel"),
    ("booking_document_id", "booking_upload", DocumentKind.BOOKING, "Booking"),
)


def _add_files(cmd: LogTravel, actor: Actor) -> dict[str, str]:
    """column -> id of the document added for it."""
    added = {}
    for column, field, kind, title in _FILES:
        upload = getattr(cmd, field)
        if upload is not None:
            document = AddDocument(
                dossier_id=cmd.dossier_id, part=Part.SENDING, kind=kind, title=title, upload=upload,
                person_id=cmd.person_id, field=field,
            )  # fmt: skip
            added[column] = add_document(document, actor=actor)
    return added
