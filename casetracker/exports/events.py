"""Events of taking away."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, Event


@dataclass(frozen=True, kw_only=True)
class CaseExported(Event):
    """A case's history was taken away as a file."""

    kind = "case.exported"
    category = Category.ACCESS
    icon = "download"
    is_sealed_at_once = True
    reference: str
    format: str
    entries: int
    sha256: str
