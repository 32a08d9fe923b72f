"""How much the pages ask of the database: the same for a small case and a large one."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.accounts.models import User
from casetracker.accounts.queries import get_actor
from casetracker.casefile import commands
from casetracker.casefile.states import NoteSide
from casetracker.cases import commands as cases
from casetracker.cases import queries as cases_queries
from casetracker.cases.states import Stage
from casetracker.core.db import db
from casetracker.programmes.states import ApplicantRole
from tests.factories.accounts import make_people, sign_in
from tests.factories.casefile import NOW, Road, on, road_to
from tests.factories.cases import person_entry, playroom_case
from tests.factories.programmes import demo_programme
from tests.statements import ask

MOST = 31


def grow(road: Road, notes: int, persons: int) -> None:
    """More of everything that the page shows."""
    for number in range(notes):
        cmd = commands.WriteNote(
            dossier_id=road.id, side=NoteSide.SHARED, text=f"Note {number}", day=NOW, person_id=None
        )
        commands.write_note(cmd, actor=road.tallinn)
    for number in range(persons):
        entry = person_entry(f"Person {number}", ApplicantRole.OTHER_DEPENDANT)
        cases.add_person(cases.AddPerson(dossier_id=road.id, entry=entry), actor=road.tallinn)


def test_the_case_page_asks_at_most_thirty_things_whatever_the_case_holds(client: FlaskClient) -> None:
    people = make_people()
    road = road_to(Stage.REINTEGRATION, people, demo_programme(people.administrator))
    address = f"/cases/{road.family.reference}"
    for actor in (people.caseworker_tallinn, people.caseworker_kyiv, people.auditor):
        with on(NOW):
            few = ask(client, actor, address)
        assert len(few) <= MOST, "\n\n".join(few)
        with on(NOW):
            grow(road, 9, 3)
            many = ask(client, actor, address)
        assert len(many) == len(few), "\n\n".join(sorted(set(many) - set(few)))


def test_the_list_asks_the_same_for_one_case_and_for_eight(client: FlaskClient) -> None:
    people = make_people()
    playroom_case(people)
    few = ask(client, people.caseworker_tallinn, "/cases/")
    for _number in range(7):
        playroom_case(people)
    assert len(ask(client, people.caseworker_tallinn, "/cases/")) == len(few) <= MOST


def test_the_timeline_asks_the_same_for_few_events_and_for_many(client: FlaskClient) -> None:
    people = make_people()
    road = road_to(Stage.APPLICATION, people, demo_programme(people.administrator))
    address = f"/cases/{road.family.reference}/timeline"
    with on(NOW):
        few = ask(client, people.auditor, address)
        grow(road, 12, 0)
        assert len(ask(client, people.auditor, address)) == len(few) <= MOST


def test_a_case_with_everything_on_it_asks_no_more(demo_app: Flask) -> None:
    client = demo_app.test_client()
    users = {user.email: user.id for user in db.session.scalars(select(User))}
    for name in ("caseworker.tallinn", "supervisor.tallinn", "caseworker.kyiv", "supervisor.kyiv", "auditor"):
        sent = ask(client, get_actor(users[f"{name}@example.org"]), "/cases/EE-2026-00001")
        assert len(sent) <= MOST, name


def test_what_an_entry_changed_stands_under_the_row_that_it_changed(client: FlaskClient) -> None:
    people = make_people()
    road = road_to(Stage.REINTEGRATION, people, demo_programme(people.administrator))
    sign_in(client, people.caseworker_tallinn)
    address: str | None = f"/cases/{road.family.reference}/timeline"
    rows: list[str] = []
    with on(NOW):
        while address:
            text = client.get(address).text
            rows += re.findall(r'class="changes-of" aria-hidden="true">([^<]*)<', text)
            older = re.search(r'rel="next" href="([^"]*)"', text)
            address = unescape(older[1]) if older else None
    names = [person.name for person in cases_queries.list_persons(road.id)]
    assert len(names) > 1
    for name in names:
        assert f"Person: {name}" in rows, "a row of a person says whose it is"
        assert any(row.startswith("Journey: ") and name in row for row in rows), "and so does a row about a person"
        assert any(row.startswith("Grant: ") and name in row for row in rows)
    nameless = [row for row in rows if re.fullmatch(r"(Person|Journey|Grant)( \d+)?", row)]
    assert nameless == [], "nor is a row nameless whose entry names nobody"
    assert not [row for row in rows if re.search(r"[a-z2-7]{26}", row)], "no key stands for a row"
