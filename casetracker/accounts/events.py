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
    is_sealed_at_once = True
    role: str


@dataclass(frozen=True, kw_only=True)
class UserInvited(UserEvent):
    """An account was made for somebody who then sets the own password."""

    kind = "user.invited"
    is_sealed_at_once = True
    icon = "user-plus"
    role: str


@dataclass(frozen=True, kw_only=True)
class UserRoleChanged(UserEvent):
    """Somebody was given a role, an office, or access again."""

    kind = "user.role_changed"
    is_sealed_at_once = True
    role: str


@dataclass(frozen=True, kw_only=True)
class UserLeftOffice(UserEvent):
    """Somebody moved on; stands in the chain of the office that was left."""

    kind = "user.left_office"


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(UserEvent):
    """Somebody may not sign in any more; every session ended."""

    kind = "user.deactivated"
    is_sealed_at_once = True
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
    is_sealed_at_once = True


@dataclass(frozen=True, kw_only=True)
class UserClearanceEnded(UserEvent):
    """An auditor's clearance for asylum data ended."""

    kind = "user.clearance_ended"
    icon = "shield-off"
    is_sealed_at_once = True


@dataclass(frozen=True, kw_only=True)
class InvitationSent(UserEvent):
    """A one-time link was sent to somebody's own address."""

    kind = "invitation.sent"
    icon = "mail"


@dataclass(frozen=True, kw_only=True)
class LinkAsked(UserEvent):
    """A link to set a new password was asked for on the sign-in page; by whom is not known."""

    kind = "link.asked"
    icon = "mail"


@dataclass(frozen=True, kw_only=True)
class TriesHeldUp(UserEvent):
    """So many tries to get into an account failed that further ones have to wait; by whom is not known."""

    kind = "tries.held_up"
    category = Category.ACCESS
    icon = "shield-alert"


@dataclass(frozen=True, kw_only=True)
class SignInFailed(UserEvent):
    """A password, code or passkey did not fit at this account (`step`); by whom is not known. What was typed is kept
    nowhere, and of addresses without an account nothing is."""

    kind = "sign_in.failed"
    category = Category.ACCESS
    icon = "shield-alert"
    step: str


@dataclass(frozen=True, kw_only=True)
class ReadingHeldUp(UserEvent):
    """Somebody asked for so much of one kind (`what`, a limit's name) in its time that more has to wait."""

    kind = "reading.held_up"
    category = Category.ACCESS
    icon = "shield-alert"
    what: str


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
    is_sealed_at_once = True
    user_id: str
    name: str = personal()


@dataclass(frozen=True, kw_only=True)
class MandateRevoked(Event):
    """An auditor's mandate was taken back."""

    kind = "mandate.revoked"
    category = Category.ADMINISTRATION
    icon = "scroll-text"
    is_sealed_at_once = True
    user_id: str
    name: str = personal()


@dataclass(frozen=True, kw_only=True)
class SubstituteNamed(OfficeEvent):
    """A supervisor named a substitute for some days."""

    kind = "substitute.named"
    category = Category.ADMINISTRATION
    icon = "users"
    is_sealed_at_once = True
    substitute_id: str
    name: str = personal()
    valid_from: str
    valid_until: str


@dataclass(frozen=True, kw_only=True)
class SubstituteRevoked(OfficeEvent):
    """A supervisor ended a substitution."""

    kind = "substitute.revoked"
    is_sealed_at_once = True
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
class FactorGiven(OfficeEvent):
    """Somebody gave the second factor: `occasion` is "sign_in" or "step_up"."""

    kind = "factor.given"
    category = Category.ACCESS
    icon = "shield-check"
    method: str
    occasion: str


@dataclass(frozen=True, kw_only=True)
class FactorAdded(OfficeEvent):
    """Somebody set up a second factor; with the first one come recovery codes."""

    kind = "factor.added"
    category = Category.ACCESS
    icon = "shield-plus"
    method: str
    factor_id: str


@dataclass(frozen=True, kw_only=True)
class FactorRemoved(OfficeEvent):
    """Somebody took an own second factor away."""

    kind = "factor.removed"
    category = Category.ACCESS
    icon = "shield-off"
    method: str
    factor_id: str


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(OfficeEvent):
    """Somebody made new recovery codes; the older ones no longer open anything."""

    kind = "factor.codes_made"
    category = Category.ACCESS
    icon = "life-buoy"
    number: int


@dataclass(frozen=True, kw_only=True)
class FactorsReset(UserEvent):
    """Somebody's lost second factors were taken away, the password too, as two people agreed; every session ended."""

    kind = "factor.reset"
    icon = "shield-off"


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
    is_sealed_at_once = True


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
class OwnAttemptRefused(OfficeEvent):
    """A rule refused something that hangs on no case, or a door that the role does not open (then without a reason).

    It stands with the person's own office, once per person, door and hour.
    """

    kind = "office.attempt_refused"
    category = Category.ACCESS
    icon = "shield-alert"
    attempted: str
    reason: str | None = personal(None)


@dataclass(frozen=True, kw_only=True)
class InstallationMarked(Event):
    """The database was marked for good, e.g. as a demonstration."""

    kind = "installation.marked"
    category = Category.ADMINISTRATION
    icon = "flag"
    name: str
