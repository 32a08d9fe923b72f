"""Referral to the receiving office: sending with a frozen summary, accepting, returning, recalling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.accounts.models import Office, User
from casetracker.cases import events, queries, referral_queries, rules
from casetracker.cases.commands.caseload import CASEWORK_ROLES
from casetracker.cases.models import Case, Referral
from casetracker.cases.states import PersonStatus, ReferralFacts, ReferralState
from casetracker.core import clock, ids, row_security
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.commands import add_access
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation
from casetracker.events.recording import record


@dataclass(frozen=True, kw_only=True)
class SendReferral(Command):
    """Refer the case to an office; needs, place and expected arrival go into the frozen summary."""

    dossier_id: str
    office_id: str
    needs: str
    place: str
    expected_on: date | None


@command
def send_referral(cmd: SendReferral, *, actor: Actor) -> str:
    """Send a referral; returns its id. Until it accepts, the office sees the frozen summary only."""
    require(actor, Permission.REFERRAL_SEND)
    require_open(actor, cmd.dossier_id, relation=Relation.SENDING)
    lock(Dossier, cmd.dossier_id)
    office = db.session.get(Office, cmd.office_id)
    persons = [p for p in queries.person_rows(cmd.dossier_id) if p.status == PersonStatus.ACTIVE]
    facts = ReferralFacts(
        without_consent=tuple(p.name for p in queries.lacking_consent(cmd.dossier_id)),
        stands_already=referral_queries.find_standing(cmd.dossier_id) is not None,
        is_own_office=cmd.office_id == actor.office_id,
        is_receiving_office=office is not None and office.is_receiving and office.is_active,
    )
    refuse_if(rules.why_not_refer(facts))
    today = clock.today(actor.zone)
    ages = [queries.age_on(person, today) for person in persons]
    referral = add(Referral(
        id=ids.new_id(), dossier_id=cmd.dossier_id, office_id=cmd.office_id,
        summary=rules.freeze_summary(ages, cmd.needs, cmd.place, cmd.expected_on), sent_by=actor.id,
        sent_at=clock.now(), state=ReferralState.WAITING, answered_by=None, answered_at=None,
        answer_reason=None,
    ))  # fmt: skip
    name = office.name if office else ""
    record(events.ReferralSent(owner_id=cmd.dossier_id, referral_id=referral.id, office=name), actor=actor)
    return referral.id


@dataclass(frozen=True, kw_only=True)
class AcceptReferral(Command):
    """Take the case on; `caseworker_id` is who works on it in the receiving office."""

    referral_id: str
    caseworker_id: str


@command
def accept_referral(cmd: AcceptReferral, *, actor: Actor) -> str:
    """Accept a referral; returns the case's reference. The office sees its part from now on."""
    require(actor, Permission.REFERRAL_ANSWER)
    dossier, referral, office = _to_answer(cmd.referral_id, actor, accepting=True)
    colleague = db.session.get(User, cmd.caseworker_id)
    is_colleague = colleague is not None and colleague.office_id == actor.office_id and colleague.is_active
    does_casework = colleague is not None and colleague.role in CASEWORK_ROLES
    refuse_if(rules.why_not_work_on(is_colleague=is_colleague, does_casework=does_casework, may_see=True))
    _answer(referral, ReferralState.ACCEPTED, None, actor)
    add_access(dossier.id, referral.office_id, Relation.RECEIVING, clock.today(actor.zone))
    db.session.flush()  # from here on the case exists for this office in the database, too
    lock(Case, dossier.id).receiving_caseworker_id = cmd.caseworker_id
    accepted = events.ReferralAccepted(
        owner_id=dossier.id,
        referral_id=referral.id,
        office=office.name,
        caseworker=colleague.name if colleague else "",
    )
    record(accepted, actor=actor)
    return dossier.reference


@dataclass(frozen=True, kw_only=True)
class ReturnReferral(Command):
    """Send a referral back, with the reason that will stand on the case."""

    referral_id: str
    reason: str


@command
def return_referral(cmd: ReturnReferral, *, actor: Actor) -> None:
    """Return a referral of the actor's office to the sending office."""
    require(actor, Permission.REFERRAL_ANSWER)
    dossier, referral, office = _to_answer(cmd.referral_id, actor, accepting=False)
    _answer(referral, ReferralState.RETURNED, cmd.reason, actor)
    returned = events.ReferralReturned(
        owner_id=dossier.id, referral_id=referral.id, office=office.name, reason=cmd.reason
    )
    record(returned, actor=actor)


@dataclass(frozen=True, kw_only=True)
class RecallReferral(Command):
    """Take a referral back that was not answered yet."""

    dossier_id: str
    referral_id: str
    reason: str


@command
def recall_referral(cmd: RecallReferral, *, actor: Actor) -> str:
    """Recall a waiting referral, so that nothing of it is shown any more; returns the reference."""
    require(actor, Permission.REFERRAL_SEND)
    sight = require_open(actor, cmd.dossier_id, relation=Relation.SENDING)
    lock(Dossier, cmd.dossier_id)
    referral = lock(Referral, cmd.referral_id)
    if referral.dossier_id != cmd.dossier_id:
        raise NotFound("referral of another case")
    refuse_if(rules.why_not_answer(referral.state, has_consent=True, accepting=False))
    _answer(referral, ReferralState.RECALLED, cmd.reason, actor)
    office = db.session.get_one(Office, referral.office_id)
    recalled = events.ReferralRecalled(
        owner_id=cmd.dossier_id, referral_id=referral.id, office=office.name, reason=cmd.reason
    )
    record(recalled, actor=actor)
    return sight.reference


def _to_answer(referral_id: str, actor: Actor, *, accepting: bool) -> tuple[Dossier, Referral, Office]:
    """The dossier and the referral, locked in this order, judged; NotFound where it is another office's."""
    found = referral_queries.get_received(actor, referral_id)
    dossier = lock(Dossier, found.dossier_id)
    referral = lock(Referral, referral_id)
    with row_security.reading(row_security.EVERYTHING):  # the office that is asked may not read these rows yet
        has_consent = queries.has_sharing_consent(dossier.id)
    refuse_if(rules.why_not_answer(referral.state, has_consent=has_consent, accepting=accepting))
    return dossier, referral, db.session.get_one(Office, referral.office_id)


def _answer(referral: Referral, state: ReferralState, reason: str | None, actor: Actor) -> None:
    referral.state, referral.answer_reason = state, reason
    referral.answered_by, referral.answered_at = actor.id, clock.now()
