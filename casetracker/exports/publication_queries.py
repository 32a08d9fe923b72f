"""Gathering what a project publishes: where, how far, how many people and which money; nobody's name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from flask import current_app
from sqlalchemy import func, select

from casetracker.accounts.models import Office
from casetracker.community import benefit_queries, benefit_rules, partner_queries, works_queries
from casetracker.community import queries as community
from casetracker.community.benefit_states import Aim, FigureFacts, PeopleGroup, Reach
from casetracker.community.case_site_rules import SMALLEST
from casetracker.community.contribution_queries import currency_of
from casetracker.community.models import CoContribution, ContributionDelivery, Site
from casetracker.community.states import DonorEntry, IndicatorEntry
from casetracker.community.works_queries import SiteWorks
from casetracker.core import clock
from casetracker.core.db import db
from casetracker.core.money import Money
from casetracker.disbursements.models import Disbursement, Instalment
from casetracker.disbursements.states import DisbursementState, InstalmentState
from casetracker.dossiers.states import Sight
from casetracker.events.models import Chain, EventRow
from casetracker.events.states import Part
from casetracker.exports import publication_rules as rules
from casetracker.exports.publication_states import (
    Organisation,
    PeopleFigure,
    PlannedPayment,
    PublishedProject,
    PublishedSite,
    Transaction,
)
from casetracker.grants.models import Grant
from casetracker.grants.queries import list_grants
from casetracker.ledger.models import LedgerEntry, LedgerPosting
from casetracker.web.labels import label

AT_A_TIME = 500
UNPAID = (InstalmentState.PLANNED, InstalmentState.ORDERED, InstalmentState.DELIVERED, InstalmentState.INVOICED)


def organisation_of(sight: Sight) -> Organisation:
    """Who reports, as the operator has set it; without a name of its own, under the office's."""
    office = db.session.get_one(Office, sight.sending_office_id)
    given = current_app.config["IATI_ORGANISATION"]
    return Organisation(identifier=given["identifier"], kind=given["kind"], name=given["name"] or office.name)


def load_published(sight: Sight) -> PublishedProject:
    """The project as it is published; a constant number of queries, and the transactions while they are read."""
    project, sites = community.get_project(sight), community.list_sites(sight.dossier_id)
    changed = (
        select(func.max(EventRow.at))
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.owner_id == sight.dossier_id, Chain.part == Part.SHARED)
    )
    pledged, delivered = _contributions(sight.dossier_id)
    works = works_queries.load_overview([site.id for site in sites], clock.today())
    return PublishedProject(
        reference=sight.reference, title=project.title, purpose=project.purpose, country=project.country,
        regions=tuple(project.regions), sector=project.sector, starts_on=project.starts_on, ends_on=project.ends_on,
        closed_on=sight.closed_on, currency=currency_of(sight), written_at=clock.now(),
        status=rules.status_of([(site.stage, site.outcome) for site in sites], sight.closed_on),
        changed_at=db.session.execute(changed).scalar_one(),
        partners=partner_queries.list_partners(sight.dossier_id),
        donors=tuple(DonorEntry(name=row.name, share=row.share) for row in community.list_donors(project.id)),
        indicators=tuple(
            IndicatorEntry(objective=row.objective, indicator=row.indicator, target=row.target)
            for row in community.list_indicators(project.id)
        ),
        sites=tuple(_site(site, works.get(site.id, SiteWorks()), pledged.get(site.id, 0), delivered.get(site.id, 0))
            for site in sites),
        people=tuple(_people(sight.dossier_id, sites)), transactions=read_transactions(sight.dossier_id),
        budget=_budget(sight.dossier_id, currency_of(sight)), planned=tuple(list_planned(sight.dossier_id)),
    )  # fmt: skip


def _site(site: Site, works: SiteWorks, pledged: int, delivered: int) -> PublishedSite:
    return PublishedSite(
        number=site.position, name=site.name, local_name=site.local_name, kind=label(site.kind),
        settlement=site.settlement, oblast=site.oblast, oblast_code=site.oblast_code, raion=site.raion,
        raion_code=site.raion_code, hromada=site.hromada, hromada_code=site.hromada_code,
        place_code=site.place_code, latitude=site.latitude, longitude=site.longitude, stage=site.stage,
        stage_on=site.stage_on, outcome=site.outcome, users_before=site.users_before,
        works_percent=works.percent, pledged=pledged,
        delivered=delivered,
    )  # fmt: skip


