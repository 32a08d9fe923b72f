"""Reading projects: the list, one with its sites, one site with what its next stage needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from casetracker.accounts.models import Office, User
from casetracker.community import (
    contribution_queries,
    equipment_queries,
    group_queries,
    map_rules,
    money_queries,
    partner_queries,
    photo_queries,
    rules,
    selection_queries,
    use_queries,
    visit_queries,
    works_queries,
)
from casetracker.community.benefit_states import FigureFacts
from casetracker.community.map_states import Place, SiteMap
from casetracker.community.models import (
    GroupGathering,
    GroupMember,
    Project,
    ProjectDonor,
    ProjectIndicator,
    SelectionCriterion,
    Site,
    SitePaper,
    SiteScore,
    SiteVote,
)
from casetracker.community.opening import may_edit
from casetracker.community.states import (
    NEXT_STAGE,
    GatheringKind,
    Requirement,
    SiteFacts,
    SiteStage,
)
from casetracker.community.visit_states import DueVisit
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Message, NotFound
from casetracker.core.permissions import Permission
from casetracker.documents.models import Document
from casetracker.dossiers.models import Dossier, DossierPoint
from casetracker.dossiers.queries import list_points, visible
from casetracker.dossiers.states import Sight
from casetracker.programmes.models import Programme


@dataclass(frozen=True, kw_only=True)
class ProjectRow:
    """A project in the list; `in_use` counts sites in use or closed after it."""

    reference: str
    project: Project
    office: str
    programme: str | None
    sites: int
    in_use: int


def _visible_projects(actor: Actor) -> Select[Dossier, Project]:
    return select(Dossier, Project).join(Project, Project.id == Dossier.id).where(visible(actor))


def count_projects(actor: Actor) -> int:
    """How many projects the actor may see."""
    return db.session.scalar(select(func.count()).select_from(_visible_projects(actor).subquery("seen"))) or 0


def list_projects(actor: Actor, *, offset: int, limit: int) -> list[ProjectRow]:
    """The projects the actor may see, the newest first; one query."""
    sites = select(func.count(Site.id)).where(Site.dossier_id == Project.id)
    used = sites.where(Site.stage.in_([SiteStage.IN_USE, SiteStage.CLOSED]), Site.outcome.is_(None))
    query = (
        _visible_projects(actor)
        .join(Office, Office.id == Dossier.sending_office_id)
        .outerjoin(Programme, Programme.id == Dossier.programme_id)
        .add_columns(Office.name, Programme.code, sites.scalar_subquery(), used.scalar_subquery())
        .order_by(Dossier.opened_on.desc(), Dossier.reference.desc())
    )
    return [
        ProjectRow(
            reference=dossier.reference, project=project, office=office, programme=code, sites=count, in_use=in_use
        )
        for dossier, project, office, code, count, in_use in db.session.execute(query.offset(offset).limit(limit))
    ]


def get_project(sight: Sight) -> Project:
    """The project of this dossier; NotFound where it is another kind."""
    project = db.session.get(Project, sight.dossier_id)
    if project is None:
        raise NotFound("project")
    return project


def list_donors(dossier_id: str) -> list[ProjectDonor]:
    """Who pays, in the order entered."""
    query = select(ProjectDonor).where(ProjectDonor.dossier_id == dossier_id)
    return list(db.session.scalars(query.order_by(ProjectDonor.position)))


def list_indicators(dossier_id: str) -> list[ProjectIndicator]:
    """What the project is measured by, in the order entered."""
    query = select(ProjectIndicator).where(ProjectIndicator.dossier_id == dossier_id)
    return list(db.session.scalars(query.order_by(ProjectIndicator.position)))


def list_sites(dossier_id: str) -> list[Site]:
    """The project's sites in the order entered."""
    return list(db.session.scalars(select(Site).where(Site.dossier_id == dossier_id).order_by(Site.position)))


def get_site(sight: Sight, site_id: str) -> Site:
    """One site of this project; NotFound if it is of another."""
    site = db.session.get(Site, site_id)
    if site is None or site.dossier_id != sight.dossier_id:
        raise NotFound("site")
    return site


