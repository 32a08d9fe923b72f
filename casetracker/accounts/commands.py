"""Opening offices, making users, signing in and out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, update

from casetracker.accounts import events, queries
from casetracker.accounts.models import AccountSession, InstallationMark, Mandate, Office, SignInFailure, User
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, bookkeeping, command, insert_if_new, lock
from casetracker.core.db import db
from casetracker.core.errors import Message, N_, Refused
from casetracker.core.permissions import Permission, Role
from casetracker.events.recording import part_of_user_chain, record

# OWASP's profile of argon2id: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_hex(16))


@dataclass(frozen=True, kw_only=True)
class OpenOffice(Command):
    """A new office; country ISO 3166-1 alpha-2, zone an IANA name."""

    name: str
    country: str
    zone: str
    is_sending: bool
    is_receiving: bool


@dataclass(frozen=True, kw_only=True)
class CreateUser(Command):
    """A user with a password, made by the operator (first administrators, demonstration)."""

    email: str
    name: str
    role: Role
    office_id: str | None
    password: str
    asylum_clearance: bool = False


@command
def open_office(cmd: OpenOffice, *, actor: Actor) -> str:
    """Enter an office; returns its id."""
    require(actor, Permission.OFFICE_MANAGE)
    office = add(Office(
        id=ids.new_id(), name=cmd.name, country=cmd.country, zone=cmd.zone, is_sending=cmd.is_sending,
        is_receiving=cmd.is_receiving, is_active=True,
    ))  # fmt: skip
    record(events.OfficeOpened(owner_id=office.id), actor=actor)
    return office.id


@command
def create_user(cmd: CreateUser, *, actor: Actor) -> str:
    """Make a user who can sign in at once; returns the id. Refused if the address is taken."""
    require(actor, Permission.USER_MANAGE)
    email = cmd.email.strip().lower()
    if queries.find_user_by_email(email) is not None:
        raise Refused(Message(N_("Somebody with this e-mail address is already here.")).beside("email"))
    user = add(User(
        id=ids.new_id(), email=email, name=cmd.name, role=cmd.role, office_id=cmd.office_id,
        password_hash=hash_password(cmd.password), is_active=True,
        asylum_clearance=cmd.asylum_clearance, invited_by=None,
    ))  # fmt: skip
    owner, part = part_of_user_chain(cmd.office_id)
    record(events.UserCreated(owner_id=owner, part=part, user_id=user.id, role=str(cmd.role)), actor=actor)
    return user.id


@command
def give_mandate(
    user_id: str, *, office_ids: list[str], programme_ids: list[str], valid_from: date, valid_until: date, actor: Actor
) -> str:
    """Give an auditor a mandate; empty lists mean all. Returns its id."""
    require(actor, Permission.USER_MANAGE)
    mandate = add(Mandate(
        id=ids.new_id(), user_id=lock(User, user_id).id, office_ids=sorted(office_ids),
        programme_ids=sorted(programme_ids), valid_from=valid_from, valid_until=valid_until, is_revoked=False,
    ))  # fmt: skip
    record(events.MandateGiven(user_id=user_id), actor=actor)
    return mandate.id


@command
def mark_installation(name: str, *, actor: Actor) -> None:
    """Mark the database for good; a second time is a fault of the caller."""
    add(InstallationMark(name=name, at=clock.now()))
    record(events.InstallationMarked(name=name), actor=actor)


def hash_password(password: str) -> str:
    """argon2id hash of a password."""
    return _HASHER.hash(password)


def password_fits(user: User | None, password: str) -> bool:
    """Whether the password is the active user's; takes the same time when there is no such user."""
    usable = user is not None and user.is_active and bool(user.password_hash)
    try:
        _HASHER.verify(user.password_hash or "" if usable and user else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return usable


@command
def open_session(*, actor: Actor) -> str:
    """Sign the actor in; returns the random session id for the cookie (only its hash is stored)."""
    session_id = secrets.token_urlsafe(32)
    now = clock.now()
    insert_if_new(
        AccountSession, id_hash=queries.secret_hash(session_id), user_id=actor.id, created_at=now, seen_at=now
    )
    owner, part = part_of_user_chain(actor.office_id)
    record(events.SignedIn(owner_id=owner, part=part), actor=actor)
    return session_id


@command
def end_session(session_id: str, *, actor: Actor) -> None:
    """Sign out: the session is gone at once, a copied cookie opens nothing."""
    db.session.execute(delete(AccountSession).where(AccountSession.id_hash == queries.secret_hash(session_id)))
    owner, part = part_of_user_chain(actor.office_id)
    record(events.SignedOut(owner_id=owner, part=part), actor=actor)


@bookkeeping("the clock of a session is not history")
def touch_session(id_hash: str) -> None:
    """Note that the session was used just now."""
    db.session.execute(update(AccountSession).where(AccountSession.id_hash == id_hash).values(seen_at=clock.now()))


@bookkeeping("counts for the throttle alone")
def note_sign_in_failure(keys: list[str]) -> None:
    """Count a failed sign-in under each key (hash of the e-mail typed, hash of the address)."""
    for key in keys:
        insert_if_new(SignInFailure, id=ids.new_id(), key=key, at=clock.now())
