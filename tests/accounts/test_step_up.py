"""The second factor once more before what decides, pays, exports or gives roles: which addresses, and what is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.accounts import commands, step_up
from casetracker.accounts.models import Office, User
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.permissions import GRANTED, STEP_UP, Permission, Role
from tests.accounts.test_factors import app_shows, with_app
from tests.architecture.test_views import filled
from tests.disbursements.test_routes import token
from tests.factories.accounts import PASSWORD, make_office, make_user, sign_in
from tests.pages.walking import _Reader

ASKED = "Once more your second factor"
ALSO = {"community.accept_works"}
"""What asks by itself, under a permission that does not."""


@pytest.fixture
def administrator(app: Flask) -> Actor:
    """An administrator with an authenticator app."""
    actor = make_user("administrator@example.org", Role.ADMINISTRATOR)
    with_app(actor)
    return actor


@pytest.fixture
def caseworker(app: Flask) -> Actor:
    """Whose role is changed."""
    return make_user("caseworker@example.org", Role.CASEWORKER, make_office())


def sign_in_before(client: FlaskClient, actor: Actor, minutes: int) -> None:
    """Signed in, the second factor given so many minutes ago."""
    with clock.at(clock.now() - timedelta(minutes=minutes)):
        sign_in(client, actor)


def role_form(client: FlaskClient, user: Actor, **changed: str) -> dict[str, Any]:
    """The form of changing a role, filled in."""
    path = f"/admin/users/{user.id}/role"
    reader = _Reader(path)
    reader.feed(client.get(path).text)
    found = next(form for form in reader.forms if "role" in form.filled())
    return found.filled() | {name: [value] for name, value in changed.items()}


def fields_of(page: str) -> dict[str, list[str]]:
    """What the page that asks would send on."""
    reader = _Reader("/")
    reader.feed(page)
    return next(form for form in reader.forms if "factor-code" in form.filled()).filled()


def test_what_was_typed_goes_on_with_the_code(client: FlaskClient, administrator: Actor, caseworker: Actor) -> None:
    second = make_office("Kyiv", "UA", "Europe/Kyiv")
    sign_in_before(client, administrator, 6)
    path, sent = f"/admin/users/{caseworker.id}/role", role_form(client, caseworker, role="caseworker", office=second)
    asked = client.post(path, data=sent)
    assert asked.status_code == 200 and ASKED in asked.text
    assert "Change role or office" in asked.text and caseworker.name in asked.text
    assert db.session.get_one(User, caseworker.id).office_id == caseworker.office_id, "nothing has happened yet"
    kept = fields_of(asked.text)
    assert {name: kept[name] for name in sent} == sent, "the one-time token too"
    wrong = client.post(path, data=kept | {"factor-code": ["000000"]})
    assert wrong.status_code == 422 and ASKED in wrong.text and "does not fit" in wrong.text
    again = fields_of(wrong.text)
    assert {name: again[name] for name in sent} == sent
    before = client.get_cookie("casetracker")
    with app_shows() as code:
        done = client.post(path, data=again | {"factor-code": [code]})
    assert done.status_code == 302 and done.location == f"/admin/users/{caseworker.id}"
    assert db.session.get_one(User, caseworker.id).office_id == second
    after = client.get_cookie("casetracker")
    assert before is not None and after is not None and before.value != after.value, "the session has a new id"
    tidy = client.post(path, data=role_form(client, caseworker, office=second))
    assert ASKED not in tidy.text, "given just now, it stands for five minutes"


def test_five_minutes_and_not_six(client: FlaskClient, administrator: Actor, caseworker: Actor) -> None:
    path = f"/admin/users/{caseworker.id}/deactivate"
    sign_in_before(client, administrator, 4)
    assert ASKED not in client.post(path, data={"form_token": token(), "version": "1"}).text
    sign_in_before(client, administrator, 6)
    assert ASKED in client.post(path, data={"form_token": token(), "version": "2"}).text


def test_reading_is_not_asked(client: FlaskClient, administrator: Actor, caseworker: Actor) -> None:
    sign_in_before(client, administrator, 10)
    for path in ("/admin/users/", f"/admin/users/{caseworker.id}", f"/admin/users/{caseworker.id}/role", "/account/"):
        assert client.get(path).status_code == 200, path


def test_a_form_with_a_file_is_asked_before_it_opens(client: FlaskClient) -> None:
    finance = make_user("finance@example.org", Role.FINANCE_OFFICER, make_office())
    with_app(finance)
    sign_in_before(client, finance, 6)
    path = "/cases/EE-2026-00001/instalments/nothing/payment"
    assert client.get(path).status_code == 404, "what one may not see answers as ever"


def test_a_file_has_to_be_chosen_again(client: FlaskClient, administrator: Actor, caseworker: Actor) -> None:
    sign_in_before(client, administrator, 6)
    from io import BytesIO

    sent = {"form_token": token(), "version": "1", "proof": (BytesIO(b"%PDF-1.7"), "proof & more.pdf")}
    asked = client.post(f"/admin/users/{caseworker.id}/deactivate", data=sent)
    assert 'enctype="multipart/form-data"' in asked.text and "proof &amp; more.pdf" in asked.text
    assert 'type="file"' in asked.text and 'name="proof"' in asked.text


def test_nobody_without_a_factor_gets_around_it(client: FlaskClient, caseworker: Actor) -> None:
    """Where factors are needed, somebody whose factor is gone sets one up before anything else."""
    actor = make_user("administrator2@example.org", Role.ADMINISTRATOR)
    sign_in_before(client, actor, 6)
    answer = client.post(f"/admin/users/{caseworker.id}/deactivate", data={"form_token": token(), "version": "1"})
    assert answer.location == "/account/second-factor"
    assert db.session.get_one(User, caseworker.id).is_active


def test_a_demonstration_asks_whom_it_can(client: FlaskClient, administrator: Actor, caseworker: Actor) -> None:
    commands.mark_installation("demonstration", actor=administrator)
    client.application.extensions.pop("casetracker_demonstration", None)
    try:
        without = make_user("administrator2@example.org", Role.ADMINISTRATOR)
        path = f"/admin/users/{caseworker.id}/deactivate"
        sign_in(client, without, is_half=True)
        assert client.post(path, data={"form_token": token(), "version": "1"}).status_code == 302
        sign_in_before(client, administrator, 6)
        assert ASKED in client.post(path, data={"form_token": token(), "version": "1"}).text
        sign_in(client, administrator, is_half=True)
        assert client.get("/account/").location.startswith("/sign-in/second-factor")
    finally:
        client.application.extensions.pop("casetracker_demonstration", None)


def test_every_such_address_asks(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """By permission, so that a new page cannot forget it; and each says what is about to happen."""
    office = db.session.scalars(select(Office.id)).first() or make_office()
    tried: dict[str, str] = {}
    monkeypatch.setattr(step_up, "ask", lambda person, describe: ("asked" if describe else "asked without words", 418))
    roles = [Role.SUPERVISOR, Role.FINANCE_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR, Role.CASEWORKER]
    for role in roles:
        needs_office = role not in (Role.AUDITOR, Role.ADMINISTRATOR)
        sign_in_before(client, make_user(f"{role}@example.org", role, office if needs_office else None), 6)
        for rule in app.url_map.iter_rules():
            view: Any = app.view_functions[rule.endpoint]
            door = getattr(view, "door", None)
            asks = door in STEP_UP or rule.endpoint in ALSO
            if not asks or door not in GRANTED[role] or "POST" not in (rule.methods or ()):
                continue
            answer = client.post(filled(app, rule))
            tried[rule.endpoint] = f"{answer.status_code} {answer.text}"
    assert set(tried.values()) == {"418 asked"}, tried
    needed = {
        "approvals.list_approvals", "approvals.show_request", "approvals.show_plan", "approvals.show_reversal",
        "payments.order_instalment", "payments.pay_instalment", "payments.request_reversal", "exports.export_case",
        "exports.publish_project",
        "providers.confirm_account", "accounts.change_role", "accounts.give_mandate", "accounts.confirm_change",
        "accounts.invite_user", "accounts.deactivate_user", "accounts.reset_factors", "accounts.name_substitute",
        "casefile.decide_eligibility", "programmes.add_rate", "programmes.edit_rate", "programmes.import_rates",
    }  # fmt: skip
    assert needed | ALSO <= set(tried)


def test_the_permissions_that_ask() -> None:
    powers = {
        p for p in Permission if p.value.rpartition(":")[2] in ("approve", "confirm", "export", "record", "erase")
    }
    money = {Permission.ELIGIBILITY_DECIDE, Permission.RATE_MANAGE, Permission.SHARE_DECIDE}
    assert powers | money | {Permission.USER_MANAGE, Permission.PROJECT_PUBLISH} <= STEP_UP


def test_own_factors_and_password_ask_too(app: Flask) -> None:
    for name in ("add_authenticator", "add_passkey", "remove_factor", "make_recovery_codes", "change_password",
                 "end_sessions", "end_other_sessions"):  # fmt: skip
        assert getattr(app.view_functions[f"accounts.{name}"], "steps_up", False), name
    carrying = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "steps_up", False)
        and getattr(app.view_functions[rule.endpoint], "carries_file", False)
    ]
    assert {"payments.pay_instalment", "payments.request_reversal"} <= set(carrying)


def test_no_page_holds_a_password(client: FlaskClient, administrator: Actor) -> None:
    """The form of a new password is asked for before it opens; one that lay open too long is typed again."""
    sign_in_before(client, administrator, 6)
    assert client.get("/account/password").location == "/sign-in/second-factor?next=/account/password"
    typed = {"current": PASSWORD, "password": "one of my own words", "repeated": "one of my own words"}
    late = client.post("/account/password", data=typed | {"form_token": token()})
    assert late.location == "/sign-in/second-factor?next=/account/password"
    page = client.get(late.location).text
    assert "passwords are not kept" in page and "my own words" not in page and PASSWORD not in page
    with app_shows() as code:
        given = client.post(late.location, data={"factor-code": code, "factor-form_token": token()})
    assert given.location == "/account/password"
    assert client.post("/account/password", data=typed | {"form_token": token()}).location == "/account/"


def test_what_is_kept_in_a_page_is_no_secret(client: FlaskClient, administrator: Actor, caseworker: Actor) -> None:
    sign_in_before(client, administrator, 6)
    secrets = {"current": "first secret", "password": "second secret", "repeated": "third secret"}
    sent = {"form_token": token(), "version": "1", "currency": "UAH"} | secrets
    asked = client.post(f"/admin/users/{caseworker.id}/deactivate", data=sent)
    assert ASKED in asked.text and "secret" not in asked.text.partition("<main")[2]
    assert fields_of(asked.text)["currency"] == ["UAH"]
