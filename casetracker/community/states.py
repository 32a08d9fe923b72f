"""What a project's sites can be, the stages they go through, and the frozen facts that rules and pages read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.cases.states import Sex
from casetracker.core.errors import N_, Message
from casetracker.core.labels import name_values
from casetracker.documents.states import DocumentKind


class SiteKind(StrEnum):
    """What kind of institution a site is."""

    CULTURE_CLUB = "culture_club"
    CREATIVITY_CENTRE = "creativity_centre"
    MUSIC_SCHOOL = "music_school"
    AMBULATORY = "ambulatory"
    SCHOOL = "school"
    KINDERGARTEN = "kindergarten"
    LIBRARY = "library"
    OTHER = "other"


class SiteStage(StrEnum):
    """How far a site has come, in the order of the way."""

    CALL = "call"
    APPLIED = "applied"
    GROUP_FORMED = "group_formed"
    TRAINED = "trained"
    SHORTLISTED = "shortlisted"
    SELECTED = "selected"
    AGREED = "agreed"
    TENDERING = "tendering"
    WORKS = "works"
    EQUIPPING = "equipping"
    ACCEPTED = "accepted"
    HANDED_OVER = "handed_over"
    IN_USE = "in_use"
    CLOSED = "closed"


class SiteOutcome(StrEnum):
    """Why a site went no further on the way."""

    NOT_SELECTED = "not_selected"
    STOPPED = "stopped"


class GroupProfile(StrEnum):
    """Whom a member of an initiative group stands for."""

    LOCAL = "local"
    DISPLACED = "displaced"
    RETURNEE = "returnee"


class AgeBand(StrEnum):
    """How old somebody is, as far as a roster needs it."""

    UNDER_18 = "under_18"
    FROM_18 = "from_18"
    FROM_30 = "from_30"
    FROM_60 = "from_60"


class GatheringKind(StrEnum):
    """For what an initiative group came together."""

    TRAINING = "training"
    MEETING = "meeting"


class ContributionSource(StrEnum):
    """Who gives beside the donor."""

    OWNER = "owner"
    AUTHORITY = "authority"
    COMMUNITY = "community"
    PARTNER = "partner"
    OTHER = "other"


class ContributionForm(StrEnum):
    """What is given: money, or work and things that are worth it."""

    CASH = "cash"
    IN_KIND = "in_kind"


S = SiteStage

NEXT_STAGE: dict[SiteStage, SiteStage] = dict(zip(list(S), list(S)[1:], strict=False))
"""The one stage that follows; a site leaves none out."""
DECIDED = frozenset({S.SELECTED, S.CLOSED})
"""Stages into which a supervisor moves a site."""
BEFORE_SELECTION = frozenset({S.CALL, S.APPLIED, S.GROUP_FORMED, S.TRAINED, S.SHORTLISTED})
"""Stages in which a site can still be not selected; from then on it can only be stopped."""
DEGREE = 1_000_000
"""Coordinates are stored as whole millionths of a degree."""

name_values({
    SiteKind.CULTURE_CLUB: N_("Culture club"),
    SiteKind.CREATIVITY_CENTRE: N_("Creativity centre"),
    SiteKind.MUSIC_SCHOOL: N_("Music school"),
    SiteKind.AMBULATORY: N_("Ambulatory"),
    SiteKind.SCHOOL: N_("School"),
    SiteKind.KINDERGARTEN: N_("Kindergarten"),
    SiteKind.LIBRARY: N_("Library"),
    SiteKind.OTHER: N_("Other"),
})  # fmt: skip
name_values({
    S.CALL: N_("Call"), S.APPLIED: N_("Application"), S.GROUP_FORMED: N_("Initiative group formed"),
    S.TRAINED: N_("Trained"), S.SHORTLISTED: N_("Shortlisted"), S.SELECTED: N_("Selected"),
    S.AGREED: N_("Agreed"), S.TENDERING: N_("Tendering"), S.WORKS: N_("Works"), S.EQUIPPING: N_("Equipping"),
    S.ACCEPTED: N_("Accepted"), S.HANDED_OVER: N_("Handed over"), S.IN_USE: N_("In use"), S.CLOSED: N_("Closed"),
})  # fmt: skip
name_values({SiteOutcome.NOT_SELECTED: N_("Not selected"), SiteOutcome.STOPPED: N_("Stopped")})
name_values({
    GroupProfile.LOCAL: N_("Local"), GroupProfile.DISPLACED: N_("Displaced"), GroupProfile.RETURNEE: N_("Returnee"),
})  # fmt: skip
name_values({
    AgeBand.UNDER_18: N_("Under 18"), AgeBand.FROM_18: N_("18 to 29"), AgeBand.FROM_30: N_("30 to 59"),
    AgeBand.FROM_60: N_("60 and older"),
})  # fmt: skip
name_values({
    ContributionSource.OWNER: N_("Owner"), ContributionSource.AUTHORITY: N_("Local authority"),
    ContributionSource.COMMUNITY: N_("Community"), ContributionSource.PARTNER: N_("Partner"),
    ContributionSource.OTHER: N_("Somebody else"),
})  # fmt: skip
name_values({ContributionForm.CASH: N_("In cash"), ContributionForm.IN_KIND: N_("In kind")})
name_values({GatheringKind.TRAINING: N_("Training"), GatheringKind.MEETING: N_("Meeting")})


@dataclass(frozen=True, kw_only=True)
class DonorEntry:
    """A donor as entered; share: whole per cent of the project, None where it is not known."""

    name: str
    share: int | None


@dataclass(frozen=True, kw_only=True)
class IndicatorEntry:
    """What an objective is measured by, as entered."""

    objective: str
    indicator: str
    target: int


@dataclass(frozen=True, kw_only=True)
class SiteFacts:
    """What moving a site is judged by. papers: kinds of the papers stored with it; scored: how many of the project's
    `criteria` have a score; voted_for/voted_against: None without a vote; reported_visits: visits after the handover
    that have a report."""

    stage: SiteStage
    outcome: SiteOutcome | None
    papers: frozenset[DocumentKind] = frozenset()
    members: int = 0
    trainings: int = 0
    criteria: int = 0
    scored: int = 0
    voted_for: int | None = None
    voted_against: int | None = None
    reported_visits: int = 0
    works: int = 0
    works_open: int = 0
    equipment: int = 0
    equipment_open: int = 0
    is_handed_over: bool = False


@dataclass(frozen=True, kw_only=True)
class MemberEntry:
    """Members of an initiative group as entered: so many alike; name and phone of a contact person only."""

    number: int
    profile: GroupProfile
    sex: Sex
    age_band: AgeBand
    joined_on: date
    is_contact: bool
    contact_name: str | None
    contact_phone: str | None


@dataclass(frozen=True, kw_only=True)
class CriterionEntry:
    """A criterion as entered; id: None where it is new; weight 1 to 100."""

    id: str | None
    name: str
    weight: int


@dataclass(frozen=True, kw_only=True)
class CriterionFacts:
    """A criterion as it stands; `is_scored`: whether any site has a score for it."""

    id: str
    name: str
    weight: int
    is_scored: bool


@dataclass(frozen=True, kw_only=True)
class VoteEntry:
    """A vote on a site as entered."""

    held_on: date
    votes_for: int
    votes_against: int
    abstained: int


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """Something that a stage needs; `form`: the view that supplies it."""

    text: Message
    is_met: bool
    form: str


@dataclass(frozen=True, kw_only=True)
class Days:
    """First and last day of a project."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class PledgeEntry:
    """A co-contribution as entered; amount in minor units of the programme's currency."""

    source: ContributionSource
    giver: str
    form: ContributionForm
    what: str
    amount: int
    pledged_on: date
