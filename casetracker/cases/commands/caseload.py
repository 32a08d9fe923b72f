"""Who works on a case: assigning a caseworker, handing a whole caseload over."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.accounts.models import User
from casetracker.cases import events, queries, rules
from casetracker.cases.models import Case
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission, Role
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation
from casetracker.events.recording import record

CASEWORK_ROLES = frozenset({Role.CASEWORKER, Role.SUPERVISOR})


@dataclass(frozen=True, kw_only=True)
class AssignCaseworker(Command):
    """Put a colleague in charge on the actor's side of the case; `version` is the case's."""

    dossier_id: str
    caseworker_id: str
    version: int


@command
def assign_caseworker(cmd: AssignCaseworker, *, actor: Actor) -> str:
    """Put a colleague in charge; returns the reference."""
    require(actor, Permission.CASE_ASSIGN)
    sight = require_open(actor, cmd.dossier_id)
    if sight.relation is None:
        raise NotFound("not this office's case")
    dossier = lock(Dossier, cmd.dossier_id)
    case = lock(Case, cmd.dossier_id, cmd.version)
    colleague = _colleague(cmd.caseworker_id, actor, [dossier])
    _put_in_charge(case, sight.relation, colleague.id)
    assigned = events.CaseAssigned(
        owner_id=case.id, relation=str(sight.relation), caseworker_id=colleague.id, caseworker=colleague.name
    )
    record(assigned, actor=actor)
    return sight.reference


@dataclass(frozen=True, kw_only=True)
class HandOverCaseload(Command):
    """All open cases of one colleague to another of the same office."""

    from_id: str
    to_id: str
    reason: str


@command
def hand_over_caseload(cmd: HandOverCaseload, *, actor: Actor) -> str:
    """Hand over every open case that the actor sees, one event each; returns how many, as text."""
    require(actor, Permission.CASE_ASSIGN)
    former = db.session.get(User, cmd.from_id)
    if former is None or former.office_id != actor.office_id:
        raise Refused(Message(N_("Choose a caseworker or supervisor of your own office."), field="from_id"))
    if cmd.from_id == cmd.to_id:
        raise Refused(Message(N_("Choose two different people."), field="to_id"))
    found = queries.list_open_cases_of(actor, cmd.from_id)
    if not found:
        raise Refused(Message(N_("%(name)s has no open case."), {"name": former.name}, "from_id"))
    dossiers = [lock(Dossier, dossier_id) for dossier_id in sorted({case.id for case, _relation in found})]
    colleague = _colleague(cmd.to_id, actor, dossiers, field="to_id")
    for case, relation in found:
        _put_in_charge(lock(Case, case.id), relation, colleague.id)
        handed = events.CaseloadHandedOver(
            owner_id=case.id,
            relation=str(relation),
            former=former.name,
            caseworker=colleague.name,
            reason=cmd.reason,
        )
        record(handed, actor=actor)
    return str(len(found))


def _colleague(user_id: str, actor: Actor, dossiers: list[Dossier], field: str = "caseworker_id") -> User:
    """The colleague to be put in charge, judged; a restricted case goes to a named reader only."""
    user = db.session.get(User, user_id)
    is_colleague = user is not None and user.office_id == actor.office_id and user.is_active
    does_casework = user is not None and user.role in CASEWORK_ROLES
    restricted = [dossier.id for dossier in dossiers if dossier.is_restricted]
    may_see = set(restricted) <= queries.readable_by(user_id, restricted)
    refusal = rules.why_not_work_on(is_colleague=is_colleague, does_casework=does_casework, may_see=may_see)
    refuse_if(refusal and refusal.beside(field))
    if user is None:
        raise NotFound("user")
    return user


def _put_in_charge(case: Case, relation: Relation, user_id: str) -> None:
    if relation == Relation.SENDING:
        case.caseworker_id = user_id
    else:
        case.receiving_caseworker_id = user_id
