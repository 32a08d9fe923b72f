"""Entering packages and the entitlement rules that say who gets how much of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.core import ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.events.recording import record
from casetracker.programmes import events, queries, rules
from casetracker.programmes.models import EntitlementRule, Package, Programme
from casetracker.programmes.states import ApplicantRole, BasisDate, ReturnType, RuleFacts


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
    within_working_days: int | None = None


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
    within_working_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class AddRule(Command):
    """A new entitlement rule; nationalities are ISO 3166-1 alpha-2 codes, none included means all."""

    package_id: str
    applicant_role: ApplicantRole
    return_type: ReturnType
    amount: int
    is_maximum: bool
    basis: BasisDate
    valid_from: date
    valid_until: date | None = None
    nationalities_included: tuple[str, ...] = ()
    nationalities_excluded: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EditRule(AddRule):
    """A rule as it shall stand for new grants."""

    rule_id: str
    version: int


@command
def add_package(cmd: AddPackage, *, actor: Actor) -> str:
    """Add a package; returns its id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    return write_new_package(cmd, actor=actor)


def judge_new_package(cmd: AddPackage, *, actor: Actor) -> Programme:
    """The locked programme; Refused where it may not have such a package."""
    programme = lock(Programme, cmd.programme_id)
    if queries.get_budget_line(cmd.budget_line_id).programme_id != programme.id:
        raise NotFound("budget line of another programme")
    if any(row.code == cmd.code for row in queries.list_package_rows(programme.id)):
        raise Refused(Message(N_("The programme already has a package with this code."), {}, "code"))
    _judge_terms(cmd)
    return programme


def _judge_terms(cmd: AddPackage | EditPackage) -> None:
    reason = rules.why_not_package(
        in_kind_only=cmd.in_kind_only,
        cash_cap=cmd.cash_cap,
        use_within_months=cmd.use_within_months,
        within_working_days=cmd.within_working_days,
    )
    refuse_if(reason)


def write_new_package(cmd: AddPackage, *, actor: Actor) -> str:
    """Inside a command: the new package; returns its id."""
    programme = judge_new_package(cmd, actor=actor)
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
            within_working_days=cmd.within_working_days,
            is_active=True,
        )
    )
    event = events.PackageAdded(programme_id=programme.id, programme=programme.code, code=cmd.code)
    record(event, actor=actor)
    return package.id


@command
def edit_package(cmd: EditPackage, *, actor: Actor) -> str:
    """Change a package for new grants; returns its programme's id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    return write_package(cmd, actor=actor)


def judge_package(cmd: EditPackage, *, actor: Actor) -> tuple[Programme, Package]:
    """The locked programme and package; Refused where the package may not become this."""
    programme = lock(Programme, queries.get_package_row(cmd.package_id).programme_id)
    package = lock(Package, cmd.package_id, cmd.version)
    _judge_terms(cmd)
    return programme, package


def write_package(cmd: EditPackage, *, actor: Actor) -> str:
    """Inside a command: the package as it shall stand; returns its programme's id."""
    programme, package = judge_package(cmd, actor=actor)
    package.name, package.is_active, package.needs_plan = cmd.name, cmd.is_active, cmd.needs_plan
    package.in_kind_only, package.cash_cap = cmd.in_kind_only, cmd.cash_cap
    package.contact_within_months, package.use_within_months = (
        cmd.contact_within_months,
        cmd.use_within_months,
    )
    package.within_working_days = cmd.within_working_days
    event = events.PackageEdited(programme_id=programme.id, programme=programme.code, code=package.code)
    record(event, actor=actor)
    return programme.id


@command
def add_rule(cmd: AddRule, *, actor: Actor) -> str:
    """Add an entitlement rule; returns its id. Refused where another takes the same persons on a same day."""
    require(actor, Permission.PROGRAMME_MANAGE)
    return write_new_rule(cmd, actor=actor)


def judge_rule(cmd: AddRule, *, actor: Actor) -> tuple[Programme, Package]:
    """The locked programme and package; Refused where the rule cannot stand beside the package's others."""
    programme = lock(Programme, queries.get_package_row(cmd.package_id).programme_id)
    package = lock(Package, cmd.package_id)
    facts = RuleFacts(
        rule_id=cmd.rule_id if isinstance(cmd, EditRule) else "",
        package_id=package.id,
        amount=cmd.amount,
        currency=programme.currency,
        is_maximum=cmd.is_maximum,
        applicant_role=cmd.applicant_role,
        return_type=cmd.return_type,
        basis=cmd.basis,
        valid_from=cmd.valid_from,
        valid_until=cmd.valid_until,
        nationalities_included=frozenset(cmd.nationalities_included),
        nationalities_excluded=frozenset(cmd.nationalities_excluded),
    )
    if isinstance(cmd, EditRule) and lock(EntitlementRule, cmd.rule_id, cmd.version).package_id != package.id:
        raise NotFound("rule of another package")
    period = (programme.eligible_from, programme.eligible_until)
    refuse_if(rules.why_not_rule(facts, queries.list_rules(package.id), period))
    return programme, package


def write_new_rule(cmd: AddRule, *, actor: Actor) -> str:
    """Inside a command: the new entitlement rule; returns its id."""
    programme, package = judge_rule(cmd, actor=actor)
    rule = add(
        EntitlementRule(
            id=ids.new_id(),
            package_id=package.id,
            applicant_role=cmd.applicant_role,
            return_type=cmd.return_type,
            amount=cmd.amount,
            is_maximum=cmd.is_maximum,
            basis=cmd.basis,
            valid_from=cmd.valid_from,
            valid_until=cmd.valid_until,
            nationalities_included=sorted(cmd.nationalities_included),
            nationalities_excluded=sorted(cmd.nationalities_excluded),
        )
    )
    event = events.RuleAdded(
        programme_id=programme.id,
        package=package.code,
        amount=cmd.amount,
        currency=programme.currency,
        valid_from=cmd.valid_from,
    )
    record(event, actor=actor)
    return rule.id


@command
def edit_rule(cmd: EditRule, *, actor: Actor) -> str:
    """Change an entitlement rule for new grants; returns its programme's id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    return write_rule(cmd, actor=actor)


def write_rule(cmd: EditRule, *, actor: Actor) -> str:
    """Inside a command: the entitlement rule as it shall stand; returns its programme's id."""
    programme, package = judge_rule(cmd, actor=actor)
    rule = lock(EntitlementRule, cmd.rule_id, cmd.version)
    rule.applicant_role, rule.return_type, rule.basis = cmd.applicant_role, cmd.return_type, cmd.basis
    rule.amount, rule.is_maximum = cmd.amount, cmd.is_maximum
    rule.valid_from, rule.valid_until = cmd.valid_from, cmd.valid_until
    rule.nationalities_included = sorted(cmd.nationalities_included)
    rule.nationalities_excluded = sorted(cmd.nationalities_excluded)
    event = events.RuleEdited(
        programme_id=programme.id,
        package=package.code,
        amount=cmd.amount,
        currency=programme.currency,
        valid_from=cmd.valid_from,
    )
    record(event, actor=actor)
    return programme.id
