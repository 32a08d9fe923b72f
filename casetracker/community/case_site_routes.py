"""Pages on a case of the sites its members use."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.casefile.panels import add_panel
from casetracker.community import case_site_commands as commands
from casetracker.community import case_site_queries as queries
from casetracker.community.case_site_forms import EndSiteUseForm, NameSiteForm
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt, open_dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Sight


def add_to(bp: Blueprint) -> None:
    """Put these pages, and the panel on a case's page, where the project's are."""
    base = "/cases/<reference>/sites"
    bp.add_url_rule(f"{base}/new", view_func=name_site, methods=["GET", "POST"])
    bp.add_url_rule(f"{base}/<case_site_id>/end", view_func=end_site_use, methods=["GET", "POST"])
    add_panel("case_sites", "community/case_sites_panel.html", queries.load_panel)


def _open(reference: str, actor: Actor) -> Sight:
    """The case, for somebody of one of its offices."""
    sight = require_open(actor, open_dossier(reference, actor).dossier_id)
    if sight.relation is None:
        raise NotFound("not an office of this case")
    return sight


@requires(Permission.CASE_EDIT)
def name_site(reference: str) -> ResponseReturnValue:
    """Members of the case use a site."""
    actor = current_actor()
    sight = _open(reference, actor)
    form = NameSiteForm()
    form.offer(queries.list_offered(sight, actor).items())
    if form.validate_on_submit() and attempt(
        form, commands.name_site, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The site was entered."))
        return _to_case(reference)
    title, save = _("A site the family uses"), _("Enter")
    return render_template(
        "community/case_site_form.html", form=form, reference=reference, title=title, save=save
    ), form.status  # fmt: skip


@requires(Permission.CASE_EDIT)
def end_site_use(reference: str, case_site_id: str) -> ResponseReturnValue:
    """Members of the case no longer use the site."""
    actor = current_actor()
    sight = _open(reference, actor)
    row = queries.get_case_site(sight, case_site_id)
    form = EndSiteUseForm(data={"version": row.version})
    if form.validate_on_submit() and attempt(
        form, commands.end_site_use, form.to_command(sight, case_site_id), actor=actor, sight=sight
    ):
        flash(_("The site is no longer named as used."))
        return _to_case(reference)
    title, save = _("No longer used: %(site)s", site=row.site_name), _("End")
    return render_template(
        "community/case_site_form.html", form=form, reference=reference, title=title, save=save
    ), form.status  # fmt: skip


def _to_case(reference: str) -> ResponseReturnValue:
    return redirect(url_for("casefile.show_case", reference=reference, _anchor="case-sites"))
