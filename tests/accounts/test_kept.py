"""A form that is sent when the session has ended: kept for its owner alone, given back once, on its own page."""

from __future__ import annotations

import re
import secrets
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from casetracker.accounts import kept, session
from casetracker.accounts.models import AttemptLimit, KeptForm, KnownDevice
from casetracker.core import clock
from casetracker.core.db import db
from tests.factories.accounts import PASSWORD, People, make_people

TYPED = "Олена «the long» name " * 20
"""Longer than the field takes: also what is refused is given back."""
MARI, OLENA = "caseworker.tallinn@example.org", "caseworker.kyiv@example.org"


@pytest.fixture
def people(app: Flask, monkeypatch: pytest.MonkeyPatch) -> People:
    """Everybody, without second factors; forms carry their hidden field."""
    monkeypatch.setattr(session, "is_free_of_factors", lambda: True)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return make_people()


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the last form on a page."""
    form = page.text.rpartition("<form")[2]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def enter(client: FlaskClient, email: str, path: str = "/sign-in") -> TestResponse:
    data = {**hidden(client.get(path)), "email": email, "password": PASSWORD}
    return client.post(path, data=data)


def later() -> AbstractContextManager[None]:
    """When every session has lain still too long."""
    return clock.at(clock.now() + timedelta(minutes=45))


def test_after_signing_in_again_it_stands_there_once(client: FlaskClient, people: People) -> None:
    assert enter(client, MARI).status_code == 302
    sent = hidden(client.get("/account/name")) | {"name": TYPED}
    with later():
        answer = client.post("/account/name?x=1", data=sent)
        assert answer.status_code == 302 and answer.location.startswith("/sign-in?next=")
        assert "What you typed is kept" in client.get(answer.location).text
        (row,) = db.session.scalars(select(KeptForm))
        assert row.user_id == people.caseworker_tallinn.id and b"name" not in row.sealed
        back = enter(client, MARI, answer.location)
        assert back.location.startswith("/account/name?x=1&kept=")
        page = client.get(back.location)
        assert page.status_code == 200 and TYPED.strip() in page.text and "is here again" in page.text
        assert hidden(page)["version"] == sent["version"] and hidden(page)["form_token"] != sent["form_token"]
        assert TYPED.strip() not in client.get(back.location).text
        sent = hidden(page) | {"name": "Mari Tamm"}
        assert client.post("/account/name", data=sent).status_code == 302
        assert "Mari Tamm" in client.get("/account/").text


def test_another_person_gets_nothing(client: FlaskClient, people: People) -> None:
    enter(client, MARI)
    sent = hidden(client.get("/account/name")) | {"name": TYPED}
    with later():
        answer = client.post("/account/name", data=sent)
        back = enter(client, OLENA, answer.location)
        page = client.get(back.location)
        assert page.status_code == 200 and "the long" not in page.text and "is here again" not in page.text
        (kept_id,) = db.session.scalars(select(KeptForm.id))
        assert client.get(f"/kept/{kept_id}").status_code == 404
        assert client.post("/account/name", data=sent).status_code == 400, "an older form of somebody else"
        assert kept.take(kept_id, people.caseworker_tallinn.id) is not None


def test_it_works_where_the_session_was_left_in_another_tab(client: FlaskClient, people: People) -> None:
    enter(client, MARI)
    sent = hidden(client.get("/account/name")) | {"name": "Mari Tamm"}
    leaving = hidden(client.get("/account/name")) | {"form_token": secrets.token_hex(16)}
    assert client.post("/sign-out", data=leaving).status_code == 302
    answer = client.post("/account/name", data=sent)
    assert answer.status_code == 302 and "kept" in answer.location
    enter(client, MARI)
    assert client.post("/account/name", data=sent).status_code == 302, "the same person: the form still works"
    assert "Mari Tamm" in client.get("/account/").text


def test_what_has_no_page_says_that_it_was_not_done(client: FlaskClient, people: People) -> None:
    enter(client, MARI)
    sent = hidden(client.get("/account/name")) | {"session": "0" * 64, "reason": "Because <of> this"}
    with later():
        answer = client.post("/account/sessions/end", data=sent, headers={"Referer": "http://localhost/account/?a=1"})
        back = enter(client, MARI, answer.location)
        assert back.location.startswith("/kept/")
        page = client.get(back.location)
        assert "nothing has changed" in page.text and "Because &lt;of&gt; this" in page.text
        assert 'href="/account/?a=1"' in page.text and "0" * 64 not in page.text
        assert client.get(back.location).status_code == 404


def test_files_are_named_and_passwords_are_not_kept(client: FlaskClient, people: People) -> None:
    enter(client, MARI)
    page = hidden(client.get("/account/password"))
    with later():
        sent = page | {"current": "canary one", "password": "canary two", "repeated": "canary two"}
        sent |= {"factor-code": "123456", "code": "AMIF-3.3"}
        answer = client.post("/account/password", data={**sent, "file": (BytesIO(b"x"), "letter.pdf")})
        kept_id = answer.location.rpartition("kept%3D")[2]
        found = kept.take(kept_id, people.caseworker_tallinn.id)
        assert found is not None and found.fields == [("code", "AMIF-3.3")] and found.files == ["letter.pdf"]
        two = [(BytesIO(b"x"), "letter.pdf"), (BytesIO(b"y"), "second letter.pdf")]
        answer = client.post("/account/password", data={**sent, "file": two})
        back = enter(client, MARI, answer.location)
        told = "The 2 files were not kept. Choose each of them again before you send: letter.pdf, second letter.pdf."
        assert told in " ".join(client.get(back.location).text.split())


@pytest.mark.parametrize("damage", ["no cookie", "another field", "another cookie"])
def test_a_form_whose_owner_is_not_certain_is_not_kept(client: FlaskClient, people: People, damage: str) -> None:
    enter(client, MARI)
    sent = hidden(client.get("/account/name")) | {"name": TYPED}
    if damage == "no cookie":
        client.delete_cookie("casetracker_device")
    elif damage == "another cookie":
        client.set_cookie("casetracker_device", secrets.token_urlsafe(32))
    else:
        sent["csrf_token"] += "x"
    with later():
        assert client.post("/account/name", data=sent).status_code in (302, 400)
    assert db.session.scalars(select(KeptForm)).all() == []


def test_the_daily_tick_forgets_what_is_old(
    app: Flask, client: FlaskClient, people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "FILES_FOLDER", str(tmp_path))  # without files of tests that were rolled back
    enter(client, MARI)
    sent = hidden(client.get("/account/name")) | {"name": TYPED}
    with later():
        client.post("/account/name", data=sent)
    left = []
    for hours in (1, 8, 366 * 24):
        with clock.at(clock.now() + timedelta(hours=hours)):
            assert app.test_cli_runner().invoke(args=["tick"]).exit_code == 0
        rows = [len(db.session.scalars(select(table)).all()) for table in (KeptForm, KnownDevice, AttemptLimit)]
        left.append(rows)
    assert left == [[1, 1, 1], [0, 1, 1], [0, 0, 0]]


def test_it_is_forgotten_after_hours_and_only_ten_are_kept(client: FlaskClient, people: People) -> None:
    enter(client, MARI)
    sent = hidden(client.get("/account/name")) | {"name": TYPED}
    with later():
        for _number in range(12):
            location = client.post("/account/name", data=sent).location
        assert len(db.session.scalars(select(KeptForm)).all()) == 10
    with clock.at(clock.now() + timedelta(hours=7)):
        kept_id = location.rpartition("kept%3D")[2]
        assert kept.take(kept_id, people.caseworker_tallinn.id) is None
        client.post("/account/name", data=sent)
        assert len(db.session.scalars(select(KeptForm)).all()) == 1
