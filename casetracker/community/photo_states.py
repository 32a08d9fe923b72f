"""What photographs of a site are about, and what a camera wrote into one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values
from casetracker.documents.states import Upload


class PhotoAbout(StrEnum):
    """What a photograph was taken for."""

    PROGRESS = "progress"
    INVENTORY = "inventory"
    VISIT = "visit"
    OTHER = "other"


name_values({
    PhotoAbout.PROGRESS: N_("Progress of works"), PhotoAbout.INVENTORY: N_("Inventory check"),
    PhotoAbout.VISIT: N_("Visit"), PhotoAbout.OTHER: N_("Something else"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PhotoEntry:
    """Photographs as they came with a form: all were taken on `day` (None: each camera's own day); `keeps_place`:
    whether where they were taken is kept as fields; the pictures never carry it."""

    uploads: tuple[Upload, ...]
    day: date | None
    caption: str
    keeps_place: bool
