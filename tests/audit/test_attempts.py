"""What failed at the sign-in, what no page sends, who asks for too much: each stands in the record, for the auditor."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.accounts import pace, session
from casetracker.accounts.events import OwnAttemptRefused, ReadingHeldUp, SignInFailed
from casetracker.accounts.limit_rules import EXPORTS, Limit
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import TooMuch
from casetracker.core.permissions import Role
from casetracker.dossiers import commands as dossiers
from tests.accounts.test_factors import MAIL, enter, give, with_app
from tests.audit.test_refusals import kinds, page
from tests.disbursements.test_routes import token
from tests.factories.accounts import People, make_office, make_people, make_user, sign_in
from tests.factories.cases import playroom_case

TWO = Limit(name="searches", windows=((2, timedelta(minutes=5)),))


@pytest.fixture
def people(app: Flask) -> People:
    """Both offices."""
    return make_people()


def test_each_failed_sign_in_stands_in_the_record(client: FlaskClient) -> None:
    somebody = make_user(MAIL, Role.SUPERVISOR, make_office())
    with_app(somebody)
    for email in (MAIL, "nobody@example.org"):
        sent = {"email": email, "password": "canary word", "form_token": token()}
        assert client.post("/sign-in", data=sent).status_code == 422
    assert kinds(SignInFailed.kind) == 1, "of an address without an account nothing is kept"
    enter(client)
    assert give(client, "000000")[0] == 422
    assert kinds(SignInFailed.kind) == 2


def test_what_no_page_sends_is_kept_once_an_hour(client: FlaskClient, people: People) -> None:
    sign_in(client, people.supervisor_tallinn)
    for sent in (
        {"form_token": "forged"},
        {"form_token": token(), "substitute": "somebody else"},
        {"name": ["a", "b"]},
    ):
        assert client.post("/account/substitute", data=sent).status_code == 422
    assert kinds(OwnAttemptRefused.kind) == 1
    assert client.post("/account/name", data={"form_token": token(), "name": ["a", "b"]}).status_code == 422
    with clock.at(clock.now() + timedelta(minutes=61)):
        sign_in(client, people.supervisor_tallinn)
        client.post("/account/substitute", data={"form_token": "forged"})
    assert kinds(OwnAttemptRefused.kind) == 3
    text = page(client, people.auditor, "?why=rule")
    assert "(name a substitute): The form&#39;s one-time token was missing or changed." in text
    assert "(correct the own name): A field came more than once." in text
    client.delete_cookie("casetracker")
    client.post("/sign-in", data={"form_token": "forged"})
    assert kinds(OwnAttemptRefused.kind) == 3, "of nobody nothing is kept"


def test_a_request_too_large_is_kept(client: FlaskClient, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(client, people.supervisor_tallinn)
    monkeypatch.setitem(client.application.config, "MAX_CONTENT_LENGTH", 1000)
    sent = {"form_token": token(), "name": (BytesIO(b"x" * 2000), "name.pdf")}
    assert client.post("/account/name", data=sent).status_code == 413
    assert "larger than any page sends" in page(client, people.auditor)


def asked(client: FlaskClient, path: str, times: int) -> list[int]:
    """The statuses of the same address asked for again and again."""
    return [client.get(path).status_code for _time in range(times)]


def test_searching_has_a_pace(client: FlaskClient, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SEARCHES", TWO)
    sign_in(client, people.caseworker_tallinn)
    assert asked(client, "/cases/?q=a", 4) == [200, 200, 429, 429]
    assert client.get("/cases/?q=a").headers["Retry-After"].isdigit() and asked(client, "/cases/", 3) == [200] * 3
    assert kinds(ReadingHeldUp.kind) == 1, "told once, when the wait begins"
    sign_in(client, people.caseworker_kyiv)
    assert asked(client, "/cases/?q=a", 1) == [200], "each person has an own count"
    assert "asked for very much within a short time (searches)" in page(client, people.auditor, "?why=held_up")


def test_opening_cases_has_a_pace(client: FlaskClient, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossiers, "CASES_OPENED", Limit(name="cases-opened", windows=((1, timedelta(hours=1)),)))
    cases = [playroom_case(people).reference for _number in range(2)]
    sign_in(client, people.caseworker_tallinn)
    assert asked(client, f"/cases/{cases[0]}", 2) == [200, 200], "the same case within the hour counts once"
    assert asked(client, f"/cases/{cases[1]}", 1) == [429] and asked(client, f"/cases/{cases[0]}", 1) == [200]


def test_exporting_and_downloading_have_a_pace(app: Flask) -> None:
    limits = {name: getattr(view, "limit", None) for name, view in app.view_functions.items()}
    paced = {name: limit.name for name, limit in limits.items() if limit is not None}
    assert paced["exports.export_case"] == "exports"
    assert paced["documents.download_document"] == paced["payments.download_paper"] == "downloads"


def test_one_export_at_a_time(people: People) -> None:
    auditor, other = people.auditor, people.administrator
    with pace.alone(EXPORTS, auditor):
        assert is_refused(auditor) and not is_refused(other), "each person apart"
        with clock.at(clock.now() + timedelta(minutes=6)):
            assert not is_refused(auditor), "one that broke off holds nobody up for long"
    assert not is_refused(auditor)


def is_refused(actor: Actor) -> bool:
    """Whether another export would have to wait now."""
    try:
        with pace.alone(EXPORTS, actor):
            return False
    except TooMuch:
        return True
