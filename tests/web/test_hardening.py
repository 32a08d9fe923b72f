"""What a browser, a proxy and a mail server get from the whole program: headers, cookies, forms, methods, defaults."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.accounts import mail
from casetracker.accounts.commands import passwords
from casetracker.accounts.models import User
from casetracker.core import ids
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.web import security
from config import settings
from tests.architecture.test_views import addresses
from tests.factories.accounts import make_user, sign_in


@pytest.fixture
def dialect() -> str:
    """One database is enough: nothing here asks it for more than a person."""
    return "sqlite"


@pytest.fixture
def inside(client: FlaskClient) -> FlaskClient:
    """An administrator's browser."""
    return sign_in(client, make_user("a@example.org", Role.ADMINISTRATOR))


def test_no_address_answers_trace_or_leads_to_tls(app: Flask, client: FlaskClient) -> None:
    """Whoever comes without TLS is not led on quietly: what was sent has leaked already."""
    for path in sorted({path for _method, path, _door in addresses(app)}):
        assert client.open(path, method="TRACE").status_code == 405, path
        place = client.get(path).location or ""
        assert not place.startswith("https:"), path


@pytest.mark.parametrize(
    "path",
    [
        "/.git/HEAD",
        "/.git/config",
        "/.env",
        "/config.py",
        "/requirements.txt",
        "/instance/",
        "/static/",
        "/assets/",
        "/static/../config.py",
        "/docs/",
        "/metrics",
        "/console",
    ],
)
def test_nothing_but_pages_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_files_insist_on_tls_and_say_what_they_are(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {"app.css": "text/css", "app.js": "text/javascript", "icon.svg": "image/svg+xml"}
    monkeypatch.setitem(app.config, "HTTPS", True)
    add = security.for_files(app)
    for name, kind in kinds.items():
        answer = app.test_client().get(app.jinja_env.globals["asset"]("own", name), buffered=True)  # type: ignore[operator]
        assert re.fullmatch(re.escape(kind) + r'; charset="?utf-8"?', answer.content_type), (name, answer.content_type)
        headers: dict[str, str] = {}
        add(headers, "", "")
        assert headers["Strict-Transport-Security"] == security.HSTS
    assert re.search(r"max-age=(\d+); includeSubDomains", security.HSTS)
    assert int(re.findall(r"\d+", security.HSTS)[0]) >= 365 * 24 * 3600


def test_pages_say_their_charset_and_open_to_no_other_site(inside: FlaskClient) -> None:
    for path in ("/", "/account/", "/admin/users/", "/nothing", "/sign-in"):
        answer = inside.get(path, headers={"Origin": "https://evil.example"})
        assert answer.content_type == "text/html; charset=utf-8", path
        assert not [name for name, _value in answer.headers if name.startswith("Access-Control")], path
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "base-uri 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "object-src" not in policy, "default-src 'none' holds for objects"


def test_signing_out_is_on_every_page_and_empties_the_browser(inside: FlaskClient) -> None:
    for path in ("/", "/account/", "/admin/users/", "/account/second-factor"):
        assert 'action="/sign-out"' in inside.get(path).text, path
    assert inside.post("/sign-out").headers["Clear-Site-Data"] == '"cache", "storage"'


def test_password_boxes_hide_and_help(client: FlaskClient, inside: FlaskClient) -> None:
    wanted = {"/sign-in": ["current-password"], "/account/password": ["current-password", "new-password"]}
    for path, fills in wanted.items():
        browser = inside if path.startswith("/account") else client.application.test_client()
        boxes = re.findall(r"<input[^>]*password[^>]*>", browser.get(path).text)
        assert boxes, path
        for box in boxes:
            assert 'type="password"' in box and "readonly" not in box and 'autocomplete="off"' not in box, box
        for fill in fills:
            assert any(f'autocomplete="{fill}"' in box for box in boxes), (path, fill)


def test_a_password_is_what_was_typed(app: Flask) -> None:
    """No blank, no case, no end of it is dropped, and no column says when it runs out."""
    make_user("p@example.org", Role.ADMINISTRATOR)
    user = db.session.scalars(select(User).where(User.email == "p@example.org")).one()
    db.session.expunge(user)
    typed = "  Ein Satz mit Ümlauten " + "x" * 60
    user.password_hash = passwords.hash_password(typed)
    assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.password_fits(user, typed)
    for other in (typed.strip(), typed.lower(), typed[:72], typed[:-1]):
        assert not passwords.password_fits(user, other)
    assert not [c.name for c in User.__table__.columns if re.search("password_.*(at|until|expires|hint)", c.name)]


def test_an_empty_installation_has_no_account_and_no_credential(app: Flask, tmp_path: Path) -> None:
    assert db.session.scalars(select(User)).all() == []
    made = settings({"CASETRACKER_DATA": str(tmp_path)})
    assert made["MAIL_USERNAME"] is None and made["MAIL_PASSWORD"] is None and made["DEMO_PASSWORD"] is None
    assert "@" not in made["SQLALCHEMY_DATABASE_URI"] and len(made["SECRET_KEY"]) == 64
    others = settings({"CASETRACKER_DATA": str(tmp_path / "other")})
    assert others["SECRET_KEY"] != made["SECRET_KEY"] and others["ENCRYPTION_KEYS"] != made["ENCRYPTION_KEYS"]


def test_a_changed_cookie_is_nobodys(inside: FlaskClient) -> None:
    cookie = inside.get_cookie("casetracker")
    assert cookie is not None and inside.get("/account/").status_code == 200
    body, _dot, mark = cookie.value.rpartition(".")
    for changed in (body + "." + mark[::-1], body, "." + mark, body[:-1] + "B." + mark, ""):
        inside.set_cookie("casetracker", changed)
        assert inside.get("/account/").location.startswith("/sign-in"), changed


def test_secrets_are_long_and_all_different() -> None:
    secrets, names = {ids.new_secret() for _each in range(1000)}, {ids.new_id() for _each in range(1000)}
    assert len(secrets) == len(names) == 1000
    assert {len(secret) for secret in secrets} == {43} and {len(name) for name in names} == {26}


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r"])
def test_no_line_is_smuggled_into_a_mail(app: Flask, outbox: Path, break_: str) -> None:
    before = list(outbox.iterdir())
    bad: list[tuple[str, Any]] = [
        (f"a@example.org{break_}Bcc: b@example.org", "A"),
        ("a@example.org", f"A{break_}Bcc: b"),
    ]
    for to, subject in bad:
        with pytest.raises(ValueError):
            mail.send(to, subject, "text")
    assert list(outbox.iterdir()) == before
