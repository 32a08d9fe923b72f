"""Pages of payments: what is to be ordered and paid, one instalment, its papers, refunds."""

from __future__ import annotations

from flask import Flask, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts.limit_rules import DOWNLOADS
from casetracker.accounts.session import current_actor, requires
from casetracker.core import clock
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.disbursements.states import InstalmentState
from casetracker.documents.routes import as_download
from casetracker.dossiers.attempts import attempt, open_any
from casetracker.ledger.entry_queries import use_subjects
from casetracker.payments import entry_queries, page_queries, queries, reversal_commands
from casetracker.payments.correction_routes import bp
from casetracker.payments.forms import ReversalForm
from casetracker.payments.step_routes import about_step, to_act, to_instalment
from casetracker.web.navigation import NavEntry


@bp.route("/payments/")
@requires(Permission.PAYMENT_READ)
def list_payments() -> ResponseReturnValue:
    """What is to be ordered, what is to be paid, and what waits for others."""
    to_do = queries.list_to_do(current_actor())
    groups = [
        (_("To order"), [each for each in to_do if each.step == InstalmentState.ORDERED]),
        (_("To pay"), [each for each in to_do if each.step == InstalmentState.PAID]),
        (
            _("Waiting for delivery, invoice or a check"),
            [each for each in to_do if each.step not in queries.FINANCE_STEPS],
        ),
    ]
    return render_template("payments/list_payments.html", groups=groups)


@bp.route("/<dossier:reference>/instalments/<instalment_id>")
@requires(Permission.PAYMENT_READ)
def show_instalment(reference: str, instalment_id: str) -> ResponseReturnValue:
    """One instalment: what was done with it, and what comes next."""
    actor = current_actor()
    sight = open_any(reference, actor)
    page = page_queries.load_page(sight, actor, instalment_id)
    return render_template("payments/show_instalment.html", page=page, sight=sight)


@bp.route("/<dossier:reference>/instalments/<instalment_id>/papers/<document_id>")
@requires(Permission.PAYMENT_READ, limit=DOWNLOADS)
def download_paper(reference: str, instalment_id: str, document_id: str) -> ResponseReturnValue:
    """A paper of the instalment, for those who see of a case what the payment needs."""
    sight = open_any(reference, current_actor())
    return as_download(page_queries.get_paper(sight, instalment_id, document_id))


@bp.route("/<dossier:reference>/instalments/<instalment_id>/refund", methods=["GET", "POST"])
@requires(Permission.REVERSAL_REQUEST, describe=about_step(_l("Ask for this refund")), carries_file=True)
def request_reversal(reference: str, instalment_id: str) -> ResponseReturnValue:
    """Ask for a payment to be taken back, wholly or in part."""
    actor, sight, page = to_act(reference, instalment_id)
    payment = page.steps.payment
    if payment is None:
        raise NotFound("payment")
    form = ReversalForm(data={"day": clock.today(actor.zone)})
    form.set_currency(payment.currency)
    cmd = form.to_command(sight, payment.id) if form.validate_on_submit() else None
    if cmd and attempt(form, reversal_commands.request_reversal, cmd, actor=actor, sight=sight):
        flash(_("The refund waits for a supervisor's approval."))
        return to_instalment(reference, instalment_id)
    page = page_queries.load_page(sight, actor, instalment_id)
    return render_template("payments/step.html", form=form, page=page, sight=sight, title=_("Refund")), form.status


def _name_subjects(_app: Flask) -> None:
    """The ledger learns what its postings are called."""
    use_subjects("instalment", entry_queries.name_instalments)
    use_subjects("payment", entry_queries.name_payments)
    use_subjects("reversal", entry_queries.name_reversals)


SETUP = [_name_subjects]
NAVIGATION = [
    NavEntry(
        label=_l("Payments"),
        endpoint="payments.list_payments",
        permission=Permission.PAYMENT_RECORD,
        order=25,
        prefix="/payments/",
        count=queries.count_mine,
    )
]
