"""PostgreSQL's own wall around the rows of dossiers, asked past every query of the program."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import func, select, text

from casetracker.asylum.models import AsylumApplication
from casetracker.audit.verification import verify
from casetracker.cases.commands import retroactive
from casetracker.cases.models import Person, RetroactiveRequest
from casetracker.core import row_security
from casetracker.core.actor import SYSTEM, Actor
from casetracker.core.commands import command
from casetracker.core.db import Base, as_owner, db
from casetracker.core.permissions import Role
from casetracker.core.tracking import tracked_mappers
from casetracker.documents.models import Document
from casetracker.events.models import EventRow, PersonalValue
from tests.databases import APP_ROLE
from tests.factories.accounts import People, make_office, make_people, make_user
from tests.factories.asylum import log_asylum, withdraw_claim
from tests.factories.cases import Family, playroom_case, refer

OUTSIDE_ANY_CASE = {
    "invitation": "staff",
    "mandate": "staff",
    "office": "no person",
    "passkey": "staff",
    "pending_change": "what administrators change",
    "provider": "who is paid; both offices of a case name them",
    "provider_account": "as provider",
    "staff_declaration": "staff, and a keyed hash alone",
    "user_account": "staff; asked before anybody is signed in",
}
"""Tracked tables with personal values that belong to no dossier, each with its reason."""
MODELS: tuple[Any, ...] = (Person, Document, AsylumApplication, EventRow, PersonalValue)


@pytest.fixture
def dialect() -> str:
    """SQLite has no such wall."""
    return "postgresql"


@pytest.fixture
def people(app: Flask) -> People:
    """Everybody."""
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    """A family with an asylum claim, referred to Kyiv."""
    family = playroom_case(people)
    withdraw_claim(family, log_asylum(family, people.caseworker_tallinn), people.caseworker_tallinn)
    refer(family, people)
    return family


def counted(reader: row_security.Reader) -> dict[str, Any]:
    """How many rows of the family's case PostgreSQL shows, by table, to a query that asks for all."""
    with row_security.reading(reader):
        there = {model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) for model in MODELS}
        asylum = select(func.count()).select_from(Document).where(Document.part == "asylum")
        return {**there, "asylum document": db.session.scalar(asylum)}


@pytest.mark.usefixtures("app")
def test_every_personal_table_of_a_dossier_has_its_wall() -> None:
    walled = {name for name, policy, _rule in row_security.walls() if policy == "reached"}
    personal = {
        mapper.local_table.name  # type: ignore[attr-defined]  # always a Table
        for mapper in tracked_mappers()
        if any(column.info.get("history") == "personal" for column in mapper.columns)
    }
    assert personal - walled - set(OUTSIDE_ANY_CASE) == set()
    of_dossiers = {table.name for table in Base.metadata.sorted_tables if "dossier_id" in table.columns}
    assert of_dossiers - walled - set(row_security.OPEN_TABLES) - set(OUTSIDE_ANY_CASE) == set()


@pytest.mark.usefixtures("app")
def test_each_reader_reaches_what_the_office_has_to_do_with(people: People, family: Family) -> None:
    whole = counted(row_security.EVERYTHING)
    assert whole["person"] == 4 and whole["asylum_application"] == 1 and whole["asylum document"] == 1
    sending = counted(row_security.reader_of(people.caseworker_tallinn))
    assert sending == whole
    receiving = counted(row_security.reader_of(people.caseworker_kyiv))
    assert receiving["person"] == 4
    assert receiving["asylum_application"] == receiving["asylum document"] == 0
    assert 0 < receiving["event"] < whole["event"] and 0 < receiving["personal_value"] < whole["personal_value"]
    shared = counted(row_security.reader_of(people.finance_tallinn))
    assert (shared["person"], shared["asylum_application"], shared["asylum document"]) == (4, 0, 0)


@pytest.mark.usefixtures("app")
def test_who_has_nothing_to_do_with_a_case_gets_no_row(people: People, family: Family) -> None:
    other = make_user("caseworker.riga@example.org", Role.CASEWORKER, make_office("Riga", "LV", "Europe/Riga"))
    for reader in (row_security.NOBODY, row_security.reader_of(other), row_security.reader_of(people.administrator)):
        shown = counted(reader)
        assert [shown[name] for name in ("person", "document", "asylum_application")] == [0, 0, 0], reader
    assert counted(row_security.NOBODY)["event"] == 0


