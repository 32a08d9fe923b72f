"""Pages of a request's quotes: adding, choosing, taking out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.disbursements import page_queries, queries, quote_commands
from casetracker.disbursements.forms import ChooseQuoteForm, DropQuoteForm, QuoteForm
from casetracker.dossiers.attempts import attempt, open_any
from casetracker.dossiers.states import Sight
from casetracker.web.formats import money

bp = Blueprint("disbursements", __name__)


def to_act(reference: str, actor: Actor) -> Sight:
    """The case, for somebody of one of its offices; NotFound for others: they have no acts."""
    sight = open_any(reference, actor)
    if sight.relation is None:
        raise NotFound("not an office of this case")
    return sight


def to_request(reference: str, disbursement_id: str) -> ResponseReturnValue:
    """Back to the page of the request."""
    return redirect(url_for("disbursements.show_disbursement", reference=reference, disbursement_id=disbursement_id))


@bp.route("/<dossier:reference>/disbursements/<disbursement_id>/quotes/new", methods=["GET", "POST"])
@requires(Permission.DISBURSEMENT_REQUEST)
def add_quote(reference: str, disbursement_id: str) -> ResponseReturnValue:
    """Enter a quote with its paper."""
    actor = current_actor()
    sight = to_act(reference, actor)
    row = queries.get_disbursement(sight.dossier_id, disbursement_id)
    form = QuoteForm(data={"provider_id": row.provider_id, "currency": row.local_currency or row.currency})
    currencies = [row.currency, *page_queries.local_currencies(row.currency)]
    form.offer(page_queries.provider_choices(actor), currencies)
    if form.validate_on_submit() and attempt(
        form, quote_commands.add_quote, form.to_command(sight, row.id), actor=actor, sight=sight
    ):
        flash(_("The quote was added."))
        return to_request(reference, disbursement_id)
    row = queries.get_disbursement(sight.dossier_id, disbursement_id)
    return render_template("disbursements/add_quote.html", form=form, sight=sight, row=row), form.status


@bp.route("/<dossier:reference>/disbursements/<disbursement_id>/quotes/choose", methods=["GET", "POST"])
@requires(Permission.DISBURSEMENT_REQUEST)
def choose_quote(reference: str, disbursement_id: str) -> ResponseReturnValue:
    """Say which quote was chosen, and why."""
    actor = current_actor()
    sight = to_act(reference, actor)
    row = queries.get_disbursement(sight.dossier_id, disbursement_id)
    quotes = queries.list_quotes(row.id)
    chosen = next((quote.id for quote in quotes if quote.is_chosen), None)
    form = ChooseQuoteForm(data={"quote_id": chosen, "choice_reason": row.choice_reason})
    form.quote_id.choices = [
        (quote.id, f"{quote.provider_name}, {money(quote.amount, quote.currency)}") for quote in quotes
    ]
    if form.validate_on_submit() and attempt(
        form, quote_commands.choose_quote, form.to_command(sight, row.id), actor=actor, sight=sight
    ):
        flash(_("The choice was noted."))
        return to_request(reference, disbursement_id)
    row = queries.get_disbursement(sight.dossier_id, disbursement_id)
    return render_template("disbursements/choose_quote.html", form=form, sight=sight, row=row), form.status


@bp.route("/<dossier:reference>/disbursements/<disbursement_id>/quotes/<quote_id>/drop", methods=["GET", "POST"])
@requires(Permission.DISBURSEMENT_REQUEST)
def drop_quote(reference: str, disbursement_id: str, quote_id: str) -> ResponseReturnValue:
    """Take a quote out of a draft."""
    actor = current_actor()
    sight = to_act(reference, actor)
    row = queries.get_disbursement(sight.dossier_id, disbursement_id)
    queries.get_quote(row.id, quote_id)
    form = DropQuoteForm()
    if form.validate_on_submit() and attempt(
        form, quote_commands.drop_quote, form.to_command(sight, row.id, quote_id), actor=actor, sight=sight
    ):
        flash(_("The quote was taken out."))
        return to_request(reference, disbursement_id)
    row = queries.get_disbursement(sight.dossier_id, disbursement_id)
    return render_template("disbursements/drop_quote.html", form=form, sight=sight, row=row), form.status
