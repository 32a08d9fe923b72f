"""What a project publishes about itself: formats, and the frozen facts that their writers read; nobody's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from casetracker.community.benefit_states import Aim, Exactness, PeopleGroup, Reach
from casetracker.community.states import DonorEntry, IndicatorEntry, SiteOutcome, SiteStage
from casetracker.core.errors import N_
from casetracker.core.labels import name_values
from casetracker.core.money import Money


class PublicationFormat(StrEnum):
    """What a project can be published as."""

    IATI = "iati"
    HXL = "hxl"


MEDIA_TYPES: dict[PublicationFormat, str] = {
    PublicationFormat.IATI: "application/xml",
    PublicationFormat.HXL: "text/csv; charset=utf-8",
}
SUFFIXES: dict[PublicationFormat, str] = {PublicationFormat.IATI: "xml", PublicationFormat.HXL: "csv"}
name_values({
    PublicationFormat.IATI: N_("IATI 2.03 (XML)"),
    PublicationFormat.HXL: N_("Table with HXL tags (CSV)"),
})  # fmt: skip
USES: dict[PublicationFormat, str] = {
    PublicationFormat.IATI: N_(
        "For the donor and the public register of aid: the project as one activity, with its places, money and results."
    ),
    PublicationFormat.HXL: N_(
        "For colleagues who put the figures of many organisations together: one row for each institution."
    ),
}
"""What each format is good for."""


class ActivityStatus(IntEnum):
    """IATI's codes for how far an activity has come."""

    PIPELINE = 1
    IMPLEMENTATION = 2
    FINALISATION = 3
    CLOSED = 4
    CANCELLED = 5


class TransactionType(IntEnum):
    """IATI's codes for money that moves."""

    OUTGOING_COMMITMENT = 2
    EXPENDITURE = 4
    INCOMING_COMMITMENT = 11


@dataclass(frozen=True, kw_only=True)
class Transaction:
    """Money that moved; negative where an earlier move was taken back."""

    kind: TransactionType
    day: date
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PlannedPayment:
    """An instalment that is approved and not paid yet, and the day on which it is due."""

    day: date
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PeopleFigure:
    """How many people, of a site or (site_number None) of the whole project; shares: what is known of them; about: the
    figure counts people of this group alone."""

    site_number: int | None
    aim: Aim
    reach: Reach
    number: int
    exactness: Exactness
    shares: tuple[tuple[PeopleGroup, int], ...] = ()
    about: PeopleGroup | None = None


@dataclass(frozen=True, kw_only=True)
class PublishedSite:
    """An institution without its contact person. Coordinates are millionths of a degree; kind in words; works_percent:
    how far its works are, None without any; pledged and delivered: co-contributions in minor units of the project's
    currency."""

    number: int
    name: str
    local_name: str
    kind: str
    settlement: str
    oblast: str
    oblast_code: str | None
    raion: str | None
    raion_code: str | None
    hromada: str | None
    hromada_code: str | None
    place_code: str | None
    latitude: int | None
    longitude: int | None
    stage: SiteStage
    stage_on: date
    outcome: SiteOutcome | None
    users_before: int | None
    works_percent: int | None
    pledged: int
    delivered: int


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """Who publishes: the identifier in the public register, IATI's code of its type, its name."""

    identifier: str
    kind: str
    name: str


@dataclass(frozen=True, kw_only=True)
class PublishedProject:
    """A project as it is published; currency: its programme's; partners: organisations that carry it out;
    budget: what its grants may spend, None without any; transactions are read while they are written."""

    reference: str
    title: str
    purpose: str
    country: str
    regions: tuple[str, ...]
    sector: str | None
    starts_on: date
    ends_on: date
    closed_on: date | None
    status: ActivityStatus
    currency: str
    changed_at: datetime
    written_at: datetime
    partners: tuple[str, ...]
    donors: tuple[DonorEntry, ...]
    indicators: tuple[IndicatorEntry, ...]
    sites: tuple[PublishedSite, ...]
    people: tuple[PeopleFigure, ...]
    budget: Money | None
    planned: tuple[PlannedPayment, ...]
    transactions: Iterator[Transaction]
