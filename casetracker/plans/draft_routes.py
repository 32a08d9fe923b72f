"""Pages on which a plan's draft is written: activities, lines, who pays, agreements."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt, open_any
from casetracker.dossiers.states import Sight
from casetracker.plans import draft_commands, funding_commands, page_queries
from casetracker.plans.forms import (
    AddActivityForm,
    AddLineForm,
    EditActivityForm,
    EditLineForm,
    FundLineForm,
    LogAgreementForm,
    PlanActForm,
    funding_rows,
)  # fmt: skip
from casetracker.plans.page_queries import PlanPage
from casetracker.plans.states import Frequency
from casetracker.providers.queries import list_choices

bp = Blueprint("plans", __name__)


def open_page(reference: str) -> tuple[Actor, Sight, PlanPage]:
    """The plan's page for somebody who may write in it; NotFound for others."""
    actor = current_actor()
    sight = open_any(reference, actor)
    page = page_queries.load_page(sight, actor)
    if not page.may_write:
        raise NotFound("not this person's act")
    return actor, sight, page


def to_plan(reference: str, anchor: str | None = None) -> ResponseReturnValue:
    """Back to the plan."""
    return redirect(url_for("plans.show_plan", reference=reference, _anchor=anchor))


@bp.route("/<dossier:reference>/plan/activities/new", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def add_activity(reference: str) -> ResponseReturnValue:
    """A new activity; the first one begins the plan."""
    actor, sight, page = open_page(reference)
    form = AddActivityForm()
    form.offer(page.persons.values())
    if form.validate_on_submit():
        done = attempt(form, draft_commands.save_activity, form.to_command(sight.dossier_id), actor=actor, sight=sight)
        if done:
            flash(_("The activity was added. Now say what is bought for it."))
            return redirect(url_for("plans.add_line", reference=reference, activity_id=done.result))
    return render_template("plans/save_activity.html", form=form, sight=sight, page=page, activity=None), form.status


@bp.route("/<dossier:reference>/plan/activities/<activity_id>", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def edit_activity(reference: str, activity_id: str) -> ResponseReturnValue:
    """An activity of the draft."""
    actor, sight, page = open_page(reference)
    activity = page_queries.get_activity(page, activity_id)
    form = EditActivityForm(data={
        "kind": activity.kind, "title": activity.title, "place": activity.place,
        "feasibility": activity.feasibility, "beneficiaries": activity.beneficiary_ids,
        "version": activity.version,
    })  # fmt: skip
    form.offer(page.persons.values())
    if form.validate_on_submit():
        cmd = form.to_command(sight.dossier_id, activity_id)
        if attempt(form, draft_commands.save_activity, cmd, actor=actor, sight=sight):
            flash(_("The activity was saved."))
            return to_plan(reference, f"activity-{activity_id}")
    return render_template(
        "plans/save_activity.html", form=form, sight=sight, page=page, activity=activity
    ), form.status


@bp.route("/<dossier:reference>/plan/activities/<activity_id>/remove", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def remove_activity(reference: str, activity_id: str) -> ResponseReturnValue:
    """Take an activity out of the draft."""
    actor, sight, page = open_page(reference)
    activity = page_queries.get_activity(page, activity_id)
    form = PlanActForm(data={"version": activity.version})
    if form.validate_on_submit():
        cmd = form.to_remove_activity(sight.dossier_id, activity_id)
        if attempt(form, draft_commands.remove_activity, cmd, actor=actor, sight=sight):
            flash(_("The activity was removed from the draft."))
            return to_plan(reference)
    text = _("“%(title)s” and its lines leave the draft. Earlier versions keep them.", title=activity.title)
    return _confirm(form, sight, _("Remove activity"), text, "danger")


def _confirm(form: Any, sight: Sight, title: str, text: str, tone: str = "primary") -> ResponseReturnValue:
    return render_template("plans/confirm.html", form=form, sight=sight, title=title, text=text, tone=tone), form.status


def _line_choices(form: Any, page: PlanPage, actor: Actor, provider_id: str | None) -> None:
    base = page.plan.currency if page.plan else "EUR"
    form.unit_currency.choices = [(code, code) for code in page_queries.list_currencies(base)]
    form.provider.choices = list_choices(actor, provider_id)


@bp.route("/<dossier:reference>/plan/activities/<activity_id>/lines/new", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def add_line(reference: str, activity_id: str) -> ResponseReturnValue:
    """A new line of an activity."""
    actor, sight, page = open_page(reference)
    activity = page_queries.get_activity(page, activity_id)
    form = AddLineForm(data={
        "quantity": 1, "frequency": Frequency.ONCE, "unit_currency": page.plan.currency if page.plan else ""
    })  # fmt: skip
    _line_choices(form, page, actor, None)
    if form.validate_on_submit():
        cmd = form.to_command(sight.dossier_id, activity_id)
        if done := attempt(form, draft_commands.save_line, cmd, actor=actor, sight=sight):
            flash(_("The line was added. Now say who pays for it."))
            return redirect(url_for("plans.fund_line", reference=reference, line_id=done.result))
    return render_template(
        "plans/save_line.html", form=form, sight=sight, page=page, activity=activity, line=None
    ), form.status


@bp.route("/<dossier:reference>/plan/lines/<line_id>", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def edit_line(reference: str, line_id: str) -> ResponseReturnValue:
    """A line of the draft."""
    actor, sight, page = open_page(reference)
    activity, line = page_queries.get_line(page, line_id)
    form = EditLineForm(data={
        "description": line.description, "provider": line.provider_id, "quantity": line.quantity,
        "unit_price": line.unit_price, "unit_currency": line.unit_currency, "frequency": line.frequency,
        "times": line.times if line.frequency == Frequency.MONTHLY else None, "version": line.version,
    })  # fmt: skip
    form.unit_price.currency = line.unit_currency
    _line_choices(form, page, actor, line.provider_id)
    if form.validate_on_submit():
        cmd = form.to_command(sight.dossier_id, activity.id, line_id)
        if attempt(form, draft_commands.save_line, cmd, actor=actor, sight=sight):
            flash(_("The line was saved."))
            return to_plan(reference, f"line-{line_id}")
    return render_template(
        "plans/save_line.html", form=form, sight=sight, page=page, activity=activity, line=line
    ), form.status


@bp.route("/<dossier:reference>/plan/lines/<line_id>/remove", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def remove_line(reference: str, line_id: str) -> ResponseReturnValue:
    """Take a line out of the draft."""
    actor, sight, page = open_page(reference)
    _activity, line = page_queries.get_line(page, line_id)
    form = PlanActForm(data={"version": line.version})
    if form.validate_on_submit():
        cmd = form.to_remove_line(sight.dossier_id, line_id)
        if attempt(form, draft_commands.remove_line, cmd, actor=actor, sight=sight):
            flash(_("The line was removed from the draft."))
            return to_plan(reference)
    text = _("“%(title)s” leaves the draft. Earlier versions keep it.", title=line.description)
    return _confirm(form, sight, _("Remove line"), text, "danger")


@bp.route("/<dossier:reference>/plan/lines/<line_id>/put-back", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def put_back_line(reference: str, line_id: str) -> ResponseReturnValue:
    """Put a removed line back, because money of it is used."""
    actor, sight, page = open_page(reference)
    title = dict(page.plan.removed_used if page.plan else ()).get(line_id)
    if title is None:
        raise NotFound("line")
    form = PlanActForm(data={"version": 0})
    if form.validate_on_submit():
        cmd = form.to_put_back(sight.dossier_id, line_id)
        if attempt(form, draft_commands.remove_line, cmd, actor=actor, sight=sight):
            flash(_("The line stands in the draft again."))
            return to_plan(reference, f"line-{line_id}")
    return _confirm(form, sight, _("Put line back"), _("“%(title)s” returns to the draft.", title=title))


@bp.route("/<dossier:reference>/plan/lines/<line_id>/funding", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def fund_line(reference: str, line_id: str) -> ResponseReturnValue:
    """Who pays for a line: the family's grants, own contribution, third parties."""
    actor, sight, page = open_page(reference)
    activity, line = page_queries.get_line(page, line_id)
    plan = page.plan
    if plan is None:
        raise NotFound("plan")
    grants = [row.limit.grant_id for row in page.grants]
    form = FundLineForm(
        data={"version": line.version, "parts": funding_rows(plan, line_id, grants, page.is_of_persons)}
    )
    form.set_currency(plan.currency)
    form.name_rows({f"grant:{row.limit.grant_id}": row for row in page.grants})
    if form.validate_on_submit():
        cmd = form.to_command(sight.dossier_id, line_id)
        if attempt(form, funding_commands.fund_line, cmd, actor=actor, sight=sight):
            flash(_("Who pays for the line was saved."))
            return to_plan(reference, f"line-{line_id}")
    return render_template(
        "plans/fund_line.html", form=form, sight=sight, page=page, activity=activity, line=line, plan=plan,
    ), form.status  # fmt: skip


@bp.route("/<dossier:reference>/plan/lines/<line_id>/agreements/<person_id>", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def log_agreement(reference: str, line_id: str, person_id: str) -> ResponseReturnValue:
    """A person's signed agreement to what the own grant pays of a line."""
    actor, sight, page = open_page(reference)
    activity, line = page_queries.get_line(page, line_id)
    asked = next((amount for id, amount, _done in page.agreements(activity, line) if id == person_id), None)
    if asked is None or page.plan is None:
        raise NotFound("agreement")
    form = LogAgreementForm(data={"amount": asked})
    if form.validate_on_submit():
        cmd = form.to_command(sight.dossier_id, line_id, person_id)
        if attempt(form, funding_commands.log_agreement, cmd, actor=actor, sight=sight):
            flash(_("The agreement was kept."))
            return to_plan(reference, f"line-{line_id}")
    return render_template(
        "plans/log_agreement.html", form=form, sight=sight, page=page, line=line, asked=asked,
        signer=page.persons[person_id], plan=page.plan,
    ), form.status  # fmt: skip


__all__ = ["bp", "open_page", "to_plan"]
