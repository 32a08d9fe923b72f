"""Projects: the list, opening and editing one, its page and its timeline."""

from __future__ import annotations

from enum import StrEnum

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts.attempts import attempt as attempt_without_project
from casetracker.accounts.session import current_actor, requires
from casetracker.casefile import timeline_queries
from casetracker.community import (
    benefit_routes,
    case_site_routes,
    closing_routes,
    cohesion_routes,
    commands,
    contribution_routes,
    equipment_routes,
    group_routes,
    handover_routes,
    money_routes,
    photo_routes,
    queries,
    selection_routes,
    site_routes,
    visit_routes,
    works_routes,
)
from casetracker.community.forms import EditProjectForm, OpenProjectForm
from casetracker.community.models import Site
from casetracker.community.opening import open_project_page, open_to_edit
from casetracker.community.photo_models import SitePhotograph
from casetracker.community.states import ContributionSource, GatheringKind, SiteOutcome, SiteStage
from casetracker.community.timeline_queries import naming
from casetracker.core.permissions import Permission
from casetracker.dossiers import pages
from casetracker.dossiers.attempts import attempt
from casetracker.dossiers.states import PROJECT
from casetracker.programmes.queries import list_programmes
from casetracker.web.filters import Filter
from casetracker.web.formats import degrees, quantity
from casetracker.web.labels import label
from casetracker.web.navigation import NavEntry
from casetracker.web.pagination import SIZE, Page, bounds

bp = Blueprint("community", __name__)
NAVIGATION = [NavEntry(_l("Projects"), "community.list_projects", Permission.PROJECT_READ, 15, "/projects/")]
for _routes in (site_routes, closing_routes, group_routes, selection_routes, contribution_routes, money_routes):
    _routes.add_to(bp)
for _site_routes in (works_routes, equipment_routes, handover_routes, photo_routes):
    _site_routes.add_to(bp)
for _use_routes in (benefit_routes, cohesion_routes, visit_routes, case_site_routes):
    _use_routes.add_to(bp)


def _set_up(app: Flask) -> None:
    """Words that the events' templates need."""
    kinds: dict[str, type[StrEnum]] = {
        "site_stage_label": SiteStage,
        "site_outcome_label": SiteOutcome,
        "gathering_kind_label": GatheringKind,
        "contribution_source_label": ContributionSource,
    }
    for name, kind in kinds.items():
        app.jinja_env.filters[name] = lambda value, kind=kind: label(kind(value)) if value in list(kind) else value
    app.jinja_env.filters["coordinates"] = _coordinates
    app.jinja_env.filters["quantity"] = quantity


def _coordinates(site: Site | SitePhotograph) -> str | None:
    """North and east as a reader writes them; None where they are not known."""
    return ", ".join(degrees(each) for each in (site.latitude, site.longitude) if each is not None) or None


SETUP = [_set_up, benefit_routes.set_up]
pages.use_views(PROJECT, pages.Views(
    page="community.show_project", money="community.show_money", timeline="community.show_timeline",
    listed="community.list_projects", title=_l("Projects"), permission=Permission.PROJECT_READ,
))  # fmt: skip


@bp.route("/projects/")
@requires(Permission.PROJECT_READ)
def list_projects() -> ResponseReturnValue:
    """The projects the reader may see, the newest first."""
    actor = current_actor()
    total = queries.count_projects(actor)
    number, offset = bounds(total)
    rows = queries.list_projects(actor, offset=offset, limit=SIZE)
    return render_template("community/list_projects.html", page=Page(items=rows, number=number, total=total))


@bp.route("/projects/new", methods=["GET", "POST"])
@requires(Permission.PROJECT_OPEN)
def open_project() -> ResponseReturnValue:
    """A new project of the actor's office."""
    actor = current_actor()
    form = OpenProjectForm()
    form.offer((each.id, each.name) for each in list_programmes())
    if form.validate_on_submit() and (
        done := attempt_without_project(form, commands.open_project, form.to_command(), actor=actor)
    ):
        reference = str(done.result)
        flash(_("The project %(reference)s is open. Enter the institutions that answer the call.", reference=reference))
        return redirect(url_for("community.show_project", reference=reference))
    return render_template("community/save_project.html", form=form, reference=None), form.status


@bp.route("/projects/<reference>")
@requires(Permission.PROJECT_READ)
def show_project(reference: str) -> ResponseReturnValue:
    """Where each of its sites stands, what each waits for, and what happened last."""
    actor = current_actor()
    sight = open_project_page(reference, actor)
    shown = queries.load_project(sight, actor)
    history = timeline_queries.load_newest(sight, actor)
    return render_template(
        "community/show_project.html", sight=sight, reference=reference, shown=shown, history=history
    )


@bp.route("/projects/<reference>/timeline")
@requires(Permission.PROJECT_READ)
def show_timeline(reference: str) -> ResponseReturnValue:
    """The whole history of the project in pages, newest first, filtered by site, kind and day; with ?entry= the page on
    which that entry stands."""
    actor = current_actor()
    sight = open_project_page(reference, actor)
    sites = {site.id: site for site in queries.list_sites(sight.dossier_id)}
    choices = [(site.id, f"{site.name}, {site.settlement}") for site in sites.values()]
    filters = timeline_queries.read_timeline_filters(actor, Filter(name="site", label=_("Site"), choices=choices))
    site = sites.get(filters["site"])
    shown = timeline_queries.load_timeline(sight, actor, filters, naming=naming(site) if site else None)
    return render_template("community/show_timeline.html", reference=reference, shown=shown)


@bp.route("/projects/<reference>/edit", methods=["GET", "POST"])
@requires(Permission.PROJECT_EDIT)
def edit_project(reference: str) -> ResponseReturnValue:
    """Change what is known of the project, with a reason."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    project = queries.get_project(sight)
    form = EditProjectForm(data={
        "title": project.title, "purpose": project.purpose, "regions": "\n".join(project.regions),
        "target_sites": project.target_sites, "sector": project.sector,
        "starts_on": project.starts_on, "ends_on": project.ends_on,
        "donors": [{"name": row.name, "share": row.share} for row in queries.list_donors(project.id)],
        "indicators": [
            {"objective": row.objective, "indicator": row.indicator, "target": row.target}
            for row in queries.list_indicators(project.id)
        ],
        "version": project.version,
    })  # fmt: skip
    if form.validate_on_submit() and attempt(
        form, commands.edit_project, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The project was saved."))
        return redirect(url_for("community.show_project", reference=reference))
    return render_template("community/save_project.html", form=form, reference=reference), form.status
