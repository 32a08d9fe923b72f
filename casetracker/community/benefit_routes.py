"""Pages of who benefits from a project: all figures with what they add up to, entering one, correcting it."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts.session import current_actor, requires
from casetracker.community import benefit_commands, benefit_page_queries, benefit_queries, queries
from casetracker.community.benefit_forms import CorrectBenefitForm, EnterBenefitForm, count_data
from casetracker.community.benefit_states import Aim, CohesionKind, Exactness, Reach
from casetracker.community.opening import open_project_page, open_to_edit
from casetracker.community.site_routes import to_site
from casetracker.community.states import GroupProfile
from casetracker.community.visit_states import VisitRound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt
from casetracker.dossiers.states import Sight
from casetracker.web.formats import day, number
from casetracker.web.labels import label


def add_to(bp: Blueprint) -> None:
    """Put these pages under the project's."""
    base = "/projects/<reference>/benefits"
    bp.add_url_rule(base, view_func=show_benefits)
    bp.add_url_rule(f"{base}/new", view_func=enter_benefit, methods=["GET", "POST"])
    bp.add_url_rule(f"{base}/<figure_id>/correct", view_func=correct_benefit, methods=["GET", "POST"])


def set_up(app: Flask) -> None:
    """Words that templates of events and figures need."""
    kinds = {"aim_label": Aim, "reach_label": Reach, "profile_label": GroupProfile, "cohesion_label": CohesionKind,
             "visit_round_label": VisitRound}  # fmt: skip
    for name, kind in kinds.items():
        app.jinja_env.filters[name] = lambda value, kind=kind: label(kind(value)) if value in list(kind) else value
    app.jinja_env.filters["people"] = people


def people(many: int, exactness: str) -> str:
    """A number of people as it is to be read: at least 28,000."""
    words = {Exactness.AT_LEAST: _l("at least %(num)s"), Exactness.ABOUT: _l("about %(num)s"),
             Exactness.AT_MOST: _l("at most %(num)s")}  # fmt: skip
    told = words.get(Exactness(exactness))
    return number(many) if told is None else str(told) % {"num": number(many)}


@requires(Permission.PROJECT_READ)
def show_benefits(reference: str) -> ResponseReturnValue:
    """Who benefits: by site and of the whole project, planned and reached, with what may overlap, and events."""
    actor = current_actor()
    sight = open_project_page(reference, actor)
    shown = benefit_page_queries.load_benefits(sight, actor)
    return render_template("community/show_benefits.html", reference=reference, shown=shown)


@requires(Permission.PROJECT_EDIT)
def enter_benefit(reference: str) -> ResponseReturnValue:
    """A figure of a site or of the whole project; ?site= names the site."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    asked = request.args.get("site", "")
    form = EnterBenefitForm(data={"site_id": asked})
    sites = {site.id: site.name for site in queries.list_sites(sight.dossier_id)}
    form.offer_sites(sites.items())
    form.offer(_others(sight, sites))
    if form.validate_on_submit() and attempt(
        form, benefit_commands.enter_benefit, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The figure was entered."))
        return _back(reference, form.site_id.data if asked else None)
    page = render_template(
        "community/save_benefit.html", form=form, reference=reference, title=_("How many people benefit"),
        save=_("Enter"),
    )  # fmt: skip
    return page, form.status


@requires(Permission.PROJECT_EDIT)
def correct_benefit(reference: str, figure_id: str) -> ResponseReturnValue:
    """A figure as it should have been entered, with a reason."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    figure = benefit_queries.get_figure(sight, figure_id)
    sites = {site.id: site.name for site in queries.list_sites(sight.dossier_id)}
    names = ("aim", "reach", "about", "as_of", "from_on", "note", "are_others", "version")
    shares = [(share.people, share.number) for share in benefit_queries.list_shares(figure_id)]
    form = CorrectBenefitForm(data=count_data(figure, shares) | {name: getattr(figure, name) for name in names} | {
        "overlaps": [row.other_id for row in benefit_queries.list_overlaps(figure_id)],
    })  # fmt: skip
    form.offer(pair for pair in _others(sight, sites) if pair[0] != figure_id)
    if form.validate_on_submit() and attempt(
        form, benefit_commands.correct_benefit, form.to_command(sight, figure_id), actor=actor, sight=sight
    ):
        flash(_("The figure was corrected."))
        return _back(reference, None)
    where = sites[figure.site_id] if figure.site_id else _("The whole project")
    page = render_template(
        "community/save_benefit.html", form=form, reference=reference, save=_("Save"),
        title=_("Correct a figure: %(where)s", where=where),
    )  # fmt: skip
    return page, form.status


def _others(sight: Sight, sites: dict[str, str]) -> list[tuple[str, str]]:
    """The project's figures and who took part in its events as (id, words), the newest first."""
    figures = benefit_queries.load_figures(sight.dossier_id)
    found = []
    for row in (*figures.rows, *figures.participants.values()):
        where = (
            sites[row.site_id] if row.site_id else _("At none of the sites") if row.event_id else _("The whole project")
        )
        what = _("event") if row.event_id else f"{label(row.aim)}, {label(row.reach)}".lower()
        who = f", {label(row.about).lower()}" if row.about else ""
        found.append((row.id, f"{where}: {what}{who}, {people(row.number, row.exactness)} ({day(row.as_of)})"))
    return found


def _back(reference: str, site_id: str | None) -> ResponseReturnValue:
    if site_id:
        return to_site(reference, site_id, "benefits")
    return redirect(url_for("community.show_benefits", reference=reference))
