"""Pages of works at a site: one with its bill, progress and defects, and every act on it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import Act, current_actor, requires
from casetracker.community import (
    contribution_queries,
    paid_line_queries,
    progress_commands,
    queries,
    works_commands,
    works_queries,
)
from casetracker.community.models import Site
from casetracker.community.opening import may_edit, open_project_page, open_to_edit
from casetracker.community.site_routes import to_site
from casetracker.community.works_forms import (
    AcceptWorksForm,
    AddWorksForm,
    CancelWorksForm,
    CorrectDefectForm,
    EditWorksForm,
    LogDefectForm,
    LogProgressForm,
    MeasureWorksForm,
    MendDefectForm,
    StartWorksForm,
    bill_data,
    to_quantity,
)
from casetracker.community.works_models import WorksItem
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.states import PROJECT, Sight
from casetracker.providers.queries import list_choices


def add_to(bp: Blueprint) -> None:
    """Put these pages under the project's."""
    base = "/projects/<reference>/sites/<site_id>/works"
    one = f"{base}/<works_id>"
    bp.add_url_rule(one, view_func=show_works)
    for address, view in (
        (f"{base}/new", add_works), (f"{one}/edit", edit_works), (f"{one}/start", start_works),
        (f"{one}/progress/new", log_progress), (f"{one}/measured", measure_works),
        (f"{one}/defects/new", log_defect), (f"{one}/defects/<defect_id>/correct", correct_defect),
        (f"{one}/defects/<defect_id>/mend", mend_defect),
        (f"{one}/accept", accept_works), (f"{one}/cancel", cancel_works),
    ):  # fmt: skip
        bp.add_url_rule(address, view_func=view, methods=["GET", "POST"])


def _opened(reference: str, site_id: str, works_id: str) -> tuple[Actor, Sight, Site, WorksItem]:
    """Who asks, the project, its site and the works, for an act."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    return actor, sight, site, works_queries.get_works(site, works_id)


def _render_form(form: Any, reference: str, site: Site, item: WorksItem, title: str, save: str) -> str:
    return render_template(
        "community/works_form.html", form=form, reference=reference, site=site, item=item, title=title, save=save
    )


def _to_works(reference: str, site_id: str, works_id: str, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(
        url_for("community.show_works", reference=reference, site_id=site_id, works_id=works_id, _anchor=anchor)
    )


def _offer(form: AddWorksForm | EditWorksForm, actor: Actor, site: Site, item: WorksItem | None = None) -> None:
    providers = list_choices(actor, item.provider_id if item is not None else None)
    lines = paid_line_queries.list_choices(site, item.plan_line_id if item is not None else None)
    form.offer(providers, works_queries.list_contracts(site.id), lines)


@requires(Permission.PROJECT_EDIT)
def add_works(reference: str, site_id: str) -> ResponseReturnValue:
    """Works at the site, as planned."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    site = queries.get_site(sight, site_id)
    form = AddWorksForm()
    _offer(form, actor, site)
    form.set_currency(contribution_queries.currency_of(sight))
    if form.validate_on_submit() and (
        done := attempt(form, works_commands.add_works, form.to_command(sight, site_id), actor=actor, sight=sight)
    ):
        flash(_("The works were entered."))
        return _to_works(reference, site_id, str(done.result))
    page = render_template("community/save_works.html", form=form, reference=reference, site=site, item=None)
    return page, form.status


@requires(Permission.PROJECT_READ)
def show_works(reference: str, site_id: str, works_id: str) -> ResponseReturnValue:
    """How far the works have come, by day and with photographs, what they cost, and what is wrong with them."""
    actor = current_actor()
    sight = open_project_page(reference, actor)
    site = queries.get_site(sight, site_id)
    shown = works_queries.load_page(site, works_id, actor.id, clock.today(actor.zone))
    may_write = may_edit(sight, actor) and site.outcome is None
    return render_template(
        "community/show_works.html", reference=reference, site=site, shown=shown, may_edit=may_write,
        may_decide=may_write and actor.may(Permission.SITE_DECIDE),
    )  # fmt: skip


@requires(Permission.PROJECT_EDIT)
def edit_works(reference: str, site_id: str, works_id: str) -> ResponseReturnValue:
    """Plan the works otherwise, with a reason."""
    actor, sight, site, item = _opened(reference, site_id, works_id)
    form = EditWorksForm(obj=item, data={"bill": bill_data(works_queries.list_bill(item.id))})
    _offer(form, actor, site, item)
    form.set_currency(item.currency)
    if form.validate_on_submit() and attempt(
        form, works_commands.edit_works, form.to_command(sight, site_id, works_id), actor=actor, sight=sight
    ):
        flash(_("The works were saved."))
        return _to_works(reference, site_id, works_id)
    page = render_template("community/save_works.html", form=form, reference=reference, site=site, item=item)
    return page, form.status


@requires(Permission.PROJECT_EDIT)
def start_works(reference: str, site_id: str, works_id: str) -> ResponseReturnValue:
    """When the works started."""
    actor, sight, site, item = _opened(reference, site_id, works_id)
    form = StartWorksForm(data={"version": item.version})
    if form.validate_on_submit() and attempt(
        form, works_commands.start_works, form.to_command(sight, site_id, works_id), actor=actor, sight=sight
    ):
        flash(_("The start was entered."))
        return _to_works(reference, site_id, works_id)
    return _render_form(form, reference, site, item, _("The works started"), _("Enter")), form.status


