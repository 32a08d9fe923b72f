"""Acts on one person's part in the case that touch several rooms at once: eligibility, departure, leaving, consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from casetracker.casefile import events, person_rules
from casetracker.cases import queries as cases
from casetracker.cases.commands import write_consent_withdrawn, write_person_status
from casetracker.cases.states import ConsentScope, PersonStatus
from casetracker.core import clock
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, Refused, refuse_if
from casetracker.core.labels import name_values
from casetracker.core.permissions import Permission
from casetracker.dossiers.commands import add_point, end_access
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import PointKind, Relation
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.grants import commands as grants
from casetracker.grants.models import Grant
from casetracker.grants.queries import list_grants
from casetracker.grants.states import GrantState
from casetracker.plans.commands import write_grants_gone
from casetracker.programmes.queries import entry_terms, waits_for_departure
from casetracker.programmes.states import BasisDate
from casetracker.returns import commands as returns
from casetracker.returns.queries import return_facts
from casetracker.returns.states import EligibilityOutcome, ReturnFacts

REJOINED = N_("%(name)s takes part again. Grants that went back are made anew only by a new decision.")
TAKEN_BACK = N_("%(name)s took back the consent to sharing: what is open passes to the sending office.")


class LeaveWay(StrEnum):
    """How a person stops taking part."""

    LEFT_OUT = "left_out"
    WITHDRAWN = "withdrawn"
    WITHDREW_AFTER_RETURN = "withdrew_after_return"
    SEPARATED = "separated"
    DECEASED = "deceased"


name_values(
    {
        LeaveWay.LEFT_OUT: N_("Left out of the journey"),
        LeaveWay.WITHDRAWN: N_("Withdrew before departure"),
        LeaveWay.WITHDREW_AFTER_RETURN: N_("Withdrew after return"),
        LeaveWay.SEPARATED: N_("Separated from the family"),
        LeaveWay.DECEASED: N_("Died"),
    }
)


@dataclass(frozen=True, kw_only=True)
class DecideEligibility(Command):
    """Whether this person may take part, and why; `amounts` (package id, minor units) of what a rule caps only."""

    dossier_id: str
    person_id: str
    outcome: EligibilityOutcome
    reason: str
    amounts: tuple[tuple[str, int], ...] = ()


@command
def decide_eligibility(cmd: DecideEligibility, *, actor: Actor) -> None:
    """A supervisor's decision; an approval makes the person's grants from the rules in force, and awards them."""
    require(actor, Permission.ELIGIBILITY_DECIDE)
    require_open(actor, cmd.dossier_id, relation=Relation.SENDING, part=Part.SENDING)
    dossier = lock(Dossier, cmd.dossier_id)
    person = cases.get_person(cmd.dossier_id, cmd.person_id)
    known = return_facts(cmd.dossier_id).get(person.id) or ReturnFacts(person_id=person.id)
    case = cases.get_case(cmd.dossier_id)
    days = {BasisDate.APPLICATION: known.applied_on, BasisDate.DEPARTURE: known.departed_on or known.booked_on}
    if cmd.amounts and cmd.outcome != EligibilityOutcome.APPROVED:
        raise Refused(Message(N_("Amounts belong to an approval; leave them empty.")).beside("amounts"))
    refuse_if(
        person_rules.why_not_decide(
            person,
            known,
            cmd.outcome,
            has_programme=dossier.programme_id is not None,
            is_own_case=case.caseworker_id == actor.id,
            terms=entry_terms(dossier.programme_id),
            is_retroactive=case.is_retroactive,
            gave_back=_gave_back(person.id),
            waits_for_departure=dossier.programme_id is not None
            and waits_for_departure(dossier.programme_id, person.role, person.return_type, person.nationality, days),
        )
    )
    returns.write_eligibility(cmd.dossier_id, person.id, cmd.outcome, cmd.reason, actor=actor)
    record(
        events.EligibilityDecided(
            owner_id=cmd.dossier_id, person_id=person.id, outcome=str(cmd.outcome), reason=cmd.reason
        ),
        actor=actor,
    )
    if cmd.outcome == EligibilityOutcome.APPROVED and dossier.programme_id is not None:
        grants.make_grants(dossier.id, person, days, dossier.programme_id, actor=actor, amounts=dict(cmd.amounts))
        if known.arrived_on is not None:
            grants.write_due_days(person.id, known.arrived_on)
            record(events.ClocksStarted(owner_id=dossier.id, person_id=person.id), actor=actor)
    elif cmd.outcome != EligibilityOutcome.APPROVED:
        relinquish_open_grants(cmd.dossier_id, person.id, cmd.reason, actor=actor)


def _gave_back(person_id: str) -> bool:
    states = db.session.scalars(select(Grant.state).where(Grant.person_id == person_id)).all()
    return bool(states) and GrantState.OPEN not in states


@dataclass(frozen=True, kw_only=True)
class Depart(Command):
    """The person left the host country on this day, by way of `transit`."""

    dossier_id: str
    person_id: str
    departed_on: date
    transit: str | None


@command
def depart(cmd: Depart, *, actor: Actor) -> None:
    """Log a departure."""
    require(actor, Permission.JOURNEY_LOG)
    require_open(actor, cmd.dossier_id, relation=Relation.SENDING)
    lock(Dossier, cmd.dossier_id)
    person = cases.get_person(cmd.dossier_id, cmd.person_id)
    known = return_facts(cmd.dossier_id).get(person.id) or ReturnFacts(person_id=person.id)
    refuse_if(person_rules.why_not_depart(person, known, cmd.departed_on, clock.today(actor.zone)))
    returns.write_departure(cmd.dossier_id, person.id, departed_on=cmd.departed_on, transit=cmd.transit)
    record(events.PersonDeparted(owner_id=cmd.dossier_id, person_id=person.id, day=cmd.departed_on), actor=actor)


@dataclass(frozen=True, kw_only=True)
class NotDepart(Command):
    """The person did not leave, and why."""

    dossier_id: str
    person_id: str
    day: date
    reason: str


@command
def not_depart(cmd: NotDepart, *, actor: Actor) -> None:
    """Log that a person did not depart; the person's grants go back."""
    require(actor, Permission.JOURNEY_LOG)
    require_open(actor, cmd.dossier_id, relation=Relation.SENDING)
    lock(Dossier, cmd.dossier_id)
    person = cases.get_person(cmd.dossier_id, cmd.person_id)
    known = return_facts(cmd.dossier_id).get(person.id) or ReturnFacts(person_id=person.id)
    refuse_if(person_rules.why_not_stay_behind(person, known, cmd.day, clock.today(actor.zone)))
    relinquish_open_grants(cmd.dossier_id, person.id, cmd.reason, actor=actor)
    returns.write_not_departed(cmd.dossier_id, person.id, not_departed_on=cmd.day, reason=cmd.reason)
    write_person_status(cmd.dossier_id, person.id, PersonStatus.NOT_DEPARTED, cmd.day, cmd.reason)
    record(
        events.PersonNotDeparted(owner_id=cmd.dossier_id, person_id=person.id, day=cmd.day, reason=cmd.reason),
        actor=actor,
    )


