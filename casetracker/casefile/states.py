"""The steps a reader sees, and the facts that moving a case on is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from casetracker.cases.states import PersonFacts, Stage
from casetracker.core.errors import N_, Message
from casetracker.core.labels import name_values
from casetracker.events.states import Part
from casetracker.programmes.states import OPEN_TO_ALL, EntryTerms, RuleFacts
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

SENDING_STAGES = frozenset({Stage.INTAKE, Stage.COUNSELLING, Stage.APPLICATION, Stage.PRE_DEPARTURE, Stage.RETURN})
"""Until the return the sending office moves the case on; from then on either office does."""

ASYLUM_STEP = "asylum"
"""The step that only the sending side sees; the stored stage skips it."""


class NoteSide(StrEnum):
    """Who reads a note."""

    SENDING = "sending"
    SHARED = "shared"


name_values(
    {
        NoteSide.SENDING: N_("The sending office only"),
        NoteSide.SHARED: N_("Both offices: this is read abroad"),
    }
)


@dataclass(frozen=True, kw_only=True)
class StageFacts:
    """What stands on the case; `without_consent` are the adults whose consent to sharing is missing.

    open_lines: approved plan lines that nothing was spent on yet, with months left to ask for, or with money on its
    way. terms: whom the programme takes in. departure_rules: those of the programme that count by the day of departure.
    """

    stage: Stage
    persons: tuple[PersonFacts, ...]
    returns: Mapping[str, ReturnFacts]
    asylum_recorded: bool
    has_programme: bool
    without_consent: tuple[PersonFacts, ...]
    is_consent_withdrawn: bool
    referral_accepted: bool
    plan_approved: bool
    needs_plan: bool
    open_lines: int
    open_disbursements: int
    has_grants: bool
    has_final_report: bool
    is_suspended: bool
    is_retroactive: bool
    terms: EntryTerms = OPEN_TO_ALL
    departure_rules: tuple[RuleFacts, ...] = ()

    @property
    def active(self) -> tuple[PersonFacts, ...]:
        """The persons who still take part."""
        return tuple(p for p in self.persons if p.is_active)

    def known(self, person: PersonFacts) -> ReturnFacts:
        """What is known of a person's way home."""
        return self.returns.get(person.id) or ReturnFacts(person_id=person.id)


@dataclass(frozen=True)
class Requirement:
    """One thing the next stage needs: the sentence, the form that supplies it, the compartment it belongs to.

    What is not needed is usual at this place, but holds nothing up.
    """

    text: Message
    endpoint: str
    is_met: bool
    part: Part = Part.SHARED
    person_id: str | None = None
    is_needed: bool = True


@dataclass(frozen=True)
class Step:
    """One step of the stepper: state is done, now, todo or skipped."""

    label: str
    state: str
    url: str | None = None
