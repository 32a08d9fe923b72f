"""A grant's page: its figures with the entries they are made of, its clocks."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt, open_any
from casetracker.grants import commands, entry_queries, queries
from casetracker.grants.forms import ExtendClockForm
from casetracker.grants.holder_queries import get_holder
from casetracker.grants.states import Clock
from casetracker.ledger.entry_queries import read_place, use_subjects
from casetracker.web.formats import day
from casetracker.web.pagination import page_number

bp = Blueprint("grants", __name__)


@bp.route("/<dossier:reference>/grants/<grant_id>")
@requires(Permission.GRANT_READ)
def show_grant(reference: str, grant_id: str) -> ResponseReturnValue:
    """One grant: the rule it was made from, its clocks, every entry of its account."""
    actor = current_actor()
    sight = open_any(reference, actor)
    place = read_place(request.args.get("place"))
    page = queries.load_grant(sight, grant_id, actor, place, page_number())
    return render_template("grants/show_grant.html", sight=sight, page=page)


@bp.route("/<dossier:reference>/grants/<grant_id>/clocks/<clock>", methods=["GET", "POST"])
@requires(Permission.CLOCK_EXTEND)
def extend_clock(reference: str, grant_id: str, clock: str) -> ResponseReturnValue:
    """Give a clock more time."""
    actor = current_actor()
    sight = open_any(reference, actor)
    if clock not in set(Clock) or sight.relation is None or sight.is_closed:
        raise NotFound("clock")
    grant = queries.get_grant(sight.dossier_id, grant_id)
    which = Clock(clock)
    if grant.due_on(which) is None or not grant.is_open:
        raise NotFound("clock")
    form = ExtendClockForm(data={"version": grant.version})
    if form.validate_on_submit():
        cmd = form.to_command(sight.dossier_id, grant_id, which)
        if attempt(form, commands.extend_clock, cmd, actor=actor, sight=sight):
            flash(_("The clock runs until %(day)s now.", day=day(cmd.until)))
            return redirect(url_for("grants.show_grant", reference=reference, grant_id=grant_id))
    person = get_holder(sight.dossier_id, grant.person_id)
    return render_template(
        "grants/extend_clock.html", form=form, sight=sight, grant=grant, clock=which, holder=person
    ), form.status


@bp.route("/programmes/<programme_id>/entries")
@bp.route("/programmes/<programme_id>/budget-lines/<budget_line_id>/entries")
@requires(Permission.GRANT_READ)
def show_budget(programme_id: str, budget_line_id: str | None = None) -> ResponseReturnValue:
    """What the cases open to this reader have moved on a programme's account, or on a budget line's."""
    place = read_place(request.args.get("place"))
    page = entry_queries.load_budget(programme_id, budget_line_id, place, page_number(), current_actor())
    to = url_for("grants.show_budget", programme_id=programme_id, budget_line_id=budget_line_id)
    return render_template("grants/show_budget.html", page=page, to=to)


def _name_subjects(_app: Flask) -> None:
    """The ledger learns what its postings are called."""
    use_subjects("grant", entry_queries.name_grants)


SETUP = [_name_subjects]
