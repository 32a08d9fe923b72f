"""Taking somebody's lost second factors away: one administrator asks, a second person confirms, the owner is told.

The password goes with them: else whoever knows it could set up a second factor of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casetracker.accounts import confirmations, events, factor_rules, notices, queries
from casetracker.accounts.commands import passwords
from casetracker.accounts.commands.factors import drop_factors, facts_of
from casetracker.accounts.commands.invitations import send_invitation
from casetracker.accounts.models import User
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command, lock
from casetracker.core.errors import N_, Message, refuse_if
from casetracker.core.permissions import Permission
from casetracker.events.recording import part_of_user_chain, record

FACTOR_RESET = "factors"


@dataclass(frozen=True, kw_only=True)
class ResetFactors(Command):
    """Somebody lost every second factor, the recovery codes too."""

    user_id: str


@command
def reset_factors(cmd: ResetFactors, *, actor: Actor) -> str:
    """Ask for it; it waits for a second person. Returns the change's id."""
    require(actor, Permission.USER_MANAGE)
    user = lock(User, cmd.user_id)
    refuse_if(factor_rules.why_not_reset(queries.facts_of_user(user), facts_of(user.id), actor))
    return confirmations.request_change(
        FACTOR_RESET, subject_id=user.id, payload={"user_id": user.id}, office_id=user.office_id, actor=actor
    )


def _apply(payload: dict[str, Any], actor: Actor) -> None:
    user = lock(User, payload["user_id"])
    refuse_if(factor_rules.why_not_reset(queries.facts_of_user(user), facts_of(user.id), actor))
    drop_factors(user)
    passwords.drop_password(user)
    owner, part = part_of_user_chain(user.office_id)
    record(events.FactorsReset(owner_id=owner, part=part, user_id=user.id, name=user.name), actor=actor)
    notices.tell(user.id, notices.Kind.FACTORS_RESET)
    if user.is_active:  # who is given access again later gets the link then
        send_invitation(user, actor=actor)


def _describe(payload: dict[str, Any]) -> Message:
    name = queries.names_of([payload["user_id"]])[payload["user_id"]]
    return Message(
        N_("The second factors and the password of %(name)s are to be taken away, because all factors were lost"),
        {"name": name},
    )


confirmations.register_change(FACTOR_RESET, _apply, _describe, N_("lost second factors"))
