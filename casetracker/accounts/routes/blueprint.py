"""The blueprint that all pages of this room stand in, and what their views share."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.exceptions import UnprocessableEntity

from casetracker.web.forms import Form

bp = Blueprint("accounts", __name__)


def check_button(form: Form) -> None:
    """A form that is only a button came whole; otherwise 422."""
    if not form.validate_on_submit():
        raise UnprocessableEntity
