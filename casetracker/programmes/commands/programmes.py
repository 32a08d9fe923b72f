"""Entering programmes with their budget lines: what may stand under which ceiling.

`write_…` functions judge and write inside a running command: that of the same act, or a confirmed change
(see `changes.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casetracker.core import ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.events.recording import record
from casetracker.ledger.posting import lock_balances, open_account, set_ceiling
from casetracker.programmes import events, queries, rules
from casetracker.programmes.models import BudgetLine, Programme


@dataclass(frozen=True, kw_only=True)
class CreateProgramme(Command):
    """A new programme; `ceiling` in minor units of `currency`."""

    code: str
    name: str
    donor: str
    currency: str
    eligible_from: date
    eligible_until: date
    ceiling: int
    plan_within_months: int | None = None
    excludes_eea: bool = False
    excludes_expulsion: bool = False


@dataclass(frozen=True, kw_only=True)
class EditProgramme(Command):
    """A programme's facts as they shall stand; code and currency stay."""

    programme_id: str
    version: int
    name: str
    donor: str
    eligible_from: date
    eligible_until: date
    ceiling: int
    plan_within_months: int | None
    is_active: bool
    excludes_eea: bool = False
    excludes_expulsion: bool = False
    retention_months: int | None = None


@dataclass(frozen=True, kw_only=True)
class AddBudgetLine(Command):
    """A new budget line; `ceiling` in minor units of the programme's currency."""

    programme_id: str
    code: str
    name: str
    ceiling: int


@dataclass(frozen=True, kw_only=True)
class EditBudgetLine(Command):
    """A budget line's name and ceiling as they shall stand."""

    budget_line_id: str
    version: int
    name: str
    ceiling: int


@command
def create_programme(cmd: CreateProgramme, *, actor: Actor) -> str:
    """Enter a programme with its account; returns its id. It gives nothing yet: that takes packages."""
    require(actor, Permission.PROGRAMME_MANAGE)
    refuse_if(rules.why_not_period(cmd.eligible_from, cmd.eligible_until, "eligible_until"))
    if db.session.scalars(select(Programme.id).where(Programme.code == cmd.code)).first():
        raise Refused(Message(N_("A programme with this code is already here."), {}, "code"))
    programme = add(
        Programme(
            id=ids.new_id(),
            code=cmd.code,
            name=cmd.name,
            donor=cmd.donor,
            currency=cmd.currency,
            eligible_from=cmd.eligible_from,
            eligible_until=cmd.eligible_until,
            plan_within_months=cmd.plan_within_months,
            account_id=open_account(None, cmd.currency, cmd.ceiling),
            is_active=True,
            excludes_eea=cmd.excludes_eea,
            excludes_expulsion=cmd.excludes_expulsion,
            retention_months=None,
        )
    )
    record(events.ProgrammeCreated(programme_id=programme.id, code=cmd.code, name=cmd.name), actor=actor)
    return programme.id


@command
def edit_programme(cmd: EditProgramme, *, actor: Actor) -> str:
    """Change a programme's facts and ceiling; returns its id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    return write_programme(cmd, actor=actor)


def judge_programme(cmd: EditProgramme, *, actor: Actor) -> Programme:
    """The locked programme; Refused where it may not become this."""
    programme = lock(Programme, cmd.programme_id, cmd.version)
    refuse_if(rules.why_not_period(cmd.eligible_from, cmd.eligible_until, "eligible_until"))
    for rule in (r for p in queries.list_package_rows(programme.id) for r in queries.list_rules(p.id)):
        refuse_if(rules.why_not_leave_rule_outside(rule, (cmd.eligible_from, cmd.eligible_until)))
    lines = sum(row.totals.ceiling for row in queries.list_line_rows(programme.id))
    refuse_if(rules.why_not_programme_ceiling(cmd.ceiling, lines, programme.currency))
    _judge_ceiling(programme.account_id, cmd.ceiling)
    return programme


def write_programme(cmd: EditProgramme, *, actor: Actor) -> str:
    """Inside a command: the programme as it shall stand; returns its id."""
    programme = judge_programme(cmd, actor=actor)
    _move_ceiling(programme.account_id, cmd.ceiling)
    programme.name, programme.donor, programme.is_active = cmd.name, cmd.donor, cmd.is_active
    programme.eligible_from, programme.eligible_until = cmd.eligible_from, cmd.eligible_until
    programme.plan_within_months = cmd.plan_within_months
    programme.excludes_eea, programme.excludes_expulsion = cmd.excludes_eea, cmd.excludes_expulsion
    programme.retention_months = cmd.retention_months
    record(events.ProgrammeEdited(programme_id=programme.id, code=programme.code), actor=actor)
    return programme.id


@command
def add_budget_line(cmd: AddBudgetLine, *, actor: Actor) -> str:
    """Add a budget line under the programme's ceiling; returns its id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    return write_new_line(cmd, actor=actor)


