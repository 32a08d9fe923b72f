"""Answering a false alarm, declaring own numbers, running the rules, and the points that hold money up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from casetracker.accounts.models import User
from casetracker.checks import events, provider_queries, queries, rules
from casetracker.checks.case_queries import load_cases
from casetracker.checks.models import CaseCheck, FindingAnswer, FoundBefore, StaffDeclaration
from casetracker.checks.states import Asked, Declared
from casetracker.core import clock, encryption, ids, row_security
from casetracker.core.actor import SYSTEM, Actor, require
from casetracker.core.commands import Command, add, bookkeeping, command, insert_if_new, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.ids import SYSTEM_OWNER
from casetracker.core.permissions import Permission
from casetracker.disbursements.models import Disbursement
from casetracker.dossiers.commands import add_point
from casetracker.dossiers.events import PointCleared, PointRaised
from casetracker.dossiers.models import Dossier, DossierPoint
from casetracker.dossiers.queries import require_sight
from casetracker.dossiers.rules import why_not_write
from casetracker.dossiers.states import FOUND, PointKind, Sight
from casetracker.events.recording import record

PORTION = 100
"""So many cases are looked at in one go."""
ASKED = N_("“%(purpose)s” waits: an auditor would ask about it. Put it right, or answer it.")
SETTLED = "answered, or put right"
NOTHING = Message(N_("Nothing has changed."))


@dataclass(frozen=True, kw_only=True)
class AnswerFinding(Command):
    """Why it is no fault. `key` and `facts_hash` are the finding as it was read."""

    dossier_id: str
    key: str
    facts_hash: str
    reason: str


@command
def answer_finding(cmd: AnswerFinding, *, actor: Actor) -> str:
    """Explain a finding; it stays answered until its facts change. Returns the case's reference."""
    require(actor, Permission.FINDING_ANSWER)
    sight = require_sight(actor, cmd.dossier_id)
    if sight.relation is None:
        raise NotFound("not an office of this case")
    refuse_if(why_not_write(lock(Dossier, cmd.dossier_id).erased_on))
    found = queries.asked_for(sight)
    asked = next((each for each in found if each.finding.key == cmd.key), None)
    if asked is None:
        raise Refused(Message(N_("This is not found any more: the facts have changed. Nothing needs an answer.")))
    finding = asked.finding
    if finding.facts_hash != cmd.facts_hash:
        raise Refused(Message(N_("The facts have changed since you opened this. Look at it again.")))
    if asked.answer is not None:
        raise Refused(Message(N_("This was answered already.")))
    refuse_if(rules.why_not_answer(finding, actor))
    add(FindingAnswer(
        id=ids.new_id(), dossier_id=cmd.dossier_id, part=str(finding.part), rule=finding.rule,
        subject_id=finding.subject_id, facts_hash=finding.facts_hash, reason=cmd.reason, answered_by=actor.id,
        answered_at=clock.now(),
    ))  # fmt: skip
    record(
        events.FindingAnswered(
            owner_id=cmd.dossier_id,
            part=str(finding.part),
            rule=str(finding.rule),
            subject_id=finding.subject_id,
            reason=cmd.reason,
        ),
        actor=actor,
    )
    settle_points(cmd.dossier_id, [each for each in found if each is not asked], actor=actor)
    return sight.reference


# Points that hold money up


def settle_points(dossier_id: str, found: Iterable[Asked], *, actor: Actor) -> bool:
    """Inside a command that locked the dossier: clear the points of findings that are answered or gone, each with its
    event. Whether there were any."""
    stale = queries.stale_points(dossier_id, found)
    for each in stale:
        point = lock(DossierPoint, each.id)
        point.cleared_at, point.cleared_by, point.clearing_reason = clock.now(), actor.id, SETTLED
        record(PointCleared(owner_id=dossier_id, part=point.part, point_id=point.id, reason=SETTLED), actor=actor)
    return bool(stale)


@command
def settle_stale_points(dossier_id: str, *, actor: Actor) -> None:
    """Clear what nothing asks about any more; Refused where there is no such point."""
    require(actor, Permission.CLOCKS_RUN)
    lock(Dossier, dossier_id)
    if not settle_points(dossier_id, queries.asked_of([dossier_id]).get(dossier_id, []), actor=actor):
        raise Refused(NOTHING)


@command
def raise_points(dossier_id: str, request_id: str, *, actor: Actor) -> None:
    """Put what holds a request's payment up on the case; once for each rule, Refused where all stand already."""
    sight = require_sight(actor, dossier_id)
    refuse_if(why_not_write(lock(Dossier, dossier_id).erased_on))
    row = db.session.get(Disbursement, request_id)
    if row is None or row.dossier_id != dossier_id:
        raise NotFound("request of another case")
    before = {(point.subject_kind, point.subject_id) for point in queries.list_points_found(dossier_id)}
    holding = {f.rule: f.part for f in rules.holding(queries.asked_for(sight), request_id)}
    missing = [(rule, part) for rule, part in holding.items() if (f"{FOUND}{rule}", request_id) not in before]
    if not missing:
        raise Refused(NOTHING)
    for rule, part in missing:
        point = add_point(
            dossier_id, PointKind.FINDING, ASKED, {"purpose": row.purpose}, part=part,
            subject=(f"{FOUND}{rule}", request_id), blocks_money=True,
        )  # fmt: skip
        record(PointRaised(owner_id=dossier_id, part=str(part), point_id=point.id), actor=actor)


