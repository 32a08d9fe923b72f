"""Consents: logging one with its signed file, and taking one back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from casetracker.cases import events, queries, referral_queries, rules
from casetracker.cases.models import Case, Consent
from casetracker.cases.states import ConsentFacts, ConsentScope, PersonFacts, ReferralState
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, current_unit, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, refuse_if, why_not_reason
from casetracker.core.labels import label_id
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.commands import add_point
from casetracker.dossiers.events import PointRaised
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import PointKind, Relation, Sight
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.programmes.states import ApplicantRole

LATE_CONSENT = N_("By the corrected day, the consent of %(name)s to sharing came after the referral was sent.")


@dataclass(frozen=True, kw_only=True)
class LogConsent(Command):
    """What a person agreed to, on which day, with the signed file."""

    dossier_id: str
    person_id: str
    scope: ConsentScope
    given_on: date
    upload: Upload


@command
def log_consent(cmd: LogConsent, *, actor: Actor) -> str:
    """Log a consent (a child's guardian's); returns its id. The file stays with the side that logs it."""
    require(actor, Permission.CONSENT_LOG)
    sight = require_open(actor, cmd.dossier_id)
    lock(Dossier, cmd.dossier_id)
    person = queries.get_person(cmd.dossier_id, cmd.person_id)
    facts = ConsentFacts(
        is_adult=person.is_adult,
        guardian_known=person.guardian_id is not None or person.role == ApplicantRole.PRINCIPAL,
        stands_already=queries.find_standing_consent(person.id, cmd.scope) is not None,
        given_on=cmd.given_on,
        today=clock.today(actor.zone),
    )
    refuse_if(rules.why_not_log_consent(facts))
    giver = person
    if not person.is_adult and person.guardian_id is not None:
        giver = queries.get_person(cmd.dossier_id, person.guardian_id)
    document_id = _add_signed(cmd.dossier_id, sight, cmd.scope, cmd.upload, person, cmd.given_on, actor)
    consent = add(Consent(
        id=ids.new_id(), dossier_id=cmd.dossier_id, person_id=person.id, given_by_id=giver.id,
        scope=cmd.scope,
        given_on=cmd.given_on, document_id=document_id, withdrawn_on=None,
    ))  # fmt: skip
    given = events.ConsentGiven(
        owner_id=cmd.dossier_id, day=cmd.given_on, person_id=person.id, scope=str(cmd.scope),
        name=person.name,
        given_by=giver.name,
    )  # fmt: skip
    record(given, actor=actor)
    return consent.id


@dataclass(frozen=True, kw_only=True)
class CorrectConsent(Command):
    """The day on which a consent was signed, or its file, as it should have been logged; the reason."""

    dossier_id: str
    consent_id: str
    given_on: date
    upload: Upload | None
    reason: str
    version: int


@command
def correct_consent(cmd: CorrectConsent, *, actor: Actor) -> str:
    """Correct a consent: who agreed to what stays, and so does what it opened. Returns its id.

    Where the referral was sent before the corrected day, a point on the case says that consent was missing then.
    """
    require(actor, Permission.CONSENT_LOG)
    sight = require_open(actor, cmd.dossier_id)
    refuse_if(why_not_reason(cmd.reason))
    lock(Dossier, cmd.dossier_id)
    queries.get_consent(cmd.dossier_id, cmd.consent_id)
    consent = lock(Consent, cmd.consent_id, cmd.version)
    person = queries.get_person(cmd.dossier_id, consent.person_id)
    refuse_if(
        rules.why_not_correct_consent(
            consent.given_on,
            cmd.given_on,
            withdrawn_on=consent.withdrawn_on,
            today=clock.today(actor.zone),
            has_file=cmd.upload is not None,
        )
    )
    if cmd.upload is not None:
        consent.document_id = _add_signed(cmd.dossier_id, sight, consent.scope, cmd.upload, person, cmd.given_on, actor)
    before, consent.given_on = consent.given_on, cmd.given_on
    record(
        events.ConsentCorrected(
            owner_id=cmd.dossier_id, day=cmd.given_on, person_id=person.id, name=person.name, reason=cmd.reason
        ),
        actor=actor,
    )
    referral = referral_queries.find_standing(cmd.dossier_id)
    sent_on = referral.sent_at.astimezone(ZoneInfo(actor.zone)).date() if referral else None
    if consent.scope == ConsentScope.SHARING and before != cmd.given_on and sent_on and sent_on < cmd.given_on:
        point = add_point(
            cmd.dossier_id, PointKind.TASK, LATE_CONSENT, {"name": person.name}, subject=("person", person.id)
        )
        record(PointRaised(owner_id=cmd.dossier_id, person_id=person.id, point_id=point.id), actor=actor)
    return consent.id


def _add_signed(
    dossier_id: str, sight: Sight, scope: ConsentScope, upload: Upload, person: PersonFacts, day: date, actor: Actor
) -> str:
    """The signed file, which stays with the side that logs it."""
    part = Part.SENDING if sight.relation == Relation.SENDING else Part.SHARED
    file = AddDocument(
        dossier_id=dossier_id, part=part, kind=DocumentKind.CONSENT, title=label_id(scope), upload=upload,
        person_id=person.id, day=day,
    )  # fmt: skip
    return add_document(file, actor=actor)


def write_consent_withdrawn(dossier_id: str, consent_id: str, day: date) -> Consent:
    """Take a consent back from a day on, inside a higher room's command, which records it.

    Where an adult's consent to sharing is missing then, the referral (waiting or accepted) is recalled: new
    disclosure stops at once, and another referral can follow when the consent is given again.
    """
    current_unit()
    queries.get_consent(dossier_id, consent_id)
    consent = lock(Consent, consent_id)
    is_withdrawn, early = consent.withdrawn_on is not None, day < consent.given_on
    refuse_if(rules.why_not_withdraw(is_withdrawn=is_withdrawn, early=early))
    consent.withdrawn_on = day
    db.session.flush()
    standing = referral_queries.find_standing(dossier_id)
    is_sharing = consent.scope == ConsentScope.SHARING
    if is_sharing and standing is not None and not queries.has_sharing_consent(dossier_id):
        standing.state, standing.answered_at = ReferralState.RECALLED, clock.now()
        lock(Case, dossier_id).receiving_caseworker_id = None
    return consent
