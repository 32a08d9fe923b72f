"""Community projects in the world: a row of every table of theirs, made by the commands, whose words can be found."""

from __future__ import annotations

from casetracker.community import commands, site_commands
from casetracker.community import contribution_commands as contributions
from casetracker.community.models import Site
from casetracker.community.states import ContributionForm, ContributionSource, PledgeEntry, SiteOutcome
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.documents.states import DocumentKind
from casetracker.programmes.queries import list_budget_lines
from tests.access.buildings import built
from tests.access.project_money import spent
from tests.access.uses import used
from tests.factories import community
from tests.factories.cases import pdf

PROJECT, OTHER_PROJECT = "project", "other project"
"""Sorts of dossiers that are projects: of the receiving office of most cases, and of another one."""
PROJECTS = (PROJECT, OTHER_PROJECT)


def opened(programme_id: str, word: str, caseworker: Actor, supervisor: Actor) -> str:
    """The reference of a project whose titles and names hold the word: a site that is voted on, with its papers and its
    group, and one that was stopped, taken up again, and stopped."""
    reference = commands.open_project(community.opening(programme_id, title=word), actor=caseworker)
    dossier_id = community.project_id(reference, caseworker)
    site_id = community.add_site(dossier_id, caseworker, name=f"{word} club", contact_name=word)
    for kind in (DocumentKind.SITE_APPLICATION, DocumentKind.OWNERSHIP_PROOF):
        community.add_paper(site_id, kind, caseworker)
    community.add_member(site_id, caseworker, is_contact=True, contact_name=word, contact_phone="+380 00 000 00 02")
    community.log_gathering(site_id, caseworker)
    criteria = community.set_criteria(dossier_id, caseworker, ("People who will use it", 100))
    community.score_site(site_id, caseworker, dict.fromkeys(criteria.values(), 8))
    community.log_vote(site_id, caseworker)
    community.move(site_id, caseworker)
    _given(dossier_id, site_id, word, caseworker)
    built(site_id, word, caseworker, supervisor)
    used(dossier_id, word, caseworker)
    spent(dossier_id, site_id, list_budget_lines(programme_id)[0].id, word, caseworker, supervisor)
    stopped = community.add_site(dossier_id, caseworker, name=f"{word} library")
    _leave(stopped, supervisor, "They found another donor.")
    back = site_commands.TakeUpSite(
        dossier_id=dossier_id, site_id=stopped, reason="That donor left.", version=_site(stopped).version
    )
    site_commands.take_up_site(back, actor=supervisor)
    _leave(stopped, supervisor, "The roof fell in.")
    return reference


def _given(dossier_id: str, site_id: str, word: str, actor: Actor) -> None:
    """Windows that the owner pledged, half of which came."""
    entry = PledgeEntry(
        source=ContributionSource.OWNER, giver=word, form=ContributionForm.IN_KIND, what="Twelve windows",
        amount=4_000_00, pledged_on=community.yesterday(actor),
    )  # fmt: skip
    pledge = contributions.PledgeCoContribution(dossier_id=dossier_id, site_id=site_id, entry=entry)
    contribution_id = contributions.pledge_co_contribution(pledge, actor=actor)
    delivery = contributions.DeliverCoContribution(
        dossier_id=dossier_id, site_id=site_id, contribution_id=contribution_id, amount=2_000_00,
        delivered_on=community.yesterday(actor), upload=pdf(mark=f"windows {site_id}"),
    )  # fmt: skip
    contributions.deliver_co_contribution(delivery, actor=actor)


def _leave(site_id: str, actor: Actor, reason: str) -> None:
    site = _site(site_id)
    leave = site_commands.LeaveSite(
        dossier_id=site.dossier_id, site_id=site_id, outcome=SiteOutcome.STOPPED, reason=reason, version=site.version
    )
    site_commands.leave_site(leave, actor=actor)


def _site(site_id: str) -> Site:
    return db.session.get_one(Site, site_id, populate_existing=True)
