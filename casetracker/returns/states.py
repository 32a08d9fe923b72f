"""Words and facts of the way home: counselling, eligibility, travel papers, journey, contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values
from casetracker.programmes.states import ApplicantRole, ReturnType


class Channel(StrEnum):
    """How people met or spoke."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"
    WRITTEN = "written"


class Topic(StrEnum):
    """What a session was about."""

    OPTIONS = "options"
    RIGHTS = "rights"
    RETURN_COUNTRY = "return_country"
    SUPPORT = "support"
    FAMILY = "family"
    HEALTH = "health"
    TRAVEL = "travel"
    OTHER = "other"


class EligibilityOutcome(StrEnum):
    """What a supervisor of the sending office decided about a person."""

    APPROVED = "approved"
    REFUSED = "refused"
    REFERRED = "referred"


class TravelDocument(StrEnum):
    """What a person travels with."""

    PASSPORT = "passport"
    IDENTITY_CARD = "identity_card"
    RETURN_CERTIFICATE = "return_certificate"
    BIRTH_CERTIFICATE = "birth_certificate"
    OTHER = "other"


class Need(StrEnum):
    """Fields in which a returned person needs support."""

    HOUSING = "housing"
    LIVELIHOOD = "livelihood"
    EDUCATION = "education"
    HEALTH = "health"
    PSYCHOSOCIAL = "psychosocial"
    DOCUMENTS = "documents"
    LEGAL = "legal"
    OTHER = "other"


name_values({
    Channel.IN_PERSON: N_("In person"),
    Channel.PHONE: N_("Telephone"),
    Channel.VIDEO: N_("Video call"),
    Channel.WRITTEN: N_("In writing"),
})  # fmt: skip
name_values({
    Topic.OPTIONS: N_("Options: staying or returning"),
    Topic.RIGHTS: N_("Rights and withdrawal at any time"),
    Topic.RETURN_COUNTRY: N_("Situation in the country of return"),
    Topic.SUPPORT: N_("Support after return"),
    Topic.FAMILY: N_("Family and children"),
    Topic.HEALTH: N_("Health"),
    Topic.TRAVEL: N_("Journey and papers"),
    Topic.OTHER: N_("Other"),
})  # fmt: skip
name_values({
    EligibilityOutcome.APPROVED: N_("Approved"),
    EligibilityOutcome.REFUSED: N_("Refused"),
    EligibilityOutcome.REFERRED: N_("Referred elsewhere"),
})  # fmt: skip
name_values({
    TravelDocument.PASSPORT: N_("Passport"),
    TravelDocument.IDENTITY_CARD: N_("Identity card"),
    TravelDocument.RETURN_CERTIFICATE: N_("Return certificate of a consulate"),
    TravelDocument.BIRTH_CERTIFICATE: N_("Birth certificate of a child"),
    TravelDocument.OTHER: N_("Other travel document"),
})  # fmt: skip
name_values({
    Need.HOUSING: N_("Housing"),
    Need.LIVELIHOOD: N_("Livelihood"),
    Need.EDUCATION: N_("Education"),
    Need.HEALTH: N_("Health"),
    Need.PSYCHOSOCIAL: N_("Psychosocial support"),
    Need.DOCUMENTS: N_("Documents"),
    Need.LEGAL: N_("Legal advice"),
    Need.OTHER: N_("Other"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ReturnFacts:
    """What is known of one person's way home; every fact is the person's own, whatever the case's stage.

    voluntary: free choice as last stated (None: not stated); informed: the decision was an informed one.
    has_expulsion_order: whether one is in force (None: not known). eligibility: the latest decision.
    booked_on: the day for which the journey is booked.
    """

    person_id: str
    counselled_on: date | None = None
    voluntary: bool | None = None
    informed: bool = False
    applied_on: date | None = None
    has_expulsion_order: bool | None = None
    eligibility: EligibilityOutcome | None = None
    eligibility_reason: str | None = None
    decided_on: date | None = None
    travel_document: bool = False
    is_fit: bool | None = None
    booked_on: date | None = None
    departed_on: date | None = None
    arrived_on: date | None = None
    not_departed_on: date | None = None
    contact_on: date | None = None
    assessed_on: date | None = None

    @property
    def counselled(self) -> bool:
        """Whether the person took part in a session."""
        return self.counselled_on is not None

    @property
    def is_ready(self) -> bool:
        """Whether travel document, fitness and booking are there."""
        return self.travel_document and self.is_fit is True and self.booked_on is not None


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What one adult stated in a session; a forced return is no free choice, but can be an informed one."""

    name: str
    return_type: ReturnType
    is_adult: bool
    free_choice: bool | None
    is_informed: bool | None


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """One person of a return application, as the rule judges it; adult_on_day: on the day of signing."""

    name: str
    role: ApplicantRole
    return_type: ReturnType
    is_active: bool
    is_placeholder: bool
    adult_on_day: bool
    known: ReturnFacts


@dataclass(frozen=True, kw_only=True)
class Traveller:
    """One person whose journey, contact or needs are logged, as the rules judge it."""

    name: str
    is_active: bool
    known: ReturnFacts


@dataclass(frozen=True, kw_only=True)
class TravelFacts:
    """What a person travels with, as it stands or as it would stand."""

    travel_document: TravelDocument | None = None
    document_number: str | None = None
    valid_until: date | None = None
    is_fit: bool | None = None
    fit_checked_on: date | None = None
    travels_on: date | None = None
    route: str | None = None
    carrier: str | None = None
