"""Pages of the asylum part. For everybody but the sending side and cleared auditors they are not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.attempts import attempt
from casetracker.accounts.session import current_actor, requires
from casetracker.asylum import commands, forms, queries
from casetracker.asylum.models import AsylumApplication
from casetracker.cases.queries import list_names
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import Message, NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import open_dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation, Sight
from casetracker.events.states import Part
from casetracker.web.forms import Form

bp = Blueprint("asylum", __name__)


def _open(reference: str, actor: Actor) -> Sight:
    """The case for an act on its asylum part; NotFound for whom the part does not exist."""
    sight = open_dossier(reference, actor)
    return require_open(actor, sight.dossier_id, relation=Relation.SENDING, part=Part.ASYLUM)


def _attempt(form: Form, act: Callable[..., Any], cmd: Any, sight: Sight, actor: Actor) -> bool:
    """Run a command; what a rule refuses is recorded in the asylum part, not where others read of it."""

    def record(name: str, message: Message) -> None:
        commands.record_asylum_refusal(sight.dossier_id, name, message, actor=actor)

    return attempt(form, act, cmd, actor=actor, record=record) is not None


def _done(reference: str, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("asylum.show_asylum", reference=reference))


def _at(form: Form, reference: str, application: AsylumApplication) -> dict[str, Any]:
    return {"form": form, "reference": reference, "application": application}


@bp.route("/cases/<reference>/asylum")
@requires(Permission.ASYLUM_READ)
def show_asylum(reference: str) -> ResponseReturnValue:
    """The asylum part of a case; the reading is recorded in its own chain."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    if not sight.sees_asylum:
        raise NotFound("asylum")
    commands.record_asylum_read(sight, actor=actor)
    return render_template(
        "asylum/show_asylum.html",
        panel=queries.load_panel(sight, actor),
        names=dict(list_names(sight.dossier_id)),
        sight=sight,
        actor=actor,
        reference=reference,
    )


@bp.route("/cases/<reference>/asylum/new", methods=["GET", "POST"])
@requires(Permission.ASYLUM_EDIT)
def log_asylum(reference: str) -> ResponseReturnValue:
    """Record an application, or, by the other button, that nobody applied."""
    actor = current_actor()
    sight = _open(reference, actor)
    names = list_names(sight.dossier_id)
    form = forms.LogAsylumForm(data={"person_ids": [person_id for person_id, _name in names]})
    form.person_ids.choices = names
    if form.validate_on_submit() and _attempt(form, commands.log_asylum, form.to_command(sight), sight, actor):
        return _done(reference, _("The asylum application is recorded."))
    none = None if queries.is_recorded(sight.dossier_id) else forms.RecordNoAsylumForm(formdata=None)
    return render_template("asylum/log_asylum.html", form=form, none=none, reference=reference), form.status


@bp.route("/cases/<reference>/asylum/none", methods=["POST"])
@requires(Permission.ASYLUM_EDIT)
def record_no_asylum(reference: str) -> ResponseReturnValue:
    """Record that nobody applied."""
    actor = current_actor()
    sight = _open(reference, actor)
    form = forms.RecordNoAsylumForm()
    if form.validate_on_submit() and _attempt(form, commands.record_no_asylum, form.to_command(sight), sight, actor):
        return _done(reference, _("It is recorded that nobody applied."))
    return render_template("asylum/record_no_asylum.html", form=form, reference=reference), form.status


@bp.route("/cases/<reference>/asylum/<application_id>/decide", methods=["GET", "POST"])
@requires(Permission.ASYLUM_EDIT)
def decide_outcome(reference: str, application_id: str) -> ResponseReturnValue:
    """Record the authority's decision."""
    actor = current_actor()
    sight = _open(reference, actor)
    application = queries.get_application(sight.dossier_id, application_id)
    form = forms.DecideOutcomeForm(data={"version": application.version})
    if form.validate_on_submit() and _attempt(
        form, commands.decide_outcome, form.to_command(sight, application_id), sight, actor
    ):
        return _done(reference, _("The decision is recorded."))
    return render_template("asylum/decide_outcome.html", **_at(form, reference, application)), form.status


@bp.route("/cases/<reference>/asylum/<application_id>/appeal", methods=["GET", "POST"])
@requires(Permission.ASYLUM_EDIT)
def log_appeal(reference: str, application_id: str) -> ResponseReturnValue:
    """Record an appeal."""
    actor = current_actor()
    sight = _open(reference, actor)
    application = queries.get_application(sight.dossier_id, application_id)
    form = forms.LogAppealForm(data={"version": application.version})
    if form.validate_on_submit() and _attempt(
        form, commands.log_appeal, form.to_command(sight, application_id), sight, actor
    ):
        return _done(reference, _("The appeal is recorded."))
    return render_template("asylum/log_appeal.html", **_at(form, reference, application)), form.status


@bp.route("/cases/<reference>/asylum/<application_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.ASYLUM_EDIT)
def withdraw_claim(reference: str, application_id: str) -> ResponseReturnValue:
    """Record the withdrawal on return, with its document."""
    actor = current_actor()
    sight = _open(reference, actor)
    application = queries.get_application(sight.dossier_id, application_id)
    form = forms.WithdrawClaimForm(data={"version": application.version, "withdrawn_on": clock.today(actor.zone)})
    if form.validate_on_submit() and _attempt(
        form, commands.withdraw_claim, form.to_command(sight, application_id), sight, actor
    ):
        return _done(reference, _("The withdrawal is recorded."))
    return render_template("asylum/withdraw_claim.html", **_at(form, reference, application)), form.status


@bp.route("/cases/<reference>/asylum/<application_id>/correct", methods=["GET", "POST"])
@requires(Permission.ASYLUM_EDIT)
def correct_asylum(reference: str, application_id: str) -> ResponseReturnValue:
    """Correct an application, with a reason."""
    actor = current_actor()
    sight = _open(reference, actor)
    application = queries.get_application(sight.dossier_id, application_id)
    covered = [row.person_id for row in queries.coverage_rows(application_id)]
    form = forms.CorrectAsylumForm(data={
        "authority": application.authority, "number": application.number, "filed_on": application.filed_on,
        "person_ids": covered, "version": application.version,
    })  # fmt: skip
    form.person_ids.choices = list_names(sight.dossier_id)
    if form.validate_on_submit() and _attempt(
        form, commands.correct_asylum, form.to_correction(sight, application_id), sight, actor
    ):
        return _done(reference, _("The correction is recorded."))
    return render_template("asylum/correct_asylum.html", **_at(form, reference, application)), form.status
