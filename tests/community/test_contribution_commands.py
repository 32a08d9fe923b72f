"""Co-contributions on both databases: pledged, delivered in parts, corrected; never in a ledger, never for others."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casetracker.community import contribution_commands as commands
from casetracker.community import contribution_queries as queries
from casetracker.community.models import CoContribution, Site
from casetracker.core.db import db
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.dossiers.models import Dossier
from casetracker.ledger.models import LedgerEntry
from tests.factories import community
from tests.factories.accounts import People, make_people, sign_in


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def site(people: People) -> Site:
    reference = community.open_project(people)
    id = community.add_site(community.project_id(reference, people.caseworker_kyiv), people.caseworker_kyiv)
    return db.session.get_one(Site, id)


def correcting(site: Site, contribution_id: str, **changes: object) -> commands.CorrectCoContribution:
    """The pledge as it should have been entered."""
    version = db.session.get_one(CoContribution, contribution_id, populate_existing=True).version
    return commands.CorrectCoContribution(
        dossier_id=site.dossier_id, site_id=site.id, contribution_id=contribution_id,
        entry=community.pledging(**changes), reason="The council wrote it again.", version=version,
    )  # fmt: skip


def test_pledged_and_delivered_in_parts_and_in_no_ledger(people: People, site: Site) -> None:
    before = db.session.scalar(select(func.count()).select_from(LedgerEntry))
    pledge = community.pledge(site.id, people.caseworker_kyiv)
    community.pledge(site.id, people.caseworker_kyiv, giver="Parents", amount=300_00)
    community.deliver(site.id, pledge, people.caseworker_kyiv, 4_000_00, ago=5)
    community.deliver(site.id, pledge, people.supervisor_kyiv, 9_000_00, ago=1)
    found = queries.load_contributions(site)
    assert (found.pledged, found.delivered, found.currency) == (12_300_00, 13_000_00, "EUR"), "more may come"
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == before
    commands.correct_co_contribution(correcting(site, pledge, amount=13_000_00), actor=people.caseworker_kyiv)
    assert queries.load_contributions(site).pledged == 13_300_00


def test_what_is_refused_changes_nothing(people: People, site: Site) -> None:
    pledge = community.pledge(site.id, people.caseworker_kyiv)
    community.deliver(site.id, pledge, people.caseworker_kyiv, ago=5)
    with pytest.raises(Refused, match="pledged later"):
        community.deliver(site.id, pledge, people.caseworker_kyiv, ago=10)
    stale = correcting(site, pledge)
    commands.correct_co_contribution(correcting(site, pledge, amount=1), actor=people.caseworker_kyiv)
    with pytest.raises(Conflict):
        commands.correct_co_contribution(stale, actor=people.caseworker_kyiv)
    late = community.pledging().pledged_on.replace(year=2099)
    with pytest.raises(Refused, match="delivered before that day"):
        commands.correct_co_contribution(correcting(site, pledge, pledged_on=late), actor=people.caseworker_kyiv)
    found = queries.load_contributions(site)
    assert (found.pledged, found.delivered) == (1, 4_000_00)


def test_another_office_and_another_site_find_nothing(people: People, site: Site) -> None:
    pledge = community.pledge(site.id, people.caseworker_kyiv)
    other = community.add_site(site.dossier_id, people.caseworker_kyiv, name="Library")
    for actor, site_id in ((people.caseworker_tallinn, site.id), (people.caseworker_kyiv, other)):
        with pytest.raises(NotFound):
            community.deliver(site_id, pledge, actor)
    assert queries.load_contributions(site).delivered == 0


def test_the_page_tells_who_gave_what(client: FlaskClient, people: People, site: Site) -> None:
    pledge = community.pledge(site.id, people.caseworker_kyiv)
    community.deliver(site.id, pledge, people.caseworker_kyiv)
    reference = db.session.get_one(Dossier, site.dossier_id).reference
    sign_in(client, people.caseworker_kyiv)
    address = f"/projects/{reference}/sites/{site.id}"
    page = client.get(address).text
    assert "Town council" in page and "Windows of the hall" in page and 'data-figure="400000"' in page
    sent = {"form_token": "0" * 32, "source": "community", "giver": "Parents", "form": "cash", "what": "A collection",
            "amount": "300", "pledged_on": community.pledging().pledged_on.isoformat()}  # fmt: skip
    assert client.post(f"{address}/contributions/new", data=sent).status_code == 302
    refused = client.post(f"{address}/contributions/new", data=sent | {"form_token": "1" * 32, "amount": "-1"})
    assert refused.status_code == 422 and 'value="-1"' in refused.text
    timeline = client.get(f"/projects/{reference}/timeline").text
    assert re.search(r"Parents pledged 300\.00.EUR for Culture club", timeline)
    assert re.search(r"Town council gave 4,000\.00.EUR of what was pledged", timeline)
