"""Auditors' mandates and their clearance for asylum data."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts import commands, queries
from casetracker.accounts.attempts import attempt
from casetracker.accounts.forms import GiveMandateForm, VersionedForm
from casetracker.accounts.routes.acts import about_mandate, about_user
from casetracker.accounts.routes.blueprint import bp, check_button
from casetracker.accounts.session import current_actor, requires
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission, Role


@bp.route("/admin/users/<user_id>/mandates/new", methods=["GET", "POST"])
@requires(Permission.USER_MANAGE, describe=about_user(_l("Give a mandate")))
def give_mandate(user_id: str) -> ResponseReturnValue:
    """Say what an auditor may read."""
    actor, user = current_actor(), queries.get_user(user_id)
    if user.role != Role.AUDITOR:
        raise NotFound("only auditors have mandates")
    form, name = GiveMandateForm(), user.name
    form.offices.choices = [(office.id, office.name) for office in queries.list_all_offices()]
    form.programmes.choices = queries.list_programme_choices()
    if form.validate_on_submit() and attempt(form, commands.give_mandate, form.to_command(user_id), actor=actor):
        flash(_("The mandate is given."))
        return redirect(url_for("accounts.show_user", user_id=user_id))
    return render_template("accounts/give_mandate.html", form=form, name=name, user_id=user_id), form.status


@bp.route("/admin/mandates/<mandate_id>/revoke", methods=["POST"])
@requires(Permission.USER_MANAGE, describe=about_mandate(_l("Take this mandate back")))
def revoke_mandate(mandate_id: str) -> ResponseReturnValue:
    """Take a mandate back."""
    form, user_id = VersionedForm(), queries.get_mandate(mandate_id).user_id
    check_button(form)
    attempt(None, commands.revoke_mandate, form.revoke_mandate(mandate_id), actor=current_actor())
    flash(_("The mandate is taken back."))
    return redirect(url_for("accounts.show_user", user_id=user_id))


@bp.route("/admin/users/<user_id>/clearance/end", methods=["POST"])
@requires(Permission.USER_MANAGE, describe=about_user(_l("End the clearance for asylum data")))
def end_clearance(user_id: str) -> ResponseReturnValue:
    """Take the clearance for asylum data away."""
    form = VersionedForm()
    check_button(form)
    attempt(None, commands.end_clearance, form.end_clearance(user_id), actor=current_actor())
    flash(_("The clearance for asylum data has ended."))
    return redirect(url_for("accounts.show_user", user_id=user_id))
