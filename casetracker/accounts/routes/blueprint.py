"""The blueprint that all pages of this room stand in, and what their views share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint
from werkzeug.exceptions import UnprocessableEntity

from casetracker.accounts.commands.refusals import record_own_refusal
from casetracker.core.actor import Actor
from casetracker.core.errors import Conflict, Refused
from casetracker.web.forms import Form

bp = Blueprint("accounts", __name__)


@dataclass(frozen=True)
class Done:
    """The act was done; `result` is what the command returned."""

    result: Any


def attempt(form: Form, act: Callable[..., Any], cmd: Any, *, actor: Actor) -> Done | None:
    """Run a command; when a rule refuses, its sentence goes into the form and the answer is None."""
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


def check_button(form: Form) -> None:
    """A form that is only a button came whole; otherwise 422."""
    if not form.validate_on_submit():
        raise UnprocessableEntity
