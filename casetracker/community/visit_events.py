"""Events of visits to sites after their handover."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class SiteVisited(DossierEvent):
    """Somebody looked how a site is used after its handover."""

    kind = "site.visited"
    icon = "eye"
    site_id: str
    site: str
    visit_id: str
    round: str


@dataclass(frozen=True, kw_only=True)
class SiteVisitCorrected(DossierEvent):
    """What was entered of a visit was corrected, with a reason."""

    kind = "site.visit_corrected"
    site_id: str
    site: str
    visit_id: str
    reason: str = personal()
