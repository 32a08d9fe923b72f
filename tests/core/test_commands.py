"""One command is one transaction with at least one event; whatever goes wrong, nothing stays."""

from __future__ import annotations

import contextlib

import pytest
from flask import Flask
from sqlalchemy import func, select

from casetracker.accounts.events import OfficeEdited, OfficeOpened
from casetracker.accounts.models import AccountSession, Office
from casetracker.core import clock
from casetracker.core.commands import after_commit, bookkeeping, command, current_unit, insert_if_new, lock
from casetracker.core.db import db
from casetracker.core.errors import Conflict, HistoryFault, NotFound
from casetracker.events.models import Chain, EventRow
from casetracker.events.recording import record
from tests.core.offices import OPERATOR, OpenPlace, new_dossier, new_office, open_place, rename

pytestmark = pytest.mark.usefixtures("app")


def counted() -> tuple[int, int, int]:
    """How many offices, events and chains stand."""
    return tuple(db.session.scalar(select(func.count()).select_from(t)) or 0 for t in (Office, EventRow, Chain))  # type: ignore[return-value]  # three tables, three numbers


def test_a_command_is_one_transaction_with_its_event() -> None:
    office_id = open_place(OpenPlace(name="Tallinn"))
    assert counted() == (1, 1, 1)
    rename(office_id, "Tallinn mission")
    assert counted() == (1, 2, 1)
    office = db.session.get_one(Office, office_id)
    assert (office.name, office.version) == ("Tallinn mission", 2)


def test_a_command_that_records_nothing_is_refused() -> None:
    @command
    def silent() -> None:
        new_office("Nowhere")

    @command
    def idle() -> None:
        return None

    with pytest.raises(HistoryFault, match="silent changed office after its last event"):
        silent()
    with pytest.raises(HistoryFault, match="idle recorded no event"):
        idle()
    assert counted() == (0, 0, 0)


def test_a_change_after_the_last_event_is_refused() -> None:
    @command
    def afterthought() -> None:
        office = new_office("Tallinn")
        record(OfficeOpened(owner_id=office.id), actor=OPERATOR)
        office.name = "Tartu"

    with pytest.raises(HistoryFault, match="after its last event"):
        afterthought()
    assert counted() == (0, 0, 0)


def test_an_exception_leaves_nothing() -> None:
    @command
    def fails() -> None:
        office = new_office("Tallinn")
        record(OfficeOpened(owner_id=office.id), actor=OPERATOR)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert counted() == (0, 0, 0)


def test_objects_made_outside_a_command_are_refused() -> None:
    new_office("Nowhere")
    with pytest.raises(HistoryFault, match="unsaved objects before open_place"):
        open_place(OpenPlace(name="Tallinn"))
    with pytest.raises(HistoryFault, match="written outside a command"):
        db.session.flush()
    db.session.rollback()
    assert counted() == (0, 0, 0)


def test_nothing_is_recorded_outside_a_command() -> None:
    with pytest.raises(HistoryFault, match="inside a command only"):
        record(OfficeOpened(owner_id="nobody"), actor=OPERATOR)
    with pytest.raises(HistoryFault, match="inside a command only"):
        after_commit(lambda: None)


def test_a_nested_command_joins_and_each_event_owns_its_rows() -> None:
    @command
    def inner(name: str) -> str:
        office = new_office(name)
        record(OfficeOpened(owner_id=office.id), actor=OPERATOR)
        return office.id

    @command
    def outer() -> tuple[str, str]:
        first = new_office("First")
        second_id = inner("Second")
        record(OfficeOpened(owner_id=first.id), actor=OPERATOR)
        return first.id, second_id

    first_id, second_id = outer()
    query = select(EventRow.body, Chain.owner_id).join(Chain, Chain.id == EventRow.chain_id)
    owners = {bytes(body): owner for body, owner in db.session.execute(query)}
    assert {owner: owner.encode() in body for body, owner in owners.items()} == {
        first_id: True,
        second_id: True,
    }
    for body, owner in owners.items():
        assert (second_id if owner == first_id else first_id).encode() not in body


