"""Words and facts of a case: stages, persons, consents, referrals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values
from casetracker.programmes.states import ApplicantRole, ReturnType

ADULT_AGE = 18
STATELESS = "XX"
"""Stands for a nationality that is none, or not known."""


class Stage(StrEnum):
    """Where the case stands. The asylum step is not stored: it is computed."""

    INTAKE = "intake"
    COUNSELLING = "counselling"
    APPLICATION = "application"
    PRE_DEPARTURE = "pre_departure"
    RETURN = "return"
    REINTEGRATION = "reintegration"
    MONITORING = "monitoring"
    CLOSED = "closed"


STAGE_MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.INTAKE: frozenset({Stage.COUNSELLING, Stage.CLOSED}),
    Stage.COUNSELLING: frozenset({Stage.APPLICATION, Stage.CLOSED}),
    Stage.APPLICATION: frozenset({Stage.PRE_DEPARTURE, Stage.CLOSED}),
    Stage.PRE_DEPARTURE: frozenset({Stage.RETURN, Stage.CLOSED}),
    Stage.RETURN: frozenset({Stage.REINTEGRATION, Stage.CLOSED}),
    Stage.REINTEGRATION: frozenset({Stage.MONITORING, Stage.CLOSED}),
    Stage.MONITORING: frozenset({Stage.CLOSED}),
    Stage.CLOSED: frozenset(set(Stage) - {Stage.CLOSED}),
}
"""Which stage may follow which; a closed case is reopened into the stage that it was closed in."""

RESTS_ON_FACTS = frozenset(set(Stage) - {Stage.INTAKE, Stage.COUNSELLING})
"""Stages in which decisions and money may rest on a person's facts, so that a correction raises a point."""


class PersonStatus(StrEnum):
    """What became of a person on this case."""

    ACTIVE = "active"
    LEFT_OUT = "left_out"
    WITHDRAWN = "withdrawn"
    NOT_DEPARTED = "not_departed"
    WITHDREW_AFTER_RETURN = "withdrew_after_return"
    DECEASED = "deceased"
    SEPARATED = "separated"


PERSON_MOVES: dict[PersonStatus, frozenset[PersonStatus]] = {
    PersonStatus.ACTIVE: frozenset(set(PersonStatus) - {PersonStatus.ACTIVE}),
    PersonStatus.SEPARATED: frozenset(
        {PersonStatus.ACTIVE, PersonStatus.DECEASED, PersonStatus.WITHDREW_AFTER_RETURN}
    ),
    **{
        status: frozenset({PersonStatus.ACTIVE})
        for status in (
            PersonStatus.LEFT_OUT, PersonStatus.WITHDRAWN, PersonStatus.NOT_DEPARTED,
            PersonStatus.WITHDREW_AFTER_RETURN, PersonStatus.DECEASED,
        )
    },
}  # fmt: skip
"""What a person's status may become; back to active only as a correction or on reopening."""


class Outcome(StrEnum):
    """Why a case was closed."""

    COMPLETED = "completed"
    PERIOD_EXPIRED = "period_expired"
    NO_CONTACT = "no_contact"
    WITHDREW_BEFORE_DEPARTURE = "withdrew_before_departure"
    NOT_DEPARTED = "not_departed"
    WITHDREW_AFTER_RETURN = "withdrew_after_return"
    RE_MIGRATED = "re_migrated"
    MOVED = "moved"
    INELIGIBLE = "ineligible"
    MISUSE = "misuse"
    SECURITY = "security"
    DECEASED = "deceased"
    FUNDING_ENDED = "funding_ended"
    DUPLICATE = "duplicate"


class ConsentScope(StrEnum):
    """What a person agreed to."""

    SHARING = "sharing"
    TRAVEL_SUPPORT = "travel_support"
    PHOTOS = "photos"


class ReferralState(StrEnum):
    """What became of a referral."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    RECALLED = "recalled"


REFERRAL_MOVES: dict[ReferralState, frozenset[ReferralState]] = {
    ReferralState.WAITING: frozenset(set(ReferralState) - {ReferralState.WAITING}),
    ReferralState.ACCEPTED: frozenset({ReferralState.RECALLED}),
    ReferralState.RETURNED: frozenset(),
    ReferralState.RECALLED: frozenset(),
}


class RequestState(StrEnum):
    """What became of a receiving office's request to open a case afterwards."""

    WAITING = "waiting"
    OPENED = "opened"
    REFUSED = "declined"
    """The stored word is the one that histories hold."""


class Sex(StrEnum):
    """As the person's papers or the person say."""

    FEMALE = "female"
    MALE = "male"
    ANOTHER = "another"
    NOT_KNOWN = "not_known"


class Vulnerability(StrEnum):
    """What the offices have to have regard to; read by both."""

    MEDICAL = "medical"
    DISABILITY = "disability"
    PREGNANCY = "pregnancy"
    SINGLE_PARENT = "single_parent"
    ELDERLY = "elderly"
    UNACCOMPANIED_CHILD = "unaccompanied_child"
    TRAFFICKING = "trafficking"
    VIOLENCE = "violence"
    DISPLACED = "displaced"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """A person of a case as rules and other rooms see it. `position` is the place on the case, from 1."""

    id: str
    position: int
    given_name: str
    family_name: str
    role: ApplicantRole
    return_type: ReturnType
    sex: Sex
    birth_date: date | None
    age_estimate: int | None
    age_estimated_on: date | None
    nationality: str
    guardian_id: str | None
    status: PersonStatus
    is_adult: bool
    adult_at_application: bool | None
    version: int = 0

    @property
    def name(self) -> str:
        """The name as people read it; a placeholder may have the family's name only."""
        return " ".join(part for part in (self.given_name, self.family_name) if part)

    @property
    def is_placeholder(self) -> bool:
        """Whether neither birth date nor estimate is known yet."""
        return self.birth_date is None and self.age_estimate is None

    @property
    def is_active(self) -> bool:
        """Whether the person still takes part."""
        return self.status == PersonStatus.ACTIVE


