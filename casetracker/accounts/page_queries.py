"""What the pages of people and of the own account show."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from casetracker.accounts import queries
from casetracker.accounts.models import AccountSession, Mandate, Office, PendingChange, User
from casetracker.accounts.states import SESSION_LASTS, AccountState, ChangeState, idle_limit
from casetracker.core import clock
from casetracker.core.db import db
from casetracker.core.permissions import Role


@dataclass(frozen=True, kw_only=True)
class UserRow:
    """A person in the list of users."""

    user: User
    office_name: str | None
    state: AccountState


def list_users(
    *,
    search: str | None = None,
    role: str | None = None,
    office_id: str | None = None,
    active_only: bool = False,
) -> list[UserRow]:
    """Accounts by name, narrowed by part of name or e-mail in any case, role and office."""
    query = select(User, Office.name).outerjoin(Office, Office.id == User.office_id)
    if role:
        query = query.where(User.role == Role(role))
    if office_id:
        query = query.where(User.office_id == office_id)
    if active_only:
        query = query.where(User.is_active)
    waiting, wanted = _waiting_subjects(), (search or "").casefold()
    rows = [
        UserRow(user=user, office_name=name, state=_state_of(user, user.id in waiting))
        for user, name in db.session.execute(query)
        if wanted in f"{user.name}\n{user.email}".casefold()
    ]
    return sorted(rows, key=lambda row: (row.user.name.casefold(), row.user.id))


def count_administrators() -> int:
    """How many active administrators there are, those counted who have not set their password yet."""
    query = select(func.count()).where(User.role == Role.ADMINISTRATOR, User.is_active)
    return db.session.execute(query).scalar_one()


def get_user_row(user_id: str) -> UserRow:
    """One account as in the list; raises NotFound."""
    user = queries.get_user(user_id)
    office = db.session.get(Office, user.office_id) if user.office_id else None
    state = _state_of(user, user.id in _waiting_subjects())
    return UserRow(user=user, office_name=office.name if office else None, state=state)


def _waiting_subjects() -> set[str]:
    query = select(PendingChange.subject_id).where(PendingChange.state == ChangeState.PENDING)
    return set(db.session.scalars(query))


def _state_of(user: User, has_waiting: bool) -> AccountState:
    if not user.is_active:
        return AccountState.WAITING if has_waiting else AccountState.INACTIVE
    return AccountState.ACTIVE if user.password_hash else AccountState.INVITED


def list_mandate_rows(user_id: str) -> list[Mandate]:
    """An auditor's mandates that are not revoked, newest days first, as rows."""
    query = select(Mandate).where(Mandate.user_id == user_id, ~Mandate.is_revoked)
    return list(db.session.scalars(query.order_by(Mandate.valid_from.desc(), Mandate.id)))


def list_sessions(user_id: str) -> list[AccountSession]:
    """A person's sessions that have not run out, the last used first."""
    user = queries.get_user(user_id)
    now = clock.now()
    query = select(AccountSession).where(
        AccountSession.user_id == user_id,
        AccountSession.created_at > now - SESSION_LASTS,
        AccountSession.seen_at > now - idle_limit(user.role),
    )
    return list(db.session.scalars(query.order_by(AccountSession.seen_at.desc(), AccountSession.id_hash)))