def test_a_nested_failure_undoes_everything_even_when_swallowed() -> None:
    @command
    def inner() -> None:
        raise ZeroDivisionError

    @command
    def outer() -> None:
        office = new_office("First")
        with contextlib.suppress(ZeroDivisionError):
            inner()
        record(OfficeOpened(owner_id=office.id), actor=OPERATOR)

    with pytest.raises(HistoryFault, match="swallowed"):
        outer()
    assert counted() == (0, 0, 0)


def test_a_nested_command_must_record_for_itself() -> None:
    @command
    def inner() -> None:
        new_office("Second")

    @command
    def outer() -> None:
        inner()
        record(OfficeOpened(owner_id="x"), actor=OPERATOR)

    with pytest.raises(HistoryFault, match="inner changed office"):
        outer()
    assert counted() == (0, 0, 0)


def test_an_event_owns_no_row_of_another_owner_or_compartment() -> None:
    @command
    def leaks(event_of_first: bool) -> None:
        first, second = new_office("First"), new_office("Second")
        record(OfficeOpened(owner_id=(first if event_of_first else second).id), actor=OPERATOR)

    @command
    def crosses() -> None:
        office = new_office("First")
        record(OfficeOpened(owner_id=office.id), actor=OPERATOR)
        dossier = new_dossier(office)
        record(OfficeEdited(owner_id=dossier.id), actor=OPERATOR)

    for call in (lambda: leaks(True), lambda: leaks(False), crosses):
        with pytest.raises(HistoryFault, match="cannot own"):
            call()
    assert counted() == (0, 0, 0)


def test_a_stale_version_is_a_conflict() -> None:
    office_id = open_place(OpenPlace(name="Tallinn"))
    rename(office_id, "Tartu", 1)
    with pytest.raises(Conflict) as caught:
        rename(office_id, "Narva", 1)
    assert (caught.value.theirs, caught.value.yours) == (2, 1)
    assert db.session.get_one(Office, office_id).name == "Tartu"
    with pytest.raises(NotFound):
        rename("nobody", "Narva")
    with pytest.raises(HistoryFault, match=r"(inside|outside) a command"):
        lock(Office, office_id).name = "x"
        db.session.flush()
    db.session.rollback()


def test_mail_goes_out_after_the_commit_alone() -> None:
    sent: list[str] = []

    @command
    def tells(fail: bool) -> None:
        office = new_office(f"Office {fail}")
        after_commit(lambda: sent.append(office.name))
        record(OfficeOpened(owner_id=office.id), actor=OPERATOR)
        if fail:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tells(True)
    assert sent == []
    tells(False)
    assert sent == ["Office False"]


def test_bookkeeping_names_its_reason_and_writes_no_tracked_row() -> None:
    with pytest.raises(ValueError, match="reason"):
        bookkeeping("")

    @bookkeeping("to see what it refuses")
    def sneaks() -> None:
        new_office("Nowhere")

    with pytest.raises(HistoryFault, match="office"):
        sneaks()

    @bookkeeping("to see what it refuses")
    def adds_past_the_history() -> None:
        insert_if_new(Office, id="x")

    with pytest.raises(HistoryFault, match="flush alone"):
        adds_past_the_history()
    assert counted() == (0, 0, 0)


def test_the_unit_ends_with_the_command(app: Flask) -> None:
    open_place(OpenPlace(name="Tallinn"))
    with pytest.raises(HistoryFault):
        current_unit()


def test_a_bookkeeping_call_inside_a_command_joins_it() -> None:
    @bookkeeping("to see that it joins")
    def note() -> bool:
        return insert_if_new(AccountSession, id_hash="h", user_id="nobody", created_at=clock.now(), seen_at=clock.now())

    @command
    def outer() -> None:
        record(OfficeOpened(owner_id="x"), actor=OPERATOR)
        note()
        raise ZeroDivisionError

    with pytest.raises(Exception, match=r"(?i)division|foreign key"):
        outer()
    assert counted() == (0, 0, 0)
