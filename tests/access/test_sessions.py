"""Sessions that end, forms from elsewhere, headers, files that are not what they say, texts that a sheet would run."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image, PngImagePlugin
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from casetracker.accounts import commands as accounts
from casetracker.accounts import confirmations
from casetracker.accounts.models import User
from casetracker.cases import commands as cases
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.demo.walk import version_of
from casetracker.documents.models import Document
from casetracker.dossiers.queries import sight_of
from casetracker.programmes.states import ApplicantRole
from tests.access.test_every_address import Places, methods, rules
from tests.access.test_four_eyes import state
from tests.access.world import World, undone
from tests.disbursements.test_routes import token
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.cases import person_entry
from tests.factories.documents import pdf_bytes

COOKIE = "casetracker"
MEBIBYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def _nothing_stays(world: World) -> Iterator[None]:
    with undone(world.app):
        yield


def with_cookie_of(world: World, client: FlaskClient) -> FlaskClient:
    """Another browser with a copy of this one's cookie."""
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    copy = world.app.test_client()
    copy.set_cookie(COOKIE, cookie.value)
    return copy


def test_a_copied_cookie_is_worth_nothing_after_sign_out(world: World) -> None:
    client = world.client("caseworker_kyiv")
    copy = with_cookie_of(world, client)
    assert copy.get("/cases/").status_code == 200
    assert client.post("/sign-out").status_code == 302
    for browser in (copy, client):
        assert browser.get("/cases/").location.startswith("/sign-in")
        assert browser.post("/cases/new").location.startswith("/sign-in")


def test_who_signs_in_anew_leaves_no_session_behind(world: World) -> None:
    client = world.client("caseworker_kyiv")
    copy = with_cookie_of(world, client)
    person = db.session.get_one(User, world.people["caseworker_riga"].id)
    typed = {"email": person.email, "password": PASSWORD, "form_token": token()}
    assert client.post("/sign-in", data=typed).status_code == 302
    assert copy.get("/cases/").location.startswith("/sign-in")


def test_deactivated_in_mid_session(world: World) -> None:
    client, actor = world.client("caseworker_kyiv"), world.people["caseworker_kyiv"]
    assert client.get("/cases/").status_code == 200
    cmd = accounts.SwitchUser(user_id=actor.id, version=version_of(User, actor.id))
    accounts.deactivate_user(cmd, actor=world.people["administrator"])
    assert client.get("/cases/").location.startswith("/sign-in")
    assert client.post(f"/cases/{world.cases['accepted']}/notes/new").location.startswith("/sign-in")


def test_another_role_or_office_in_mid_session(world: World) -> None:
    """What the former role could is gone at the next request, not at the next sign-in."""
    client, actor = world.client("supervisor_kyiv"), world.people["supervisor_kyiv"]
    assert client.get("/approvals/").status_code == 200
    lviv = world.people["caseworker_lviv"].office_id
    cmd = accounts.ChangeRole(
        user_id=actor.id, version=version_of(User, actor.id), role=Role.CASEWORKER, office_id=lviv
    )
    accounts.change_role(cmd, actor=world.people["administrator"])
    second = world.people["administrator2"]
    for waiting in confirmations.list_waiting(second):
        confirm = confirmations.ConfirmChange(change_id=waiting.change.id, version=waiting.change.version)
        confirmations.confirm_change(confirm, actor=second)
    for path in ("/approvals/", f"/cases/{world.cases['accepted']}"):
        answer = client.get(path)
        assert answer.status_code in (302, 404), path
    browser = world.client("supervisor_kyiv")  # the stale value of the test stands for nothing
    assert browser.get("/approvals/").status_code == 404
    assert browser.get(f"/cases/{world.cases['accepted']}").status_code == 404
    assert browser.get(f"/cases/{world.cases['other']}").status_code == 200


