"""The agreement with an implementing partner, the reports on its tranches, and accepting them: two people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm.attributes import flag_modified

from casetracker.community import partner_events as events
from casetracker.community import partner_queries, partner_rules
from casetracker.community.commands import require_project
from casetracker.community.contribution_queries import currency_of
from casetracker.community.partner_models import PartnerAgreement, PartnerTranche
from casetracker.community.partner_rules import TrancheFacts
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.providers.queries import get_provider


@dataclass(frozen=True, kw_only=True)
class TrancheEntry:
    """A tranche as it is agreed: minor units, the day on which it is planned, the day by which its report is due."""

    amount: int
    planned_on: date
    report_due_on: date


@dataclass(frozen=True, kw_only=True)
class LogPartnerAgreement(Command):
    """What was signed with a partner; minor units of the programme's currency."""

    dossier_id: str
    provider_id: str
    starts_on: date
    ends_on: date
    amount: int
    tranches: tuple[TrancheEntry, ...]
    upload: Upload


@command
def log_partner_agreement(cmd: LogPartnerAgreement, *, actor: Actor) -> str:
    """Enter the agreement with its tranches; returns its id. From now on the partner is paid against its reports."""
    sight = require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    provider, currency = get_provider(actor, cmd.provider_id), currency_of(sight)
    if partner_queries.find_agreement(cmd.dossier_id, provider.id) is not None:
        raise Refused(Message(N_("There is an agreement with this partner already."), {}, "provider_id"))
    facts = [
        TrancheFacts(number=number, **vars(entry)) for number, entry in enumerate(cmd.tranches, start=1)
    ]  # fmt: skip
    refuse_if(partner_rules.why_not_agree(cmd.starts_on, cmd.ends_on, cmd.amount, facts, currency))
    document = AddDocument(
        dossier_id=cmd.dossier_id, part=Part.SHARED, kind=DocumentKind.PARTNER_AGREEMENT, title=provider.name,
        upload=cmd.upload, day=cmd.starts_on,
    )  # fmt: skip
    document_id = add_document(document, actor=actor)
    agreement = add(PartnerAgreement(
        id=ids.new_id(), dossier_id=cmd.dossier_id, provider_id=provider.id, starts_on=cmd.starts_on,
        ends_on=cmd.ends_on, amount=cmd.amount, currency=currency, document_id=document_id, logged_by=actor.id,
    ))  # fmt: skip
    db.session.flush()
    for each in facts:
        _add_tranche(agreement, each)
    record(
        events.PartnerAgreed(
            owner_id=cmd.dossier_id, agreement_id=agreement.id, partner=provider.name, amount=cmd.amount,
            currency=currency,
        ),
        actor=actor,
    )  # fmt: skip
    return agreement.id


@dataclass(frozen=True, kw_only=True)
class CorrectPartnerAgreement(Command):
    """The agreement as it is to stand, as it was mistyped or amended, and why; `upload`: the amendment, where there is
    one. Tranches in their order; `version` is the agreement's when the page was opened."""

    dossier_id: str
    agreement_id: str
    starts_on: date
    ends_on: date
    amount: int
    tranches: tuple[TrancheEntry, ...]
    upload: Upload | None
    reason: str
    version: int


@command
def correct_partner_agreement(cmd: CorrectPartnerAgreement, *, actor: Actor) -> str:
    """A supervisor who did not enter it puts an agreement right; returns its id. What is accounted for stays, and it
    never comes below what is paid."""
    sight = require_project(actor, cmd.dossier_id, Permission.SHARE_DECIDE)
    agreement = lock(PartnerAgreement, partner_queries.get_agreement(sight, cmd.agreement_id).id, cmd.version)
    rows = partner_queries.list_tranches(agreement.id)
    facts = [TrancheFacts(number=number, **vars(entry)) for number, entry in enumerate(cmd.tranches, start=1)]
    refuse_if(
        partner_rules.why_not_amend(
            [partner_queries.facts_of(row) for row in rows], facts,
            partner_queries.paid_to(cmd.dossier_id, agreement.provider_id), agreement.currency,
            is_own=agreement.logged_by == actor.id,
        )
        or partner_rules.why_not_agree(cmd.starts_on, cmd.ends_on, cmd.amount, facts, agreement.currency)
    )  # fmt: skip
    if cmd.upload is not None:
        amendment = AddDocument(
            dossier_id=cmd.dossier_id, part=Part.SHARED, kind=DocumentKind.PARTNER_AGREEMENT, title=cmd.reason[:100],
            upload=cmd.upload, day=clock.today(actor.zone),
        )  # fmt: skip
        agreement.document_id = add_document(amendment, actor=actor)
    agreement.starts_on, agreement.ends_on, agreement.amount = cmd.starts_on, cmd.ends_on, cmd.amount
    flag_modified(agreement, "amount")  # other tranches alone make a new version, too
    for row in rows[len(facts) :]:
        db.session.delete(row)
    for row, each in zip(rows, facts, strict=False):
        row.amount, row.planned_on, row.report_due_on = each.amount, each.planned_on, each.report_due_on
    for each in facts[len(rows) :]:
        _add_tranche(agreement, each)
    record(
        events.PartnerAgreementCorrected(
            owner_id=cmd.dossier_id, agreement_id=agreement.id, amount=cmd.amount, currency=agreement.currency,
            reason=cmd.reason,
        ),
        actor=actor,
    )  # fmt: skip
    return agreement.id


