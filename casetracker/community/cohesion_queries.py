"""Reading a project's events: all of them, or those of one site, with who took part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from casetracker.community.benefit_models import BenefitFigure, CohesionEvent
from casetracker.community.benefit_queries import Figures
from casetracker.community.benefit_rules import break_down, join
from casetracker.community.benefit_states import Breakdown, CohesionState, Exactness, PeopleGroup
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.dossiers.states import Sight


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """An event with who took part and what is known of them, once it was held; site: its name, None where it took place
    at none."""

    event: CohesionEvent
    site: str | None
    participants: BenefitFigure | None
    known: dict[Breakdown, list[tuple[PeopleGroup | None, int]]]


@dataclass(frozen=True, kw_only=True)
class EventsPanel:
    """Events, the newest first, and how often somebody took part in one."""

    rows: Sequence[EventRow]

    @property
    def participations(self) -> int:
        """All who took part, whoever came twice counted twice."""
        return sum(row.participants.number for row in self.rows if row.participants)

    @property
    def exactness(self) -> Exactness:
        """How that number is to be read."""
        return join({row.participants.exactness for row in self.rows if row.participants})

    @property
    def held(self) -> int:
        """How many took place."""
        return sum(row.event.state == CohesionState.HELD for row in self.rows)


def load_events(dossier_id: str, figures: Figures, sites: dict[str, str], site_id: str | None = None) -> EventsPanel:
    """The project's events, or those at one site; sites: id -> name. One query."""
    query = select(CohesionEvent).where(CohesionEvent.dossier_id == dossier_id)
    if site_id is not None:
        query = query.where(CohesionEvent.site_id == site_id)
    rows = []
    for event in db.session.scalars(query.order_by(CohesionEvent.day.desc(), CohesionEvent.id)):
        participants = figures.participants.get(event.id)
        rows.append(EventRow(
            event=event, site=sites.get(event.site_id) if event.site_id else None, participants=participants,
            known=break_down([figures.facts_of(participants)]) if participants else {},
        ))  # fmt: skip
    return EventsPanel(rows=rows)


def get_event(sight: Sight, event_id: str) -> CohesionEvent:
    """An event of this project; NotFound if of another."""
    event = db.session.get(CohesionEvent, event_id)
    if event is None or event.dossier_id != sight.dossier_id:
        raise NotFound("event")
    return event
