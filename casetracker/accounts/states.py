"""Frozen facts about people, offices and changes that wait for a second person, as the rules judge them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import config
from casetracker.core.errors import N_
from casetracker.core.labels import name_values
from casetracker.core.permissions import Role

ACCOUNT_ROLES = (
    Role.CASEWORKER,
    Role.SUPERVISOR,
    Role.FINANCE_OFFICER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
"""What an account can be; the others are nobody's account."""
OFFICE_ROLES = frozenset({Role.CASEWORKER, Role.SUPERVISOR, Role.FINANCE_OFFICER})
"""Roles that work in an office; auditors and administrators stand outside."""
CONFIRMED_ROLES = frozenset({Role.SUPERVISOR, Role.FINANCE_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles that are given only once a second person has confirmed it."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 15, 128
INVITATION_LASTS = timedelta(hours=24)
SESSION_LASTS = config.SESSION_LASTS


def idle_limit(role: Role) -> timedelta:
    """How long a session may lie still: shorter for those who decide, pay, read all or administer."""
    return timedelta(minutes=15 if role in CONFIRMED_ROLES else 30)


class ChangeState(StrEnum):
    """Where a change stands that a second person has to confirm."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class AccountState(StrEnum):
    """Where an account stands."""

    ACTIVE = "active"
    INVITED = "invited"
    WAITING = "waiting"
    INACTIVE = "inactive"


name_values({
    ChangeState.PENDING: N_("Waits for confirmation"),
    ChangeState.CONFIRMED: N_("Confirmed"),
    ChangeState.REFUSED: N_("Refused"),
    ChangeState.WITHDRAWN: N_("Withdrawn"),
})  # fmt: skip
name_values({
    AccountState.ACTIVE: N_("Active"),
    AccountState.INVITED: N_("Invited"),
    AccountState.WAITING: N_("Waits for confirmation"),
    AccountState.INACTIVE: N_("Deactivated"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class UserFacts:
    """An account as the rules judge it."""

    id: str
    role: Role
    office_id: str | None
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class OfficeFacts:
    """An office as the rules judge it; `people` counts its active accounts."""

    id: str
    name: str
    is_sending: bool
    is_active: bool
    people: int


@dataclass(frozen=True, kw_only=True)
class ChangeFacts:
    """A change that a second person decides on. `subject_id` is what it is about (for a role: the person);
    `office_id` the office whose own supervisors may not decide on it, if any."""

    id: str
    kind: str
    subject_id: str
    office_id: str | None
    requested_by: str
    state: ChangeState


@dataclass(frozen=True, kw_only=True)
class MandateFacts:
    """An auditor's mandate: the offices it names (none means all), and its days."""

    office_ids: frozenset[str]
    valid_from: date
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class SubstituteFacts:
    """A dated substitute of a supervisor."""

    substitute_id: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class InvitationFacts:
    """A one-time link; `is_open` says that its account is active and still where the link was made for."""

    used_at: datetime | None
    expires_at: datetime
    is_open: bool
