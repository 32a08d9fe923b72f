"""The event of a workpaper, or of forms for visits, that was taken away."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, Event


@dataclass(frozen=True, kw_only=True)
class WorkpaperExported(Event):
    """The workpaper of a sample, or the forms for its visits (`paper`), was taken away as a file; rows: items in it;
    references: cases of which more than number and amount stands in it."""

    kind = "workpaper.exported"
    category = Category.ACCESS
    icon = "download"
    is_sealed_at_once = True
    sample_id: str
    sample: str
    paper: str
    format: str
    rows: int
    references: tuple[str, ...]
    sha256: str
