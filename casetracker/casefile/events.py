"""Events of the case as a whole: stage, suspension, closing, and the acts that touch several rooms."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.cases.events import ProgrammeChosen as ProgrammeChosen
from casetracker.events.states import Category, DossierEvent, Part, personal


@dataclass(frozen=True, kw_only=True)
class NoteWritten(DossierEvent):
    """Somebody wrote a note."""

    kind = "note.written"
    icon = "sticky-note"
    text: str = personal()


@dataclass(frozen=True, kw_only=True)
class StageEntered(DossierEvent):
    """The case moved to its next stage."""

    kind = "case.stage_entered"
    icon = "arrow-right"
    stage: str


@dataclass(frozen=True, kw_only=True)
class CaseSuspended(DossierEvent):
    """The clocks stand still."""

    kind = "case.suspended"
    icon = "pause"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class CaseResumed(DossierEvent):
    """The clocks run again."""

    kind = "case.resumed"
    icon = "play"


@dataclass(frozen=True, kw_only=True)
class CaseClosed(DossierEvent):
    """The case was closed with an outcome."""

    kind = "case.closed"
    icon = "archive"
    outcome: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class CaseReopened(DossierEvent):
    """A closed case was opened again."""

    kind = "case.reopened"
    icon = "archive-restore"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class EligibilityDecided(DossierEvent):
    """A supervisor decided whether a person may take part."""

    kind = "eligibility.decided"
    category = Category.APPROVALS
    icon = "scale"
    is_sealed_at_once = True
    part: str = Part.SENDING
    outcome: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class PersonDeparted(DossierEvent):
    """A person left the host country."""

    kind = "person.departed"
    icon = "plane-takeoff"


@dataclass(frozen=True, kw_only=True)
class PersonNotDeparted(DossierEvent):
    """A person did not depart."""

    kind = "person.not_departed"
    icon = "plane"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class PersonLeft(DossierEvent):
    """A person takes part no longer: left out, withdrew, separated, died."""

    kind = "person.left"
    icon = "user-minus"
    status: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class PersonRejoined(DossierEvent):
    """A person who had left takes part again."""

    kind = "person.rejoined"
    icon = "user-plus"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(DossierEvent):
    """A consent was withdrawn; new disclosure stops at once."""

    kind = "consent.withdrawn"
    icon = "shield-off"
    scope: str


@dataclass(frozen=True, kw_only=True)
class ClocksStarted(DossierEvent):
    """The clocks of a person's grants run from the arrival."""

    kind = "grant.clocks_started"
    icon = "timer"
