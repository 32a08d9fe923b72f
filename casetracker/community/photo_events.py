"""Events of photographs of a site that are about nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class PhotographsAdded(DossierEvent):
    """Photographs of the site were stored."""

    kind = "site.photographs_added"
    category = Category.DOCUMENTS
    icon = "camera"
    site_id: str
    site: str
    number: int
    caption: str = personal()
