"""Correcting a signed agreement or a proof of contribution that was logged wrongly, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.cases.queries import get_person
from casetracker.core import clock
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command, lock
from casetracker.core.errors import N_, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.commands import add_point
from casetracker.dossiers.events import PointRaised
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import PointKind
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.plans import events, queries, rules
from casetracker.plans.draft_commands import lock_line
from casetracker.plans.models import ContributionProof, PoolAgreement

AGREEMENT_CORRECTED = N_("The agreement of %(person)s that the submitted plan rests on was corrected: %(line)s.")


@dataclass(frozen=True, kw_only=True)
class CorrectAgreement(Command):
    """When the person really signed, and on which paper (`upload` None: the file stays)."""

    dossier_id: str
    line_id: str
    person_id: str
    version: int
    agreed_on: date
    upload: Upload | None
    reason: str


@command
def correct_agreement(cmd: CorrectAgreement, *, actor: Actor) -> str:
    """Correct an agreement that stands; returns the line's id.

    Its amount stays: another amount lets it lapse (domain, "Grants, plan, money"). What was frozen with it stays too;
    where a submitted or approved version names it, the person's money waits until a supervisor has looked.
    """
    require(actor, Permission.PLAN_WRITE)
    require_open(actor, cmd.dossier_id)
    lock(Dossier, cmd.dossier_id)
    line = lock_line(cmd.dossier_id, cmd.line_id)
    person = get_person(cmd.dossier_id, cmd.person_id)
    found = queries.get_agreement(cmd.dossier_id, line.id, person.id)
    row = lock(PoolAgreement, found.id, cmd.version)
    changed = row.agreed_on != cmd.agreed_on or cmd.upload is not None
    refuse_if(rules.why_not_correct(cmd.agreed_on, clock.today(actor.zone), "agreed_on", changed=changed))
    if cmd.upload is not None:
        paper = AddDocument(
            dossier_id=cmd.dossier_id, part=Part.SHARED, kind=DocumentKind.PLAN_AGREEMENT, title=line.description,
            upload=cmd.upload, person_id=person.id, day=cmd.agreed_on,
        )  # fmt: skip
        row.document_id = add_document(paper, actor=actor)
    row.agreed_on = cmd.agreed_on
    corrected = events.PoolAgreementCorrected(
        owner_id=cmd.dossier_id, person_id=person.id, day=cmd.agreed_on, line_id=line.id,
        document_id=row.document_id, title=line.description, reason=cmd.reason,
    )  # fmt: skip
    record(corrected, actor=actor)
    if rules.is_frozen(queries.list_versions(cmd.dossier_id), line.id, person.id):
        point = add_point(
            cmd.dossier_id, PointKind.CORRECTION, AGREEMENT_CORRECTED,
            {"person": person.name, "line": line.description}, subject=("person", person.id), blocks_money=True,
        )  # fmt: skip
        record(PointRaised(owner_id=cmd.dossier_id, point_id=point.id), actor=actor)
    return line.id


@dataclass(frozen=True, kw_only=True)
class CorrectContribution(Command):
    """What was really given (minor units of the plan's currency), and when. `upload` None: the file stays."""

    dossier_id: str
    proof_id: str
    version: int
    amount: int
    given_on: date
    upload: Upload | None
    reason: str


@command
def correct_contribution(cmd: CorrectContribution, *, actor: Actor) -> str:
    """Correct a piece of evidence; returns the line's id. No grant, approval or payment rests on it."""
    require(actor, Permission.PLAN_WRITE)
    require_open(actor, cmd.dossier_id)
    found = queries.get_contribution(cmd.dossier_id, cmd.proof_id)
    line = lock_line(cmd.dossier_id, found.line_id)
    row = lock(ContributionProof, found.id, cmd.version)
    changed = (row.amount, row.given_on) != (cmd.amount, cmd.given_on) or cmd.upload is not None
    refuse_if(rules.why_not_correct(cmd.given_on, clock.today(actor.zone), "given_on", changed=changed))
    if cmd.upload is not None:
        paper = AddDocument(
            dossier_id=cmd.dossier_id, part=Part.SHARED, kind=DocumentKind.OWN_CONTRIBUTION, title=line.description,
            upload=cmd.upload, day=cmd.given_on,
        )  # fmt: skip
        row.document_id = add_document(paper, actor=actor)
    row.amount, row.given_on = cmd.amount, cmd.given_on
    corrected = events.ContributionCorrected(
        owner_id=cmd.dossier_id, day=cmd.given_on, line_id=line.id, source=row.source, amount=cmd.amount,
        currency=row.currency, document_id=row.document_id, title=line.description, reason=cmd.reason,
    )  # fmt: skip
    record(corrected, actor=actor)
    return line.id
