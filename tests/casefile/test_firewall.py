"""What the receiving office gets is the same to the byte whether somebody sought asylum or not."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.asylum import commands as asylum
from casetracker.cases.states import Stage
from casetracker.core import clock, ids
from casetracker.dossiers.queries import find_money_block
from casetracker.returns import commands as returns
from tests.conftest import Places, rolled_back
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.casefile import COUNSELLED, NOW, Road, on, road_to
from tests.factories.cases import pdf
from tests.factories.programmes import demo_programme
from tests.refusals.test_casework import take_in_narrowly


def seeded(seed: str) -> Callable[[int], bytes]:
    """Bytes that look random and are the same in each world."""
    numbers = itertools.count()

    def source(count: int) -> bytes:
        wanted = b""
        while len(wanted) < count:
            wanted += hashlib.sha256(f"{seed}-{next(numbers)}".encode()).digest()
        return wanted[:count]

    return source


@contextmanager
def random_from(seed: str) -> Iterator[None]:
    """Inside, identifiers and salts come from the seed."""
    ids.use_source(seeded(seed))
    try:
        yield
    finally:
        ids.use_source(None)


def world(app: Flask, *, claims: bool) -> tuple[Road, People]:
    """The family referred and back; in one of the two worlds they had claimed asylum, and withdrew."""
    with random_from("people"), clock.at(datetime(2026, 1, 5, tzinfo=UTC)):
        people = make_people()
        programme = demo_programme(people.administrator)
    with random_from("road"):
        road = road_to(Stage.REINTEGRATION, people, programme)
    if claims:
        with random_from("asylum"), on(COUNSELLED, 15):
            application_id = asylum.log_asylum(
                asylum.LogAsylum(
                    dossier_id=road.id,
                    authority="Police and Border Guard Board",
                    number="A-17",
                    filed_on=COUNSELLED,
                    person_ids=road.family.person_ids,
                ),
                actor=road.tallinn,
            )
            asylum.withdraw_claim(
                asylum.WithdrawClaim(
                    dossier_id=road.id,
                    application_id=application_id,
                    withdrawn_on=COUNSELLED,
                    upload=pdf(mark="withdrawal"),
                    version=1,
                ),
                actor=road.tallinn,
            )
    return road, people


ADDRESSES = (
    "",
    "/timeline",
    "/timeline?kind=casework",
    "/documents/nothing",
    "/asylum",
    "/eligibility",
    "/departure",
)


def answers(client: FlaskClient, road: Road, people: People) -> list[tuple[str, int, bytes]]:
    """Everything that the receiving office can open about the case, and its list and first page."""
    found = []
    with random_from("reading"), on(NOW):
        for actor in (people.caseworker_kyiv, people.supervisor_kyiv):
            sign_in(client, actor)
            case = f"/cases/{road.family.reference}"
            for address in [*(case + each for each in ADDRESSES), "/cases/", "/cases/?search=Koval", "/"]:
                answer = client.get(address)
                found.append((address, answer.status_code, tokenless(answer.data)))
    return found


def tokenless(page: bytes) -> bytes:
    """The page without the one-time values of its forms, which are of one length."""
    import re

    return re.sub(rb'value="[0-9a-f]{32}"|name="csrf_token" value="[^"]*"', b"", page)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_receiving_office_gets_the_same_bytes_with_and_without_asylum(places: Places, dialect: str) -> None:
    worlds = []
    for claims in (False, True):
        with rolled_back(places.program(dialect, "savepoints")) as app:
            road, people = world(app, claims=claims)
            worlds.append(answers(app.test_client(), road, people))
    without, having = worlds
    for (address, status, page), (_same, other_status, other) in zip(without, having, strict=True):
        assert status == other_status, address
        assert page == other, address
        assert b"sylum" not in page or status == 404, address
    assert {status for _address, status, _page in without} == {200, 404}
    assert all(status == 404 for address, status, _page in without if address.endswith("/asylum"))


def test_the_sending_office_sees_the_step(client: FlaskClient) -> None:
    people = make_people()
    road = road_to(Stage.REINTEGRATION, people, demo_programme(people.administrator))
    with on(NOW):
        sign_in(client, people.caseworker_tallinn)
        assert "Asylum" in client.get(f"/cases/{road.family.reference}").text
        sign_in(client, people.caseworker_kyiv)
        page = client.get(f"/cases/{road.family.reference}").text
    assert "stepper-7" in page and "Decide eligibility" not in page and "Log a departure" not in page


def test_the_receiving_office_gets_the_same_bytes_whatever_is_known_of_an_expulsion_order(
    app: Flask, client: FlaskClient
) -> None:
    road, people = world(app, claims=False)
    before = answers(client, road, people)
    cmd = returns.LogExpulsionOrder(
        dossier_id=road.id, person_id=road.family.spouse, has_expulsion_order=True, version=1, reason=None
    )
    with on(NOW):
        returns.log_expulsion_order(cmd, actor=road.tallinn)
    assert answers(client, road, people) == before
    take_in_narrowly(road)
    before = answers(client, road, people)
    undone = replace(cmd, has_expulsion_order=False, version=2, reason="It was lifted")
    with on(NOW):
        returns.log_expulsion_order(undone, actor=road.tallinn)
        returns.log_expulsion_order(replace(cmd, version=3, reason="Another one"), actor=road.tallinn)
        assert find_money_block(road.id, [road.family.spouse], people.supervisor_tallinn) is not None
        assert find_money_block(road.id, [road.family.spouse], people.supervisor_kyiv) is None
    assert answers(client, road, people) == before, "that the eligibility rests on it is not seen abroad either"
    with on(NOW):
        assert client.get(f"/cases/{road.family.reference}/expulsion-order/{road.family.spouse}").status_code == 404
        sign_in(client, road.tallinn)
        assert "In force" in client.get(f"/cases/{road.family.reference}").text
