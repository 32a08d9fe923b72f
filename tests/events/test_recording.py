"""What stands in an event's body: differences of whole rows, and of personal values only a salted hash."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casetracker.accounts import commands
from casetracker.accounts.models import Office, User
from casetracker.core import row_security
from casetracker.core.actor import Actor
from casetracker.core.commands import command, lock
from casetracker.core.db import canonical_json, db
from casetracker.core.errors import HistoryFault
from casetracker.core.permissions import Role
from casetracker.core.tracking import ABSENT, Diff, canon, merge
from casetracker.events import recording
from casetracker.events.models import Chain, EventRow, PersonalValue
from casetracker.events.recording import genesis, record, salted_hash
from casetracker.events.states import EVENT_KINDS, Event
from tests.core.offices import OPERATOR, OpenPlace, open_place, rename
from tests.factories.accounts import make_office, make_user


def bodies() -> list[dict[str, Any]]:
    """Every body, in the order of the chains."""
    rows = db.session.scalars(select(EventRow.body).order_by(EventRow.chain_id, EventRow.seq))
    return [json.loads(bytes(row)) for row in rows]


@pytest.mark.usefixtures("app")
def test_a_body_says_who_what_and_each_cell() -> None:
    office_id = open_place(OpenPlace(name="Tallinn"))
    rename(office_id, "Tartu")
    first, second = bodies()
    assert first["prev"] == genesis(office_id, "office").hex()
    assert (first["kind"], first["owner"], first["part"], first["seq"]) == (
        "office.opened",
        office_id,
        "office",
        1,
    )
    assert first["actor"] == {"id": "operator:tests", "role": "operator", "office": None}
    [[op, table, pk, cells]] = first["rows"]
    assert (op, table, pk) == ("insert", "office", office_id)
    assert set(cells) == {column.name for column in Office.__table__.columns}
    assert second["rows"] == [["update", "office", office_id, {"name": ["Tallinn", "Tartu"], "version": [1, 2]}]]


@pytest.mark.usefixtures("app")
def test_the_chain_links_hash_to_hash() -> None:
    office_id = open_place(OpenPlace(name="Tallinn"))
    rename(office_id, "Tartu")
    events = db.session.scalars(select(EventRow).order_by(EventRow.seq)).all()
    head = db.session.scalars(select(Chain)).one()
    for event in events:
        assert hashlib.sha256(bytes(event.body)).digest() == bytes(event.hash)
        assert canonical_json(json.loads(bytes(event.body))).encode() == bytes(event.body)
    assert json.loads(bytes(events[1].body))["prev"] == bytes(events[0].hash).hex()
    assert (head.seq, bytes(head.hash)) == (2, bytes(events[1].hash))


@pytest.mark.usefixtures("app")
def test_personal_values_stand_beside_the_body_and_secrets_nowhere() -> None:
    user = make_user("oksana.koval@example.org", Role.CASEWORKER, make_office(), name="Oksana Koval")
    text = "\n".join(json.dumps(body) for body in bodies())
    account = db.session.get_one(User, user.id)
    for value in ("oksana.koval@example.org", "Oksana Koval", account.password_hash):
        assert value and value not in text
    kept = {(v.tbl, v.col): v for v in db.session.scalars(select(PersonalValue))}
    assert {(t, c) for t, c in kept if t == "user_account"} == {
        ("user_account", "email"),
        ("user_account", "name"),
    }
    email = kept["user_account", "email"]
    assert email.value == '"oksana.koval@example.org"' and email.salt and len(email.salt) == 16
    assert salted_hash(bytes(email.salt), "oksana.koval@example.org") == email.hash
    assert email.hash in text
    secret = hashlib.sha256(canonical_json(account.password_hash).encode()).hexdigest()
    assert secret in text


@pytest.mark.usefixtures("app")
def test_the_same_value_twice_has_two_hashes() -> None:
    office = make_office()
    make_user("a@example.org", Role.CASEWORKER, office, name="The Same")
    make_user("b@example.org", Role.CASEWORKER, office, name="The Same")
    query = select(PersonalValue.hash).where(PersonalValue.col == "name", PersonalValue.tbl == "user_account")
    assert len(set(db.session.scalars(query))) == 2


@pytest.mark.usefixtures("app")
def test_ignored_columns_stand_in_no_body() -> None:
    office = make_office()
    administrator = make_user("administrator@example.org", Role.ADMINISTRATOR)
    commands.invite_user(
        commands.InviteUser(email="new@example.org", name="New", role=Role.CASEWORKER, office_id=office),
        actor=administrator,
    )
    tables = {row[1]: row[3] for body in bodies() for row in body["rows"]}
    assert "invitation" in tables and "secret_hash" not in tables["invitation"]


@pytest.mark.usefixtures("app")
def test_a_personal_value_changed_behind_the_back_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user("a@example.org", Role.CASEWORKER, make_office(), name="Before")
    connection = db.session.connection()
    connection.connection.cursor().execute("UPDATE user_account SET name = 'Elsewhere'")
    db.session.commit()

    @command
    def renames() -> None:
        lock(User, user.id).name = "After"
        record(EVENT_KINDS["office.edited"](owner_id=user.office_id or ""), actor=OPERATOR)

    with pytest.raises(HistoryFault, match=r"user_account.name .* was changed behind the program's back"):
        renames()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("is_hidden", [False, True])
def test_what_the_writer_may_not_read_is_read_past_the_wall_and_only_then(
    monkeypatch: pytest.MonkeyPatch, is_hidden: bool
) -> None:
    """Hidden is as PostgreSQL's second wall answers: no row."""
    user = make_user("a@example.org", Role.CASEWORKER, make_office(), name="Before")
    latest, readers = recording._latest, []

    def walled(session: Session, table: str, pk: str) -> dict[str, tuple[str, str | None]]:
        readers.append(row_security.current_reader() == row_security.EVERYTHING)
        return latest(session, table, pk) if readers[-1] or not is_hidden else {}

    @command
    def renames(*, actor: Actor) -> None:
        lock(User, user.id).name = "After"
        record(EVENT_KINDS["office.edited"](owner_id=user.office_id or ""), actor=actor)

    monkeypatch.setattr(recording, "_latest", walled)
    renames(actor=Actor(id=user.id, name=user.name, role=user.role, office_id=user.office_id))
    assert readers == ([False, True] if is_hidden else [False])
    [row] = [row for row in bodies()[-1]["rows"] if row[1] == "user_account"]
    assert row[3]["name"][0] != row[3]["name"][1]


