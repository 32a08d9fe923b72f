"""Persons of a case: adding one later, correcting facts, choosing who consents for a child."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.cases import events, queries, rules
from casetracker.cases.commands.opening import add_person_row
from casetracker.cases.models import Person
from casetracker.cases.states import RESTS_ON_FACTS, ContactEntry, PersonEntry
from casetracker.core import clock
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.commands import add_point
from casetracker.dossiers.events import PointRaised
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import PointKind, Relation
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.programmes.states import ApplicantRole

CONSENT_MISSING = N_("%(name)s came onto the case after the referral: take the consent to sharing.")


@dataclass(frozen=True, kw_only=True)
class AddPerson(Command):
    """Another person for the case."""

    dossier_id: str
    entry: PersonEntry


@command
def add_person(cmd: AddPerson, *, actor: Actor) -> str:
    """Put a person onto an open case; returns the id. A child's guardian is the principal at first."""
    require(actor, Permission.PERSON_EDIT)
    sight = require_open(actor, cmd.dossier_id, relation=Relation.SENDING)
    lock(Dossier, cmd.dossier_id)
    today = clock.today(actor.zone)
    refuse_if(rules.why_not_add(cmd.entry, today))
    rows = queries.person_rows(cmd.dossier_id)
    principal = next(row for row in rows if row.role == ApplicantRole.PRINCIPAL)
    guardian = principal.id if cmd.entry.role == ApplicantRole.CHILD else None
    person = add_person_row(cmd.dossier_id, rows[-1].position + 1, cmd.entry, guardian, today)
    facts = queries.facts_of(person, today)
    record(events.PersonAdded(owner_id=cmd.dossier_id, person_id=person.id, name=facts.name), actor=actor)
    if facts.is_adult and sight.receiving_office_id is not None:
        point = add_point(
            cmd.dossier_id, PointKind.TASK, CONSENT_MISSING, {"name": facts.name}, part=Part.SENDING,
            subject=("person", person.id),
        )  # fmt: skip
        raised = PointRaised(owner_id=cmd.dossier_id, part=Part.SENDING, person_id=person.id, point_id=point.id)
        record(raised, actor=actor)
    return person.id


@dataclass(frozen=True, kw_only=True)
class EditPerson(Command):
    """Correct a person's facts; the reason may be missing only where a placeholder is filled in."""

    dossier_id: str
    person_id: str
    entry: PersonEntry
    reason: str | None
    version: int


@command
def edit_person(cmd: EditPerson, *, actor: Actor) -> str:
    """Correct or complete a person; returns the reference. Money that rested on it waits for a point."""
    require(actor, Permission.PERSON_EDIT)
    sight = require_open(actor, cmd.dossier_id, relation=Relation.SENDING)
    lock(Dossier, cmd.dossier_id)
    person = _locked(cmd.dossier_id, cmd.person_id, cmd.version)
    today = clock.today(actor.zone)
    before = queries.facts_of(person, today)
    changed = standing_entry(person) != cmd.entry
    refuse_if(rules.why_not_correct(before, cmd.entry, changed=changed, reason=cmd.reason, today=today))
    if cmd.entry.role == ApplicantRole.PRINCIPAL and before.role != ApplicantRole.PRINCIPAL:
        _hand_on_principal(person)
    write_entry(person, cmd.entry, today)
    if queries.get_case(cmd.dossier_id).stage in RESTS_ON_FACTS:
        _raise_points(before.id, before.name, cmd.dossier_id, rules.resting_facts(before, cmd.entry))
    after = queries.facts_of(person, today)
    if before.is_placeholder and not after.is_placeholder:
        event: events.PersonCompleted | events.PersonCorrected = events.PersonCompleted(
            owner_id=cmd.dossier_id, person_id=person.id, name=after.name
        )
    else:
        event = events.PersonCorrected(
            owner_id=cmd.dossier_id, person_id=person.id, name=after.name, reason=cmd.reason or ""
        )
    record(event, actor=actor)
    return sight.reference


@dataclass(frozen=True, kw_only=True)
class ChangeContact(Command):
    """How a person is reached now; the reason may be missing where nothing that was known is replaced."""

    dossier_id: str
    person_id: str
    entry: ContactEntry
    reason: str | None
    version: int


