"""Logging counselling sessions with what each adult stated, and correcting them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import N_, Message, NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.returns import events, queries, rules
from casetracker.returns.commands.people import Known, chosen, is_retroactive, lock_people, names_of
from casetracker.returns.models import CounsellingSession, Voluntariness
from casetracker.returns.states import Channel, Statement, Topic


@dataclass(frozen=True, kw_only=True)
class AdultStatement:
    """What one adult stated: free choice (None for a forced return), informed decision."""

    person_id: str
    free_choice: bool | None
    is_informed: bool | None


@dataclass(frozen=True, kw_only=True)
class LogCounselling(Command):
    """A session; `language` ISO 639-1."""

    dossier_id: str
    held_on: date
    channel: Channel
    language: str
    has_interpreter: bool
    topics: tuple[Topic, ...]
    note: str | None
    statements: tuple[AdultStatement, ...]


@command
def log_counselling(cmd: LogCounselling, *, actor: Actor) -> str:
    """Enter a session with the statements of the adults who took part; returns its id."""
    require(actor, Permission.COUNSELLING_LOG)
    require_open(actor, cmd.dossier_id, relation=Relation.SENDING, part=Part.SENDING)
    people = lock_people(cmd.dossier_id)
    known = chosen(people, (each.person_id for each in cmd.statements))
    refuse_if(rules.why_not_counsel(cmd.held_on, clock.today(actor.zone), _judged(known, cmd.statements)))
    session = add(CounsellingSession(
        id=ids.new_id(), dossier_id=cmd.dossier_id, held_on=cmd.held_on, channel=cmd.channel,
        language=cmd.language, has_interpreter=cmd.has_interpreter, topics=[str(t) for t in cmd.topics],
        note=cmd.note, logged_by=actor.id, logged_at=clock.now(),
    ))  # fmt: skip
    for each in cmd.statements:
        add(Voluntariness(
            id=ids.new_id(), dossier_id=cmd.dossier_id, session_id=session.id, person_id=each.person_id,
            free_choice=each.free_choice, is_informed=bool(each.is_informed),
        ))  # fmt: skip
    record(
        events.CounsellingHeld(
            owner_id=cmd.dossier_id, day=cmd.held_on, session_id=session.id, names=names_of(known),
            person_id=known[0].person.id if len(known) == 1 else None,
        ),
        actor=actor,
    )  # fmt: skip
    return session.id


@dataclass(frozen=True, kw_only=True)
class CorrectCounselling(LogCounselling):
    """What the session should have said, with the reason."""

    session_id: str
    version: int
    reason: str


@command
def correct_counselling(cmd: CorrectCounselling, *, actor: Actor) -> str:
    """Correct a session and its statements; the earlier values stay in the history. Returns its id."""
    require(actor, Permission.COUNSELLING_LOG)
    require_open(actor, cmd.dossier_id, relation=Relation.SENDING, part=Part.SENDING)
    people = lock_people(cmd.dossier_id)
    session = lock(CounsellingSession, cmd.session_id, cmd.version)
    if session.dossier_id != cmd.dossier_id:
        raise NotFound("session of another case")
    known = chosen(people, (each.person_id for each in cmd.statements))
    refuse_if(rules.why_not_counsel(cmd.held_on, clock.today(actor.zone), _judged(known, cmd.statements)))
    session.held_on, session.channel, session.language = cmd.held_on, cmd.channel, cmd.language
    session.has_interpreter, session.topics = cmd.has_interpreter, [str(t) for t in cmd.topics]
    session.note = cmd.note
    standing = {row.person_id: row for row in queries.list_statements(session.id)}
    if set(standing) != {each.person_id for each in cmd.statements}:
        refuse_if(Message(N_("Who took part cannot be changed: log another session instead.")))
    for each in cmd.statements:
        row = standing[each.person_id]
        row.free_choice, row.is_informed = each.free_choice, bool(each.is_informed)
    record(
        events.CounsellingCorrected(owner_id=cmd.dossier_id, day=cmd.held_on, session_id=session.id, reason=cmd.reason),
        actor=actor,
    )
    after, retroactive = queries.return_facts(cmd.dossier_id), is_retroactive(cmd.dossier_id)
    for person_id in standing:
        refuse_if(rules.why_not_order(people[person_id].person.name, after[person_id], "held_on",
                                      is_retroactive=retroactive))  # fmt: skip
    return session.id


def _judged(known: Sequence[Known], statements: Sequence[AdultStatement]) -> list[Statement]:
    stated = {each.person_id: each for each in statements}
    return [
        Statement(
            name=each.person.name,
            return_type=each.person.return_type,
            is_adult=each.person.is_adult,
            free_choice=stated[each.person.id].free_choice,
            is_informed=stated[each.person.id].is_informed,
        )
        for each in known
    ]
