"""Writing in a plan's draft: activities, lines, who pays for them, agreements. Who writes becomes an author."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from casetracker.cases.queries import get_person, list_persons
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.queries import require_open
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.grants.queries import list_grants
from casetracker.ledger.queries import totals_of
from casetracker.plans import events, queries, rules
from casetracker.plans.models import (
    Plan, PlanActivity, PlanAuthor, PlanBeneficiary, PlanFunding, PlanLine, PoolAgreement,
)  # fmt: skip
from casetracker.plans.states import (
    PLAN_MOVES, ActivityFacts, ActivityKind, Frequency, FundingFacts, FundingSource, LineFacts, PlanAct, PlanFacts,
    PlanState,
)  # fmt: skip
from casetracker.programmes.queries import find_rate_facts
from casetracker.providers.queries import get_provider


def open_draft(dossier_id: str, actor: Actor) -> Plan:
    """The plan, locked and in a state to be written in, with the actor as an author; begun if there was none."""
    require(actor, Permission.PLAN_WRITE)
    require_open(actor, dossier_id)
    plan = db.session.scalars(select(Plan).where(Plan.dossier_id == dossier_id)).one_or_none()
    plan = _start(dossier_id, actor) if plan is None else lock(Plan, plan.id)
    refuse_if(rules.why_not_edit(plan.state))
    plan.state = PLAN_MOVES[PlanAct.EDIT][plan.state]
    add_author(plan, actor)
    return plan


def _start(dossier_id: str, actor: Actor) -> Plan:
    refuse_if(rules.why_not_start(queries.list_limits(dossier_id)))
    currency = next(grant.currency for grant in list_grants(dossier_id) if grant.needs_plan and grant.is_open)
    plan = add(Plan(
        id=ids.new_id(), dossier_id=dossier_id, currency=currency, state=PlanState.DRAFT, draft_number=1,
        approved_number=None,
    ))  # fmt: skip
    record(events.PlanStarted(owner_id=dossier_id, plan_id=plan.id), actor=actor)
    return plan


def add_author(plan: Plan, actor: Actor) -> None:
    """Note once that the actor wrote in this draft."""
    query = select(PlanAuthor.id).where(
        PlanAuthor.plan_id == plan.id, PlanAuthor.draft_number == plan.draft_number, PlanAuthor.user_id == actor.id
    )
    if db.session.scalars(query).first() is None:
        add(PlanAuthor(
            id=ids.new_id(), dossier_id=plan.dossier_id, plan_id=plan.id, draft_number=plan.draft_number,
            user_id=actor.id,
        ))  # fmt: skip


def _activity(dossier_id: str, activity_id: str, version: int | None = None) -> PlanActivity:
    row = lock(PlanActivity, activity_id, version)
    if row.dossier_id != dossier_id or row.is_removed:
        raise NotFound("activity")
    return row


def _line(dossier_id: str, line_id: str, version: int | None = None) -> PlanLine:
    row = lock(PlanLine, line_id, version)
    if row.dossier_id != dossier_id:
        raise NotFound("line")
    return row


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
class SaveActivity(Command):
    """Add an activity to the draft (`activity_id` None), or change one."""

    dossier_id: str
    activity_id: str | None
    version: int | None
    kind: ActivityKind
    title: str
    place: str
    feasibility: str
    beneficiary_ids: tuple[str, ...]


@command
def save_activity(cmd: SaveActivity, *, actor: Actor) -> str:
    """Returns the activity's id."""
    plan = open_draft(cmd.dossier_id, actor)
    known = {person.id for person in list_persons(cmd.dossier_id)}
    if not set(cmd.beneficiary_ids) <= known:
        raise Refused(Message(N_("Choose persons of this case."), {}, "beneficiary_ids"))
    if cmd.activity_id is None:
        there = select(PlanActivity.position).where(PlanActivity.plan_id == plan.id)
        row = add(PlanActivity(
            id=ids.new_id(), dossier_id=plan.dossier_id, plan_id=plan.id, kind=cmd.kind, title=cmd.title,
            position=max(db.session.scalars(there), default=0) + 1, place=cmd.place, feasibility=cmd.feasibility,
            is_removed=False,
        ))  # fmt: skip
    else:
        row = _activity(cmd.dossier_id, cmd.activity_id, cmd.version)
        row.kind, row.title, row.place, row.feasibility = cmd.kind, cmd.title, cmd.place, cmd.feasibility
        flag_modified(row, "title")
    db.session.flush()
    _set_beneficiaries(row, set(cmd.beneficiary_ids))
    record(
        events.ActivitySaved(
            owner_id=plan.dossier_id, activity_id=row.id, is_new=cmd.activity_id is None, title=row.title
        ),
        actor=actor,
    )
    return row.id


def _set_beneficiaries(activity: PlanActivity, wanted: set[str]) -> None:
    rows = db.session.scalars(select(PlanBeneficiary).where(PlanBeneficiary.activity_id == activity.id)).all()
    for row in rows:
        if row.person_id not in wanted:
            db.session.delete(row)
    for person_id in sorted(wanted - {row.person_id for row in rows}):
        add(PlanBeneficiary(
            id=ids.new_id(), dossier_id=activity.dossier_id, activity_id=activity.id, person_id=person_id
        ))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SaveLine(Command):
    """Add a line to an activity (`line_id` None), or change one. unit_price: minor units of unit_currency."""

    dossier_id: str
    activity_id: str
    line_id: str | None
    version: int | None
    description: str
    provider_id: str | None
    quantity: int
    unit_price: int
    unit_currency: str
    frequency: Frequency
    times: int


