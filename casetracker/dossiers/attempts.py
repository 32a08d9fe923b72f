"""What every view of a dossier shares: opening it (the read is recorded), and trying an act that a rule may refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casetracker.accounts import attempts
from casetracker.accounts.attempts import Done, Recorder
from casetracker.core.actor import Actor
from casetracker.core.errors import Message, Refused
from casetracker.dossiers import commands, queries
from casetracker.dossiers.rules import kind_of
from casetracker.dossiers.states import CASE, Sight
from casetracker.web.forms import Form


def open_dossier(reference: str, actor: Actor, kind: str = CASE) -> Sight:
    """How the actor sees the dossier; records the read once an hour. NotFound where it does not exist for the actor."""
    sight = queries.sight_of(actor, reference, kind)
    commands.record_read(sight, actor=actor)
    return sight


def open_any(reference: str, actor: Actor) -> Sight:
    """The same of whichever kind the reference names: for what serves every kind, as plans and payments do."""
    return open_dossier(reference, actor, kind_of(reference))


def try_act(act: Callable[..., Any], cmd: Any, *, actor: Actor, sight: Sight) -> Done | Refused:
    """Run a command on the dossier; what a rule refused is recorded with it and given back."""
    return attempts.try_act(act, cmd, actor=actor, record=_recorder(sight, actor))


def attempt(form: Form | None, act: Callable[..., Any], cmd: Any, *, actor: Actor, sight: Sight) -> Done | None:
    """The same for a page: as `accounts/attempts.py: attempt`, with the refusal recorded with the dossier."""
    return attempts.attempt(form, act, cmd, actor=actor, record=_recorder(sight, actor))


def _recorder(sight: Sight, actor: Actor) -> Recorder:
    def record(name: str, message: Message) -> None:
        commands.record_refusal(sight.dossier_id, name, message, actor=actor)

    return record


__all__ = ["Done", "attempt", "open_any", "open_dossier", "try_act"]