def site_facts(site: Site) -> SiteFacts:
    """What moving this site is judged by."""
    return facts_of([site])[site.id]


def facts_of(sites: Iterable[Site]) -> dict[str, SiteFacts]:
    """site id -> what moving it is judged by; ten queries for any number of sites of one project."""
    wanted = {site.id: site for site in sites}
    dossiers = {site.dossier_id for site in wanted.values()}
    papers: dict[str, set[object]] = defaultdict(set)
    stored = select(SitePaper.site_id, Document.kind).join(Document, Document.id == SitePaper.document_id)
    for site_id, kind in db.session.execute(stored.where(SitePaper.site_id.in_(sorted(wanted)))):
        papers[site_id].add(kind)
    members = _count(GroupMember, wanted, GroupMember.left_on.is_(None))
    trainings = _count(GroupGathering, wanted, GroupGathering.kind == GatheringKind.TRAINING)
    scored = _count(SiteScore, wanted)
    criteria_query = select(SelectionCriterion.dossier_id, func.count(SelectionCriterion.id)).where(
        SelectionCriterion.dossier_id.in_(sorted(dossiers))
    )
    counted = db.session.execute(criteria_query.group_by(SelectionCriterion.dossier_id))
    criteria = {id: number for id, number in counted}  # noqa: C416  # rows are no pairs to dict()
    votes = {
        vote.site_id: vote for vote in db.session.scalars(select(SiteVote).where(SiteVote.site_id.in_(sorted(wanted))))
    }
    reported = visit_queries.count_reported(wanted)
    works, equipment = works_queries.count_open(wanted), equipment_queries.count_open(wanted)
    handed_over = equipment_queries.list_handed_over(wanted)
    return {
        id: SiteFacts(
            stage=site.stage, outcome=site.outcome, papers=frozenset(papers[id]),  # type: ignore[arg-type]  # kinds
            members=members.get(id, 0), trainings=trainings.get(id, 0), criteria=criteria.get(site.dossier_id, 0),
            scored=scored.get(id, 0), voted_for=votes[id].votes_for if id in votes else None,
            voted_against=votes[id].votes_against if id in votes else None, reported_visits=reported.get(id, 0),
            works=works.get(id, (0, 0))[0], works_open=works.get(id, (0, 0))[1],
            equipment=equipment.get(id, (0, 0))[0], equipment_open=equipment.get(id, (0, 0))[1],
            is_handed_over=id in handed_over,
        )
        for id, site in wanted.items()
    }  # fmt: skip


def _count(
    model: type[GroupMember] | type[GroupGathering] | type[SiteScore], wanted: Iterable[str], *where: object
) -> dict[str, int]:
    query = select(model.site_id, func.count(model.id)).where(model.site_id.in_(sorted(wanted)), *where)  # type: ignore[arg-type]  # conditions
    counted = db.session.execute(query.group_by(model.site_id))
    return {site_id: number for site_id, number in counted}  # noqa: C416  # as above


@dataclass(frozen=True, kw_only=True)
class SiteRow:
    """A site on the project's page, with the first thing its next stage still needs (None: it can move on), visits that
    are to be made, how far its works are, and equipment that was not found."""

    site: Site
    waits_for: Message | None
    due: list[DueVisit]
    works: works_queries.SiteWorks
    missing: list[Message]

    @property
    def target(self) -> SiteStage:
        """The stage that follows; asked where nothing is missing for it."""
        return NEXT_STAGE[self.site.stage]

    @property
    def overdue(self) -> list[DueVisit]:
        """Visits whose day is over."""
        return [each for each in self.due if each.is_overdue]


