"""Exchange rates: list, one by one, a whole file."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from casetracker.accounts.attempts import attempt
from casetracker.accounts.routes.acts import about
from casetracker.accounts.session import current_actor, requires
from casetracker.core.permissions import Permission
from casetracker.programmes import commands, page_queries, queries, rate_rules
from casetracker.programmes.rate_forms import EditRateForm, ImportRatesForm, RateForm
from casetracker.programmes.routes.blueprint import bp
from casetracker.programmes.states import CURRENCIES
from casetracker.web.filters import Filter, read_filters
from casetracker.web.pagination import slice_page

COLUMNS = rate_rules.COLUMNS


@bp.route("/admin/rates/")
@requires(Permission.RATE_MANAGE)
def list_rates() -> ResponseReturnValue:
    """Stored rates, the newest first."""
    choices = [(code, code) for code in CURRENCIES]
    filters = read_filters(Filter(name="currency", label=lazy_gettext("Currency"), choices=choices))
    page = slice_page(queries.list_rates(filters["currency"]))
    return render_template("programmes/list_rates.html", page=page, filters=filters)


@bp.route("/admin/rates/new", methods=["GET", "POST"])
@requires(Permission.RATE_MANAGE, describe=about(lazy_gettext("Store an exchange rate"), "programmes.list_rates"))
def add_rate() -> ResponseReturnValue:
    """A rate of a day."""
    form = RateForm(data={"base": "EUR"})
    if form.validate_on_submit() and attempt(form, commands.add_rate, form.to_command(), actor=current_actor()):
        flash(_("The rate is stored."))
        return redirect(url_for("programmes.list_rates"))
    return render_template("programmes/add_rate.html", form=form), form.status


@bp.route("/admin/rates/<rate_id>/edit", methods=["GET", "POST"])
@requires(Permission.RATE_MANAGE, describe=about(lazy_gettext("Correct an exchange rate"), "programmes.list_rates"))
def edit_rate(rate_id: str) -> ResponseReturnValue:
    """A stored rate, corrected; payments already recorded keep theirs."""
    actor, row = current_actor(), queries.get_rate_row(rate_id)
    form = EditRateForm(data={"version": row.version, "rate": row.rate})
    if form.validate_on_submit() and attempt(form, commands.edit_rate, form.to_command(rate_id), actor=actor):
        flash(_("The rate is corrected. Payments already recorded keep the rate they were made at."))
        return redirect(url_for("programmes.list_rates"))
    row = queries.get_rate_row(rate_id)
    return render_template("programmes/edit_rate.html", form=form, rate=row), form.status


@bp.route("/admin/rates/import", methods=["GET", "POST"])
@requires(
    Permission.RATE_MANAGE,
    describe=about(lazy_gettext("Store a file of exchange rates"), "programmes.list_rates"),
    carries_file=True,
)
def import_rates() -> ResponseReturnValue:
    """A file of rates, all or none; what is wrong is said line by line."""
    form, lines = ImportRatesForm(), []
    if form.validate_on_submit():
        content = form.content()
        reason = rate_rules.why_not_file(content)
        if reason is None:
            lines = page_queries.check_rate_lines(rate_rules.read_rates(content))
        wrong = sum(1 for line in lines if line.problem is not None)
        if reason is not None:
            form.refuse(reason)
        elif wrong:
            form.refuse(ngettext("%(num)d line is wrong.", "%(num)d lines are wrong.", wrong), "file")
        else:
            done = attempt(form, commands.import_rates, form.to_command(lines), actor=current_actor())
            if done is not None:
                flash(_("Rates stored from the file: %(count)s.", count=done.result))
                return redirect(url_for("programmes.list_rates"))
    return render_template("programmes/import_rates.html", form=form, lines=lines, columns=COLUMNS), form.status
