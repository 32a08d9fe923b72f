"""What the owner of an account is told of by mail, and how mail goes: through the server, else into the outbox."""

from __future__ import annotations

import re
import secrets
import smtplib
from collections.abc import Callable
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.accounts import commands, devices, mail, notices, queries, session
from casetracker.core.permissions import Role
from tests.factories.accounts import PASSWORD, People, make_people, quick_hashing

NEW_PASSWORD = "another sentence of mine"
MARI = "caseworker.tallinn@example.org"
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture
def people(app: Flask, monkeypatch: pytest.MonkeyPatch) -> People:
    """Everybody, without second factors."""
    monkeypatch.setattr(session, "is_free_of_factors", lambda: True)
    return make_people()


@pytest.fixture
def mails(outbox: Path) -> Callable[[], list[EmailMessage]]:
    """Answers the mails that came since it was last asked."""
    seen = set(outbox.glob("*.eml"))

    def new() -> list[EmailMessage]:
        found = sorted(set(outbox.glob("*.eml")) - seen, key=lambda path: path.stat().st_mtime_ns)
        seen.update(found)
        return [message_from_string(path.read_text(), policy=policy.default) for path in found]

    return new


def form(**values: object) -> dict[str, object]:
    return {"form_token": secrets.token_hex(16), **values}


def enter(client: FlaskClient, password: str = PASSWORD, email: str = MARI, **more: Any) -> int:
    return client.post("/sign-in", data=form(email=email, password=password), **more).status_code


Mails = Callable[[], list[EmailMessage]]


def test_a_browser_that_was_never_seen_is_told_of_once(app: Flask, people: People, mails: Mails) -> None:
    known, new = app.test_client(), app.test_client()
    assert enter(known) == 302 and mails() == [], "the first browser of all is no news"
    cookie = known.get_cookie("casetracker_device")
    assert cookie is not None and cookie.http_only and cookie.max_age == 365 * 86400 and cookie.same_site == "Lax"
    assert enter(known) == 302 and mails() == []
    assert enter(new, headers=FIREFOX) == 302
    (told,) = mails()
    assert told["To"] == MARI and "Firefox, Linux" in told.get_content() and told["Auto-Submitted"] == "auto-generated"
    assert "Firefox, Linux" in known.get("/account/").text
    assert enter(new) == 302 and mails() == []
    assert "Firefox, Linux" not in known.get("/account/").text, "who signs in anew ends the session before it"
    assert enter(new, email="caseworker.kyiv@example.org") == 302 and mails() == [], "another person, another count"


def test_what_is_known_of_a_browser_is_a_hash(client: FlaskClient, people: People) -> None:
    enter(client)
    cookie = client.get_cookie("casetracker_device")
    assert cookie is not None
    assert devices.people_of(cookie.value) == [people.caseworker_tallinn.id]
    assert devices.people_of(queries.secret_hash(cookie.value)) == []


def test_tries_that_are_held_up_are_told_of_once(app: Flask, people: People, mails: Mails) -> None:
    own, stranger = app.test_client(), app.test_client()
    enter(own)
    mails()
    assert [enter(stranger, "wrong") for _number in range(13)] == [422] * 10 + [429] * 3
    (told,) = mails()
    assert "Too many attempts" in told["Subject"] and told["To"] == MARI
    assert enter(stranger) == 429 and enter(own) == 302, "who was here before is not shut out by strangers"
    assert enter(stranger, email="nobody@example.org", environ_base={"REMOTE_ADDR": "2001:db8:0:1::7"}) == 422


def test_an_address_of_ipv6_counts_with_its_network(client: FlaskClient, people: People) -> None:
    for number in range(10):
        from_there = {"REMOTE_ADDR": f"2001:db8:0:1::{number}"}
        assert enter(client, email=f"nobody{number}@example.org", environ_base=from_there) == 422
    assert enter(client, email="nobody@example.org", environ_base={"REMOTE_ADDR": "2001:db8:0:1::ff"}) == 429
    assert enter(client, email="nobody@example.org", environ_base={"REMOTE_ADDR": "2001:db8:0:2::1"}) == 422


def test_a_changed_password_role_and_access_are_told_of(app: Flask, people: People, mails: Mails) -> None:
    user = queries.get_user(people.caseworker_tallinn.id)
    with quick_hashing():
        change = commands.ChangePassword(current=PASSWORD, password=NEW_PASSWORD, session_id="none")
        commands.change_password(change, actor=people.caseworker_tallinn)
    version = queries.get_user(user.id).version
    move = commands.ChangeRole(user_id=user.id, version=version, role=Role.CASEWORKER, office_id=people.kyiv)
    commands.change_role(move, actor=people.administrator)
    off = commands.SwitchUser(user_id=user.id, version=queries.get_user(user.id).version)
    commands.deactivate_user(off, actor=people.administrator)
    found = mails()
    assert [each["Subject"] for each in found] == [
        "Your password was changed", "Your role was changed", "Your access has ended",
    ]  # fmt: skip
    assert all(each["To"] == MARI and NEW_PASSWORD not in each.get_content() for each in found)


def test_a_new_role_ends_every_session(client: FlaskClient, people: People) -> None:
    enter(client)
    assert client.get("/account/").status_code == 200
    version = queries.get_user(people.caseworker_tallinn.id).version
    move = commands.ChangeRole(
        user_id=people.caseworker_tallinn.id, version=version, role=Role.CASEWORKER, office_id=people.kyiv
    )
    commands.change_role(move, actor=people.administrator)
    assert client.get("/account/").status_code == 302


