"""Logging signed return applications, correcting them, and writing a supervisor's decision on eligibility."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.cases.commands import fix_adulthood
from casetracker.cases.queries import is_adult_on, person_rows
from casetracker.cases.states import PersonFacts
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, current_unit, lock
from casetracker.core.errors import N_, NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.returns import events, queries, rules
from casetracker.returns.commands.people import (
    Known,
    chosen,
    is_retroactive,
    lock_people,
    names_of,
    raise_point,
    spoken,
)  # fmt: skip
from casetracker.returns.models import ApplicationPerson, EligibilityDecision, ReturnApplication
from casetracker.returns.states import Applicant, EligibilityOutcome

DOCUMENT_TITLE = "Return application"


@dataclass(frozen=True, kw_only=True)
class LogApplication(Command):
    """A signed return application: the persons whom it covers, the day, the signed file.

    expulsion_orders: (person id, whether one is in force) of those of whom it is known.
    """

    dossier_id: str
    person_ids: tuple[str, ...]
    signed_on: date
    upload: Upload
    expulsion_orders: tuple[tuple[str, bool], ...] = ()


@command
def log_application(cmd: LogApplication, *, actor: Actor) -> str:
    """Enter the application; its day fixes who counts as an adult. Returns its id."""
    require(actor, Permission.APPLICATION_LOG)
    require_open(actor, cmd.dossier_id, relation=Relation.SENDING, part=Part.SENDING)
    known = chosen(lock_people(cmd.dossier_id), cmd.person_ids)
    adult = {row.id: is_adult_on(row, cmd.signed_on) for row in person_rows(cmd.dossier_id)}
    refuse_if(rules.why_not_apply(
        cmd.signed_on, clock.today(actor.zone), [_applicant(each, adult[each.person.id]) for each in known],
        is_retroactive=is_retroactive(cmd.dossier_id),
    ))  # fmt: skip
    fix_adulthood(cmd.dossier_id, cmd.signed_on, actor=actor, person_ids=cmd.person_ids)
    document_id = _add_signed_file(cmd.dossier_id, cmd.upload, cmd.signed_on, actor)
    application = add(ReturnApplication(
        id=ids.new_id(), dossier_id=cmd.dossier_id, signed_on=cmd.signed_on, document_id=document_id,
        logged_by=actor.id, logged_at=clock.now(),
    ))  # fmt: skip
    orders = dict(cmd.expulsion_orders)
    for each in known:
        add(ApplicationPerson(
            id=ids.new_id(), dossier_id=cmd.dossier_id, application_id=application.id,
            person_id=each.person.id, has_expulsion_order=orders.get(each.person.id),
        ))  # fmt: skip
    record(
        events.ApplicationSigned(
            owner_id=cmd.dossier_id, day=cmd.signed_on, application_id=application.id, names=names_of(known),
            person_id=known[0].person.id if len(known) == 1 else None,
        ),
        actor=actor,
    )  # fmt: skip
    return application.id


@dataclass(frozen=True, kw_only=True)
class CorrectApplication(Command):
    """The day on which the application was really signed, or the right file (None: the file stays)."""

    dossier_id: str
    application_id: str
    signed_on: date
    upload: Upload | None
    version: int
    reason: str


@command
def correct_application(cmd: CorrectApplication, *, actor: Actor) -> str:
    """Correct an application; who counts as an adult stays as fixed. A changed day raises a point, for grants
    may rest on it. Returns its id."""
    require(actor, Permission.APPLICATION_LOG)
    require_open(actor, cmd.dossier_id, relation=Relation.SENDING, part=Part.SENDING)
    people = lock_people(cmd.dossier_id)
    application = lock(ReturnApplication, cmd.application_id, cmd.version)
    if application.dossier_id != cmd.dossier_id:
        raise NotFound("application of another case")
    refuse_if(rules.why_not_day(cmd.signed_on, clock.today(actor.zone), "signed_on"))
    before = application.signed_on
    if cmd.upload is not None:
        application_file = _add_signed_file(cmd.dossier_id, cmd.upload, cmd.signed_on, actor)
        application.document_id = application_file
    application.signed_on = cmd.signed_on
    record(
        events.ApplicationCorrected(
            owner_id=cmd.dossier_id, day=cmd.signed_on, application_id=application.id, reason=cmd.reason
        ),
        actor=actor,
    )
    after, retroactive = queries.return_facts(cmd.dossier_id), is_retroactive(cmd.dossier_id)
    applicants = [people[person_id].person for person_id in queries.list_applicants(application.id)]
    for person in applicants:
        refuse_if(rules.why_not_order(person.name, after[person.id], "signed_on", is_retroactive=retroactive))
    if before != cmd.signed_on:
        days = {"before": spoken(before), "after": spoken(cmd.signed_on)}
        _raise_points(cmd.dossier_id, [] if len(applicants) == len(people) else applicants, days, actor)
    return application.id


def _raise_points(dossier_id: str, persons: list[PersonFacts], days: dict[str, str], actor: Actor) -> None:
    """One point for each of these persons' money; for the whole family (nobody named) one for all of it."""
    if not persons:
        text = N_("The day of a return application was corrected from %(before)s to %(after)s.")
        raise_point(dossier_id, text, days, None, actor)
    for person in persons:
        text = N_("The day of %(name)s's return application was corrected from %(before)s to %(after)s.")
        raise_point(dossier_id, text, {**days, "name": person.name}, person.id, actor)


def write_eligibility(
    dossier_id: str, person_id: str, outcome: EligibilityOutcome, reason: str, *, actor: Actor
) -> EligibilityDecision:
    """Today's decision about a person, inside the running command, which records the event (sending part)."""
    current_unit()
    return add(EligibilityDecision(
        id=ids.new_id(), dossier_id=dossier_id, person_id=person_id, outcome=outcome, reason=reason,
        decided_on=clock.today(actor.zone), decided_by=actor.id, decided_at=clock.now(),
    ))  # fmt: skip


def _add_signed_file(dossier_id: str, upload: Upload, day: date, actor: Actor) -> str:
    return add_document(
        AddDocument(
            dossier_id=dossier_id, part=Part.SENDING, kind=DocumentKind.RETURN_APPLICATION,
            title=DOCUMENT_TITLE,            upload=upload, day=day,
        ),
        actor=actor,
    )  # fmt: skip


def _applicant(each: Known, adult_on_day: bool) -> Applicant:
    return Applicant(
        name=each.person.name,
        role=each.person.role,
        return_type=each.person.return_type,
        is_active=each.person.is_active,
        is_placeholder=each.person.is_placeholder,
        adult_on_day=adult_on_day,
        known=each.facts,
    )
