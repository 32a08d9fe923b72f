"""The page of a case as it was: the page of today, loaded at a past moment by the same queries, for reading alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from casetracker.audit import as_it_was_queries as queries
from casetracker.audit.as_it_was import AsItWas, as_it_was
from casetracker.audit.as_it_was_queries import Neighbours
from casetracker.casefile.page import CasePage, load_case_page
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.permissions import Role
from casetracker.dossiers.states import Relation, Sight

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
    neighbours = queries.find_neighbours(sight, moment)
    onlooker = replace(actor, role=Role.AUDITOR)
    with as_it_was(sight, moment, newest=NEWEST) as was:
        dossier = was.one("dossier", sight.dossier_id)
        if dossier is None:
            return PastPage(moment, neighbours, None, sight, onlooker)
        then = _sight_then(sight, was, dossier, actor)
        with was.past.reading(moment):
            case = load_case_page(then, onlooker)
    case = replace(case, panels=[panel for panel in case.panels if panel.name not in LEFT_OUT])
    return PastPage(moment, neighbours, case, replace(then, relation=None), onlooker)


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
