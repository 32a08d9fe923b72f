"""Logging after the application whether an expulsion order is in force against a person, and correcting it."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command, lock
from casetracker.core.errors import N_, Conflict, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.programmes.queries import entry_terms
from casetracker.returns import events, queries, rules
from casetracker.returns.commands.people import Known, chosen, lock_people, raise_point
from casetracker.returns.models import ApplicationPerson
from casetracker.returns.states import EligibilityOutcome

RESTED_ON_IT = N_(
    "What is known of an expulsion order against %(name)s was corrected after the decision on eligibility. Look "
    "whether it still holds, and what becomes of the grants."
)
"""The sending side alone reads it and is held up by it: abroad, even that something was corrected would tell what."""


@dataclass(frozen=True, kw_only=True)
class LogExpulsionOrder(Command):
    """Whether an expulsion order is in force against a person (None: not known); a reason where something stood."""

    dossier_id: str
    person_id: str
    has_expulsion_order: bool | None
    version: int
    reason: str | None


@command
def log_expulsion_order(cmd: LogExpulsionOrder, *, actor: Actor) -> str:
    """Enter or correct the fact; raises a point where the person was found eligible on it. Returns the row's id."""
    require(actor, Permission.APPLICATION_LOG)
    require_open(actor, cmd.dossier_id, relation=Relation.SENDING, part=Part.SENDING)
    (who,) = chosen(lock_people(cmd.dossier_id), [cmd.person_id])
    refuse_if(rules.why_not_log_order(who.traveller, cmd.has_expulsion_order, cmd.reason))
    row = lock(ApplicationPerson, queries.get_application_person(cmd.dossier_id, cmd.person_id).id)
    if row.version != cmd.version:
        raise Conflict("ApplicationPerson", row.version, cmd.version)
    row.has_expulsion_order = cmd.has_expulsion_order
    event = events.ExpulsionOrderLogged(owner_id=cmd.dossier_id, person_id=cmd.person_id, reason=cmd.reason or None)
    record(event, actor=actor)
    if _rests_on_it(who, cmd.dossier_id):
        raise_point(cmd.dossier_id, RESTED_ON_IT, {"name": who.person.name}, cmd.person_id, actor, part=Part.SENDING)
    return row.id


def _rests_on_it(who: Known, dossier_id: str) -> bool:
    """Whether the person was found eligible in a programme that asks for the fact."""
    programme_id = lock(Dossier, dossier_id).programme_id
    return who.facts.eligibility == EligibilityOutcome.APPROVED and entry_terms(programme_id).excludes_expulsion
