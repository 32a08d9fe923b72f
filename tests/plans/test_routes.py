"""The plan's pages through a browser without JavaScript, bad input included."""

from __future__ import annotations

import io
import re
import secrets
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from casetracker.core.commands import command
from casetracker.core.db import db
from casetracker.plans import queries
from casetracker.plans.commands import write_grants_gone
from casetracker.plans.models import ContributionProof, PlanActivity, PlanFunding, PlanLine, PlanVersion, PoolAgreement
from tests.factories import plans
from tests.factories.accounts import make_people, sign_in
from tests.factories.documents import pdf_bytes
from tests.factories.plans import Granted, Planned

BAD_TEXT = ("", "\x00", "x" * 5000)
BAD_AMOUNTS = ("-1", "1.005", "abc", "9" * 30, str(2**63), "\x00")


@pytest.fixture
def granted(client: FlaskClient) -> Granted:
    granted = plans.granted_family(make_people())
    sign_in(client, granted.people.caseworker_kyiv)
    return granted


def send(client: FlaskClient, address: str, **data: Any) -> TestResponse:
    """Open the form, then send it with its own hidden fields and what is given."""
    page = client.get(address)
    assert page.status_code == 200, (address, page.status_code)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    return client.post(address, data={**hidden, "form_token": secrets.token_hex(16), **data})


def test_a_plan_from_nothing_to_submission(client: FlaskClient, granted: Granted) -> None:
    base = f"/cases/{granted.family.reference}/plan"
    family = granted.family
    assert "no activity yet" in client.get(base).text
    answer = send(
        client, f"{base}/activities/new", kind="business", title="Playroom", place="Kramatorsk",
        beneficiaries=[family.principal, family.spouse], feasibility="The town has none.",
    )  # fmt: skip
    assert answer.status_code == 302
    activity = plans.facts(granted).activities[0]
    answer = send(
        client, f"{base}/activities/{activity.id}/lines/new", description="Renovation", quantity="3",
        unit_price="1 000,00", unit_currency="EUR", frequency="once",
    )  # fmt: skip
    assert answer.status_code == 302, answer.text
    line = plans.facts(granted).lines[0]
    assert line.amount == 3_000_00
    funding = client.get(f"{base}/lines/{line.id}/funding").text
    keys = re.findall(r'name="(parts-\d+)-key" value="([^"]*)"', funding)
    amounts = {f"grant:{granted.grants[family.principal]}": "1,800.00", "own_cash": "1200"}
    rows = {f"{name}-amount": amounts.get(key, "") for name, key in keys}
    assert send(client, f"{base}/lines/{line.id}/funding", **rows).status_code == 302
    assert "Agreement missing" in client.get(base).text
    assert "signed agreement of" in send(client, f"{base}/submit").text
    answer = send(
        client, f"{base}/lines/{line.id}/agreements/{family.principal}", agreed_on="2026-01-05",
        file=(io.BytesIO(pdf_bytes("agreed")), "agreed.pdf"),
    )  # fmt: skip
    assert answer.status_code == 302, answer.text
    correct = f"{base}/lines/{line.id}/agreements/{family.principal}/correct"
    assert correct in client.get(base).text
    assert send(client, correct, agreed_on="2026-01-04", reason=" ").status_code == 422
    assert send(client, correct, agreed_on="2026-01-04", reason="The date on the paper").status_code == 302
    assert client.get(correct.replace(family.principal, family.older_child)).status_code == 404
    assert send(client, f"{base}/submit").status_code == 302
    page = client.get(base).text
    assert "Waiting for validation" in page and "Take back" in page
    assert "Renovation" in client.get(f"{base}/versions/1").text
    assert send(client, f"{base}/recall").status_code == 302


