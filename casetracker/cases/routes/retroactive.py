"""Requests to open a case for somebody who returned without applying."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.attempts import attempt
from casetracker.accounts.queries import list_offices
from casetracker.accounts.session import current_actor, requires
from casetracker.cases import commands, form_queries, referral_queries
from casetracker.cases.forms import AskRetroactiveForm, ReasonForm
from casetracker.cases.routes.blueprint import bp
from casetracker.cases.states import RequestState
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission


@bp.route("/referrals/ask", methods=["GET", "POST"])
@requires(Permission.REFERRAL_ANSWER)
def ask_retroactive() -> ResponseReturnValue:
    """The receiving office asks a sending office to open a case."""
    actor = current_actor()
    office = form_queries.find_office(actor)
    if office is None or not office.is_receiving:
        raise NotFound("only a receiving office asks")
    form = AskRetroactiveForm()
    offices = [each for each in list_offices(sending=True) if each.id != actor.office_id]
    form.sending_office_id.choices = [(each.id, each.name) for each in offices]
    if form.validate_on_submit() and attempt(form, commands.ask_retroactive, form.to_command(), actor=actor):
        flash(_("The request is sent."))
        return redirect(url_for("cases.list_referrals"))
    return render_template("cases/ask_retroactive.html", form=form), form.status


@bp.route("/referrals/requests/<request_id>/refuse", methods=["GET", "POST"])
@requires(Permission.CASE_CREATE)
def refuse_retroactive(request_id: str) -> ResponseReturnValue:
    """The sending office refuses to open a case, with a reason."""
    actor = current_actor()
    asked = referral_queries.get_request(actor, request_id)
    form = ReasonForm()
    if form.validate_on_submit() and attempt(
        form, commands.refuse_retroactive, form.to_refuse(request_id), actor=actor
    ):
        flash(_("The request is refused."))
        return redirect(url_for("cases.list_referrals"))
    return render_template("cases/refuse_retroactive.html", form=form, asked=asked), form.status


@bp.route("/referrals/requests/<request_id>/reconsider", methods=["GET", "POST"])
@requires(Permission.CASE_CREATE)
def reconsider_retroactive(request_id: str) -> ResponseReturnValue:
    """The sending office takes a refusal back, with a reason; then it answers anew."""
    actor = current_actor()
    asked = referral_queries.get_request(actor, request_id, RequestState.REFUSED)
    form = ReasonForm()
    if form.validate_on_submit() and attempt(
        form, commands.reconsider_retroactive, form.to_reconsider(request_id), actor=actor
    ):
        flash(_("The refusal is taken back; the request waits for your answer."))
        return redirect(url_for("cases.list_referrals"))
    return render_template("cases/reconsider_retroactive.html", form=form, asked=asked), form.status
