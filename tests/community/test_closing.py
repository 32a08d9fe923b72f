"""A project is closed by a supervisor once nothing is left to do, is only read then, and opens again with a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.community import closing_commands as commands
from casetracker.community import site_commands
from casetracker.community.closing_rules import why_not_close, why_not_reopen
from casetracker.community.models import Site
from casetracker.community.states import SiteFacts, SiteOutcome, SiteStage
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound, Refused
from casetracker.dossiers.queries import sight_by_id
from tests.disbursements.test_routes import token
from tests.factories import community
from tests.factories.accounts import People, make_people, sign_in


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


def stop(site_id: str, actor: Actor) -> None:
    """The site goes no further."""
    site = db.session.get_one(Site, site_id)
    leave = site_commands.LeaveSite(
        dossier_id=site.dossier_id, site_id=site_id, outcome=SiteOutcome.STOPPED, reason="No roof left.",
        version=site.version,
    )  # fmt: skip
    site_commands.leave_site(leave, actor=actor)


def close(dossier_id: str, actor: Actor) -> None:
    """The project is closed."""
    commands.close_project(commands.CloseProject(dossier_id=dossier_id, reason="All is done."), actor=actor)


def test_what_keeps_it_open() -> None:
    done = SiteFacts(stage=SiteStage.CLOSED, outcome=None)
    stopped = SiteFacts(stage=SiteStage.WORKS, outcome=SiteOutcome.STOPPED)
    used = replace(done, stage=SiteStage.IN_USE)
    assert why_not_close([done, stopped], open_money=0, open_points=0) is None
    assert str(why_not_close([done, used], open_money=0, open_points=0)).startswith("1 site is still")
    assert str(why_not_close([used, used], open_money=0, open_points=0)).startswith("2 sites are still")
    assert why_not_close([done], open_money=1, open_points=0) is not None
    assert why_not_close([done], open_money=0, open_points=1) is not None
    assert why_not_reopen(True) is None and why_not_reopen(False) is not None


def test_closed_it_is_only_read_and_opens_again(people: People) -> None:
    reference = community.open_project(people)
    dossier_id = community.project_id(reference, people.caseworker_kyiv)
    site_id = community.add_site(dossier_id, people.caseworker_kyiv)
    with pytest.raises(Refused, match="1 site is still on its way"):
        close(dossier_id, people.supervisor_kyiv)
    stop(site_id, people.supervisor_kyiv)
    for actor in (people.caseworker_kyiv, people.supervisor_tallinn, people.auditor):
        with pytest.raises(NotFound):
            close(dossier_id, actor)
    close(dossier_id, people.supervisor_kyiv)
    assert sight_by_id(people.caseworker_kyiv, dossier_id).is_closed
    for again in (lambda: close(dossier_id, people.supervisor_kyiv), lambda: stop(site_id, people.supervisor_kyiv)):
        with pytest.raises(Refused, match="This project is closed, so it can only be read"):
            again()
    reopen = commands.ReopenProject(dossier_id=dossier_id, reason="A roof was found.")
    with pytest.raises(NotFound):
        commands.reopen_project(reopen, actor=people.caseworker_kyiv)
    commands.reopen_project(reopen, actor=people.supervisor_kyiv)
    with pytest.raises(Refused, match="is not closed"):
        commands.reopen_project(reopen, actor=people.supervisor_kyiv)
    community.add_site(dossier_id, people.caseworker_kyiv)


def test_on_its_pages(client: FlaskClient, people: People) -> None:
    reference = community.open_project(people)
    site_id = community.add_site(community.project_id(reference, people.caseworker_kyiv), people.caseworker_kyiv)
    sign_in(client, people.supervisor_kyiv)
    page, closing = f"/projects/{reference}", f"/projects/{reference}/close"
    assert closing in client.get(page).text
    assert "1 site is still on its way" in client.get(closing).text
    stop(site_id, people.supervisor_kyiv)
    assert client.post(closing, data={"form_token": token(), "reason": ""}).status_code == 422
    done = client.post(closing, data={"form_token": token(), "reason": "All is done."}, follow_redirects=True).text
    assert "The project is closed." in done and "The project can only be read." in done
    assert f"{page}/edit" not in done and "All is done." in client.get(f"{page}/timeline").text
    assert client.post(f"{page}/edit", data={"form_token": token()}).status_code == 422
    assert "reopen" in done
    sent = {"form_token": token(), "reason": "A roof was found."}
    assert "open again" in client.post(f"{page}/reopen", data=sent, follow_redirects=True).text
    sign_in(client, people.caseworker_kyiv)
    assert closing not in client.get(page).text
    assert client.get(closing).status_code == client.get(f"{page}/reopen").status_code == 404
