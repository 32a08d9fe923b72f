"""Events of the asylum part; every one of them stands in the asylum chain."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, Part, personal


@dataclass(frozen=True, kw_only=True)
class AsylumEvent(DossierEvent):
    """The base of all of them."""

    part: str = Part.ASYLUM


@dataclass(frozen=True, kw_only=True)
class NoneRecorded(AsylumEvent):
    """It was recorded that nobody applied."""

    kind = "asylum.none_recorded"
    icon = "circle-slash"


@dataclass(frozen=True, kw_only=True)
class ApplicationFiled(AsylumEvent):
    """An application was recorded."""

    kind = "asylum.filed"
    icon = "file-text"
    application_id: str
    persons: int
    authority: str = personal()


@dataclass(frozen=True, kw_only=True)
class OutcomeDecided(AsylumEvent):
    """The authority decided; `outcome` is granted or refused."""

    kind = "asylum.decided"
    icon = "gavel"
    application_id: str
    outcome: str
    is_appeal: bool


@dataclass(frozen=True, kw_only=True)
class AppealFiled(AsylumEvent):
    """A refusal was appealed."""

    kind = "asylum.appealed"
    icon = "scale"
    application_id: str


@dataclass(frozen=True, kw_only=True)
class ClaimWithdrawn(AsylumEvent):
    """An application was withdrawn on return, with its document."""

    kind = "asylum.claim_withdrawn"
    icon = "file-x"
    application_id: str


@dataclass(frozen=True, kw_only=True)
class ApplicationCorrected(AsylumEvent):
    """Facts of an application were corrected."""

    kind = "asylum.corrected"
    icon = "pencil"
    application_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class AsylumRead(AsylumEvent):
    """Somebody opened the asylum part; once per person, case and hour."""

    kind = "asylum.read"
    category = Category.ACCESS
    icon = "eye"


@dataclass(frozen=True, kw_only=True)
class AsylumRefused(AsylumEvent):
    """An act on the asylum part was refused by a rule: it stands here, not with the other refusals."""

    kind = "asylum.attempt_refused"
    category = Category.ACCESS
    icon = "shield-alert"
    attempted: str
    reason: str = personal()
