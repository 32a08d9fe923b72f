"""Projects and sites for tests, built by the commands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from casetracker.cases.states import Sex
from casetracker.community import (
    commands,
    contribution_commands,
    group_commands,
    selection_commands,
    selection_queries,
    site_commands,
)
from casetracker.community.models import Site
from casetracker.community.states import (
    AgeBand,
    ContributionForm,
    ContributionSource,
    CriterionEntry,
    DonorEntry,
    GatheringKind,
    GroupProfile,
    IndicatorEntry,
    MemberEntry,
    PledgeEntry,
    SiteKind,
    VoteEntry,
)
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.documents.states import DocumentKind
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.states import PROJECT
from tests.factories.accounts import People
from tests.factories.cases import pdf
from tests.factories.programmes import demo_programme
from tests.grounds import built_once


def opening(programme_id: str, **changes: Any) -> commands.OpenProject:
    """The renovation of up to 70 institutions in two regions, unless changed."""
    typed: dict[str, Any] = {
        "title": "Places where people meet", "purpose": "Renovate and equip social institutions.", "country": "UA",
        "regions": ("Donetsk", "Kharkiv"), "target_sites": 70, "starts_on": date(2026, 1, 1),
        "ends_on": date(2027, 12, 31), "donors": (DonorEntry(name="European Union", share=100),),
        "indicators": (IndicatorEntry(objective="People meet", indicator="Institutions in use", target=70),),
    }  # fmt: skip
    return commands.OpenProject(programme_id=programme_id, **{**typed, **changes})


@built_once
def open_project(people: People) -> str:
    """A project of Kyiv's caseworker; its reference."""
    programme = demo_programme(people.administrator)
    return commands.open_project(opening(programme.id), actor=people.caseworker_kyiv)


def project_id(reference: str, actor: Actor) -> str:
    """The dossier's id."""
    return sight_of(actor, reference, PROJECT).dossier_id


def entering(dossier_id: str, **changes: Any) -> site_commands.AddSite:
    """A culture club, unless changed."""
    typed: dict[str, Any] = {
        "name": "Culture club", "local_name": "Будинок культури", "kind": SiteKind.CULTURE_CLUB,
        "settlement": "Mykolaivka", "oblast": "Donetsk", "raion": "Kramatorsk", "hromada": None,
        "oblast_code": None, "raion_code": None, "hromada_code": None, "place_code": None,
        "latitude": 48_853_600, "longitude": 37_766_300, "owner": "Town council", "contact_name": "Head of the club",
        "contact_phone": "+380 00 000 00 01", "users_before": 800,
    }  # fmt: skip
    return site_commands.AddSite(dossier_id=dossier_id, **{**typed, **changes})


def add_site(dossier_id: str, actor: Actor, **changes: Any) -> str:
    """An institution that answered the call; its id."""
    return site_commands.add_site(entering(dossier_id, **changes), actor=actor)


def add_paper(site_id: str, kind: DocumentKind, actor: Actor) -> str:
    """A document about the site, of yesterday; its id."""
    site = db.session.get_one(Site, site_id)
    paper = site_commands.AddPaper(
        dossier_id=site.dossier_id, site_id=site_id, kind=kind, title=str(kind),
        day=clock.today(actor.zone) - timedelta(days=1), upload=pdf(mark=f"{site_id}{kind}"),
    )  # fmt: skip
    return site_commands.add_paper(paper, actor=actor)


def move(site_id: str, actor: Actor) -> str:
    """To its next stage, which is returned."""
    site = db.session.get_one(Site, site_id, populate_existing=True)
    cmd = site_commands.MoveSite(dossier_id=site.dossier_id, site_id=site_id, version=site.version)
    return site_commands.move_site(cmd, actor=actor)


def yesterday(actor: Actor) -> date:
    """In the actor's zone."""
    return clock.today(actor.zone) - timedelta(days=1)


def joining(actor: Actor, **changes: Any) -> MemberEntry:
    """A displaced woman between 30 and 59, unless changed."""
    typed: dict[str, Any] = {
        "number": 1, "profile": GroupProfile.DISPLACED, "sex": Sex.FEMALE, "age_band": AgeBand.FROM_30,
        "joined_on": yesterday(actor), "is_contact": False, "contact_name": None, "contact_phone": None,
    }  # fmt: skip
    return MemberEntry(**{**typed, **changes})


def add_member(site_id: str, actor: Actor, **changes: Any) -> None:
    """A member of the site's initiative group."""
    site = db.session.get_one(Site, site_id)
    cmd = group_commands.AddMember(dossier_id=site.dossier_id, site_id=site_id, entry=joining(actor, **changes))
    group_commands.add_member(cmd, actor=actor)


