"""The page of a case as it was: the page of today, loaded at a past moment by the same queries, for reading alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from casetracker.audit import as_it_was_queries as queries
from casetracker.audit.as_it_was import AsItWas, as_it_was
from casetracker.audit.as_it_was_queries import Neighbours
from casetracker.casefile.page import CasePage, load_case_page
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Role
from casetracker.disbursements import page_queries as disbursements
from casetracker.dossiers.states import Relation, Sight
from casetracker.grants import queries as grants
from casetracker.ledger.states import Place
from casetracker.payments import page_queries as payments
from casetracker.plans import page_queries as plans
from casetracker.plans.entry_queries import load_line

NEWEST = 8
"""Entries of the timeline on the page, as on the page of today."""

LEFT_OUT = frozenset({"checks"})
"""Panels that judge the case by the rules of today and by other cases: they are no fact of then."""


@dataclass(frozen=True)
class PastPage:
    """The page at a moment; `case` is None where the case had not been opened yet.

    sight: what the page is shown with; it names no relation, for nobody acts in the past.
    actor: somebody who may read what the reader may, and do nothing.
    """

    moment: datetime
    neighbours: Neighbours
    case: CasePage | None
    sight: Sight
    actor: Actor


def load_past_page(sight: Sight, actor: Actor, moment: datetime) -> PastPage:
    """How the case stood at the moment for this reader, by the rights of today. The number of queries is constant."""
    neighbours, onlooker = queries.find_neighbours(sight, moment), _onlooker(actor)
    with as_it_was(sight, moment, newest=NEWEST) as was:
        dossier = was.one("dossier", sight.dossier_id)
        if dossier is None:
            return PastPage(moment, neighbours, None, sight, onlooker)
        then = _sight_then(sight, was, dossier, actor)
        with was.past.reading(moment):
            case = load_case_page(then, onlooker)
    case = replace(case, panels=[panel for panel in case.panels if panel.name not in LEFT_OUT])
    return PastPage(moment, neighbours, case, replace(then, relation=None), onlooker)


Asked = tuple[Place | None, int]
"""Of an account's entries: which figure's, and which page of them."""


@dataclass(frozen=True)
class PageBelow:
    """A page below the case that can be seen as it was: today's template, and what loads it for the row of an id."""

    template: str
    load: Callable[[Sight, Actor, str, Asked], Any]


PAGES_BELOW = {
    "plan": PageBelow("plans/show_plan.html", lambda sight, actor, _id, _asked: plans.load_page(sight, actor)),
    "grant": PageBelow(
        "grants/show_grant.html", lambda sight, actor, id, asked: grants.load_grant(sight, id, actor, *asked)
    ),
    "line": PageBelow("plans/show_line.html", lambda sight, _actor, id, asked: load_line(sight, id, *asked)),
    "disbursement": PageBelow(
        "disbursements/show_disbursement.html",
        lambda sight, actor, id, _asked: disbursements.load_page(sight, actor, id),
    ),
    "instalment": PageBelow(
        "payments/show_instalment.html", lambda sight, actor, id, _asked: payments.load_page(sight, actor, id)
    ),
}


def load_page_below(
    name: str, id: str, sight: Sight, actor: Actor, moment: datetime, asked: Asked
) -> tuple[Any, Sight, Actor]:
    """A plan, plan line, grant, request or instalment as it was, with the sight and the actor that it is shown with.
    NotFound where there was no such row then."""
    with as_it_was(sight, moment, newest=0) as was:
        dossier = was.one("dossier", sight.dossier_id)
        if dossier is None:
            raise NotFound("dossier")
        then, onlooker = replace(_sight_then(sight, was, dossier, actor), relation=None), _onlooker(actor)
        with was.past.reading(moment):
            return PAGES_BELOW[name].load(then, onlooker, id, asked), then, onlooker


def _onlooker(actor: Actor) -> Actor:
    """Somebody who may read what the actor may, and do nothing; the compartments were judged before."""
    return replace(actor, role=Role.AUDITOR)


def _sight_then(sight: Sight, was: AsItWas, dossier: Any, actor: Actor) -> Sight:
    """What the page says of the case by itself as it was; who the reader is to it, and what was erased, as today."""
    with clock.looking_back(was.moment):
        today = clock.today(actor.zone).isoformat()
    receiving = [
        row.cells["office_id"]
        for row in was.rows
        if row.table == "dossier_access"
        and row.cells["relation"] == Relation.RECEIVING
        and row.cells["valid_from"] <= today <= (row.cells["valid_until"] or today)
    ]
    closed = dossier["closed_on"]
    return replace(
        sight,
        is_closed=closed is not None,
        closed_on=date.fromisoformat(closed) if closed else None,
        receiving_office_id=next(iter(receiving), None),
        programme_id=dossier["programme_id"],
    )
