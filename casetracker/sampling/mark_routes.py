"""Looking at the items of a sample one by one, at the desk and on the spot."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts import attempts as own_attempts
from casetracker.accounts.attempts import Done
from casetracker.accounts.session import current_actor, requires
from casetracker.casefile.page import teller
from casetracker.core.actor import SYSTEM, Actor
from casetracker.core.commands import Command
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers import attempts
from casetracker.dossiers import commands as dossiers
from casetracker.dossiers.states import Sight
from casetracker.sampling import mark_commands as commands
from casetracker.sampling import mark_queries, mark_rules, queries, workpaper_routes
from casetracker.sampling.mark_commands import NOT_YET
from casetracker.sampling.mark_forms import EnterVisitForm, ExamineItemForm
from casetracker.sampling.mark_queries import ItemPage
from casetracker.sampling.models import Sample, SampleItem
from casetracker.sampling.states import MOST_ITEMS
from casetracker.web.forms import Form

ADDRESS = "/audit/samples/<sample_id>/items/<int:number>"


def add_to(bp: Blueprint) -> None:
    """The pages of this file belong to the room's blueprint."""
    bp.add_url_rule(ADDRESS, view_func=examine_item, methods=["GET", "POST"])
    bp.add_url_rule(f"{ADDRESS}/visit", view_func=enter_visit, methods=["GET", "POST"])
    bp.add_url_rule("/audit/samples/<sample_id>/items/next", view_func=examine_next)
    workpaper_routes.add_to(bp)


def _open(sample_id: str, number: int, actor: Actor) -> tuple[Sample, SampleItem, Sight | None]:
    """The own sample's item; opening it is reading its case, which is recorded. NotFound for a number that none has."""
    if number > MOST_ITEMS:  # also what no database could hold
        raise NotFound("item of a sample")
    item = queries.get_item(queries.get_sample(sample_id, actor), number)
    sight = mark_queries.find_sight(item, actor)
    if sight is not None:
        dossiers.record_read(sight, actor=actor)
    sample = queries.get_sample(sample_id, actor)
    return sample, queries.get_item(sample, number), sight


@requires(Permission.SAMPLE_DRAW)
def examine_item(sample_id: str, number: int) -> ResponseReturnValue:
    """The entry, its papers and its case at a glance, with the three tick marks; sent: on to the next item."""
    actor = current_actor()
    sample, item, sight = _open(sample_id, number, actor)
    page = mark_queries.load_item_page(sample, item, actor)
    form = ExamineItemForm(obj=page.mark, data=None if page.mark else {"version": NOT_YET})
    form.offer(page.row.amount)
    why_not = mark_rules.why_not_examine(page.facts)
    if form.validate_on_submit() and _attempt(
        form, commands.examine_item, form.to_command(sample_id, number), actor, sight
    ):
        return _on(sample_id, page.next_number)
    return _page("sampling/examine_item.html", sample, page, form=form, why_not=why_not), form.status


@requires(Permission.SAMPLE_DRAW)
def enter_visit(sample_id: str, number: int) -> ResponseReturnValue:
    """What a visit found of a delivery, typed from the form on paper; sent: back to the item."""
    actor = current_actor()
    sample, item, sight = _open(sample_id, number, actor)
    if not sample.population.is_visited:
        raise NotFound("visit of what is no delivery")
    page = mark_queries.load_item_page(sample, item, actor)
    form = EnterVisitForm(obj=page.visit, data=None if page.visit else {"version": NOT_YET})
    why_not = mark_rules.why_not_examine(page.facts)
    if form.validate_on_submit() and _attempt(
        form, commands.enter_visit, form.to_command(sample_id, number), actor, sight
    ):
        flash(_("Entered: what the visit of item %(number)s found.", number=number))
        return redirect(url_for("sampling.examine_item", sample_id=sample_id, number=number))
    return _page("sampling/enter_visit.html", sample, page, form=form, why_not=why_not), form.status


def _attempt(form: Form, act: Callable[..., str], cmd: Command, actor: Actor, sight: Sight | None) -> Done | None:
    """A refusal is recorded with the case, or with the auditor where the mandate does not open it."""
    if sight is None:
        return own_attempts.attempt(form, act, cmd, actor=actor)
    return attempts.attempt(form, act, cmd, actor=actor, sight=sight)


@requires(Permission.SAMPLE_DRAW)
def examine_next(sample_id: str) -> ResponseReturnValue:
    """To the first item that was not looked at yet."""
    sample = queries.get_sample(sample_id, current_actor())
    return _on(sample_id, mark_queries.next_to_examine(sample, 0))


def _on(sample_id: str, number: int | None) -> ResponseReturnValue:
    """To the next item, or back to the sample once every item was looked at."""
    if number is not None:
        return redirect(url_for("sampling.examine_item", sample_id=sample_id, number=number, _anchor="seen"))
    flash(_("Every item of this sample was looked at."))
    return redirect(url_for("sampling.show_sample", sample_id=sample_id))


def _page(template: str, sample: Sample, page: ItemPage, **more: object) -> str:
    names = page.names | {SYSTEM.id: str(_("System"))}
    return render_template(
        template, sample=sample, page=page, row=page.row, names=names, tell=teller(names), **more,
    )  # fmt: skip
