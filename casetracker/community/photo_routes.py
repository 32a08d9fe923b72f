"""Pages of a site's photographs: the gallery, adding some, and a small copy of one."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.community import photo_commands, photo_queries, queries, visit_queries
from casetracker.community.opening import may_edit, open_project_page, open_to_edit
from casetracker.community.photo_forms import AddPhotographsForm
from casetracker.community.site_routes import render_site_form
from casetracker.core.permissions import Permission
from casetracker.documents import storage
from casetracker.documents.pictures import small_copy
from casetracker.documents.queries import get_document
from casetracker.dossiers.attempts import attempt
from casetracker.web.formats import day
from casetracker.web.pagination import Page, bounds

LONGEST = 320
"""Dots of a small copy's longer side."""
SIZE = 48


def add_to(bp: Blueprint) -> None:
    """Put these pages under the project's."""
    base = "/projects/<reference>/sites/<site_id>/photographs"
    bp.add_url_rule(base, view_func=list_photographs)
    bp.add_url_rule(f"{base}/new", view_func=add_photographs, methods=["GET", "POST"])
    bp.add_url_rule("/projects/<reference>/photographs/<photograph_id>", view_func=show_photograph)


@requires(Permission.PROJECT_READ)
def list_photographs(reference: str, site_id: str) -> ResponseReturnValue:
    """Every photograph of the site, the newest first."""
    actor = current_actor()
    sight = open_project_page(reference, actor)
    site = queries.get_site(sight, site_id)
    total = photo_queries.count_photographs(site)
    number, offset = bounds(total, size=SIZE)
    page = Page(items=photo_queries.list_photographs(site, offset=offset, limit=SIZE), number=number, total=total,
                size=SIZE)  # fmt: skip
    return render_template(
        "community/list_photographs.html", reference=reference, site=site, page=page,
        may_edit=may_edit(sight, actor) and site.outcome is None,
    )  # fmt: skip


@requires(Permission.PROJECT_EDIT)
def add_photographs(reference: str, site_id: str) -> ResponseReturnValue:
    """Photographs of the site that are about nothing else."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = AddPhotographsForm()
    visits = visit_queries.list_visits(site.id)
    form.offer((visit.id, _("Visit of %(day)s", day=day(visit.visited_on))) for visit in visits)
    if form.validate_on_submit() and attempt(
        form, photo_commands.add_photographs, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        flash(_("The photographs were added."))
        return redirect(url_for("community.list_photographs", reference=reference, site_id=site_id))
    return render_site_form(form, reference, site, _("Add photographs"), _("Add")), form.status


@requires(Permission.PROJECT_READ)
def show_photograph(reference: str, photograph_id: str) -> ResponseReturnValue:
    """A small copy of a photograph, for pages; the whole picture is downloaded as a document."""
    sight = open_project_page(reference, current_actor())
    document = get_document(sight, photo_queries.get_photograph(sight, photograph_id).document_id)
    answer = Response(small_copy(storage.read(document.storage_key, document.sha256), LONGEST), mimetype="image/jpeg")
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer
