"""Events of sites that members of a case use; they stand in the case's own record."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class CaseSiteNamed(DossierEvent):
    """Members of the case use a site."""

    kind = "case.site_named"
    icon = "building"
    site: str = personal()


@dataclass(frozen=True, kw_only=True)
class CaseSiteEnded(DossierEvent):
    """They no longer use it, for a reason."""

    kind = "case.site_ended"
    icon = "building"
    site: str = personal()
    reason: str = personal()
