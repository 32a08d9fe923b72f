"""Events of the way home: up to the travel papers in the sending compartment, the journey in the shared one.

Departure, not departed and eligibility are verbs of the case file, and so are their events."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import DossierEvent, Part, personal


@dataclass(frozen=True, kw_only=True)
class CounsellingHeld(DossierEvent):
    """A counselling (or information) session was held; `names` of the adults who took part."""

    kind = "counselling.held"
    icon = "messages-square"
    part: str = Part.SENDING
    session_id: str
    names: str = personal()


@dataclass(frozen=True, kw_only=True)
class CounsellingCorrected(DossierEvent):
    """What was logged of a session was corrected."""

    kind = "counselling.corrected"
    part: str = Part.SENDING
    session_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ApplicationSigned(DossierEvent):
    """A return application was signed; `names` of whom it covers."""

    kind = "application.signed"
    icon = "file-pen"
    part: str = Part.SENDING
    application_id: str
    names: str = personal()


@dataclass(frozen=True, kw_only=True)
class ApplicationCorrected(DossierEvent):
    """What was logged of an application was corrected."""

    kind = "application.corrected"
    part: str = Part.SENDING
    application_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ExpulsionOrderLogged(DossierEvent):
    """Whether an expulsion order is in force against a person was entered after the application, or corrected."""

    kind = "expulsion_order.logged"
    icon = "file-warning"
    part: str = Part.SENDING
    reason: str | None = personal(None)


@dataclass(frozen=True, kw_only=True)
class TravelPrepared(DossierEvent):
    """Travel document, fitness or booking of a person were entered, or changed with a reason."""

    kind = "travel.prepared"
    icon = "ticket"
    part: str = Part.SENDING
    is_ready: bool
    reason: str | None = personal(None)


@dataclass(frozen=True, kw_only=True)
class JourneyArrived(DossierEvent):
    """A person arrived."""

    kind = "journey.arrived"
    icon = "plane-landing"
    place: str | None = personal(None)


@dataclass(frozen=True, kw_only=True)
class JourneyCorrected(DossierEvent):
    """What was logged of a journey was corrected."""

    kind = "journey.corrected"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ContactLogged(DossierEvent):
    """A returned person was in contact with the receiving office."""

    kind = "contact.made"
    icon = "phone"


@dataclass(frozen=True, kw_only=True)
class ContactCorrected(DossierEvent):
    """What was logged of a contact was corrected."""

    kind = "contact.corrected"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class NeedsAssessed(DossierEvent):
    """What a returned person needs was assessed."""

    kind = "needs.assessed"
    icon = "clipboard-list"


@dataclass(frozen=True, kw_only=True)
class NeedsCorrected(DossierEvent):
    """What was logged of an assessment was corrected."""

    kind = "needs.corrected"
    reason: str = personal()