def log_gathering(site_id: str, actor: Actor, **changes: Any) -> str:
    """A training session of twelve about choosing, yesterday, without minutes, unless changed; its id."""
    typed: dict[str, Any] = {
        "kind": GatheringKind.TRAINING, "held_on": yesterday(actor), "topic": "Choosing together", "attended": 12,
        "upload": None,
    }  # fmt: skip
    site = db.session.get_one(Site, site_id)
    cmd = group_commands.LogGathering(dossier_id=site.dossier_id, site_id=site_id, **{**typed, **changes})
    return group_commands.log_gathering(cmd, actor=actor)


def set_criteria(
    dossier_id: str, actor: Actor, *weights: tuple[str, int], reason: str | None = None, **ids: str
) -> dict[str, str]:
    """Criteria as (name, weight), those named in `ids` as they stand; name -> id."""
    entries = tuple(CriterionEntry(id=ids.get(name), name=name, weight=weight) for name, weight in weights)
    version = selection_queries.version_of(selection_queries.list_criteria(dossier_id))
    cmd = selection_commands.SetCriteria(dossier_id=dossier_id, criteria=entries, reason=reason, version=version)
    selection_commands.set_criteria(cmd, actor=actor)
    return {row.name: row.id for row in selection_queries.list_criteria(dossier_id)}


def score_site(site_id: str, actor: Actor, scores: dict[str, int], reason: str | None = None) -> None:
    """Scores by the criterion's id."""
    dossier_id = db.session.get_one(Site, site_id).dossier_id
    criteria, scored = selection_queries.list_criteria(dossier_id), selection_queries.list_scores(site_id)
    cmd = selection_commands.ScoreSite(
        dossier_id=dossier_id, site_id=site_id, scores=tuple(scores.items()), reason=reason,
        version=selection_queries.version_of([*criteria, *scored]),
    )  # fmt: skip
    selection_commands.score_site(cmd, actor=actor)


def voting(actor: Actor, **changes: Any) -> VoteEntry:
    """Nine for it, two against, one abstained, yesterday, unless changed."""
    typed: dict[str, Any] = {"held_on": yesterday(actor), "votes_for": 9, "votes_against": 2, "abstained": 1}
    return VoteEntry(**{**typed, **changes})


def log_vote(site_id: str, actor: Actor, **changes: Any) -> None:
    """The vote on a site with its minutes."""
    site = db.session.get_one(Site, site_id)
    cmd = selection_commands.LogVote(
        dossier_id=site.dossier_id, site_id=site_id, vote=voting(actor, **changes), upload=pdf(mark=f"vote{site_id}")
    )
    selection_commands.log_vote(cmd, actor=actor)


def select(site_id: str, actor: Actor, criteria: dict[str, str]) -> None:
    """Everything from the call to the selection, by a supervisor; `criteria`: name -> id, each scored 7."""
    add_paper(site_id, DocumentKind.SITE_APPLICATION, actor)
    add_member(site_id, actor)
    log_gathering(site_id, actor)
    score_site(site_id, actor, dict.fromkeys(criteria.values(), 7))
    log_vote(site_id, actor)
    add_paper(site_id, DocumentKind.OWNERSHIP_PROOF, actor)
    for _stage in range(5):
        move(site_id, actor)


def pledging(**changes: Any) -> PledgeEntry:
    """The council gives the windows, worth 12,000.00; unless changed."""
    typed: dict[str, Any] = {
        "source": ContributionSource.AUTHORITY, "giver": "Town council", "form": ContributionForm.IN_KIND,
        "what": "Windows of the hall", "amount": 12_000_00, "pledged_on": clock.today("UTC") - timedelta(days=9),
    }  # fmt: skip
    return PledgeEntry(**{**typed, **changes})


def pledge(site_id: str, actor: Actor, **changes: Any) -> str:
    """A co-contribution for the site; its id."""
    site = db.session.get_one(Site, site_id)
    cmd = contribution_commands.PledgeCoContribution(
        dossier_id=site.dossier_id, site_id=site_id, entry=pledging(**changes)
    )
    return contribution_commands.pledge_co_contribution(cmd, actor=actor)


def deliver(site_id: str, contribution_id: str, actor: Actor, amount: int = 4_000_00, ago: int = 2) -> str:
    """Something of it came so many days ago; the delivery's id."""
    site = db.session.get_one(Site, site_id)
    cmd = contribution_commands.DeliverCoContribution(
        dossier_id=site.dossier_id, site_id=site_id, contribution_id=contribution_id,
        delivered_on=clock.today("UTC") - timedelta(days=ago), amount=amount,
        upload=pdf(mark=f"{contribution_id}{amount}"),
    )  # fmt: skip
    return contribution_commands.deliver_co_contribution(cmd, actor=actor)
