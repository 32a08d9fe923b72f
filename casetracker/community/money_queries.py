"""A project's money by source: what the donor gives stands in the ledger, what others give beside it in no ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from casetracker.community import partner_queries, share_queries
from casetracker.community.contribution_queries import currency_of
from casetracker.community.models import CoContribution, ContributionDelivery, Site
from casetracker.community.opening import may_edit
from casetracker.community.partner_queries import AgreementPanel
from casetracker.community.share_queries import ShareRow
from casetracker.community.states import ContributionSource
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.permissions import Permission
from casetracker.disbursements import queries as disbursements
from casetracker.dossiers.states import Sight
from casetracker.grants.queries import list_grants
from casetracker.grants.states import GrantFacts
from casetracker.plans import panel_queries as plans
from casetracker.plans.queries import approved_lines
from casetracker.plans.states import ApprovedLine

DONOR = "donor"


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """What one source gives (`source`: a member of ContributionSource, or DONOR): planned, committed and spent of it in
    minor units. Of the donor planned is the share, of others what they pledged; committed what is bound and not spent
    yet; spent what was paid, or came."""

    source: str
    planned: int
    committed: int
    spent: int


@dataclass(frozen=True, kw_only=True)
class SiteMoney:
    """What a site costs and who pays, minor units: `donor` is planned for it in the approved plan, `spent` paid of
    that, `others` what was pledged beside it. An activity for several sites stands under none of them."""

    site: Site | None
    donor: int
    spent: int
    others: int

    @property
    def total(self) -> int:
        """All sources together."""
        return self.donor + self.others


@dataclass(frozen=True, kw_only=True)
class MoneyPage:
    """The page of a project's money; amounts in minor units of `currency`, which is empty before there is any."""

    currency: str
    sources: Sequence[SourceRow]
    sites: Sequence[SiteMoney]
    grants: Sequence[GrantFacts]
    requests: Sequence[ShareRow]
    agreements: Sequence[AgreementPanel]
    plan: plans.PlansPanel
    disbursements: disbursements.DisbursementsPanel
    may_edit: bool
    may_decide: bool


def load_sources(dossier_id: str) -> list[SourceRow]:
    """What each source that gives anything plans, has bound and has given, the donor first; three queries."""
    grants = list_grants(dossier_id)
    totals = [grant.totals for grant in grants]
    donor = SourceRow(
        source=DONOR, planned=sum(t.used for t in totals), committed=sum(t.committed for t in totals),
        spent=sum(t.spent for t in totals),
    )  # fmt: skip
    pledged, came = _given(dossier_id)
    by_source: dict[str, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for id, (source, _site, amount) in pledged.items():
        (whole, left, given), new = by_source[source], came.get(id, 0)
        by_source[source] = (whole + amount, left + max(0, amount - new), given + new)
    order = [str(each) for each in ContributionSource]
    return [donor] + [
        SourceRow(source=source, planned=whole, committed=left, spent=given)
        for source, (whole, left, given) in sorted(by_source.items(), key=lambda pair: order.index(pair[0]))
    ]


def _given(dossier_id: str) -> tuple[dict[str, tuple[str, str, int]], dict[str, int]]:
    """(pledge id -> source, site, amount; pledge id -> what came of it); two queries."""
    pledges = select(CoContribution.id, CoContribution.source, CoContribution.site_id, CoContribution.amount)
    found = db.session.execute(pledges.where(CoContribution.dossier_id == dossier_id))
    pledged = {id: (str(source), site_id, amount) for id, source, site_id, amount in found}
    deliveries = (
        select(ContributionDelivery.contribution_id, func.sum(ContributionDelivery.amount))
        .where(ContributionDelivery.dossier_id == dossier_id)
        .group_by(ContributionDelivery.contribution_id)
    )
    return pledged, {id: int(amount) for id, amount in db.session.execute(deliveries)}


def sites_money(dossier_id: str, sites: Iterable[Site], lines: Iterable[ApprovedLine]) -> list[SiteMoney]:
    """What each site costs, in their order; last, without a site, what is for several or for the whole project. Two
    queries."""
    donor: dict[str, int] = defaultdict(int)
    spent: dict[str, int] = defaultdict(int)
    for line in lines:
        place = line.beneficiary_ids[0] if len(line.beneficiary_ids) == 1 else dossier_id
        donor[place] += line.granted
        spent[place] += line.totals.spent if line.totals else 0
    others: dict[str, int] = defaultdict(int)
    pledged, _came = _given(dossier_id)
    for _source, site_id, amount in pledged.values():
        others[site_id] += amount
    rows = [SiteMoney(site=site, donor=donor[site.id], spent=spent[site.id], others=others[site.id]) for site in sites]
    if donor[dossier_id]:
        rows.append(SiteMoney(site=None, donor=donor[dossier_id], spent=spent[dossier_id], others=0))
    return rows


def load_site(site: Site) -> SiteMoney:
    """The same of one site; five queries."""
    return sites_money(site.dossier_id, [site], approved_lines(site.dossier_id))[0]


def load_money(sight: Sight, sites: Sequence[Site], actor: Actor) -> MoneyPage:
    """The page of a project's money; a constant number of queries, but for two to each partner."""
    plan = plans.load_panel(sight, actor)
    today: date = clock.today(actor.zone)
    return MoneyPage(
        currency=currency_of(sight),
        sources=load_sources(sight.dossier_id),
        sites=sites_money(sight.dossier_id, sites, plan.lines),
        grants=list_grants(sight.dossier_id),
        requests=share_queries.list_requests(sight.dossier_id),
        agreements=partner_queries.load_agreements(sight.dossier_id, today),
        plan=plan,
        disbursements=disbursements.load_panel(sight, actor),
        may_edit=may_edit(sight, actor),
        may_decide=may_edit(sight, actor) and actor.may(Permission.SHARE_DECIDE),
    )
