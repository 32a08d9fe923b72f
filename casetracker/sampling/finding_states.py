"""Words of audit findings: where one stands, who is asked, what was said on it; the facts that rules judge it by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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


class AskedOffice(StrEnum):
    """Who answers, and with it who reads: a finding that the receiving side may see is shared."""

    SENDING = "sending"
    RECEIVING = "receiving"
    SENDING_OPENLY = "sending_openly"


@dataclass(frozen=True, kw_only=True)
class Offices:
    """The offices of a case as far as findings ask: `receiving` is the one that may open it today, if any."""

    sending: str
    receiving: str | None


@dataclass(frozen=True, kw_only=True)
class FindingFacts:
    """A finding as the rules judge it.

    answers: which office answers today, by id and name. raiser_can: whether who raised it can still open the case.
    """

    state: FindingState
    answers_id: str
    answers: str
    raised_by: str
    raiser: str
    raiser_can: bool
    erased_on: date | None = None


name_values({
    FindingState.OPEN: N_("open"),
    FindingState.ANSWERED: N_("answered"),
    FindingState.CLOSED: N_("closed"),
    ReplyKind.ANSWER: N_("Answer of the office"),
    ReplyKind.BACK: N_("Not accepted yet"),
    ReplyKind.CLOSE: N_("Closed"),
    AskedOffice.SENDING: N_("The sending office; its side alone reads this"),
    AskedOffice.RECEIVING: N_("The receiving office; both offices read this"),
    AskedOffice.SENDING_OPENLY: N_("The sending office; both offices read this"),
})  # fmt: skip
