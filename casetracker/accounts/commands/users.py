"""Making accounts, inviting people, giving and taking roles.

Roles that decide, pay, read all or administer wait for a second person; the operator's do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casetracker.accounts import confirmations, events, notices, queries, rules
from casetracker.accounts.commands import passwords
from casetracker.accounts.commands.factors import move_factors
from casetracker.accounts.commands.invitations import send_invitation
from casetracker.accounts.commands.sessions import drop_sessions
from casetracker.accounts.models import Mandate, Office, PendingChange, User
from casetracker.accounts.states import CONFIRMED_ROLES, ChangeState
from casetracker.core import ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.labels import label_id
from casetracker.core.permissions import Permission, Role
from casetracker.events.recording import part_of_user_chain, record

ROLE_CHANGE = "user.role"
DONE, WAITS = "done", "waits"
"""What giving a role answers: it took effect, or it waits for a second person."""


@dataclass(frozen=True, kw_only=True)
class CreateUser(Command):
    """A user made by the operator, who gets a one-time link; with a password in the demonstration alone."""

    email: str
    name: str
    role: Role
    office_id: str | None
    password: str | None = None
    asylum_clearance: bool = False


@dataclass(frozen=True, kw_only=True)
class InviteUser(Command):
    """Somebody new, who sets the own password by a one-time link."""

    email: str
    name: str
    role: Role
    office_id: str | None


@dataclass(frozen=True, kw_only=True)
class ChangeRole(Command):
    """Another role or office for an active person."""

    user_id: str
    version: int
    role: Role
    office_id: str | None


@dataclass(frozen=True, kw_only=True)
class SwitchUser(Command):
    """Deactivate somebody or give access again."""

    user_id: str
    version: int


@command
def create_user(cmd: CreateUser, *, actor: Actor) -> str:
    """Make a user and send the one-time link; returns the id. Refused if the address is taken.

    For the operator and the demonstration alone: an administrator invites. Nobody sets another's password: only
    the demonstration's fictional people have theirs from the beginning.
    """
    require(actor, Permission.USER_MANAGE)
    if actor.role != Role.OPERATOR:
        raise NotFound("only the operator makes users directly")
    user = _add_user(cmd.email, cmd.name, cmd.role, cmd.office_id, is_active=True, invited_by=None)
    user.password_hash = passwords.hash_password(cmd.password) if cmd.password is not None else None
    user.asylum_clearance = cmd.asylum_clearance
    owner, part = part_of_user_chain(cmd.office_id)
    record(
        events.UserCreated(owner_id=owner, part=part, user_id=user.id, name=user.name, role=str(cmd.role)),
        actor=actor,
    )
    if cmd.password is None:
        send_invitation(user, actor=actor)
    return user.id


@command
def invite_user(cmd: InviteUser, *, actor: Actor) -> str:
    """Enter somebody new and send the link; it waits where the role needs a second person. Returns the id."""
    require(actor, Permission.USER_MANAGE)
    waits = cmd.role in CONFIRMED_ROLES
    user = _add_user(cmd.email, cmd.name, cmd.role, cmd.office_id, is_active=not waits, invited_by=actor.id)
    owner, part = part_of_user_chain(cmd.office_id)
    record(
        events.UserInvited(owner_id=owner, part=part, user_id=user.id, name=user.name, role=str(cmd.role)),
        actor=actor,
    )
    if waits:
        _ask(user, cmd.role, cmd.office_id, actor)
    else:
        send_invitation(user, actor=actor)
    return user.id


@command
def change_role(cmd: ChangeRole, *, actor: Actor) -> str:
    """Give an active person another role or office; answers DONE or WAITS."""
    require(actor, Permission.USER_MANAGE)
    others = _other_administrators(cmd.user_id)
    user = lock(User, cmd.user_id, cmd.version)
    facts = queries.facts_of_user(user)
    refuse_if(rules.why_not_manage(facts, actor))
    refuse_if(rules.why_not_role(cmd.role, cmd.office_id))
    if cmd.role != user.role:
        refuse_if(rules.why_not_take_away(facts, others))
    if not user.is_active:
        raise Refused(Message(N_("This account is not active.")))
    if (cmd.role, cmd.office_id) == (user.role, user.office_id):
        raise Refused(Message(N_("This is the role and office that stand already."), field="role"))
    return _give(user, cmd.role, cmd.office_id, actor)


@command
def reactivate_user(cmd: SwitchUser, *, actor: Actor) -> str:
    """Give somebody access again in the role held before; answers DONE or WAITS."""
    require(actor, Permission.USER_MANAGE)
    user = lock(User, cmd.user_id, cmd.version)
    refuse_if(rules.why_not_manage(queries.facts_of_user(user), actor))
    if user.is_active:
        raise Refused(Message(N_("This account is active already.")))
    return _give(user, user.role, user.office_id, actor)


@command
def deactivate_user(cmd: SwitchUser, *, actor: Actor) -> str:
    """Shut somebody out: every session ends now, and what waited about the person is withdrawn."""
    require(actor, Permission.USER_MANAGE)
    others = _other_administrators(cmd.user_id)
    user = lock(User, cmd.user_id, cmd.version)
    refuse_if(rules.why_not_deactivate(queries.facts_of_user(user), actor, others))
    user.is_active = False
    drop_sessions(user.id)
    notices.tell(user.id, notices.Kind.ACCESS_ENDED)
    owner, part = part_of_user_chain(user.office_id)
    record(events.UserDeactivated(owner_id=owner, part=part, user_id=user.id, name=user.name), actor=actor)
    waiting = confirmations.find_waiting(ROLE_CHANGE, user.id)
    if waiting is not None:
        lock(PendingChange, waiting.id).state = ChangeState.WITHDRAWN
        event = events.ChangeWithdrawn(change_id=waiting.id, change=ROLE_CHANGE, subject_id=user.id)
        record(event, actor=actor)
    return user.id


def _add_user(
    email: str, name: str, role: Role, office_id: str | None, *, is_active: bool, invited_by: str | None
) -> User:
    refuse_if(rules.why_not_role(role, office_id))
    _refuse_closed_office(office_id)
    email = email.strip().lower()
    if queries.find_user_by_email(email) is not None:
        raise Refused(Message(N_("Somebody with this e-mail address is already here."), field="email"))
    return add(User(
        id=ids.new_id(), email=email, name=name, role=role, office_id=office_id, password_hash=None,
        is_active=is_active, asylum_clearance=False, invited_by=invited_by,
    ))  # fmt: skip


def _give(user: User, role: Role, office_id: str | None, actor: Actor) -> str:
    _refuse_closed_office(office_id)
    if confirmations.find_waiting(ROLE_CHANGE, user.id) is not None:
        raise Refused(Message(N_("A change of this person's role waits for confirmation. Decide on that first.")))
    if role in CONFIRMED_ROLES:
        _ask(user, role, office_id, actor)
        return WAITS
    _write_access(user, role, office_id, actor)
    return DONE


def _ask(user: User, role: Role, office_id: str | None, actor: Actor) -> None:
    payload = {"user_id": user.id, "role": str(role), "office_id": office_id}
    confirmations.request_change(ROLE_CHANGE, subject_id=user.id, payload=payload, office_id=office_id, actor=actor)


def _write_access(user: User, role: Role, office_id: str | None, actor: Actor) -> None:
    """Give the role, in the chain of the office that the person comes to; tell the office that is left."""
    left = user.office_id
    user.role, user.office_id, user.is_active = role, office_id, True
    user.asylum_clearance = user.asylum_clearance and role == Role.AUDITOR
    move_factors(user)
    drop_sessions(user.id)
    if user.password_hash is not None:
        notices.tell(user.id, notices.Kind.ROLE_CHANGED)
    owner, part = part_of_user_chain(office_id)
    record(
        events.UserRoleChanged(owner_id=owner, part=part, user_id=user.id, name=user.name, role=str(role)),
        actor=actor,
    )
    if left is not None and left != office_id:
        record(events.UserLeftOffice(owner_id=left, user_id=user.id, name=user.name), actor=actor)
    if role != Role.AUDITOR:
        _end_mandates(user, actor)
    if user.password_hash is None:
        send_invitation(user, actor=actor)


def _end_mandates(user: User, actor: Actor) -> None:
    for mandate in db.session.scalars(select(Mandate).where(Mandate.user_id == user.id, ~Mandate.is_revoked)):
        mandate.is_revoked = True
        record(events.MandateRevoked(user_id=user.id, name=user.name), actor=actor)


def _refuse_closed_office(office_id: str | None) -> None:
    if office_id is None:
        return
    office = db.session.get(Office, office_id)
    if office is None or not office.is_active:
        raise Refused(Message(N_("This office is not active. Please choose another."), field="office"))


def _other_administrators(user_id: str) -> int:
    """How many other administrators can sign in; all of them stay locked until the transaction ends."""
    query = (
        select(User)
        .where(User.role == Role.ADMINISTRATOR, User.is_active)
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).all()
    return sum(user.id != user_id and user.password_hash is not None for user in found)


def _apply_role(payload: dict[str, Any], actor: Actor) -> None:
    others = _other_administrators(payload["user_id"])
    user = lock(User, payload["user_id"])
    role, office_id = Role(payload["role"]), payload["office_id"]
    _refuse_closed_office(office_id)
    if role != user.role:
        refuse_if(rules.why_not_take_away(queries.facts_of_user(user), others))
    _write_access(user, role, office_id, actor)


def _describe_role(payload: dict[str, Any]) -> Message:
    name = queries.names_of([payload["user_id"]])[payload["user_id"]]
    role = Message(label_id(Role(payload["role"])))
    office = db.session.get(Office, payload["office_id"]) if payload["office_id"] else None
    if office is None:
        return Message(N_("%(name)s is to have the role: %(role)s"), {"name": name, "role": role})
    return Message(
        N_("%(name)s is to have the role: %(role)s, office: %(office)s"),
        {"name": name, "role": role, "office": office.name},
    )


confirmations.register_change(ROLE_CHANGE, _apply_role, _describe_role, N_("a role"))
