"""Pages on which a step of an instalment that was logged wrongly is corrected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts.session import requires
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt
from casetracker.dossiers.states import Sight
from casetracker.payments import correction_commands, page_queries
from casetracker.payments.correction_commands import Step
from casetracker.payments.forms import (
    CorrectDeliveryForm,
    CorrectInvoiceForm,
    CorrectOrderForm,
    CorrectVerificationForm,
)
from casetracker.payments.page_queries import InstalmentPage
from casetracker.payments.step_routes import about_step, bp, to_act, to_instalment


@bp.route("/<dossier:reference>/instalments/<instalment_id>/order/correct", methods=["GET", "POST"])
@requires(Permission.PAYMENT_RECORD, describe=about_step(_l("Correct the order")))
def correct_order(reference: str, instalment_id: str) -> ResponseReturnValue:
    """The day or the number of an order was wrong."""
    actor, sight, page = to_act(reference, instalment_id)
    form = CorrectOrderForm(data=_stands(page.steps.order, correction_commands.order_entry))
    return _correct(form, correction_commands.correct_order, page, sight, actor, _("Correct the order"))


@bp.route("/<dossier:reference>/instalments/<instalment_id>/verify/correct", methods=["GET", "POST"])
@requires(Permission.DELIVERY_LOG)
def correct_verification(reference: str, instalment_id: str) -> ResponseReturnValue:
    """The day of a check was wrong, or what was noted of it."""
    actor, sight, page = to_act(reference, instalment_id)
    form = CorrectVerificationForm(data=_stands(page.steps.verification, correction_commands.verification_entry))
    return _correct(form, correction_commands.correct_verification, page, sight, actor, _("Correct the check"))


@bp.route("/<dossier:reference>/instalments/<instalment_id>/delivery/correct", methods=["GET", "POST"])
@requires(Permission.DELIVERY_LOG)
def correct_delivery(reference: str, instalment_id: str) -> ResponseReturnValue:
    """The day, who signed, the note or the certificate of a delivery was wrong."""
    actor, sight, page = to_act(reference, instalment_id)
    form = CorrectDeliveryForm(data=_stands(page.steps.delivery, correction_commands.delivery_entry))
    form.offer(page_queries.list_signers(page), for_place=not page.persons)
    return _correct(form, correction_commands.correct_delivery, page, sight, actor, _("Correct the delivery"))


@bp.route("/<dossier:reference>/instalments/<instalment_id>/invoice/correct", methods=["GET", "POST"])
@requires(Permission.DELIVERY_LOG)
def correct_invoice(reference: str, instalment_id: str) -> ResponseReturnValue:
    """The number, date, amount or file of an invoice was wrong."""
    actor, sight, page = to_act(reference, instalment_id)
    form = CorrectInvoiceForm(data=_stands(page.steps.invoice, correction_commands.invoice_entry))
    form.set_currency(page.currency)
    return _correct(form, correction_commands.correct_invoice, page, sight, actor, _("Correct the invoice"))


def _stands(step: Step | None, entry_of: Callable[[Step], Any]) -> dict[str, Any]:
    """What the form begins with: what was logged, and its version; NotFound where nothing was."""
    if step is None:
        raise NotFound("a step that was not made")
    return {**vars(entry_of(step)), "version": step.version}


def _correct(
    form: Any, act: Callable[..., Any], page: InstalmentPage, sight: Sight, actor: Actor, title: str
) -> ResponseReturnValue:
    """Try the correction; back to the instalment when it is done, else the form with what was refused."""
    id = page.instalment.id
    if form.validate_on_submit() and attempt(form, act, form.to_correction(sight, id), actor=actor, sight=sight):
        flash(_("The correction is recorded; what stood there before stays in the history."))
        return to_instalment(sight.reference, id)
    page = page_queries.load_page(sight, actor, id)
    return render_template("payments/step.html", form=form, page=page, sight=sight, title=title), form.status


__all__ = ["bp", "correct_delivery", "correct_invoice", "correct_order", "correct_verification"]