@dataclass(frozen=True, kw_only=True)
class ProjectPage:
    """What the page of a project shows."""

    project: Project
    office: str
    programme: Programme | None
    coordinator: str
    donors: list[ProjectDonor]
    indicators: list[ProjectIndicator]
    sites: list[SiteRow]
    sources: list[money_queries.SourceRow]
    reports_due: list[date]
    points: list[DossierPoint]
    people: tuple[list[FigureFacts], list[use_queries.Cell]]
    may_edit: bool

    @property
    def stages(self) -> list[tuple[SiteStage, int]]:
        """(stage, how many sites stand in it) of the stages in which there are any, in the order of the way."""
        standing = [row.site.stage for row in self.sites if row.site.outcome is None]
        return [(stage, standing.count(stage)) for stage in SiteStage if stage in standing]

    @property
    def left(self) -> int:
        """How many sites went no further on the way."""
        return sum(row.site.outcome is not None for row in self.sites)

    @property
    def map(self) -> SiteMap | None:
        """Where the sites lie; None where too few have coordinates."""
        return map_rules.draw_map([
            Place(
                number=site.position, latitude=site.latitude, longitude=site.longitude,
                tone=map_rules.tone_of(site.stage, site.outcome),
                title=map_rules.title_of(site.name, site.settlement),
            )
            for site in (row.site for row in self.sites)
        ])  # fmt: skip


def load_project(sight: Sight, actor: Actor) -> ProjectPage:
    """The page of a project; a constant number of queries."""
    project = get_project(sight)
    office = db.session.get_one(Office, sight.sending_office_id)
    sites = list_sites(sight.dossier_id)
    facts = facts_of(sites)
    due = visit_queries.list_due(sites, clock.today(actor.zone))
    works = works_queries.load_overview(facts, clock.today(actor.zone))
    missing = equipment_queries.missing_of(equipment_queries.list_equipment(facts))
    return ProjectPage(
        project=project,
        office=office.name,
        programme=db.session.get(Programme, sight.programme_id) if sight.programme_id else None,
        coordinator=db.session.get_one(User, project.coordinator_id).name,
        donors=list_donors(project.id),
        indicators=list_indicators(project.id),
        sites=[
            SiteRow(
                site=site,
                waits_for=rules.why_not_move(facts[site.id], may_decide=True),
                due=due.get(site.id, []),
                works=works.get(site.id, works_queries.SiteWorks()),
                missing=missing.get(site.id, []),
            )
            for site in sites
        ],
        sources=money_queries.load_sources(project.id),
        reports_due=partner_queries.list_overdue(project.id, clock.today(actor.zone)),
        points=list_points(sight),
        people=use_queries.figures_of(project.id),
        may_edit=may_edit(sight, actor),
    )


@dataclass(frozen=True, kw_only=True)
class SitePage:
    """What the page of a site shows."""

    site: Site
    target: SiteStage | None
    requirements: list[Requirement]
    why_not_move: Message | None
    papers: list[Document]
    group: group_queries.GroupPanel
    selection: selection_queries.SelectionPanel
    contributions: contribution_queries.ContributionsPanel
    money: money_queries.SiteMoney
    currency: str
    works: works_queries.WorksPanel
    equipment: equipment_queries.EquipmentPanel
    photographs: photo_queries.PhotographsPanel
    use: use_queries.UsePanel
    may_edit: bool
    may_decide: bool


def load_site(sight: Sight, site_id: str, actor: Actor) -> SitePage:
    """The page of a site of this project; NotFound if it is of another."""
    site = get_site(sight, site_id)
    facts = site_facts(site)
    target = NEXT_STAGE.get(site.stage) if site.outcome is None else None
    papers = select(Document).join(SitePaper, SitePaper.document_id == Document.id).where(SitePaper.site_id == site.id)
    may_write = may_edit(sight, actor)
    may_decide = may_write and actor.may(Permission.SITE_DECIDE)
    return SitePage(
        site=site,
        target=target,
        requirements=rules.list_requirements(facts, target) if target else [],
        why_not_move=rules.why_not_move(facts, may_decide=may_decide),
        papers=list(db.session.scalars(papers.order_by(Document.added_at, Document.id))),
        group=group_queries.load_group(site),
        selection=selection_queries.load_selection(site, facts),
        contributions=contribution_queries.load_contributions(site),
        money=money_queries.load_site(site),
        currency=contribution_queries.currency_of(sight),
        works=works_queries.load_works(site, clock.today(actor.zone)),
        equipment=equipment_queries.load_equipment(site, facts, clock.today(actor.zone)),
        photographs=photo_queries.load_panel(site),
        use=use_queries.load_use(site, list_sites(site.dossier_id), actor),
        may_edit=may_write,
        may_decide=may_decide,
    )
