"""Pages on which a signed agreement or a proof of contribution that was logged wrongly is corrected."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import requires
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt
from casetracker.dossiers.states import Sight
from casetracker.plans import correction_commands, queries
from casetracker.plans.draft_routes import bp, open_page, to_plan
from casetracker.plans.forms import CorrectAgreementForm, CorrectContributionForm


@bp.route("/<dossier:reference>/plan/lines/<line_id>/agreements/<person_id>/correct", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def correct_agreement(reference: str, line_id: str, person_id: str) -> ResponseReturnValue:
    """The day or the file of a signed agreement was wrong."""
    actor, sight, _page = open_page(reference)
    row = queries.get_agreement(sight.dossier_id, line_id, person_id)
    form = CorrectAgreementForm(data={"agreed_on": row.agreed_on, "version": row.version})
    if form.validate_on_submit():
        cmd = form.to_command(sight.dossier_id, line_id, person_id)
        if attempt(form, correction_commands.correct_agreement, cmd, actor=actor, sight=sight):
            flash(_("The correction is recorded; what stood there before stays in the history."))
            return to_plan(reference, f"line-{line_id}")
    return _form(form, sight, _("Correct the agreement"))


@bp.route("/<dossier:reference>/plan/contributions/<proof_id>/correct", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def correct_contribution(reference: str, proof_id: str) -> ResponseReturnValue:
    """The amount, day or file of a proof of contribution was wrong."""
    actor, sight, _page = open_page(reference)
    row = queries.get_contribution(sight.dossier_id, proof_id)
    form = CorrectContributionForm(data={"amount": row.amount, "given_on": row.given_on, "version": row.version})
    form.set_currency(row.currency)
    if form.validate_on_submit():
        cmd = form.to_command(sight.dossier_id, proof_id)
        if attempt(form, correction_commands.correct_contribution, cmd, actor=actor, sight=sight):
            flash(_("The correction is recorded; what stood there before stays in the history."))
            return to_plan(reference, "contributions")
    return _form(form, sight, _("Correct the evidence"))


def _form(form: Any, sight: Sight, title: str) -> ResponseReturnValue:
    return render_template("plans/correct.html", form=form, sight=sight, title=title), form.status


__all__ = ["bp", "correct_agreement", "correct_contribution"]
