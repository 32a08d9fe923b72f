"""The own account: name, password, sessions, and a supervisor's substitutes."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts import commands, page_queries, queries
from casetracker.accounts.attempts import attempt
from casetracker.accounts.forms import (
    ChangePasswordForm,
    EndOtherSessionsForm,
    EndSessionForm,
    NameSubstituteForm,
    RenameSelfForm,
    VersionedForm,
)
from casetracker.accounts.routes import tries
from casetracker.accounts.routes.acts import about
from casetracker.accounts.routes.blueprint import bp, check_button
from casetracker.accounts.session import current_actor, requires, signed_in
from casetracker.core import clock
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission, Role


@bp.route("/account/")
@requires(Permission.OWN_ACCOUNT)
def show_account() -> ResponseReturnValue:
    """Who I am here, and where I am signed in."""
    actor, person = current_actor(), signed_in()
    own = person.live.id_hash if person else ""
    return render_template(
        "accounts/show_account.html",
        user=page_queries.get_user_row(actor.id),
        sessions=[
            (row, row.id_hash == own, EndSessionForm(data={"session": row.id_hash}))
            for row in page_queries.list_sessions(actor.id)
        ],
        others=EndOtherSessionsForm(),
        may_substitute=actor.may(Permission.SUBSTITUTE_NAME),
    )


@bp.route("/account/name", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def rename_self() -> ResponseReturnValue:
    """Correct the own name."""
    actor = current_actor()
    user = queries.get_user(actor.id)
    form = RenameSelfForm(data={"name": user.name, "version": user.version})
    if form.validate_on_submit() and attempt(form, commands.rename_self, form.to_command(), actor=actor):
        flash(_("Your name is corrected."))
        return redirect(url_for("accounts.show_account"))
    return render_template("accounts/rename_self.html", form=form), form.status


@bp.route("/account/password", methods=["GET", "POST"])
@requires(
    Permission.OWN_ACCOUNT,
    step_up=True,
    describe=about(_l("Change your password"), "accounts.show_account"),
    carries_secret=True,
)
def change_password() -> ResponseReturnValue:
    """Change the own password; sessions elsewhere end."""
    actor, person, form = current_actor(), signed_in(), ChangePasswordForm()
    if person is None:
        raise NotFound("nobody is signed in")
    email = person.live.email
    if form.validate_on_submit() and form.agrees():
        taken = tries.begin(email)
        if taken.wait is not None:
            form.refuse(tries.sentence(taken))
        elif attempt(form, commands.change_password, form.to_command(person.session_id), actor=actor):
            tries.succeeded(email)
            flash(_("Your password is changed. Other browsers are signed out."))
            return redirect(url_for("accounts.show_account"))
        elif not form.current.errors:
            tries.succeeded(email)
    return render_template("accounts/change_password.html", form=form), form.status


@bp.route("/account/sessions/end", methods=["POST"])
@requires(Permission.OWN_ACCOUNT, step_up=True, describe=about(_l("Sign out another browser"), "accounts.show_account"))
def end_sessions() -> ResponseReturnValue:
    """End one of the own sessions."""
    form = EndSessionForm()
    check_button(form)
    attempt(None, commands.end_sessions, form.to_command(), actor=current_actor())
    flash(_("That browser is signed out."))
    return redirect(url_for("accounts.show_account"))


@bp.route("/account/sessions/end-others", methods=["POST"])
@requires(
    Permission.OWN_ACCOUNT, step_up=True, describe=about(_l("Sign out every other browser"), "accounts.show_account")
)
def end_other_sessions() -> ResponseReturnValue:
    """End every own session but this one."""
    actor, person, form = current_actor(), signed_in(), EndOtherSessionsForm()
    if person is None:
        raise NotFound("nobody is signed in")
    check_button(form)
    others = [row.id_hash for row in page_queries.list_sessions(actor.id) if row.id_hash != person.live.id_hash]
    attempt(None, commands.end_sessions, form.to_command(others), actor=actor)
    flash(_("Every other browser is signed out."))
    return redirect(url_for("accounts.show_account"))


@bp.route("/account/substitute", methods=["GET", "POST"])
@requires(Permission.SUBSTITUTE_NAME, describe=about(_l("Name a substitute"), "accounts.name_substitute"))
def name_substitute() -> ResponseReturnValue:
    """Who decides for me, and when."""
    actor = current_actor()
    office, today = actor.office_id or "", clock.today(actor.zone)
    colleagues = [user for user in queries.list_colleagues(office, Role.SUPERVISOR) if user.id != actor.id]
    form = NameSubstituteForm(data={"valid_from": today})
    form.substitute.choices = [(user.id, user.name) for user in colleagues]
    if form.validate_on_submit() and attempt(form, commands.name_substitute, form.to_command(), actor=actor):
        flash(_("Your substitute is named."))
        return redirect(url_for("accounts.name_substitute"))
    rows = queries.list_substitutes(actor.id, today)
    names = queries.names_of({row.substitute_id for row in rows})
    return render_template(
        "accounts/name_substitute.html",
        form=form,
        colleagues=colleagues,
        rows=[(row, names[row.substitute_id], VersionedForm(data={"version": row.version})) for row in rows],
    ), form.status


@bp.route("/account/substitute/<substitution_id>/end", methods=["POST"])
@requires(Permission.SUBSTITUTE_NAME, describe=about(_l("End this substitution"), "accounts.name_substitute"))
def revoke_substitute(substitution_id: str) -> ResponseReturnValue:
    """End a substitution of the own."""
    form = VersionedForm()
    check_button(form)
    attempt(None, commands.revoke_substitute, form.revoke_substitute(substitution_id), actor=current_actor())
    flash(_("The substitution has ended."))
    return redirect(url_for("accounts.name_substitute"))
