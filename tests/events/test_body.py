"""An event's body and row to the last key; personal values through a row's whole life; who is told what waits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casetracker.accounts.events import OfficeEdited, OfficeOpened, OwnAttemptRefused
from casetracker.accounts.models import PendingChange, User
from casetracker.accounts.states import ChangeState
from casetracker.casefile.events import CaseClosed
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import add, command
from casetracker.core.db import canonical_json, db
from casetracker.core.errors import HistoryFault
from casetracker.core.permissions import Role
from casetracker.core.tracking import canon
from casetracker.events import recording, schema
from casetracker.events.models import Chain, EventRow, PersonalValue, UnsealedEvent
from casetracker.events.recording import Waiting, ask_for_head, genesis, part_of_user_chain, record, salted_hash
from casetracker.events.states import Part
from tests.core.offices import OPERATOR, OpenPlace, new_dossier, new_office, open_place

CASEWORKER = Actor(id="u1", name="Mari", role=Role.CASEWORKER, office_id="o1")
SECRET = "scrypt:of:a:password"


def newest() -> tuple[EventRow, dict[str, Any]]:
    """The event that was written last, and its body."""
    [row] = db.session.scalars(select(EventRow).order_by(EventRow.at.desc(), EventRow.seq.desc()).limit(1)).all()
    return row, json.loads(bytes(row.body))


def kept_of(pk: str) -> list[PersonalValue]:
    """The personal values of a row, in the order of its versions and columns."""
    query = select(PersonalValue).where(PersonalValue.pk == pk)
    return list(db.session.scalars(query.order_by(PersonalValue.row_version, PersonalValue.col)))


@command
def closed_case() -> str:
    """A dossier, with an event that fills every place of a body; returns its id."""
    office = new_office("Tallinn")
    record(OfficeOpened(owner_id=office.id), actor=OPERATOR)
    dossier = new_dossier(office)
    event = CaseClosed(
        owner_id=dossier.id, day=date(2026, 3, 1), person_id="p1", outcome="moved", reason="She moved to Lviv"
    )  # fmt: skip
    record(event, actor=CASEWORKER)
    return dossier.id


@pytest.mark.usefixtures("app")
def test_a_body_and_its_row_hold_every_place() -> None:
    with clock.at(clock.now() + timedelta(minutes=1)):
        owner = closed_case()
        moment = clock.now()
    row = db.session.scalars(select(EventRow).where(EventRow.kind == "case.closed")).one()
    body = json.loads(bytes(row.body))
    chain = db.session.get_one(Chain, row.chain_id)
    [reason] = kept_of(f"{chain.id}|1")
    rows = body.pop("rows")
    assert body == {
        "chain": chain.id, "owner": owner, "part": "shared", "seq": 1, "prev": genesis(owner, "shared").hex(),
        "at": canon(row.at), "day": "2026-03-01", "kind": "case.closed", "category": "casework",
        "actor": {"id": "u1", "role": "caseworker", "office": "o1"}, "person": "p1",
        "data": {"outcome": "moved", "reason": reason.hash}, "schema": schema.ordinal(),
    }  # fmt: skip
    assert [(op, table, pk) for op, table, pk, _cells in rows] == [("insert", "dossier", owner)]
    assert (row.seq, row.day, row.category, row.actor_id, row.person_id) == (
        1, date(2026, 3, 1), "casework", "u1", "p1",
    )  # fmt: skip
    assert abs(row.at - moment) < timedelta(minutes=1) and bytes(row.hash) == bytes(chain.hash)
    assert (reason.tbl, reason.col, reason.row_version, reason.chain_id, reason.seq, reason.value) == (
        "event", "reason", 0, chain.id, 1, '"She moved to Lviv"',
    )  # fmt: skip
    assert reason.salt is not None and salted_hash(bytes(reason.salt), "She moved to Lviv") == reason.hash


def test_a_chain_begins_with_the_hash_of_its_owner_and_part() -> None:
    assert genesis("o1", "office") == hashlib.sha256(b"o1/office").digest()


@command
def new_user(owner: str) -> str:
    """A user with a personal name and a secret."""
    user = add(User(
        id=ids.new_id(), email="oksana@example.org", name="Oksana", role=Role.CASEWORKER, office_id=owner,
        password_hash=SECRET, is_active=True, asylum_clearance=False, invited_by=None,
    ))  # fmt: skip
    record(OfficeEdited(owner_id=owner), actor=OPERATOR)
    return user.id


@command
def change(owner: str, user_id: str, **values: Any) -> None:
    """Writes cells of the user; without any the row goes."""
    user = db.session.get_one(User, user_id)
    if not values:
        db.session.delete(user)
    for name, value in values.items():
        setattr(user, name, value)
    record(OfficeEdited(owner_id=owner), actor=OPERATOR)


def last_cells(user_id: str) -> dict[str, Any]:
    """What the newest event says of the user's row."""
    [[_op, table, pk, cells]] = newest()[1]["rows"]
    assert (table, pk) == ("user_account", user_id)
    return dict(cells)


