"""Two supervisors of the sending office erase a case: one asks, the other confirms or declines."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.core import clock, ids, row_security
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_sight
from casetracker.dossiers.states import Relation
from casetracker.erasure import events, queries, rules
from casetracker.erasure.erase_commands import write_erasure
from casetracker.erasure.models import Erasure
from casetracker.erasure.states import ErasureState
from casetracker.events.recording import record
from casetracker.events.states import Part


@dataclass(frozen=True, kw_only=True)
class AskErasure(Command):
    """Ask for a case to be erased."""

    dossier_id: str


@dataclass(frozen=True, kw_only=True)
class ConfirmErasure(Command):
    """Erase it, as the second person."""

    dossier_id: str
    erasure_id: str
    version: int


@dataclass(frozen=True, kw_only=True)
class DeclineErasure(Command):
    """Leave everything as it is."""

    dossier_id: str
    erasure_id: str
    version: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class WithdrawErasure(Command):
    """Take back what one asked for."""

    dossier_id: str
    erasure_id: str
    version: int


@command
def ask_erasure(cmd: AskErasure, *, actor: Actor) -> str:
    """Put the erasure up for the second supervisor; returns its id."""
    dossier = _lock_dossier(cmd.dossier_id, actor)
    today = clock.today(actor.zone)
    with row_security.reading(row_security.EVERYTHING):  # whoever else is concerned, an auditor's mandate too
        facts, extent = queries.load_case(dossier), queries.measure(dossier.id)
    refuse_if(rules.why_not_ask(facts, queries.find_waiting(dossier.id) is not None, today))
    erasure = add(Erasure(
        id=ids.new_id(), dossier_id=dossier.id, state=ErasureState.ASKED, due_on=facts.due_on, row_count=extent.rows,
        file_count=extent.files, asked_by=actor.id, asked_at=clock.now(), decided_by=None, decided_at=None,
        decline_reason=None,
    ))  # fmt: skip
    asked = events.ErasureAsked(owner_id=dossier.id, erasure_id=erasure.id, rows=extent.rows, files=extent.files)
    record(asked, actor=actor)
    return erasure.id


@command
def confirm_erasure(cmd: ConfirmErasure, *, actor: Actor) -> str:
    """Erase the case for good, as the second person; returns the erasure's id."""
    dossier = _lock_dossier(cmd.dossier_id, actor)
    erasure = _lock_erasure(cmd.erasure_id, cmd.version, dossier)
    with row_security.reading(row_security.EVERYTHING):  # as above
        facts, extent = queries.load_case(dossier), queries.measure(dossier.id)
    refuse_if(rules.why_not_confirm(queries.facts_of(erasure), facts, extent, actor, clock.today(actor.zone)))
    erasure.state, erasure.decided_by, erasure.decided_at = ErasureState.DONE, actor.id, clock.now()
    write_erasure(dossier, erasure.id, actor=actor)
    return cmd.erasure_id


@command
def decline_erasure(cmd: DeclineErasure, *, actor: Actor) -> str:
    """Leave everything as it is, with a reason; returns the erasure's id."""
    dossier = _lock_dossier(cmd.dossier_id, actor)
    erasure = _lock_erasure(cmd.erasure_id, cmd.version, dossier)
    refuse_if(rules.why_not_decide(queries.facts_of(erasure), actor))
    erasure.state, erasure.decided_by, erasure.decided_at = ErasureState.DECLINED, actor.id, clock.now()
    erasure.decline_reason = cmd.reason
    record(events.ErasureDeclined(owner_id=dossier.id, erasure_id=erasure.id, reason=cmd.reason), actor=actor)
    return erasure.id


@command
def withdraw_erasure(cmd: WithdrawErasure, *, actor: Actor) -> str:
    """Take back the own request; returns its id."""
    dossier = _lock_dossier(cmd.dossier_id, actor)
    erasure = _lock_erasure(cmd.erasure_id, cmd.version, dossier)
    refuse_if(rules.why_not_withdraw(queries.facts_of(erasure), actor))
    erasure.state = ErasureState.WITHDRAWN
    record(events.ErasureWithdrawn(owner_id=dossier.id, erasure_id=erasure.id), actor=actor)
    return erasure.id


def _lock_dossier(dossier_id: str, actor: Actor) -> Dossier:
    """The dossier, locked, for a supervisor of the office that sends it; for all others it does not exist."""
    require(actor, Permission.CASE_ERASE)
    require_sight(actor, dossier_id, relation=Relation.SENDING, part=Part.SENDING)
    return lock(Dossier, dossier_id)


def _lock_erasure(erasure_id: str, version: int, dossier: Dossier) -> Erasure:
    erasure = lock(Erasure, erasure_id, version)
    if erasure.dossier_id != dossier.id:
        raise NotFound("erasure of another case")
    return erasure
