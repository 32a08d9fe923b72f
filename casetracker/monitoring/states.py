"""Words of monitoring: how a grant was used, how a complaint came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values


class Use(StrEnum):
    """Whether the grant is used as planned."""

    AS_PLANNED = "as_planned"
    PARTLY = "partly"
    NOT = "not"


class ComplaintKind(StrEnum):
    """What somebody said."""

    COMPLAINT = "complaint"
    FEEDBACK = "feedback"


class ComplaintChannel(StrEnum):
    """How it reached the office."""

    VISIT = "visit"
    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"
    BOX = "box"
    OTHER = "other"


name_values({
    Use.AS_PLANNED: N_("Used as planned"),
    Use.PARTLY: N_("Partly used as planned"),
    Use.NOT: N_("Not used as planned"),
})  # fmt: skip
name_values({
    ComplaintKind.COMPLAINT: N_("Complaint"),
    ComplaintKind.FEEDBACK: N_("Feedback"),
})  # fmt: skip
name_values({
    ComplaintChannel.VISIT: N_("In person or at a visit"),
    ComplaintChannel.PHONE: N_("Telephone"),
    ComplaintChannel.EMAIL: N_("E-mail"),
    ComplaintChannel.LETTER: N_("Letter"),
    ComplaintChannel.BOX: N_("Complaints box"),
    ComplaintChannel.OTHER: N_("Another way"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class MonitoringFacts:
    """What is known of the time after: for the stage's requirements and for closing."""

    visits: int
    last_visit_on: date | None
    open_complaints: int
    reported_on: date | None
