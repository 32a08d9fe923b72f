"""Programmes and their budget lines."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casetracker.accounts.attempts import attempt
from casetracker.accounts.session import current_actor, requires
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.ledger.entry_queries import load_entries, read_place
from casetracker.ledger.queries import get_totals
from casetracker.programmes import commands, page_queries, queries
from casetracker.programmes.forms import BudgetLineForm, EditBudgetLineForm, EditProgrammeForm, ProgrammeForm
from casetracker.programmes.routes.blueprint import bp, propose, to_programme
from casetracker.web.pagination import page_number

PROGRAMME = ("version", "name", "donor", "eligible_from", "eligible_until", "plan_within_months", "excludes_eea",
             "excludes_expulsion", "retention_months", "is_active")  # fmt: skip


@bp.route("/admin/programmes/")
@requires(Permission.PROGRAMME_MANAGE)
def list_programmes() -> ResponseReturnValue:
    """All programmes with their figures and warnings."""
    rows = page_queries.list_programme_rows(current_actor())
    return render_template("programmes/list_programmes.html", rows=rows)


@bp.route("/admin/programmes/new", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_MANAGE)
def create_programme() -> ResponseReturnValue:
    """A new programme."""
    form = ProgrammeForm(data={"currency": "EUR"})
    if form.validate_on_submit():
        created = attempt(form, commands.create_programme, form.to_command(), actor=current_actor())
        if created is not None:
            return redirect(url_for("programmes.show_programme", programme_id=created.result))
    return render_template("programmes/create_programme.html", form=form), form.status


@bp.route("/admin/programmes/<programme_id>")
@requires(Permission.PROGRAMME_MANAGE)
def show_programme(programme_id: str) -> ResponseReturnValue:
    """One programme: budget, packages with their rules, policies, what waits for confirmation."""
    page = page_queries.load_programme(programme_id, current_actor())
    return render_template("programmes/show_programme.html", page=page, programme=page.programme)


@bp.route("/admin/programmes/<programme_id>/edit", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_MANAGE)
def edit_programme(programme_id: str) -> ResponseReturnValue:
    """A programme's facts and ceiling."""
    actor, programme = current_actor(), queries.get_programme(programme_id)
    stands = {name: getattr(programme, name) for name in PROGRAMME}
    form = EditProgrammeForm(data={**stands, "ceiling": get_totals(programme.account_id).ceiling})
    form.set_currency(programme.currency)
    if form.validate_on_submit() and propose(form, form.to_command(programme_id), actor=actor):
        return to_programme(programme_id)
    programme = queries.get_programme(programme_id)
    return render_template("programmes/edit_programme.html", form=form, programme=programme), form.status


@bp.route("/admin/programmes/<programme_id>/budget-lines/new", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_MANAGE)
def add_budget_line(programme_id: str) -> ResponseReturnValue:
    """A new budget line."""
    actor, form = current_actor(), BudgetLineForm()
    form.set_currency(queries.get_programme(programme_id).currency)
    if form.validate_on_submit() and propose(form, form.to_command(programme_id), actor=actor):
        return to_programme(programme_id, "budget")
    programme = queries.get_programme(programme_id)
    return render_template("programmes/add_budget_line.html", form=form, programme=programme), form.status


@bp.route("/admin/programmes/<programme_id>/budget-lines/<line_id>/edit", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_MANAGE)
def edit_budget_line(programme_id: str, line_id: str) -> ResponseReturnValue:
    """A budget line's name and ceiling."""
    actor, line = current_actor(), queries.get_budget_line(line_id)
    if line.programme_id != programme_id:
        raise NotFound("budget line of another programme")
    totals = get_totals(line.account_id)
    form = EditBudgetLineForm(data={"version": line.version, "name": line.name, "ceiling": totals.ceiling})
    form.set_currency(totals.currency)
    if form.validate_on_submit() and propose(form, form.to_command(line_id), actor=actor):
        return to_programme(programme_id, "budget")
    more = {"programme": queries.get_programme(programme_id), "line": queries.get_budget_line(line_id)}
    return render_template("programmes/edit_budget_line.html", form=form, totals=totals, **more), form.status


@bp.route("/admin/programmes/<programme_id>/entries")
@bp.route("/admin/programmes/<programme_id>/budget-lines/<line_id>/entries")
@requires(Permission.PROGRAMME_MANAGE)
def list_entries(programme_id: str, line_id: str | None = None) -> ResponseReturnValue:
    """The entries of a programme's account, or of a budget line's: days, acts and amounts, no case."""
    programme = queries.get_programme(programme_id)
    line = queries.get_budget_line(line_id) if line_id else None
    if line is not None and line.programme_id != programme_id:
        raise NotFound("budget line of another programme")
    account_id = line.account_id if line else programme.account_id
    place = read_place(request.args.get("place"))
    entries = load_entries(account_id, place, number=page_number(), named=False)
    return render_template(
        "programmes/list_entries.html", programme=programme, line=line, entries=entries, totals=get_totals(account_id),
        to=url_for("programmes.list_entries", programme_id=programme_id, line_id=line_id),
    )  # fmt: skip
