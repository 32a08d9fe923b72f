"""Setting approval policies: bands of amounts with their approvals, and how many quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import refuse_if
from casetracker.core.permissions import Permission
from casetracker.events.recording import record
from casetracker.programmes import events, queries, rules
from casetracker.programmes.models import ApprovalBand, ApprovalPolicy, Programme, QuoteRule
from casetracker.programmes.states import BandFacts, QuoteStep


@dataclass(frozen=True, kw_only=True)
class SetPolicy(Command):
    """An approval policy from a day on; its predecessor ends the day before."""

    programme_id: str
    valid_from: date
    bands: tuple[BandFacts, ...]
    quotes: tuple[QuoteStep, ...]
    own_procedure_limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class EditPolicy(Command):
    """The bands and quotes of a policy that is not yet in force."""

    policy_id: str
    version: int
    bands: tuple[BandFacts, ...]
    quotes: tuple[QuoteStep, ...]
    own_procedure_limit: int | None = None


@command
def set_policy(cmd: SetPolicy, *, actor: Actor) -> str:
    """Set a programme's policy from a day on; its predecessor ends the day before. Returns its id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    return write_new_policy(cmd, actor=actor)


def judge_new_policy(cmd: SetPolicy, *, actor: Actor) -> tuple[Programme, ApprovalPolicy | None]:
    """The locked programme and its latest policy; Refused where the new one may not begin or be so."""
    programme = lock(Programme, cmd.programme_id)
    latest = next(iter(queries.list_policies(programme.id)), None)
    began = latest.valid_from if latest else None
    refuse_if(rules.why_not_policy_from(cmd.valid_from, began, clock.today(actor.zone)))
    refuse_if(rules.why_not_bands(cmd.bands) or rules.why_not_quotes(cmd.quotes))
    return programme, latest


def write_new_policy(cmd: SetPolicy, *, actor: Actor) -> str:
    """Inside a command: the new policy, and the end of the one before; returns its id."""
    programme, latest = judge_new_policy(cmd, actor=actor)
    if latest is not None:
        lock(ApprovalPolicy, latest.id).valid_until = cmd.valid_from - timedelta(days=1)
    policy = add(
        ApprovalPolicy(
            id=ids.new_id(),
            programme_id=programme.id,
            valid_from=cmd.valid_from,
            valid_until=None,
            own_procedure_limit=cmd.own_procedure_limit,
        )
    )
    db.session.flush()
    _write_bands(policy.id, cmd.bands, cmd.quotes)
    event = events.PolicySet(programme_id=programme.id, programme=programme.code, valid_from=cmd.valid_from)
    record(event, actor=actor)
    return policy.id


@command
def edit_policy(cmd: EditPolicy, *, actor: Actor) -> str:
    """Change the bands and quotes of a policy that is not yet in force; returns its programme's id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    return write_policy(cmd, actor=actor)


def judge_policy(cmd: EditPolicy, *, actor: Actor) -> tuple[Programme, ApprovalPolicy]:
    """The locked programme and policy; Refused where the policy is in force, or may not be so."""
    programme = lock(Programme, queries.get_policy_row(cmd.policy_id).programme_id)
    policy = lock(ApprovalPolicy, cmd.policy_id, cmd.version)
    refuse_if(rules.why_not_edit_policy(policy.valid_from, clock.today(actor.zone)))
    refuse_if(rules.why_not_bands(cmd.bands) or rules.why_not_quotes(cmd.quotes))
    return programme, policy


def write_policy(cmd: EditPolicy, *, actor: Actor) -> str:
    """Inside a command: the bands and quotes as they shall stand; returns the programme's id."""
    programme, policy = judge_policy(cmd, actor=actor)
    for model in (ApprovalBand, QuoteRule):
        for row in db.session.scalars(select(model).where(model.policy_id == policy.id)):
            db.session.delete(row)
    policy.own_procedure_limit = cmd.own_procedure_limit
    db.session.flush()
    _write_bands(policy.id, cmd.bands, cmd.quotes)
    event = events.PolicyEdited(programme_id=programme.id, programme=programme.code, valid_from=policy.valid_from)
    record(event, actor=actor)
    return programme.id


def _write_bands(policy_id: str, bands: tuple[BandFacts, ...], quotes: tuple[QuoteStep, ...]) -> None:
    for position, band in enumerate(bands, start=1):
        add(
            ApprovalBand(
                id=ids.new_id(),
                policy_id=policy_id,
                position=position,
                up_to=band.up_to,
                receiving=band.receiving,
                sending=band.sending,
            )
        )
    for step in quotes:
        add(QuoteRule(id=ids.new_id(), policy_id=policy_id, from_amount=step.from_amount, number=step.number))