@dataclass(frozen=True, kw_only=True)
class ContactEntry:
    """How a person is reached: telephone, e-mail, the address after the return; None where not known."""

    phone: str | None
    email: str | None
    return_address: str | None


@dataclass(frozen=True, kw_only=True)
class PersonEntry:
    """What is entered about a person; neither birth date nor estimate makes a placeholder."""

    given_name: str
    family_name: str
    role: ApplicantRole
    return_type: ReturnType
    sex: Sex
    birth_date: date | None
    age_estimate: int | None
    nationality: str
    language: str | None = None
    phone: str | None = None
    email: str | None = None
    vulnerabilities: tuple[str, ...] = ()
    needs: str | None = None


@dataclass(frozen=True, kw_only=True)
class ConsentFacts:
    """What logging a consent is judged by. A child needs a guardian who consents."""

    is_adult: bool
    guardian_known: bool
    stands_already: bool
    given_on: date
    today: date


@dataclass(frozen=True, kw_only=True)
class ReferralFacts:
    """What sending a referral is judged by."""

    without_consent: tuple[str, ...]
    stands_already: bool
    is_own_office: bool
    is_receiving_office: bool


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The frozen summary of a referral: ages, needs, place, expected arrival; nothing else."""

    ages: tuple[int | None, ...]
    needs: str
    place: str
    expected_on: date | None


name_values({
    Stage.INTAKE: N_("Intake"),
    Stage.COUNSELLING: N_("Counselling"),
    Stage.APPLICATION: N_("Application"),
    Stage.PRE_DEPARTURE: N_("Pre-departure"),
    Stage.RETURN: N_("Return"),
    Stage.REINTEGRATION: N_("Reintegration"),
    Stage.MONITORING: N_("Monitoring"),
    Stage.CLOSED: N_("Closed"),
})  # fmt: skip
name_values({
    PersonStatus.ACTIVE: N_("Takes part"),
    PersonStatus.LEFT_OUT: N_("Left out"),
    PersonStatus.WITHDRAWN: N_("Withdrew"),
    PersonStatus.NOT_DEPARTED: N_("Did not depart"),
    PersonStatus.WITHDREW_AFTER_RETURN: N_("Withdrew after return"),
    PersonStatus.DECEASED: N_("Deceased"),
    PersonStatus.SEPARATED: N_("Separated"),
})  # fmt: skip
name_values({
    Outcome.COMPLETED: N_("Completed"),
    Outcome.PERIOD_EXPIRED: N_("Period expired"),
    Outcome.NO_CONTACT: N_("No contact in time"),
    Outcome.WITHDREW_BEFORE_DEPARTURE: N_("Withdrew before departure"),
    Outcome.NOT_DEPARTED: N_("Not departed"),
    Outcome.WITHDREW_AFTER_RETURN: N_("Withdrew after return"),
    Outcome.RE_MIGRATED: N_("Re-migrated"),
    Outcome.MOVED: N_("Moved"),
    Outcome.INELIGIBLE: N_("Found ineligible"),
    Outcome.MISUSE: N_("Misuse"),
    Outcome.SECURITY: N_("Security"),
    Outcome.DECEASED: N_("Deceased"),
    Outcome.FUNDING_ENDED: N_("Funding ended"),
    Outcome.DUPLICATE: N_("Duplicate"),
})  # fmt: skip
name_values({
    ConsentScope.SHARING: N_("Sharing with the receiving office"),
    ConsentScope.TRAVEL_SUPPORT: N_("Support on the journey"),
    ConsentScope.PHOTOS: N_("Photos and stories"),
})  # fmt: skip
name_values({
    ReferralState.WAITING: N_("Waits for an answer"),
    ReferralState.ACCEPTED: N_("Accepted"),
    ReferralState.RETURNED: N_("Returned"),
    ReferralState.RECALLED: N_("Recalled"),
})  # fmt: skip
name_values({
    RequestState.WAITING: N_("Waits for an answer"),
    RequestState.OPENED: N_("Case opened"),
    RequestState.REFUSED: N_("Refused"),
})  # fmt: skip
name_values({
    Sex.FEMALE: N_("Female"),
    Sex.MALE: N_("Male"),
    Sex.ANOTHER: N_("Another"),
    Sex.NOT_KNOWN: N_("Not known"),
})  # fmt: skip
name_values({
    Vulnerability.MEDICAL: N_("Medical needs"),
    Vulnerability.DISABILITY: N_("Disability"),
    Vulnerability.PREGNANCY: N_("Pregnancy"),
    Vulnerability.SINGLE_PARENT: N_("Single parent"),
    Vulnerability.ELDERLY: N_("Old age"),
    Vulnerability.UNACCOMPANIED_CHILD: N_("Unaccompanied child"),
    Vulnerability.TRAFFICKING: N_("Victim of trafficking"),
    Vulnerability.VIOLENCE: N_("Survivor of violence"),
    Vulnerability.DISPLACED: N_("Internally displaced"),
    Vulnerability.OTHER: N_("Other needs"),
})  # fmt: skip
