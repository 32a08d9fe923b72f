"""Second factors on their pages: setting up, signing in, recovery codes, and the step-up before what matters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.accounts import authenticator, commands
from casetracker.accounts.commands import factors
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.permissions import Role
from tests.disbursements.test_routes import token
from tests.factories.accounts import OPERATOR, PASSWORD, make_office, make_user, sign_in
from tests.pages.walking import _Reader

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MAIL = "supervisor.tallinn@example.org"


@pytest.fixture
def somebody(app: Flask) -> Actor:
    """A supervisor without a second factor."""
    return make_user(MAIL, Role.SUPERVISOR, make_office())


@pytest.fixture
def noon() -> Iterator[datetime]:
    """The clock stands."""
    moment = clock.now()
    with clock.at(moment):
        yield moment


def code_at(moment: datetime, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(moment)


def with_app(actor: Actor) -> tuple[str, ...]:
    """The person has an authenticator app since some minutes; returns the recovery codes."""
    past = clock.now() - timedelta(minutes=10)
    with clock.at(past):
        session_id = commands.open_session(actor=actor)
        cmd = factors.AddAuthenticator(secret=SECRET, code=code_at(past), session_id=session_id)
        codes = factors.add_authenticator(cmd, actor=actor).codes
        commands.end_session(factors_session(actor), actor=actor) if False else None
    return codes


def factors_session(actor: Actor) -> str:
    return ""


def enter(client: FlaskClient, path: str = "") -> str:
    """Sign in with the password; where that leads to."""
    answer = client.post("/sign-in" + path, data={"email": MAIL, "password": PASSWORD, "form_token": token()})
    assert answer.status_code == 302
    return str(answer.location)


def give(client: FlaskClient, code: str, path: str = "/sign-in/second-factor") -> tuple[int, str]:
    answer = client.post(path, data={"factor-code": code, "factor-form_token": token()})
    return answer.status_code, answer.text if answer.status_code != 302 else answer.location


def test_the_first_sign_in_leads_to_setting_up(client: FlaskClient, somebody: Actor, noon: datetime) -> None:
    assert enter(client, "?next=/cases/") == "/cases/"
    for path in ("/cases/", "/account/", "/"):
        assert client.get(path).location == "/account/second-factor", path
    page = client.get("/account/second-factor").text
    assert "Set up an authenticator app" in page and "/cases/" not in page
    page = client.get("/account/second-factor/authenticator").text
    assert 'role="img"' in page and "<svg" in page and "style=" not in page
    secret = re.search(r'class="key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")  # type: ignore[index]  # it is there
    reader = _Reader("/account/second-factor/authenticator")
    reader.feed(page)
    sent = next(form for form in reader.forms if "sealed" in form.filled()).filled()
    wrong = client.post("/account/second-factor/authenticator", data=sent | {"code": "000000"})
    assert wrong.status_code == 422 and secret in wrong.text.replace(" ", "")
    done = client.post(
        "/account/second-factor/authenticator", data=sent | {"code": code_at(noon, secret), "form_token": token()}
    )
    assert done.location == "/account/second-factor/recovery-codes"
    page = client.get(done.location).text
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", page)
    assert len(set(codes)) == 8
    assert client.get("/account/second-factor/recovery-codes.txt").text.split() == codes
    assert client.post("/account/second-factor/recovery-codes/kept", data={"form_token": token()}).status_code == 302
    assert client.get("/account/second-factor/recovery-codes").status_code == 302
    assert client.get("/cases/").status_code == 200


def test_password_alone_opens_nothing(client: FlaskClient, somebody: Actor, noon: datetime) -> None:
    with_app(somebody)
    enter(client)
    assert client.get("/cases/?q=x").location == "/sign-in/second-factor?next=/cases/?q%3Dx"
    assert client.post("/cases/new").location == "/sign-in/second-factor"
    assert client.get("/account/second-factor/authenticator").location.startswith("/sign-in/second-factor")
    assert client.get("/sign-in/second-factor").status_code == 200
    status, text = give(client, "000000")
    assert status == 422 and "does not fit" in text
    before = client.get_cookie("casetracker")
    assert give(client, code_at(noon), "/sign-in/second-factor?next=/cases/") == (302, "/cases/")
    assert client.get("/cases/").status_code == 200
    copy = client.application.test_client()
    copy.set_cookie("casetracker", before.value)  # type: ignore[union-attr]  # it is there
    assert copy.get("/cases/").location.startswith("/sign-in?"), "the id of before is worth nothing"
