"""The auditor's room: cases of the mandate, and their histories to take away."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts import queries as accounts
from casetracker.accounts.session import current_actor, requires
from casetracker.audit import (
    as_it_was_routes,
    change_routes,
    operator,
    queries,
    refusal_queries,
    refusals,
    room,
    sealing,
    search_routes,
)
from casetracker.audit.refusal_queries import Refusal, RefusalFilter
from casetracker.casefile.page import teller
from casetracker.core.actor import SYSTEM
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.web.filters import Filter, read_filters
from casetracker.web.navigation import NavEntry
from casetracker.web.pagination import page_number

bp = Blueprint("audit", __name__)
NAVIGATION = [NavEntry(_l("Audit"), "audit.index", Permission.AUDIT_READ, 60, "/audit/")]
SETUP = [
    operator.init_app, sealing.init_app, refusals.init_app, room.init_app, search_routes.init_app,
    as_it_was_routes.init_app,
]  # fmt: skip
search_routes.add_to(bp)
change_routes.add_to(bp)
as_it_was_routes.add_to(bp)


@bp.route("/audit/")
@requires(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    """The cases of the mandate and the newest exports."""
    actor = current_actor()
    number = page_number()
    rows, has_more = queries.list_cases(actor, number)
    exports = queries.list_exports(actor)
    names = accounts.names_of({entry.actor_id for entry in exports})
    return render_template(
        "audit/index.html", rows=rows, number=number, has_more=has_more, exports=exports, names=names,
        mandates=queries.list_mandates(actor), has_clearance=actor.asylum_clearance, tell=teller(names),
    )  # fmt: skip


@bp.route("/audit/refusals")
@requires(Permission.AUDIT_READ)
def list_refusals() -> ResponseReturnValue:
    """Refused attempts within the mandate: what rules refused, and what was asked for without being open."""
    actor = current_actor()
    people = refusal_queries.list_refused_people(actor)
    names = {each: _("Not known") if each == SYSTEM.id else name for each, name in people.items()}
    filters = read_filters(
        Filter(name="why", label=_("Why"), choices=[(each, _(words)) for each, words in refusal_queries.WORDS.items()]),
        Filter(name="who", label=_("Who"), choices=list(names.items())),
        Filter(name="from", label=_("From"), kind="day"),
        Filter(name="to", label=_("To"), kind="day"),
    )
    wanted = RefusalFilter(
        refusal=Refusal(filters["why"]) if filters["why"] else None, actor_id=filters["who"],
        first_day=filters["from"], last_day=filters["to"], zone=actor.zone,
    )  # fmt: skip
    number = page_number()
    rows, has_more = refusal_queries.list_refusals(actor, wanted, number)
    if number > 1 and not rows:
        raise NotFound("page")
    return render_template(
        "audit/list_refusals.html", rows=rows, number=number, has_more=has_more, filters=filters, names=names,
        tell=teller(dict(names)),
    )  # fmt: skip
