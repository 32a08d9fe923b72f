"""Passkeys: set up, used, refused, copied; through the client, on both databases."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from webauthn.helpers import base64url_to_bytes

from casetracker.accounts import factor_queries
from casetracker.accounts.commands import factors
from casetracker.accounts.factor_models import Authenticator, Passkey
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Role
from tests.accounts.soft_key import SoftKey
from tests.accounts.test_factors import MAIL, code_at, enter, noon, somebody
from tests.disbursements.test_routes import token
from tests.factories.accounts import PASSWORD, make_user

__all__ = ["noon", "somebody"]  # fixtures


def question(page: str) -> tuple[bytes, str]:
    """(challenge, what is encrypted beside it) of a page that asks for a passkey."""
    asked = re.search(r'data-question="([^"]+)"', page)
    encrypted = re.search(r'data-asked="([0-9a-f]+)"', page) or re.search(r'name="asked" value="([0-9a-f]+)"', page)
    assert asked and encrypted
    return base64url_to_bytes(json.loads(html.unescape(asked[1]))["challenge"]), encrypted[1]


def make_key(client: FlaskClient, key: SoftKey, name: str = "blue key") -> int:
    """Set up a passkey on its page; returns the status."""
    challenge, encrypted = question(client.get("/account/second-factor/passkey").text)
    sent = {"name": name, "answer": key.make(challenge), "asked": encrypted, "form_token": token()}
    return client.post("/account/second-factor/passkey", data=sent).status_code


def use_key(client: FlaskClient, key: SoftKey) -> tuple[int, dict[str, str]]:
    """Give the second factor by a passkey; returns the status and what was sent."""
    challenge, encrypted = question(client.get("/sign-in/second-factor").text)
    sent = {"factor-answer": key.use(challenge), "factor-asked": encrypted, "factor-form_token": token()}
    return client.post("/sign-in/second-factor", data=sent).status_code, sent


def test_a_passkey_set_up_and_used(client: FlaskClient, somebody: Actor) -> None:
    enter(client)
    key = SoftKey()
    assert make_key(client, key) == 302
    page = client.get("/account/second-factor").text
    assert "blue key" in page and "only second factor" in page
    assert client.get("/account/second-factor/recovery-codes").status_code == 200
    other = client.application.test_client()
    enter(other)
    status, sent = use_key(other, key)
    assert status == 302 and other.get("/cases/").status_code == 200
    third = client.application.test_client()
    enter(third)
    assert third.post("/sign-in/second-factor", data=sent).status_code == 422, "an answer that was seen opens nothing"


def test_passkeys_that_are_not_right(client: FlaskClient, somebody: Actor) -> None:
    enter(client)
    key = SoftKey()
    assert make_key(client, SoftKey(origin="https://evil.example", host="evil.example")) == 422
    assert make_key(client, key) == 302
    assert make_key(client, key) == 422, "the same one twice"
    other = client.application.test_client()
    enter(other)
    stranger = SoftKey()
    assert use_key(other, stranger)[0] == 422
    stranger.id = key.id
    assert use_key(other, stranger)[0] == 422, "its name alone is not the key"
    away = SoftKey(origin="https://evil.example", id=key.id, key=key.key)
    assert use_key(other, away)[0] == 422, "signed for another site"
    for answer in ("", "{}", "[]", "x", '{"id": 5}'):
        sent = {"factor-answer": answer, "factor-asked": "00", "factor-form_token": token(), "factor-code": " "}
        assert other.post("/sign-in/second-factor", data=sent).status_code in (422, 429)


def test_a_copied_passkey_is_seen(client: FlaskClient, somebody: Actor) -> None:
    enter(client)
    key = SoftKey(counter=7)
    assert make_key(client, key) == 302
    for counter, status in ((8, 302), (8, 422), (3, 422), (0, 422), (9, 302)):
        key.counter = counter
        other = client.application.test_client()
        enter(other)
        assert use_key(other, key)[0] == status, counter


def test_numbers_are_no_name(client: FlaskClient, somebody: Actor) -> None:
    """Browsers keep no passkey for 127.0.0.1; the page says so instead of failing."""
    sent = {"email": MAIL, "password": PASSWORD, "form_token": token()}
    client.post("/sign-in", data=sent, base_url="http://127.0.0.1")
    page = client.get("/account/second-factor/passkey", base_url="http://127.0.0.1").text
    assert "made of numbers" in page and "data-question" not in page


def test_removing(client: FlaskClient, somebody: Actor, outbox: Path, noon: datetime) -> None:
    enter(client)
    assert make_key(client, SoftKey()) == 302
    passkey = db.session.scalars(select(Passkey.id)).one()
    path = f"/account/second-factor/{passkey}/remove"
    answer = client.post(path, data={"form_token": token()})
    assert answer.status_code == 422 and "only second factor" in answer.text
    page = client.get("/account/second-factor/authenticator").text
    encrypted = re.search(r'name="encrypted" value="([0-9a-f]+)"', page)
    shown = re.search(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", page)
    assert encrypted and shown
    second = {"encrypted": encrypted[1], "code": code_at(noon, shown[1].replace(" ", "")), "form_token": token()}
    assert client.post("/account/second-factor/authenticator", data=second).status_code == 302
    assert client.post(path, data={"form_token": token()}).status_code == 302
    assert factor_queries.load_factors(somebody.id).passkeys == []
    assert any("was removed" in each.read_text() for each in outbox.glob("*.eml"))
    stranger = make_user("other@example.org", Role.SUPERVISOR, somebody.office_id)
    with pytest.raises(NotFound):
        factors.remove_factor(factors.RemoveFactor(factor_id=db.session.scalars(select(Authenticator.id)).one()),
                              actor=stranger)  # fmt: skip
