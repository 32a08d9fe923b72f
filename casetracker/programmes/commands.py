"""Entering and changing programmes with their budget lines and packages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casetracker.core import ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.events.recording import record
from casetracker.ledger.posting import lock_balances, open_account, set_ceiling
from casetracker.programmes import events, queries, rules
from casetracker.programmes.models import BudgetLine, Package, Programme


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


@dataclass(frozen=True, kw_only=True)
class AddPackage(Command):
    """A new package of a programme. cash_cap None: no cap, unless wholly in kind."""

    programme_id: str
    budget_line_id: str
    code: str
    name: str
    needs_plan: bool
    in_kind_only: bool
    cash_cap: int | None = None
    contact_within_months: int | None = None
    use_within_months: int | None = None


@dataclass(frozen=True, kw_only=True)
class EditPackage(Command):
    """A package's facts as they shall stand for new grants; its code and budget line stay."""

    package_id: str
    version: int
    name: str
    needs_plan: bool
    in_kind_only: bool
    cash_cap: int | None
    contact_within_months: int | None
    use_within_months: int | None
    is_active: bool


@command
def create_programme(cmd: CreateProgramme, *, actor: Actor) -> str:
    """Enter a programme with its account; returns its id."""
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
        )
    )
    record(events.ProgrammeCreated(programme_id=programme.id, code=cmd.code, name=cmd.name), actor=actor)
    return programme.id


@command
def edit_programme(cmd: EditProgramme, *, actor: Actor) -> str:
    """Change a programme's facts and ceiling; returns its id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    programme = lock(Programme, cmd.programme_id, cmd.version)
    refuse_if(rules.why_not_period(cmd.eligible_from, cmd.eligible_until, "eligible_until"))
    for rule in (
        r for package in queries.list_package_rows(programme.id) for r in queries.list_rules(package.id)
    ):
        refuse_if(rules.why_not_leave_rule_outside(rule, (cmd.eligible_from, cmd.eligible_until)))
    lines = sum(row.totals.ceiling for row in queries.list_line_rows(programme.id))
    refuse_if(rules.why_not_programme_ceiling(cmd.ceiling, lines, programme.currency))
    _move_ceiling(programme.account_id, cmd.ceiling)
    programme.name, programme.donor, programme.is_active = cmd.name, cmd.donor, cmd.is_active
    programme.eligible_from, programme.eligible_until = cmd.eligible_from, cmd.eligible_until
    programme.plan_within_months = cmd.plan_within_months
    record(events.ProgrammeEdited(programme_id=programme.id, code=programme.code), actor=actor)
    return programme.id


@command
def add_budget_line(cmd: AddBudgetLine, *, actor: Actor) -> str:
    """Add a budget line under the programme's ceiling; returns its id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    programme = lock(Programme, cmd.programme_id)
    rows = queries.list_line_rows(programme.id)
    if any(row.line.code == cmd.code for row in rows):
        raise Refused(Message(N_("The programme already has a budget line with this code."), {}, "code"))
    ceiling = lock_balances([programme.account_id])[programme.account_id].ceiling
    others = sum(row.totals.ceiling for row in rows)
    refuse_if(rules.why_not_line_ceiling(cmd.ceiling, others, ceiling, programme.currency))
    line = add(
        BudgetLine(
            id=ids.new_id(),
            programme_id=programme.id,
            code=cmd.code,
            name=cmd.name,
            account_id=open_account(None, programme.currency, cmd.ceiling),
        )
    )
    record(
        events.BudgetLineAdded(
            programme_id=programme.id,
            programme=programme.code,
            code=cmd.code,
            ceiling=cmd.ceiling,
            currency=programme.currency,
        ),
        actor=actor,
    )
    return line.id


@command
def edit_budget_line(cmd: EditBudgetLine, *, actor: Actor) -> str:
    """Change a budget line's name and ceiling, not below what is used; returns its programme's id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    programme = lock(Programme, queries.get_budget_line(cmd.budget_line_id).programme_id)
    line = lock(BudgetLine, cmd.budget_line_id, cmd.version)
    ceiling = lock_balances([programme.account_id])[programme.account_id].ceiling
    others = sum(row.totals.ceiling for row in queries.list_line_rows(programme.id) if row.line.id != line.id)
    refuse_if(rules.why_not_line_ceiling(cmd.ceiling, others, ceiling, programme.currency))
    _move_ceiling(line.account_id, cmd.ceiling)
    line.name = cmd.name
    record(
        events.BudgetLineEdited(
            programme_id=programme.id,
            programme=programme.code,
            code=line.code,
            ceiling=cmd.ceiling,
            currency=programme.currency,
        ),
        actor=actor,
    )
    return programme.id


def _move_ceiling(account_id: str, ceiling: int) -> None:
    totals = lock_balances([account_id])[account_id]
    refuse_if(rules.why_not_below_used(ceiling, totals.used, totals.currency))
    if totals.ceiling != ceiling:
        set_ceiling(account_id, ceiling)


@command
def add_package(cmd: AddPackage, *, actor: Actor) -> str:
    """Add a package; returns its id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    programme = lock(Programme, cmd.programme_id)
    if queries.get_budget_line(cmd.budget_line_id).programme_id != programme.id:
        raise NotFound("budget line of another programme")
    if any(row.code == cmd.code for row in queries.list_package_rows(programme.id)):
        raise Refused(Message(N_("The programme already has a package with this code."), {}, "code"))
    refuse_if(rules.why_not_package(in_kind_only=cmd.in_kind_only, cash_cap=cmd.cash_cap))
    package = add(
        Package(
            id=ids.new_id(),
            programme_id=programme.id,
            budget_line_id=cmd.budget_line_id,
            code=cmd.code,
            name=cmd.name,
            needs_plan=cmd.needs_plan,
            in_kind_only=cmd.in_kind_only,
            cash_cap=cmd.cash_cap,
            contact_within_months=cmd.contact_within_months,
            use_within_months=cmd.use_within_months,
            is_active=True,
        )
    )
    record(
        events.PackageAdded(programme_id=programme.id, programme=programme.code, code=cmd.code), actor=actor
    )
    return package.id


@command
def edit_package(cmd: EditPackage, *, actor: Actor) -> str:
    """Change a package for new grants; returns its programme's id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    package = lock(Package, cmd.package_id, cmd.version)
    refuse_if(rules.why_not_package(in_kind_only=cmd.in_kind_only, cash_cap=cmd.cash_cap))
    package.name, package.is_active = cmd.name, cmd.is_active
    package.needs_plan, package.in_kind_only, package.cash_cap = (
        cmd.needs_plan,
        cmd.in_kind_only,
        cmd.cash_cap,
    )
    package.contact_within_months, package.use_within_months = (
        cmd.contact_within_months,
        cmd.use_within_months,
    )
    code = queries.get_programme(package.programme_id).code
    event = events.PackageEdited(programme_id=package.programme_id, programme=code, code=package.code)
    record(event, actor=actor)
    return package.programme_id