def _contributions(dossier_id: str) -> tuple[dict[str, int], dict[str, int]]:
    """site id -> what was pledged for it, and what came."""
    pledges = select(CoContribution.site_id, func.sum(CoContribution.amount))
    came = select(CoContribution.site_id, func.sum(ContributionDelivery.amount)).join(
        ContributionDelivery, ContributionDelivery.contribution_id == CoContribution.id
    )
    pledged, delivered = (
        {
            site_id: int(total)
            for site_id, total in db.session.execute(
                query.where(CoContribution.dossier_id == dossier_id).group_by(CoContribution.site_id)
            )
        }
        for query in (pledges, came)
    )
    return pledged, delivered


def _people(dossier_id: str, sites: Iterable[Site]) -> Iterator[PeopleFigure]:
    """What the figures that count come to at each site; each of the whole project by itself, as it was said: nobody
    added those up. Three queries."""
    numbers = {site.id: site.position for site in sites}
    at: dict[tuple[int, Aim, Reach, str], list[FigureFacts]] = defaultdict(list)
    for each in benefit_rules.list_counting(benefit_queries.load_figures(dossier_id).facts):
        at[numbers[each.site_id] if each.site_id else 0, each.aim, each.reach, "" if each.site_id else each.id].append(
            each
        )
    for (number, aim, reach, alone), figures in sorted(at.items()):
        total = benefit_rules.add_up(figures)
        if 0 < total.number < SMALLEST:
            continue  # so few are known by everybody there
        told = [rows for rows in benefit_rules.break_down(figures).values() if not _tells_on(rows)]
        known = [share for rows in told for share in rows]
        about = PeopleGroup(figures[0].about.value) if alone and figures[0].about is not None else None
        yield PeopleFigure(
            site_number=number or None, aim=aim, reach=reach, number=total.number, exactness=total.exactness,
            shares=tuple((group, count) for group, count in known if group not in (None, about)), about=about,
        )  # fmt: skip


def _tells_on(rows: Iterable[tuple[object, int]]) -> bool:
    """Whether a breakdown has a group so small that its people are known; then none of it is published, as what is
    left would tell the rest."""
    return any(0 < number < SMALLEST for _group, number in rows)


def _budget(dossier_id: str, currency: str) -> Money | None:
    """What the grants of the project hold, spent money included; None without any."""
    total = sum(grant.held for grant in list_grants(dossier_id) if grant.currency == currency)
    return Money(total, currency) if total else None


def list_planned(dossier_id: str) -> list[PlannedPayment]:
    """Instalments of approved requests that are not paid yet and say when they are due, by that day."""
    query = (
        select(Instalment.due_on, Instalment.amount, Disbursement.currency)
        .join(Disbursement, Disbursement.id == Instalment.disbursement_id)
        .where(Disbursement.dossier_id == dossier_id, Disbursement.state == DisbursementState.APPROVED)
        .where(Instalment.state.in_(UNPAID), Instalment.due_on.is_not(None))
        .order_by(Instalment.due_on, Instalment.id)
    )
    return [
        PlannedPayment(day=due_on, amount=Money(amount, currency))
        for due_on, amount, currency in db.session.execute(query)
        if due_on is not None
    ]


def read_transactions(dossier_id: str) -> Iterator[Transaction]:
    """The project's money in IATI's words, oldest first: each entry on the accounts of its grants, in portions."""
    query = (
        select(LedgerPosting.move, LedgerPosting.day, LedgerEntry.amount, Grant.currency)
        .join(LedgerEntry, LedgerEntry.posting_id == LedgerPosting.id)
        .join(Grant, Grant.account_id == LedgerEntry.account_id)
        .where(Grant.dossier_id == dossier_id)
        .order_by(LedgerPosting.at, LedgerPosting.id, LedgerEntry.id)
    )
    for move, day, amount, currency in db.session.execute(query, execution_options={"yield_per": AT_A_TIME}):
        yield from rules.transactions_of(move, day, Money(amount, currency))
