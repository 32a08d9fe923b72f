"""Pages of cases: opening, persons, consents, referrals, caseload."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from casetracker.cases import queries, referral_queries
from casetracker.cases.routes import caseload, consents, opening, persons, referrals, retroactive
from casetracker.cases.routes.blueprint import bp
from casetracker.core.permissions import Permission
from casetracker.documents.queries import use_subjects
from casetracker.web.navigation import NavEntry

__all__ = [
    "NAVIGATION",
    "SETUP",
    "bp",
    "caseload",
    "consents",
    "opening",
    "persons",
    "referrals",
    "retroactive",
]


def _name_subjects(_app: Flask) -> None:
    """Documents learn who they can be about."""
    use_subjects(queries.list_names)


NAVIGATION = [
    NavEntry(
        label=_l("Referrals"), endpoint="cases.list_referrals", permission=Permission.REFERRAL_ANSWER,
        order=20,
        prefix="/referrals/", count=referral_queries.count_waiting,
    )
]  # fmt: skip
SETUP = [_name_subjects]