@command
def save_line(cmd: SaveLine, *, actor: Actor) -> str:
    """Returns the line's id."""
    plan = open_draft(cmd.dossier_id, actor)
    activity = _activity(cmd.dossier_id, cmd.activity_id)
    line = _line(cmd.dossier_id, cmd.line_id, cmd.version) if cmd.line_id else None
    if line is not None and line.activity_id != activity.id:
        raise NotFound("line")
    times = cmd.times if cmd.frequency == Frequency.MONTHLY else 1
    rate = find_rate_facts(cmd.unit_currency, plan.currency, clock.today(actor.zone))
    stored = rate.rate if rate and cmd.unit_currency != plan.currency else None
    amount = queries.amount_at(stored, cmd.quantity, cmd.unit_price, times, cmd.unit_currency, plan.currency)
    refuse_if(rules.why_not_line(amount, cmd.unit_currency, plan.currency, _used(line)))
    if cmd.provider_id and (line is None or line.provider_id != cmd.provider_id):
        get_provider(actor, cmd.provider_id)
    if line is None:
        there = select(PlanLine.position).where(PlanLine.activity_id == activity.id)
        line = add(PlanLine(
            id=ids.new_id(), dossier_id=plan.dossier_id, activity_id=activity.id, account_id=None, is_removed=False,
            position=max(db.session.scalars(there), default=0) + 1, description=cmd.description,
            provider_id=cmd.provider_id, quantity=cmd.quantity, unit_price=cmd.unit_price,
            unit_currency=cmd.unit_currency, frequency=cmd.frequency, times=times, rate=stored, amount=amount or 0,
        ))  # fmt: skip
    else:
        line.description, line.provider_id, line.quantity = cmd.description, cmd.provider_id, cmd.quantity
        line.unit_price, line.unit_currency, line.frequency = cmd.unit_price, cmd.unit_currency, cmd.frequency
        line.times, line.rate, line.amount = times, stored, amount or 0
        flag_modified(line, "description")
    record(
        events.LineSaved(owner_id=plan.dossier_id, line_id=line.id, is_new=cmd.line_id is None, title=line.description,
                         amount=line.amount, currency=plan.currency),
        actor=actor,
    )  # fmt: skip
    return line.id


def _used(line: PlanLine | None) -> int:
    if line is None or line.account_id is None:
        return 0
    totals = totals_of([line.account_id])[line.account_id]
    return totals.used - totals.awarded


@dataclass(frozen=True, kw_only=True)
class RemoveActivity(Command):
    """Take an activity with all its lines out of the draft."""

    dossier_id: str
    activity_id: str
    version: int


@command
def remove_activity(cmd: RemoveActivity, *, actor: Actor) -> None:
    """Refused while money of one of its lines is used."""
    plan = open_draft(cmd.dossier_id, actor)
    activity = _activity(cmd.dossier_id, cmd.activity_id, cmd.version)
    lines = db.session.scalars(
        select(PlanLine).where(PlanLine.activity_id == activity.id, ~PlanLine.is_removed)
    ).all()
    for line in lines:
        refuse_if(rules.why_not_remove(_used(line), plan.currency))
        line.is_removed = True
    activity.is_removed = True
    record(
        events.ActivityRemoved(owner_id=plan.dossier_id, activity_id=activity.id, title=activity.title), actor=actor
    )


@dataclass(frozen=True, kw_only=True)
class RemoveLine(Command):
    """Take a line out of the draft, or (`put_back`) into it again."""

    dossier_id: str
    line_id: str
    version: int | None
    put_back: bool = False


@command
def remove_line(cmd: RemoveLine, *, actor: Actor) -> None:
    """Refused while money of the line is used. The approved version stays payable until its successor is approved."""
    plan = open_draft(cmd.dossier_id, actor)
    line = _line(cmd.dossier_id, cmd.line_id, cmd.version)
    if line.is_removed != cmd.put_back:
        raise NotFound("line")
    if cmd.put_back:
        activity = lock(PlanActivity, line.activity_id)
        line.is_removed = activity.is_removed = False
        event: events.LineSaved | events.LineRemoved = events.LineSaved(
            owner_id=plan.dossier_id, line_id=line.id, is_new=True, title=line.description, amount=line.amount,
            currency=plan.currency,
        )  # fmt: skip
    else:
        refuse_if(rules.why_not_remove(_used(line), plan.currency))
        line.is_removed = True
        event = events.LineRemoved(owner_id=plan.dossier_id, line_id=line.id, title=line.description)
    record(event, actor=actor)


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
    row = _line(cmd.dossier_id, cmd.line_id, cmd.version)
    plan_facts, activity, line = _facts(plan, row.id, actor)
    limits = {limit.grant_id: limit for limit in queries.list_limits(plan.dossier_id)}
    wanted = {(part.source, part.grant_id): part.amount for part in cmd.parts if part.amount}
    parts = [
        FundingFacts(source=source, grant_id=grant_id, amount=amount,
                     person_id=limits[grant_id].person_id if grant_id in limits else None)
        for (source, grant_id), amount in wanted.items()
    ]  # fmt: skip
    planned = {grant_id: plan_facts.planned(grant_id, but=line.id) for grant_id in limits}
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
    row = _line(cmd.dossier_id, cmd.line_id)
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
