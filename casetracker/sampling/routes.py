"""Samples: the own ones, drawing one, what was drawn, and drawing it again."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import UnprocessableEntity

from casetracker.accounts.attempts import attempt
from casetracker.accounts.session import current_actor, requires
from casetracker.audit import reach_queries, room
from casetracker.casefile.page import teller
from casetracker.core import ids
from casetracker.core.actor import Actor
from casetracker.core.permissions import Permission
from casetracker.programmes import queries as programmes
from casetracker.sampling import again_queries, commands, finding_routes, mark_routes, operator, queries
from casetracker.sampling.forms import USUAL, DrawSampleForm, SampleForm
from casetracker.sampling.models import Sample
from casetracker.sampling.states import Method, PopulationKind, SampleState, design_from, filter_from
from casetracker.sampling.telling_queries import tell_size
from casetracker.web.formats import day, number
from casetracker.web.labels import label
from casetracker.web.pagination import Page, bounds, page_number

bp = Blueprint("sampling", __name__)
finding_routes.add_to(bp)
mark_routes.add_to(bp)
room.add_page(
    room.RoomPage(
        label=_l("Samples"), endpoint="sampling.list_samples", order=60, icon="dices",
        also=(
            "sampling.draw_sample", "sampling.show_sample", "sampling.draw_again", "sampling.examine_item",
        ),
        about=_l("Draw payments, approvals, deliveries or cases by chance, look at each, and take the workpaper away."),
    )
)  # fmt: skip
ITEMS_SHOWN = 50


@bp.route("/audit/samples")
@requires(Permission.SAMPLE_DRAW)
def list_samples() -> ResponseReturnValue:
    """The own samples, newest first."""
    found, has_more = queries.list_samples(current_actor(), page_number())
    return render_template(
        "sampling/list_samples.html", samples=found, number=page_number(), has_more=has_more,
        sizes=queries.count_items(found), marked=queries.count_marked(found),
    )  # fmt: skip


@bp.route("/audit/samples/new", methods=["GET", "POST"])
@requires(Permission.SAMPLE_DRAW)
def draw_sample() -> ResponseReturnValue:
    """From what, how many, how; what cannot be drawn so comes back with its sentence beside the field."""
    actor = current_actor()
    form = DrawSampleForm(data={**USUAL, "seed": ids.new_id()[:12]})
    form.offer(*_offered(actor))
    if form.validate_on_submit():
        done = attempt(form, commands.draw_sample, form.to_command(actor.zone), actor=actor)
        if done:
            flash(_("Drawn. The record keeps from what, how and with which seed."), "ok")
            return redirect(url_for("sampling.show_sample", sample_id=done.result))
    return render_template("sampling/draw_sample.html", form=form), form.status


def _offered(actor: Actor) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[str]]:
    """(id, name) of the offices and programmes that the mandates name, all where one names none; their currencies."""
    named = {each for mandate in actor.mandates for each in mandate.programme_ids}
    every = any(not mandate.programme_ids for mandate in actor.mandates)
    found = [p for p in programmes.list_programmes(active_only=False) if every or p.id in named]
    return reach_queries.list_offices(actor), [(p.id, p.name) for p in found], sorted({p.currency for p in found})


@bp.route("/audit/samples/<sample_id>")
@requires(Permission.SAMPLE_DRAW)
def show_sample(sample_id: str) -> ResponseReturnValue:
    """What was drawn from what, and the items with how far they were looked at."""
    actor = current_actor()
    sample = queries.get_sample(sample_id, actor)
    total = queries.count_items([sample]).get(sample.id, 0)
    page, offset = bounds(total, size=ITEMS_SHOWN)
    rows = queries.list_items(sample, actor, offset + 1, offset + ITEMS_SHOWN)
    return render_template(
        "sampling/show_sample.html", sample=sample, page=Page(items=rows, number=page, total=total, size=ITEMS_SHOWN),
        marks=queries.marks_of(rows), marked=queries.count_marked([sample]).get(sample.id, 0), total=total,
        facts=told_facts(sample, actor), why=tell_size(sample), design=design_from(sample.parameters),
        form=SampleForm(formdata=None), is_open=sample.state == SampleState.OPEN,
        tell=teller(queries.names_in(rows)), is_of_deliveries=sample.population == PopulationKind.DELIVERIES,
        is_by_unit=sample.method == Method.MONETARY_UNIT,
    )  # fmt: skip


def told_facts(sample: Sample, actor: Actor) -> list[tuple[str, str]]:
    """(label, words) of the filter: what was left open is not told."""
    wanted, (offices, offered, _codes) = filter_from(sample.filters), _offered(actor)
    found: list[tuple[str, str]] = []
    if wanted.office_id:
        found.append((_("Office"), dict(offices).get(wanted.office_id, "–")))
    if wanted.programme_id:
        found.append((_("Programme"), dict(offered).get(wanted.programme_id, "–")))
    if wanted.first:
        found.append((_("Recorded from"), day(wanted.first)))
    if wanted.end:
        found.append((_("Recorded until"), day(wanted.end - timedelta(microseconds=1))))
    if wanted.least is not None:
        found.append((_("Amount from"), number(wanted.least)))
    if wanted.most is not None:
        found.append((_("Amount to"), number(wanted.most)))
    return found


@bp.route("/audit/samples/<sample_id>/again")
@requires(Permission.SAMPLE_DRAW)
def draw_again(sample_id: str) -> ResponseReturnValue:
    """Population and items computed anew from the record, beside what the sample keeps."""
    sample = queries.get_sample(sample_id, current_actor())
    return render_template("sampling/draw_again.html", sample=sample, again=again_queries.draw_again(sample))


@bp.route("/audit/samples/<sample_id>/close", methods=["POST"])
@requires(Permission.SAMPLE_DRAW)
def close_sample(sample_id: str) -> ResponseReturnValue:
    """End the work on it."""
    form, actor = SampleForm(), current_actor()
    queries.get_sample(sample_id, actor)
    if not form.validate_on_submit():
        raise UnprocessableEntity
    attempt(None, commands.close_sample, form.to_close(sample_id), actor=actor)
    flash(_("Closed. It stays as it is, and can be opened again."), "ok")
    return redirect(url_for("sampling.show_sample", sample_id=sample_id))


@bp.route("/audit/samples/<sample_id>/reopen", methods=["POST"])
@requires(Permission.SAMPLE_DRAW)
def reopen_sample(sample_id: str) -> ResponseReturnValue:
    """Take it up again."""
    form, actor = SampleForm(), current_actor()
    queries.get_sample(sample_id, actor)
    if not form.validate_on_submit():
        raise UnprocessableEntity
    attempt(None, commands.reopen_sample, form.to_reopen(sample_id), actor=actor)
    flash(_("Open again. A workpaper taken away before may now differ."), "ok")
    return redirect(url_for("sampling.show_sample", sample_id=sample_id))


def init_app(app: Flask) -> None:
    """The words that the sentences of samples need."""
    app.jinja_env.filters["population_word"] = lambda value: label(PopulationKind(value))
    app.jinja_env.filters["method_word"] = lambda value: label(Method(value))


SETUP = [operator.init_app, init_app]
