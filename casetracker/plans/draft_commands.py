"""Writing in a plan's draft: activities and lines. Who writes becomes an author."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open
from casetracker.events.recording import record
from casetracker.grants.holder_queries import list_holders, serve
from casetracker.grants.queries import list_grants
from casetracker.grants.states import are_persons
from casetracker.ledger.queries import totals_of
from casetracker.plans import events, queries, rules
from casetracker.plans.models import (
    Plan,
    PlanActivity,
    PlanAuthor,
    PlanBeneficiary,
    PlanLine,
)  # fmt: skip
from casetracker.plans.states import (
    PLAN_MOVES,
    ActivityKind,
    Frequency,
    PlanAct,
    PlanState,
)  # fmt: skip
from casetracker.programmes.queries import find_rate_facts
from casetracker.providers.queries import get_provider


def open_draft(dossier_id: str, actor: Actor) -> Plan:
    """The plan, locked and in a state to be written in, with the actor as an author; begun if there was
    none."""
    require(actor, Permission.PLAN_WRITE)
    require_open(actor, dossier_id)
    lock(Dossier, dossier_id)
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
        PlanAuthor.plan_id == plan.id,
        PlanAuthor.draft_number == plan.draft_number,
        PlanAuthor.user_id == actor.id,
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


def lock_line(dossier_id: str, line_id: str, version: int | None = None) -> PlanLine:
    """A line of this case, locked; NotFound otherwise."""
    row = lock(PlanLine, line_id, version)
    if row.dossier_id != dossier_id:
        raise NotFound("line")
    return row


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
    holders = {holder.id: holder for holder in list_holders(cmd.dossier_id)}
    if not set(cmd.beneficiary_ids) <= holders.keys():
        raise Refused(Message(N_("Choose somebody of this case or project."), {}, "beneficiary_ids"))
    is_of_persons = are_persons(holders.values())
    refuse_if(rules.why_not_kind(cmd.kind, is_of_persons=is_of_persons))
    if cmd.activity_id is None:
        there = select(PlanActivity.position).where(PlanActivity.plan_id == plan.id)
        row = add(PlanActivity(
            id=ids.new_id(), dossier_id=plan.dossier_id, plan_id=plan.id, kind=cmd.kind, title=cmd.title,
            position=max(db.session.scalars(there), default=0) + 1, place=cmd.place,
            feasibility=cmd.feasibility,
            is_removed=False,
        ))  # fmt: skip
    else:
        row = _activity(cmd.dossier_id, cmd.activity_id, cmd.version)
        row.kind, row.title, row.place, row.feasibility = cmd.kind, cmd.title, cmd.place, cmd.feasibility
        flag_modified(row, "title")
    db.session.flush()
    if is_of_persons:
        _set_beneficiaries(row, set(cmd.beneficiary_ids))
    else:
        serve(row.dossier_id, row.id, set(cmd.beneficiary_ids))
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
    line = lock_line(cmd.dossier_id, cmd.line_id, cmd.version) if cmd.line_id else None
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
            id=ids.new_id(), dossier_id=plan.dossier_id, activity_id=activity.id, account_id=None,
            is_removed=False,
            position=max(db.session.scalars(there), default=0) + 1, description=cmd.description,
            provider_id=cmd.provider_id, quantity=cmd.quantity, unit_price=cmd.unit_price,
            unit_currency=cmd.unit_currency, frequency=cmd.frequency, times=times, rate=stored,
            amount=amount or 0,
        ))  # fmt: skip
    else:
        line.description, line.provider_id, line.quantity = cmd.description, cmd.provider_id, cmd.quantity
        line.unit_price, line.unit_currency, line.frequency = cmd.unit_price, cmd.unit_currency, cmd.frequency
        line.times, line.rate, line.amount = times, stored, amount or 0
        flag_modified(line, "description")
    record(
        events.LineSaved(owner_id=plan.dossier_id, line_id=line.id, is_new=cmd.line_id is None,
        title=line.description,
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
    lines = db.session.scalars(select(PlanLine).where(PlanLine.activity_id == activity.id, ~PlanLine.is_removed)).all()
    for line in lines:
        refuse_if(rules.why_not_remove(_used(line), plan.currency))
        line.is_removed = True
    activity.is_removed = True
    record(
        events.ActivityRemoved(owner_id=plan.dossier_id, activity_id=activity.id, title=activity.title),
        actor=actor,
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
    """Refused while money of the line is used. The approved version stays payable until its successor is
    approved."""
    plan = open_draft(cmd.dossier_id, actor)
    line = lock_line(cmd.dossier_id, cmd.line_id, cmd.version)
    if line.is_removed != cmd.put_back:
        raise NotFound("line")
    if cmd.put_back:
        activity = lock(PlanActivity, line.activity_id)
        line.is_removed = activity.is_removed = False
        event: events.LineSaved | events.LineRemoved = events.LineSaved(
            owner_id=plan.dossier_id, line_id=line.id, is_new=True, title=line.description,
            amount=line.amount,
            currency=plan.currency,
        )  # fmt: skip
    else:
        refuse_if(rules.why_not_remove(_used(line), plan.currency))
        line.is_removed = True
        event = events.LineRemoved(owner_id=plan.dossier_id, line_id=line.id, title=line.description)
    record(event, actor=actor)
