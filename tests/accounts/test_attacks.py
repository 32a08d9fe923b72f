"""What somebody hostile sends to the pages of accounts: nothing breaks, nobody is shut out, no secret is shown."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.accounts import commands, factor_queries
from casetracker.accounts.commands import factors
from casetracker.accounts.passkeys import Site
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from tests.accounts.soft_key import SoftKey
from tests.accounts.test_factors import SECRET, code_at, enter, give, noon, somebody, with_app
from tests.disbursements.test_routes import token
from tests.factories.accounts import sign_in

__all__ = ["noon", "somebody"]  # fixtures

ODD_ANSWERS = ['{"id": "\\ud800"}', '{"id": "a\\u0000b"}', '{"id": 1}', "[]", "[" * 7000, '{"id":' * 3000]


def with_passkey(actor: Actor) -> None:
    """The person has a passkey, and no session."""
    session_id, challenge = commands.open_session(actor=actor), b"x" * 32
    cmd = factors.AddPasskey(
        name="key", answer=SoftKey().make(challenge), challenge=challenge, site=Site(host="localhost",
        origin="http://localhost"), session_id=session_id,
    )  # fmt: skip
    commands.end_session(factors.add_passkey(cmd, actor=actor).session_id, actor=actor)


def test_what_no_passkey_answers_is_refused(client: FlaskClient, somebody: Actor, noon: datetime) -> None:
    with_passkey(somebody)
    for number, answer in enumerate(ODD_ANSWERS):
        with clock.at(noon + timedelta(minutes=10 * number)):
            enter(client)
            page = client.get("/sign-in/second-factor").text
            asked = re.search(r'data-asked="([0-9a-f]+)"', page)
            assert asked is not None
            data = {"factor-answer": answer, "factor-asked": asked[1], "factor-form_token": token()}
            refused = client.post("/sign-in/second-factor", data=data)
            assert refused.status_code == 422 and "did not answer" in refused.text, answer[:20]


def test_what_makes_no_passkey_is_refused(client: FlaskClient, somebody: Actor) -> None:
    enter(client)
    page = client.get("/account/second-factor/passkey").text
    asked = re.search(r'name="asked"[^>]*value="(\w+)"', page)
    assert asked is not None
    data = {"name": "key", "answer": "[" * 7000, "asked": asked[1], "form_token": token()}
    refused = client.post("/account/second-factor/passkey", data=data)
    assert refused.status_code == 422 and "made no passkey" in refused.text


def test_passwords_and_codes_stand_on_no_page_of_what_was_typed(
    client: FlaskClient, app: Flask, somebody: Actor, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_app(somebody)
    sign_in(client, somebody)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    secrets = {"current": "canary-1", "password": "canary-2", "repeated": "canary-3", "factor-code": "canary-4"}
    too_old = client.post("/account/password", data=secrets | {"currency": "EUR"})
    assert too_old.status_code == 400 and "<dd>EUR</dd>" in too_old.text and "canary" not in too_old.text


def test_who_knows_the_password_keeps_the_owner_from_nothing(
    client: FlaskClient, app: Flask, somebody: Actor, noon: datetime
) -> None:
    with_app(somebody)
    enter(client)
    assert give(client, code_at(noon))[0] == 302
    later, stranger = noon + timedelta(minutes=6), app.test_client()
    with clock.at(later):
        enter(stranger)
        assert [give(stranger, "000000")[0] for _try in range(6)][-1] == 429
        asking = client.post("/account/password", data={"form_token": token()}).location
        assert asking == "/sign-in/second-factor?next=/account/password", "asks for the code"
        assert give(client, code_at(later), asking) == (302, "/account/password")
        sent = client.post("/account/password", data={"form_token": token()})
        assert sent.status_code == 422, "the code fits: the form of the password itself is judged"


def test_a_half_session_sets_up_no_factor_beside_another(app: Flask, somebody: Actor, noon: datetime) -> None:
    owner, stranger = commands.open_session(actor=somebody), commands.open_session(actor=somebody)
    first = factors.AddAuthenticator(secret=SECRET, code=code_at(noon), session_id=owner)
    factors.add_authenticator(first, actor=somebody)
    challenge = b"x" * 32
    second = factors.AddPasskey(
        name="mine", answer=SoftKey().make(challenge), challenge=challenge, session_id=stranger,
        site=Site(host="localhost", origin="http://localhost"),
    )  # fmt: skip
    with pytest.raises(NotFound):
        factors.add_passkey(second, actor=somebody)
    assert factor_queries.load_factors(somebody.id).passkeys == []
