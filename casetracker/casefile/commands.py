"""Acts on the case as a whole: notes, its stage, programme, suspension, closing and reopening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casetracker.casefile import events, queries, rules
from casetracker.casefile.models import Note
from casetracker.casefile.person_commands import relinquish_open_grants
from casetracker.casefile.states import NEXT_STAGE, NoteSide
from casetracker.cases import queries as cases
from casetracker.cases.events import ProgrammeChosen
from casetracker.cases.models import Case
from casetracker.cases.states import Outcome, Stage
from casetracker.checks import queries as checks
from casetracker.checks import rules as checks_rules
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open, require_sight
from casetracker.dossiers.rules import why_not_write
from casetracker.dossiers.states import Relation
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.grants.commands import write_pause
from casetracker.grants.models import Grant
from casetracker.programmes import queries as programmes


@dataclass(frozen=True, kw_only=True)
class WriteNote(Command):
    """A note for one side or both; `day` is the day it is about."""

    dossier_id: str
    side: NoteSide
    text: str
    day: date
    person_id: str | None


@command
def write_note(cmd: WriteNote, *, actor: Actor) -> str:
    """Put a note into the timeline; returns its id. The receiving office's notes are read by both."""
    require(actor, Permission.NOTE_WRITE)
    part = Part(str(cmd.side))
    require_open(actor, cmd.dossier_id, part=part)
    if cmd.person_id is not None:
        cases.get_person(cmd.dossier_id, cmd.person_id)
    if cmd.day > clock.today(actor.zone):
        raise Refused(Message(N_("The day lies in the future.")).beside("day"))
    note = add(
        Note(
            id=ids.new_id(),
            dossier_id=cmd.dossier_id,
            part=str(part),
            person_id=cmd.person_id,
            text=cmd.text,
            day=cmd.day,
            written_at=clock.now(),
            written_by=actor.id,
        )
    )
    record(
        events.NoteWritten(owner_id=cmd.dossier_id, part=part, text=cmd.text, day=cmd.day, person_id=cmd.person_id),
        actor=actor,
    )
    return note.id


@dataclass(frozen=True, kw_only=True)
class MoveOn(Command):
    """Move the case from `stage` to the next."""

    dossier_id: str
    stage: Stage


@command
def move_on(cmd: MoveOn, *, actor: Actor) -> None:
    """Enter the next stage, when everything it needs is there."""
    require(actor, Permission.CASE_EDIT)
    sight = require_open(actor, cmd.dossier_id)
    case = lock(Case, cmd.dossier_id)
    if case.stage != cmd.stage:
        raise Refused(Message(N_("Somebody has moved the case on meanwhile.")))
    facts = queries.load_stage_facts(cmd.dossier_id)
    refuse_if(rules.why_not_move(facts, sight.relation))
    case.stage = NEXT_STAGE[case.stage]
    record(events.StageEntered(owner_id=cmd.dossier_id, stage=str(case.stage)), actor=actor)


@dataclass(frozen=True, kw_only=True)
class ChooseProgramme(Command):
    """The programme that pays for the case; one per case, from the application on."""

    dossier_id: str
    programme_id: str


@command
def choose_programme(cmd: ChooseProgramme, *, actor: Actor) -> None:
    """Choose the case's programme; not any more once a grant was made."""
    require(actor, Permission.APPLICATION_LOG)
    require_open(actor, cmd.dossier_id, relation=Relation.SENDING)
    dossier = lock(Dossier, cmd.dossier_id)
    if db.session.scalars(select(Grant.id).where(Grant.dossier_id == dossier.id).limit(1)).first() is not None:
        raise Refused(Message(N_("Grants were made under the present programme, so it stays.")).beside("programme_id"))
    programme = programmes.get_programme(cmd.programme_id)
    if not programme.is_active:
        raise Refused(Message(N_("This programme is not active.")).beside("programme_id"))
    if dossier.programme_id == programme.id:
        raise Refused(Message(N_("This programme is chosen already.")).beside("programme_id"))
    dossier.programme_id = programme.id
    record(ProgrammeChosen(owner_id=dossier.id, programme=programme.name), actor=actor)


