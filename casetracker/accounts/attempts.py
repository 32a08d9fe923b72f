"""The way from a page to a command: what a rule refuses is recorded, and told. Only here a page catches a refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from casetracker.accounts.commands.refusals import record_own_refusal
from casetracker.core.actor import Actor
from casetracker.core.errors import Conflict, Message, Refused
from casetracker.web.forms import Form

Recorder = Callable[[str, Message], None]
"""Records a refusal where it belongs: the command's name, and the sentence."""


@dataclass(frozen=True)
class Done:
    """The act was done; `result` is what the command returned."""

    result: Any


def try_act(act: Callable[..., Any], cmd: Any, *, actor: Actor, record: Recorder | None = None) -> Done | Refused:
    """Run a command; what a rule refused is recorded (without `record` with the person's own office) and given back."""
    try:
        return Done(act(cmd, actor=actor))
    except Refused as refused:
        name = getattr(act, "__name__", "act")
        if record is None:
            record_own_refusal(name, str(refused.message), actor=actor)
        else:
            record(name, refused.message)
        if refused.afterwards is not None:
            refused.afterwards()
        return refused


def attempt(
    form: Form | None, act: Callable[..., Any], cmd: Any, *, actor: Actor, record: Recorder | None = None
) -> Done | None:
    """The same for a page: the sentence of a refusal goes into the form, and the answer is None.

    When somebody else changed the thing meanwhile, the form shows what stands now beside what was typed. Without a
    form (a button alone) the refusal is raised again: the answer is then a page with the sentence. What hangs on a case
    goes through `dossiers/attempts.py`.
    """
    try:
        done = try_act(act, cmd, actor=actor, record=record)
    except Conflict:
        if form is None or "version" not in form:
            raise
        form.show_conflict()
        return None
    if isinstance(done, Done):
        return done
    if form is None:
        raise done
    form.refuse(done.message)
    return None
