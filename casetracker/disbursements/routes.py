"""Pages of requests: the requester's list, one request, writing, submitting, cancelling."""

from __future__ import annotations

from flask import Flask, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts.session import current_actor, requires
from casetracker.core.actor import Actor
from casetracker.core.permissions import Permission
from casetracker.disbursements import commands, entry_queries, page_queries, queries, request_queries, tender_routes
from casetracker.disbursements.forms import CancelForm, DisbursementForm, EditDisbursementForm, SubmitForm
from casetracker.disbursements.quote_routes import bp, to_act, to_request
from casetracker.disbursements.states import DisbursementKind, DisbursementState, DrawOption
from casetracker.dossiers.attempts import attempt, open_any
from casetracker.dossiers.rules import kind_of
from casetracker.dossiers.states import CASE, Sight
from casetracker.ledger.entry_queries import use_subjects
from casetracker.web.filters import Filter, read_filters
from casetracker.web.labels import label_choices
from casetracker.web.navigation import NavEntry
from casetracker.web.pagination import SIZE, Page, bounds, page_number

tender_routes.add_to(bp)


@bp.route("/disbursements/")
@requires(Permission.DISBURSEMENT_READ)
def list_disbursements() -> ResponseReturnValue:
    """The requests the actor may see; returned ones first, each with its reason."""
    actor = current_actor()
    filters = read_filters(
        Filter(name="state", label=_("State"), choices=label_choices(DisbursementState)),
        Filter(name="mine", label=_("Only mine"), kind="tick"),
    )
    number = page_number()
    state = DisbursementState(filters["state"]) if filters["state"] else None
    rows, total = queries.list_requests(actor, state, mine=bool(filters["mine"]), offset=(number - 1) * SIZE)
    if not rows and total:
        number, offset = bounds(total)
        rows, total = queries.list_requests(actor, state, mine=bool(filters["mine"]), offset=offset)
    page = Page(items=rows, number=number, total=total)
    return render_template("disbursements/list_disbursements.html", page=page, filters=filters)


@bp.route("/<dossier:reference>/disbursements/new", methods=["GET", "POST"])
@requires(Permission.DISBURSEMENT_REQUEST)
def draft_disbursement(reference: str) -> ResponseReturnValue:
    """Begin a request."""
    actor = current_actor()
    sight = to_act(reference, actor)
    options = request_queries.list_options(sight.dossier_id)
    form = DisbursementForm(data={"kind": "provider", "parts": [{"key": option.key} for option in options]})
    _offer(form, options, actor, reference)
    if form.validate_on_submit():
        done = attempt(form, commands.draft_disbursement, form.to_command(sight), actor=actor, sight=sight)
        if done:
            flash(_("The disbursement is a draft. Add the quotes, then submit it."))
            return to_request(reference, done.result)
    page = render_template(
        "disbursements/draft_disbursement.html",
        form=form,
        sight=sight,
        options={option.key: option for option in options},
    )
    return page, form.status


@bp.route("/<dossier:reference>/disbursements/<disbursement_id>/edit", methods=["GET", "POST"])
@requires(Permission.DISBURSEMENT_REQUEST)
def edit_disbursement(reference: str, disbursement_id: str) -> ResponseReturnValue:
    """Change a request; what was submitted becomes a draft again."""
    actor = current_actor()
    sight = to_act(reference, actor)
    row = queries.get_disbursement(sight.dossier_id, disbursement_id)
    options = request_queries.list_options(sight.dossier_id)
    form = EditDisbursementForm(data=_stored(sight, disbursement_id, options))
    _offer(form, options, actor, reference)
    if form.validate_on_submit() and attempt(
        form, commands.edit_disbursement, form.to_edit(sight, row.id), actor=actor, sight=sight
    ):
        flash(_("The disbursement was changed. It is a draft."))
        return to_request(reference, disbursement_id)
    page = render_template(
        "disbursements/edit_disbursement.html",
        form=form,
        sight=sight,
        row=queries.get_disbursement(sight.dossier_id, disbursement_id),
        options={option.key: option for option in options},
    )
    return page, form.status


