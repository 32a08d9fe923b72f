"""Words and facts of asylum applications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values


class AsylumOutcome(StrEnum):
    """What became of an application; "none": it is recorded that nobody applied."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NONE = "none"


OUTCOME_MOVES: dict[AsylumOutcome, frozenset[AsylumOutcome]] = {
    AsylumOutcome.PENDING: frozenset({AsylumOutcome.GRANTED, AsylumOutcome.REFUSED, AsylumOutcome.WITHDRAWN}),
    AsylumOutcome.REFUSED: frozenset({AsylumOutcome.PENDING}),
    AsylumOutcome.GRANTED: frozenset(),
    AsylumOutcome.WITHDRAWN: frozenset(),
    AsylumOutcome.NONE: frozenset(),
}
"""What an outcome may become: a refused application is pending again when it is appealed."""

DECISIONS = (AsylumOutcome.GRANTED, AsylumOutcome.REFUSED)


@dataclass(frozen=True, kw_only=True)
class ApplicationFacts:
    """An application as the rules see it; the latest decision is the appeal's where there was one."""

    outcome: AsylumOutcome
    filed_on: date | None
    decided_on: date | None = None
    appealed_on: date | None = None
    appeal_decided_on: date | None = None
    withdrawn_on: date | None = None


name_values({
    AsylumOutcome.PENDING: N_("Pending"),
    AsylumOutcome.GRANTED: N_("Granted"),
    AsylumOutcome.REFUSED: N_("Refused"),
    AsylumOutcome.WITHDRAWN: N_("Withdrawn"),
    AsylumOutcome.NONE: N_("No application"),
})  # fmt: skip
