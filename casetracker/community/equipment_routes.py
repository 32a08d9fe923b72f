"""Pages of equipment: some of a site with who has it and what checks found, and every act on it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.community import equipment_commands as commands
from casetracker.community import equipment_queries, equipment_rules, inventory_commands, paid_line_queries, queries
from casetracker.community.equipment_forms import (
    AddEquipmentForm,
    CancelEquipmentForm,
    ChangeCustodyForm,
    CheckInventoryForm,
    CorrectCheckForm,
    CorrectReceiptForm,
    EditEquipmentForm,
    ReceiveEquipmentForm,
    SettleMissingForm,
)
from casetracker.community.equipment_models import EquipmentItem
from casetracker.community.models import Site
from casetracker.community.opening import may_edit, open_project_page, open_to_edit
from casetracker.community.site_routes import render_site_form, to_site
from casetracker.core.actor import Actor
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt
from casetracker.dossiers.states import Sight
from casetracker.providers.queries import list_choices
from casetracker.web.formats import day


def add_to(bp: Blueprint) -> None:
    """Put these pages under the project's."""
    site = "/projects/<reference>/sites/<site_id>"
    one = f"{site}/equipment/<equipment_id>"
    bp.add_url_rule(one, view_func=show_equipment)
    for address, view in (
        (f"{site}/equipment/new", add_equipment), (f"{one}/edit", edit_equipment),
        (f"{one}/receive", receive_equipment), (f"{one}/receipt/correct", correct_receipt),
        (f"{one}/custody", change_custody), (f"{one}/checks/new", check_inventory),
        (f"{one}/checks/<check_id>/correct", correct_check), (f"{one}/checks/<check_id>/settle", settle_missing),
        (f"{one}/cancel", cancel_equipment),
    ):  # fmt: skip
        bp.add_url_rule(address, view_func=view, methods=["GET", "POST"])


def _opened(reference: str, site_id: str, equipment_id: str) -> tuple[Actor, Sight, Site, EquipmentItem]:
    """Who asks, the project, its site and the equipment, for an act."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    return actor, sight, site, equipment_queries.get_equipment(site, equipment_id)


def _render_form(form: Any, reference: str, site: Site, item: EquipmentItem, title: str, save: str) -> str:
    back = url_for("community.show_equipment", reference=reference, site_id=site.id, equipment_id=item.id)
    return render_template(
        "community/works_form.html", form=form, reference=reference, site=site, item=item, title=title, save=save,
        back=back,
    )  # fmt: skip


def _to_equipment(reference: str, site_id: str, equipment_id: str) -> ResponseReturnValue:
    return redirect(
        url_for("community.show_equipment", reference=reference, site_id=site_id, equipment_id=equipment_id)
    )


def _offer(
    form: AddEquipmentForm | EditEquipmentForm, actor: Actor, site: Site, item: EquipmentItem | None = None
) -> None:
    providers = list_choices(actor, item.provider_id if item is not None else None)
    form.offer(providers, paid_line_queries.list_choices(site, item.plan_line_id if item is not None else None))


def _serials_of(item: EquipmentItem) -> list[str]:
    return [row.number for row in equipment_queries.list_serials([item.id])[item.id]]


@requires(Permission.PROJECT_EDIT)
def add_equipment(reference: str, site_id: str) -> ResponseReturnValue:
    """Equipment for the site."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = AddEquipmentForm()
    _offer(form, actor, site)
    if form.validate_on_submit() and (
        done := attempt(form, commands.add_equipment, form.to_command(sight, site_id), actor=actor, sight=sight)
    ):
        flash(_("The equipment was entered."))
        return _to_equipment(reference, site_id, str(done.result))
    return render_site_form(form, reference, site, _("New equipment"), _("Save")), form.status


@requires(Permission.PROJECT_READ)
def show_equipment(reference: str, site_id: str, equipment_id: str) -> ResponseReturnValue:
    """What it is, who has it, and what checks found."""
    actor = current_actor()
    sight = open_project_page(reference, actor)
    site = queries.get_site(sight, site_id)
    shown = equipment_queries.load_page(site, equipment_id)
    may_write = may_edit(sight, actor) and site.outcome is None
    return render_template(
        "community/show_equipment.html", reference=reference, site=site, shown=shown, may_edit=may_write,
        may_decide=may_write and actor.may(Permission.SITE_DECIDE),
        why_not_edit=equipment_rules.why_not_edit(shown.row.facts),
    )  # fmt: skip


@requires(Permission.PROJECT_EDIT)
def edit_equipment(reference: str, site_id: str, equipment_id: str) -> ResponseReturnValue:
    """Change what the equipment is, with a reason."""
    actor, sight, site, item = _opened(reference, site_id, equipment_id)
    form = EditEquipmentForm(obj=item, data={"serials": "\n".join(_serials_of(item))})
    _offer(form, actor, site, item)
    if form.validate_on_submit() and attempt(
        form, commands.edit_equipment, form.to_command(sight, site_id, equipment_id), actor=actor, sight=sight
    ):
        flash(_("The equipment was saved."))
        return _to_equipment(reference, site_id, equipment_id)
    return _render_form(form, reference, site, item, _("Change the equipment"), _("Save")), form.status


