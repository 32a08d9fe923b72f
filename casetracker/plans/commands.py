"""Freezing a plan's version, taking it back, and what a decision writes. The verbs of deciding live in
approvals, which call the `write_` functions inside their commands; each of those records its own event."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, current_unit, lock
from casetracker.core.db import canonical_json, db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.money import split
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import find_money_block, require_open
from casetracker.events.recording import record
from casetracker.grants.commands import write_lapse, write_relinquish
from casetracker.grants.queries import list_grants
from casetracker.grants.states import Clock, GrantFacts
from casetracker.ledger import posting
from casetracker.ledger.queries import get_totals
from casetracker.ledger.states import Move
from casetracker.plans import events, queries, rules
from casetracker.plans.draft_commands import add_author
from casetracker.plans.models import Plan, PlanAuthor, PlanDecision, PlanLine, PlanRecall, PlanVersion
from casetracker.plans.states import (
    PLAN_MOVES,
    ActivityFacts,
    LineFacts,
    PlanAct,
    PlanFacts,
    PlanStep,
    VersionFacts,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SubmitPlan(Command):
    """Freeze the draft as the next version; `version` is that of the plan's row when the page was opened."""

    dossier_id: str
    version: int


@command
def submit_plan(cmd: SubmitPlan, *, actor: Actor) -> str:
    """Freeze the content with its hash, rates and authors; returns the version's id."""
    require(actor, Permission.PLAN_WRITE)
    require_open(actor, cmd.dossier_id)
    plan = lock_plan(cmd.dossier_id, cmd.version)
    facts = queries.load_facts(plan, clock.today(actor.zone))
    limits = {limit.grant_id: limit for limit in queries.list_limits(plan.dossier_id)}
    refuse_if(rules.why_not_submit(facts, limits))
    _freeze_rates(facts)
    add_author(plan, actor)
    db.session.flush()
    content = content_of(facts)
    version = add(PlanVersion(
        id=ids.new_id(), dossier_id=plan.dossier_id, plan_id=plan.id, number=plan.draft_number,
        content=content,
        content_hash=hash_of(content), submitted_by=actor.id, submitted_at=clock.now(),
        authors=_authors(plan),
    ))  # fmt: skip
    plan.state = PLAN_MOVES[PlanAct.SUBMIT][plan.state]
    plan.draft_number += 1
    record(
        events.PlanSubmitted(owner_id=plan.dossier_id, version_id=version.id, number=version.number,
                             content_hash=version.content_hash),
        actor=actor,
    )  # fmt: skip
    return version.id


def lock_plan(dossier_id: str, version: int | None = None) -> Plan:
    """The case's plan, locked after its dossier; NotFound without one."""
    lock(Dossier, dossier_id)
    id = db.session.scalars(select(Plan.id).where(Plan.dossier_id == dossier_id)).one_or_none()
    if id is None:
        raise NotFound("plan")
    return lock(Plan, id, version)


def _freeze_rates(facts: PlanFacts) -> None:
    for line in facts.lines:
        row = lock(PlanLine, line.id)
        row.rate, row.amount = line.rate, line.amount or 0


def _authors(plan: Plan) -> list[str]:
    """Everybody who wrote in this or an earlier draft: all of it may stand in the frozen content."""
    query = select(PlanAuthor.user_id).where(PlanAuthor.plan_id == plan.id).distinct()
    return sorted(db.session.scalars(query))


def content_of(plan: PlanFacts) -> dict[str, Any]:
    """The plan as canonical content; the nonce keeps its hash from telling what stands in it."""
    return {
        "plan_id": plan.id,
        "number": plan.draft_number,
        "currency": plan.currency,
        "nonce": ids.new_id(),
        "activities": [_activity_content(activity) for activity in plan.activities],
    }


def _activity_content(activity: ActivityFacts) -> dict[str, Any]:
    return {
        "id": activity.id, "kind": str(activity.kind), "title": activity.title, "place": activity.place,
        "feasibility": activity.feasibility, "beneficiary_ids": list(activity.beneficiary_ids),
        "lines": [_line_content(line) for line in activity.lines],
    }  # fmt: skip