def secret(value: str) -> str:
    """What stands in a body for a secret."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


@pytest.mark.usefixtures("app")
def test_a_row_from_its_beginning_to_its_end() -> None:
    owner = open_place(OpenPlace(name="Tallinn"))
    user_id = new_user(owner)
    email, name = kept_of(user_id)
    assert [(v.col, v.row_version, v.seq, v.tbl) for v in (email, name)] == [
        ("email", 1, 2, "user_account"), ("name", 1, 2, "user_account"),
    ]  # fmt: skip
    cells = last_cells(user_id)
    assert (cells["email"], cells["name"], cells["password_hash"]) == (email.hash, name.hash, secret(SECRET))
    assert (cells["invited_by"], cells["is_active"], cells["version"]) == (None, True, 1)

    change(owner, user_id, name="Oksana Koval", password_hash=None)
    later = kept_of(user_id)[-1]
    assert (later.col, later.row_version, later.seq, later.value) == ("name", 2, 3, '"Oksana Koval"')
    assert last_cells(user_id) == {
        "name": [name.hash, later.hash], "password_hash": [secret(SECRET), None], "version": [1, 2],
    }  # fmt: skip

    change(owner, user_id)
    assert newest()[1]["rows"][0][0] == "delete"
    cells = last_cells(user_id)
    assert (cells["name"], cells["email"], cells["password_hash"]) == (later.hash, email.hash, None)
    assert len(kept_of(user_id)) == 3, "what goes adds no personal value"


@pytest.mark.usefixtures("app")
def test_what_was_erased_is_taken_as_it_was_and_what_was_never_kept_is_not() -> None:
    owner = open_place(OpenPlace(name="Tallinn"))
    user_id = new_user(owner)
    name = kept_of(user_id)[1].hash
    cursor = db.session.connection().connection.cursor()
    cursor.execute(f"UPDATE personal_value SET value = NULL, salt = NULL WHERE hash = '{name}'")
    db.session.commit()
    change(owner, user_id, name="Erased")
    assert last_cells(user_id)["name"][0] == name


def test_columns_are_plain_unless_they_say_otherwise() -> None:
    kinds = [recording.history_kind("user_account", column) for column in ("id", "name", "password_hash")]
    assert kinds == ["plain", "personal", "secret"]


def test_whose_chain_people_stand_in() -> None:
    assert part_of_user_chain("o1") == ("o1", Part.OFFICE)
    assert part_of_user_chain(None) == (ids.SYSTEM_OWNER, Part.SYSTEM)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Waiting]]:
    """What the witness is told."""
    heard: list[Waiting] = []
    monkeypatch.setattr(recording, "_witness", None)
    recording.use_witness(heard.append)
    yield heard


@pytest.mark.usefixtures("app")
def test_after_each_commit_the_witness_is_told_what_waits(told: list[Waiting]) -> None:
    open_place(OpenPlace(name="Tallinn"))
    open_place(OpenPlace(name="Kyiv"))
    waiting = db.session.scalars(select(UnsealedEvent).order_by(UnsealedEvent.at)).all()
    assert [(each.seq, each.at_once) for each in waiting] == [(1, False), (1, False)]
    assert [each.at_once for each in told] == [False, False] and told[0].events < told[1].events <= 2
    assert told[0].since == told[1].since == waiting[0].at
    ask_for_head()
    assert told[-1] == Waiting(events=0, since=None, at_once=True)


@pytest.mark.usefixtures("app")
def test_one_event_that_may_not_wait_is_enough(told: list[Waiting], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OfficeOpened, "is_sealed_at_once", True)
    closed_case()
    assert told[-1].at_once, "the event after it could have waited"
    assert {each.at_once for each in db.session.scalars(select(UnsealedEvent))} == {True, False}


def test_without_a_witness_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "_witness", None)
    assert ask_for_head() is None  # type: ignore[func-returns-value]  # that it does not fail


def test_so_many_events_wait_as_the_handbook_says() -> None:
    handbook = Path(__file__).parents[2] / "docs" / "checkpoints.md"
    assert f"everything else as soon as {recording.QUEUE_COUNTED} events wait" in handbook.read_text()


@pytest.mark.usefixtures("app")
def test_a_fault_says_which_row_an_event_cannot_own() -> None:
    @command
    def wrong() -> None:
        office = new_office("Tallinn")
        record(OfficeOpened(owner_id="somebody"), actor=OPERATOR)
        assert office

    with pytest.raises(HistoryFault, match=r"office.opened in office of somebody cannot own office in office of "):
        wrong()


@command
def proposal(change_id: str | None, reason: str | None) -> str:
    """A change that waits, with or without a reason; told of by an event that may have one, too."""
    if change_id is None:
        change_id = ids.new_id()
        add(PendingChange(
            id=change_id, kind="user.role", subject_id="u1", office_id=None, payload={"role": "auditor"},
            state=ChangeState.PENDING, requested_by="u2", requested_at=clock.now(), decided_by=None, decided_at=None,
            reason=reason,
        ))  # fmt: skip
    else:
        db.session.get_one(PendingChange, change_id).reason = reason
    record(OwnAttemptRefused(attempted="accounts.list_changes", reason=reason), actor=OPERATOR)
    return change_id


@pytest.mark.usefixtures("app")
def test_where_nothing_personal_is_nothing_is_kept() -> None:
    change_id = proposal(None, None)
    body = newest()[1]
    assert body["data"]["reason"] is None and body["rows"][0][3]["reason"] is None
    assert kept_of(change_id) == []
    proposal(change_id, "A colleague left")
    [kept] = kept_of(change_id)
    assert newest()[1]["rows"][0][3]["reason"] == [None, kept.hash]
    proposal(change_id, None)
    assert newest()[1]["rows"][0][3]["reason"] == [kept.hash, None] and len(kept_of(change_id)) == 1
