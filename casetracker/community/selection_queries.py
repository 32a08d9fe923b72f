"""Reading the selection: criteria, scores and votes, one site's and all sites beside each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from sqlalchemy import select

from casetracker.community import selection_rules
from casetracker.community.models import SelectionCriterion, Site, SiteScore, SiteVote
from casetracker.community.states import BEFORE_SELECTION, CriterionFacts, SiteFacts
from casetracker.core.db import db
from casetracker.core.errors import Message, NotFound

LARGEST = 2**31 - 1


def list_criteria(dossier_id: str) -> list[SelectionCriterion]:
    """What the project's sites are compared by, in the order entered."""
    query = select(SelectionCriterion).where(SelectionCriterion.dossier_id == dossier_id)
    return list(db.session.scalars(query.order_by(SelectionCriterion.position)))


def criteria_facts(dossier_id: str) -> list[CriterionFacts]:
    """The same with whether any site has a score for it; two queries."""
    query = select(SiteScore.criterion_id).where(SiteScore.dossier_id == dossier_id).distinct()
    scored = set(db.session.scalars(query))
    return [
        CriterionFacts(id=row.id, name=row.name, weight=row.weight, is_scored=row.id in scored)
        for row in list_criteria(dossier_id)
    ]


def has_selected(dossier_id: str) -> bool:
    """Whether a site of the project was selected, whatever became of it later."""
    query = select(Site.id).where(Site.dossier_id == dossier_id, Site.stage.not_in(BEFORE_SELECTION))
    return db.session.scalar(query.limit(1)) is not None


def list_scores(site_id: str) -> list[SiteScore]:
    """The scores of a site."""
    return list(db.session.scalars(select(SiteScore).where(SiteScore.site_id == site_id)))


def find_vote(site: Site) -> SiteVote | None:
    """The vote on a site, if there was one."""
    return db.session.scalars(select(SiteVote).where(SiteVote.site_id == site.id)).one_or_none()


def get_vote(site: Site) -> SiteVote:
    """The vote on a site; NotFound where there was none."""
    vote = find_vote(site)
    if vote is None:
        raise NotFound("vote")
    return vote


def version_of(rows: Iterable[SelectionCriterion | SiteScore]) -> int:
    """One number for several rows that a form edits together: another one as soon as any of them changes."""
    known = sorted(f"{row.id}:{row.version}" for row in rows)
    return crc32(" ".join(known).encode()) & LARGEST


@dataclass(frozen=True, kw_only=True)
class SelectionPanel:
    """The selection on a site's page: (criterion, score or None) of each, the weighted total in per cent, the vote, and
    why nothing of it changes any more."""

    lines: list[tuple[SelectionCriterion, int | None]]
    total: int | None
    vote: SiteVote | None
    why_not: Message | None

    @property
    def is_scored(self) -> bool:
        """Whether the site has any score."""
        return any(score is not None for _criterion, score in self.lines)


def load_selection(site: Site, facts: SiteFacts) -> SelectionPanel:
    """The site's scores and its vote; three queries."""
    criteria = list_criteria(site.dossier_id)
    scores = {row.criterion_id: row.score for row in list_scores(site.id)}
    return SelectionPanel(
        lines=[(row, scores.get(row.id)) for row in criteria],
        total=selection_rules.weigh(scores, {row.id: row.weight for row in criteria}),
        vote=find_vote(site),
        why_not=selection_rules.why_not_judge(facts),
    )


@dataclass(frozen=True, kw_only=True)
class ComparedSite:
    """A site beside the others: its scores in the order of the criteria, None where it has none."""

    site: Site
    scores: list[int | None]
    total: int | None
    vote: SiteVote | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Every site of a project by every criterion."""

    criteria: list[SelectionCriterion]
    rows: list[ComparedSite]


def load_comparison(dossier_id: str) -> Comparison:
    """The sites by their weighted total, the best first, those without one last; four queries for any number."""
    criteria = list_criteria(dossier_id)
    weights = {row.id: row.weight for row in criteria}
    scores: dict[str, dict[str, int]] = defaultdict(dict)
    for score in db.session.scalars(select(SiteScore).where(SiteScore.dossier_id == dossier_id)):
        scores[score.site_id][score.criterion_id] = score.score
    found = db.session.scalars(select(SiteVote).where(SiteVote.dossier_id == dossier_id))
    votes = {vote.site_id: vote for vote in found}
    sites = db.session.scalars(select(Site).where(Site.dossier_id == dossier_id).order_by(Site.position))
    rows = [
        ComparedSite(
            site=site, scores=[scores[site.id].get(row.id) for row in criteria],
            total=selection_rules.weigh(scores[site.id], weights), vote=votes.get(site.id),
        )
        for site in sites
    ]  # fmt: skip
    return Comparison(criteria=criteria, rows=sorted(rows, key=lambda row: (row.total is None, -(row.total or 0))))
