"""Referral from the case, and the page where the receiving office answers: the frozen summary only."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.attempts import attempt as attempt_without_case
from casetracker.accounts.queries import list_colleagues, list_offices
from casetracker.accounts.session import current_actor, requires
from casetracker.cases import commands, form_queries, referral_queries
from casetracker.cases.forms import AcceptReferralForm, ReasonForm, SendReferralForm
from casetracker.cases.routes.blueprint import bp
from casetracker.cases.states import ReferralState
from casetracker.core.actor import Actor
from casetracker.core.permissions import Permission, Role
from casetracker.dossiers.attempts import attempt, open_dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation


@bp.route("/cases/<reference>/referral", methods=["GET", "POST"])
@requires(Permission.REFERRAL_SEND)
def send_referral(reference: str) -> ResponseReturnValue:
    """Refer the case to a receiving office."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    require_open(actor, sight.dossier_id, relation=Relation.SENDING)
    offered, ages = form_queries.offered_summary(sight.dossier_id)
    form = SendReferralForm(data=offered)
    offices = [office for office in list_offices(receiving=True) if office.id != actor.office_id]
    form.office_id.choices = [(office.id, office.name) for office in offices]
    if form.validate_on_submit() and attempt(
        form, commands.send_referral, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The referral is sent."))
        return redirect(url_for("casefile.show_case", reference=reference, _anchor="referral"))
    return render_template("cases/send_referral.html", form=form, reference=reference, ages=ages), form.status


@bp.route("/cases/<reference>/referral/<referral_id>/recall", methods=["GET", "POST"])
@requires(Permission.REFERRAL_SEND)
def recall_referral(reference: str, referral_id: str) -> ResponseReturnValue:
    """Take a referral back that was not answered yet."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    require_open(actor, sight.dossier_id, relation=Relation.SENDING)
    form_queries.get_referral(sight.dossier_id, referral_id)
    form = ReasonForm()
    if form.validate_on_submit() and attempt(
        form, commands.recall_referral, form.to_recall(sight, referral_id), actor=actor, sight=sight
    ):
        flash(_("The referral is recalled."))
        return redirect(url_for("casefile.show_case", reference=reference, _anchor="referral"))
    return render_template("cases/recall_referral.html", form=form, reference=reference), form.status


@bp.route("/referrals/")
@requires(Permission.REFERRAL_ANSWER)
def list_referrals() -> ResponseReturnValue:
    """Referrals to the actor's office, and requests to open a case afterwards."""
    actor = current_actor()
    return render_template(
        "cases/list_referrals.html",
        received=referral_queries.list_referrals_waiting(actor),
        answered=referral_queries.list_received(actor, ReferralState.ACCEPTED, ReferralState.RETURNED),
        requests=referral_queries.list_requests(actor),
        office=form_queries.find_office(actor),
        actor=actor,
    )


@bp.route("/referrals/<referral_id>")
@requires(Permission.REFERRAL_ANSWER)
def show_referral(referral_id: str) -> ResponseReturnValue:
    """The frozen summary of a referral, with both answers."""
    actor = current_actor()
    referral = referral_queries.get_received_referral(actor, referral_id)
    return _show(actor, referral, _accept_form(actor), ReasonForm())


@bp.route("/referrals/<referral_id>/accept", methods=["POST"])
@requires(Permission.REFERRAL_ANSWER)
def accept_referral(referral_id: str) -> ResponseReturnValue:
    """Take the case on."""
    actor = current_actor()
    referral = referral_queries.get_received_referral(actor, referral_id)
    form = _accept_form(actor)
    if form.validate_on_submit() and (
        done := attempt_without_case(form, commands.accept_referral, form.to_command(referral_id), actor=actor)
    ):
        reference = str(done.result)
        flash(_("The case %(reference)s is yours now.", reference=reference))
        if referral_queries.get_received_referral(actor, referral_id).reference is None:
            return redirect(url_for("cases.list_referrals"))
        return redirect(url_for("casefile.show_case", reference=reference))
    return _show(actor, referral, form, ReasonForm(formdata=None))


@bp.route("/referrals/<referral_id>/return", methods=["POST"])
@requires(Permission.REFERRAL_ANSWER)
def return_referral(referral_id: str) -> ResponseReturnValue:
    """Send it back with a reason."""
    actor = current_actor()
    referral = referral_queries.get_received_referral(actor, referral_id)
    form = ReasonForm()
    if form.validate_on_submit() and attempt_without_case(
        form, commands.return_referral, form.to_return(referral_id), actor=actor
    ):
        flash(_("The referral went back."))
        return redirect(url_for("cases.list_referrals"))
    return _show(actor, referral, _accept_form(actor, sent=False), form)


def _accept_form(actor: Actor, *, sent: bool = True) -> AcceptReferralForm:
    form = AcceptReferralForm(data={"caseworker_id": actor.id}) if sent else AcceptReferralForm(
        formdata=None, data={"caseworker_id": actor.id}
    )  # fmt: skip
    people = list_colleagues(actor.office_id or "", Role.CASEWORKER, Role.SUPERVISOR)
    form.caseworker_id.choices = [(person.id, person.name) for person in people]
    return form


def _show(
    actor: Actor,
    referral: referral_queries.ReceivedReferral,
    accept: AcceptReferralForm,
    giving_back: ReasonForm,
) -> ResponseReturnValue:
    status = max(accept.status, giving_back.status)
    page = render_template(
        "cases/show_referral.html", referral=referral, accept=accept, giving_back=giving_back, actor=actor
    )
    return page, status
