"""Reading users, offices and sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select

from casetracker.accounts.factor_queries import has_factor
from casetracker.accounts.models import (
    AccountSession,
    InstallationMark,
    Invitation,
    Mandate,
    Office,
    Substitute,
    User,
)  # fmt: skip
from casetracker.accounts.states import (
    InvitationFacts,
    OfficeFacts,
    SubstituteFacts,
    UserFacts,
)
from casetracker.core import actor as actors
from casetracker.core import clock
from casetracker.core.db import db
from casetracker.core.errors import NotFound
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
    factor_at: datetime | None
    has_factor: bool
    actor: actors.Actor
    email: str
    office_name: str | None


_SESSION = (
    select(AccountSession, User, Office, has_factor())
    .join(User, User.id == AccountSession.user_id)
    .outerjoin(Office, Office.id == User.office_id)
    .where(AccountSession.id_hash == bindparam("session"), User.is_active)
)
"""Every request asks it."""


def find_session(session_id: str) -> LiveSession | None:
    """The session of this id and its person, if the person is active. Limits of time are the caller's."""
    row = db.session.execute(_SESSION, {"session": secret_hash(session_id)}).one_or_none()
    if row is None:
        return None
    kept, user, office, has_second = row
    return LiveSession(
        id_hash=kept.id_hash,
        created_at=kept.created_at,
        seen_at=kept.seen_at,
        factor_at=kept.factor_at,
        has_factor=has_second,
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
        substitute_for=_substitute_for(user, zone) if user.role == Role.SUPERVISOR else frozenset(),
    )


def get_actor(user_id: str) -> actors.Actor:
    """The actor of a user id (demonstration, tests, jobs); raises NoResultFound."""
    return actor_of(db.session.execute(select(User).where(User.id == user_id)).scalar_one())


def list_mandates(user_id: str) -> tuple[actors.Mandate, ...]:
    """An auditor's mandates that are not revoked, as values."""
    query = select(Mandate).where(Mandate.user_id == user_id, ~Mandate.is_revoked).order_by(Mandate.id)
    return tuple(
        actors.Mandate(
            office_ids=frozenset(row.office_ids),
            programme_ids=frozenset(row.programme_ids),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
        for row in db.session.scalars(query)
    )


def _substitute_for(user: User, zone: str) -> frozenset[str]:
    """The supervisors for whom this one decides today; all of them still supervise the same office."""
    asked = {"user": user.id, "office": user.office_id, "today": clock.today(zone)}
    return frozenset(db.session.scalars(_SUBSTITUTED, asked))


_SUBSTITUTED = (
    select(Substitute.supervisor_id)
    .join(User, User.id == Substitute.supervisor_id)
    .where(
        Substitute.substitute_id == bindparam("user"),
        Substitute.office_id == bindparam("office"),
        Substitute.valid_from <= bindparam("today"),
        Substitute.valid_until >= bindparam("today"),
        ~Substitute.is_revoked,
        User.is_active,
        User.role == Role.SUPERVISOR,
        User.office_id == Substitute.office_id,
    )
)
"""Every request of a supervisor asks it."""


def find_user_by_email(email: str) -> User | None:
    """The user of this e-mail address (any case)."""
    return db.session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


def names_of(user_ids: Iterable[str]) -> dict[str, str]:
    """user id -> name as people read it; unknown ids (system, operator) stand for themselves."""
    wanted = set(user_ids)
    query = select(User.id, User.name).where(User.id.in_(wanted))
    found = {row.id: row.name for row in db.session.execute(query)} if wanted else {}
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


def is_demonstration() -> bool:
    """Whether this database was marked for good as a demonstration."""
    return db.session.get(InstallationMark, DEMONSTRATION) is not None


def list_all_offices() -> list[Office]:
    """Every office by name, also those that are closed."""
    return list(db.session.scalars(select(Office).order_by(Office.name, Office.id)))


def get_office(office_id: str) -> Office:
    """The office; raises NotFound."""
    office = db.session.get(Office, office_id)
    if office is None:
        raise NotFound(f"office {office_id}")
    return office


def list_office_names() -> list[str]:
    """The name of every office: words that everybody who works here would guess."""
    return list(db.session.scalars(select(Office.name).order_by(Office.name)))


def count_people() -> dict[str, int]:
    """office id -> number of active accounts."""
    query = select(User.office_id, func.count()).where(User.is_active, User.office_id.is_not(None))
    return {office: number for office, number in db.session.execute(query.group_by(User.office_id)) if office}


def facts_of_office(office: Office) -> OfficeFacts:
    """The office as the rules judge it."""
    return OfficeFacts(
        id=office.id,
        name=office.name,
        is_sending=office.is_sending,
        is_active=office.is_active,
        people=count_people().get(office.id, 0),
    )


def get_user(user_id: str) -> User:
    """The account; raises NotFound."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound(f"user {user_id}")
    return user


def facts_of_user(user: User) -> UserFacts:
    """The account as the rules judge it."""
    return UserFacts(id=user.id, role=user.role, office_id=user.office_id, is_active=user.is_active)


def count_other_administrators(user_id: str) -> int:
    """How many other administrators can sign in."""
    query = select(func.count()).where(
        User.role == Role.ADMINISTRATOR, User.is_active, User.password_hash.is_not(None), User.id != user_id
    )
    return db.session.execute(query).scalar_one()


def get_mandate(mandate_id: str) -> Mandate:
    """The mandate; raises NotFound."""
    mandate = db.session.get(Mandate, mandate_id)
    if mandate is None:
        raise NotFound(f"mandate {mandate_id}")
    return mandate


def list_substitutes(supervisor_id: str, today: date) -> list[Substitute]:
    """A supervisor's substitutes of today and later, earliest first."""
    query = select(Substitute).where(
        Substitute.supervisor_id == supervisor_id, Substitute.valid_until >= today, ~Substitute.is_revoked
    )
    return list(db.session.scalars(query.order_by(Substitute.valid_from, Substitute.id)))


def facts_of_substitute(row: Substitute) -> SubstituteFacts:
    """The substitution as the rules judge it."""
    return SubstituteFacts(substitute_id=row.substitute_id, valid_from=row.valid_from, valid_until=row.valid_until)


def find_invitation(secret: str) -> Invitation | None:
    """The invitation that this one-time link names."""
    query = select(Invitation).where(Invitation.secret_hash == secret_hash(secret))
    return db.session.scalars(query).one_or_none()


def facts_of_invitation(invitation: Invitation, user: User) -> InvitationFacts:
    """The one-time link as the rules judge it."""
    is_open = user.is_active and user.office_id == invitation.office_id
    return InvitationFacts(used_at=invitation.used_at, expires_at=invitation.expires_at, is_open=is_open)


_programmes: list[Callable[[], list[tuple[str, str]]]] = []


def use_programmes(lister: Callable[[], list[tuple[str, str]]]) -> None:
    """The room of programmes, which lies above, hands in what lists (id, name) of all programmes."""
    _programmes[:] = [lister]


def list_programme_choices() -> list[tuple[str, str]]:
    """(id, name) of the programmes that a mandate may name."""
    return _programmes[0]() if _programmes else []
