"""Who pays for a plan's lines, and the signed agreements of those whose grants are pooled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from casetracker.cases.queries import get_person
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.queries import require_open
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.plans import events, queries, rules
from casetracker.plans.draft_commands import lock_line, open_draft
from casetracker.plans.models import ContributionProof, Plan, PlanFunding, PlanLine, PoolAgreement
from casetracker.plans.states import ActivityFacts, FundingFacts, FundingSource, LineFacts, PlanFacts


def _facts(plan: Plan, line_id: str, actor: Actor) -> tuple[PlanFacts, ActivityFacts, LineFacts]:
    """The whole draft with this line and its activity, as the rules judge them."""
    db.session.flush()
    facts = queries.load_facts(plan, clock.today(actor.zone))
    for activity in facts.activities:
        for line in activity.lines:
            if line.id == line_id:
                return facts, activity, line
    raise NotFound("line")


@dataclass(frozen=True, kw_only=True)
class FundingPart:
    """A source with its amount in minor units of the plan's currency."""

    source: FundingSource
    grant_id: str | None
    amount: int


@dataclass(frozen=True, kw_only=True)
class FundLine(Command):
    """Who pays for the line: all its sources anew."""

    dossier_id: str
    line_id: str
    version: int
    parts: tuple[FundingPart, ...]


@command
def fund_line(cmd: FundLine, *, actor: Actor) -> str:
    """Set the line's funding; agreements to other amounts lapse. Returns the line's id."""
    plan = open_draft(cmd.dossier_id, actor)
    row = lock_line(cmd.dossier_id, cmd.line_id, cmd.version)
    plan_facts, activity, line = _facts(plan, row.id, actor)
    limits = {limit.grant_id: limit for limit in queries.list_limits(plan.dossier_id)}
    wanted = {(part.source, part.grant_id): part.amount for part in cmd.parts if part.amount}
    parts = [
        FundingFacts(source=source, grant_id=grant_id, amount=amount,
                     person_id=limits[grant_id].person_id if grant_id in limits else None)
        for (source, grant_id), amount in wanted.items()
    ]  # fmt: skip
    planned = {grant_id: plan_facts.planned(grant_id, but=line.id) for grant_id in limits}
    is_of_persons = all(limit.is_person for limit in limits.values())
    refuse_if(rules.why_not_contributed(parts, is_of_persons=is_of_persons))
    refuse_if(rules.why_not_fund(line, parts, activity.beneficiary_ids, limits, planned, plan.currency))
    _write_funding(row, wanted)
    _lapse(row, rules.needed_agreements(activity.beneficiary_ids, parts, limits), clock.today(actor.zone))
    row.amount, row.rate = line.amount or row.amount, line.rate
    flag_modified(row, "amount")
    granted = sum(part.amount for part in parts if part.source == FundingSource.GRANT)
    record(
        events.LineFunded(owner_id=plan.dossier_id, line_id=row.id, title=row.description, amount=row.amount,
                          granted=granted, currency=plan.currency),
        actor=actor,
    )  # fmt: skip
    return row.id


def _write_funding(line: PlanLine, wanted: dict[tuple[FundingSource, str | None], int]) -> None:
    rows = db.session.scalars(select(PlanFunding).where(PlanFunding.line_id == line.id)).all()
    there = {(row.source, row.grant_id): row for row in rows}
    for key, row in there.items():
        if key in wanted:
            row.amount = wanted[key]
        else:
            db.session.delete(row)
    for key in wanted.keys() - there.keys():
        add(PlanFunding(
            id=ids.new_id(), dossier_id=line.dossier_id, line_id=line.id, source=key[0], grant_id=key[1],
            amount=wanted[key],
        ))  # fmt: skip


def _lapse(line: PlanLine, needed: dict[str, int], today: date) -> None:
    standing = select(PoolAgreement).where(PoolAgreement.line_id == line.id, PoolAgreement.lapsed_on.is_(None))
    for row in db.session.scalars(standing):
        if needed.get(row.person_id) != row.amount:
            row.lapsed_on = today


