"""What may be done with accounts, offices and waiting changes; each answers with a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casetracker.accounts.states import (
    ACCOUNT_ROLES,
    OFFICE_ROLES,
    ChangeFacts,
    ChangeState,
    InvitationFacts,
    MandateFacts,
    OfficeFacts,
    SubstituteFacts,
    UserFacts,
)  # fmt: skip
from casetracker.core.actor import Actor
from casetracker.core.errors import N_, Message
from casetracker.core.permissions import Permission, Role


def why_not_role(role: Role, office_id: str | None) -> Message | None:
    """A role of an office needs one; auditors and administrators belong to none."""
    if role not in ACCOUNT_ROLES:
        return Message(N_("This is no role that an account can have."), field="role")
    if role in OFFICE_ROLES and office_id is None:
        return Message(N_("Somebody in this role works in an office. Please choose which."), field="office")
    if role not in OFFICE_ROLES and office_id is not None:
        return Message(N_("Auditors and administrators belong to no office. Please leave it empty."), field="office")
    return None


def why_not_manage(user: UserFacts, actor: Actor) -> Message | None:
    """Nobody changes the own role, office, access or mandate."""
    if user.id == actor.id:
        return Message(N_("Nobody may change the own role or access. Another administrator can."))
    return None


def why_not_take_away(user: UserFacts, other_administrators: int) -> Message | None:
    """The last active administrator stays: nobody could let anybody in any more."""
    if user.role == Role.ADMINISTRATOR and user.is_active and other_administrators < 1:
        return Message(N_("This is the last active administrator. Make another one first."))
    return None


def why_not_deactivate(user: UserFacts, actor: Actor, other_administrators: int) -> Message | None:
    """Not oneself, not twice, not the last administrator."""
    if (refusal := why_not_manage(user, actor)) is not None:
        return refusal
    if not user.is_active:
        return Message(N_("This account is not active."))
    return why_not_take_away(user, other_administrators)


def why_not_decide(change: ChangeFacts, actor: Actor) -> Message | None:
    """Who may confirm or refuse: a second administrator, or a supervisor of another office; never the person
    it is about, never who asked for it."""
    if change.state != ChangeState.PENDING:
        return Message(N_("This change has been decided already."))
    if not actor.may(Permission.CHANGE_CONFIRM):
        return Message(N_("Administrators and supervisors decide on this."))
    if change.requested_by == actor.id:
        return Message(N_("You asked for this change yourself. A second person has to confirm it."))
    if change.subject_id == actor.id:
        return Message(N_("This change is about yourself. Somebody else has to confirm it."))
    if actor.role == Role.SUPERVISOR and change.office_id is not None and change.office_id == actor.office_id:
        return Message(N_("This is about your own office. A supervisor of another office or an administrator can."))
    return None


def why_not_withdraw(change: ChangeFacts, actor: Actor) -> Message | None:
    """Only who asked for a change takes it back, while it waits."""
    if change.state != ChangeState.PENDING:
        return Message(N_("This change has been decided already."))
    if change.requested_by != actor.id:
        return Message(N_("Only the person who asked for this change can take it back."))
    return None


def why_not_days(valid_from: date, valid_until: date) -> Message | None:
    """The last day is not before the first."""
    if valid_until < valid_from:
        return Message(N_("The last day lies before the first."), field="valid_until")
    return None


def why_not_mandate(
    user: UserFacts, mandate: MandateFacts, offices: Iterable[OfficeFacts], *, clearance: bool
) -> Message | None:
    """A mandate is an auditor's; with the clearance for asylum data it names a sending office."""
    if user.role != Role.AUDITOR:
        return Message(N_("Only auditors are given a mandate."))
    if not mandate.office_ids <= {office.id for office in offices}:
        return Message(N_("One of these offices is not there any more. Please choose again."), field="offices")
    if clearance and (refusal := why_not_clear(user, [mandate], offices)) is not None:
        return refusal.beside("offices")
    return why_not_days(mandate.valid_from, mandate.valid_until)


def why_not_clear(user: UserFacts, mandates: Iterable[MandateFacts], offices: Iterable[OfficeFacts]) -> Message | None:
    """The clearance for asylum data is only ever for sending offices, so a mandate has to name one."""
    if user.role != Role.AUDITOR:
        return Message(N_("Only auditors are given this clearance."))
    sending = {office.id for office in offices if office.is_sending}
    if not any(mandate.office_ids & sending for mandate in mandates):
        return Message(N_("Clearance for asylum data needs a mandate that names the sending offices it is for."))
    return None


def why_not_substitute(
    wanted: SubstituteFacts, actor: Actor, colleagues: Collection[str], running: Iterable[SubstituteFacts],
    today: date,
) -> Message | None:  # fmt: skip
    """A supervisor names another supervisor of the same office, for days to come, one at a time."""
    if wanted.substitute_id == actor.id:
        return Message(N_("You cannot be your own substitute."), field="substitute")
    if wanted.substitute_id not in colleagues:
        return Message(
            N_("A substitute is an active supervisor of your own office. Please choose one."),
            field="substitute",
        )
    if (refusal := why_not_days(wanted.valid_from, wanted.valid_until)) is not None:
        return refusal
    if wanted.valid_from < today:
        return Message(N_("A substitute cannot begin in the past."), field="valid_from")
    for other in running:
        if other.valid_from <= wanted.valid_until and wanted.valid_from <= other.valid_until:
            return Message(
                N_("You have a substitute from %(first)s to %(last)s already. Choose other days."),
                {"first": other.valid_from, "last": other.valid_until},
                "valid_from",
            )
    return None


def why_not_office(*, zone: str, is_sending: bool, is_receiving: bool) -> Message | None:
    """An office sends or receives or both, and keeps the time of a known place."""
    if not (is_sending or is_receiving):
        return Message(N_("An office sends, receives, or both. Please tick one at least."), field="is_sending")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Message(N_("This is no time zone. It should look like Europe/Tallinn."), field="zone")
    return None


def why_not_close_office(office: OfficeFacts) -> Message | None:
    """An office in which somebody still works stays."""
    if not office.is_active:
        return Message(N_("This office is not active."))
    if office.people:
        return Message(
            N_("People who still work in this office: %(people)d. Move or deactivate them first."),
            {"people": office.people},
        )
    return None


def why_not_accept(invitation: InvitationFacts, now: datetime) -> Message | None:
    """An invitation opens an account once, within a day."""
    if invitation.used_at is not None or invitation.expires_at <= now or not invitation.is_open:
        return Message(N_("This link has been used or is too old. Ask an administrator to send you a new one."))
    return None