@requires(Permission.PROJECT_EDIT)
def log_progress(reference: str, site_id: str, works_id: str) -> ResponseReturnValue:
    """How far the works have come, with photographs."""
    actor, sight, site, item = _opened(reference, site_id, works_id)
    form = LogProgressForm()
    if form.validate_on_submit() and attempt(
        form, progress_commands.log_progress, form.to_command(sight, site_id, works_id), actor=actor, sight=sight
    ):
        flash(_("The progress was entered."))
        return _to_works(reference, site_id, works_id, "progress")
    return _render_form(form, reference, site, item, _("How far the works are"), _("Enter")), form.status


@requires(Permission.PROJECT_EDIT)
def measure_works(reference: str, site_id: str, works_id: str) -> ResponseReturnValue:
    """What was really built of each row of the bill."""
    actor, sight, site, item = _opened(reference, site_id, works_id)
    bill = works_queries.list_bill(item.id)
    form = MeasureWorksForm(data={
        "rows": [
            {"id": row.id, "quantity": to_quantity(row.actual_quantity), "amount": row.actual_amount} for row in bill
        ],
        "version": item.version,
    })  # fmt: skip
    is_measured = any(row.actual_quantity is not None for row in bill)
    if is_measured:
        form.need_reason()
    form.set_currency(item.currency)
    if form.validate_on_submit() and attempt(
        form, works_commands.measure_works, form.to_command(sight, site_id, works_id), actor=actor, sight=sight
    ):
        flash(_("What was built was entered."))
        return _to_works(reference, site_id, works_id, "bill")
    page = render_template(
        "community/measure_works.html", form=form, reference=reference, site=site, item=item,
        bill={row.id: row for row in bill}, is_measured=is_measured,
    )  # fmt: skip
    return page, form.status


@requires(Permission.PROJECT_EDIT)
def log_defect(reference: str, site_id: str, works_id: str) -> ResponseReturnValue:
    """Something is wrong with the works."""
    actor, sight, site, item = _opened(reference, site_id, works_id)
    form = LogDefectForm()
    if form.validate_on_submit() and attempt(
        form, progress_commands.log_defect, form.to_command(sight, site_id, works_id), actor=actor, sight=sight
    ):
        flash(_("The defect was entered."))
        return _to_works(reference, site_id, works_id, "defects")
    title = _("A claim under the warranty") if item.accepted_on else _("A defect")
    return _render_form(form, reference, site, item, title, _("Enter")), form.status


@requires(Permission.PROJECT_EDIT)
def correct_defect(reference: str, site_id: str, works_id: str, defect_id: str) -> ResponseReturnValue:
    """What was entered of a defect, as it should have been."""
    actor, sight, site, item = _opened(reference, site_id, works_id)
    form = CorrectDefectForm(obj=works_queries.get_defect(item, defect_id))
    cmd = (sight, site_id, works_id, defect_id)
    if form.validate_on_submit() and attempt(
        form, progress_commands.correct_defect, form.to_command(*cmd), actor=actor, sight=sight
    ):
        flash(_("The defect was corrected."))
        return _to_works(reference, site_id, works_id, "defects")
    return _render_form(form, reference, site, item, _("Correct a defect"), _("Save")), form.status


@requires(Permission.PROJECT_EDIT)
def mend_defect(reference: str, site_id: str, works_id: str, defect_id: str) -> ResponseReturnValue:
    """A defect was mended."""
    actor, sight, site, item = _opened(reference, site_id, works_id)
    defect = works_queries.get_defect(item, defect_id)
    form = MendDefectForm(data={"version": defect.version})
    cmd = (sight, site_id, works_id, defect_id)
    if form.validate_on_submit() and attempt(
        form, progress_commands.mend_defect, form.to_command(*cmd), actor=actor, sight=sight
    ):
        flash(_("The defect is mended."))
        return _to_works(reference, site_id, works_id, "defects")
    title = _("Mended: %(what)s", what=defect.what)
    return _render_form(form, reference, site, item, title, _("Enter")), form.status


def _about_acceptance(reference: str, site_id: str, works_id: str) -> Act:
    sight = sight_of(current_actor(), reference, PROJECT)
    site = queries.get_site(sight, site_id)
    works = works_queries.get_works(site, works_id)
    facts = [(_("Project"), reference), (_("Institution"), site.name), (_("Works"), works.title)]
    back = url_for("community.show_works", reference=reference, site_id=site_id, works_id=works_id)
    return Act(title=_("Accept the works"), facts=facts, back=back)


@requires(Permission.SITE_DECIDE, step_up=True, carries_file=True, describe=_about_acceptance)
def accept_works(reference: str, site_id: str, works_id: str) -> ResponseReturnValue:
    """Accept the works, with the act that says so."""
    actor, sight, site, item = _opened(reference, site_id, works_id)
    form = AcceptWorksForm(data={"version": item.version})
    if form.validate_on_submit() and attempt(
        form, progress_commands.accept_works, form.to_command(sight, site_id, works_id), actor=actor, sight=sight
    ):
        flash(_("The works were accepted."))
        return _to_works(reference, site_id, works_id)
    return _render_form(form, reference, site, item, _("Accept the works"), _("Accept")), form.status


@requires(Permission.SITE_DECIDE)
def cancel_works(reference: str, site_id: str, works_id: str) -> ResponseReturnValue:
    """The works are not done."""
    actor, sight, site, item = _opened(reference, site_id, works_id)
    form = CancelWorksForm(data={"version": item.version})
    if form.validate_on_submit() and attempt(
        form, works_commands.cancel_works, form.to_command(sight, site_id, works_id), actor=actor, sight=sight
    ):
        flash(_("The works were cancelled."))
        return to_site(reference, site_id, "works")
    return _render_form(form, reference, site, item, _("Cancel the works"), _("Cancel the works")), form.status