def _line_content(line: LineFacts) -> dict[str, Any]:
    return {
        "id": line.id, "description": line.description, "provider_id": line.provider_id,
        "quantity": line.quantity,
        "unit_price": line.unit_price, "unit_currency": line.unit_currency, "frequency": str(line.frequency),
        "times": line.times, "rate": line.rate, "amount": line.amount,
        "funding": [
            {"source": str(f.source), "grant_id": f.grant_id, "person_id": f.person_id, "amount": f.amount}
            for f in line.funding
        ],
        "agreements": [
            {"person_id": a.person_id, "amount": a.amount, "document_id": a.document_id,
             "agreed_on": a.agreed_on.isoformat()}
            for a in line.agreements
        ],
    }  # fmt: skip


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical content, hexadecimal."""
    return hashlib.sha256(canonical_json(content).encode("utf-8")).hexdigest()


@dataclass(frozen=True, kw_only=True)
class RecallPlan(Command):
    """Take the submitted version back into the draft."""

    dossier_id: str
    version: int


@command
def recall_plan(cmd: RecallPlan, *, actor: Actor) -> None:
    """Before the final approval its office may take a version back; it stays as it was, undecided."""
    require(actor, Permission.PLAN_WRITE)
    require_open(actor, cmd.dossier_id)
    plan = lock_plan(cmd.dossier_id, cmd.version)
    refuse_if(rules.why_not_recall(plan.state))
    version = queries.get_version(cmd.dossier_id, plan.draft_number - 1)
    plan.state = PLAN_MOVES[PlanAct.RECALL][plan.state]
    add(PlanRecall(
        id=ids.new_id(), dossier_id=plan.dossier_id, version_id=version.id, recalled_by=actor.id,
        recalled_at=clock.now(),
    ))  # fmt: skip
    record(
        events.PlanRecalled(owner_id=plan.dossier_id, version_id=version.id, number=version.number),
        actor=actor,
    )


def write_validation(version_id: str, *, actor: Actor) -> VersionFacts:
    """The receiving office's supervisor validates; records `plan.validated`."""
    version, plan = _decide(version_id, PlanStep.VALIDATE, None, actor)
    record(
        events.PlanValidated(owner_id=plan.dossier_id, version_id=version.id, number=version.number,
                             content_hash=version.content_hash),
        actor=actor,
    )  # fmt: skip
    return version


def write_final_approval(version_id: str, *, actor: Actor) -> VersionFacts:
    """The sending office's supervisor approves finally; its lines become payable. Records `plan.approved`."""
    version, plan = _decide(version_id, PlanStep.APPROVE, None, actor)
    _judge_again(version, actor)
    plan.approved_number = version.number
    _set_lines(version)
    record(
        events.PlanApproved(owner_id=plan.dossier_id, version_id=version.id, number=version.number,
                            content_hash=version.content_hash),
        actor=actor,
    )  # fmt: skip
    return version


def write_return(version_id: str, reason: str, *, actor: Actor) -> VersionFacts:
    """The supervisor whose turn it is returns the version with a reason; records `plan.returned`."""
    version, plan = _decide(version_id, PlanStep.RETURN, reason, actor)
    record(
        events.PlanReturned(owner_id=plan.dossier_id, version_id=version.id, number=version.number, reason=reason),
        actor=actor,
    )
    return version


def _decide(version_id: str, step: PlanStep, reason: str | None, actor: Actor) -> tuple[VersionFacts, Plan]:
    current_unit()
    require(actor, Permission.PLAN_APPROVE)
    version = queries.get_version_by_id(version_id)
    sight = require_open(actor, version.dossier_id)
    plan = lock_plan(version.dossier_id)
    version = queries.get_version_by_id(version_id)
    refuse_if(rules.why_not_decide(
        version, step, user_id=actor.id, relation=sight.relation, state=plan.state,
        has_receiving=sight.receiving_office_id is not None,
    ))  # fmt: skip
    if hash_of(version.content) != version.content_hash:
        raise Refused(Message(N_("The content of this version is not what was submitted. It cannot be decided on.")))
    add(PlanDecision(
        id=ids.new_id(), dossier_id=version.dossier_id, version_id=version.id,
        content_hash=version.content_hash,
        submitted_by=version.submitted_by, step=step, decided_by=actor.id, decided_at=clock.now(),
        reason=reason,
    ))  # fmt: skip
    plan.state = PLAN_MOVES[PlanAct(step)][plan.state]
    return version, plan


