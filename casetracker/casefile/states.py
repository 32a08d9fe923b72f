"""The steps a reader sees, and the facts that moving a case on is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from casetracker.cases.states import PersonFacts, Stage
from casetracker.core.errors import N_, Message
from casetracker.core.labels import name_values
from casetracker.events.states import Part
from casetracker.returns.states import ReturnFacts

NEXT_STAGE: dict[Stage, Stage] = {
    Stage.INTAKE: Stage.COUNSELLING,
    Stage.COUNSELLING: Stage.APPLICATION,
    Stage.APPLICATION: Stage.PRE_DEPARTURE,
    Stage.PRE_DEPARTURE: Stage.RETURN,
    Stage.RETURN: Stage.REINTEGRATION,
    Stage.REINTEGRATION: Stage.MONITORING,
}
"""One step at a time; closing and reopening are acts of their own."""

SENDING_STAGES = frozenset(
    {Stage.INTAKE, Stage.COUNSELLING, Stage.APPLICATION, Stage.PRE_DEPARTURE, Stage.RETURN}
)
"""Until the return the sending office moves the case on; from then on either office does."""

ASYLUM_STEP = "asylum"
"""The step that only the sending side sees; the stored stage skips it."""


class NoteSide(StrEnum):
    """Who reads a note."""

    SENDING = "sending"
    SHARED = "shared"


name_values({
    NoteSide.SENDING: N_("The sending office only"),
    NoteSide.SHARED: N_("Both offices: this is read abroad"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class StageFacts:
    """What stands on the case. Counts are of things still open (lines not delivered, grants with money left…)."""

    stage: Stage
    persons: tuple[PersonFacts, ...]
    returns: Mapping[str, ReturnFacts]
    asylum_recorded: bool
    has_programme: bool
    without_consent: tuple[str, ...]
    """Names of adults without standing consent to sharing."""
    referral_accepted: bool
    plan_approved: bool
    needs_plan: bool
    open_disbursements: int
    money_left: int
    has_final_report: bool
    is_suspended: bool
    is_retroactive: bool

    @property
    def active(self) -> tuple[PersonFacts, ...]:
        """The persons who still take part."""
        return tuple(p for p in self.persons if p.is_active)


@dataclass(frozen=True)
class Requirement:
    """One thing the next stage needs: the sentence, the form that supplies it, the compartment it belongs to."""

    text: Message
    endpoint: str
    is_met: bool
    part: Part = Part.SHARED
    person_id: str | None = None


@dataclass(frozen=True)
class Step:
    """One step of the stepper: state is done, now, todo or skipped."""

    label: str
    state: str
    url: str | None = None
