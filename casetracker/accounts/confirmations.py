"""Changes that take effect once a second person has confirmed them: roles here, policies elsewhere.

A feature registers each kind once, and asks inside its own command:
`register_change("policy", apply, describe)`, then `request_change("policy", subject_id=…, payload=…, …)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from casetracker.accounts import events, queries, rules
from casetracker.accounts.models import Office, PendingChange, User
from casetracker.accounts.states import ChangeFacts, ChangeState
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission, Role
from casetracker.events.recording import record

Apply = Callable[[dict[str, Any], Actor], None]
Describe = Callable[[dict[str, Any]], Message]


@dataclass(frozen=True)
class Kind:
    """How a kind of change takes effect, and the sentence in which a person reads it."""

    apply: Apply
    describe: Describe
    label: str


_KINDS: dict[str, Kind] = {}


@dataclass(frozen=True, kw_only=True)
class ConfirmChange(Command):
    """Let a waiting change take effect."""

    change_id: str
    version: int


@dataclass(frozen=True, kw_only=True)
class RefuseChange(Command):
    """Leave everything as it is."""

    change_id: str
    version: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class WithdrawChange(Command):
    """Take back what one asked for."""

    change_id: str
    version: int


@dataclass(frozen=True, kw_only=True)
class WaitingChange:
    """A change as the page shows it; `why_not` is set where this reader may not decide."""

    change: PendingChange
    sentence: Message
    requested_by: str
    why_not: Message | None
    who_can: list[str]
    is_own: bool


def register_change(kind: str, apply: Apply, describe: Describe, label: str = "") -> None:
    """Make a kind of change known. `apply(payload, confirming actor)` runs inside the confirming command and
    records its own event; it judges again what it writes, for days may have passed, and raises Refused.
    `describe(payload)` is the sentence the deciding person reads; `label` (marked with N_) names the kind."""
    _KINDS[kind] = Kind(apply, describe, label or kind)


def label_of(kind: str) -> str:
    """The English words of a kind of change."""
    return _KINDS[kind].label if kind in _KINDS else kind


def request_change(
    kind: str, *, subject_id: str, payload: dict[str, Any], actor: Actor, office_id: str | None = None
) -> str:
    """Inside a command that has locked the subject: put the change up for confirmation; returns its id.

    payload: plain values only (ids, codes, minor units, ISO days). office_id: whose supervisors may not.
    Refused where one of the same kind about the same subject waits already.
    """
    if kind not in _KINDS:
        raise ValueError(f"no kind of change is called {kind}")
    if find_waiting(kind, subject_id) is not None:
        raise Refused(Message(N_("A change of this kind waits for confirmation already. Decide on that one first.")))
    change = add(PendingChange(
        id=ids.new_id(), kind=kind, subject_id=subject_id, office_id=office_id, payload=payload,
        state=ChangeState.PENDING, requested_by=actor.id, requested_at=clock.now(), decided_by=None,
        decided_at=None, reason=None,
    ))  # fmt: skip
    record(events.ChangeRequested(change_id=change.id, change=kind, subject_id=subject_id), actor=actor)
    return change.id


@command
def confirm_change(cmd: ConfirmChange, *, actor: Actor) -> str:
    """Let the change take effect, as the second person. Returns its id."""
    change = _lock_for_decision(cmd.change_id, cmd.version, actor)
    _decide(change, ChangeState.CONFIRMED, actor)
    record(
        events.ChangeConfirmed(change_id=change.id, change=change.kind, subject_id=change.subject_id),
        actor=actor,
    )
    _KINDS[change.kind].apply(change.payload, actor)
    return change.id


@command
def refuse_change(cmd: RefuseChange, *, actor: Actor) -> str:
    """Leave everything as it is, with a reason. Returns the change's id."""
    change = _lock_for_decision(cmd.change_id, cmd.version, actor)
    _decide(change, ChangeState.REFUSED, actor)
    change.reason = cmd.reason
    event = events.ChangeRefused(
        change_id=change.id, change=change.kind, subject_id=change.subject_id, reason=cmd.reason
    )
    record(event, actor=actor)
    return change.id


@command
def withdraw_change(cmd: WithdrawChange, *, actor: Actor) -> str:
    """Take back the own request. Returns the change's id."""
    change = lock(PendingChange, cmd.change_id, cmd.version)
    refuse_if(rules.why_not_withdraw(facts_of(change), actor))
    change.state = ChangeState.WITHDRAWN
    record(
        events.ChangeWithdrawn(change_id=change.id, change=change.kind, subject_id=change.subject_id),
        actor=actor,
    )
    return change.id


def _lock_for_decision(change_id: str, version: int, actor: Actor) -> PendingChange:
    require(actor, Permission.CHANGE_CONFIRM)
    change = lock(PendingChange, change_id, version)
    refuse_if(rules.why_not_decide(facts_of(change), actor))
    return change


