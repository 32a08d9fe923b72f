"""Logging visits, complaints and feedback, answers and the final report of a case."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.cases.queries import list_persons
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt, open_dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Sight
from casetracker.monitoring import commands, queries
from casetracker.monitoring.forms import (
    AnswerComplaintForm,
    CorrectComplaintForm,
    CorrectFinalReportForm,
    CorrectVisitForm,
    LogComplaintForm,
    LogVisitForm,
    WriteFinalReportForm,
)  # fmt: skip

bp = Blueprint("monitoring", __name__)


def _to_act(reference: str, actor: Actor) -> Sight:
    """The case for somebody of one of its offices, open."""
    sight = require_open(actor, open_dossier(reference, actor).dossier_id)
    if sight.relation is None:
        raise NotFound("not an office of this case")
    return sight


def _to_panel(reference: str, text: str) -> ResponseReturnValue:
    flash(text)
    return redirect(url_for("casefile.show_case", reference=reference, _anchor="monitoring"))


def _page(form: Any, sight: Sight, title: str, save: str, **more: Any) -> ResponseReturnValue:
    page = render_template("monitoring/form.html", form=form, sight=sight, title=title, save=save, **more)
    return page, form.status


@bp.route("/cases/<reference>/visits/new", methods=["GET", "POST"])
@requires(Permission.MONITORING_LOG)
def log_visit(reference: str) -> ResponseReturnValue:
    """A monitoring visit."""
    actor = current_actor()
    sight = _to_act(reference, actor)
    form = LogVisitForm(data={"visitors": actor.name})
    if form.validate_on_submit() and attempt(
        form, commands.log_visit, form.to_command(sight), actor=actor, sight=sight
    ):
        return _to_panel(reference, _("The visit was logged."))
    return _page(form, sight, _("Log a visit"), _("Log the visit"))


@bp.route("/cases/<reference>/visits/<visit_id>/correct", methods=["GET", "POST"])
@requires(Permission.MONITORING_LOG)
def correct_visit(reference: str, visit_id: str) -> ResponseReturnValue:
    """A visit as it should have been logged."""
    actor = current_actor()
    sight = _to_act(reference, actor)
    form = CorrectVisitForm(obj=queries.get_visit(sight.dossier_id, visit_id))
    if form.validate_on_submit() and attempt(
        form, commands.correct_visit, form.to_command(sight, visit_id), actor=actor, sight=sight
    ):
        return _to_panel(reference, _("The visit was corrected."))
    return _page(form, sight, _("Correct a visit"), _("Save the correction"))


@bp.route("/cases/<reference>/complaints/new", methods=["GET", "POST"])
@requires(Permission.MONITORING_LOG)
def log_complaint(reference: str) -> ResponseReturnValue:
    """A complaint or feedback."""
    actor = current_actor()
    sight = _to_act(reference, actor)
    form = LogComplaintForm()
    form.offer([(person.id, person.name) for person in list_persons(sight.dossier_id)])
    if form.validate_on_submit() and attempt(
        form, commands.log_complaint, form.to_command(sight), actor=actor, sight=sight
    ):
        return _to_panel(reference, _("What was said was logged. It waits for an answer."))
    return _page(form, sight, _("Log a complaint or feedback"), _("Log it"))


@bp.route("/cases/<reference>/complaints/<complaint_id>/answer", methods=["GET", "POST"])
@requires(Permission.MONITORING_LOG)
def answer_complaint(reference: str, complaint_id: str) -> ResponseReturnValue:
    """What the office answered."""
    actor = current_actor()
    sight = _to_act(reference, actor)
    complaint = queries.get_complaint(sight.dossier_id, complaint_id)
    form = AnswerComplaintForm(data={"version": complaint.version})
    if form.validate_on_submit() and attempt(
        form, commands.answer_complaint, form.to_command(sight, complaint_id), actor=actor, sight=sight
    ):
        return _to_panel(reference, _("The answer was logged."))
    return _page(form, sight, _("Log an answer"), _("Log the answer"), said=complaint.text)


@bp.route("/cases/<reference>/complaints/<complaint_id>/correct", methods=["GET", "POST"])
@requires(Permission.MONITORING_LOG)
def correct_complaint(reference: str, complaint_id: str) -> ResponseReturnValue:
    """A complaint or feedback as it should have been logged."""
    actor = current_actor()
    sight = _to_act(reference, actor)
    form = CorrectComplaintForm(obj=queries.get_complaint(sight.dossier_id, complaint_id))
    if form.validate_on_submit() and attempt(
        form, commands.correct_complaint, form.to_command(sight, complaint_id), actor=actor, sight=sight
    ):
        return _to_panel(reference, _("The complaint or feedback was corrected."))
    return _page(form, sight, _("Correct a complaint or feedback"), _("Save the correction"))


@bp.route("/cases/<reference>/final-report", methods=["GET", "POST"])
@requires(Permission.MONITORING_LOG)
def write_final_report(reference: str) -> ResponseReturnValue:
    """The final report; once it is there, its correction."""
    actor = current_actor()
    sight = _to_act(reference, actor)
    if queries.find_report(sight.dossier_id) is not None:
        return redirect(url_for("monitoring.correct_final_report", reference=reference))
    form = WriteFinalReportForm()
    if form.validate_on_submit() and attempt(
        form, commands.write_final_report, form.to_command(sight), actor=actor, sight=sight
    ):
        return _to_panel(reference, _("The final report was saved."))
    return _page(form, sight, _("Write the final report"), _("Save the final report"))


@bp.route("/cases/<reference>/final-report/correct", methods=["GET", "POST"])
@requires(Permission.MONITORING_LOG)
def correct_final_report(reference: str) -> ResponseReturnValue:
    """The final report as it should have been."""
    actor = current_actor()
    sight = _to_act(reference, actor)
    report = queries.find_report(sight.dossier_id)
    if report is None:
        raise NotFound("final report")
    form = CorrectFinalReportForm(obj=report)
    if form.validate_on_submit() and attempt(
        form, commands.correct_final_report, form.to_command(sight), actor=actor, sight=sight
    ):
        return _to_panel(reference, _("The final report was corrected."))
    return _page(form, sight, _("Correct the final report"), _("Save the correction"))
