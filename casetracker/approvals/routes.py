"""Pages of deciding: the queue, one request, one plan, one refund."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts.queries import names_of
from casetracker.accounts.session import current_actor, requires
from casetracker.approvals import (
    commands,
    plan_commands,
    plan_queries,
    queries,
    queue_queries,
    reversal_commands,
    reversal_queries,
)
from casetracker.approvals.about_routes import about_plan, about_request, about_reversal, about_several
from casetracker.approvals.forms import APPROVE, REFUSE, RETURN, DecisionForm, ReversalForm, SeveralForm
from casetracker.core.permissions import Permission
from casetracker.disbursements import page_queries
from casetracker.dossiers.attempts import Done, attempt, open_any, try_act
from casetracker.plans.states import PlanStep
from casetracker.web.formats import message
from casetracker.web.navigation import NavEntry

bp = Blueprint("approvals", __name__)


@bp.route("/approvals/", methods=["GET", "POST"])
@requires(Permission.DISBURSEMENT_APPROVE, describe=about_several)
def list_approvals() -> ResponseReturnValue:
    """What waits for me; several requests can be approved at once, each judged by itself."""
    actor = current_actor()
    queue = queue_queries.load_queue(actor)
    form = SeveralForm()
    names = {page.submission.id: page.disbursement.purpose for page in queue.requests.items}
    form.offer((f"{p.submission.id}:{p.submission.content_hash}", p.reference) for p in queue.requests.items)
    if form.validate_on_submit():
        for cmd in form.to_commands():
            purpose = names.get(cmd.submission_id, "")
            sight = open_any(queries.reference_of(actor, cmd.submission_id), actor)
            done = try_act(commands.approve_disbursement, cmd, actor=actor, sight=sight)
            if isinstance(done, Done):
                flash(_("%(purpose)s: approved.", purpose=purpose))
            else:
                flash(_("%(purpose)s: %(reason)s", purpose=purpose, reason=message(done.message)), "bad")
        return redirect(url_for("approvals.list_approvals"))
    counted = {"approvals.list_approvals": queue.mine}
    return render_template("approvals/list_approvals.html", queue=queue, form=form, counted=counted), form.status


@bp.route("/approvals/requests/<submission_id>", methods=["GET", "POST"])
@requires(Permission.DISBURSEMENT_APPROVE, describe=about_request)
def show_request(submission_id: str) -> ResponseReturnValue:
    """One request with all that deciding needs; who may not sees why and who can."""
    actor = current_actor()
    sight = open_any(queries.reference_of(actor, submission_id), actor)
    page = queries.load_request(actor, submission_id)
    form = DecisionForm(data={"content_hash": page.submission.content_hash})
    open_to_me = {APPROVE: page.why_not, RETURN: page.why_not_decline, REFUSE: page.why_not_decline}
    words = {APPROVE: _l("Approve"), RETURN: _l("Return, to be changed"), REFUSE: _l("Refuse for good")}
    form.decision.choices = [(key, words[key]) for key, why_not in open_to_me.items() if why_not is None]
    acts = {
        APPROVE: (commands.approve_disbursement, _l("The disbursement is approved.")),
        RETURN: (commands.return_disbursement, _l("The disbursement was returned; its money is released.")),
        REFUSE: (commands.refuse_disbursement, _l("The disbursement was refused; its money is released.")),
    }
    if form.validate_on_submit():
        act, done = acts[form.decision.data]
        if attempt(form, act, form.to_disbursement(submission_id), actor=actor, sight=sight):
            flash(done)
            return redirect(url_for("approvals.list_approvals"))
        page = queries.load_request(actor, submission_id)
    what = page_queries.load_page(sight, actor, page.disbursement.id)
    names = names_of({page.submission.requested_by, *(d.approver_id for d in page.decisions)})
    return render_template(
        "approvals/show_request.html",
        page=page,
        what=what,
        form=form,
        sight=sight,
        names=names,
        questions=queue_queries.questions_of(page, actor),
    ), form.status


@bp.route("/approvals/plans/<version_id>", methods=["GET", "POST"])
@requires(Permission.PLAN_APPROVE, describe=about_plan)
def show_plan(version_id: str) -> ResponseReturnValue:
    """One frozen plan: validate, approve finally, or return it."""
    actor = current_actor()
    page = plan_queries.load_plan(actor, version_id)
    sight = open_any(page.waiting.reference, actor)
    form = DecisionForm(data={"content_hash": page.waiting.version.content_hash})
    is_final = page.waiting.step == PlanStep.APPROVE
    words = _l("Approve finally") if is_final else _l("Validate")
    form.decision.choices = [(APPROVE, words)] if page.waiting.why_not is None else []
    form.decision.choices += [(RETURN, _l("Return, to be changed"))] if page.why_not_return is None else []
    if form.validate_on_submit():
        approve = plan_commands.approve_plan if is_final else plan_commands.validate_plan
        act = approve if form.decision.data == APPROVE else plan_commands.return_plan
        if attempt(form, act, form.to_plan(version_id), actor=actor, sight=sight):
            flash(_("Your decision on the plan stands."))
            return redirect(url_for("approvals.list_approvals"))
        page = plan_queries.load_plan(actor, version_id)
    version = page.waiting.version
    names = names_of({*version.authors, *(d.decided_by for d in version.decisions)})
    return render_template("approvals/show_plan.html", page=page, form=form, sight=sight, names=names), form.status


@bp.route("/approvals/refunds/<reversal_id>", methods=["GET", "POST"])
@requires(Permission.DISBURSEMENT_APPROVE, describe=about_reversal)
def show_reversal(reversal_id: str) -> ResponseReturnValue:
    """One refund: approve or refuse it."""
    actor = current_actor()
    page = reversal_queries.get_reversal(actor, reversal_id)
    sight = open_any(page.reference, actor)
    form = ReversalForm()
    if form.validate_on_submit():
        approve = form.decision.data == APPROVE
        act = reversal_commands.approve_reversal if approve else reversal_commands.refuse_reversal
        if attempt(form, act, form.to_command(reversal_id), actor=actor, sight=sight):
            flash(_("Your decision on the refund stands."))
            return redirect(url_for("approvals.list_approvals"))
        page = reversal_queries.get_reversal(actor, reversal_id)
    names = names_of({page.reversal.requested_by, page.payment.recorded_by})
    return render_template("approvals/show_reversal.html", page=page, form=form, sight=sight, names=names), form.status


NAVIGATION = [
    NavEntry(
        label=_l("Approvals"),
        endpoint="approvals.list_approvals",
        permission=Permission.DISBURSEMENT_APPROVE,
        order=20,
        prefix="/approvals/",
        count=queue_queries.count_mine,
    )
]
