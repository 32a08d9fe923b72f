"""Events of offices, people, sign-ins and waiting changes; in the office's chain, else in the system's."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, Event, OfficeEvent, personal


@dataclass(frozen=True, kw_only=True)
class OfficeOpened(OfficeEvent):
    """An office was entered."""

    kind = "office.opened"
    category = Category.ADMINISTRATION
    icon = "building-2"


@dataclass(frozen=True, kw_only=True)
class OfficeEdited(OfficeEvent):
    """An office's name, zone or relations were changed."""

    kind = "office.edited"
    category = Category.ADMINISTRATION
    icon = "building-2"


@dataclass(frozen=True, kw_only=True)
class OfficeDeactivated(OfficeEvent):
    """An office takes no new cases or people."""

    kind = "office.deactivated"
    category = Category.ADMINISTRATION
    icon = "building-2"


@dataclass(frozen=True, kw_only=True)
class OfficeReactivated(OfficeEvent):
    """An office works again."""

    kind = "office.reactivated"
    category = Category.ADMINISTRATION
    icon = "building-2"


@dataclass(frozen=True, kw_only=True)
class UserEvent(OfficeEvent):
    """Something about one account; `name` as it was then."""

    category = Category.ADMINISTRATION
    icon = "user-cog"
    user_id: str
    name: str = personal()


@dataclass(frozen=True, kw_only=True)
class UserCreated(UserEvent):
    """An account was made at the command line or by the demonstration."""

    kind = "user.created"
    icon = "user-plus"
    role: str


@dataclass(frozen=True, kw_only=True)
class UserInvited(UserEvent):
    """An account was made for somebody who then sets the own password."""

    kind = "user.invited"
    icon = "user-plus"
    role: str


@dataclass(frozen=True, kw_only=True)
class UserRoleChanged(UserEvent):
    """Somebody was given a role, an office, or access again."""

    kind = "user.role_changed"
    role: str


@dataclass(frozen=True, kw_only=True)
class UserLeftOffice(UserEvent):
    """Somebody moved on; stands in the chain of the office that was left."""

    kind = "user.left_office"


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(UserEvent):
    """Somebody may not sign in any more; every session ended."""

    kind = "user.deactivated"
    icon = "user-x"


@dataclass(frozen=True, kw_only=True)
class UserRenamed(UserEvent):
    """Somebody corrected the own name."""

    kind = "user.renamed"


@dataclass(frozen=True, kw_only=True)
class UserCleared(UserEvent):
    """An auditor was given the clearance for asylum data."""

    kind = "user.cleared"
    icon = "shield-check"


@dataclass(frozen=True, kw_only=True)
class UserClearanceEnded(UserEvent):
    """An auditor's clearance for asylum data ended."""

    kind = "user.clearance_ended"
    icon = "shield-off"


@dataclass(frozen=True, kw_only=True)
class InvitationSent(UserEvent):
    """A one-time link was sent to somebody's own address."""

    kind = "invitation.sent"
    icon = "mail"


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(UserEvent):
    """Somebody set the own password by a one-time link."""

    kind = "invitation.accepted"
    icon = "mail-check"


@dataclass(frozen=True, kw_only=True)
class MandateGiven(Event):
    """An auditor was given a mandate."""

    kind = "mandate.given"
    category = Category.ADMINISTRATION
    icon = "scroll-text"
    user_id: str
    name: str = personal()


@dataclass(frozen=True, kw_only=True)
class MandateRevoked(Event):
    """An auditor's mandate was taken back."""

    kind = "mandate.revoked"
    category = Category.ADMINISTRATION
    icon = "scroll-text"
    user_id: str
    name: str = personal()


@dataclass(frozen=True, kw_only=True)
class SubstituteNamed(OfficeEvent):
    """A supervisor named a substitute for some days."""

    kind = "substitute.named"
    category = Category.ADMINISTRATION
    icon = "users"
    substitute_id: str
    name: str = personal()
    valid_from: str
    valid_until: str


@dataclass(frozen=True, kw_only=True)
class SubstituteRevoked(OfficeEvent):
    """A supervisor ended a substitution."""

    kind = "substitute.revoked"
    category = Category.ADMINISTRATION
    icon = "users"
    substitute_id: str
    name: str = personal()


@dataclass(frozen=True, kw_only=True)
class SignedIn(OfficeEvent):
    """Somebody signed in."""

    kind = "account.signed_in"
    category = Category.ACCESS
    icon = "log-in"


@dataclass(frozen=True, kw_only=True)
class SignedOut(OfficeEvent):
    """Somebody signed out."""

    kind = "account.signed_out"
    category = Category.ACCESS
    icon = "log-out"


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(OfficeEvent):
    """Somebody ended own sessions elsewhere."""

    kind = "account.sessions_ended"
    category = Category.ACCESS
    icon = "log-out"
    number: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(OfficeEvent):
    """Somebody changed the own password."""

    kind = "account.password_changed"
    category = Category.ACCESS
    icon = "key-round"


@dataclass(frozen=True, kw_only=True)
class ChangeEvent(Event):
    """Something about a change that a second person confirms; `change` is its kind, `subject_id` whose."""

    category = Category.APPROVALS
    icon = "check-check"
    change_id: str
    change: str
    subject_id: str


@dataclass(frozen=True, kw_only=True)
class ChangeRequested(ChangeEvent):
    """A change waits for a second person."""

    kind = "change.requested"
    icon = "hourglass"


@dataclass(frozen=True, kw_only=True)
class ChangeConfirmed(ChangeEvent):
    """A second person confirmed; the change took effect."""

    kind = "change.confirmed"


@dataclass(frozen=True, kw_only=True)
class ChangeRefused(ChangeEvent):
    """A second person refused; nothing changed."""

    kind = "change.refused"
    icon = "circle-x"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ChangeWithdrawn(ChangeEvent):
    """Who had asked took it back."""

    kind = "change.withdrawn"
    icon = "undo-2"


@dataclass(frozen=True, kw_only=True)
class InstallationMarked(Event):
    """The database was marked for good, e.g. as a demonstration."""

    kind = "installation.marked"
    category = Category.ADMINISTRATION
    icon = "flag"
    name: str
