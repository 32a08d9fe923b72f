"""People: the list, inviting, roles, access."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts import commands, confirmations, page_queries, queries, rules
from casetracker.accounts.attempts import attempt
from casetracker.accounts.commands import resets
from casetracker.accounts.commands.factors import facts_of
from casetracker.accounts.commands.resets import FACTOR_RESET
from casetracker.accounts.factor_forms import ResetFactorsForm
from casetracker.accounts.factor_rules import why_not_reset
from casetracker.accounts.forms import ChangeRoleForm, InviteUserForm, SendLinkForm, VersionedForm
from casetracker.accounts.routes.acts import about, about_user
from casetracker.accounts.routes.blueprint import bp, check_button
from casetracker.accounts.session import current_actor, requires
from casetracker.accounts.states import ACCOUNT_ROLES, CONFIRMED_ROLES
from casetracker.core.permissions import Permission, Role
from casetracker.web.filters import Filter, read_filters
from casetracker.web.labels import label_choices
from casetracker.web.pagination import slice_page


@bp.route("/admin/users/")
@requires(Permission.USER_MANAGE)
def list_users() -> ResponseReturnValue:
    """Everybody who signs in, narrowed by name, role and office."""
    offices = [(office.id, office.name) for office in queries.list_all_offices()]
    filters = read_filters(
        Filter(name="q", label=_l("Name or e-mail"), kind="search"),
        Filter(name="role", label=_l("Role"), choices=label_choices(Role, *ACCOUNT_ROLES)),
        Filter(name="office", label=_l("Office"), choices=offices),
        Filter(name="active", label=_l("Only active accounts"), kind="tick"),
    )
    rows = page_queries.list_users(
        search=filters["q"],
        role=filters["role"],
        office_id=filters["office"],
        active_only=bool(filters["active"]),
    )
    return render_template("accounts/list_users.html", page=slice_page(rows), filters=filters)


@bp.route("/admin/users/new", methods=["GET", "POST"])
@requires(Permission.USER_MANAGE, describe=about(_l("Invite somebody"), "accounts.list_users"))
def invite_user() -> ResponseReturnValue:
    """Invite somebody new; the link goes to the person's own address."""
    actor, form = current_actor(), InviteUserForm()
    form.set_offices(_office_choices())
    if form.validate_on_submit() and (done := attempt(form, commands.invite_user, form.to_command(), actor=actor)):
        if Role(form.role.data) in CONFIRMED_ROLES:
            flash(_("Entered. The invitation goes out once a second person has confirmed the role."), "info")
        else:
            flash(_("The invitation is on its way to the person's own address."))
        return redirect(url_for("accounts.show_user", user_id=done.result))
    return render_template("accounts/invite_user.html", form=form), form.status


@bp.route("/admin/users/<user_id>")
@requires(Permission.USER_MANAGE)
def show_user(user_id: str) -> ResponseReturnValue:
    """One person: role, office, mandates, and what can be done."""
    actor, row = current_actor(), page_queries.get_user_row(user_id)
    user, facts = row.user, queries.facts_of_user(row.user)
    others = queries.count_other_administrators(user_id)
    return render_template(
        "accounts/show_user.html",
        row=row,
        user=user,
        change=confirmations.find_shown(commands.ROLE_CHANGE, user_id, actor),
        why_not_manage=rules.why_not_manage(facts, actor),
        why_not_deactivate=rules.why_not_deactivate(facts, actor, others),
        switch=VersionedForm(data={"version": user.version}),
        link=SendLinkForm(),
        reset=confirmations.find_shown(FACTOR_RESET, user_id, actor),
        why_not_reset=why_not_reset(facts, facts_of(user_id), actor),
        reset_form=ResetFactorsForm(),
        mandates=[
            (mandate, VersionedForm(data={"version": mandate.version}))
            for mandate in page_queries.list_mandate_rows(user_id)
        ],
        offices={office.id: office.name for office in queries.list_all_offices()},
        programmes=dict(queries.list_programme_choices()),
    )


@bp.route("/admin/users/<user_id>/role", methods=["GET", "POST"])
@requires(Permission.USER_MANAGE, describe=about_user(_l("Change role or office")))
def change_role(user_id: str) -> ResponseReturnValue:
    """Give somebody another role or office."""
    actor, user = current_actor(), queries.get_user(user_id)
    form = ChangeRoleForm(data={"role": user.role, "office": user.office_id, "version": user.version})
    form.set_offices(_office_choices())
    if form.validate_on_submit() and (
        done := attempt(form, commands.change_role, form.to_command(user_id), actor=actor)
    ):
        _say(done.result, _("The role is given."))
        return redirect(url_for("accounts.show_user", user_id=user_id))
    user = queries.get_user(user_id)
    why_not = rules.why_not_manage(queries.facts_of_user(user), actor)
    return render_template("accounts/change_role.html", form=form, user=user, why_not=why_not), form.status


@bp.route("/admin/users/<user_id>/deactivate", methods=["POST"])
@requires(Permission.USER_MANAGE, describe=about_user(_l("Deactivate this account")))
def deactivate_user(user_id: str) -> ResponseReturnValue:
    """Shut somebody out at once."""
    form = VersionedForm()
    check_button(form)
    attempt(None, commands.deactivate_user, form.switch_user(user_id), actor=current_actor())
    flash(_("The account is deactivated; every session has ended."))
    return redirect(url_for("accounts.show_user", user_id=user_id))


@bp.route("/admin/users/<user_id>/reactivate", methods=["POST"])
@requires(Permission.USER_MANAGE, describe=about_user(_l("Open this account again")))
def reactivate_user(user_id: str) -> ResponseReturnValue:
    """Give somebody access again."""
    form = VersionedForm()
    check_button(form)
    done = attempt(None, commands.reactivate_user, form.switch_user(user_id), actor=current_actor())
    _say(done.result if done else "", _("The account is active again."))
    return redirect(url_for("accounts.show_user", user_id=user_id))


@bp.route("/admin/users/<user_id>/link", methods=["POST"])
@requires(Permission.USER_MANAGE, describe=about_user(_l("Send a new one-time link")))
def send_link(user_id: str) -> ResponseReturnValue:
    """Send a new one-time link to the person's own address."""
    form = SendLinkForm()
    check_button(form)
    attempt(None, commands.send_link, form.to_command(user_id), actor=current_actor())
    flash(_("A new link is on its way to the person's own address; older ones no longer work."))
    return redirect(url_for("accounts.show_user", user_id=user_id))


@bp.route("/admin/users/<user_id>/factors/reset", methods=["POST"])
@requires(Permission.USER_MANAGE, describe=about_user(_l("Take this person's second factors away")))
def reset_factors(user_id: str) -> ResponseReturnValue:
    """Ask for somebody's lost second factors to be taken away."""
    form = ResetFactorsForm()
    check_button(form)
    attempt(None, resets.reset_factors, form.to_command(user_id), actor=current_actor())
    flash(_("This waits now until a second person has confirmed it."), "info")
    return redirect(url_for("accounts.show_user", user_id=user_id))


def _office_choices() -> list[tuple[str, str]]:
    return [(office.id, office.name) for office in queries.list_offices()]


def _say(result: str, done: str) -> None:
    if result == commands.WAITS:
        flash(_("This waits now until a second person has confirmed it."), "info")
    else:
        flash(done)
