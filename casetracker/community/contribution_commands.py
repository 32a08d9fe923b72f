"""Co-contributions: what owner, authority, community and partner pledge for a site, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.community import contribution_queries, contribution_rules, events, queries
from casetracker.community.commands import require_project
from casetracker.community.models import CoContribution, ContributionDelivery
from casetracker.community.site_commands import lock_site, store_paper
from casetracker.community.states import PledgeEntry
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.states import DocumentKind, Upload
from casetracker.events.recording import record


@dataclass(frozen=True, kw_only=True)
class PledgeCoContribution(Command):
    """Somebody pledges something for a site."""

    dossier_id: str
    site_id: str
    entry: PledgeEntry


@command
def pledge_co_contribution(cmd: PledgeCoContribution, *, actor: Actor) -> str:
    """Enter a pledge; returns its id. It enters no ledger: nothing of it is the donor's."""
    sight = require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, entry = lock_site(cmd.dossier_id, cmd.site_id), cmd.entry
    today = clock.today(actor.zone)
    refuse_if(contribution_rules.why_not_pledge(queries.site_facts(site), entry.pledged_on, today))
    pledge = add(CoContribution(
        id=ids.new_id(), dossier_id=site.dossier_id, site_id=site.id,
        currency=contribution_queries.currency_of(sight), **vars(entry),
    ))  # fmt: skip
    record(
        events.ContributionPledged(
            owner_id=site.dossier_id, day=entry.pledged_on, site_id=site.id, site=site.name, giver=pledge.giver,
            amount=pledge.amount, currency=pledge.currency,
        ),
        actor=actor,
    )  # fmt: skip
    return pledge.id


@dataclass(frozen=True, kw_only=True)
class CorrectCoContribution(Command):
    """A pledge as it should have been entered, and why."""

    dossier_id: str
    site_id: str
    contribution_id: str
    entry: PledgeEntry
    reason: str
    version: int


@command
def correct_co_contribution(cmd: CorrectCoContribution, *, actor: Actor) -> None:
    """Correct a pledge; what was delivered of it stays."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    pledge = lock(CoContribution, contribution_queries.get_contribution(site, cmd.contribution_id).id, cmd.version)
    first = min((each.delivered_on for each in contribution_queries.list_deliveries(pledge.id)), default=None)
    refuse_if(contribution_rules.why_not_correct(cmd.entry.pledged_on, first, clock.today(actor.zone)))
    for name, value in vars(cmd.entry).items():
        setattr(pledge, name, value)
    record(
        events.ContributionCorrected(
            owner_id=site.dossier_id, day=cmd.entry.pledged_on, site_id=site.id, site=site.name, reason=cmd.reason
        ),
        actor=actor,
    )


@dataclass(frozen=True, kw_only=True)
class DeliverCoContribution(Command):
    """Something of a pledge came, with what proves it; amount in minor units of its currency."""

    dossier_id: str
    site_id: str
    contribution_id: str
    delivered_on: date
    amount: int
    upload: Upload


@command
def deliver_co_contribution(cmd: DeliverCoContribution, *, actor: Actor) -> str:
    """Enter what came of a pledge; returns the delivery's id."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    pledge = lock(CoContribution, contribution_queries.get_contribution(site, cmd.contribution_id).id)
    today = clock.today(actor.zone)
    refuse_if(contribution_rules.why_not_deliver(pledge.pledged_on, cmd.delivered_on, today))
    document_id = store_paper(
        site, DocumentKind.OWN_CONTRIBUTION, pledge.what, cmd.delivered_on, cmd.upload, actor=actor
    )
    delivery = add(ContributionDelivery(
        id=ids.new_id(), dossier_id=site.dossier_id, contribution_id=pledge.id, delivered_on=cmd.delivered_on,
        amount=cmd.amount, document_id=document_id,
    ))  # fmt: skip
    record(
        events.ContributionDelivered(
            owner_id=site.dossier_id, day=cmd.delivered_on, site_id=site.id, site=site.name, giver=pledge.giver,
            amount=cmd.amount, currency=pledge.currency,
        ),
        actor=actor,
    )  # fmt: skip
    return delivery.id
