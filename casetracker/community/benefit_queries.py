"""Reading figures of people: as rules take them, with what is known of them, and one for its correction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from casetracker.community.benefit_models import BenefitFigure, BenefitOverlap, BenefitShare
from casetracker.community.benefit_states import FigureFacts, PeopleGroup
from casetracker.community.models import Site
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.dossiers.states import Sight


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A project's figures of sites and of the whole, the newest first, and participants of its events; facts by id, of
    the figures alone."""

    rows: list[BenefitFigure]
    participants: dict[str, BenefitFigure]
    shares: dict[str, tuple[tuple[PeopleGroup, int], ...]]
    overlaps: dict[str, frozenset[str]]

    @property
    def facts(self) -> list[FigureFacts]:
        """The figures as rules read them; participants of events are counted for themselves."""
        return [self.facts_of(row) for row in self.rows]

    def facts_of(self, row: BenefitFigure) -> FigureFacts:
        """One of them."""
        return FigureFacts(
            id=row.id, site_id=row.site_id, aim=row.aim, reach=row.reach, about=row.about, number=row.number,
            exactness=row.exactness, as_of=row.as_of, are_others=row.are_others,
            shares=self.shares.get(row.id, ()), overlaps=self.overlaps.get(row.id, frozenset()),
        )  # fmt: skip


def load_figures(dossier_id: str) -> Figures:
    """All figures of a project; three queries."""
    query = select(BenefitFigure).where(BenefitFigure.dossier_id == dossier_id)
    found = list(db.session.scalars(query.order_by(BenefitFigure.as_of.desc(), BenefitFigure.id)))
    shares: dict[str, list[tuple[PeopleGroup, int]]] = defaultdict(list)
    for share in db.session.scalars(select(BenefitShare).where(BenefitShare.dossier_id == dossier_id)):
        shares[share.figure_id].append((share.people, share.number))
    overlaps: dict[str, set[str]] = defaultdict(set)
    for row in db.session.scalars(select(BenefitOverlap).where(BenefitOverlap.dossier_id == dossier_id)):
        overlaps[row.figure_id].add(row.other_id)
        overlaps[row.other_id].add(row.figure_id)
    return Figures(
        rows=[row for row in found if row.event_id is None],
        participants={row.event_id: row for row in found if row.event_id is not None},
        shares={id: in_order(known) for id, known in shares.items()},
        overlaps={id: frozenset(others) for id, others in overlaps.items()},
    )


def in_order(known: Iterable[tuple[PeopleGroup, int]]) -> tuple[tuple[PeopleGroup, int], ...]:
    """(group, number) in the order of the groups."""
    numbers = dict(known)
    return tuple((group, numbers[group]) for group in PeopleGroup if group in numbers)


def get_figure(sight: Sight, figure_id: str) -> BenefitFigure:
    """A figure of this project that is no event's; NotFound otherwise."""
    figure = db.session.get(BenefitFigure, figure_id)
    if figure is None or figure.dossier_id != sight.dossier_id or figure.event_id is not None:
        raise NotFound("figure")
    return figure


def find_participants(event_id: str) -> BenefitFigure | None:
    """How many took part in an event, once it was held."""
    return db.session.scalars(select(BenefitFigure).where(BenefitFigure.event_id == event_id)).one_or_none()


def list_shares(figure_id: str) -> list[BenefitShare]:
    """What is known of the people of a figure, in any order."""
    return list(db.session.scalars(select(BenefitShare).where(BenefitShare.figure_id == figure_id)))


def list_overlaps(figure_id: str) -> list[BenefitOverlap]:
    """What was said of this figure to overlap with others."""
    return list(db.session.scalars(select(BenefitOverlap).where(BenefitOverlap.figure_id == figure_id)))


def find_site(dossier_id: str, site_id: str | None) -> Site | None:
    """The site of the project that is named, None where none is; NotFound if it is of another."""
    if site_id is None:
        return None
    site = db.session.get(Site, site_id)
    if site is None or site.dossier_id != dossier_id:
        raise NotFound("site")
    return site
