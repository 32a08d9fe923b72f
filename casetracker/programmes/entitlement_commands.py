"""Entering and changing entitlement rules: who gets how much of a package."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.core import ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.events.recording import record
from casetracker.programmes import events, queries, rules
from casetracker.programmes.models import EntitlementRule, Package, Programme
from casetracker.programmes.states import ApplicantRole, BasisDate, ReturnType, RuleFacts


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
def add_rule(cmd: AddRule, *, actor: Actor) -> str:
    """Add an entitlement rule; returns its id. Refused where another rule takes the same persons on the same days."""
    require(actor, Permission.PROGRAMME_MANAGE)
    rule_id = ids.new_id()
    programme, package = _judge_rule(cmd, rule_id)
    add(
        EntitlementRule(
            id=rule_id,
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
    record(
        events.RuleAdded(
            programme_id=programme.id,
            package=package.code,
            amount=cmd.amount,
            currency=programme.currency,
            valid_from=cmd.valid_from,
        ),
        actor=actor,
    )
    return rule_id


@command
def edit_rule(cmd: EditRule, *, actor: Actor) -> str:
    """Change an entitlement rule for new grants; returns its programme's id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    programme, package = _judge_rule(cmd, cmd.rule_id)
    rule = lock(EntitlementRule, cmd.rule_id, cmd.version)
    if rule.package_id != package.id:
        raise NotFound("rule of another package")
    rule.applicant_role, rule.return_type, rule.basis = cmd.applicant_role, cmd.return_type, cmd.basis
    rule.amount, rule.is_maximum = cmd.amount, cmd.is_maximum
    rule.valid_from, rule.valid_until = cmd.valid_from, cmd.valid_until
    rule.nationalities_included = sorted(cmd.nationalities_included)
    rule.nationalities_excluded = sorted(cmd.nationalities_excluded)
    record(
        events.RuleEdited(
            programme_id=programme.id,
            package=package.code,
            amount=cmd.amount,
            currency=programme.currency,
            valid_from=cmd.valid_from,
        ),
        actor=actor,
    )
    return programme.id


def _judge_rule(cmd: AddRule, rule_id: str) -> tuple[Programme, Package]:
    """Lock the rule's programme and refuse what cannot stand beside the package's other rules."""
    programme = lock(Programme, queries.get_package_row(cmd.package_id).programme_id)
    package = lock(Package, cmd.package_id)
    facts = RuleFacts(
        rule_id=rule_id,
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
    period = (programme.eligible_from, programme.eligible_until)
    refuse_if(rules.why_not_rule(facts, queries.list_rules(package.id), period))
    return programme, package