def test_no_post_without_its_secret(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every address that changes something refuses a form that another site could have sent."""
    monkeypatch.setitem(world.app.config, "WTF_CSRF_ENABLED", True)
    places = Places(world)
    clients = {who: world.client(who) for who in ("supervisor_tallinn", "administrator")}
    before, tried = state(), set()
    signing = [rule for rule in world.app.url_map.iter_rules() if rule.endpoint.startswith("accounts.sign_")]
    for rule in [*rules(world), *signing]:
        if "POST" not in methods(rule):
            continue
        path = next(places.fill(rule, world.cases["accepted"]))
        for client, sent in zip(clients.values(), ({}, {"csrf_token": "nothing", "form_token": token()}), strict=True):
            answer = client.post(path, data=sent)
            assert answer.status_code == 400, (path, answer.status_code)
        tried.add(rule.endpoint)
    assert len(tried) > 80 and "accounts.sign_in" in tried and "accounts.sign_out" in tried
    assert state() == before


ELSEWHERE = ("https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
             "javascript:alert(1)", "/%0d%0aX: y", "///evil.example", "http:evil.example", "/\n/evil.example",
             " //evil.example", "evil.example")  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_sign_in_leads_nowhere_else(world: World, wanted: str) -> None:
    make_user("next@example.org", Role.CASEWORKER, world.people["caseworker_kyiv"].office_id)
    client = world.app.test_client()
    sent = {"email": "next@example.org", "password": PASSWORD, "form_token": token()}
    answer = client.post("/sign-in", query_string={"next": wanted}, data=sent)
    assert answer.status_code == 302
    place = answer.location
    assert place.startswith("/") and not place.startswith(("//", "/\\")) and "\t" not in place and "\n" not in place


def test_headers_on_every_answer(world: World) -> None:
    client, case = world.client("auditor"), world.cases["accepted"]
    document = db.session.scalars(select(Document.id).where(Document.dossier_id == world.ids[case])).first()
    page = client.get("/cases/")
    asset = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    answers = [
        page, client.get(asset), client.get("/static/nothing.css"), client.get("/nothing"), client.delete("/cases/"),
        client.get(f"/cases/{case}/documents/{document}"), client.post(f"/audit/{case}/export/json"),
        client.post("/sign-in", data=b"\xff" * 10), client.get("/sign-in"), client.get("/health"),
        world.app.test_client().get("/cases/"), client.post("/sign-in", data={"x": "y" * 3 * MEBIBYTE}),
    ]  # fmt: skip
    for answer in answers:
        where = (answer.request.path, answer.status_code)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], where
        assert "unsafe" not in answer.headers["Content-Security-Policy"], where
        assert answer.headers["X-Content-Type-Options"] == "nosniff", where
        assert answer.headers["X-Frame-Options"] == "DENY", where
        assert answer.headers["Referrer-Policy"] == "same-origin", where
        if not answer.request.path.startswith("/assets/"):
            assert answer.headers["Cache-Control"] in ("no-store", "no-cache"), where
            assert answer.headers["Cache-Control"] == "no-store" or answer.request.path.startswith("/static"), where
        for cookie in answer.headers.getlist("Set-Cookie"):
            assert "HttpOnly" in cookie and "SameSite=Lax" in cookie, where
    assert answers[5].headers["Content-Security-Policy"].startswith("sandbox")
    assert answers[5].headers["Content-Disposition"].startswith("attachment")
    assert answers[6].headers["Content-Disposition"].startswith("attachment")


def picture(width: int = 8, height: int = 8, mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height)).save(out, "PNG", **options)
    return out.getvalue()


def many_words() -> PngImagePlugin.PngInfo:
    """A text that is small in the file and large in memory."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "a" * 70 * MEBIBYTE, zip=True)
    return info


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 dots wide and high."""
    small = bytearray(picture(mode="L"))
    small[16:24] = (60_000).to_bytes(4, "big") * 2
    small[29:33] = zlib.crc32(small[12:29]).to_bytes(4, "big")
    return bytes(small)


def send(world: World, name: str, content: bytes) -> tuple[int, str, Document | None]:
    """Status, text and what was stored."""
    client, case = world.client("caseworker_tallinn"), world.cases["own"]
    sent = {"form_token": token(), "kind": "other", "title": "Sent in a test", "person": "", "day": "",
            "file": FileStorage(io.BytesIO(content), name)}  # fmt: skip
    kind, body = encode_multipart(sent)  # the client's own way leaves a file open
    address = f"/cases/{case}/documents/new"
    answer = client.post(address, data=body, content_type=f'multipart/form-data; boundary="{kind}"')
    found = db.session.scalars(select(Document).where(Document.title == "Sent in a test")).one_or_none()
    return answer.status_code, answer.text, found


HTML = b"<!doctype html><script>alert(1)</script>"
REFUSED = {
    "a page called PDF": ("page.pdf", HTML),
    "a page called picture": ("page.png", HTML),
    "a program": ("run.exe", b"MZ" + b"\0" * 100),
    "svg": ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    "zip called PDF": ("archive.pdf", b"PK\x03\x04" + b"\0" * 100),
    "gif called picture": ("moving.png", b"GIF89a" + b"\0" * 100),
    "head of a PDF alone": ("head.pdf", b"%PDF-1.7\n" + HTML),
    "half a picture": ("half.png", picture(200, 200)[:120]),
    "eleven megabytes": ("large.pdf", pdf_bytes("large") + b"\0" * 11 * MEBIBYTE),
    "too many dots": ("wide.png", bomb()),
    "too many words": ("words.png", picture(pnginfo=many_words())),
    "nothing": ("nothing.pdf", b""),
}


@pytest.mark.parametrize("what", REFUSED)
def test_files_that_are_not_what_they_say(world: World, what: str) -> None:
    status, text, found = send(world, *REFUSED[what])
    assert (status, found) == (422, None)
    assert "is-invalid" in text or "errors" in text or 'aria-invalid="true"' in text


def test_more_than_the_server_takes(world: World) -> None:
    status, _text, found = send(world, "large.pdf", b"\0" * 17 * MEBIBYTE)
    assert (status, found) == (413, None)


@pytest.mark.parametrize("name", ["../../../../etc/cron.d/evil.pdf", "C:\\evil.pdf", "/etc/passwd.pdf", "..pdf.pdf"])
def test_a_path_in_the_name_leads_nowhere(world: World, name: str) -> None:
    status, _text, found = send(world, name, pdf_bytes("path"))
    assert status in (302, 422)
    if found is not None:
        assert found.storage_key.isalnum()
        client = world.client("caseworker_tallinn")
        answer = client.get(f"/cases/{world.cases['own']}/documents/{found.id}")
        assert "evil" not in str(answer.headers) and ".." not in answer.headers["Content-Disposition"]


def test_a_picture_that_is_also_a_page(world: World) -> None:
    """Pictures are written anew: what hung on them is gone, so is what the camera wrote."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    status, _text, found = send(world, "both.png", picture(pnginfo=info) + HTML)
    assert status == 302 and found is not None
    client = world.client("caseworker_tallinn")
    answer = client.get(f"/cases/{world.cases['own']}/documents/{found.id}")
    assert answer.status_code == 200 and b"script" not in answer.data
    assert answer.content_type == "image/png" and answer.headers["Content-Disposition"].startswith("attachment")


FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "|calc", "%0A=1", "＝1+1", " =1+1")