def _judge_again(version: VersionFacts, actor: Actor) -> None:
    """What has moved since the submission: points to clear, grants that shrank, lines that were used more."""
    lines = queries.lines_of(version)
    subjects = {id for line in lines for part in line.funding for id in part[:2]}
    point = find_money_block(version.dossier_id, sorted(subjects), actor)
    if point is not None:
        text = N_("A point has to be cleared before money moves: %(point)s")
        raise Refused(Message(text, {"point": Message(point.text, point.params)}))
    for limit in queries.list_limits(version.dossier_id):
        planned = sum(amount for line in lines for id, _person, amount in line.funding if id == limit.grant_id)
        refuse_if(rules.why_over(limit, planned))
    for line in lines:
        used = line.totals.used - line.totals.awarded if line.totals else 0
        refuse_if(rules.why_not_granted(line.granted, used, line.currency))


def _set_lines(version: VersionFacts) -> None:
    """Each line's account holds exactly what grants pay for it; a line that left keeps what is used."""
    granted = {line.line_id: line.granted for line in queries.lines_of(version)}
    rows = db.session.scalars(select(PlanLine).where(PlanLine.dossier_id == version.dossier_id)).all()
    for row in sorted(rows, key=lambda r: (r.account_id or "", r.id)):
        wanted = granted.get(row.id, 0)
        if row.account_id is None:
            if not wanted:
                continue
            row = lock(PlanLine, row.id)
            row.account_id = posting.open_account(row.dossier_id, version.content["currency"], wanted)
        _adjust(row.account_id or "", wanted, version)


def _adjust(account_id: str, wanted: int, version: VersionFacts) -> None:
    totals = posting.lock_balances([account_id])[account_id]
    change = wanted - totals.used
    subject = ("plan_version", version.id)
    if change > 0:
        if totals.ceiling != wanted:
            posting.set_ceiling(account_id, wanted)
        posting.post(Move.AWARD, {account_id: change}, owner_id=version.dossier_id, subject=subject)
    elif change < 0:
        posting.post(Move.RELINQUISH, {account_id: -change}, owner_id=version.dossier_id, subject=subject)
    if get_totals(account_id).ceiling != wanted:
        posting.set_ceiling(account_id, wanted)


def write_grants_gone(dossier_id: str, person_id: str, reason: str, *, actor: Actor) -> int:
    """A person left (out, by withdrawal, separation, death): the unspent share of all the person's open
    grants goes back, out of the payable lines too. Records `plan.lines_unfunded` and `grant.relinquished`;
    returns the amount."""
    gone = [g for g in list_grants(dossier_id) if g.is_open and g.person_id == person_id]
    _unfund(dossier_id, gone, actor)
    return sum(write_relinquish(grant.id, reason, actor=actor) for grant in gone)


def write_grant_lapsed(dossier_id: str, grant_id: str, which: Clock | None, *, actor: Actor) -> int:
    """A clock of a grant ran out, or (None) the programme's eligible period did: what is left of it goes back, out of
    the payable lines too. Records `plan.lines_unfunded` and `grant.lapsed`; returns the amount. A grant that is not
    open stays as it is."""
    gone = [g for g in list_grants(dossier_id) if g.is_open and g.id == grant_id]
    _unfund(dossier_id, gone, actor)
    return sum(write_lapse(grant.id, which, actor=actor) for grant in gone)


def _unfund(dossier_id: str, gone: list[GrantFacts], actor: Actor) -> None:
    current_unit()
    still_open = {grant.id for grant in list_grants(dossier_id) if grant.is_open}
    freed = _free_lines(dossier_id, {grant.id for grant in gone}, still_open)
    if freed:
        event = events.LinesUnfunded(
            owner_id=dossier_id, person_id=gone[0].person_or_none, amount=freed, currency=gone[0].currency
        )
        record(event, actor=actor)


def _free_lines(dossier_id: str, gone: set[str], still_open: set[str]) -> int:
    """Take the gone grants' share of what each line has left out of it; shares as in the line's funding."""
    if not gone:
        return 0
    freed = 0
    for line in queries.approved_lines(dossier_id):
        shares = [(id, amount) for id, _person, amount in line.funding if id in still_open]
        if line.account_id is None or line.totals is None or not line.totals.awarded or not shares:
            continue
        parts = split(line.totals.awarded, [amount for _id, amount in shares])
        share = sum(part for (id, _amount), part in zip(shares, parts, strict=True) if id in gone)
        if share:
            posting.post(
                Move.RELINQUISH,
                {line.account_id: share},
                owner_id=dossier_id,
                subject=("plan_line", line.line_id),
            )
            freed += share
    return freed


__all__ = ["RecallPlan", "SubmitPlan", "content_of", "hash_of", "recall_plan", "submit_plan",
           "write_final_approval", "write_grant_lapsed", "write_grants_gone", "write_return",
           "write_validation"]  # fmt: skip
