"""Events of a case, its persons, consents, referrals and of who works on it."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import DossierEvent, OfficeEvent, personal


@dataclass(frozen=True, kw_only=True)
class CaseCreated(DossierEvent):
    """A case was opened with its first persons."""

    kind = "case.created"
    icon = "folder-plus"
    persons: int
    is_retroactive: bool


@dataclass(frozen=True, kw_only=True)
class CaseCorrected(DossierEvent):
    """Host country, country or place of return were corrected."""

    kind = "case.corrected"
    icon = "pencil"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class CaseAssigned(DossierEvent):
    """A caseworker was put in charge on one side of the case."""

    kind = "case.assigned"
    icon = "user-check"
    relation: str
    caseworker_id: str
    caseworker: str = personal()


@dataclass(frozen=True, kw_only=True)
class CaseloadHandedOver(DossierEvent):
    """The case went from one caseworker to another with the whole caseload."""

    kind = "caseload.handed_over"
    icon = "users"
    relation: str
    former: str = personal()
    caseworker: str = personal()
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ProgrammeChosen(DossierEvent):
    """The case's programme was chosen or changed."""

    kind = "case.programme_chosen"
    icon = "landmark"
    programme: str


@dataclass(frozen=True, kw_only=True)
class PersonAdded(DossierEvent):
    """A person came onto the case after it was opened."""

    kind = "person.added"
    icon = "user-plus"
    name: str = personal()


@dataclass(frozen=True, kw_only=True)
class PersonCorrected(DossierEvent):
    """Facts about a person were corrected; before and after stand with the row."""

    kind = "person.corrected"
    icon = "user-pen"
    name: str = personal()
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class PersonContactChanged(DossierEvent):
    """How a person is reached was entered or changed by either office."""

    kind = "person.contact_changed"
    icon = "phone"
    name: str = personal()
    reason: str | None = personal(None)


@dataclass(frozen=True, kw_only=True)
class PersonCompleted(DossierEvent):
    """What was not known yet about a placeholder person was filled in."""

    kind = "person.completed"
    icon = "user-check"
    name: str = personal()


@dataclass(frozen=True, kw_only=True)
class GuardianChosen(DossierEvent):
    """Who consents for a child was chosen, or that nobody of the case does."""

    kind = "person.guardian_chosen"
    icon = "baby"
    name: str = personal()
    guardian: str | None = personal(None)


@dataclass(frozen=True, kw_only=True)
class PersonCameOfAge(DossierEvent):
    """A child of the case turned 18: a task stands on the case."""

    kind = "person.came_of_age"
    icon = "cake"
    name: str = personal()


@dataclass(frozen=True, kw_only=True)
class AdulthoodFixed(DossierEvent):
    """Who is adult and who is child was fixed by the age at the return application."""

    kind = "case.adulthood_fixed"
    icon = "scale"


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(DossierEvent):
    """Somebody agreed to something, with a signed paper."""

    kind = "consent.given"
    icon = "file-check"
    scope: str
    name: str = personal()
    given_by: str = personal()


@dataclass(frozen=True, kw_only=True)
class ConsentCorrected(DossierEvent):
    """The day or the file of a consent was corrected."""

    kind = "consent.corrected"
    icon = "file-pen"
    name: str = personal()
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ReferralSent(DossierEvent):
    """The case was referred to a receiving office with a frozen summary."""

    kind = "referral.sent"
    icon = "send"
    referral_id: str
    office: str


@dataclass(frozen=True, kw_only=True)
class ReferralAccepted(DossierEvent):
    """The receiving office took the case on."""

    kind = "referral.accepted"
    icon = "handshake"
    referral_id: str
    office: str
    caseworker: str = personal()


@dataclass(frozen=True, kw_only=True)
class ReferralReturned(DossierEvent):
    """The receiving office sent the referral back, with a reason."""

    kind = "referral.returned"
    icon = "undo-2"
    referral_id: str
    office: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ReferralRecalled(DossierEvent):
    """The sending office took a referral back that was not answered yet."""

    kind = "referral.recalled"
    icon = "undo-2"
    referral_id: str
    office: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class RetroactiveAsked(OfficeEvent):
    """A receiving office asked for a case to be opened for somebody who returned without applying."""

    kind = "case.retroactive_asked"
    icon = "history"
    request_id: str
    office: str


@dataclass(frozen=True, kw_only=True)
class RetroactiveOpened(OfficeEvent):
    """The sending office opened the case that was asked for."""

    kind = "case.retroactive_opened"
    icon = "folder-plus"
    request_id: str
    office: str


@dataclass(frozen=True, kw_only=True)
class RetroactiveReconsidered(OfficeEvent):
    """The sending office took its refusal back, with a reason; the request waits again."""

    kind = "case.retroactive_reconsidered"
    icon = "history"
    request_id: str
    office: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class RetroactiveRefused(OfficeEvent):
    """The sending office refused to open a case, with a reason."""

    kind = "case.retroactive_declined"
    icon = "undo-2"
    request_id: str
    office: str
    reason: str = personal()
