"""Pages of the selection: the project's criteria, a site's scores and vote, and all sites beside each other."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.community import queries, selection_commands, selection_queries
from casetracker.community.opening import may_edit, open_project_page, open_to_edit
from casetracker.community.selection_forms import CorrectVoteForm, LogVoteForm, ScoreSiteForm, SetCriteriaForm
from casetracker.community.site_routes import render_site_form, to_site
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt


def add_to(bp: Blueprint) -> None:
    """Put these pages under the project's."""
    bp.add_url_rule("/projects/<reference>/selection", view_func=compare_sites)
    bp.add_url_rule("/projects/<reference>/criteria", view_func=set_criteria, methods=["GET", "POST"])
    base = "/projects/<reference>/sites/<site_id>"
    for address, view in {"scores": score_site, "vote": log_vote, "vote/correct": correct_vote}.items():
        bp.add_url_rule(f"{base}/{address}", view_func=view, methods=["GET", "POST"])


@requires(Permission.PROJECT_READ)
def compare_sites(reference: str) -> ResponseReturnValue:
    """The project's sites by their scores, the best first, each with its vote."""
    actor = current_actor()
    sight = open_project_page(reference, actor)
    project = queries.get_project(sight)
    return render_template(
        "community/compare_sites.html", reference=reference, project=project,
        shown=selection_queries.load_comparison(sight.dossier_id), may_edit=may_edit(sight, actor),
    )  # fmt: skip


@requires(Permission.PROJECT_EDIT)
def set_criteria(reference: str) -> ResponseReturnValue:
    """What the project's sites are compared by, and how much each counts."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    facts = selection_queries.criteria_facts(sight.dossier_id)
    form = SetCriteriaForm(data={
        "criteria": [
            {"id": each.id, "keep": "1" if each.is_scored else "", "name": each.name, "weight": each.weight}
            for each in facts
        ],
        "version": selection_queries.version_of(selection_queries.list_criteria(sight.dossier_id)),
    })  # fmt: skip
    is_scored = any(each.is_scored for each in facts)
    if is_scored:
        form.need_reason()
    if form.validate_on_submit() and attempt(
        form, selection_commands.set_criteria, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The criteria were saved."))
        return redirect(url_for("community.compare_sites", reference=reference))
    page = render_template("community/set_criteria.html", form=form, reference=reference, is_scored=is_scored)
    return page, form.status


@requires(Permission.PROJECT_EDIT)
def score_site(reference: str, site_id: str) -> ResponseReturnValue:
    """A score of the site for each criterion."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    criteria = selection_queries.list_criteria(sight.dossier_id)
    scores = selection_queries.list_scores(site_id)
    standing = {row.criterion_id: row.score for row in scores}
    form = ScoreSiteForm(data={
        "scores": [{"criterion": row.id, "score": standing.get(row.id)} for row in criteria],
        "version": selection_queries.version_of([*criteria, *scores]),
    })  # fmt: skip
    if scores:
        form.need_reason()
    if form.validate_on_submit() and attempt(
        form, selection_commands.score_site, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        flash(_("The scores were saved."))
        return to_site(reference, site_id, "selection")
    page = render_template(
        "community/score_site.html", form=form, reference=reference, site=site, is_scored=bool(scores),
        criteria={row.id: row for row in criteria},
    )  # fmt: skip
    return page, form.status


@requires(Permission.PROJECT_EDIT)
def log_vote(reference: str, site_id: str) -> ResponseReturnValue:
    """The vote on the site; where there was one, it is corrected."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    if request.method == "GET" and selection_queries.find_vote(site) is not None:
        return redirect(url_for("community.correct_vote", reference=reference, site_id=site_id))
    form = LogVoteForm()
    if form.validate_on_submit() and attempt(
        form, selection_commands.log_vote, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        flash(_("The vote was entered."))
        return to_site(reference, site_id, "selection")
    return render_site_form(form, reference, site, _("The vote on the site"), _("Enter")), form.status


@requires(Permission.PROJECT_EDIT)
def correct_vote(reference: str, site_id: str) -> ResponseReturnValue:
    """Correct what was logged of the vote, with a reason."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = CorrectVoteForm(obj=selection_queries.get_vote(site))
    if form.validate_on_submit() and attempt(
        form, selection_commands.correct_vote, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        flash(_("The vote was corrected."))
        return to_site(reference, site_id, "selection")
    return render_site_form(form, reference, site, _("Correct the vote"), _("Save")), form.status
