"""Events of checks: a finding answered, what staff declared."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, OfficeEvent, personal


@dataclass(frozen=True, kw_only=True)
class FindingAnswered(DossierEvent):
    """A supervisor explained what an auditor would ask; `part` is the finding's."""

    kind = "finding.answered"
    category = Category.APPROVALS
    icon = "message-circle-question"
    rule: str
    subject_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class NumberDeclared(OfficeEvent):
    """A member of staff declared a bank account or a telephone as the own."""

    kind = "declaration.made"
    category = Category.CASEWORK
    icon = "shield-check"
    declaration_id: str
    declared: str


@dataclass(frozen=True, kw_only=True)
class NumberWithdrawn(OfficeEvent):
    """It is not the own any more."""

    kind = "declaration.withdrawn"
    category = Category.CASEWORK
    icon = "shield-off"
    declaration_id: str
    declared: str
