"""Opening a case, and correcting where it leads."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.attempts import attempt as attempt_without_case
from casetracker.accounts.session import current_actor, requires
from casetracker.cases import commands, form_queries, queries, referral_queries
from casetracker.cases.forms import CorrectCaseForm, CreateCaseForm
from casetracker.cases.routes.blueprint import bp
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt, open_dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation
from casetracker.web.fields import printable


@bp.route("/cases/new", methods=["GET", "POST"])
@requires(Permission.CASE_CREATE)
def create_case() -> ResponseReturnValue:
    """A new case of the actor's sending office; ?request= opens the one that a receiving office asked for."""
    actor = current_actor()
    office = form_queries.get_sending_office(actor)
    request_id = printable(request.args.get("request", "")) or None
    asked = referral_queries.get_request(actor, request_id) if request_id else None
    offered = {"host_country": office.country}
    if asked is not None:
        offered |= {"given_name": asked.given_name, "family_name": asked.family_name}
    form = CreateCaseForm(data=offered)
    if form.validate_on_submit() and (
        done := attempt_without_case(form, commands.create_case, form.to_command(request_id), actor=actor)
    ):
        reference = str(done.result)
        flash(_("The case %(reference)s is open.", reference=reference))
        return redirect(url_for("casefile.show_case", reference=reference))
    return render_template("cases/create_case.html", form=form, asked=asked), form.status


@bp.route("/cases/<reference>/correct", methods=["GET", "POST"])
@requires(Permission.CASE_EDIT)
def correct_case(reference: str) -> ResponseReturnValue:
    """Correct host country, country and place of return, with a reason."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    require_open(actor, sight.dossier_id, relation=Relation.SENDING)
    case = queries.get_case(sight.dossier_id)
    form = CorrectCaseForm(data={
        "host_country": case.host_country, "return_country": case.return_country,
        "return_place": case.return_place, "version": case.version,
    })  # fmt: skip
    if form.validate_on_submit() and attempt(
        form, commands.correct_case, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The correction is recorded."))
        return redirect(url_for("casefile.show_case", reference=reference))
    return render_template("cases/correct_case.html", form=form, reference=reference), form.status
