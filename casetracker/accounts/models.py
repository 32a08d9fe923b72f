"""Tables of offices, users and their sessions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.accounts import factor_models  # noqa: F401  # the other half of this room's tables
from casetracker.accounts.states import ChangeState
from casetracker.core.db import PERSONAL, SECRET, Base, Tracked, ignored
from casetracker.core.permissions import Role


class Office(Tracked, Base):
    """A mission: sends (host country), receives (country of return), or for different dossiers both."""

    __tablename__ = "office"
    __owner__ = "id"
    __part__ = "office"
    __table_args__ = (CheckConstraint("is_sending OR is_receiving", name="some_relation"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str]
    """ISO 3166-1 alpha-2; the first letters of the references of cases that the office sends."""
    zone: Mapped[str]
    """IANA time zone in which the office's people read moments."""
    is_sending: Mapped[bool]
    is_receiving: Mapped[bool]
    is_active: Mapped[bool]


class User(Tracked, Base):
    """Somebody who signs in. Never deleted: deactivated."""

    __tablename__ = "user_account"
    __owner__ = "office_id"
    __part__ = "office"

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True, info=PERSONAL)
    """Lower case."""
    name: Mapped[str] = mapped_column(info=PERSONAL)
    role: Mapped[Role]
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    password_hash: Mapped[str | None] = mapped_column(info=SECRET)
    is_active: Mapped[bool]
    asylum_clearance: Mapped[bool]
    invited_by: Mapped[str | None]


class Mandate(Tracked, Base):
    """What an auditor may read: offices × programmes (an empty list means all) × days."""

    __tablename__ = "mandate"
    __owner__ = None

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    office_ids: Mapped[list[Any]]
    programme_ids: Mapped[list[Any]]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    is_revoked: Mapped[bool]


class Substitute(Tracked, Base):
    """A supervisor's dated substitute: decides what waits for the supervisor, within the same office."""

    __tablename__ = "substitute"
    __owner__ = "office_id"
    __part__ = "office"
    __table_args__ = (
        CheckConstraint("supervisor_id <> substitute_id", name="two_people"),
        CheckConstraint("valid_from <= valid_until", name="days"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    supervisor_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    substitute_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    is_revoked: Mapped[bool]


class Invitation(Tracked, Base):
    """A one-time link by which an invited person sets the own password; only its hash is kept."""

    __tablename__ = "invitation"
    __owner__ = "office_id"
    __part__ = "office"

    id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(
        unique=True, info=ignored("a key that opens an account; its use is an event")
    )
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AccountSession(Base):
    """A signed-in browser. Bookkeeping: signing in and out are events, the clock of a session is not."""

    __tablename__ = "account_session"

    id_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    device: Mapped[str | None]
    """Browser and system in words, as far as the browser told them."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    factor_at: Mapped[datetime | None]
    """When the second factor was last given here; None: only the password was."""


class AttemptLimit(Base):
    """Tries of one kind by one account or address lately; shared by all processes. `key` is a hash."""

    __tablename__ = "attempt_limit"

    key: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[list[Any]]
    """When the tries that count were made, oldest first: milliseconds since 1970 (UTC)."""
    strikes: Mapped[int]
    """How often the limit was reached one time after another: each makes the wait longer."""
    refused_until: Mapped[datetime | None]
    touched_at: Mapped[datetime] = mapped_column(index=True)


class KnownDevice(Base):
    """A browser from which somebody signed in: the hash of its long-lived random cookie, for each person apart."""

    __tablename__ = "known_device"

    id_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
    name: Mapped[str]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class KeptForm(Base):
    """What somebody typed whose session had ended when the form was sent: encrypted, for hours, given back once."""

    __tablename__ = "kept_form"

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    path_hash: Mapped[str]
    sealed: Mapped[bytes]
    kept_at: Mapped[datetime] = mapped_column(index=True)


class InstallationMark(Base):
    """One row that marks this database for good, e.g. as a demonstration. Written once, never changed."""

    __tablename__ = "installation_mark"
    __table_args__ = ({"info": {"append_only": True}},)

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class PendingChange(Tracked, Base):
    """A change that takes effect once a second person confirmed it; `payload` is what its kind needs."""

    __tablename__ = "pending_change"
    __owner__ = None
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="two_people"),
        CheckConstraint("(state IN ('confirmed', 'refused')) = (decided_by IS NOT NULL)", name="decided"),
        Index("ix_pending_change_state", "state", "requested_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[str] = mapped_column(index=True)
    """What the change is about: a person for a role, a programme for its policy."""
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    """The office whose own supervisors may not confirm it."""
    payload: Mapped[dict[str, Any]]
    state: Mapped[ChangeState]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(info=PERSONAL)
