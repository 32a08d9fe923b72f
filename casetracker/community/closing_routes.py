"""Closing a project and opening it again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.community import closing_commands, closing_queries
from casetracker.community import closing_rules as rules
from casetracker.community.closing_forms import CloseProjectForm, ReopenProjectForm
from casetracker.community.opening import open_project_page, open_to_edit
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt
from casetracker.dossiers.rules import why_not_write
from casetracker.dossiers.states import PROJECT, Relation


def add_to(bp: Blueprint) -> None:
    """Put the addresses into the room."""
    bp.add_url_rule("/projects/<reference>/close", view_func=close_project, methods=["GET", "POST"])
    bp.add_url_rule("/projects/<reference>/reopen", view_func=reopen_project, methods=["GET", "POST"])


@requires(Permission.SITE_DECIDE)
def close_project(reference: str) -> ResponseReturnValue:
    """Close the project, with a reason; or what is still open."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    form = CloseProjectForm()
    if form.validate_on_submit() and attempt(
        form, closing_commands.close_project, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The project is closed."))
        return redirect(url_for("community.show_project", reference=reference))
    page = render_template(
        "community/close_project.html", form=form, reference=reference, is_closed=False,
        why_not=closing_queries.why_not_close(sight.dossier_id),
    )  # fmt: skip
    return page, form.status


@requires(Permission.SITE_DECIDE)
def reopen_project(reference: str) -> ResponseReturnValue:
    """Open a closed project again, with a reason."""
    actor = current_actor()
    sight = open_project_page(reference, actor)
    if sight.relation != Relation.SENDING:
        raise NotFound("not the office of this project")
    form = ReopenProjectForm()
    if form.validate_on_submit() and attempt(
        form, closing_commands.reopen_project, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The project is open again."))
        return redirect(url_for("community.show_project", reference=reference))
    page = render_template(
        "community/close_project.html", form=form, reference=reference, is_closed=True,
        why_not=why_not_write(sight.erased_on, PROJECT) or rules.why_not_reopen(sight.is_closed),
    )  # fmt: skip
    return page, form.status
