"""Pages of co-contributions: pledging one, what came of it, correcting it."""

from __future__ import annotations

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.community import contribution_commands as commands
from casetracker.community import contribution_queries, queries
from casetracker.community.contribution_forms import (
    CorrectCoContributionForm,
    DeliverCoContributionForm,
    PledgeCoContributionForm,
)
from casetracker.community.opening import open_to_edit
from casetracker.community.site_routes import render_site_form, to_site
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt


def add_to(bp: Blueprint) -> None:
    """Put these pages under the project's."""
    base = "/projects/<reference>/sites/<site_id>/contributions"
    one = f"{base}/<contribution_id>"
    for address, view in (
        (f"{base}/new", pledge_co_contribution), (f"{one}/deliver", deliver_co_contribution),
        (f"{one}/correct", correct_co_contribution),
    ):  # fmt: skip
        bp.add_url_rule(address, view_func=view, methods=["GET", "POST"])


@requires(Permission.PROJECT_EDIT)
def pledge_co_contribution(reference: str, site_id: str) -> ResponseReturnValue:
    """Somebody pledges something for the site."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = PledgeCoContributionForm()
    form.set_currency(contribution_queries.currency_of(sight))
    if form.validate_on_submit() and attempt(
        form, commands.pledge_co_contribution, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        flash(_("The pledge was entered."))
        return to_site(reference, site_id, "contributions")
    return render_site_form(form, reference, site, _("A co-contribution"), _("Enter the pledge")), form.status


@requires(Permission.PROJECT_EDIT)
def correct_co_contribution(reference: str, site_id: str, contribution_id: str) -> ResponseReturnValue:
    """A pledge as it should have been entered, with a reason."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    pledge = contribution_queries.get_contribution(site, contribution_id)
    names = ("source", "giver", "form", "what", "amount", "pledged_on", "version")
    form = CorrectCoContributionForm(data={name: getattr(pledge, name) for name in names})
    form.set_currency(pledge.currency)
    if form.validate_on_submit() and attempt(
        form, commands.correct_co_contribution, form.to_command(sight, site_id, pledge.id), actor=actor, sight=sight
    ):
        flash(_("The pledge was corrected."))
        return to_site(reference, site_id, "contributions")
    return render_site_form(form, reference, site, _("Correct a co-contribution"), _("Save")), form.status


@requires(Permission.PROJECT_EDIT)
def deliver_co_contribution(reference: str, site_id: str, contribution_id: str) -> ResponseReturnValue:
    """Something of a pledge came, with what proves it."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    pledge = contribution_queries.get_contribution(site, contribution_id)
    form = DeliverCoContributionForm()
    form.set_currency(pledge.currency)
    if form.validate_on_submit() and attempt(
        form, commands.deliver_co_contribution, form.to_command(sight, site_id, pledge.id), actor=actor, sight=sight
    ):
        flash(_("What came was entered."))
        return to_site(reference, site_id, "contributions")
    title = _("What came of it: %(what)s", what=pledge.what)
    return render_site_form(form, reference, site, title, _("Enter")), form.status
