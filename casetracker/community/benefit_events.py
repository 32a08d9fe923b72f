"""Events in the record about who benefits: figures, and what brings people together."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class BenefitEntered(DossierEvent):
    """A figure of people was entered; site: None for the whole project."""

    kind = "benefit.entered"
    icon = "users"
    figure_id: str
    site_id: str | None
    site: str | None
    aim: str
    reach: str
    about: str | None
    exactness: str
    number: int


@dataclass(frozen=True, kw_only=True)
class BenefitCorrected(DossierEvent):
    """A figure of people was corrected, with a reason."""

    kind = "benefit.corrected"
    figure_id: str
    site_id: str | None
    site: str | None
    aim: str
    reach: str
    about: str | None
    exactness: str
    number: int
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class CohesionEventPlanned(DossierEvent):
    """An event is to take place."""

    kind = "cohesion_event.planned"
    icon = "calendar-plus"
    event_id: str
    site_id: str | None
    site: str | None
    event: str
    topic: str = personal()


@dataclass(frozen=True, kw_only=True)
class CohesionEventHeld(DossierEvent):
    """An event took place, with so many people."""

    kind = "cohesion_event.held"
    icon = "calendar-check"
    event_id: str
    site_id: str | None
    site: str | None
    event: str
    exactness: str
    number: int
    topic: str = personal()


@dataclass(frozen=True, kw_only=True)
class CohesionEventCancelled(DossierEvent):
    """A planned event does not take place, for a reason."""

    kind = "cohesion_event.cancelled"
    icon = "calendar-x"
    event_id: str
    site_id: str | None
    site: str | None
    event: str
    topic: str = personal()
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class CohesionEventCorrected(DossierEvent):
    """What was entered of an event that was held was corrected, with a reason."""

    kind = "cohesion_event.corrected"
    event_id: str
    site_id: str | None
    site: str | None
    event: str
    exactness: str
    number: int
    topic: str = personal()
    reason: str = personal()
