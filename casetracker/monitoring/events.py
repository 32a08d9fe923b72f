"""Events of monitoring; both sides of a case see them."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class VisitMade(DossierEvent):
    """Somebody of an office visited the family."""

    kind = "visit.made"
    icon = "house"
    visit_id: str
    use: str
    place: str = personal()


@dataclass(frozen=True, kw_only=True)
class VisitCorrected(DossierEvent):
    """What was logged of a visit was corrected."""

    kind = "visit.corrected"
    visit_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ComplaintReceived(DossierEvent):
    """A complaint or feedback came in."""

    kind = "complaint.received"
    icon = "message-square"
    complaint_id: str
    complaint_kind: str


@dataclass(frozen=True, kw_only=True)
class ComplaintAnswered(DossierEvent):
    """An office answered a complaint or feedback."""

    kind = "complaint.answered"
    icon = "reply"
    complaint_id: str


@dataclass(frozen=True, kw_only=True)
class ComplaintCorrected(DossierEvent):
    """What was logged of a complaint or feedback was corrected."""

    kind = "complaint.corrected"
    complaint_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class FinalReportWritten(DossierEvent):
    """The final report of the case is there."""

    kind = "final_report.written"
    icon = "file-check"
    report_id: str


@dataclass(frozen=True, kw_only=True)
class FinalReportCorrected(DossierEvent):
    """The final report was corrected."""

    kind = "final_report.corrected"
    report_id: str
    reason: str = personal()
