"""Changes that wait for a second person."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts import confirmations
from casetracker.accounts.attempts import attempt
from casetracker.accounts.forms import RefuseChangeForm, VersionedForm
from casetracker.accounts.routes.acts import about_change
from casetracker.accounts.routes.blueprint import bp, check_button
from casetracker.accounts.session import current_actor, requires
from casetracker.core.permissions import Permission


@bp.route("/admin/confirmations/")
@requires(Permission.CHANGE_CONFIRM)
def list_confirmations() -> ResponseReturnValue:
    """What waits, oldest first, and what was decided lately."""
    actor = current_actor()
    return render_template(
        "accounts/list_confirmations.html",
        changes=[
            (each, VersionedForm(data={"version": each.change.version})) for each in confirmations.list_waiting(actor)
        ],
        decided=confirmations.list_decided(),
    )


@bp.route("/admin/confirmations/<change_id>/confirm", methods=["POST"])
@requires(Permission.CHANGE_CONFIRM, describe=about_change(_l("Confirm this change")))
def confirm_change(change_id: str) -> ResponseReturnValue:
    """Let the change take effect."""
    form = VersionedForm()
    check_button(form)
    attempt(None, confirmations.confirm_change, form.confirm_change(change_id), actor=current_actor())
    flash(_("Confirmed. The change has taken effect."))
    return redirect(url_for("accounts.list_confirmations"))


@bp.route("/admin/confirmations/<change_id>/refuse", methods=["GET", "POST"])
@requires(Permission.CHANGE_CONFIRM, describe=about_change(_l("Refuse this change")))
def refuse_change(change_id: str) -> ResponseReturnValue:
    """Leave everything as it is, with a reason."""
    actor, shown = current_actor(), confirmations.get_shown(change_id, current_actor())
    form = RefuseChangeForm(data={"version": shown.change.version})
    if form.validate_on_submit() and attempt(
        form, confirmations.refuse_change, form.to_command(change_id), actor=actor
    ):
        flash(_("Refused. Everything stays as it is."))
        return redirect(url_for("accounts.list_confirmations"))
    return render_template("accounts/refuse_change.html", form=form, shown=shown), form.status


@bp.route("/admin/confirmations/<change_id>/withdraw", methods=["POST"])
@requires(Permission.CHANGE_CONFIRM, describe=about_change(_l("Take this change back")))
def withdraw_change(change_id: str) -> ResponseReturnValue:
    """Take back what one asked for."""
    form = VersionedForm()
    check_button(form)
    attempt(None, confirmations.withdraw_change, form.withdraw_change(change_id), actor=current_actor())
    flash(_("Taken back. Everything stays as it is."))
    return redirect(url_for("accounts.list_confirmations"))
