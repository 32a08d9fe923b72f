"""Words of audit findings: where one stands, and what was said on it."""

from __future__ import annotations

from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values


class FindingState(StrEnum):
    """An office answers what is open; its auditor closes what was answered, or opens it again."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class ReplyKind(StrEnum):
    """What a word on a finding does."""

    ANSWER = "answer"
    BACK = "back"
    CLOSE = "close"


name_values({
    FindingState.OPEN: N_("open"),
    FindingState.ANSWERED: N_("answered"),
    FindingState.CLOSED: N_("closed"),
    ReplyKind.ANSWER: N_("Answer of the office"),
    ReplyKind.BACK: N_("Not accepted yet"),
    ReplyKind.CLOSE: N_("Closed"),
})  # fmt: skip