def test_lines_and_activities_are_edited_and_removed(client: FlaskClient, granted: Granted) -> None:
    planned = plans.playroom_plan(granted)
    base = f"/cases/{granted.family.reference}/plan"
    answer = send(
        client, f"{base}/lines/{planned.fees}", description="Fees", quantity="1", unit_price="70",
        unit_currency="EUR", frequency="monthly", times="12",
    )  # fmt: skip
    assert answer.status_code == 302, answer.text
    assert "840.00" in client.get(base).text
    answer = send(
        client, f"{base}/activities/{planned.playroom}", kind="business", title="Play and parties", place="",
        beneficiaries=[granted.family.principal], feasibility="",
    )  # fmt: skip
    assert answer.status_code == 302
    assert "nothing is said about whether it can work" in client.get(base).text
    assert send(client, f"{base}/lines/{planned.rent}/remove").status_code == 302
    assert send(client, f"{base}/activities/{planned.schooling}/remove").status_code == 302
    assert len(plans.facts(granted).lines) == 2


def test_versions_say_what_changed(client: FlaskClient) -> None:
    planned = plans.approved_plan(make_people())
    granted = planned.granted
    sign_in(client, granted.people.caseworker_kyiv)
    plans.line(granted, planned.schooling, "Books", 50_00)
    plans.fund(granted, plans.facts(granted).lines[-2].id, {granted.family.older_child: 50_00})
    plans.submit(granted)
    page = client.get(f"/cases/{granted.family.reference}/plan/versions/2").text
    assert "Line “Books” was added: 50.00" in page
    assert "Finally approved" in client.get(f"/cases/{granted.family.reference}/plan/versions/1").text
    for number in (7, 2**31, 2**63):
        assert client.get(f"/cases/{granted.family.reference}/plan/versions/{number}").status_code == 404


@pytest.mark.parametrize("bad", BAD_TEXT)
def test_bad_words_in_an_activity(client: FlaskClient, granted: Granted, bad: str) -> None:
    address = f"/cases/{granted.family.reference}/plan/activities/new"
    good = {"kind": "other", "title": "Title", "place": "Here", "feasibility": "Yes",
            "beneficiaries": [granted.family.principal]}  # fmt: skip
    data = {**good, "title": bad}
    answer = client.post(address, data={**data, "form_token": secrets.token_hex(16)})
    assert answer.status_code == 422 and "Here" in answer.text
    for name, value in {"kind": "cash", "beneficiaries": ["nobody"], "form_token": ""}.items():
        answer = client.post(address, data={"form_token": secrets.token_hex(16), **good, name: value})
        assert answer.status_code == 422, name
    assert db.session.query(PlanActivity).count() == 0


@pytest.mark.parametrize("bad", BAD_AMOUNTS)
def test_bad_amounts(client: FlaskClient, granted: Granted, bad: str) -> None:
    planned = plans.playroom_plan(granted)
    base = f"/cases/{granted.family.reference}/plan"
    before = plans.facts(granted)
    for name in ("unit_price", "quantity"):
        data = {"description": "Paint", "quantity": "2", "unit_price": "10", "unit_currency": "EUR",
                "frequency": "once", name: bad}  # fmt: skip
        answer = send(client, f"{base}/activities/{planned.playroom}/lines/new", **data)
        assert answer.status_code == 422 and "Paint" in answer.text, (name, bad)
    answer = send(client, f"{base}/lines/{planned.rent}/funding", **{"parts-0-amount": bad})
    assert answer.status_code == 422
    assert plans.facts(granted) == before


def test_bad_numbers_of_a_line(client: FlaskClient, granted: Granted) -> None:
    planned = plans.playroom_plan(granted)
    address = f"/cases/{granted.family.reference}/plan/activities/{planned.playroom}/lines/new"
    good = {
        "description": "Paint",
        "quantity": "2",
        "unit_price": "10",
        "unit_currency": "EUR",
        "frequency": "once",
    }
    bad = {
        "quantity": ("0", "100001"),
        "unit_currency": ("XXX", ""),
        "frequency": ("daily",),
        "provider": ("x",),
    }
    for name, values in bad.items():
        for value in values:
            assert send(client, address, **{**good, name: value}).status_code == 422, (name, value)
    answer = send(client, address, **{**good, "frequency": "monthly"})
    assert answer.status_code == 422 and "how many months" in answer.text
    answer = send(client, address, **{**good, "quantity": "100000", "unit_price": "10000000000"})
    assert answer.status_code == 422 and "more than can be kept" in answer.text
    assert db.session.query(PlanLine).count() == 4


