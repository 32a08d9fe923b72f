"""The administration's first page, and offices."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts import commands, confirmations, queries
from casetracker.accounts.attempts import attempt
from casetracker.accounts.forms import EditOfficeForm, OpenOfficeForm, VersionedForm
from casetracker.accounts.routes.blueprint import bp, check_button
from casetracker.accounts.rules import why_not_close_office
from casetracker.accounts.session import current_actor, requires
from casetracker.core.permissions import Permission


@bp.route("/admin/")
@requires(Permission.USER_MANAGE)
def show_administration() -> ResponseReturnValue:
    """Where everything lies that administrators keep."""
    actor = current_actor()
    cards = [
        (_("People"), _("Invite, roles, mandates, deactivate"), "accounts.list_users", "users"),
        (_("Offices"), _("Where families leave from and return to"), "accounts.list_offices", "building-2"),
        (
            _("Confirmations"),
            _("Changes that a second person decides on"),
            "accounts.list_confirmations",
            "check-check",
        ),
        (
            _("Programmes"),
            _("Donors, budget lines, packages, entitlements, approvals"),
            "programmes.list_programmes",
            "landmark",
        ),
        (_("Exchange rates"), _("By hand or from a CSV file"), "programmes.list_rates", "arrow-left-right"),
        (_("Providers"), _("Who is paid, and their accounts"), "providers.list_providers", "store"),
    ]
    return render_template(
        "accounts/show_administration.html",
        cards=[card for card in cards if card[2] in current_app.view_functions],
        to_confirm=confirmations.count_waiting(actor),
        alone=queries.count_other_administrators(actor.id) == 0,
    )


@bp.route("/admin/offices/")
@requires(Permission.OFFICE_MANAGE)
def list_offices() -> ResponseReturnValue:
    """Every office, closed ones too."""
    return render_template(
        "accounts/list_offices.html", offices=queries.list_all_offices(), people=queries.count_people()
    )


@bp.route("/admin/offices/new", methods=["GET", "POST"])
@requires(Permission.OFFICE_MANAGE)
def open_office() -> ResponseReturnValue:
    """Enter a new office."""
    actor, form = current_actor(), OpenOfficeForm()
    if form.validate_on_submit() and attempt(form, commands.open_office, form.to_command(), actor=actor):
        flash(_("The office is open. Invite its people next."))
        return redirect(url_for("accounts.list_offices"))
    return render_template("accounts/open_office.html", form=form), form.status


@bp.route("/admin/offices/<office_id>", methods=["GET", "POST"])
@requires(Permission.OFFICE_MANAGE)
def edit_office(office_id: str) -> ResponseReturnValue:
    """Change what is known of an office."""
    actor, office = current_actor(), queries.get_office(office_id)
    facts = queries.facts_of_office(office)
    form = EditOfficeForm(obj=office)
    if form.validate_on_submit() and attempt(form, commands.edit_office, form.to_command(office_id), actor=actor):
        flash(_("The office is changed."))
        return redirect(url_for("accounts.list_offices"))
    office = queries.get_office(office_id)
    return render_template(
        "accounts/edit_office.html",
        form=form,
        office=office,
        switch=VersionedForm(formdata=None, data={"version": office.version}),
        why_not_close=why_not_close_office(facts) if office.is_active else None,
    ), form.status


@bp.route("/admin/offices/<office_id>/deactivate", methods=["POST"])
@requires(Permission.OFFICE_MANAGE)
def deactivate_office(office_id: str) -> ResponseReturnValue:
    """Close an office."""
    form = VersionedForm()
    check_button(form)
    attempt(None, commands.deactivate_office, form.switch_office(office_id), actor=current_actor())
    flash(_("The office is deactivated."))
    return redirect(url_for("accounts.list_offices"))


@bp.route("/admin/offices/<office_id>/reactivate", methods=["POST"])
@requires(Permission.OFFICE_MANAGE)
def reactivate_office(office_id: str) -> ResponseReturnValue:
    """Let an office work again."""
    form = VersionedForm()
    check_button(form)
    attempt(None, commands.reactivate_office, form.switch_office(office_id), actor=current_actor())
    flash(_("The office is active again."))
    return redirect(url_for("accounts.list_offices"))
