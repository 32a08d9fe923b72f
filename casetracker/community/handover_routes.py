"""Pages of the handover to the owner: entering it, and putting it right."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.community import equipment_queries, handover_commands, handover_queries, queries
from casetracker.community.handover_forms import CorrectHandoverForm, HandOverForm
from casetracker.community.opening import open_to_edit
from casetracker.community.site_routes import render_site_form, to_site
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt


def add_to(bp: Blueprint) -> None:
    """Put these pages under the project's."""
    site = "/projects/<reference>/sites/<site_id>"
    bp.add_url_rule(f"{site}/hand-over", view_func=hand_over, methods=["GET", "POST"])
    bp.add_url_rule(f"{site}/handover/correct", view_func=correct_handover, methods=["GET", "POST"])


@requires(Permission.PROJECT_EDIT)
def hand_over(reference: str, site_id: str) -> ResponseReturnValue:
    """Hand the site over to its owner, with all equipment that is there."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = HandOverForm(data={"receiver": site.owner, "version": site.version})
    if form.validate_on_submit() and attempt(
        form, handover_commands.hand_over, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        flash(_("The handover was entered."))
        return to_site(reference, site_id, "equipment")
    page = render_template(
        "community/hand_over.html", form=form, reference=reference, site=site,
        rows=equipment_queries.list_rows(site),
    )  # fmt: skip
    return page, form.status


@requires(Permission.SITE_DECIDE)
def correct_handover(reference: str, site_id: str) -> ResponseReturnValue:
    """A supervisor who did not enter the handover puts it right."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = CorrectHandoverForm(obj=handover_queries.get_handover(site))
    if form.validate_on_submit() and attempt(
        form, handover_commands.correct_handover, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        flash(_("The handover was corrected."))
        return to_site(reference, site_id, "equipment")
    return render_site_form(form, reference, site, _("Correct the handover"), _("Save")), form.status