@dataclass(frozen=True, kw_only=True)
class LogAgreement(Command):
    """A person signed that the own grant pays this amount (minor units) of the line."""

    dossier_id: str
    line_id: str
    person_id: str
    amount: int
    agreed_on: date
    upload: Upload


@command
def log_agreement(cmd: LogAgreement, *, actor: Actor) -> str:
    """Keep the signed agreement with its document; returns the line's id."""
    plan = open_draft(cmd.dossier_id, actor)
    row = lock_line(cmd.dossier_id, cmd.line_id)
    person = get_person(cmd.dossier_id, cmd.person_id)
    _all, activity, line = _facts(plan, row.id, actor)
    limits = {limit.grant_id: limit for limit in queries.list_limits(plan.dossier_id)}
    asked = rules.needed_agreements(activity.beneficiary_ids, line.funding, limits).get(person.id)
    refuse_if(rules.why_not_agree(cmd.amount, asked, plan.currency))
    if cmd.agreed_on > clock.today(actor.zone):
        raise Refused(Message(N_("This day lies in the future."), {}, "agreed_on"))
    document = AddDocument(
        dossier_id=cmd.dossier_id, part=Part.SHARED, kind=DocumentKind.PLAN_AGREEMENT, title=row.description,
        upload=cmd.upload, person_id=person.id, day=cmd.agreed_on,
    )  # fmt: skip
    document_id = add_document(document, actor=actor)
    _lapse(row, {id: amount for id, amount in _standing(row) if id != person.id}, clock.today(actor.zone))
    add(PoolAgreement(
        id=ids.new_id(), dossier_id=plan.dossier_id, line_id=row.id, person_id=person.id, amount=cmd.amount,
        document_id=document_id, agreed_on=cmd.agreed_on, lapsed_on=None,
    ))  # fmt: skip
    record(
        events.PoolAgreed(owner_id=plan.dossier_id, person_id=person.id, day=cmd.agreed_on, line_id=row.id,
                          amount=cmd.amount, currency=plan.currency, title=row.description),
        actor=actor,
    )  # fmt: skip
    return row.id


def _standing(line: PlanLine) -> list[tuple[str, int]]:
    rows = db.session.scalars(
        select(PoolAgreement).where(PoolAgreement.line_id == line.id, PoolAgreement.lapsed_on.is_(None))
    )
    return [(row.person_id, row.amount) for row in rows]


@dataclass(frozen=True, kw_only=True)
class LogContribution(Command):
    """Evidence of own contribution, or a third party's (minor units of the plan's currency), to a payable
    line."""

    dossier_id: str
    line_id: str
    source: FundingSource
    amount: int
    given_on: date
    upload: Upload


@command
def log_contribution(cmd: LogContribution, *, actor: Actor) -> str:
    """Keep the evidence; it is never disbursed and changes no figure of the plan. Returns the line's id."""
    require(actor, Permission.PLAN_WRITE)
    require_open(actor, cmd.dossier_id)
    line = lock_line(cmd.dossier_id, cmd.line_id)
    version = queries.get_approved_version(cmd.dossier_id)
    asked = [
        each
        for each in queries.list_contributions(cmd.dossier_id, version)
        if (each.line_id, each.source) == (line.id, cmd.source)
    ]
    planned = asked[0].planned if asked else 0
    refuse_if(rules.why_not_contribute(planned, cmd.given_on, clock.today(actor.zone)))
    currency = asked[0].currency
    document = AddDocument(
        dossier_id=cmd.dossier_id, part=Part.SHARED, kind=DocumentKind.OWN_CONTRIBUTION,
        title=line.description,
        upload=cmd.upload, day=cmd.given_on,
    )  # fmt: skip
    document_id = add_document(document, actor=actor)
    add(ContributionProof(
        id=ids.new_id(), dossier_id=cmd.dossier_id, line_id=line.id, source=cmd.source, amount=cmd.amount,
        currency=currency, given_on=cmd.given_on, document_id=document_id, logged_by=actor.id,
    ))  # fmt: skip
    record(
        events.ContributionShown(owner_id=cmd.dossier_id, day=cmd.given_on, line_id=line.id,
        source=cmd.source,
                                 amount=cmd.amount, currency=currency, title=line.description),
        actor=actor,
    )  # fmt: skip
    return line.id