@dataclass(frozen=True, kw_only=True)
class LeavePerson(Command):
    """A person takes part no longer."""

    dossier_id: str
    person_id: str
    way: LeaveWay
    day: date
    reason: str


@command
def leave_person(cmd: LeavePerson, *, actor: Actor) -> None:
    """Leave out, withdraw, separate, die: what the person's grants have left goes back; the others' parts stand."""
    require(actor, Permission.PERSON_EDIT)
    sight = require_open(actor, cmd.dossier_id)
    lock(Dossier, cmd.dossier_id)
    person = cases.get_person(cmd.dossier_id, cmd.person_id)
    known = return_facts(cmd.dossier_id).get(person.id) or ReturnFacts(person_id=person.id)
    refuse_if(person_rules.why_not_leave(person, known, cmd.way, cmd.day, clock.today(actor.zone)))
    if cmd.way in (LeaveWay.LEFT_OUT, LeaveWay.WITHDRAWN) and sight.relation != Relation.SENDING:
        raise Refused(Message(N_("Before departure the sending office decides who travels.")).beside("way"))
    relinquish_open_grants(cmd.dossier_id, person.id, cmd.reason, actor=actor)
    status = PersonStatus(str(cmd.way))
    write_person_status(cmd.dossier_id, person.id, status, cmd.day, cmd.reason)
    record(
        events.PersonLeft(
            owner_id=cmd.dossier_id, person_id=person.id, day=cmd.day, status=str(status), reason=cmd.reason
        ),
        actor=actor,
    )


