"""What every view of a dossier shares: opening it (the read is recorded), and trying an act that a rule may refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casetracker.accounts.attempts import Done
from casetracker.core.actor import Actor
from casetracker.core.errors import Conflict, Refused
from casetracker.dossiers import commands, queries
from casetracker.dossiers.states import Sight
from casetracker.web.forms import Form


def open_dossier(reference: str, actor: Actor, kind: str = "case") -> Sight:
    """How the actor sees the dossier; records the read once an hour. NotFound where it does not exist for the actor."""
    sight = queries.sight_of(actor, reference, kind)
    commands.record_read(sight, actor=actor)
    return sight


def attempt(form: Form | None, act: Callable[..., Any], cmd: Any, *, actor: Actor, sight: Sight) -> Done | None:
    """Run a command; when a rule refuses, put its sentence into the form, record the refusal, and answer None.

    When somebody else changed the thing meanwhile, the form shows what stands now beside what was typed.
    Without a form the refusal is recorded and raised again (the answer is then a page with the sentence).
    """
    try:
        return Done(act(cmd, actor=actor))
    except Refused as refused:
        name = getattr(act, "__name__", "act")
        commands.record_refusal(sight.dossier_id, name, refused.message, actor=actor)
        if form is None:
            raise
        form.refuse(refused.message)
        return None
    except Conflict:
        if form is None or "version" not in form:
            raise
        form.show_conflict()
        return None


__all__ = ["Done", "attempt", "open_dossier"]
