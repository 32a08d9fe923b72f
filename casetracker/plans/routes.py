"""The plan's pages: the draft with what is missing, submitting and taking back, frozen versions."""

from __future__ import annotations

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt, open_any
from casetracker.ledger.entry_queries import read_place, use_subjects
from casetracker.plans import commands, entry_queries, funding_commands, page_queries
from casetracker.plans.correction_routes import bp
from casetracker.plans.draft_routes import open_page, to_plan
from casetracker.plans.forms import LogContributionForm, PlanActForm
from casetracker.plans.states import FundingSource
from casetracker.web.pagination import page_number


@bp.route("/<dossier:reference>/plan")
@requires(Permission.PLAN_READ)
def show_plan(reference: str) -> ResponseReturnValue:
    """The plan as it stands, what is missing, what is left of each grant, its versions."""
    actor = current_actor()
    sight = open_any(reference, actor)
    page = page_queries.load_page(sight, actor)
    form = PlanActForm(data={"version": page.plan.version if page.plan else 0})
    return render_template("plans/show_plan.html", sight=sight, page=page, form=form, actor=actor)


@bp.route("/<dossier:reference>/plan/submit", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def submit_plan(reference: str) -> ResponseReturnValue:
    """Freeze the draft and hand it to the supervisors."""
    actor, sight, page = open_page(reference)
    if page.plan is None:
        raise NotFound("plan")
    form = PlanActForm(data={"version": page.plan.version})
    cmd = form.to_submit(sight.dossier_id) if form.validate_on_submit() else None
    if cmd and attempt(form, commands.submit_plan, cmd, actor=actor, sight=sight):
        if sight.receiving_office_id:
            flash(_("The plan was submitted. A supervisor of the receiving office validates it first."))
        else:
            flash(_("The plan was submitted. Two supervisors who wrote nothing of it decide, one after the other."))
        return redirect(url_for("plans.show_plan", reference=reference))
    return render_template("plans/show_plan.html", sight=sight, page=page, form=form, actor=actor), form.status


@bp.route("/<dossier:reference>/plan/recall", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def recall_plan(reference: str) -> ResponseReturnValue:
    """Take a submitted version back into the draft."""
    actor, sight, page = open_page(reference)
    if page.plan is None:
        raise NotFound("plan")
    form = PlanActForm(data={"version": page.plan.version})
    cmd = form.to_recall(sight.dossier_id) if form.validate_on_submit() else None
    if cmd and attempt(form, commands.recall_plan, cmd, actor=actor, sight=sight):
        flash(_("The plan is a draft again."))
        return to_plan(reference)
    text = _("The submitted version is not decided on any more. What was decided on it so far falls away.")
    return render_template(
        "plans/confirm.html", form=form, sight=sight, title=_("Take plan back"), text=text, tone="primary"
    ), form.status


@bp.route("/<dossier:reference>/plan/versions/<int(max=2147483647):number>")
@requires(Permission.PLAN_READ)
def show_version(reference: str, number: int) -> ResponseReturnValue:
    """A frozen version and what changed from the one before."""
    actor = current_actor()
    sight = open_any(reference, actor)
    page = page_queries.load_version(sight, number)
    labels = {str(source): source for source in FundingSource}
    return render_template("plans/show_version.html", sight=sight, page=page, actor=actor, labels=labels)


@bp.route("/<dossier:reference>/plan/lines/<line_id>/entries")
@requires(Permission.PLAN_READ)
def show_line(reference: str, line_id: str) -> ResponseReturnValue:
    """The figures of a line that was approved, and the ledger entries that make them."""
    sight = open_any(reference, current_actor())
    place = read_place(request.args.get("place"))
    page = entry_queries.load_line(sight, line_id, place, page_number())
    return render_template("plans/show_line.html", sight=sight, page=page)


@bp.route("/<dossier:reference>/plan/lines/<line_id>/contributions/<source>", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def log_contribution(reference: str, line_id: str, source: str) -> ResponseReturnValue:
    """Evidence of own contribution, or a third party's, to a payable line."""
    actor, sight, page = open_page(reference)
    asked = next((c for c in page.contributions if (c.line_id, c.source) == (line_id, source)), None)
    if asked is None:
        raise NotFound("contribution")
    form = LogContributionForm()
    form.set_currency(asked.currency)
    if form.validate_on_submit():
        cmd = form.to_command(sight.dossier_id, line_id, asked.source)
        if attempt(form, funding_commands.log_contribution, cmd, actor=actor, sight=sight):
            flash(_("The evidence was kept."))
            return to_plan(reference, "contributions")
    return render_template("plans/log_contribution.html", form=form, sight=sight, asked=asked), form.status


def _name_subjects(_app: Flask) -> None:
    """The ledger learns what its postings are called."""
    use_subjects("plan_version", entry_queries.name_versions)
    use_subjects("plan_line", entry_queries.name_lines)


SETUP = [_name_subjects]
