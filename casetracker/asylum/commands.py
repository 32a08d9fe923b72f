"""Recording asylum applications: outcome, appeal, withdrawal on return, corrections. Sending side only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casetracker.asylum import events, queries, rules
from casetracker.asylum.models import AsylumApplication, AsylumCoverage
from casetracker.asylum.states import AsylumOutcome
from casetracker.cases.queries import list_persons
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import Message, refuse_if
from casetracker.core.labels import label_id
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.commands import sentence_now
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open, require_sight
from casetracker.dossiers.states import Relation, Sight
from casetracker.events.models import Chain, EventRow
from casetracker.events.recording import record
from casetracker.events.states import Part


@dataclass(frozen=True, kw_only=True)
class LogAsylum(Command):
    """An application: authority, number, day, and the persons it covers."""

    dossier_id: str
    authority: str
    number: str | None
    filed_on: date
    person_ids: tuple[str, ...]


def _open(dossier_id: str, actor: Actor) -> Sight:
    """What every act here starts with; the dossier is locked."""
    require(actor, Permission.ASYLUM_EDIT)
    sight = require_open(actor, dossier_id, relation=Relation.SENDING, part=Part.ASYLUM)
    lock(Dossier, dossier_id)
    return sight


def _locked(dossier_id: str, application_id: str, version: int) -> AsylumApplication:
    queries.get_application(dossier_id, application_id)
    return lock(AsylumApplication, application_id, version)


@command
def log_asylum(cmd: LogAsylum, *, actor: Actor) -> str:
    """Record an application; returns its id. An entry that nobody applied gives way to it."""
    _open(cmd.dossier_id, actor)
    known = [person.id for person in list_persons(cmd.dossier_id)]
    today = clock.today(actor.zone)
    refuse_if(rules.why_not_log(cmd.filed_on, today, covered=cmd.person_ids, known=known))
    for row in queries.list_applications(cmd.dossier_id):
        if row.outcome == AsylumOutcome.NONE:
            row.is_void = True
    application = _application(cmd.dossier_id, cmd.authority, cmd.number, cmd.filed_on, AsylumOutcome.PENDING)
    db.session.flush()
    _cover(application, set(cmd.person_ids))
    filed = events.ApplicationFiled(
        owner_id=cmd.dossier_id, day=cmd.filed_on, application_id=application.id,
        persons=len(set(cmd.person_ids)),
        authority=cmd.authority,
    )  # fmt: skip
    record(filed, actor=actor)
    return application.id


def _application(
    dossier_id: str, authority: str | None, number: str | None, filed_on: date | None, outcome: AsylumOutcome
) -> AsylumApplication:
    return add(AsylumApplication(
        id=ids.new_id(), dossier_id=dossier_id, authority=authority, number=number, filed_on=filed_on,
        outcome=outcome, decided_on=None, appealed_on=None, appeal_decided_on=None, withdrawn_on=None,
        document_id=None, is_void=False,
    ))  # fmt: skip


def _cover(application: AsylumApplication, person_ids: set[str]) -> None:
    """Make the application cover exactly these persons."""
    rows = {row.person_id: row for row in queries.coverage_rows(application.id)}
    for person_id in sorted(set(rows) - person_ids):
        db.session.delete(rows[person_id])
    for person_id in sorted(person_ids - set(rows)):
        add(AsylumCoverage(
            id=ids.new_id(), dossier_id=application.dossier_id, application_id=application.id,
            person_id=person_id
        ))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RecordNoAsylum(Command):
    """Nobody of the case applied."""

    dossier_id: str


@command
def record_no_asylum(cmd: RecordNoAsylum, *, actor: Actor) -> str:
    """Record that nobody applied; returns the reference."""
    sight = _open(cmd.dossier_id, actor)
    refuse_if(rules.why_not_record_none(is_recorded=queries.is_recorded(cmd.dossier_id)))
    _application(cmd.dossier_id, None, None, None, AsylumOutcome.NONE)
    record(events.NoneRecorded(owner_id=cmd.dossier_id), actor=actor)
    return sight.reference


@dataclass(frozen=True, kw_only=True)
class DecideOutcome(Command):
    """The authority's decision: granted or refused."""

    dossier_id: str
    application_id: str
    outcome: AsylumOutcome
    decided_on: date
    version: int


@command
def decide_outcome(cmd: DecideOutcome, *, actor: Actor) -> str:
    """Record the decision on an application, or on its appeal; returns the reference."""
    sight = _open(cmd.dossier_id, actor)
    application = _locked(cmd.dossier_id, cmd.application_id, cmd.version)
    refuse_if(rules.why_not_decide(queries.facts_of(application), cmd.decided_on, clock.today(actor.zone)))
    is_appeal = application.appealed_on is not None
    application.outcome = cmd.outcome
    if is_appeal:
        application.appeal_decided_on = cmd.decided_on
    else:
        application.decided_on = cmd.decided_on
    decided = events.OutcomeDecided(
        owner_id=cmd.dossier_id, day=cmd.decided_on, application_id=application.id, outcome=str(cmd.outcome),
        is_appeal=is_appeal,
    )  # fmt: skip
    record(decided, actor=actor)
    return sight.reference