def test_no_text_of_an_export_runs_in_a_sheet(world: World) -> None:
    people, reference = world.people, world.cases["own"]
    dossier_id = sight_of(people["caseworker_tallinn"], reference).dossier_id
    for number, formula in enumerate(FORMULAS):
        entry = person_entry(
            formula, ApplicantRole.OTHER_DEPENDANT, birth_date=date(1990, 1, 1 + number), family_name=formula
        )
        try:
            cmd = cases.AddPerson(dossier_id=dossier_id, entry=entry)
            cases.add_person(cmd, actor=people["caseworker_tallinn"])
        except Exception as error:
            assert type(error).__name__ == "Refused", error
    answer = world.client("auditor").post(f"/audit/{reference}/export/csv")
    assert answer.status_code == 200 and answer.content_type.startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row]
    assert sum("1+1" in cell for cell in cells) > 4
    for cell in cells:
        begins = cell.lstrip("\ufeff\t\r\n \u00a0\u200b")[:1]
        assert begins not in "=+-@|%＝＋－＠" or begins == "" or (cell.startswith("-") and cell[1:].isdigit()), cell


def test_rows_of_the_test_are_undone(world: World) -> None:
    """What the tests before wrote is not there: they cannot lean on each other."""
    query = select(func.count()).select_from(Document).where(Document.title == "Sent in a test")
    assert db.session.execute(query).scalar_one() == 0
