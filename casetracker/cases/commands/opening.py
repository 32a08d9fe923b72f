"""Opening a case with its persons, and correcting where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.accounts.models import Office
from casetracker.cases import events, rules
from casetracker.cases.commands.retroactive import write_opened
from casetracker.cases.models import Case, Person
from casetracker.cases.states import PersonEntry, PersonStatus, Stage
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.commands import add_dossier
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import CASE, Relation
from casetracker.events.recording import record
from casetracker.programmes.states import ApplicantRole


@dataclass(frozen=True, kw_only=True)
class CreateCase(Command):
    """A case with its principal applicant and the family; `request_id` if a receiving office asked for it."""

    principal: PersonEntry
    members: tuple[PersonEntry, ...]
    host_country: str
    return_country: str
    return_place: str
    programme_id: str | None = None
    request_id: str | None = None


@command
def create_case(cmd: CreateCase, *, actor: Actor) -> str:
    """Open a case of the actor's office; returns its reference. Children get the principal as guardian."""
    require(actor, Permission.CASE_CREATE)
    office = db.session.get(Office, actor.office_id) if actor.office_id else None
    if office is None or not office.is_sending or not office.is_active:
        raise NotFound("only a sending office opens cases")
    today = clock.today(actor.zone)
    _judge(cmd, today)
    dossier = add_dossier(CASE, office, today)
    dossier.programme_id = cmd.programme_id
    add(Case(
        id=dossier.id, host_country=cmd.host_country, return_country=cmd.return_country,
        return_place=cmd.return_place, stage=Stage.INTAKE, caseworker_id=actor.id,
        receiving_caseworker_id=None,
        suspended_on=None, suspension_reason=None, outcome=None, closed_from=None,
        is_retroactive=cmd.request_id is not None,
    ))  # fmt: skip
    db.session.flush()
    principal = add_person_row(dossier.id, 1, cmd.principal, None, today)
    db.session.flush()
    for position, entry in enumerate(cmd.members, start=2):
        guardian = principal.id if entry.role == ApplicantRole.CHILD else None
        add_person_row(dossier.id, position, entry, guardian, today)
    created = events.CaseCreated(
        owner_id=dossier.id, persons=1 + len(cmd.members), is_retroactive=cmd.request_id is not None
    )
    record(created, actor=actor)
    if cmd.request_id is not None:
        write_opened(cmd.request_id, dossier.id, office.name, actor=actor)
    return dossier.reference


def _judge(cmd: CreateCase, today: date) -> None:
    refuse_if(rules.why_not_enter(cmd.principal, today))
    for number, entry in enumerate(cmd.members):
        message = rules.why_not_add(entry, today)
        refuse_if(message and message.beside(f"members-{number}-{message.field}"))
    if cmd.return_country == cmd.host_country:
        raise Refused(Message(N_("Host country and country of return are the same."), field="return_country"))


def add_person_row(dossier_id: str, position: int, entry: PersonEntry, guardian_id: str | None, today: date) -> Person:
    """A new person on the case, inside the running command, which records the event."""
    return add(Person(
        id=ids.new_id(), dossier_id=dossier_id, position=position, given_name=entry.given_name,
        family_name=entry.family_name, role=entry.role, return_type=entry.return_type, sex=entry.sex,
        birth_date=entry.birth_date, age_estimate=entry.age_estimate,
        age_estimated_on=None if entry.age_estimate is None else today, nationality=entry.nationality,
        guardian_id=guardian_id, language=entry.language, phone=entry.phone, email=entry.email, return_address=None,
        vulnerabilities=list(entry.vulnerabilities), needs=entry.needs, adult_at_application=None,
        status=PersonStatus.ACTIVE, status_on=None, status_reason=None,
    ))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CorrectCase(Command):
    """Correct host country, country and place of return."""

    dossier_id: str
    host_country: str
    return_country: str
    return_place: str
    reason: str
    version: int


@command
def correct_case(cmd: CorrectCase, *, actor: Actor) -> str:
    """Correct where the case leads, with a reason; returns the reference."""
    require(actor, Permission.CASE_EDIT)
    sight = require_open(actor, cmd.dossier_id, relation=Relation.SENDING)
    lock(Dossier, cmd.dossier_id)
    case = lock(Case, cmd.dossier_id, cmd.version)
    if cmd.return_country == cmd.host_country:
        raise Refused(Message(N_("Host country and country of return are the same."), field="return_country"))
    if (case.host_country, case.return_country, case.return_place) == (
        cmd.host_country, cmd.return_country, cmd.return_place,
    ):  # fmt: skip
        raise Refused(Message(N_("Nothing was changed.")))
    case.host_country, case.return_country = cmd.host_country, cmd.return_country
    case.return_place = cmd.return_place
    record(events.CaseCorrected(owner_id=case.id, reason=cmd.reason), actor=actor)
    return sight.reference
