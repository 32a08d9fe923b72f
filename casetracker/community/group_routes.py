"""Pages of a site's initiative group."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from casetracker.accounts.session import current_actor, requires
from casetracker.community import group_commands, group_queries, queries
from casetracker.community.group_forms import (
    AddMemberForm,
    CorrectGatheringForm,
    EndMembershipForm,
    LogGatheringForm,
)
from casetracker.community.opening import open_to_edit
from casetracker.community.site_routes import render_site_form, to_site
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt


def add_to(bp: Blueprint) -> None:
    """Put these pages under the project's."""
    base = "/projects/<reference>/sites/<site_id>"
    acts: dict[str, Callable[..., ResponseReturnValue]] = {
        "members/new": add_member, "members/<member_id>/end": end_membership, "gatherings/new": log_gathering,
        "gatherings/<gathering_id>/correct": correct_gathering,
    }  # fmt: skip
    for address, view in acts.items():
        bp.add_url_rule(f"{base}/{address}", view_func=view, methods=["GET", "POST"])


@requires(Permission.PROJECT_EDIT)
def add_member(reference: str, site_id: str) -> ResponseReturnValue:
    """Members of the initiative group."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = AddMemberForm(data={"number": 1})
    if form.validate_on_submit() and attempt(
        form, group_commands.add_member, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        number = form.number.data
        flash(ngettext("One member was entered.", "%(num)d members were entered.", number))
        return to_site(reference, site_id, "group")
    return render_site_form(form, reference, site, _("Members of the initiative group"), _("Enter")), form.status


@requires(Permission.PROJECT_EDIT)
def end_membership(reference: str, site_id: str, member_id: str) -> ResponseReturnValue:
    """A member has left the group."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = EndMembershipForm(data={"version": group_queries.get_member(site, member_id).version})
    if form.validate_on_submit() and attempt(
        form, group_commands.end_membership, form.to_command(sight, site_id, member_id), actor=actor, sight=sight
    ):
        flash(_("The member is no longer on the roster."))
        return to_site(reference, site_id, "group")
    return render_site_form(form, reference, site, _("A member has left"), _("End the membership")), form.status


@requires(Permission.PROJECT_EDIT)
def log_gathering(reference: str, site_id: str) -> ResponseReturnValue:
    """A training session or a meeting of the group."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = LogGatheringForm()
    if form.validate_on_submit() and attempt(
        form, group_commands.log_gathering, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        flash(_("The gathering was entered."))
        return to_site(reference, site_id, "gatherings")
    return render_site_form(form, reference, site, _("Training session or meeting"), _("Enter")), form.status


@requires(Permission.PROJECT_EDIT)
def correct_gathering(reference: str, site_id: str, gathering_id: str) -> ResponseReturnValue:
    """Correct what was logged of a gathering, with a reason."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = CorrectGatheringForm(obj=group_queries.get_gathering(site, gathering_id))
    if form.validate_on_submit() and attempt(
        form, group_commands.correct_gathering, form.to_command(sight, site_id, gathering_id), actor=actor, sight=sight
    ):
        flash(_("The gathering was corrected."))
        return to_site(reference, site_id, "gatherings")
    return render_site_form(form, reference, site, _("Correct a gathering"), _("Save")), form.status
