"""The map on a project's page: there where two sites have coordinates, and it says what the table says."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from casetracker.community import queries
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.states import PROJECT
from tests.factories import community
from tests.factories.accounts import make_people, sign_in


def test_a_map_stands_where_two_sites_have_coordinates(app: Flask, client: FlaskClient) -> None:
    people = make_people()
    kyiv = people.caseworker_kyiv
    reference = community.open_project(people)
    dossier_id = community.project_id(reference, kyiv)
    sign_in(client, kyiv)
    community.add_site(dossier_id, kyiv)
    community.add_site(dossier_id, kyiv, name="School <i>", settlement="Zorya", latitude=None, longitude=None)
    page = client.get(f"/projects/{reference}").text
    assert 'class="site-map"' not in page and 'class="map-number"' not in page
    community.add_site(dossier_id, kyiv, name="Ambulatory", settlement="Krasne", latitude=48_570_000)
    page = client.get(f"/projects/{reference}").text
    drawing = page[page.index('class="site-map"') : page.index("</figure>", page.index('class="site-map"'))]
    assert re.findall(r"<title>(.*?)</title>", drawing) == ["Culture club, Mykolaivka", "Ambulatory, Krasne"]
    assert re.findall(r"<text[^>]*>(\d)</text>", drawing) == re.findall(r'map-number">(\d)<', page)[::2] == ["1", "3"]
    assert "Before the selection" in drawing and "In use" not in drawing
    assert "School &lt;i&gt;, Zorya" in drawing and "http" not in drawing
    shown = queries.load_project(sight_of(kyiv, reference, PROJECT), kyiv)
    assert shown.map is not None and [dot.place.number for dot in shown.map.dots] == [1, 3]
