"""Pages of visits to a site after its handover."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.community import queries, visit_commands, visit_queries
from casetracker.community.opening import open_to_edit
from casetracker.community.site_routes import render_site_form, to_site
from casetracker.community.visit_forms import CorrectSiteVisitForm, LogSiteVisitForm
from casetracker.community.visit_states import VisitRound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt


def add_to(bp: Blueprint) -> None:
    """Put these pages under the project's."""
    base = "/projects/<reference>/sites/<site_id>/visits"
    bp.add_url_rule(f"{base}/new", view_func=log_site_visit, methods=["GET", "POST"])
    bp.add_url_rule(f"{base}/<site_visit_id>/correct", view_func=correct_site_visit, methods=["GET", "POST"])


@requires(Permission.PROJECT_EDIT)
def log_site_visit(reference: str, site_id: str) -> ResponseReturnValue:
    """What a visit found; ?round= names the visit that is due."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    due = request.args.get("round", "")
    form = LogSiteVisitForm(data={"round": due if due in list(VisitRound) else None})
    if form.validate_on_submit() and attempt(
        form, visit_commands.log_site_visit, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        flash(_("The visit was entered."))
        return to_site(reference, site_id, "visits")
    return render_site_form(form, reference, site, _("A visit after the handover"), _("Enter")), form.status


@requires(Permission.PROJECT_EDIT)
def correct_site_visit(reference: str, site_id: str, site_visit_id: str) -> ResponseReturnValue:
    """Correct what was entered of a visit, with a reason."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = CorrectSiteVisitForm(obj=visit_queries.get_visit(site, site_visit_id))
    if form.validate_on_submit() and attempt(
        form, visit_commands.correct_site_visit, form.to_command(sight, site_id, site_visit_id), actor=actor,
        sight=sight,
    ):  # fmt: skip
        flash(_("The visit was corrected."))
        return to_site(reference, site_id, "visits")
    return render_site_form(form, reference, site, _("Correct a visit"), _("Save")), form.status
