"""Filters that the sentences of this room's events need."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext

from casetracker.accounts import confirmations, pace
from casetracker.accounts.act_states import act_id
from casetracker.accounts.factor_states import FactorMethod
from casetracker.core.permissions import Role
from casetracker.web.labels import label


def role_label(value: str | None) -> str:
    """The words of a role that an event holds as text."""
    return label(Role(value)) if value in set(Role) else str(value)


def change_label(kind: str | None) -> str:
    """The words of a kind of change."""
    return str(gettext(confirmations.label_of(str(kind))))


def act_label(name: str | None) -> str:
    """The words of an act that an event holds by its program name."""
    return str(gettext(act_id(str(name))))


def pace_label(name: str | None) -> str:
    """The words of what somebody asked for too much of."""
    return str(gettext(pace.WORDS.get(str(name), str(name))))


def method_label(value: str | None) -> str:
    """The words of a kind of second factor that an event holds as text."""
    return label(FactorMethod(value)) if value in set(FactorMethod) else str(value)


def init_app(app: Flask) -> None:
    """Make the filters known to templates."""
    app.jinja_env.filters["act_label"] = act_label
    app.jinja_env.filters["pace_label"] = pace_label
    app.jinja_env.filters["role_label"] = role_label
    app.jinja_env.filters["change_label"] = change_label
    app.jinja_env.filters["method_label"] = method_label
