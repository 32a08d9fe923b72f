"""Signing in and out, and what people do with their own account."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, update

from casetracker.accounts import events, notices, queries
from casetracker.accounts.commands import passwords
from casetracker.accounts.models import AccountSession, User
from casetracker.accounts.states import SESSION_LASTS
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, bookkeeping, command, insert_if_new, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, Refused
from casetracker.core.permissions import Permission
from casetracker.events.recording import part_of_user_chain, record


@dataclass(frozen=True, kw_only=True)
class ChangePassword(Command):
    """A new password of one's own; `session_id` is the session that stays open."""

    current: str
    password: str
    session_id: str


@dataclass(frozen=True, kw_only=True)
class EndSessions(Command):
    """End own sessions: those named by their hashes."""

    id_hashes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RenameSelf(Command):
    """Correct the own name."""

    name: str
    version: int


@command
def open_session(*, actor: Actor, device: str | None = None) -> str:
    """Sign the actor in on a browser (`device`: in words); returns the random session id for the cookie (only its
    hash is stored)."""
    session_id = ids.new_secret()
    now = clock.now()
    stale = (AccountSession.user_id == actor.id) & (AccountSession.created_at < now - SESSION_LASTS)
    db.session.execute(delete(AccountSession).where(stale))
    insert_if_new(
        AccountSession, id_hash=queries.secret_hash(session_id), user_id=actor.id, device=device, created_at=now,
        seen_at=now,
    )  # fmt: skip
    owner, part = part_of_user_chain(actor.office_id)
    record(events.SignedIn(owner_id=owner, part=part), actor=actor)
    return session_id


@command
def end_session(session_id: str, *, actor: Actor) -> None:
    """Sign out: the session is gone at once, a copied cookie opens nothing."""
    id_hash = queries.secret_hash(session_id)
    db.session.execute(delete(AccountSession).where(AccountSession.id_hash == id_hash))
    owner, part = part_of_user_chain(actor.office_id)
    record(events.SignedOut(owner_id=owner, part=part), actor=actor)


@command
def end_sessions(cmd: EndSessions, *, actor: Actor) -> None:
    """End some of the own sessions; refused where none of them is there any more."""
    require(actor, Permission.OWN_ACCOUNT)
    own = (AccountSession.user_id == actor.id) & AccountSession.id_hash.in_(cmd.id_hashes)
    ended = db.session.execute(delete(AccountSession).where(own).returning(AccountSession.id_hash)).all()
    if not ended:
        raise Refused(Message(N_("This session has ended already.")))
    owner, part = part_of_user_chain(actor.office_id)
    record(events.SessionsEnded(owner_id=owner, part=part, number=len(ended)), actor=actor)


@command
def change_password(cmd: ChangePassword, *, actor: Actor) -> None:
    """Change the own password; every other session of the person ends."""
    require(actor, Permission.OWN_ACCOUNT)
    user = lock(User, actor.id)
    if not passwords.password_fits(user, cmd.current):
        raise Refused(Message(N_("This is not your current password."), field="current"))
    if cmd.current == cmd.password:
        raise Refused(Message(N_("This is the password you have already."), field="password"))
    passwords.set_password(user, cmd.password)
    drop_sessions(user.id, but=cmd.session_id)
    notices.tell(user.id, notices.Kind.PASSWORD_CHANGED)
    owner, part = part_of_user_chain(user.office_id)
    record(events.PasswordChanged(owner_id=owner, part=part), actor=actor)


@command
def rename_self(cmd: RenameSelf, *, actor: Actor) -> None:
    """Correct the own name."""
    require(actor, Permission.OWN_ACCOUNT)
    user = lock(User, actor.id, cmd.version)
    if user.name == cmd.name:
        raise Refused(Message(N_("This is the name that stands already."), field="name"))
    user.name = cmd.name
    owner, part = part_of_user_chain(user.office_id)
    record(events.UserRenamed(owner_id=owner, part=part, user_id=user.id, name=user.name), actor=actor)


@command
def note_held_up(user_id: str, *, actor: Actor) -> None:
    """Tries at an account begin to wait: the record says so, and its owner is told. `actor` is the system."""
    user = lock(User, user_id)
    owner, part = part_of_user_chain(user.office_id)
    record(events.TriesHeldUp(owner_id=owner, part=part, user_id=user.id, name=user.name), actor=actor)
    notices.tell(user.id, notices.Kind.TRIES_HELD_UP)


@command
def note_failed(user_id: str, step: str, *, actor: Actor) -> None:
    """A password, code or passkey (`step`) did not fit at this account. `actor` is the system."""
    user = lock(User, user_id)
    owner, part = part_of_user_chain(user.office_id)
    record(events.SignInFailed(owner_id=owner, part=part, user_id=user.id, name=user.name, step=step), actor=actor)


@command
def note_reading_held_up(what: str, *, actor: Actor) -> None:
    """The actor asked for so much of one kind that more has to wait: the record says so, for the auditor."""
    owner, part = part_of_user_chain(actor.office_id)
    event = events.ReadingHeldUp(owner_id=owner, part=part, user_id=actor.id, name=actor.name, what=what)
    record(event, actor=actor)


def drop_sessions(user_id: str, *, but: str | None = None) -> None:
    """Inside a command: end a person's sessions at once, except the one with the session id `but`."""
    mine = AccountSession.user_id == user_id
    if but is not None:
        mine &= AccountSession.id_hash != queries.secret_hash(but)
    db.session.execute(delete(AccountSession).where(mine))


@bookkeeping("the clock of a session is not history")
def touch_session(id_hash: str) -> None:
    """Note that the session was used just now."""
    query = update(AccountSession).where(AccountSession.id_hash == id_hash)
    db.session.execute(query.values(seen_at=clock.now()))
