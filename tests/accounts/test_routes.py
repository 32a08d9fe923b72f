"""The pages of signing in, the own account and the administration, through a browser without JavaScript."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.accounts import commands, confirmations, page_queries, queries
from casetracker.core.permissions import Role
from tests.factories.accounts import PASSWORD, People, make_people, make_user, sign_in, sign_out

NEW_PASSWORD = "a quite different sentence"


@pytest.fixture
def people(app: Flask) -> People:
    """Everybody."""
    return make_people()


def form(**values: object) -> dict[str, object]:
    """What a browser sends: the values and a one-time token."""
    return {"form_token": secrets.token_hex(16), **values}


def links(outbox: Path) -> list[str]:
    """The one-time links that were mailed, oldest first."""
    mails = sorted(outbox.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [found for path in mails for found in re.findall(r"/invitation/[\w-]+", path.read_text())]


def test_sign_in_and_out(client: FlaskClient, people: People) -> None:
    answer = client.post("/sign-in?next=/account/", data=form(email="Administrator@Example.org", password=PASSWORD))
    assert answer.status_code == 302 and answer.location == "/account/"
    assert client.get("/account/").location == "/account/second-factor"
    assert client.get("/account/second-factor").status_code == 200
    cookie = client.get_cookie("casetracker")
    assert cookie is not None
    assert client.post("/sign-out", data=form()).status_code == 302
    client.set_cookie("casetracker", cookie.value)
    assert client.get("/account/").location.startswith("/sign-in?"), "a copied cookie opens nothing"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\tb"])
def test_sign_in_leads_to_no_other_site(client: FlaskClient, people: People, wanted: str) -> None:
    data = form(email=people.administrator.name.lower() + "@example.org", password=PASSWORD)
    answer = client.post("/sign-in", query_string={"next": wanted}, data=data)
    assert answer.status_code == 302 and answer.location == "/"


def test_unknown_and_wrong_get_the_same_answer(client: FlaskClient, people: People) -> None:
    def answer(email: str) -> str:
        text = client.post("/sign-in", data=form(email=email, password="something that is wrong")).text
        text = re.sub(r'name="form_token" value="\w+"', "", text)
        return text.replace(email, "")

    assert answer("administrator@example.org") == answer("nobody-knows-me@example.org")


def test_too_many_failures_are_throttled(client: FlaskClient, people: People) -> None:
    for _number in range(10):
        answer = client.post("/sign-in", data=form(email="nobody@example.org", password="x"))
        assert answer.status_code == 422
    answer = client.post("/sign-in", data=form(email="nobody@example.org", password="x"))
    assert answer.status_code == 429 and "Too many attempts" in answer.text
    data = form(email="administrator@example.org", password=PASSWORD)
    assert client.post("/sign-in", data=data).status_code == 429, "the address has to wait as well"
    from_elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.post("/sign-in", data=data, environ_base=from_elsewhere).status_code == 302
    data = form(email="nobody@example.org", password=PASSWORD)
    assert client.post("/sign-in", data=data, environ_base=from_elsewhere).status_code == 429, "and the account"


def test_deactivation_ends_sessions_at_once(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in(client, people.caseworker_kyiv)
    assert client.get("/account/").status_code == 200
    admin = sign_in(app.test_client(), people.administrator)
    user = queries.get_user(people.caseworker_kyiv.id)
    answer = admin.post(f"/admin/users/{user.id}/deactivate", data=form(version=user.version))
    assert answer.status_code == 302
    assert client.get("/account/").status_code == 302
    answer = client.post("/sign-in", data=form(email="caseworker.kyiv@example.org", password=PASSWORD))
    assert answer.status_code == 422


def test_own_password(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in(client, people.caseworker_kyiv)
    other = sign_in(app.test_client(), people.caseworker_kyiv)
    values = {"current": PASSWORD, "password": "short", "repeated": "short"}
    assert "at least 15 characters" in client.post("/account/password", data=form(**values)).text
    values = {"current": PASSWORD, "password": NEW_PASSWORD, "repeated": "another"}
    assert "not the same" in client.post("/account/password", data=form(**values)).text
    values = {"current": "wrong", "password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    assert "not your current password" in client.post("/account/password", data=form(**values)).text
    values = {"current": PASSWORD, "password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    assert client.post("/account/password", data=form(**values)).status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    sign_out(client)
    data = form(email="caseworker.kyiv@example.org", password=NEW_PASSWORD)
    assert client.post("/sign-in", data=data).status_code == 302


def test_own_sessions_and_name(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in(client, people.supervisor_kyiv)
    other = sign_in(app.test_client(), people.supervisor_kyiv)
    page = client.get("/account/").text
    assert "This browser" in page
    found = re.search(r'name="session" value="(\w+)"', page)
    assert found
    assert client.post("/account/sessions/end", data=form(session=found[1])).status_code == 302
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200
    answer = client.post("/account/name", data=form(name="Olena Koval", version=1))
    assert answer.status_code == 302 and "Olena Koval" in client.get("/account/").text


def test_nobody_ends_the_sessions_of_others(app: Flask, client: FlaskClient, people: People) -> None:
    other = sign_in(app.test_client(), people.supervisor_kyiv)
    other_hash = page_queries.list_sessions(people.supervisor_kyiv.id)[0].id_hash
    sign_in(client, people.caseworker_kyiv)
    assert client.post("/account/sessions/end", data=form(session=other_hash)).status_code == 422
    assert other.get("/account/").status_code == 200


def test_invitation_works_once(client: FlaskClient, people: People, outbox: Path) -> None:
    sign_in(client, people.administrator)
    before = len(links(outbox))
    values = {
        "name": "Mari Maasikas",
        "email": "mari@example.org",
        "role": "caseworker",
        "office": people.tallinn,
    }
    answer = client.post("/admin/users/new", data=form(**values))
    assert answer.status_code == 302
    (link,) = links(outbox)[before:]
    assert link not in client.get(answer.location).text, "the inviter never sees the link"
    sign_out(client)
    assert client.post("/sign-in", data=form(email="mari@example.org", password="")).status_code == 422
    assert client.get("/invitation").status_code == 404 and client.get(link).location == "/invitation"
    page = client.get("/invitation").text
    assert "mari@example.org" in page and link.rpartition("/")[2] not in page
    assert "at least 15" in client.post("/invitation", data=form(password="short", repeated="short")).text
    data = form(password=NEW_PASSWORD, repeated=NEW_PASSWORD)
    assert client.post("/invitation", data=data).status_code == 302
    assert client.get(link).status_code == 404
    assert client.post("/invitation", data=form(password=PASSWORD, repeated=PASSWORD)).status_code == 404
    assert client.get("/invitation/nonsense").text == client.get(link).text
    assert client.post("/sign-in", data=form(email="mari@example.org", password=NEW_PASSWORD)).status_code == 302


def test_a_deciding_role_waits_for_a_second_person(
    app: Flask, client: FlaskClient, people: People, outbox: Path
) -> None:
    sign_in(client, people.administrator)
    before = len(links(outbox))
    values = {"name": "Ivan", "email": "ivan@example.org", "role": "supervisor", "office": people.kyiv}
    assert "second person" in client.post("/admin/users/new", data=form(**values), follow_redirects=True).text
    assert links(outbox)[before:] == []
    (waiting,) = confirmations.list_waiting(people.administrator)
    change, version = waiting.change.id, waiting.change.version
    path = f"/admin/confirmations/{change}/confirm"
    assert client.post(path, data=form(version=version)).status_code == 422, "not by who asked"
    kyiv = sign_in(app.test_client(), people.supervisor_kyiv)
    assert kyiv.post(path, data=form(version=version)).status_code == 422, "not by the own office's supervisor"
    page = kyiv.get("/admin/confirmations/").text
    assert "Supervisor Tallinn (Tallinn)" in page and "Administrator2" in page
    tallinn = sign_in(app.test_client(), people.supervisor_tallinn)
    assert "Ivan is to have the role: Supervisor, office: Kyiv" in tallinn.get("/admin/confirmations/").text
    assert tallinn.post(path, data=form(version=version)).status_code == 302
    assert len(links(outbox)[before:]) == 1
    user = queries.find_user_by_email("ivan@example.org")
    assert user is not None and user.is_active and user.role == Role.SUPERVISOR
    assert "Decided lately" in tallinn.get("/admin/confirmations/").text


def test_refused_change_changes_nothing(app: Flask, client: FlaskClient, people: People) -> None:
    user = queries.get_user(people.caseworker_kyiv.id)
    cmd = commands.ChangeRole(user_id=user.id, version=user.version, role=Role.FINANCE_OFFICER, office_id=people.kyiv)
    assert commands.change_role(cmd, actor=people.administrator) == commands.WAITS
    (waiting,) = confirmations.list_waiting(people.administrator)
    sign_in(client, people.administrator2)
    path = f"/admin/confirmations/{waiting.change.id}/refuse"
    version = waiting.change.version
    assert client.get(path).status_code == 200
    assert client.post(path, data=form(version=version, reason=" ")).status_code == 422
    assert client.post(path, data=form(version=version, reason="Too early")).status_code == 302
    assert "Too early" in client.get("/admin/confirmations/").text
    assert queries.get_user(people.caseworker_kyiv.id).role == Role.CASEWORKER
    assert client.post(path, data=form(version=version, reason="Again")).status_code == 409


def test_offices(client: FlaskClient, people: People) -> None:
    sign_in(client, people.administrator)
    values = {"name": "Riga", "country": "LV", "zone": "Europe/Riga", "is_sending": "yes"}
    assert client.post("/admin/offices/new", data=form(**values)).status_code == 302
    assert "called so already" in client.post("/admin/offices/new", data=form(**values)).text
    values["name"], values["is_sending"] = "Liepaja", ""
    assert "Please tick one" in client.post("/admin/offices/new", data=form(**values)).text
    office = next(office for office in queries.list_offices() if office.name == "Riga")
    path = f"/admin/offices/{office.id}"
    assert "Riga" in client.get(path).text
    edited = {"name": "Rīga", "zone": "Europe/Riga", "is_sending": "yes", "is_receiving": "yes", "version": 1}
    assert client.post(path, data=form(**edited)).status_code == 302
    assert client.post(path, data=form(**edited)).status_code == 409
    assert client.post(f"{path}/deactivate", data=form(version=2)).status_code == 302
    assert client.post(f"{path}/reactivate", data=form(version=3)).status_code == 302
    kyiv = queries.get_office(people.kyiv)
    answer = client.post(f"/admin/offices/{kyiv.id}/deactivate", data=form(version=kyiv.version))
    assert answer.status_code == 422 and "still work in this office" in answer.text


def test_people_are_listed_and_filtered(client: FlaskClient, people: People) -> None:
    sign_in(client, people.administrator)
    page = client.get("/admin/users/").text
    assert "supervisor.kyiv@example.org" in page
    page = client.get("/admin/users/", query_string={"q": "KYIV", "role": "supervisor", "active": "1"}).text
    assert "supervisor.kyiv@example.org" in page and "caseworker.kyiv@example.org" not in page
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/users/nobody").status_code == 404


def test_own_role_cannot_be_changed(client: FlaskClient, people: People) -> None:
    sign_in(client, people.administrator)
    own = f"/admin/users/{people.administrator.id}"
    assert "Nobody may change the own role" in client.get(own).text
    answer = client.post(f"{own}/role", data=form(version=1, role="caseworker", office=people.kyiv))
    assert answer.status_code == 422 and "Nobody may change the own role" in answer.text
    answer = client.post(f"{own}/deactivate", data=form(version=1))
    assert answer.status_code == 422


def test_mandates_and_clearance(client: FlaskClient, people: People) -> None:
    sign_in(client, people.administrator)
    path = f"/admin/users/{people.auditor.id}"
    days = {"valid_from": "2026-01-01", "valid_until": "2026-12-31"}
    answer = client.post(f"{path}/mandates/new", data=form(asylum_clearance="yes", **days))
    assert answer.status_code == 422 and "names the sending offices" in answer.text
    backwards = {"valid_from": "2026-12-31", "valid_until": "2026-01-01"}
    assert "before the first" in client.post(f"{path}/mandates/new", data=form(**backwards)).text
    answer = client.post(f"{path}/mandates/new", data=form(offices=["nowhere"], **days))
    assert answer.status_code == 422
    answer = client.post(f"{path}/mandates/new", data=form(offices=[people.tallinn], asylum_clearance="yes", **days))
    assert answer.status_code == 302
    page = client.get(path).text
    assert "Tallinn" in page and "Clearance for asylum data" in page
    for mandate in page_queries.list_mandate_rows(people.auditor.id):
        answer = client.post(f"/admin/mandates/{mandate.id}/revoke", data=form(version=1))
        assert answer.status_code == 302
    assert not queries.get_actor(people.auditor.id).asylum_clearance
    other = f"/admin/users/{people.caseworker_kyiv.id}/mandates/new"
    assert client.get(other).status_code == 404


def test_substitute(client: FlaskClient, people: People) -> None:
    sign_in(client, people.supervisor_kyiv)
    assert "no other supervisor" in client.get("/account/substitute").text
    values = {
        "substitute": people.supervisor_tallinn.id,
        "valid_from": "2099-01-01",
        "valid_until": "2099-01-02",
    }
    assert client.post("/account/substitute", data=form(**values)).status_code == 422


BAD = ["", " ", "x" * 5000, "a\x00b", "\ud800", "9" * 30, "0000-01-01", "9999-12-31", "-1", "1 234,50"]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/sign-in", ("email", "password")),
        ("/account/name", ("name", "version")),
        ("/account/password", ("current", "password", "repeated")),
        ("/account/sessions/end", ("session",)),
        ("/admin/offices/new", ("name", "country", "zone", "is_sending")),
        ("/admin/users/new", ("name", "email", "role", "office")),
        ("/admin/users/{auditor}/role", ("role", "office", "version")),
        ("/admin/users/{auditor}/mandates/new", ("offices", "valid_from", "valid_until")),
        ("/admin/users/{auditor}/deactivate", ("version",)),
        ("/admin/offices/{office}", ("name", "zone", "version")),
    ],
)
def test_bad_input_gets_a_sentence(client: FlaskClient, people: People, path: str, names: tuple[str, ...]) -> None:
    if path != "/sign-in":
        sign_in(client, people.administrator)
    path = path.format(auditor=people.auditor.id, office=people.kyiv)
    for bad in BAD:
        value = bad.encode("utf-8", "surrogatepass")
        for data in (dict.fromkeys(names, value), {name: [value, value] for name in names}):
            answer = client.post(path, data={**data, "form_token": secrets.token_hex(16)})
            assert 400 <= answer.status_code < 500, (bad, answer.status_code)
            assert "<h1" in answer.text


def test_bad_input_of_supervisors_and_the_invited(client: FlaskClient, people: People, outbox: Path) -> None:
    make_user("second.kyiv@example.org", Role.SUPERVISOR, people.kyiv)
    invitation = commands.InviteUser(
        email="new@example.org", name="New", role=Role.FINANCE_OFFICER, office_id=people.tallinn
    )
    commands.invite_user(invitation, actor=people.administrator)
    commands.send_link(commands.SendLink(user_id=people.caseworker_kyiv.id), actor=people.administrator)
    (waiting,) = confirmations.list_waiting(people.supervisor_kyiv)
    sign_in(client, people.supervisor_kyiv)
    client.get(links(outbox)[-1])
    pages = {
        "/invitation": ("password", "repeated"),
        "/account/substitute": ("substitute", "valid_from", "valid_until"),
        "/account/substitute/nobody/end": ("version",),
        f"/admin/confirmations/{waiting.change.id}/confirm": ("version",),
        f"/admin/confirmations/{waiting.change.id}/refuse": ("version", "reason"),
        f"/admin/confirmations/{waiting.change.id}/withdraw": ("version",),
    }
    for path, names in pages.items():
        for bad in BAD:
            value = bad.encode("utf-8", "surrogatepass")
            data = {**dict.fromkeys(names, value), "form_token": secrets.token_hex(16)}
            answer = client.post(path, data=data)
            assert 400 <= answer.status_code < 500, (path, bad, answer.status_code)
    assert len(confirmations.list_waiting(people.supervisor_kyiv)) == 1


def test_names_are_found_in_any_case_and_script(client: FlaskClient, people: People) -> None:
    make_user("o@example.org", Role.CASEWORKER, people.kyiv, name="Олена Коваль")
    make_user("p@example.org", Role.CASEWORKER, people.kyiv, name="100 % Õunapuu_")
    found = {
        wanted: [row.user.email for row in page_queries.list_users(search=wanted)]
        for wanted in ("ОЛЕНА", "õUNA", "%", "_", "O@EXAMPLE")
    }
    assert found == {
        "ОЛЕНА": ["o@example.org"],
        "õUNA": ["p@example.org"],
        "%": ["p@example.org"],
        "_": ["p@example.org"],
        "O@EXAMPLE": ["o@example.org"],
    }
