"""A site's codes: kept, refused with nothing written, said beside the field."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from casetracker.community import site_commands
from casetracker.community.models import Site
from casetracker.core.db import db
from casetracker.core.errors import Refused
from tests.community.test_place_rules import HROMADA, OBLAST, RAION, SETTLEMENT
from tests.community.test_routes import TOKEN, site_fields
from tests.factories import community
from tests.factories.accounts import People, make_people, sign_in


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


def test_a_site_keeps_its_codes_and_a_wrong_one_writes_nothing(people: People) -> None:
    kyiv = people.caseworker_kyiv
    dossier_id = community.project_id(community.open_project(people), kyiv)
    site = db.session.get_one(
        Site, community.add_site(dossier_id, kyiv, oblast_code=OBLAST, raion_code=RAION, place_code=SETTLEMENT)
    )
    assert (site.oblast_code, site.raion_code, site.hromada_code, site.place_code) == (OBLAST, RAION, None, SETTLEMENT)
    typed: dict[str, Any] = {**vars(community.entering(dossier_id, raion_code=HROMADA))}
    typed.pop("token")
    edit = site_commands.EditSite(**typed, site_id=site.id, version=site.version, reason="Found in the list")
    with pytest.raises(Refused, match="here stands that of a raion"):
        site_commands.edit_site(edit, actor=kyiv)
    db.session.refresh(site)
    assert site.raion_code == RAION


def test_the_database_keeps_no_code_without_a_name(people: People) -> None:
    kyiv = people.caseworker_kyiv
    dossier_id = community.project_id(community.open_project(people), kyiv)
    site_id = community.add_site(dossier_id, kyiv, raion_code=RAION)
    for change in ({"raion": None}, {"hromada_code": HROMADA}):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            site = db.session.get_one(Site, site_id)
            for name, value in change.items():
                setattr(site, name, value)
            db.session.flush()


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(client: FlaskClient, people: People) -> None:
    kyiv = people.caseworker_kyiv
    reference = community.open_project(people)
    sign_in(client, kyiv)
    address = f"/projects/{reference}/sites/new"
    wrong = client.post(address, data=site_fields(raion="Kramatorsk", oblast_code=OBLAST, raion_code=HROMADA))
    assert wrong.status_code == 422
    assert "This is the code of a hromada; here stands that of a raion." in wrong.text
    assert f'value="{HROMADA}"' in wrong.text and 'aria-describedby="raion_code' in wrong.text
    assert db.session.scalar(select(func.count()).select_from(Site)) == 0
    typed = site_fields(hromada="Mykolaivka", oblast_code=" ua14 000000000 091971 ", hromada_code=HROMADA.lower())
    entered = client.post(address, data=typed)
    assert entered.status_code == 302
    page = client.get(str(entered.location)).text
    assert OBLAST in page and HROMADA in page
    site = db.session.scalars(select(Site)).one()
    assert (site.oblast_code, site.hromada_code) == (OBLAST, HROMADA)
    assert f'value="{HROMADA}"' in client.get(f"{entered.location}/edit").text


def test_coordinates_come_back_into_the_form_as_they_were_typed(client: FlaskClient, people: People) -> None:
    reference = community.open_project(people)
    sign_in(client, people.caseworker_kyiv)
    typed = site_fields(latitude="-48.8536", longitude="50")
    entered = client.post(f"/projects/{reference}/sites/new", data=typed)
    site = db.session.scalars(select(Site)).one()
    assert (site.latitude, site.longitude) == (-48_853_600, 50_000_000)
    form = client.get(f"{entered.location}/edit").text
    assert 'value="-48.8536"' in form and 'value="50"' in form
    changed = {**typed, "form_token": TOKEN + "2", "version": site.version, "reason": "A new name"}
    assert client.post(f"{entered.location}/edit", data=changed).status_code == 302
    assert (site.latitude, site.longitude) == (-48_853_600, 50_000_000)
