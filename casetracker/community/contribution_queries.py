"""Reading co-contributions: what was pledged for a site, and what came of each pledge."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from casetracker.community.models import CoContribution, ContributionDelivery, Site
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.dossiers.states import Sight
from casetracker.programmes.queries import get_programme


def currency_of(sight: Sight) -> str:
    """The currency in which the project counts: its programme's."""
    if sight.programme_id is None:
        raise NotFound("programme of the project")
    return get_programme(sight.programme_id).currency


def get_contribution(site: Site, contribution_id: str) -> CoContribution:
    """A pledge for this site; NotFound if it is for another."""
    found = db.session.get(CoContribution, contribution_id)
    if found is None or found.site_id != site.id:
        raise NotFound("contribution")
    return found


def list_deliveries(contribution_id: str) -> list[ContributionDelivery]:
    """What came of a pledge, by day."""
    query = select(ContributionDelivery).where(ContributionDelivery.contribution_id == contribution_id)
    return list(db.session.scalars(query.order_by(ContributionDelivery.delivered_on, ContributionDelivery.id)))


@dataclass(frozen=True, kw_only=True)
class PledgeRow:
    """A pledge and what came of it, by day."""

    pledge: CoContribution
    deliveries: list[ContributionDelivery]

    @property
    def delivered(self) -> int:
        """All that came of it, in minor units."""
        return sum(each.amount for each in self.deliveries)


@dataclass(frozen=True, kw_only=True)
class ContributionsPanel:
    """The co-contributions on a site's page, in the order pledged; sums in minor units of `currency`."""

    rows: list[PledgeRow]
    currency: str

    @property
    def pledged(self) -> int:
        """All that was pledged."""
        return sum(row.pledge.amount for row in self.rows)

    @property
    def delivered(self) -> int:
        """All that came."""
        return sum(row.delivered for row in self.rows)


def load_contributions(site: Site) -> ContributionsPanel:
    """The pledges for the site; two queries."""
    query = select(CoContribution).where(CoContribution.site_id == site.id)
    pledges = db.session.scalars(query.order_by(CoContribution.pledged_on, CoContribution.id)).all()
    came: dict[str, list[ContributionDelivery]] = defaultdict(list)
    wanted = ContributionDelivery.contribution_id.in_([pledge.id for pledge in pledges])
    ordered = select(ContributionDelivery).where(wanted).order_by(ContributionDelivery.delivered_on)
    for delivery in db.session.scalars(ordered.order_by(ContributionDelivery.id)):
        came[delivery.contribution_id].append(delivery)
    return ContributionsPanel(
        rows=[PledgeRow(pledge=pledge, deliveries=came[pledge.id]) for pledge in pledges],
        currency=pledges[0].currency if pledges else "",
    )