def _add_tranche(agreement: PartnerAgreement, facts: TrancheFacts) -> None:
    add(PartnerTranche(
        id=ids.new_id(), dossier_id=agreement.dossier_id, agreement_id=agreement.id, number=facts.number,
        amount=facts.amount, planned_on=facts.planned_on, report_due_on=facts.report_due_on, reported_on=None,
        report_id=None, report_by=None, report_note=None, accepted_on=None, accepted_by=None,
    ))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LogPartnerReport(Command):
    """The partner accounted for a tranche. `version` is the tranche's when the page was opened."""

    dossier_id: str
    tranche_id: str
    reported_on: date
    note: str | None
    upload: Upload
    version: int


@command
def log_partner_report(cmd: LogPartnerReport, *, actor: Actor) -> str:
    """Enter a report, or another one in its place until it is accepted; returns the tranche's id."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    tranche = _lock(cmd.dossier_id, cmd.tranche_id, cmd.version)
    facts = partner_queries.facts_of(tranche)
    agreement = db.session.get_one(PartnerAgreement, tranche.agreement_id)
    beside = [partner_queries.facts_of(each) for each in partner_queries.list_tranches(agreement.id)]
    paid = partner_queries.paid_to(cmd.dossier_id, agreement.provider_id)
    refuse_if(partner_rules.why_not_report(facts, beside, paid, cmd.reported_on, clock.today(actor.zone)))
    document = AddDocument(
        dossier_id=cmd.dossier_id, part=Part.SHARED, kind=DocumentKind.PARTNER_REPORT, title=str(tranche.number),
        upload=cmd.upload, day=cmd.reported_on,
    )  # fmt: skip
    tranche.report_id = add_document(document, actor=actor)
    tranche.reported_on, tranche.report_by, tranche.report_note = cmd.reported_on, actor.id, cmd.note
    record(
        events.PartnerReported(
            owner_id=cmd.dossier_id, day=cmd.reported_on, tranche_id=tranche.id, number=tranche.number
        ),
        actor=actor,
    )
    return tranche.id


@dataclass(frozen=True, kw_only=True)
class AcceptPartnerReport(Command):
    """The report stands: the next tranche may be paid."""

    dossier_id: str
    tranche_id: str
    version: int


@command
def accept_partner_report(cmd: AcceptPartnerReport, *, actor: Actor) -> str:
    """A supervisor who did not enter the report accepts it; returns the tranche's id."""
    require_project(actor, cmd.dossier_id, Permission.SHARE_DECIDE)
    tranche = _lock(cmd.dossier_id, cmd.tranche_id, cmd.version)
    refuse_if(partner_rules.why_not_accept(partner_queries.facts_of(tranche), actor.id))
    tranche.accepted_on, tranche.accepted_by = clock.today(actor.zone), actor.id
    record(
        events.PartnerReportAccepted(owner_id=cmd.dossier_id, tranche_id=tranche.id, number=tranche.number),
        actor=actor,
    )
    return tranche.id


def _lock(dossier_id: str, tranche_id: str, version: int) -> PartnerTranche:
    tranche = lock(PartnerTranche, tranche_id, version)
    if tranche.dossier_id != dossier_id:
        raise NotFound("tranche")
    return tranche