def test_every_other_session_ends_at_once(app: Flask, client: FlaskClient, people: People) -> None:
    others = [app.test_client() for _number in range(2)]
    assert [enter(browser) for browser in (*others, client)] == [302] * 3
    assert client.post("/account/sessions/end-others", data=form()).status_code == 302
    assert [browser.get("/account/").status_code for browser in (*others, client)] == [302, 302, 200]
    assert "everywhere else" not in client.get("/account/").text


@pytest.mark.parametrize("kind", notices.Kind)
def test_every_notice_says_what_when_and_what_to_do(
    app: Flask, people: People, mails: Mails, kind: notices.Kind
) -> None:
    notices.tell(people.auditor.id, kind, device="Firefox")
    (told,) = mails()
    assert told["To"] == "auditor@example.org" and "(UTC)" in told.get_content()
    assert "If this was not you" in told.get_content() and "%(" not in told.get_content() + told["Subject"]


def links(found: list[EmailMessage]) -> list[str]:
    return [
        link
        for each in found
        for link in re.findall(r"http://127\.0\.0\.1:8000(/invitation/[\w-]+)", each.get_content())
    ]


def test_a_forgotten_password_is_set_anew_by_a_link(client: FlaskClient, people: People, mails: Mails) -> None:
    asked = client.post("/password/forgotten", data=form(email=MARI.upper()), follow_redirects=True)
    assert "a link is on its way" in asked.text and client.get("/password/forgotten").status_code == 200
    found = mails()
    (link,) = links(found)
    assert enter(client) == 302, "until it is used the old password works"
    values = form(password=NEW_PASSWORD, repeated=NEW_PASSWORD)
    assert client.get(link).location == "/invitation", "the secret leaves the address at once"
    assert client.post("/invitation", data=values).status_code == 302
    assert client.get("/account/").status_code == 302, "setting it ended every session"
    assert enter(client) == 422 and enter(client, NEW_PASSWORD) == 302
    assert client.get(link).status_code == 404
    assert [each["Subject"] for each in mails()] == ["Your password was changed"]


@pytest.mark.parametrize("setting", ["https://cases.example.org", None])
def test_a_link_leads_where_the_setting_says_not_where_the_request_came(
    app: Flask, client: FlaskClient, people: People, mails: Mails, monkeypatch: pytest.MonkeyPatch, setting: str | None
) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_ADDRESS", setting)
    lying = {
        "base_url": "https://localhost:4443",
        "headers": {"X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "1"},
    }
    assert client.post("/password/forgotten", data=form(email=MARI), **lying).status_code == 302
    (found,) = mails()
    assert f"{setting or 'http://127.0.0.1:8000'}/invitation/" in found.get_content()
    assert "4443" not in found.get_content() and "evil" not in found.get_content()


def test_nobody_learns_whether_an_address_has_an_account(client: FlaskClient, people: People, mails: Mails) -> None:
    def answer(email: str) -> tuple[int, str, str]:
        asked = client.post("/password/forgotten", data=form(email=email))
        return asked.status_code, asked.location, client.get("/sign-in").text.partition("form_token")[0]

    switch = commands.SwitchUser(user_id=people.finance_kyiv.id, version=1)
    commands.deactivate_user(switch, actor=people.administrator)
    mails()
    known = answer(MARI)
    assert answer("nobody@example.org") == known and answer("finance.kyiv@example.org") == known
    assert len(mails()) == 1


def test_three_links_in_an_hour(client: FlaskClient, people: People, mails: Mails) -> None:
    for _number in range(5):
        assert client.post("/password/forgotten", data=form(email=MARI)).status_code == 302
    found = links(mails())
    assert len(found) == 3
    assert [client.get(link).status_code for link in found] == [404, 404, 302], "a newer one ends the older"


class Server:
    """Stands for a mail server."""

    sent: list[tuple[EmailMessage, list[str]]] = []
    fails = False

    def __init__(self, host: str, port: int, **_more: Any) -> None:
        if self.fails:
            raise ConnectionRefusedError(host)
        self.done = [f"{host}:{port}"]

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def starttls(self, **_more: Any) -> None:
        self.done.append("starttls")

    def login(self, user: str, password: str) -> None:
        self.done.append(f"{user}/{password}")

    def send_message(self, message: EmailMessage) -> None:
        self.sent.append((message, self.done))


@pytest.mark.parametrize(
    ("security", "kind", "steps"),
    [
        ("starttls", "SMTP", ["mail.example.org:587", "starttls", "me/word"]),
        ("tls", "SMTP_SSL", ["mail.example.org:587", "me/word"]),
        ("none", "SMTP", ["mail.example.org:587", "me/word"]),
    ],
)
def test_mail_goes_through_the_server_that_is_set(
    app: Flask, mails: Mails, monkeypatch: pytest.MonkeyPatch, security: str, kind: str, steps: list[str]
) -> None:
    settings = {"MAIL_SERVER": "mail.example.org", "MAIL_PORT": 587, "MAIL_SECURITY": security, "MAIL_USERNAME": "me",
                "MAIL_PASSWORD": "word", "MAIL_SENDER": "cases@example.org"}  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)
    monkeypatch.setattr(smtplib, kind, Server)
    monkeypatch.setattr(Server, "sent", [])
    mail.send("a@example.org", "Subject", "Text")
    ((message, done),) = Server.sent
    assert done == steps and message["From"] == "cases@example.org" and mails() == []


def test_a_server_that_fails_leaves_the_mail_in_the_outbox(
    app: Flask, mails: Mails, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(app.config, "MAIL_SERVER", "mail.example.org")
    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setattr(Server, "fails", True)
    mail.send("a@example.org", "Subject", "Text")
    assert len(mails()) == 1 and "mail stays in the outbox" in caplog.text and "a@example.org" not in caplog.text
