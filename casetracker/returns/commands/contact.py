"""Contact with the receiving office and the assessment of needs, per person; corrections of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.queries import require_open
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.returns import events, queries, rules
from casetracker.returns.commands.people import chosen, lock_people
from casetracker.returns.models import ContactMade, NeedsAssessment
from casetracker.returns.states import Channel, Need


def _require_receiving(actor: Actor, dossier_id: str) -> None:
    """The receiving office does it; the sending one where there is no receiving office (any more)."""
    require(actor, Permission.JOURNEY_LOG)
    if not queries.receiving_acts(require_open(actor, dossier_id)):
        raise NotFound("not this office's act")


@dataclass(frozen=True, kw_only=True)
class LogContact(Command):
    """Persons who were in contact with the receiving office on one day."""

    dossier_id: str
    person_ids: tuple[str, ...]
    contact_on: date
    channel: Channel
    note: str | None


@command
def log_contact(cmd: LogContact, *, actor: Actor) -> None:
    """Enter the contact of each person, one event each."""
    _require_receiving(actor, cmd.dossier_id)
    known = chosen(lock_people(cmd.dossier_id), cmd.person_ids)
    travellers = [each.traveller for each in known]
    refuse_if(rules.why_not_meet(cmd.contact_on, clock.today(actor.zone), travellers, "contact_on"))
    for each in known:
        add(ContactMade(
            id=ids.new_id(), dossier_id=cmd.dossier_id, person_id=each.person.id, contact_on=cmd.contact_on,
            channel=cmd.channel, note=cmd.note, logged_by=actor.id, logged_at=clock.now(),
        ))  # fmt: skip
        record(
            events.ContactLogged(owner_id=cmd.dossier_id, day=cmd.contact_on, person_id=each.person.id),
            actor=actor,
        )


@dataclass(frozen=True, kw_only=True)
class CorrectContact(Command):
    """What was logged of a contact should have said, with the reason."""

    dossier_id: str
    contact_id: str
    contact_on: date
    channel: Channel
    note: str | None
    version: int
    reason: str


@command
def correct_contact(cmd: CorrectContact, *, actor: Actor) -> None:
    """Correct one person's contact."""
    _require_receiving(actor, cmd.dossier_id)
    people = lock_people(cmd.dossier_id)
    contact = lock(ContactMade, cmd.contact_id, cmd.version)
    if contact.dossier_id != cmd.dossier_id:
        raise NotFound("contact of another case")
    who = people[contact.person_id].traveller
    refuse_if(rules.why_not_meet(cmd.contact_on, clock.today(actor.zone), [who], "contact_on"))
    contact.contact_on, contact.channel, contact.note = cmd.contact_on, cmd.channel, cmd.note
    record(
        events.ContactCorrected(
            owner_id=cmd.dossier_id, day=cmd.contact_on, person_id=contact.person_id, reason=cmd.reason
        ),
        actor=actor,
    )


@dataclass(frozen=True, kw_only=True)
class LogNeedsAssessment(Command):
    """What persons need, assessed on one day; the signed form is optional."""

    dossier_id: str
    person_ids: tuple[str, ...]
    assessed_on: date
    needs: tuple[Need, ...]
    summary: str
    upload: Upload | None


@command
def log_needs_assessment(cmd: LogNeedsAssessment, *, actor: Actor) -> None:
    """Enter the assessment of each person, one event each."""
    _require_receiving(actor, cmd.dossier_id)
    known = chosen(lock_people(cmd.dossier_id), cmd.person_ids)
    travellers = [each.traveller for each in known]
    refuse_if(rules.why_not_meet(cmd.assessed_on, clock.today(actor.zone), travellers, "assessed_on"))
    document_id = None
    if cmd.upload is not None:
        document = AddDocument(
            dossier_id=cmd.dossier_id, part=Part.SHARED, kind=DocumentKind.NEEDS_ASSESSMENT,
            title="Needs assessment", upload=cmd.upload, day=cmd.assessed_on,
        )  # fmt: skip
        document_id = add_document(document, actor=actor)
    for each in known:
        add(NeedsAssessment(
            id=ids.new_id(), dossier_id=cmd.dossier_id, person_id=each.person.id, assessed_on=cmd.assessed_on,
            needs=[str(need) for need in cmd.needs], summary=cmd.summary, document_id=document_id,
            logged_by=actor.id, logged_at=clock.now(),
        ))  # fmt: skip
        record(
            events.NeedsAssessed(owner_id=cmd.dossier_id, day=cmd.assessed_on, person_id=each.person.id),
            actor=actor,
        )


@dataclass(frozen=True, kw_only=True)
class CorrectNeedsAssessment(Command):
    """What an assessment should have said, with the reason."""

    dossier_id: str
    assessment_id: str
    assessed_on: date
    needs: tuple[Need, ...]
    summary: str
    version: int
    reason: str


@command
def correct_needs_assessment(cmd: CorrectNeedsAssessment, *, actor: Actor) -> None:
    """Correct one person's assessment."""
    _require_receiving(actor, cmd.dossier_id)
    people = lock_people(cmd.dossier_id)
    assessment = lock(NeedsAssessment, cmd.assessment_id, cmd.version)
    if assessment.dossier_id != cmd.dossier_id:
        raise NotFound("assessment of another case")
    who = people[assessment.person_id].traveller
    refuse_if(rules.why_not_meet(cmd.assessed_on, clock.today(actor.zone), [who], "assessed_on"))
    assessment.assessed_on, assessment.summary = cmd.assessed_on, cmd.summary
    assessment.needs = [str(need) for need in cmd.needs]
    record(
        events.NeedsCorrected(
            owner_id=cmd.dossier_id, day=cmd.assessed_on, person_id=assessment.person_id, reason=cmd.reason
        ),
        actor=actor,
    )
