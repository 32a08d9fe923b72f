"""The administrator's pages of programmes and exchange rates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from casetracker.core.permissions import Permission
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

__all__ = ["NAVIGATION", "bp", "packages", "policies", "programmes", "rates"]
