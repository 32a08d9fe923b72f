"""Making grants, giving back what is left, their clocks. `make_grants` and the `write_` functions run inside
somebody else's command; each says whether it records its own event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from casetracker.cases.states import PersonFacts
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, current_unit, lock
from casetracker.core.db import db
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.queries import require_open
from casetracker.events.recording import record
from casetracker.grants import events, queries, rules
from casetracker.grants.models import ClockExtension, Grant
from casetracker.grants.states import Clock, GrantState
from casetracker.ledger import posting
from casetracker.ledger.queries import get_totals
from casetracker.ledger.states import Move
from casetracker.programmes import queries as programmes
from casetracker.programmes.states import BasisDate, PackageFacts, RuleFacts

WORKING_DAYS = "within_working_days"
"""The key in a grant's copy of its rule that holds the package's working days, None: it counts in months."""


def make_grants(
    dossier_id: str, person: PersonFacts, days: Mapping[BasisDate, date | None], programme_id: str, *,
    actor: Actor,
    amounts: Mapping[str, int] | None = None,
) -> list[Grant]:  # fmt: skip
    """Make the person's grants under every package whose rule entitles the person, and award the money.

    `days` are the person's dates by basis; `amounts` (package id -> minor units) may stay below a maximum: the
    rest of the packages give what their rule names. Records `grant.made` for each grant, so everything written
    before it must have been recorded. Refused for an amount that the rule does not give, and where a budget line
    or the programme has not enough left. A grant that was given back or lapsed is opened again.
    """
    current_unit()
    wanted, made = dict(amounts or {}), []
    for package in programmes.list_packages(programme_id):
        rule = programmes.find_rule(package.id, person.role, person.return_type, person.nationality, days)
        amount = wanted.pop(package.id, None)
        if amount is not None:
            standing = _find(dossier_id, person.id, package.id)
            why_not = rules.why_not_award(
                rule, amount, person=person.name, package=package.name, standing=standing.amount if standing else None
            )
            refuse_if(why_not.beside("amounts") if why_not else None)
        if rule is None:
            continue
        amount = rule.amount if amount is None else amount
        made.append(_make(dossier_id, person, package, rule, amount, days.get(rule.basis), actor))
    if wanted:
        raise NotFound("package of another programme")
    return made


def _find(dossier_id: str, person_id: str, package_id: str) -> Grant | None:
    kept = select(Grant).where(
        Grant.dossier_id == dossier_id, Grant.person_id == person_id, Grant.package_id == package_id
    )
    return db.session.scalars(kept).one_or_none()


def _make(
    dossier_id: str, person: PersonFacts, package: PackageFacts, rule: RuleFacts, amount: int,
    basis_on: date | None,
    actor: Actor,
) -> Grant:  # fmt: skip
    grant = _find(dossier_id, person.id, package.id)
    if grant is None:
        grant = add(Grant(
            id=ids.new_id(), dossier_id=dossier_id, person_id=person.id, programme_id=package.programme_id,
            package_id=package.id, package_name=package.name,
            account_id=posting.open_account(dossier_id, package.currency, amount),
            budget_account_id=programmes.get_budget_line_account(package.budget_line_id),
            programme_account_id=programmes.get_programme_account(package.programme_id),
            amount=amount, currency=package.currency, rule=_copy(rule, package), basis_on=basis_on,
            made_on=clock.today(actor.zone), state=GrantState.OPEN, state_on=None, state_reason=None,
            needs_plan=package.needs_plan, in_kind_only=package.in_kind_only, cash_cap=package.cash_cap,
            contact_within_months=package.contact_within_months, use_within_months=package.use_within_months,
            contact_due_on=None, use_due_on=None,
        ))  # fmt: skip
    elif grant.state == GrantState.OPEN:
        return grant
    else:
        grant = lock(Grant, grant.id)
        grant.state, grant.state_on, grant.state_reason = GrantState.OPEN, None, None
    missing = grant.amount - get_totals(grant.account_id).used
    if missing > 0:
        _move(Move.AWARD, grant, missing)
    record(
        events.GrantMade(owner_id=dossier_id, person_id=person.id, grant_id=grant.id,
        package=grant.package_name,
                         amount=grant.amount, currency=grant.currency),
        actor=actor,
    )  # fmt: skip
    return grant


def write_share(dossier_id: str, budget_line_id: str, amount: int, *, actor: Actor) -> str:
    """Award what a dossier without persons may spend of a budget line: `amount` is the whole share (minor units of the
    programme's currency); what stood before becomes that. Returns the grant's id; the caller records, and has judged
    that two people want it.

    Refused where the line or the programme has not enough left, and below what is reserved, committed or spent.
    """
    current_unit()
    line = programmes.get_budget_line(budget_line_id)
    kept = select(Grant).where(
        Grant.dossier_id == dossier_id, Grant.budget_account_id == line.account_id, Grant.person_id.is_(None)
    )
    grant = db.session.scalars(kept).one_or_none()
    if grant is None:
        grant = add(Grant(
            id=ids.new_id(), dossier_id=dossier_id, person_id=None, programme_id=line.programme_id, package_id=None,
            package_name=line.name,
            account_id=posting.open_account(dossier_id, programmes.get_programme(line.programme_id).currency, amount),
            budget_account_id=line.account_id,
            programme_account_id=programmes.get_programme_account(line.programme_id), amount=amount,
            currency=programmes.get_programme(line.programme_id).currency, rule={}, basis_on=None,
            made_on=clock.today(actor.zone), state=GrantState.OPEN, state_on=None, state_reason=None, needs_plan=True,
            in_kind_only=True, cash_cap=None, contact_within_months=None, use_within_months=None, contact_due_on=None,
            use_due_on=None,
        ))  # fmt: skip
        db.session.flush()
    else:
        grant = lock(Grant, grant.id)
        grant.amount, grant.state, grant.state_on, grant.state_reason = amount, GrantState.OPEN, None, None
    totals = posting.lock_balances([grant.account_id])[grant.account_id]
    if amount < totals.used:
        _move(Move.RELINQUISH, grant, totals.used - amount)
    posting.set_ceiling(grant.account_id, amount)
    if amount > totals.used:
        _move(Move.AWARD, grant, amount - totals.used)
    return grant.id


def _copy(rule: RuleFacts, package: PackageFacts) -> dict[str, Any]:
    """The rule as the grant keeps it, with the working days of its package."""
    return {**rule.to_json(), WORKING_DAYS: package.within_working_days}


def _move(move: Move, grant: Grant, amount: int) -> None:
    accounts = (grant.account_id, grant.budget_account_id, grant.programme_account_id)
    posting.post(move, dict.fromkeys(accounts, amount), owner_id=grant.dossier_id, subject=("grant", grant.id))


def write_relinquish(grant_id: str, reason: str, *, actor: Actor) -> int:
    """Close the grant and take what is awarded and not asked for back to the programme; returns the amount.

    Records `grant.relinquished`. What is reserved or committed stays until it is paid or released; called
    again it takes what was released since. A plan's lines: see `plans.commands.write_grants_gone`, which
    calls this.
    """
    grant = lock(Grant, grant_id)
    amount = _take_back(grant)
    if grant.state == GrantState.OPEN:
        grant.state, grant.state_on, grant.state_reason = (
            GrantState.RELINQUISHED,
            clock.today(actor.zone),
            reason,
        )
    record(
        events.GrantRelinquished(owner_id=grant.dossier_id, person_id=grant.person_id, grant_id=grant.id,
                                 package=grant.package_name, amount=amount, currency=grant.currency,
                                 reason=reason),
        actor=actor,
    )  # fmt: skip
    return amount


PERIOD = "period"
"""What `grant.lapsed` names as its clock where the programme's eligible period ended."""


def write_lapse(grant_id: str, which: Clock | None, *, actor: Actor) -> int:
    """Close the grant because a clock (None: the programme's eligible period) ran out, and take what is left back;
    returns the amount.

    Records `grant.lapsed`; of a grant that is not open nothing is done. The caller has judged that the clock
    is over (`queries.list_due`).
    """
    grant = lock(Grant, grant_id)
    if grant.state != GrantState.OPEN:
        return 0
    amount = _take_back(grant)
    grant.state, grant.state_on, grant.state_reason = GrantState.LAPSED, clock.today(actor.zone), None
    record(
        events.GrantLapsed(owner_id=grant.dossier_id, person_id=grant.person_id, grant_id=grant.id,
                           package=grant.package_name, clock=which or PERIOD, amount=amount, currency=grant.currency),
        actor=actor,
    )  # fmt: skip
    return amount


def _take_back(grant: Grant) -> int:
    left = posting.lock_balances([grant.account_id])[grant.account_id].awarded
    if left:
        _move(Move.RELINQUISH, grant, left)
    return left


def write_due_days(person_id: str, arrived_on: date) -> None:
    """Start the clocks of the person's open grants at the arrival.

    The caller records, in the shared part. No clock runs beyond the programme's eligible period.
    """
    for grant in _open_grants(person_id):
        grant.contact_due_on, grant.use_due_on = _due_days(grant, arrived_on)


def write_corrected_arrival(person_id: str, before: date, after: date | None) -> None:
    """Move the clocks of the person's open grants to the corrected arrival; None: there was none, so none runs.

    A clock that was extended, or stood still meanwhile, keeps the days that it was given. The caller records, in the
    shared part.
    """
    for grant in _open_grants(person_id):
        if after is None:
            grant.contact_due_on = grant.use_due_on = None
            continue
        last = programmes.get_programme(grant.programme_id).eligible_until
        was, now = _due_days(grant, before), _due_days(grant, after)
        grant.contact_due_on = _until(rules.follow(grant.contact_due_on, was[0], now[0]), last)
        grant.use_due_on = _until(rules.follow(grant.use_due_on, was[1], now[1]), last)


def _open_grants(person_id: str) -> Sequence[Grant]:
    return db.session.scalars(select(Grant).where(Grant.person_id == person_id, Grant.state == GrantState.OPEN)).all()


def _due_days(grant: Grant, arrived_on: date) -> tuple[date | None, date | None]:
    """The last days of contact and use, counted from an arrival, within the programme's eligible period."""
    last = programmes.get_programme(grant.programme_id).eligible_until
    working_days = grant.rule.get(WORKING_DAYS)  # grants made before packages counted so have no such key
    return (
        _until(rules.last_day(arrived_on, grant.contact_within_months), last),
        _until(rules.last_day(arrived_on, grant.use_within_months, working_days), last),
    )


def _until(day: date | None, last: date) -> date | None:
    return None if day is None else min(day, last)


def write_pause(dossier_id: str, days: int) -> None:
    """Move the clocks of the case's open grants on by the days that it was suspended; the caller records
    (shared part).

    The eligible period is not moved (domain, "A case, step by step").
    """
    grants = db.session.scalars(
        select(Grant).where(Grant.dossier_id == dossier_id, Grant.state == GrantState.OPEN)
    ).all()
    for grant in grants:
        last = programmes.get_programme(grant.programme_id).eligible_until
        if grant.contact_due_on:
            grant.contact_due_on = min(grant.contact_due_on + timedelta(days=days), last)
        if grant.use_due_on:
            grant.use_due_on = min(grant.use_due_on + timedelta(days=days), last)


@dataclass(frozen=True, kw_only=True)
class ExtendClock(Command):
    """Give a clock of a grant more time."""

    dossier_id: str
    grant_id: str
    clock: Clock
    until: date
    reason: str
    version: int


@command
def extend_clock(cmd: ExtendClock, *, actor: Actor) -> str:
    """A supervisor's act, with a reason; returns the grant's id."""
    require(actor, Permission.CLOCK_EXTEND)
    require_open(actor, cmd.dossier_id)
    grant = lock(Grant, cmd.grant_id, cmd.version)
    if grant.dossier_id != cmd.dossier_id:
        raise NotFound("grant")
    facts = queries.get_grant(cmd.dossier_id, cmd.grant_id)
    last = programmes.get_programme(grant.programme_id).eligible_until
    refuse_if(rules.why_not_extend(facts, cmd.clock, cmd.until, eligible_until=last))
    was = facts.due_on(cmd.clock)
    if was is None:
        raise NotFound("clock")
    add(ClockExtension(
        id=ids.new_id(), dossier_id=grant.dossier_id, grant_id=grant.id, clock=cmd.clock, was_due_on=was,
        until=cmd.until, reason=cmd.reason, extended_by=actor.id,
    ))  # fmt: skip
    if cmd.clock == Clock.CONTACT:
        grant.contact_due_on = cmd.until
    else:
        grant.use_due_on = cmd.until
    record(
        events.ClockExtended(owner_id=grant.dossier_id, person_id=grant.person_id, grant_id=grant.id,
                             package=grant.package_name, clock=cmd.clock, until=cmd.until.isoformat(),
                             reason=cmd.reason),
        actor=actor,
    )  # fmt: skip
    return grant.id