def test_canonical_values() -> None:
    east = timezone(timedelta(hours=2))
    assert canon(datetime(2026, 3, 1, 1, 30, tzinfo=east)) == "2026-02-28T23:30:00.000000Z"
    assert canon(datetime(2026, 3, 1, tzinfo=UTC)) == "2026-03-01T00:00:00.000000Z"
    assert canon(date(2026, 3, 1)) == "2026-03-01"
    assert canon(True) is True and canon(None) is None and canon(b"\x00\xff") == "00ff"
    assert canon({"b": 1, "a": [True]}, json_text=True) == '{"a":[true],"b":1}'
    for value in (1.5, object(), 2**53, datetime(2026, 3, 1)):
        with pytest.raises(HistoryFault):
            canon(value)


def difference(op: str, **cells: tuple[Any, Any]) -> Diff:
    """A difference of one row."""
    return Diff(op, "note", "1", "owner", "shared", cells)


def test_several_flushes_of_a_row_are_one_difference() -> None:
    inserted = difference("insert", text=(ABSENT, "a"), version=(ABSENT, 1))
    updated = difference("update", text=("a", "b"), version=(1, 2))
    again = difference("update", text=("b", "a"), version=(2, 3))
    deleted = difference("delete", text=("b", ABSENT), version=(2, ABSENT))
    [both] = merge([inserted, updated])
    assert (both.op, both.cells) == ("insert", {"text": (ABSENT, "b"), "version": (ABSENT, 2)})
    [back] = merge([updated, again])
    assert (back.op, back.cells) == ("update", {"version": (1, 3)})
    [gone] = merge([updated, deleted])
    assert (gone.op, gone.cells) == ("delete", {"text": ("a", ABSENT), "version": (1, ABSENT)})
    assert merge([inserted, updated, deleted]) == []


def test_two_events_cannot_share_a_name() -> None:
    with pytest.raises(HistoryFault, match=r"two events are called office\.opened"):
        type("Twin", (Event,), {"kind": "office.opened"})