@requires(Permission.PROJECT_EDIT)
def receive_equipment(reference: str, site_id: str, equipment_id: str) -> ResponseReturnValue:
    """The equipment came."""
    actor, sight, site, item = _opened(reference, site_id, equipment_id)
    handover = equipment_queries.find_handover(site)
    form = ReceiveEquipmentForm(
        data={
            "serials": "\n".join(_serials_of(item)), "version": item.version,
            "custodian": handover.receiver if handover is not None else None,
        }
    )  # fmt: skip
    if form.validate_on_submit() and attempt(
        form, commands.receive_equipment, form.to_command(sight, site_id, equipment_id), actor=actor, sight=sight
    ):
        flash(_("The receipt was entered."))
        return _to_equipment(reference, site_id, equipment_id)
    return _render_form(form, reference, site, item, _("The equipment came"), _("Enter")), form.status


@requires(Permission.SITE_DECIDE)
def correct_receipt(reference: str, site_id: str, equipment_id: str) -> ResponseReturnValue:
    """A supervisor who did not enter the receipt puts it right."""
    actor, sight, site, item = _opened(reference, site_id, equipment_id)
    form = CorrectReceiptForm(obj=item)
    if form.validate_on_submit() and attempt(
        form, commands.correct_receipt, form.to_command(sight, site_id, equipment_id), actor=actor, sight=sight
    ):
        flash(_("The receipt was corrected."))
        return _to_equipment(reference, site_id, equipment_id)
    return _render_form(form, reference, site, item, _("Correct the receipt"), _("Save")), form.status


@requires(Permission.PROJECT_EDIT)
def change_custody(reference: str, site_id: str, equipment_id: str) -> ResponseReturnValue:
    """Who has the equipment now, and where."""
    actor, sight, site, item = _opened(reference, site_id, equipment_id)
    form = ChangeCustodyForm(obj=item)
    if form.validate_on_submit() and attempt(
        form, commands.change_custody, form.to_command(sight, site_id, equipment_id), actor=actor, sight=sight
    ):
        flash(_("Who has it was entered."))
        return _to_equipment(reference, site_id, equipment_id)
    return _render_form(form, reference, site, item, _("Who has it now"), _("Save")), form.status


@requires(Permission.PROJECT_EDIT)
def check_inventory(reference: str, site_id: str, equipment_id: str) -> ResponseReturnValue:
    """What a check found of the equipment."""
    actor, sight, site, item = _opened(reference, site_id, equipment_id)
    form = CheckInventoryForm()
    form.offer(_serials_of(item))
    cmd = (sight, site_id, equipment_id)
    if form.validate_on_submit() and attempt(
        form, inventory_commands.check_inventory, form.to_command(*cmd), actor=actor, sight=sight
    ):
        flash(_("The check was entered."))
        return _to_equipment(reference, site_id, equipment_id)
    return _render_form(form, reference, site, item, _("Check the inventory"), _("Enter")), form.status


@requires(Permission.PROJECT_EDIT)
def correct_check(reference: str, site_id: str, equipment_id: str, check_id: str) -> ResponseReturnValue:
    """Correct what was entered of a check, with a reason."""
    actor, sight, site, item = _opened(reference, site_id, equipment_id)
    check = equipment_queries.get_check(item, check_id)
    form = CorrectCheckForm(obj=check, data={"day": check.checked_on, "missing": check.missing_serials})
    form.offer(sorted({*_serials_of(item), *check.missing_serials}))
    cmd = (sight, site_id, equipment_id, check_id)
    if form.validate_on_submit() and attempt(
        form, inventory_commands.correct_check, form.to_command(*cmd), actor=actor, sight=sight
    ):
        flash(_("The check was corrected."))
        return _to_equipment(reference, site_id, equipment_id)
    title = _("Correct the check of %(day)s", day=day(check.checked_on))
    return _render_form(form, reference, site, item, title, _("Save")), form.status


@requires(Permission.SITE_DECIDE)
def settle_missing(reference: str, site_id: str, equipment_id: str, check_id: str) -> ResponseReturnValue:
    """Explain what a check did not find, or write it off."""
    actor, sight, site, item = _opened(reference, site_id, equipment_id)
    check = equipment_queries.get_check(item, check_id)
    form = SettleMissingForm(data={"version": check.version})
    cmd = (sight, site_id, equipment_id, check_id)
    if form.validate_on_submit() and attempt(
        form, inventory_commands.settle_missing, form.to_command(*cmd), actor=actor, sight=sight
    ):
        flash(_("What was missing is settled."))
        return _to_equipment(reference, site_id, equipment_id)
    title = _("What was missing on %(day)s", day=day(check.checked_on))
    return _render_form(form, reference, site, item, title, _("Save")), form.status


@requires(Permission.SITE_DECIDE)
def cancel_equipment(reference: str, site_id: str, equipment_id: str) -> ResponseReturnValue:
    """The equipment is not bought."""
    actor, sight, site, item = _opened(reference, site_id, equipment_id)
    form = CancelEquipmentForm(data={"version": item.version})
    if form.validate_on_submit() and attempt(
        form, commands.cancel_equipment, form.to_command(sight, site_id, equipment_id), actor=actor, sight=sight
    ):
        flash(_("The equipment was cancelled."))
        return to_site(reference, site_id, "equipment")
    title = _("Cancel the equipment")
    return _render_form(form, reference, site, item, title, title), form.status
