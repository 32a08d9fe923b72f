"""Samples: the own ones, drawing one, what was drawn, and drawing it again."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import UnprocessableEntity

from casetracker.accounts import pace
from casetracker.accounts.attempts import attempt
from casetracker.accounts.limit_rules import DRAWS
from casetracker.accounts.session import current_actor, requires
from casetracker.audit import reach_queries, room
from casetracker.casefile.page import teller
from casetracker.core import ids
from casetracker.core.actor import Actor
from casetracker.core.permissions import Permission
from casetracker.programmes import queries as programmes
from casetracker.sampling import again_queries, commands, finding_routes, mark_routes, operator, queries
from casetracker.sampling.forms import USUAL, DrawSampleForm, SampleForm
from casetracker.sampling.states import Method, PopulationKind, SampleState
from casetracker.sampling.telling_queries import tell_filter, tell_method, tell_record
from casetracker.sampling.workpaper_document import in_words
from casetracker.web.labels import label
from casetracker.web.pagination import SIZE, Page, bounds

bp = Blueprint("sampling", __name__)
finding_routes.add_to(bp)
mark_routes.add_to(bp)
room.add_page(
    room.RoomPage(
        label=_l("Samples"), endpoint="sampling.list_samples", order=60, icon="dices",
        about=_l("Draw payments, approvals, deliveries or cases by chance, look at each, and take the workpaper away."),
    )
)  # fmt: skip
ITEMS_SHOWN = 50


@bp.route("/audit/samples")
@requires(Permission.SAMPLE_DRAW)
def list_samples() -> ResponseReturnValue:
    """The own samples, newest first."""
    actor = current_actor()
    total = queries.count_samples(actor)
    number, offset = bounds(total)
    found = queries.list_samples(actor, offset=offset, limit=SIZE)
    return render_template(
        "sampling/list_samples.html", page=Page(items=found, number=number, total=total),
        sizes=queries.count_items(found), marked=queries.count_marked(found),
    )  # fmt: skip


@bp.route("/audit/samples/new", methods=["GET", "POST"])
@requires(Permission.SAMPLE_DRAW, limit=DRAWS)
def draw_sample() -> ResponseReturnValue:
    """From what, how many, how; what cannot be drawn so comes back with its sentence beside the field."""
    actor = current_actor()
    form = DrawSampleForm(data={**USUAL, "seed": ids.new_id()[:12]})
    form.offer(*_offered(actor))
    if form.validate_on_submit():
        with pace.alone(DRAWS, actor):
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
    why, method = tell_method(sample)
    return render_template(
        "sampling/show_sample.html", sample=sample, page=Page(items=rows, number=page, total=total, size=ITEMS_SHOWN),
        marks=queries.marks_of(rows), marked=queries.count_marked([sample]).get(sample.id, 0), total=total,
        why=why, facts=in_words((*tell_filter(sample), *method)), record=in_words(tell_record(sample)),
        form=SampleForm(formdata=None), is_open=sample.state == SampleState.OPEN,
        tell=teller(queries.names_in(rows)), is_by_unit=sample.method == Method.MONETARY_UNIT,
    )  # fmt: skip


@bp.route("/audit/samples/<sample_id>/population")
@requires(Permission.SAMPLE_DRAW, limit=DRAWS)
def list_population(sample_id: str) -> ResponseReturnValue:
    """What it was drawn from, entry by entry, read anew from the record."""
    actor = current_actor()
    sample = queries.get_sample(sample_id, actor)
    number, offset = bounds(sample.population_count, size=ITEMS_SHOWN)
    with pace.alone(DRAWS, actor):
        rows = again_queries.list_population(sample, actor, offset=offset, limit=ITEMS_SHOWN)
    page = Page(items=rows, number=number, total=sample.population_count, size=ITEMS_SHOWN)
    return render_template(
        "sampling/list_population.html", sample=queries.get_sample(sample_id, actor), page=page,
        tell=teller(queries.names_of_entries([row.entry for row in rows if row.entry])),
    )  # fmt: skip


@bp.route("/audit/samples/<sample_id>/again")
@requires(Permission.SAMPLE_DRAW, limit=DRAWS)
def draw_again(sample_id: str) -> ResponseReturnValue:
    """Population and items computed anew from the record, beside what the sample keeps."""
    actor = current_actor()
    with pace.alone(DRAWS, actor):
        again = again_queries.draw_again(queries.get_sample(sample_id, actor))
    return render_template("sampling/draw_again.html", sample=queries.get_sample(sample_id, actor), again=again)


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
