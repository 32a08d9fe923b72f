"""What the receiving side gets is the same to the byte with and without an asylum part."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.asylum import commands as asylum
from casetracker.audit.as_it_was_states import address_of
from casetracker.core import clock, ids
from casetracker.dossiers.attempts import open_dossier
from casetracker.exports.states import ExportFormat
from tests.conftest import Places, rolled_back
from tests.exports.test_export import AUTHORITY, auditor
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.asylum import log_asylum
from tests.factories.cases import Family, playroom_case, refer

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def seeded(seed: str) -> Callable[[int], bytes]:
    """Random bytes that are the same in every world."""
    numbers = itertools.count()
    return lambda count: hashlib.sha512(f"{seed}/{next(numbers)}".encode()).digest()[:count]


@contextmanager
def drawn_from(source: Callable[[int], bytes] | None) -> Iterator[None]:
    """Identifiers and salts come from `source` inside."""
    ids.use_source(source)
    try:
        yield
    finally:
        ids.use_source(None)


def world(app: Flask, with_asylum: bool, look: Callable[[FlaskClient, People, Family], list[bytes]]) -> list[bytes]:
    """What `look` sees after the same acts, with or without those of the asylum part among them."""
    common, hidden = seeded("common"), seeded("hidden")

    def secretly(act: Callable[[], object]) -> None:
        if with_asylum:
            with drawn_from(hidden):
                act()
            ids.use_source(common)

    with rolled_back(app), clock.at(NOW), drawn_from(common):
        people = make_people()
        reader = auditor(people, clearance=True, office_ids=(people.kyiv,))
        family = playroom_case(people)
        secretly(lambda: log_asylum(family, people.caseworker_tallinn))
        secretly(lambda: open_dossier(family.reference, people.caseworker_tallinn))
        refer(family, people)
        secretly(lambda: _decide(family, people))
        client = app.test_client()
        return [*look(sign_in(client, reader), people, family)]


def _decide(family: Family, people: People) -> None:
    from casetracker.asylum.models import AsylumApplication
    from casetracker.asylum.states import AsylumOutcome
    from casetracker.core.db import db

    application = db.session.query(AsylumApplication).one()
    cmd = asylum.DecideOutcome(
        dossier_id=family.dossier_id,
        application_id=application.id,
        outcome=AsylumOutcome.REFUSED,
        decided_on=NOW.date(),
        version=application.version,
    )
    asylum.decide_outcome(cmd, actor=people.caseworker_tallinn)


def exports(client: FlaskClient, people: People, family: Family) -> list[bytes]:
    """Every file of an auditor whose mandate is over the receiving office alone."""
    answers = [client.post(f"/audit/{family.reference}/export/{wanted}") for wanted in ExportFormat]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.data for answer in answers]


def bundles(client: FlaskClient, people: People, family: Family) -> list[bytes]:
    """The bundle of the same auditor, unsigned as it is for a mandate over the receiving office alone, and its page."""
    form = {"form_token": "b" * 32, "formats": ["json", "csv"]}
    address = client.post("/audit/bundles/new", data=form).headers["Location"]
    page = re.sub(rb'(name="(?:form_token|csrf_token)"[^>]*value=")[^"]*', rb"\1", client.get(address).data)
    answer = client.post(f"{address}/file", data={"form_token": "c" * 32})
    assert answer.status_code == 200 and b"--unsigned" in page
    return [answer.data, page]


def pages(client: FlaskClient, people: People, family: Family) -> list[bytes]:
    """The receiving caseworker's pages about the case, without the form tokens, which are random in any world."""
    sign_in(client, people.caseworker_kyiv)
    found = []
    case, now = f"/cases/{family.reference}", address_of(NOW)
    past = (f"{case}/at/", f"{case}/at/{now}", f"{case}/at/20200101T000000.000000Z/beside/{now}")
    for address in ("/cases/", case, f"{case}/timeline", "/", *past):
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == 200, address
        found.append(re.sub(rb'(name="(?:token|csrf_token)"[^>]*value=")[^"]*', rb"\1", answer.data))
    return found


@pytest.mark.parametrize("look", [exports, bundles, pages])
def test_both_worlds_look_the_same(
    places: Places, dialect: str, look: Callable[[FlaskClient, People, Family], list[bytes]]
) -> None:
    app = places.program(dialect, "savepoints")
    without, with_it = world(app, False, look), world(app, True, look)
    for one, other in zip(without, with_it, strict=True):
        assert AUTHORITY.encode() not in one
        assert len(one) > 500 and one == other


def test_the_sending_side_s_reader_sees_the_difference(places: Places, dialect: str) -> None:
    """Lest both worlds were the same because nothing was done in either."""

    def look(client: FlaskClient, people: People, family: Family) -> list[bytes]:
        return exports(sign_in(client, people.auditor), people, family)

    app = places.program(dialect, "savepoints")
    without, with_it = world(app, False, look), world(app, True, look)
    assert all(one != other for one, other in zip(without, with_it, strict=True))
    assert AUTHORITY.encode() in with_it[list(ExportFormat).index(ExportFormat.JSON)]