@command
def change_contact(cmd: ChangeContact, *, actor: Actor) -> str:
    """Either office of the case enters how a person is reached, e.g. after the return; returns the reference."""
    require(actor, Permission.PERSON_EDIT)
    sight = require_open(actor, cmd.dossier_id)
    if sight.relation is None:
        raise NotFound("not an office of this case")
    person = _locked(cmd.dossier_id, cmd.person_id, cmd.version)
    refuse_if(rules.why_not_change_contact(standing_contact(person), cmd.entry, cmd.reason))
    person.phone, person.email = cmd.entry.phone, cmd.entry.email
    person.return_address = cmd.entry.return_address
    name = queries.facts_of(person).name
    changed = events.PersonContactChanged(
        owner_id=cmd.dossier_id, person_id=person.id, name=name, reason=cmd.reason or None
    )
    record(changed, actor=actor)
    return sight.reference


def standing_contact(person: Person) -> ContactEntry:
    """How a person is reached, in the shape in which it is entered."""
    return ContactEntry(phone=person.phone, email=person.email, return_address=person.return_address)


def _locked(dossier_id: str, person_id: str, version: int | None = None) -> Person:
    queries.get_person_row(dossier_id, person_id)
    return lock(Person, person_id, version)


def _hand_on_principal(heir: Person) -> None:
    """Who was the principal applicant takes the place of who becomes it; a point stands for both."""
    former = next(row for row in queries.person_rows(heir.dossier_id) if row.role == ApplicantRole.PRINCIPAL)
    former.role = heir.role if heir.role != ApplicantRole.CHILD else ApplicantRole.OTHER_DEPENDANT
    if queries.get_case(heir.dossier_id).stage in RESTS_ON_FACTS:
        _raise_points(former.id, queries.facts_of(former).name, heir.dossier_id, ["role"])
    db.session.flush()


def _raise_points(person_id: str, name: str, dossier_id: str, facts: list[str]) -> None:
    for fact in facts:
        add_point(
            dossier_id, PointKind.CORRECTION, rules.CORRECTED[fact], {"name": name},
            subject=("person", person_id), blocks_money=True,
        )  # fmt: skip


def standing_entry(person: Person) -> PersonEntry:
    """What stands about a person, in the shape in which it is entered."""
    return PersonEntry(
        given_name=person.given_name,
        family_name=person.family_name,
        role=person.role,
        return_type=person.return_type,
        sex=person.sex,
        birth_date=person.birth_date,
        age_estimate=person.age_estimate,
        nationality=person.nationality,
        language=person.language,
        phone=person.phone,
        email=person.email,
        vulnerabilities=tuple(person.vulnerabilities),
        needs=person.needs,
    )


def write_entry(person: Person, entry: PersonEntry, today: date) -> None:
    """Put what was entered onto the row; an estimate counts from the day on which it was made."""
    if entry.age_estimate != person.age_estimate:
        person.age_estimated_on = None if entry.age_estimate is None else today
    person.given_name, person.family_name = entry.given_name, entry.family_name
    person.role, person.return_type, person.sex = entry.role, entry.return_type, entry.sex
    person.birth_date, person.age_estimate = entry.birth_date, entry.age_estimate
    person.nationality, person.language = entry.nationality, entry.language
    person.phone, person.email = entry.phone, entry.email
    person.vulnerabilities, person.needs = list(entry.vulnerabilities), entry.needs


@dataclass(frozen=True, kw_only=True)
class ChooseGuardian(Command):
    """Who of the case consents for a child; None where nobody does."""

    dossier_id: str
    person_id: str
    guardian_id: str | None
    version: int


@command
def choose_guardian(cmd: ChooseGuardian, *, actor: Actor) -> str:
    """Choose a child's guardian; returns the reference."""
    require(actor, Permission.PERSON_EDIT)
    sight = require_open(actor, cmd.dossier_id, relation=Relation.SENDING)
    lock(Dossier, cmd.dossier_id)
    person = _locked(cmd.dossier_id, cmd.person_id, cmd.version)
    guardian = None
    if cmd.guardian_id is not None:
        try:
            guardian = queries.get_person(cmd.dossier_id, cmd.guardian_id)
        except NotFound:
            guardian = queries.facts_of(person)
    child = queries.facts_of(person)
    refuse_if(rules.why_not_guardian(child, guardian))
    person.guardian_id = cmd.guardian_id
    chosen = events.GuardianChosen(
        owner_id=cmd.dossier_id,
        person_id=person.id,
        name=child.name,
        guardian=guardian.name if guardian else None,
    )
    record(chosen, actor=actor)
    return sight.reference