# Running the rules


@bookkeeping("what was found is found anew from the tracked rows at any time")
def check_cases(dossier_ids: Sequence[str]) -> None:
    """Run the rules over these cases and keep what lists count and filter."""
    with row_security.reading(row_security.EVERYTHING):  # every compartment; readers are judged by the lists
        found = {id: rules.findings_of(case) for id, case in load_cases(dossier_ids).items()}
        db.session.execute(delete(FoundBefore).where(FoundBefore.dossier_id.in_(dossier_ids)))
        db.session.execute(delete(CaseCheck).where(CaseCheck.dossier_id.in_(dossier_ids)))
        now = clock.now()
        entries = queries.count_entries(dossier_ids)
        for dossier_id in sorted(dossier_ids):
            insert_if_new(CaseCheck, dossier_id=dossier_id, checked_at=now, entries=entries.get(dossier_id, 0))
        for each in (finding for findings in found.values() for finding in findings):
            insert_if_new(
                FoundBefore, dossier_id=each.dossier_id, rule=each.rule, subject_id=each.subject_id,
                part=str(each.part), severity=each.severity, since=each.since, facts_hash=each.facts_hash,
            )  # fmt: skip


def look_again_if_changed(sight: Sight, actor: Actor) -> queries.ChecksPanel:
    """What stands on the case's page: looked at again where something was recorded since, or a day has passed."""
    panel = queries.load_panel(sight, actor)
    if panel.is_fresh:
        return panel
    check_cases([sight.dossier_id])
    return queries.load_panel(sight, actor)


def check_due(before: datetime, *, reader: Actor | None = None) -> int:
    """Look at one portion of the cases that were not looked at since `before`, the longest first; the reader's, or
    all. How many."""
    due = queries.list_due(before, PORTION, reader)
    if due:
        check_cases(due)
    return len(due)


def check_all() -> int:
    """The daily look at every case, in portions; points of findings that are gone are cleared. How many cases."""
    begun, done = clock.now(), 0
    while count := check_due(begun):
        done += count
    for dossier_id in queries.list_with_points():
        with suppress(Refused):  # nothing to clear
            settle_stale_points(dossier_id, actor=SYSTEM)
    return done


# What staff declare


@dataclass(frozen=True, kw_only=True, repr=False)
class DeclareNumber(Command):
    """An account or telephone of one's own; of the number only a keyed hash is kept."""

    kind: Declared
    name: str
    number: str

    def __repr__(self) -> str:
        """Without the number; another number is another text: a form's token is bound to it."""
        key = provider_queries.number_key(self.kind, self.number) or ""
        return f"DeclareNumber({self.kind}, {self.name!r}, {_hashed(self.kind, key)})"


@dataclass(frozen=True, kw_only=True)
class WithdrawNumber(Command):
    """It is not one's own any more."""

    declaration_id: str
    version: int


@command
def declare_number(cmd: DeclareNumber, *, actor: Actor) -> str:
    """Declare an own number, so that payments to it are found; returns the declaration's id."""
    require(actor, Permission.OWN_ACCOUNT)
    key = provider_queries.number_key(cmd.kind, cmd.number)
    refuse_if(rules.why_not_number(cmd.kind, key))
    number_hash = _hashed(cmd.kind, key or "")
    user = lock(User, actor.id)
    if any(row.number_hash == number_hash for row in queries.list_declared(actor.id)):
        raise Refused(Message(N_("You declared this number already."), field="number"))
    row = add(StaffDeclaration(
        id=ids.new_id(), office_id=user.office_id, user_id=actor.id, kind=cmd.kind, name=cmd.name,
        number_hash=number_hash, key_id=encryption.keys()[0].id.hex(), declared_at=clock.now(), withdrawn_at=None,
    ))  # fmt: skip
    owner = user.office_id or SYSTEM_OWNER
    record(events.NumberDeclared(owner_id=owner, declaration_id=row.id, declared=str(cmd.kind)), actor=actor)
    return row.id


@command
def withdraw_number(cmd: WithdrawNumber, *, actor: Actor) -> str:
    """Say that a number is not the own any more; the record keeps that it was. Returns the declaration's id."""
    require(actor, Permission.OWN_ACCOUNT)
    row = lock(StaffDeclaration, cmd.declaration_id, cmd.version)
    if row.user_id != actor.id:
        raise NotFound("declaration of somebody else")
    if row.withdrawn_at is not None:
        raise Refused(Message(N_("This was withdrawn already.")))
    row.withdrawn_at = clock.now()
    owner = row.office_id or SYSTEM_OWNER
    record(events.NumberWithdrawn(owner_id=owner, declaration_id=row.id, declared=str(row.kind)), actor=actor)
    return row.id


def _hashed(kind: Declared, key: str) -> str:
    return provider_queries.hash_of(kind, key, encryption.keys()[0])
