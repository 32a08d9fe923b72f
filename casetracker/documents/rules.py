"""When a document may be added or shared."""

from __future__ import annotations

from datetime import date

from casetracker.core.errors import N_, Message
from casetracker.documents.states import ASYLUM_KINDS, DocumentKind, SharingFacts


def why_not_add(*, kind: DocumentKind, part: str, day: date | None, today: date) -> Message | None:
    """Refuses a day to come, and a kind that would carry the asylum part across the firewall."""
    if kind in ASYLUM_KINDS and part != "asylum":
        return Message(N_("This kind of document is added in the asylum part of the case.")).beside("kind")
    if day is not None and day > today:
        return Message(N_("The day of a document cannot lie in the future.")).beside("day")
    return None


def why_not_share(facts: SharingFacts) -> Message | None:
    """Only the sending side's own documents are shared, once; nothing of the asylum part ever."""
    if facts.is_shared or facts.part == "shared":
        return Message(N_("The receiving office sees this document already."))
    if facts.part != "sending" or facts.kind in ASYLUM_KINDS:
        return Message(N_("Documents of the asylum part are never shared."))
    return None
