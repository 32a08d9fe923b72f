"""The pages of signing in, the own account, and the administration of people and offices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from casetracker.accounts import confirmations, devices, operator
from casetracker.accounts.routes import (
    factors,
    forgotten,
    kept,
    labels,
    mandates,
    offices,
    own_account,
    searching,
    second_factor,
    sign_in,
    users,
    waiting,
)
from casetracker.accounts.routes.blueprint import bp
from casetracker.core.permissions import Permission
from casetracker.web.navigation import NavEntry

NAVIGATION = [
    NavEntry(
        label=_("Confirmations"),
        endpoint="accounts.list_confirmations",
        permission=Permission.SUBSTITUTE_NAME,  # supervisors; administrators find it in the administration
        order=80,
        prefix="/admin/confirmations/",
        count=confirmations.count_waiting,
    ),
    NavEntry(
        label=_("Administration"),
        endpoint="accounts.show_administration",
        permission=Permission.USER_MANAGE,
        order=90,
        prefix="/admin/",
        count=confirmations.count_waiting,
    ),
]
SETUP = [devices.init_app, labels.init_app, operator.init_app]

__all__ = [
    "NAVIGATION",
    "SETUP",
    "bp",
    "factors",
    "forgotten",
    "kept",
    "mandates",
    "offices",
    "own_account",
    "searching",
    "second_factor",
    "sign_in",
    "users",
    "waiting",
]
