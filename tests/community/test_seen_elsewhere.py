"""A project among the dossiers that other rooms list: links lead to its own page, and what asks about cases leaves it
out."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from casetracker.audit import queries as audit
from casetracker.checks import queries as checks
from casetracker.community import commands, site_commands
from casetracker.community.models import Project, Site
from casetracker.community.states import DonorEntry, IndicatorEntry
from casetracker.core import clock, row_security
from casetracker.core.db import db
from casetracker.dossiers.pages import dossier_timeline_url, dossier_url
from casetracker.erasure import queries as erasure
from tests.factories import community
from tests.factories.accounts import make_people, sign_in
from tests.factories.cases import playroom_case


def test_links_lead_to_the_page_of_its_kind(app: Flask) -> None:
    with app.test_request_context(), row_security.reading(row_security.EVERYTHING):
        assert dossier_url("UA-2026-C0001") == "/projects/UA-2026-C0001"
        assert dossier_url("UA-2026-00001", _anchor="points") == "/cases/UA-2026-00001#points"
        assert dossier_timeline_url("UA-2026-C0012", entry="k") == "/projects/UA-2026-C0012/timeline?entry=k"
        assert dossier_timeline_url("EE-2026-00012") == "/cases/EE-2026-00012/timeline"


def test_the_auditor_comes_from_the_record_to_the_project(client: FlaskClient, app: Flask) -> None:
    people = make_people()
    reference = community.open_project(people)
    community.add_site(community.project_id(reference, people.caseworker_kyiv), people.caseworker_kyiv)
    sign_in(client, people.caseworker_tallinn)
    assert client.get(f"/projects/{reference}").status_code == 404
    sign_in(client, people.auditor)
    found = client.get(f"/audit/record?case={reference.lower()}").text
    ways = re.findall(rf'href="(/projects/{reference}/timeline\?entry=[^"#]+)#', found)
    assert len(ways) == 3 and f"/cases/{reference}" not in found
    assert "you came for this entry" in client.get(ways[1].replace("&amp;", "&")).text
    assert client.get(f"/projects/{reference}/timeline?entry=nothing").status_code == 404
    refused = client.get("/audit/refusals").text
    assert f'href="/projects/{reference}"' in refused and "look at a project" in refused
    assert f"Who read {reference}" in client.get(f"/audit/record?act=reads&case={reference}").text


def test_what_asks_about_cases_leaves_it_out(client: FlaskClient, app: Flask) -> None:
    people = make_people()
    reference = community.open_project(people)
    case = playroom_case(people)
    with app.test_request_context(), row_security.reading(row_security.EVERYTHING):
        assert checks.list_never(people.auditor) == [case.reference]
        assert checks.standing(people.auditor).cases == 1
        assert checks.list_due(clock.now() + timedelta(days=1), 9) == [case.dossier_id]
        assert [row.reference for row in audit.list_cases(people.auditor, 1)[0]] == [case.reference]
        assert erasure.count_due(people.supervisor_kyiv) == 0
    for actor, addresses in (
        (people.caseworker_kyiv, ("/", "/cases/", "/approvals/", "/disbursements/")),
        (people.finance_kyiv, ("/", "/payments/")),
        (people.auditor, ("/audit/", "/audit/changes", "/checks/", "/erasures")),
    ):
        sign_in(client, actor)
        for address in addresses:
            assert f"/cases/{reference}" not in client.get(address, follow_redirects=True).text, address


def test_what_changed_is_read_in_words(client: FlaskClient, app: Flask) -> None:
    people = make_people()
    actor = people.caseworker_kyiv
    reference = community.open_project(people)
    dossier_id = community.project_id(reference, actor)
    site_id = community.add_site(dossier_id, actor)
    moved = community.entering(dossier_id, latitude=50_000_000, longitude=36_232_900)
    known = {name: value for name, value in vars(moved).items() if name != "token"}
    version = db.session.get_one(Site, site_id).version
    site_commands.edit_site(
        site_commands.EditSite(**known, site_id=site_id, version=version, reason="Measured"), actor=actor
    )
    edit = commands.EditProject(
        dossier_id=dossier_id, title="Places where people meet", purpose="As before", regions=("Donetsk", "Luhansk"),
        target_sites=70, starts_on=clock.today(), ends_on=clock.today(),
        donors=(DonorEntry(name="European Union", share=100),),
        indicators=(IndicatorEntry(objective="People meet", indicator="Institutions in use", target=70),),
        reason="Two regions", version=db.session.get_one(Project, dossier_id).version,
    )  # fmt: skip
    commands.edit_project(edit, actor=actor)
    sign_in(client, actor)
    timeline = client.get(f"/projects/{reference}/timeline").text
    for words in ("Donetsk, Kharkiv", "Donetsk, Luhansk", "48.8536", "36.2329", "Site: Culture club", "Latitude"):
        assert words in timeline, words
    assert "48,853,600" not in timeline