@pytest.mark.usefixtures("app")
def test_who_came_back_without_a_case_is_known_to_the_two_offices_alone(people: People) -> None:
    ask = retroactive.AskRetroactive(
        sending_office_id=people.tallinn, given_name="Came", family_name="Back", returned_on=date(2026, 3, 1),
        circumstances="Came back alone.",
    )  # fmt: skip
    retroactive.ask_retroactive(ask, actor=people.caseworker_kyiv)
    riga = make_user("caseworker.riga@example.org", Role.CASEWORKER, make_office("Riga", "LV", "Europe/Riga"))
    asked = select(func.count()).select_from(RetroactiveRequest)
    values = select(func.count()).where(PersonalValue.tbl == "retroactive_request")
    shown = {}
    for actor in (people.caseworker_kyiv, people.caseworker_tallinn, people.auditor, riga, people.administrator,
                  people.finance_tallinn):  # fmt: skip
        with row_security.reading(row_security.reader_of(actor)):
            shown[actor.id] = (db.session.scalar(asked), db.session.scalar(values))
    assert list(shown.values()) == [(1, 3), (1, 3), (0, 3), (0, 0), (0, 0), (0, 0)]


@pytest.mark.usefixtures("app")
def test_an_auditor_reaches_asylum_with_clearance_only(people: People, family: Family) -> None:
    row = text("SELECT asylum_clearance FROM user_account WHERE id = :id")
    cleared = bool(db.session.scalar(row, {"id": people.auditor.id}))
    shown = counted(row_security.reader_of(people.auditor))
    assert shown["person"] == 4
    assert bool(shown["asylum_application"]) is cleared
    stranger = make_user("auditor2@example.org", Role.AUDITOR)
    assert counted(row_security.reader_of(stranger))["person"] == 0


@pytest.mark.usefixtures("app")
def test_an_office_writes_no_row_into_a_case_of_others(people: People, family: Family) -> None:
    other = make_user("caseworker.riga@example.org", Role.CASEWORKER, make_office("Riga", "LV", "Europe/Riga"))

    @command
    def forge(statement: str, *, actor: Actor) -> None:
        driver: Any = db.session.connection().connection.dbapi_connection
        changed = driver.execute(statement).fetchall()
        raise LookupError(changed)

    with pytest.raises(LookupError) as found:
        forge("UPDATE person SET given_name = 'X' RETURNING id", actor=other)
    assert found.value.args == ([],)
    with pytest.raises(InsufficientPrivilege):
        forge(f"INSERT INTO consent (id, dossier_id) VALUES ('x', '{family.dossier_id}') RETURNING id", actor=other)


@pytest.mark.usefixtures("app")
def test_the_programs_role_owns_nothing_and_takes_down_no_wall() -> None:
    connection = db.session.connection()
    assert connection.scalar(text("SELECT current_user")) == APP_ROLE
    owned = text("SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = :role")
    assert connection.scalar(owned, {"role": APP_ROLE}) == 0
    for statement in (
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY reached ON person",
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "UPDATE event SET kind = kind",
        "DELETE FROM ledger_entry",
        "TRUNCATE personal_value",
        "SET session_replication_role = replica",
    ):
        driver: Any = connection.connection.dbapi_connection
        driver.execute("SAVEPOINT tried")
        with pytest.raises(Exception, match=r"must be owner|permission denied"):
            driver.execute(statement)
        driver.execute("ROLLBACK TO SAVEPOINT tried")


@pytest.mark.usefixtures("app")
def test_a_lost_wall_is_named() -> None:
    connection = db.session.connection()
    assert row_security.lost_walls(connection) == []
    as_owner(connection)
    driver: Any = connection.connection.dbapi_connection
    driver.execute("ALTER TABLE person NO FORCE ROW LEVEL SECURITY")
    driver.execute("DROP POLICY recorded ON event")
    assert row_security.lost_walls(connection) == [("person", "reached"), ("event", "recorded")]


@pytest.mark.usefixtures("app")
def test_a_command_reads_for_its_actor_and_for_nobody_afterwards(people: People) -> None:
    seen: list[row_security.Reader] = []

    @command
    def look(*, actor: Actor) -> None:
        seen.append(row_security.current_reader())
        raise LookupError

    for actor in (people.caseworker_kyiv, SYSTEM):
        with pytest.raises(LookupError):
            look(actor=actor)
    assert seen == [row_security.reader_of(people.caseworker_kyiv), row_security.EVERYTHING]
    assert row_security.current_reader() == row_security.NOBODY


def test_verification_names_a_lost_wall(fresh_app: Flask) -> None:
    make_office()
    db.session.remove()
    with db.engine.connect().execution_options(ct_begin="write") as connection, connection.begin():
        as_owner(connection)
        driver: Any = connection.connection.dbapi_connection
        driver.execute("ALTER TABLE person DISABLE ROW LEVEL SECURITY")
    assert [str(finding) for finding in verify(db.engine)] == [
        "person, row -, column -: lost the wall reached around its rows"
    ]
