"""The page of a request's tender file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.core.permissions import Permission
from casetracker.disbursements import queries, tender_commands, tender_queries
from casetracker.disbursements.quote_routes import to_act, to_request
from casetracker.disbursements.tender_forms import EditTenderForm, SaveTenderForm
from casetracker.dossiers.attempts import attempt


def add_to(bp: Blueprint) -> None:
    """Put the page under the request's."""
    address = "/<dossier:reference>/disbursements/<disbursement_id>/tender"
    bp.add_url_rule(address, view_func=save_tender, methods=["GET", "POST"])


@requires(Permission.DISBURSEMENT_REQUEST)
def save_tender(reference: str, disbursement_id: str) -> ResponseReturnValue:
    """How offers were asked for, and who sat on the panel."""
    actor = current_actor()
    sight = to_act(reference, actor)
    row = queries.get_disbursement(sight.dossier_id, disbursement_id)
    tender = tender_queries.find_tender(row.id)
    data: dict[str, Any] = {}
    if tender is not None:
        panel = tender_queries.list_panel(tender.id)
        data = {
            "procedure": tender.procedure, "published_on": tender.published_on, "opened_on": tender.opened_on,
            "version": tender.version,
            "panel": [{"user_id": each.user_id, "name": each.name, "function": each.function} for each in panel],
        }  # fmt: skip
    form = EditTenderForm(data=data) if tender else SaveTenderForm()
    form.offer(tender_queries.staff_choices(actor))
    if form.validate_on_submit() and attempt(
        form, tender_commands.save_tender, form.to_command(sight, row.id), actor=actor, sight=sight
    ):
        flash(_("The tender file was saved."))
        return to_request(reference, disbursement_id)
    row = queries.get_disbursement(sight.dossier_id, disbursement_id)
    return render_template("disbursements/save_tender.html", form=form, sight=sight, row=row), form.status
