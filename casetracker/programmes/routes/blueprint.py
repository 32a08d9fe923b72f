"""The blueprint that the pages of programmes stand in, and what their views share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.attempts import attempt
from casetracker.core.actor import Actor
from casetracker.core.commands import Command
from casetracker.core.errors import Message
from casetracker.programmes import commands
from casetracker.programmes.models import Programme
from casetracker.web.formats import message
from casetracker.web.forms import Form

bp = Blueprint("programmes", __name__)


def propose(form: Form, cmd: Command, *, actor: Actor) -> bool:
    """Ask for a change that a second person confirms, and say so; False when a rule refuses it."""
    if attempt(form, commands.propose, cmd, actor=actor) is None:
        return False
    flash(_("This takes effect once a second administrator, or a supervisor, has confirmed it."), "info")
    return True


def warn(warnings: list[Message]) -> None:
    """Show each warning on the next page."""
    for warning in warnings:
        flash(message(warning), "warn")


def to_programme(programme_id: str, anchor: str = "") -> ResponseReturnValue:
    """Back to the programme's page."""
    return redirect(url_for("programmes.show_programme", programme_id=programme_id, _anchor=anchor or None))


def show(template: str, form: Form, programme: Programme, **more: Any) -> ResponseReturnValue:
    """A form of a programme's part, again or for the first time."""
    return render_template(f"programmes/{template}.html", form=form, programme=programme, **more), form.status
