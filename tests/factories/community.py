"""Projects and sites for tests, built by the commands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from casetracker.community import commands, site_commands
from casetracker.community.models import Site
from casetracker.community.states import DonorEntry, IndicatorEntry, SiteKind
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
        "settlement": "Mykolaivka", "oblast": "Donetsk", "raion": "Kramatorsk", "hromada": None, "place_code": None,
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
