"""Who benefits from a project: what a figure of people can be, groups of people, events that bring them together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.community.states import GroupProfile
from casetracker.core.errors import N_
from casetracker.core.labels import name_values


class Aim(StrEnum):
    """Whether people are to be reached, or were."""

    PLANNED = "planned"
    REACHED = "reached"


class Reach(StrEnum):
    """Whether people use the institution themselves, or have something of it through others."""

    DIRECT = "direct"
    INDIRECT = "indirect"


class Exactness(StrEnum):
    """How a number is to be read."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    ABOUT = "about"
    AT_MOST = "at_most"


class Basis(StrEnum):
    """Whether somebody counted."""

    COUNTED = "counted"
    ESTIMATED = "estimated"


class Method(StrEnum):
    """How a figure came about."""

    REGISTRATION = "registration"
    HEAD_COUNT = "head_count"
    AUTHORITY = "authority"
    SURVEY = "survey"
    OTHER = "other"


class PeopleGroup(StrEnum):
    """A group that a figure is broken down by."""

    FEMALE = "female"
    MALE = "male"
    ANOTHER_SEX = "another_sex"
    UNDER_18 = "under_18"
    FROM_18 = "from_18"
    FROM_30 = "from_30"
    FROM_60 = "from_60"
    LOCAL = "local"
    DISPLACED = "displaced"
    RETURNEE = "returnee"
    WITH_DISABILITY = "with_disability"
    WITHOUT_DISABILITY = "without_disability"


class Breakdown(StrEnum):
    """What groups exclude each other by; a figure can be broken down by each."""

    SEX = "sex"
    AGE = "age"
    STANDING = "standing"
    DISABILITY = "disability"


class CohesionKind(StrEnum):
    """What brings people together."""

    MASTER_CLASS = "master_class"
    CONCERT = "concert"
    MEETING = "meeting"
    OTHER = "other"


class CohesionState(StrEnum):
    """Whether it took place."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


P = PeopleGroup

GROUPS: dict[Breakdown, tuple[PeopleGroup, ...]] = {
    Breakdown.SEX: (P.FEMALE, P.MALE, P.ANOTHER_SEX),
    Breakdown.AGE: (P.UNDER_18, P.FROM_18, P.FROM_30, P.FROM_60),
    Breakdown.STANDING: (P.LOCAL, P.DISPLACED, P.RETURNEE),
    Breakdown.DISABILITY: (P.WITH_DISABILITY, P.WITHOUT_DISABILITY),
}

name_values({Aim.PLANNED: N_("Planned"), Aim.REACHED: N_("Reached")})
name_values({Reach.DIRECT: N_("Direct"), Reach.INDIRECT: N_("Indirect")})
name_values({
    Exactness.EXACT: N_("Exactly"), Exactness.AT_LEAST: N_("At least"), Exactness.ABOUT: N_("About"),
    Exactness.AT_MOST: N_("At most"),
})  # fmt: skip
name_values({Basis.COUNTED: N_("Counted"), Basis.ESTIMATED: N_("Estimated")})
name_values({
    Method.REGISTRATION: N_("Registration list"), Method.HEAD_COUNT: N_("Head count"),
    Method.AUTHORITY: N_("Estimate of the authority"), Method.SURVEY: N_("Survey"), Method.OTHER: N_("Another way"),
})  # fmt: skip
name_values({
    P.FEMALE: N_("Female"), P.MALE: N_("Male"), P.ANOTHER_SEX: N_("Another sex"), P.UNDER_18: N_("Under 18"),
    P.FROM_18: N_("18 to 29"), P.FROM_30: N_("30 to 59"), P.FROM_60: N_("60 and older"), P.LOCAL: N_("Local"),
    P.DISPLACED: N_("Displaced"), P.RETURNEE: N_("Returnee"), P.WITH_DISABILITY: N_("With a disability"),
    P.WITHOUT_DISABILITY: N_("Without a disability"),
})  # fmt: skip
name_values({
    Breakdown.SEX: N_("Sex"), Breakdown.AGE: N_("Age"), Breakdown.STANDING: N_("Local or displaced"),
    Breakdown.DISABILITY: N_("Disability"),
})  # fmt: skip
name_values({
    CohesionKind.MASTER_CLASS: N_("Master class"), CohesionKind.CONCERT: N_("Concert"),
    CohesionKind.MEETING: N_("Meeting"), CohesionKind.OTHER: N_("Other"),
})  # fmt: skip
name_values({
    CohesionState.PLANNED: N_("Planned"), CohesionState.HELD: N_("Held"), CohesionState.CANCELLED: N_("Cancelled"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CountEntry:
    """A number of people as entered; shares: (group, number) of what is known of them, in the order of the groups."""

    number: int
    exactness: Exactness
    basis: Basis
    method: Method
    source: str
    shares: tuple[tuple[PeopleGroup, int], ...]


@dataclass(frozen=True, kw_only=True)
class FigureEntry:
    """A figure as entered. about: whom it counts alone, None everybody; from_on: the first day where it is of a period
    that ends on as_of; are_others: these people are in no earlier figure of the same kind; overlaps: ids of figures
    that may count some of the same people."""

    aim: Aim
    reach: Reach
    about: GroupProfile | None
    count: CountEntry
    from_on: date | None
    as_of: date
    note: str | None
    are_others: bool
    overlaps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FigureFacts:
    """A figure as sums read it; site_id: None for the whole project."""

    id: str
    site_id: str | None
    aim: Aim
    reach: Reach
    about: GroupProfile | None
    number: int
    exactness: Exactness
    as_of: date
    are_others: bool
    shares: tuple[tuple[PeopleGroup, int], ...] = ()
    overlaps: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What figures add up to; figures: ids of those that were added; overlapping: of those that may count people of
    another one that was added; twice_at_most: how many may be counted twice, None where nobody can say."""

    number: int
    exactness: Exactness
    figures: tuple[str, ...]
    overlapping: tuple[str, ...]
    twice_at_most: int | None


@dataclass(frozen=True, kw_only=True)
class EventEntry:
    """An event as entered."""

    kind: CohesionKind
    topic: str
    place: str
    day: date
