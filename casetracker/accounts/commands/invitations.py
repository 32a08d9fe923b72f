"""One-time links by which people set their own password; mailed to the person, never shown to others."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from casetracker.accounts import events, mail, notices, queries, rules
from casetracker.accounts.commands import passwords
from casetracker.accounts.commands.sessions import drop_sessions
from casetracker.accounts.models import Invitation, User
from casetracker.accounts.states import INVITATION_LASTS
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.events.recording import part_of_user_chain, record


@dataclass(frozen=True, kw_only=True)
class SendLink(Command):
    """A new one-time link for somebody whose link is too old, or who forgot the password."""

    user_id: str


@dataclass(frozen=True, kw_only=True)
class AskLink(Command):
    """A one-time link that somebody asked for on the sign-in page, by the e-mail address typed there."""

    email: str
    base_address: str


@dataclass(frozen=True, kw_only=True)
class AcceptInvitation(Command):
    """The invited person's own password."""

    secret: str
    password: str


@command
def send_link(cmd: SendLink, *, actor: Actor) -> str:
    """Send a new one-time link to the person's own address; older links end. Returns the person's id."""
    require(actor, Permission.USER_MANAGE)
    user = lock(User, cmd.user_id)
    refuse_if(rules.why_not_manage(queries.facts_of_user(user), actor))
    if not user.is_active:
        raise Refused(Message(N_("This account is not active.")))
    send_invitation(user, actor=actor)
    return user.id


@command
def ask_link(cmd: AskLink, *, actor: Actor) -> None:
    """Send a link to the account of this address; NotFound where there is none, which the asker is never told.

    `actor` is the system: who asked is not known.
    """
    found = queries.find_user_by_email(cmd.email)
    if found is None:
        raise NotFound("nobody has this address")
    user = lock(User, found.id)
    if not user.is_active:
        raise NotFound("this account is not active")
    owner, part = part_of_user_chain(user.office_id)
    record(events.LinkAsked(owner_id=owner, part=part, user_id=user.id, name=user.name), actor=actor)
    send_invitation(user, actor=actor, base_address=cmd.base_address)


def send_invitation(user: User, *, actor: Actor, base_address: str | None = None) -> None:
    """Inside a command: make the one-time link, end older ones, and mail it once the transaction is kept."""
    now, secret = clock.now(), ids.new_secret()
    owner, part = part_of_user_chain(user.office_id)
    open_ones = select(Invitation).where(Invitation.user_id == user.id, Invitation.used_at.is_(None))
    for older in db.session.scalars(open_ones.where(Invitation.expires_at > now)):
        if older.office_id == user.office_id:
            older.expires_at = now
    add(Invitation(
        id=ids.new_id(), office_id=user.office_id, user_id=user.id, secret_hash=queries.secret_hash(secret),
        expires_at=now + INVITATION_LASTS, used_at=None,
    ))  # fmt: skip
    record(events.InvitationSent(owner_id=owner, part=part, user_id=user.id, name=user.name), actor=actor)
    text = _(
        "Hello %(name)s,\n\nwith this link you set your password for Casetracker. "
        "It works once, within 24 hours:\n\n%(address)s\n\n"
        "If you did not expect this mail, tell your administrator and do not open the link.\n",
        name=user.name,
        address=mail.invitation_address(secret, base_address),
    )
    mail.send(user.email, _("Your access to Casetracker"), text)


@command
def accept_invitation(cmd: AcceptInvitation, *, actor: Actor) -> None:
    """Set the own password by the link; the link is used up, sessions end. `actor` is the invited person."""
    found = queries.find_invitation(cmd.secret)
    if found is None or found.user_id != actor.id:
        raise NotFound("no such invitation")
    user = lock(User, actor.id)
    invitation = lock(Invitation, found.id)
    refuse_if(rules.why_not_accept(queries.facts_of_invitation(invitation, user), clock.now()))
    is_first = user.password_hash is None
    passwords.set_password(user, cmd.password)
    drop_sessions(user.id)
    invitation.used_at = clock.now()
    if not is_first:
        notices.tell(user.id, notices.Kind.PASSWORD_CHANGED)
    owner, part = part_of_user_chain(user.office_id)
    record(events.InvitationAccepted(owner_id=owner, part=part, user_id=user.id, name=user.name), actor=actor)