def judge_new_line(cmd: AddBudgetLine, *, actor: Actor) -> Programme:
    """The locked programme; Refused where it may not have such a line."""
    programme = lock(Programme, cmd.programme_id)
    rows = queries.list_line_rows(programme.id)
    if any(row.line.code == cmd.code for row in rows):
        raise Refused(Message(N_("The programme already has a budget line with this code."), {}, "code"))
    _judge_line(programme, cmd.ceiling, sum(row.totals.ceiling for row in rows))
    return programme


def write_new_line(cmd: AddBudgetLine, *, actor: Actor) -> str:
    """Inside a command: the new budget line with its account; returns its id."""
    programme = judge_new_line(cmd, actor=actor)
    line = add(
        BudgetLine(
            id=ids.new_id(),
            programme_id=programme.id,
            code=cmd.code,
            name=cmd.name,
            account_id=open_account(None, programme.currency, cmd.ceiling),
        )
    )
    event = events.BudgetLineAdded(
        programme_id=programme.id,
        programme=programme.code,
        code=cmd.code,
        ceiling=cmd.ceiling,
        currency=programme.currency,
    )
    record(event, actor=actor)
    return line.id


@command
def edit_budget_line(cmd: EditBudgetLine, *, actor: Actor) -> str:
    """Change a budget line's name and ceiling, not below what is used; returns its programme's id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    return write_line(cmd, actor=actor)


def judge_line(cmd: EditBudgetLine, *, actor: Actor) -> tuple[Programme, BudgetLine]:
    """The locked programme and line; Refused where the line may not become this."""
    programme = lock(Programme, queries.get_budget_line(cmd.budget_line_id).programme_id)
    line = lock(BudgetLine, cmd.budget_line_id, cmd.version)
    others = [row.totals.ceiling for row in queries.list_line_rows(programme.id) if row.line.id != line.id]
    _judge_line(programme, cmd.ceiling, sum(others))
    _judge_ceiling(line.account_id, cmd.ceiling)
    return programme, line


def write_line(cmd: EditBudgetLine, *, actor: Actor) -> str:
    """Inside a command: the budget line as it shall stand; returns its programme's id."""
    programme, line = judge_line(cmd, actor=actor)
    _move_ceiling(line.account_id, cmd.ceiling)
    line.name = cmd.name
    event = events.BudgetLineEdited(
        programme_id=programme.id,
        programme=programme.code,
        code=line.code,
        ceiling=cmd.ceiling,
        currency=programme.currency,
    )
    record(event, actor=actor)
    return programme.id


def _judge_line(programme: Programme, ceiling: int, others: int) -> None:
    whole = lock_balances([programme.account_id])[programme.account_id].ceiling
    refuse_if(rules.why_not_line_ceiling(ceiling, others, whole, programme.currency))


def _judge_ceiling(account_id: str, ceiling: int) -> None:
    totals = lock_balances([account_id])[account_id]
    refuse_if(rules.why_not_below_used(ceiling, totals.used, totals.currency))


def _move_ceiling(account_id: str, ceiling: int) -> None:
    if lock_balances([account_id])[account_id].ceiling != ceiling:
        set_ceiling(account_id, ceiling)
