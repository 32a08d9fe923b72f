"""Pages of a site: entering and editing it, its papers, moving it on, taking it off the way and up again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.limit_rules import DOWNLOADS
from casetracker.accounts.session import current_actor, requires
from casetracker.casefile.timeline_queries import load_newest
from casetracker.community import queries, site_commands
from casetracker.community.forms import (
    AddPaperForm,
    AddSiteForm,
    EditSiteForm,
    LeaveSiteForm,
    MoveSiteForm,
    TakeUpSiteForm,
)
from casetracker.community.opening import open_project_page, open_to_edit
from casetracker.community.queries import SitePage
from casetracker.community.timeline_queries import naming
from casetracker.core.permissions import Permission
from casetracker.documents import commands as documents
from casetracker.documents.queries import get_document
from casetracker.documents.routes import as_download
from casetracker.dossiers.attempts import attempt
from casetracker.dossiers.states import Sight
from casetracker.web.labels import label


def add_to(bp: Blueprint) -> None:
    """Put these pages under the project's."""
    bp.add_url_rule("/projects/<reference>/sites/new", view_func=add_site, methods=["GET", "POST"])
    base = "/projects/<reference>/sites/<site_id>"
    bp.add_url_rule(base, view_func=show_site)
    acts = {"edit": edit_site, "papers/new": add_paper, "move": move_site, "leave": leave_site, "take-up": take_up_site}
    for address, view in acts.items():
        bp.add_url_rule(f"{base}/{address}", view_func=view, methods=["GET", "POST"])
    bp.add_url_rule("/projects/<reference>/documents/<document_id>", view_func=download_paper)


@requires(Permission.PROJECT_EDIT)
def add_site(reference: str) -> ResponseReturnValue:
    """An institution that answered the call."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    form = AddSiteForm()
    if form.validate_on_submit() and (
        done := attempt(form, site_commands.add_site, form.to_command(sight), actor=actor, sight=sight)
    ):
        flash(_("The site was entered. Its application comes next."))
        return to_site(reference, str(done.result))
    return render_template("community/save_site.html", form=form, reference=reference, site=None), form.status


@requires(Permission.PROJECT_READ)
def show_site(reference: str, site_id: str) -> ResponseReturnValue:
    """Where the site stands, what its next stage needs, its papers, and what happened last."""
    actor = current_actor()
    sight = open_project_page(reference, actor)
    shown = queries.load_site(sight, site_id, actor)
    return _render_site(sight, shown, MoveSiteForm(formdata=None, data={"version": shown.site.version}))


def _render_site(sight: Sight, shown: SitePage, move: MoveSiteForm) -> str:
    """The page of the site, with what happened there last."""
    history = load_newest(sight, current_actor(), naming=naming(shown.site))
    return render_template(
        "community/show_site.html", sight=sight, reference=sight.reference, shown=shown, move=move, history=history
    )


@requires(Permission.PROJECT_EDIT)
def edit_site(reference: str, site_id: str) -> ResponseReturnValue:
    """Change what is known of the site, with a reason."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = EditSiteForm(obj=site)
    if form.validate_on_submit() and attempt(
        form, site_commands.edit_site, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        flash(_("The site was saved."))
        return to_site(reference, site_id)
    return render_template("community/save_site.html", form=form, reference=reference, site=site), form.status


@requires(Permission.PROJECT_EDIT)
def add_paper(reference: str, site_id: str) -> ResponseReturnValue:
    """A document about the site."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = AddPaperForm()
    if form.validate_on_submit() and attempt(
        form, site_commands.add_paper, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        flash(_("The document was added."))
        return to_site(reference, site_id, "papers")
    return render_site_form(form, reference, site, _("Add a document"), _("Add document")), form.status


@requires(Permission.PROJECT_EDIT)
def move_site(reference: str, site_id: str) -> ResponseReturnValue:
    """Move the site to its next stage."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    shown = queries.load_site(sight, site_id, actor)
    form = MoveSiteForm(data={"version": shown.site.version})
    if form.validate_on_submit() and (
        done := attempt(form, site_commands.move_site, form.to_command(sight, site_id), actor=actor, sight=sight)
    ):
        flash(_("The site has come to: %(stage)s.", stage=label(done.result)))
        return to_site(reference, site_id)
    return _render_site(sight, shown, form), form.status


@requires(Permission.SITE_DECIDE)
def leave_site(reference: str, site_id: str) -> ResponseReturnValue:
    """Take the site off the way."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = LeaveSiteForm(data={"version": site.version})
    if form.validate_on_submit() and attempt(
        form, site_commands.leave_site, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        flash(_("The site goes no further."))
        return to_site(reference, site_id)
    return render_site_form(form, reference, site, _("No further on the way"), _("Take off the way")), form.status


@requires(Permission.SITE_DECIDE)
def take_up_site(reference: str, site_id: str) -> ResponseReturnValue:
    """Take the site up again where it stopped."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = TakeUpSiteForm(data={"version": site.version})
    if form.validate_on_submit() and attempt(
        form, site_commands.take_up_site, form.to_command(sight, site_id), actor=actor, sight=sight
    ):
        flash(_("The site is on its way again."))
        return to_site(reference, site_id)
    return render_site_form(form, reference, site, _("Take the site up again"), _("Take up again")), form.status


@requires(Permission.PROJECT_READ, limit=DOWNLOADS)
def download_paper(reference: str, document_id: str) -> ResponseReturnValue:
    """A document of the project, as a download that no browser runs."""
    actor = current_actor()
    sight = open_project_page(reference, actor)
    documents.record_opened(get_document(sight, document_id), actor=actor)
    return as_download(get_document(sight, document_id))


def render_site_form(form: object, reference: str, site: object, title: str, save: str) -> str:
    """A page with one form about a site."""
    return render_template(
        "community/site_form.html", form=form, reference=reference, site=site, title=title, save=save
    )


def to_site(reference: str, site_id: str, anchor: str | None = None) -> ResponseReturnValue:
    """Back to the site."""
    return redirect(url_for("community.show_site", reference=reference, site_id=site_id, _anchor=anchor))
