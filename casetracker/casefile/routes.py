"""The case list, the case page, its timeline."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts import queries as accounts
from casetracker.accounts.session import current_actor, requires
from casetracker.casefile import act_routes, listing, operator, page, timeline_queries
from casetracker.casefile.forms import MoveOnForm, ResumeCaseForm
from casetracker.casefile.person_commands import LeaveWay
from casetracker.casefile.timeline import change_rows
from casetracker.cases import queries as cases
from casetracker.cases.states import ConsentScope, Outcome, PersonStatus, Stage
from casetracker.checks import commands as checks
from casetracker.core.permissions import Permission, Role
from casetracker.dossiers import pages
from casetracker.dossiers.attempts import open_dossier
from casetracker.dossiers.states import CASE
from casetracker.programmes import queries as programmes
from casetracker.web.filters import Filter, read_filters, read_sort
from casetracker.web.labels import label, label_choices
from casetracker.web.navigation import NavEntry
from casetracker.web.pagination import SIZE, Page, bounds

bp = Blueprint("casefile", __name__)
NAVIGATION = [NavEntry(_l("Cases"), "casefile.list_cases", Permission.CASE_READ, 10, "/cases/")]
act_routes.add_to(bp)


def _set_up(app: Flask) -> None:
    """Words that the events' templates need."""
    kinds = {
        "stage_label": Stage,
        "outcome_label": Outcome,
        "status_label": PersonStatus,
        "way_label": LeaveWay,
        "scope_label": ConsentScope,
    }
    for name, kind in kinds.items():
        app.jinja_env.filters[name] = lambda value, kind=kind: label(kind(value)) if value in list(kind) else value
    app.jinja_env.filters["change_rows"] = change_rows
    operator.init_app(app)


SETUP = [_set_up]
pages.use_views(CASE, pages.Views(
    page="casefile.show_case", money="casefile.show_case", timeline="casefile.show_timeline",
    listed="casefile.list_cases", title=_l("Cases"),
    permission=Permission.CASE_READ,
))  # fmt: skip


@bp.route("/cases/")
@requires(Permission.CASE_READ)
def list_cases() -> ResponseReturnValue:
    """The cases the reader may see, filtered and sorted as the address says."""
    actor = current_actor()
    offices = accounts.list_offices()
    offered = [
        Filter(name="search", label=_("Reference or name"), kind="search"),
        Filter(name="stage", label=_("Stage"), choices=label_choices(Stage)),
        Filter(name="office", label=_("Office"), choices=[(o.id, o.name) for o in offices]),
        Filter(
            name="programme",
            label=_("Programme"),
            choices=[(p.id, p.name) for p in programmes.list_programmes(active_only=False)],
        ),
    ]
    if actor.office_id:
        people = accounts.list_colleagues(actor.office_id, Role.CASEWORKER, Role.SUPERVISOR)
        offered.append(Filter(name="caseworker", label=_("Caseworker"), choices=[(p.id, p.name) for p in people]))
    offered.append(Filter(name="open", label=_("Only open cases"), kind="tick"))
    offered.append(Filter(name="overdue", label=_("Only what is overdue"), kind="tick"))
    filters = read_filters(*offered)
    sort, descending = read_sort(listing.SORTS, "-opened")
    wanted = listing.ListFilter(
        search=filters["search"] or "",
        stage=Stage(filters["stage"]) if filters["stage"] else None,
        office_id=filters["office"],
        programme_id=filters["programme"],
        caseworker_id=filters["caseworker"],
        overdue=bool(filters["overdue"]),
        open_only=bool(filters["open"]),
        sort=sort,
        descending=descending,
    )
    total = listing.count_cases(actor, wanted)
    number, offset = bounds(total)
    rows = listing.list_cases(actor, wanted, offset=offset, limit=SIZE)
    return render_template(
        "casefile/list_cases.html",
        page=Page(items=rows, number=number, total=total),
        filters=filters,
        sort=sort,
        descending=descending,
    )


@bp.route("/cases/<reference>")
@requires(Permission.CASE_READ)
def show_case(reference: str) -> ResponseReturnValue:
    """Where the case stands, what is missing, everything known about it, and its newest history."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    move_on = MoveOnForm(formdata=None)
    shown = page.load_case_page(sight, actor, checks.look_again_if_changed(sight, actor))
    move_on.stage.data = str(shown.facts.stage)
    return render_template(
        "casefile/show_case.html",
        sight=sight,
        actor=actor,
        case=shown,
        reference=reference,
        move_on=move_on,
        resume=ResumeCaseForm(formdata=None),
        persons=shown.persons,
    )


@bp.route("/cases/<reference>/timeline")
@requires(Permission.CASE_READ)
def show_timeline(reference: str) -> ResponseReturnValue:
    """The whole history of the case in pages, newest first, filtered by person, kind and day; with ?entry= the page on
    which that entry stands, whatever was added since."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    persons = cases.list_persons(sight.dossier_id)
    filters = timeline_queries.read_timeline_filters(
        actor, Filter(name="person", label=_("Person"), choices=[(p.id, p.name) for p in persons])
    )
    shown = timeline_queries.load_timeline(sight, actor, filters, persons, person_id=filters["person"])
    return render_template("casefile/show_timeline.html", reference=reference, shown=shown)
