"""The administrator's pages of programmes and exchange rates."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from casetracker.accounts.queries import use_programmes
from casetracker.core.permissions import Permission
from casetracker.programmes.queries import list_programmes
from casetracker.programmes.routes import packages, policies, programmes, rates
from casetracker.programmes.routes.blueprint import bp
from casetracker.web.navigation import NavEntry

NAVIGATION = [
    NavEntry(
        label=_("Programmes"),
        endpoint="programmes.list_programmes",
        permission=Permission.PROGRAMME_MANAGE,
        order=60,
        prefix="/admin/programmes/",
    ),
]


def _name_programmes(_app: Flask) -> None:
    """Mandates, which lie below, name programmes too."""
    use_programmes(lambda: [(programme.id, programme.name) for programme in list_programmes(active_only=False)])


SETUP = [_name_programmes]

__all__ = ["NAVIGATION", "SETUP", "bp", "packages", "policies", "programmes", "rates"]