@dataclass(frozen=True, kw_only=True)
class RejoinPerson(Command):
    """A person who was recorded as having left takes part again: a correction, or a change of mind."""

    dossier_id: str
    person_id: str
    reason: str


@command
def rejoin_person(cmd: RejoinPerson, *, actor: Actor) -> None:
    """Let a person take part again. Grants stay given back until a supervisor decides anew: a point says so."""
    require(actor, Permission.PERSON_EDIT)
    require_open(actor, cmd.dossier_id)
    lock(Dossier, cmd.dossier_id)
    person = cases.get_person(cmd.dossier_id, cmd.person_id)
    refuse_if(person_rules.why_not_rejoin(person))
    write_person_status(cmd.dossier_id, person.id, PersonStatus.ACTIVE, clock.today(actor.zone), None)
    if _gave_back(person.id):
        add_point(cmd.dossier_id, PointKind.TASK, REJOINED, {"name": person.name}, subject=("person", person.id))
    record(events.PersonRejoined(owner_id=cmd.dossier_id, person_id=person.id, reason=cmd.reason), actor=actor)


@dataclass(frozen=True, kw_only=True)
class WithdrawConsent(Command):
    """A consent is taken back from this day."""

    dossier_id: str
    consent_id: str
    day: date


@command
def withdraw_consent(cmd: WithdrawConsent, *, actor: Actor) -> None:
    """Record the withdrawal of a consent. Without every adult's consent to sharing the receiving office's access ends
    at once, and what is open passes to the sending office."""
    require(actor, Permission.CONSENT_LOG)
    require_open(actor, cmd.dossier_id)
    lock(Dossier, cmd.dossier_id)
    if cmd.day > clock.today(actor.zone):
        raise Refused(Message(N_("The day lies in the future.")).beside("day"))
    consent = write_consent_withdrawn(cmd.dossier_id, cmd.consent_id, cmd.day)
    db.session.flush()
    person = cases.get_person(cmd.dossier_id, consent.person_id)
    is_open = consent.scope != ConsentScope.SHARING or cases.has_sharing_consent(cmd.dossier_id)
    if not is_open and end_access(cmd.dossier_id, Relation.RECEIVING, clock.today(actor.zone)):
        add_point(cmd.dossier_id, PointKind.TASK, TAKEN_BACK, {"name": person.name})
    record(
        events.ConsentWithdrawn(
            owner_id=cmd.dossier_id, person_id=consent.person_id, day=cmd.day, scope=str(consent.scope)
        ),
        actor=actor,
    )


def relinquish_open_grants(dossier_id: str, person_id: str | None, reason: str, *, actor: Actor) -> None:
    """Give back what the open grants of one person (None: of everybody) have left, out of the plan's lines too.

    Runs inside a command and records its own events, so everything written before must have been recorded.
    """
    grants_open = [grant for grant in list_grants(dossier_id) if grant.is_open]
    for each in sorted({grant.person_id for grant in grants_open if person_id in (None, grant.person_id)}):
        write_grants_gone(dossier_id, each, reason, actor=actor)


@returns.after_arrival
def _start_clocks(person_id: str, arrived_on: date) -> None:
    """Clocks of the person's grants run from the arrival."""
    grants.write_due_days(person_id, arrived_on)


@returns.after_corrected_arrival
def _move_clocks(person_id: str, before: date, after: date | None) -> None:
    """Clocks follow the arrival that they run from."""
    grants.write_corrected_arrival(person_id, before, after)
