"""Packages and their entitlement rules."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from casetracker.accounts.session import current_actor, requires
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.programmes import queries
from casetracker.programmes.forms import EditPackageForm, EditRuleForm, PackageForm, RuleForm
from casetracker.programmes.models import Package
from casetracker.programmes.routes.blueprint import bp, propose, to_programme

PACKAGE = ("version", "name", "needs_plan", "in_kind_only", "cash_cap", "contact_within_months",
           "use_within_months", "within_working_days", "is_active")  # fmt: skip
RULE = ("version", "applicant_role", "return_type", "amount", "is_maximum", "basis", "valid_from",
        "valid_until", "nationalities_included", "nationalities_excluded")  # fmt: skip


def _package(programme_id: str, package_id: str) -> Package:
    package = queries.get_package_row(package_id)
    if package.programme_id != programme_id:
        raise NotFound("package of another programme")
    return package


@bp.route("/admin/programmes/<programme_id>/packages/new", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_MANAGE)
def add_package(programme_id: str) -> ResponseReturnValue:
    """A new package."""
    actor, form = current_actor(), PackageForm()
    form.set_currency(queries.get_programme(programme_id).currency)
    lines = queries.list_budget_lines(programme_id)
    form.budget_line_id.choices = [(line.id, f"{line.code} {line.name}") for line in lines]
    if form.validate_on_submit() and propose(form, form.to_command(programme_id), actor=actor):
        return to_programme(programme_id, "packages")
    programme = queries.get_programme(programme_id)
    return render_template("programmes/add_package.html", form=form, programme=programme), form.status


@bp.route("/admin/programmes/<programme_id>/packages/<package_id>/edit", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_MANAGE)
def edit_package(programme_id: str, package_id: str) -> ResponseReturnValue:
    """A package's facts, for new grants."""
    actor, package = current_actor(), _package(programme_id, package_id)
    form = EditPackageForm(data={name: getattr(package, name) for name in PACKAGE})
    form.set_currency(queries.get_programme(programme_id).currency)
    if form.validate_on_submit() and propose(form, form.to_command(package_id), actor=actor):
        return to_programme(programme_id, "packages")
    more = {"programme": queries.get_programme(programme_id), "package": queries.get_package(package_id)}
    return render_template("programmes/edit_package.html", form=form, **more), form.status


@bp.route("/admin/programmes/<programme_id>/packages/<package_id>/rules/new", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_MANAGE)
def add_rule(programme_id: str, package_id: str) -> ResponseReturnValue:
    """A new entitlement rule of a package."""
    actor = current_actor()
    _package(programme_id, package_id)
    form = RuleForm()
    form.set_currency(queries.get_programme(programme_id).currency)
    if form.validate_on_submit() and propose(form, form.to_command(package_id), actor=actor):
        return to_programme(programme_id, "packages")
    more = {"programme": queries.get_programme(programme_id), "package": queries.get_package(package_id)}
    return render_template("programmes/add_rule.html", form=form, **more), form.status


@bp.route("/admin/programmes/<programme_id>/packages/<package_id>/rules/<rule_id>/edit", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_MANAGE)
def edit_rule(programme_id: str, package_id: str, rule_id: str) -> ResponseReturnValue:
    """An entitlement rule, for new grants."""
    actor, rule = current_actor(), queries.get_rule_row(rule_id)
    if _package(programme_id, package_id).id != rule.package_id:
        raise NotFound("rule of another package")
    form = EditRuleForm(data={name: getattr(rule, name) for name in RULE})
    form.set_currency(queries.get_programme(programme_id).currency)
    if form.validate_on_submit() and propose(form, form.to_edit(package_id, rule_id), actor=actor):
        return to_programme(programme_id, "packages")
    more = {"programme": queries.get_programme(programme_id), "package": queries.get_package(package_id)}
    return render_template("programmes/edit_rule.html", form=form, **more), form.status
