"""The way from a page that hangs on no case to a command: a refusal is recorded with the person's own office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from casetracker.accounts.commands.refusals import record_own_refusal
from casetracker.core.actor import Actor
from casetracker.core.errors import Conflict, Refused
from casetracker.web.forms import Form


@dataclass(frozen=True)
class Done:
    """The act was done; `result` is what the command returned."""

    result: Any


def attempt(form: Form, act: Callable[..., Any], cmd: Any, *, actor: Actor) -> Done | None:
    """Run a command; when a rule refuses, its sentence goes into the form and the answer is None.

    When somebody else changed the thing meanwhile, the form shows what stands now beside what was typed. What hangs
    on a case goes through `dossiers/attempts.py`.
    """
    try:
        return Done(act(cmd, actor=actor))
    except Refused as refused:
        record_own_refusal(getattr(act, "__name__", "act"), str(refused.message), actor=actor)
        form.refuse(refused.message)
        return None
    except Conflict:
        if "version" not in form:
            raise
        form.show_conflict()
        return None
