"""What a history can be taken away as, and a file that was made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casetracker.core.labels import name_values


class ExportFormat(StrEnum):
    """What a history can be taken away as."""

    JSON = "json"
    CSV = "csv"


name_values({ExportFormat.JSON: "JSON", ExportFormat.CSV: "CSV"})


@dataclass(frozen=True)
class Export:
    """The file's bytes, its media type and how many entries it holds."""

    content: bytes
    media_type: str
    entries: int
