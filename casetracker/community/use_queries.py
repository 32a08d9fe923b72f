"""Reading who uses a site: figures that count there, its events, visits after the handover, how many cases name it."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.community import (
    benefit_queries,
    benefit_rules,
    case_site_queries,
    case_site_rules,
    cohesion_queries,
    photo_queries,
    visit_queries,
)
from casetracker.community.benefit_models import BenefitFigure
from casetracker.community.benefit_queries import Figures
from casetracker.community.benefit_states import Aim, Breakdown, FigureFacts, PeopleGroup, Reach, Sum
from casetracker.community.cohesion_queries import EventsPanel
from casetracker.community.models import Site
from casetracker.community.photo_models import SitePhotograph
from casetracker.community.visit_models import SiteVisit
from casetracker.community.visit_states import DueVisit
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import Message

Broken = dict[Breakdown, list[tuple[PeopleGroup | None, int]]]


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """A figure with what is known of its people. overlaps: the figures that may count the same ones, each with its
    site; counts: whether sums have it; place: the site's name, None for the whole project."""

    figure: BenefitFigure
    place: str | None
    position: int
    known: Broken
    overlaps: list[tuple[str | None, BenefitFigure]]
    counts: bool

    @property
    def names(self) -> str:
        """What its number is called where a sum leads to it; nothing where no sum has it."""
        kind = f"{self.figure.aim}-{self.figure.reach}"
        return f"{kind} p{self.position}-{kind}" if self.counts and self.position else ""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What the figures of one aim and reach come to somewhere; None where there is none."""

    aim: Aim
    reach: Reach
    sum: Sum | None


KINDS = tuple((aim, reach) for reach in Reach for aim in Aim)
"""The columns of sums: planned and reached, direct ones first."""


def cells_of(counting: list[FigureFacts]) -> list[Cell]:
    """What these figures come to by aim and reach."""
    found = []
    for aim, reach in KINDS:
        those = [each for each in counting if (each.aim, each.reach) == (aim, reach)]
        found.append(Cell(aim=aim, reach=reach, sum=benefit_rules.add_up(those) if those else None))
    return found


def figures_of(dossier_id: str) -> tuple[list[FigureFacts], list[Cell]]:
    """Figures of a whole project, which stand for themselves, and what those of its sites come to; three queries."""
    counting = benefit_rules.list_counting(benefit_queries.load_figures(dossier_id).facts)
    whole = [each for each in counting if each.site_id is None]
    return whole, cells_of([each for each in counting if each.site_id is not None])


def rows_of(figures: Figures, facts: list[FigureFacts], sites: dict[str, Site]) -> list[FigureRow]:
    """The figures as a page lists them, in their order."""
    by_id = {row.id: row for row in (*figures.rows, *figures.participants.values())}
    known = {each.id: benefit_rules.break_down([each]) for each in facts}
    counting = {each.id for each in benefit_rules.list_counting(facts)}
    names = {id: site.name for id, site in sites.items()}
    return [
        FigureRow(
            figure=row, place=sites[row.site_id].name if row.site_id else None,
            position=sites[row.site_id].position if row.site_id else 0, known=known[row.id],
            overlaps=[
                (names.get(other.site_id or ""), other)
                for other in (by_id[id] for id in sorted(figures.overlaps.get(row.id, ())))
            ],
            counts=row.id in counting,
        )
        for row in figures.rows
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class VisitRow:
    """A visit with its photographs."""

    visit: SiteVisit
    photographs: list[SitePhotograph]


@dataclass(frozen=True, kw_only=True)
class UsePanel:
    """Who uses a site; cases: what it tells of the cases that name it, None where none does."""

    cells: list[Cell]
    rows: list[FigureRow]
    events: EventsPanel
    visits: list[VisitRow]
    due: list[DueVisit]
    was_handed_over: bool
    cases: Message | str | None


def load_use(site: Site, sites: list[Site], actor: Actor) -> UsePanel:
    """Who uses the site; sites: all of its project. A constant number of queries."""
    figures = benefit_queries.load_figures(site.dossier_id)
    facts = figures.facts
    here = [each for each in benefit_rules.list_counting(facts) if each.site_id == site.id]
    visits = visit_queries.list_visits(site.id)
    photographs = photo_queries.list_about(visit.id for visit in visits)
    by_id = {each.id: each for each in sites}
    due = visit_queries.list_due([site], clock.today(actor.zone))
    names = {each.id: each.name for each in sites}
    return UsePanel(
        cells=cells_of(here),
        rows=[row for row in rows_of(figures, facts, by_id) if row.figure.site_id == site.id],
        events=cohesion_queries.load_events(site.dossier_id, figures, names, site.id),
        visits=[VisitRow(visit=visit, photographs=photographs.get(visit.id, [])) for visit in visits],
        due=due.get(site.id, []),
        was_handed_over=site.id in due,
        cases=case_site_rules.tell_number(case_site_queries.count_cases(site.id)),
    )
