"""Events of audit findings; each lies in the finding's own compartment."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class AuditFindingRaised(DossierEvent):
    """An auditor asks an office about the case; amount: what may not be eligible, in minor units, if any."""

    kind = "audit_finding.raised"
    category = Category.APPROVALS
    icon = "file-search"
    finding_id: str
    office: str
    title: str = personal()
    due_on: str
    amount: int | None = None
    currency: str | None = None


@dataclass(frozen=True, kw_only=True)
class AuditFindingAnswered(DossierEvent):
    """The office answered."""

    kind = "audit_finding.answered"
    category = Category.APPROVALS
    icon = "message-square-reply"
    finding_id: str
    office: str
    title: str = personal()
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class AuditFindingSentBack(DossierEvent):
    """The answer is not enough; the office answers again until the day."""

    kind = "audit_finding.sent_back"
    category = Category.APPROVALS
    icon = "undo-2"
    finding_id: str
    office: str
    title: str = personal()
    due_on: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class AuditFindingClosed(DossierEvent):
    """The auditor is done with it; was_answered: whether the office had answered."""

    kind = "audit_finding.closed"
    category = Category.APPROVALS
    icon = "circle-check-big"
    finding_id: str
    title: str = personal()
    was_answered: bool
    reason: str = personal()
