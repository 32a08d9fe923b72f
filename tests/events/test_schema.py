"""Rows recorded under an earlier shape of their table are read as they stand under today's."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from casetracker.audit.verification import verify
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.events import schema
from casetracker.events.schema import Added, Dropped, Renamed, Step, name_now, ordinal, replay
from tests.audit.rewriting import rewrite_chain
from tests.audit.tampering import Bare
from tests.core.offices import rename
from tests.factories.accounts import make_office, make_user


def use(monkeypatch: pytest.MonkeyPatch, *steps: Step) -> None:
    """These steps instead of the program's."""
    monkeypatch.setattr(schema, "STRUCTURE", steps)


def test_steps_apply_from_one_shape_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    use(
        monkeypatch,
        Added(2, "note", "kind", "plain"),
        Renamed(3, "note", "text", "body"),
        Added(3, "other", "text", 1),
        Dropped(4, "note", "kind"),
    )
    assert ordinal() == 4 and name_now("note", "text") == "body" and name_now("other", "text") == "text"
    row: dict[str, Any] = {"text": "a"}
    assert replay("note", row, 1, 2) == {"text": "a", "kind": "plain"}
    assert replay("note", row, 1, 3) == {"body": "a", "kind": "plain"}
    assert replay("note", row, 1, 4) == {"body": "a"}
    assert replay("note", {"body": "a", "kind": "b"}, 3, 4) == {"body": "a"}
    assert replay("note", row, 4, 4) == row == {"text": "a"}


def test_the_program_s_own_steps_are_in_order() -> None:
    numbers = [step.at for step in schema.STRUCTURE]
    assert numbers == sorted(numbers) and set(numbers) == set(range(2, ordinal() + 1))


def test_verification_replays_the_steps(fresh_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    office_id = make_office("Tallinn")
    make_user("a@example.org", Role.CASEWORKER, office_id)
    there_and_back = (
        Renamed(2, "office", "zone", "clock"),
        Renamed(2, "user_account", "email", "address"),
        Added(2, "office", "colour", "red"),
        Renamed(3, "office", "clock", "zone"),
        Renamed(3, "user_account", "address", "email"),
        Dropped(3, "office", "colour"),
    )
    use(monkeypatch, *there_and_back)
    rename(office_id, "Tartu")
    db.session.remove()
    assert list(verify(db.engine)) == []
    use(monkeypatch, *there_and_back, Renamed(4, "office", "zone", "lost"))
    assert {(f.table, f.column) for f in verify(db.engine)} == {("office", "zone")}


def test_a_personal_value_recorded_under_an_earlier_name_of_its_column(
    fresh_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    office_id = make_office("Tallinn")
    make_user("a@example.org", Role.CASEWORKER, office_id)
    db.session.remove()
    db.engine.dispose()
    bare = Bare(db.engine.url.render_as_string(hide_password=False))
    bare.take_down_the_walls()

    def name_as_before(seq: int, body: dict[str, Any]) -> None:
        for _op, table, _pk, cells in body["rows"]:
            if table == "user_account" and "email" in cells:
                cells["address"] = cells.pop("email")

    [chain] = bare.one("SELECT id FROM chain WHERE owner_id = ?", office_id)
    rewrite_chain(bare, chain, name_as_before)
    bare.put_back_the_triggers()
    bare.close()
    assert ("user_account", "email") in {(f.table, f.column) for f in verify(db.engine)}
    use(monkeypatch, *schema.STRUCTURE, Renamed(ordinal() + 1, "user_account", "address", "email"))
    assert list(verify(db.engine)) == []
