"""What somebody is about to do with roles and access, said where the second factor is asked for once more."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from casetracker.accounts import confirmations, queries
from casetracker.accounts.session import Act, Describe, current_actor
from casetracker.web.formats import message
from casetracker.web.labels import label


def about_user(title: Any) -> Describe:
    """An act on one account: whose it is, and the role that it has now."""

    def describe(user_id: str) -> Act:
        user = queries.get_user(user_id)
        facts = [(_("Name"), user.name), (_("E-mail"), user.email), (_("Role now"), label(user.role))]
        return Act(title=str(title), facts=facts, back=url_for("accounts.show_user", user_id=user_id))

    return describe


def about_mandate(title: Any) -> Describe:
    """An act on an auditor's mandate: whose it is, and its days."""

    def describe(mandate_id: str) -> Act:
        mandate = queries.get_mandate(mandate_id)
        act = about_user(title)(user_id=mandate.user_id)
        days = f"{mandate.valid_from.isoformat()} – {mandate.valid_until.isoformat()}"
        return Act(title=act.title, facts=[*act.facts, (_("Days"), days)], back=act.back)

    return describe


def about_change(title: Any) -> Describe:
    """An act on a change that waits for a second person: its sentence, and who asked."""

    def describe(change_id: str) -> Act:
        shown = confirmations.get_shown(change_id, current_actor())
        facts = [(_("Change"), message(shown.sentence)), (_("Asked for by"), shown.requested_by)]
        return Act(title=str(title), facts=facts, back=url_for("accounts.list_confirmations"))

    return describe


def about(title: Any, endpoint: str) -> Describe:
    """An act that its own words say; `endpoint` leads away from it."""
    return lambda **_address: Act(title=str(title), back=url_for(endpoint))