@dataclass(frozen=True, kw_only=True)
class SuspendCase(Command):
    """Stop the clocks: somebody cannot be reached, or security forbids to go on."""

    dossier_id: str
    reason: str


@command
def suspend_case(cmd: SuspendCase, *, actor: Actor) -> None:
    """Suspend the case from today."""
    require(actor, Permission.CASE_EDIT)
    require_open(actor, cmd.dossier_id)
    case = lock(Case, cmd.dossier_id)
    if case.suspended_on is not None:
        raise Refused(Message(N_("The case is suspended already.")))
    case.suspended_on, case.suspension_reason = clock.today(actor.zone), cmd.reason
    record(events.CaseSuspended(owner_id=case.id, reason=cmd.reason), actor=actor)


@dataclass(frozen=True, kw_only=True)
class ResumeCase(Command):
    """Let the clocks run again."""

    dossier_id: str


@command
def resume_case(cmd: ResumeCase, *, actor: Actor) -> None:
    """Resume: every clock that was running gets the days back, never beyond the programme's period."""
    require(actor, Permission.CASE_EDIT)
    require_open(actor, cmd.dossier_id)
    case = lock(Case, cmd.dossier_id)
    if case.suspended_on is None:
        raise Refused(Message(N_("The case is not suspended.")))
    stood_still = clock.today(actor.zone) - case.suspended_on
    case.suspended_on = case.suspension_reason = None
    write_pause(case.id, stood_still.days)
    record(events.CaseResumed(owner_id=case.id), actor=actor)


@dataclass(frozen=True, kw_only=True)
class CloseCase(Command):
    """Close with one of the outcomes and a reason."""

    dossier_id: str
    outcome: Outcome
    reason: str


@command
def close_case(cmd: CloseCase, *, actor: Actor) -> None:
    """Close the case: from now on it can only be read; what was awarded and not used goes back."""
    require(actor, Permission.CASE_CLOSE)
    sight = require_open(actor, cmd.dossier_id)
    if sight.relation is None:
        raise Refused(Message(N_("Only an office of the case can close it.")))
    dossier = lock(Dossier, cmd.dossier_id)
    case = lock(Case, cmd.dossier_id)
    refuse_if(rules.why_not_close(queries.load_stage_facts(cmd.dossier_id), cmd.outcome, sight.relation))
    if cmd.outcome == Outcome.COMPLETED:
        refuse_if(checks_rules.why_not_close(checks.asked_for(sight)))
    relinquish_open_grants(dossier.id, None, cmd.reason, actor=actor)
    case.closed_from, case.stage, case.outcome = case.stage, Stage.CLOSED, cmd.outcome
    case.suspended_on = case.suspension_reason = None
    dossier.closed_on = clock.today(actor.zone)
    record(events.CaseClosed(owner_id=case.id, outcome=str(cmd.outcome), reason=cmd.reason), actor=actor)


@dataclass(frozen=True, kw_only=True)
class ReopenCase(Command):
    """Open a closed case again, with a reason."""

    dossier_id: str
    reason: str


@command
def reopen_case(cmd: ReopenCase, *, actor: Actor) -> None:
    """Put a closed case back to where it stood. Money that went back stays back."""
    require(actor, Permission.CASE_CLOSE)
    sight = require_sight(actor, cmd.dossier_id, relation=Relation.SENDING)
    dossier = lock(Dossier, sight.dossier_id)
    refuse_if(why_not_write(dossier.erased_on))
    case = lock(Case, sight.dossier_id)
    refuse_if(rules.why_not_reopen(queries.load_stage_facts(sight.dossier_id)))
    case.stage, case.closed_from, case.outcome = case.closed_from or Stage.INTAKE, None, None
    dossier.closed_on = None
    record(events.CaseReopened(owner_id=case.id, reason=cmd.reason), actor=actor)