def _decide(change: PendingChange, state: ChangeState, actor: Actor) -> None:
    change.state, change.decided_by, change.decided_at = state, actor.id, clock.now()


def facts_of(change: PendingChange) -> ChangeFacts:
    """The change as the rules judge it."""
    return ChangeFacts(
        id=change.id,
        kind=change.kind,
        subject_id=change.subject_id,
        office_id=change.office_id,
        requested_by=change.requested_by,
        state=change.state,
    )


def find_waiting(kind: str, subject_id: str) -> PendingChange | None:
    """The change of this kind about this subject that waits for a second person."""
    query = select(PendingChange).where(
        PendingChange.kind == kind,
        PendingChange.subject_id == subject_id,
        PendingChange.state == ChangeState.PENDING,
    )
    return db.session.scalars(query).one_or_none()


def list_waiting(actor: Actor) -> list[WaitingChange]:
    """Every waiting change, oldest first, each with what this actor may do about it and who else can."""
    query = select(PendingChange).where(PendingChange.state == ChangeState.PENDING)
    changes = list(db.session.scalars(query.order_by(PendingChange.requested_at, PendingChange.id)))
    names = queries.names_of({change.requested_by for change in changes})
    deciders = list_deciders() if changes else []
    return [_shown(change, names[change.requested_by], deciders, actor) for change in changes]


def get_shown(change_id: str, actor: Actor) -> WaitingChange:
    """One change as the page shows it; raises NotFound."""
    change = db.session.get(PendingChange, change_id)
    if change is None:
        raise NotFound(f"change {change_id}")
    name = queries.names_of([change.requested_by])[change.requested_by]
    return _shown(change, name, list_deciders(), actor)


def find_shown(kind: str, subject_id: str, actor: Actor) -> WaitingChange | None:
    """The waiting change of this kind about this subject as a page shows it."""
    change = find_waiting(kind, subject_id)
    return get_shown(change.id, actor) if change else None


def list_decided(limit: int = 20) -> list[tuple[PendingChange, Message, str, str]]:
    """The newest decided changes: (change, sentence, who asked, who decided)."""
    query = (
        select(PendingChange)
        .where(PendingChange.state.in_([ChangeState.CONFIRMED, ChangeState.REFUSED]))
        .order_by(PendingChange.decided_at.desc(), PendingChange.id)
        .limit(limit)
    )
    changes = list(db.session.scalars(query))
    names = queries.names_of({x for c in changes for x in (c.requested_by, c.decided_by) if x})
    return [(c, describe(c), names[c.requested_by], names.get(c.decided_by or "", "")) for c in changes]


def list_deciders() -> list[tuple[Actor, str]]:
    """Everybody who may decide on some change, by name: (actor, name with the office)."""
    query = (
        select(User, Office)
        .outerjoin(Office, Office.id == User.office_id)
        .where(User.is_active, User.password_hash.is_not(None))
        .where(User.role.in_([Role.ADMINISTRATOR, Role.SUPERVISOR]))
        .order_by(User.name, User.id)
    )
    return [
        (
            Actor(id=user.id, name=user.name, role=user.role, office_id=user.office_id),
            f"{user.name} ({office.name})" if office else user.name,
        )
        for user, office in db.session.execute(query)
    ]


def count_waiting(actor: Actor) -> int:
    """How many waiting changes this actor may decide on."""
    query = _COUNT_OF_OTHERS if actor.role == Role.SUPERVISOR else _COUNT
    return db.session.execute(query, {"user": actor.id, "office": actor.office_id}).scalar_one()


_COUNT = select(func.count()).where(
    PendingChange.state == ChangeState.PENDING,
    PendingChange.requested_by != bindparam("user"),
    PendingChange.subject_id != bindparam("user"),
)
"""Put together once: every page of a supervisor asks it for the navigation."""
_COUNT_OF_OTHERS = _COUNT.where(PendingChange.office_id.is_(None) | (PendingChange.office_id != bindparam("office")))


def describe(change: PendingChange) -> Message:
    """The sentence in which a person reads the change."""
    kind = _KINDS.get(change.kind)
    return kind.describe(change.payload) if kind else Message(change.kind)


def _shown(change: PendingChange, requested_by: str, deciders: list[tuple[Actor, str]], actor: Actor) -> WaitingChange:
    facts = facts_of(change)
    why_not = rules.why_not_decide(facts, actor)
    can = [name for person, name in deciders if rules.why_not_decide(facts, person) is None] if why_not else []
    return WaitingChange(
        change=change,
        sentence=describe(change),
        requested_by=requested_by,
        why_not=why_not,
        who_can=can,
        is_own=change.requested_by == actor.id,
    )