def test_foreign_sources(client: FlaskClient, granted: Granted) -> None:
    planned = plans.playroom_plan(granted)
    address = f"/cases/{granted.family.reference}/plan/lines/{planned.rent}/funding"
    before = db.session.query(PlanFunding).count()
    for key in ("grant:nothing", "nobody", "grant:", "grant", "own_cash:x", ""):
        answer = send(client, address, **{"parts-0-key": key, "parts-0-amount": "5"})
        assert answer.status_code in (302, 422), key
    assert send(client, address, **{"parts-0-key": "grant:nothing", "parts-0-amount": "5"}).status_code == 422
    assert client.post(address, data={"version": "x"}).status_code == 422
    assert db.session.query(PlanFunding).count() == before


def test_others_have_no_such_pages(client: FlaskClient, granted: Granted) -> None:
    planned = plans.playroom_plan(granted)
    base = f"/cases/{granted.family.reference}/plan"
    sign_in(client, granted.people.auditor)
    assert client.get(base).status_code == 200
    for address in ("/activities/new", f"/lines/{planned.rent}", f"/lines/{planned.rent}/funding", "/submit"):
        assert client.get(base + address).status_code == 404
    sign_in(client, granted.people.finance_kyiv)
    assert client.get(base).status_code == 404
    assert client.get(f"/cases/{granted.family.reference}/plan/versions/1").status_code == 404


def test_a_repeat_of_a_form_acts_once(client: FlaskClient, granted: Granted) -> None:
    address = f"/cases/{granted.family.reference}/plan/activities/new"
    data = {"kind": "other", "title": "Once", "beneficiaries": [granted.family.principal],
            "form_token": secrets.token_hex(16)}  # fmt: skip
    first, second = client.post(address, data=data), client.post(address, data=data)
    assert (first.status_code, second.status_code) == (302, 302) and first.location == second.location
    assert db.session.query(PlanActivity).count() == 1


def test_the_panel_shows_the_return_and_the_payable_lines(client: FlaskClient) -> None:
    planned: Planned = plans.approved_plan(make_people())
    granted = planned.granted
    plans.line(granted, planned.schooling, "Books", 50_00)
    plans.fund(granted, plans.facts(granted).lines[-2].id, {granted.family.older_child: 50_00})
    version_id = plans.submit(granted)
    plans.send_back(version_id, "Which books?", actor=granted.people.supervisor_kyiv)
    sign_in(client, granted.people.caseworker_tallinn)
    page = client.get(f"/cases/{granted.family.reference}").text
    assert "Which books?" in page and "Version 1 is approved and payable." in page and "Renovation" in page
    assert "Which books?" in client.get(f"/cases/{granted.family.reference}/plan").text
    assert db.session.query(PlanVersion).count() == 2
    assert queries.get_version(granted.dossier_id, 2).id == version_id


def test_own_contribution_is_evidenced(client: FlaskClient) -> None:
    planned = plans.approved_plan(make_people())
    granted = planned.granted
    sign_in(client, granted.people.caseworker_kyiv)
    address = f"/cases/{granted.family.reference}/plan/lines/{planned.rent}/contributions/own_cash"
    good = {"amount": "100", "given_on": "2026-01-05"}
    for name, value in {"amount": "0", "given_on": "2099-01-01"}.items():
        file = (io.BytesIO(pdf_bytes("receipt")), "receipt.pdf")
        assert send(client, address, **{**good, name: value, "file": file}).status_code == 422, name
    assert send(client, address, **good).status_code == 422
    assert db.session.query(ContributionProof).count() == 0
    answer = send(client, address, **good, file=(io.BytesIO(pdf_bytes("receipt")), "receipt.pdf"))
    assert answer.status_code == 302, answer.text
    assert ">100.00" in client.get(f"/cases/{granted.family.reference}/plan").text.replace("\xa0", " ")
    proof = db.session.scalars(select(ContributionProof)).one()
    correct = f"/cases/{granted.family.reference}/plan/contributions/{proof.id}/correct"
    assert correct in client.get(f"/cases/{granted.family.reference}/plan").text
    better = {"amount": "90", "given_on": "2026-01-04", "reason": "The receipt says so"}
    for name, value in {"amount": "0", "given_on": "2099-01-01", "reason": " ", "version": "7"}.items():
        assert send(client, correct, **{**better, name: value}).status_code in (422, 409), name
    assert send(client, correct, **better).status_code == 302
    assert send(client, correct, **better).status_code == 422, "nothing was changed"
    assert ">90.00" in client.get(f"/cases/{granted.family.reference}/plan").text.replace("\xa0", " ")
    assert client.get(address.replace("own_cash", "own_kind")).status_code == 404
    assert client.get(address.replace(planned.rent, planned.fees)).status_code == 404