@bp.route("/<dossier:reference>/disbursements/<disbursement_id>")
@requires(Permission.DISBURSEMENT_READ)
def show_disbursement(reference: str, disbursement_id: str) -> ResponseReturnValue:
    """One request with everything that stands about it."""
    return _show(reference, disbursement_id, None)


@bp.route("/<dossier:reference>/disbursements/<disbursement_id>/submit", methods=["GET", "POST"])
@requires(Permission.DISBURSEMENT_REQUEST)
def submit_disbursement(reference: str, disbursement_id: str) -> ResponseReturnValue:
    """Ask for approval."""
    actor = current_actor()
    sight = to_act(reference, actor)
    queries.get_disbursement(sight.dossier_id, disbursement_id)
    form = SubmitForm()
    if form.validate_on_submit() and attempt(
        form,
        commands.submit_disbursement,
        form.to_command(sight, disbursement_id),
        actor=actor,
        sight=sight,
    ):
        flash(_("The disbursement waits for approval; its money is reserved."))
        return to_request(reference, disbursement_id)
    return _show(reference, disbursement_id, form if request.method == "POST" else None)


@bp.route("/<dossier:reference>/disbursements/<disbursement_id>/cancel", methods=["GET", "POST"])
@requires(Permission.DISBURSEMENT_REQUEST)
def cancel_disbursement(reference: str, disbursement_id: str) -> ResponseReturnValue:
    """Give a request up, with a reason."""
    actor = current_actor()
    sight = to_act(reference, actor)
    page = page_queries.load_page(sight, actor, disbursement_id)
    form = CancelForm(data={"version": page.row.version})
    if form.validate_on_submit() and attempt(
        form,
        commands.cancel_disbursement,
        form.to_command(sight, disbursement_id),
        actor=actor,
        sight=sight,
    ):
        flash(_("The disbursement was cancelled; its money is released."))
        return to_request(reference, disbursement_id)
    page = page_queries.load_page(sight, actor, disbursement_id)
    return render_template("disbursements/cancel_disbursement.html", form=form, sight=sight, page=page), form.status


def _show(reference: str, disbursement_id: str, form: SubmitForm | None) -> ResponseReturnValue:
    actor = current_actor()
    sight = open_any(reference, actor)
    page = page_queries.load_page(sight, actor, disbursement_id)
    shown = form or SubmitForm(data={"version": page.row.version})
    text = render_template("disbursements/show_disbursement.html", page=page, sight=sight, form=shown, actor=actor)
    return text, shown.status


def _offer(form: DisbursementForm, options: list[DrawOption], actor: Actor, reference: str) -> None:
    if kind_of(reference) != CASE:
        form.kind.choices = label_choices(DisbursementKind, DisbursementKind.PROVIDER)
    currency = options[0].currency if options else "EUR"
    form.offer(page_queries.provider_choices(actor), page_queries.local_currencies(currency), currency)


def _stored(sight: Sight, disbursement_id: str, options: list[DrawOption]) -> dict[str, object]:
    """What the form of a request is opened with."""
    row = queries.get_disbursement(sight.dossier_id, disbursement_id)
    parts = request_queries.parts_of(queries.shares_of(row.id))
    keys = [option.key for option in options]
    keys += [key for key in parts if key not in keys]
    return {
        "kind": row.kind,
        "purpose": row.purpose,
        "provider_id": row.provider_id,
        "parts": [{"key": key, "amount": parts.get(key)} for key in keys],
        "local_currency": row.local_currency,
        "local_amount": row.local_amount,
        "instalments": [
            {"amount": part.amount, "due_on": part.due_on, "terms": part.terms}
            for part in queries.list_instalments(row.id)
        ],
        "version": row.version,
    }


def _name_subjects(_app: Flask) -> None:
    """The ledger learns what its postings are called."""
    use_subjects("disbursement", entry_queries.name_requests)
    use_subjects("submission", entry_queries.name_submissions)


SETUP = [_name_subjects]
NAVIGATION = [
    NavEntry(
        label=_l("Disbursements"),
        endpoint="disbursements.list_disbursements",
        permission=Permission.DISBURSEMENT_REQUEST,
        order=30,
        prefix="/disbursements/",
    )
]
