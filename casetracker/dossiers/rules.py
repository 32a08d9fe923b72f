"""Why nothing is written into a dossier any more."""

from __future__ import annotations

from datetime import date

from casetracker.core.errors import N_, Message


def why_not_write(erased_on: date | None) -> Message | None:
    """What was erased takes nothing in again, and never opens."""
    if erased_on is None:
        return None
    words = N_("What was personal in this case was erased on %(day)s. Nothing is written into it any more.")
    return Message(words, {"day": erased_on})
