"""Refused attempts that hang on no case: they stand with the person's own office, for its auditors."""

from __future__ import annotations

from casetracker.accounts import events
from casetracker.core.actor import Actor
from casetracker.core.commands import command
from casetracker.core.ids import SYSTEM_OWNER
from casetracker.events.recording import record


@command
def record_own_refusal(attempted: str, reason: str | None, *, actor: Actor) -> None:
    """Record that a rule refused `attempted` (the command's name), or a door (its endpoint; then without a reason)."""
    owner = actor.office_id or SYSTEM_OWNER
    record(events.OwnAttemptRefused(owner_id=owner, attempted=attempted, reason=reason), actor=actor)
