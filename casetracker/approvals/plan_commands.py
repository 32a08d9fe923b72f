"""Deciding on plans: validate, approve finally, return. What a decision writes is the plan's own."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command
from casetracker.core.errors import N_, Message, Refused, refuse_if, why_not_reason
from casetracker.core.permissions import Permission
from casetracker.dossiers.queries import require_open
from casetracker.plans.commands import write_final_approval, write_return, write_validation
from casetracker.plans.queries import get_version_by_id


@dataclass(frozen=True, kw_only=True)
class DecidePlan(Command):
    """A decision on one frozen version, bound to the content that was seen."""

    version_id: str
    content_hash: str
    reason: str | None = None


@command
def validate_plan(cmd: DecidePlan, *, actor: Actor) -> str:
    """The receiving office's supervisor validates the version; returns its id."""
    _open(cmd, actor)
    return write_validation(cmd.version_id, actor=actor).id


@command
def approve_plan(cmd: DecidePlan, *, actor: Actor) -> str:
    """The sending office's supervisor approves; the lines become payable. Returns the version's id."""
    _open(cmd, actor)
    return write_final_approval(cmd.version_id, actor=actor).id


@command
def return_plan(cmd: DecidePlan, *, actor: Actor) -> str:
    """Send the version back with a reason that stands on the case; returns its id."""
    _open(cmd, actor)
    refuse_if(why_not_reason(cmd.reason))
    return write_return(cmd.version_id, cmd.reason or "", actor=actor).id


def _open(cmd: DecidePlan, actor: Actor) -> None:
    require(actor, Permission.PLAN_APPROVE)
    version = get_version_by_id(cmd.version_id)
    require_open(actor, version.dossier_id)
    if version.content_hash != cmd.content_hash:
        raise Refused(Message(N_("This plan was submitted anew since you opened it.")))
