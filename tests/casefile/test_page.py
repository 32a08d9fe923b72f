"""The case page as each role finds it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from casetracker.cases.states import Stage
from tests.factories.accounts import make_people, sign_in
from tests.factories.casefile import NOW, on, road_to
from tests.factories.programmes import demo_programme

STAGES = [stage for stage in Stage if stage not in (Stage.MONITORING, Stage.CLOSED)]


@pytest.mark.parametrize("stage", STAGES)
def test_every_role_reads_the_page_at_every_stage(client: FlaskClient, stage: Stage) -> None:
    people = make_people()
    road = road_to(stage, people, demo_programme(people.administrator))
    sees_abroad = stage in (Stage.RETURN, Stage.REINTEGRATION)
    with on(NOW):
        for actor, sees in [
            (people.caseworker_tallinn, True), (people.supervisor_tallinn, True), (people.auditor, True),
            (people.caseworker_kyiv, sees_abroad), (people.supervisor_kyiv, sees_abroad),
            (people.finance_tallinn, False), (people.administrator, False),
        ]:  # fmt: skip
            sign_in(client, actor)
            for address in ("", "/timeline"):
                answer = client.get(f"/cases/{road.family.reference}{address}")
                assert answer.status_code == (200 if sees else 404), (actor.name, address)
                assert not sees or road.family.reference in answer.text


def test_who_read_the_case_pushes_nothing_out_of_sight(client: FlaskClient) -> None:
    """The page tells what happened; who opened it stands in the whole timeline."""
    people = make_people()
    address = f"/cases/{road_to(Stage.INTAKE, people, demo_programme(people.administrator)).family.reference}"
    with on(NOW):
        sign_in(client, people.auditor)
        assert client.get(address).status_code == 200
        assert "Opened the case." not in client.get(address).text
        assert "Opened the case." in client.get(f"{address}/timeline").text
