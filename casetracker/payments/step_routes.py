"""Pages of an instalment's steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from casetracker.accounts.session import Act, Describe, current_actor, requires
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt, open_any
from casetracker.dossiers.states import Sight
from casetracker.payments import commands, page_queries, payment_commands
from casetracker.payments.forms import (
    DeliveryForm,
    InvoiceForm,
    OrderForm,
    PaymentForm,
    SkipForm,
    VerifyForm,
)
from casetracker.payments.page_queries import InstalmentPage
from casetracker.web.fields import printable
from casetracker.web.formats import money

bp = Blueprint("payments", __name__)


def about_step(title: Any) -> Describe:
    """What is about to be done with an instalment: amount, purpose and case, where the second factor is asked for."""

    def describe(reference: str, instalment_id: str) -> Act:
        _actor, sight, page = to_act(reference, instalment_id)
        typed = printable(request.form.get("amount", ""))
        facts: list[tuple[str, Any]] = [
            (gettext("Amount"), money(page.cap, page.currency)),
            (gettext("Amount that you typed"), f"{typed} {page.currency}" if typed else ""),
            (gettext("Purpose"), page.row.purpose),
            (gettext("Instalment"), page.instalment.number),
            (gettext("To"), page.provider),
            (gettext("Case"), sight.reference),
        ]
        back = url_for("payments.show_instalment", reference=reference, instalment_id=instalment_id)
        return Act(title=str(title), facts=facts, back=back)

    return describe


@bp.route("/<dossier:reference>/instalments/<instalment_id>/order", methods=["GET", "POST"])
@requires(Permission.PAYMENT_RECORD, describe=about_step(_l("Order this instalment")))
def order_instalment(reference: str, instalment_id: str) -> ResponseReturnValue:
    """Ordered from the provider."""
    actor, sight, page = to_act(reference, instalment_id)
    form = OrderForm(data=_start(page, actor))
    return try_step(form, commands.order_instalment, page, sight, actor, _l("Order"), _l("It is ordered."))


@bp.route("/<dossier:reference>/instalments/<instalment_id>/delivery", methods=["GET", "POST"])
@requires(Permission.DELIVERY_LOG)
def deliver_instalment(reference: str, instalment_id: str) -> ResponseReturnValue:
    """Handed over, with the certificate that the beneficiary signed."""
    actor, sight, page = to_act(reference, instalment_id)
    form = DeliveryForm(data=_start(page, actor))
    form.offer(page_queries.list_signers(page), for_place=not page.persons)
    return try_step(
        form, commands.deliver_instalment, page, sight, actor, _l("Delivery"), _l("The delivery is logged.")
    )


@bp.route("/<dossier:reference>/instalments/<instalment_id>/invoice", methods=["GET", "POST"])
@requires(Permission.DELIVERY_LOG)
def invoice_instalment(reference: str, instalment_id: str) -> ResponseReturnValue:
    """The invoice came."""
    actor, sight, page = to_act(reference, instalment_id)
    form = InvoiceForm(data={"version": page.instalment.version, "amount": page.cap})
    form.set_currency(page.currency)
    return try_step(form, commands.invoice_instalment, page, sight, actor, _l("Invoice"), _l("The invoice is logged."))


@bp.route("/<dossier:reference>/instalments/<instalment_id>/payment", methods=["GET", "POST"])
@requires(Permission.PAYMENT_RECORD, describe=about_step(_l("Record this payment")), carries_file=True)
def pay_instalment(reference: str, instalment_id: str) -> ResponseReturnValue:
    """Paid, with its proof."""
    actor, sight, page = to_act(reference, instalment_id)
    amount = page.steps.invoice.amount if page.steps.invoice else page.cap
    form = PaymentForm(data={**_start(page, actor), "amount": amount})
    form.set_currency(page.currency)
    return try_step(form, payment_commands.pay_instalment, page, sight, actor, _l("Payment"), _l("It is paid."))


@bp.route("/<dossier:reference>/instalments/<instalment_id>/verify", methods=["GET", "POST"])
@requires(Permission.DELIVERY_LOG)
def verify_instalment(reference: str, instalment_id: str) -> ResponseReturnValue:
    """Looked at: it is there."""
    actor, sight, page = to_act(reference, instalment_id)
    form = VerifyForm(data=_start(page, actor))
    return try_step(form, commands.verify_instalment, page, sight, actor, _l("Check"), _l("It is checked."))


@bp.route("/<dossier:reference>/instalments/<instalment_id>/skip", methods=["GET", "POST"])
@requires(Permission.DISBURSEMENT_REQUEST)
def skip_instalment(reference: str, instalment_id: str) -> ResponseReturnValue:
    """Not needed any more."""
    actor, sight, page = to_act(reference, instalment_id)
    form = SkipForm(data={"version": page.instalment.version})
    return try_step(
        form,
        commands.skip_instalment,
        page,
        sight,
        actor,
        _l("Skip"),
        _l("The instalment was skipped; its money is released."),
    )


def to_act(reference: str, instalment_id: str) -> tuple[Actor, Sight, InstalmentPage]:
    """The instalment, for somebody of one of its case's offices; NotFound for others."""
    actor = current_actor()
    sight = open_any(reference, actor)
    if sight.relation is None:
        raise NotFound("not an office of this case")
    return actor, sight, page_queries.load_page(sight, actor, instalment_id)


def to_instalment(reference: str, instalment_id: str) -> ResponseReturnValue:
    """Back to the page of the instalment."""
    return redirect(url_for("payments.show_instalment", reference=reference, instalment_id=instalment_id))


def _start(page: InstalmentPage, actor: Actor) -> dict[str, Any]:
    return {"version": page.instalment.version, "day": clock.today(actor.zone)}


def try_step(
    form: Any,
    act: Callable[..., Any],
    page: InstalmentPage,
    sight: Sight,
    actor: Actor,
    title: Any,
    done: Any,
) -> ResponseReturnValue:
    """Try the step; back to the instalment when it is done, else the form with what was refused."""
    instalment_id = page.instalment.id
    if form.validate_on_submit() and attempt(
        form, act, form.to_command(sight, instalment_id), actor=actor, sight=sight
    ):
        flash(done)
        return to_instalment(sight.reference, instalment_id)
    page = page_queries.load_page(sight, actor, instalment_id)
    return render_template("payments/step.html", form=form, page=page, sight=sight, title=title), form.status