def test_a_supervisor_finds_the_way_to_deciding(client: FlaskClient, granted: Granted) -> None:
    plans.playroom_plan(granted)
    version_id = plans.submit(granted)
    address = f"/cases/{granted.family.reference}/plan"
    assert "/approvals/plans/" not in client.get(address).text
    sign_in(client, granted.people.supervisor_kyiv)
    assert f"/approvals/plans/{version_id}" in client.get(address).text
    assert client.get(f"/approvals/plans/{version_id}").status_code == 200


def test_the_page_of_a_plan_asks_no_more_for_more_lines(client: FlaskClient, granted: Granted) -> None:
    planned = plans.playroom_plan(granted)
    address = f"/cases/{granted.family.reference}/plan"
    client.get(address)
    few = asked(client, address)
    for number in range(6):
        plans.line(granted, planned.playroom, f"Thing {number}", 1_00)
    assert asked(client, address) == few < 40


def asked(client: FlaskClient, address: str) -> int:
    """How many statements one page takes."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([each for each in said if each.lstrip().upper().startswith("SELECT")])


def test_bad_agreements(client: FlaskClient, granted: Granted) -> None:
    planned = plans.playroom_plan(granted)
    family = granted.family
    plans.fund(granted, planned.renovation, {family.principal: 1_800_00, family.spouse: 800_00}, own_kind=100_00)
    address = f"/cases/{family.reference}/plan/lines/{planned.renovation}/agreements/{family.spouse}"
    before = db.session.query(PoolAgreement).count()
    pdf = pdf_bytes("agreed")
    good: dict[str, Any] = {"agreed_on": "2026-01-05"}
    bad: dict[str, tuple[Any, ...]] = {
        "agreed_on": ("", "0000-01-01", "9999-12-31", "2099-01-01", "yesterday", "\x00"),
        "amount": ("", "0", "1", str(2**63), "x"),
    }
    for name, values in bad.items():
        for value in values:
            answer = send(client, address, **{**good, name: value, "file": (io.BytesIO(pdf), "a.pdf")})
            assert answer.status_code == 422, (name, value)
    for file in ((io.BytesIO(b""), "a.pdf"), (io.BytesIO(b"MZ"), "a.exe"), (io.BytesIO(b"no pdf"), "a.pdf")):
        assert send(client, address, **good, file=file).status_code == 422, file
    assert db.session.query(PoolAgreement).count() == before
    assert client.get(address.replace(family.spouse, family.older_child)).status_code == 404


def test_a_grant_that_is_gone_is_marked_beside_the_line(client: FlaskClient) -> None:
    people = make_people()
    planned = plans.approved_plan(people)
    reference = planned.granted.family.reference
    sign_in(client, people.caseworker_kyiv)
    pages = [f"/cases/{reference}/plan", f"/cases/{reference}/plan/versions/1"]
    assert all("grant gone" not in client.get(page).text for page in pages)
    family = planned.granted.family
    command(write_grants_gone)(family.dossier_id, family.spouse, "Separated", actor=people.supervisor_tallinn)
    assert all("grant gone" in client.get(page).text for page in pages)
