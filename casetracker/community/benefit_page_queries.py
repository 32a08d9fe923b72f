"""Reading the page of who benefits from a project: by site and of the whole, what may overlap, the picture, events."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.community import bar_rules, benefit_queries, benefit_rules, cohesion_queries, queries
from casetracker.community.bar_states import BarChart, Pair
from casetracker.community.benefit_states import Aim, FigureFacts, Reach, Sum
from casetracker.community.cohesion_queries import EventsPanel
from casetracker.community.models import Project, Site
from casetracker.community.opening import may_edit
from casetracker.community.use_queries import Broken, Cell, FigureRow, cells_of, rows_of
from casetracker.core.actor import Actor
from casetracker.dossiers.states import Sight


@dataclass(frozen=True, kw_only=True)
class PlaceLine:
    """A site with what its figures come to."""

    site: Site
    cells: list[Cell]

    def of(self, aim: Aim) -> Sum | None:
        """What is direct there, planned or reached."""
        return next(cell.sum for cell in self.cells if (cell.aim, cell.reach) == (aim, Reach.DIRECT))


@dataclass(frozen=True, kw_only=True)
class BenefitsPage:
    """Who benefits: sums by site and over sites, figures of the whole project, those that no longer count; broken:
    what is known of the people reached directly at sites."""

    project: Project
    lines: list[PlaceLine]
    totals: list[Cell]
    whole: list[FigureRow]
    counting: list[FigureRow]
    earlier: list[FigureRow]
    broken: Broken
    chart: BarChart | None
    events: EventsPanel
    by_id: dict[str, FigureRow]
    may_edit: bool


def load_benefits(sight: Sight, actor: Actor) -> BenefitsPage:
    """The page; a constant number of queries."""
    sites = queries.list_sites(sight.dossier_id)
    figures = benefit_queries.load_figures(sight.dossier_id)
    facts = figures.facts
    rows = rows_of(figures, facts, {site.id: site for site in sites})
    at_sites = [each for each in benefit_rules.list_counting(facts) if each.site_id is not None]
    lines = _lines(sites, at_sites)
    return BenefitsPage(
        project=queries.get_project(sight),
        lines=lines,
        totals=cells_of(at_sites),
        whole=[row for row in rows if row.counts and row.place is None],
        counting=[row for row in rows if row.counts and row.place is not None],
        earlier=[row for row in rows if not row.counts],
        broken=benefit_rules.break_down([
            each for each in at_sites if (each.aim, each.reach) == (Aim.REACHED, Reach.DIRECT)
        ]),
        chart=bar_rules.draw_bars([_pair(line) for line in lines]),
        events=cohesion_queries.load_events(sight.dossier_id, figures, {site.id: site.name for site in sites}),
        by_id={row.figure.id: row for row in rows},
        may_edit=may_edit(sight, actor),
    )  # fmt: skip


def _lines(sites: list[Site], at_sites: list[FigureFacts]) -> list[PlaceLine]:
    """The sites that have figures, in their order."""
    with_figures = {each.site_id for each in at_sites}
    return [
        PlaceLine(site=site, cells=cells_of([each for each in at_sites if each.site_id == site.id]))
        for site in sites
        if site.id in with_figures
    ]


def _pair(line: PlaceLine) -> Pair:
    planned, reached = line.of(Aim.PLANNED), line.of(Aim.REACHED)
    return Pair(
        label=line.site.name, planned=planned.number if planned else None, reached=reached.number if reached else None
    )
