"""Reading users, offices and sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from casetracker.accounts.models import (
    AccountSession, InstallationMark, Mandate, Office, SignInFailure, Substitute, User,
)  # fmt: skip
from casetracker.core import actor as actors
from casetracker.core import clock
from casetracker.core.db import db
from casetracker.core.permissions import Role

DEMONSTRATION = "demonstration"


def secret_hash(secret: str) -> str:
    """What is stored for a random secret of 256 bits (session id, invitation)."""
    return hashlib.sha256(secret.encode("ascii", "replace")).hexdigest()


@dataclass(frozen=True, kw_only=True)
class LiveSession:
    """A session with the person it belongs to."""

    id_hash: str
    created_at: datetime
    seen_at: datetime
    actor: actors.Actor
    email: str
    office_name: str | None


def find_session(session_id: str) -> LiveSession | None:
    """The session of this id and its person, if the person is active. Limits of time are the caller's."""
    query = (
        select(AccountSession, User, Office)
        .join(User, User.id == AccountSession.user_id)
        .outerjoin(Office, Office.id == User.office_id)
        .where(AccountSession.id_hash == secret_hash(session_id), User.is_active)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    kept, user, office = row
    return LiveSession(
        id_hash=kept.id_hash,
        created_at=kept.created_at,
        seen_at=kept.seen_at,
        actor=actor_of(user, office),
        email=user.email,
        office_name=office.name if office else None,
    )


def actor_of(user: User, office: Office | None = None) -> actors.Actor:
    """The frozen value that acts for this user today."""
    if office is None and user.office_id:
        office = db.session.get(Office, user.office_id)
    zone = office.zone if office else "UTC"
    return actors.Actor(
        id=user.id,
        name=user.name,
        role=user.role,
        office_id=user.office_id,
        zone=zone,
        mandates=list_mandates(user.id) if user.role == Role.AUDITOR else (),
        asylum_clearance=user.asylum_clearance and user.role == Role.AUDITOR,
        substitute_for=_substitute_for(user.id, zone) if user.role == Role.SUPERVISOR else frozenset(),
    )


def get_actor(user_id: str) -> actors.Actor:
    """The actor of a user id (demonstration, tests, jobs); raises NoResultFound."""
    return actor_of(db.session.execute(select(User).where(User.id == user_id)).scalar_one())


def list_mandates(user_id: str) -> tuple[actors.Mandate, ...]:
    """An auditor's mandates that are not revoked, as values."""
    rows = db.session.scalars(select(Mandate).where(Mandate.user_id == user_id, ~Mandate.is_revoked).order_by(Mandate.id))
    return tuple(
        actors.Mandate(
            office_ids=frozenset(row.office_ids),
            programme_ids=frozenset(row.programme_ids),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
        for row in rows
    )


def _substitute_for(user_id: str, zone: str) -> frozenset[str]:
    today = clock.today(zone)
    query = select(Substitute.supervisor_id).where(
        Substitute.substitute_id == user_id,
        Substitute.valid_from <= today,
        Substitute.valid_until >= today,
        ~Substitute.is_revoked,
    )
    return frozenset(db.session.scalars(query))


def find_user_by_email(email: str) -> User | None:
    """The user of this e-mail address (any case)."""
    return db.session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


def names_of(user_ids: Iterable[str]) -> dict[str, str]:
    """user id -> name as people read it; unknown ids (system, operator) stand for themselves."""
    wanted = set(user_ids)
    found = dict(db.session.execute(select(User.id, User.name).where(User.id.in_(wanted))).tuples().all()) if wanted else {}
    return {user_id: found.get(user_id, user_id) for user_id in wanted}


def list_offices(*, sending: bool = False, receiving: bool = False) -> list[Office]:
    """Active offices by name; only sending or receiving ones where asked."""
    query = select(Office).where(Office.is_active).order_by(Office.name)
    if sending:
        query = query.where(Office.is_sending)
    if receiving:
        query = query.where(Office.is_receiving)
    return list(db.session.scalars(query))


def list_colleagues(office_id: str, *roles: Role) -> list[User]:
    """Active users of an office by name, of the roles named (all where none is)."""
    query = select(User).where(User.office_id == office_id, User.is_active).order_by(User.name, User.id)
    if roles:
        query = query.where(User.role.in_(roles))
    return list(db.session.scalars(query))


def count_failures(key: str, within: timedelta) -> int:
    """Failed sign-ins of a key in the time before now."""
    query = select(func.count()).where(SignInFailure.key == key, SignInFailure.at > clock.now() - within)
    return db.session.execute(query).scalar_one()


def is_demonstration() -> bool:
    """Whether this database was marked for good as a demonstration."""
    return db.session.get(InstallationMark, DEMONSTRATION) is not None