@dataclass(frozen=True, kw_only=True)
class LogAppeal(Command):
    """A refusal was appealed."""

    dossier_id: str
    application_id: str
    appealed_on: date
    version: int


@command
def log_appeal(cmd: LogAppeal, *, actor: Actor) -> str:
    """Record an appeal: the application is pending again; returns the reference."""
    sight = _open(cmd.dossier_id, actor)
    application = _locked(cmd.dossier_id, cmd.application_id, cmd.version)
    refuse_if(rules.why_not_appeal(queries.facts_of(application), cmd.appealed_on, clock.today(actor.zone)))
    application.appealed_on, application.outcome = cmd.appealed_on, AsylumOutcome.PENDING
    appealed = events.AppealFiled(owner_id=cmd.dossier_id, day=cmd.appealed_on, application_id=application.id)
    record(appealed, actor=actor)
    return sight.reference


@dataclass(frozen=True, kw_only=True)
class WithdrawClaim(Command):
    """An application is withdrawn on return, with the signed withdrawal."""

    dossier_id: str
    application_id: str
    withdrawn_on: date
    upload: Upload
    version: int


@command
def withdraw_claim(cmd: WithdrawClaim, *, actor: Actor) -> str:
    """Record the withdrawal with its document, which stays in the asylum part; returns the reference."""
    sight = _open(cmd.dossier_id, actor)
    application = _locked(cmd.dossier_id, cmd.application_id, cmd.version)
    refuse_if(rules.why_not_withdraw(queries.facts_of(application), cmd.withdrawn_on, clock.today(actor.zone)))
    file = AddDocument(
        dossier_id=cmd.dossier_id, part=Part.ASYLUM, kind=DocumentKind.ASYLUM_WITHDRAWAL,
        title=label_id(DocumentKind.ASYLUM_WITHDRAWAL), upload=cmd.upload, day=cmd.withdrawn_on,
        field="upload",
    )  # fmt: skip
    application.document_id = add_document(file, actor=actor)
    application.withdrawn_on, application.outcome = cmd.withdrawn_on, AsylumOutcome.WITHDRAWN
    withdrawn = events.ClaimWithdrawn(owner_id=cmd.dossier_id, day=cmd.withdrawn_on, application_id=application.id)
    record(withdrawn, actor=actor)
    return sight.reference


@dataclass(frozen=True, kw_only=True)
class CorrectAsylum(Command):
    """Correct authority, number, day and persons of an application, with a reason."""

    dossier_id: str
    application_id: str
    authority: str
    number: str | None
    filed_on: date
    person_ids: tuple[str, ...]
    reason: str
    version: int


@command
def correct_asylum(cmd: CorrectAsylum, *, actor: Actor) -> str:
    """Correct an application; what stood before stays in the asylum chain. Returns the reference."""
    sight = _open(cmd.dossier_id, actor)
    application = _locked(cmd.dossier_id, cmd.application_id, cmd.version)
    covered = {row.person_id for row in queries.coverage_rows(application.id)}
    before = (application.authority, application.number, application.filed_on, covered)
    changed = before != (cmd.authority, cmd.number, cmd.filed_on, set(cmd.person_ids))
    refuse_if(rules.why_not_correct(
        queries.facts_of(application), changed=changed, filed_on=cmd.filed_on, today=clock.today(actor.zone),
        covered=cmd.person_ids, known=[person.id for person in list_persons(cmd.dossier_id)],
    ))  # fmt: skip
    application.authority, application.number = cmd.authority, cmd.number
    application.filed_on = cmd.filed_on
    _cover(application, set(cmd.person_ids))
    corrected = events.ApplicationCorrected(owner_id=cmd.dossier_id, application_id=application.id, reason=cmd.reason)
    record(corrected, actor=actor)
    return sight.reference


def record_asylum_read(sight: Sight, *, actor: Actor) -> None:
    """Record in the asylum chain that the actor opened the part, unless this hour's read stands."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    stands = (
        select(EventRow.seq)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.owner_id == sight.dossier_id, Chain.part == Part.ASYLUM)
        .where(EventRow.actor_id == actor.id, EventRow.kind == events.AsylumRead.kind, EventRow.at >= hour)
        .limit(1)
    )
    if db.session.execute(stands).first() is None:
        _record_read(sight.dossier_id, actor=actor)


@command
def _record_read(dossier_id: str, *, actor: Actor) -> None:
    require_sight(actor, dossier_id, part=Part.ASYLUM)
    record(events.AsylumRead(owner_id=dossier_id), actor=actor)


@command
def record_asylum_refusal(dossier_id: str, attempted: str, message: Message, *, actor: Actor) -> None:
    """Record a refused act in the asylum chain, where nobody without the part reads of it."""
    require_sight(actor, dossier_id, part=Part.ASYLUM)
    reason = sentence_now(dossier_id, message)
    record(events.AsylumRefused(owner_id=dossier_id, attempted=attempted, reason=str(reason)), actor=actor)
