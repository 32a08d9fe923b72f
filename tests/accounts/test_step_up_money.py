"""The second factor once more before money moves: amount, line and case are said, and it moves once."""

from __future__ import annotations

import io

from flask.testing import FlaskClient
from sqlalchemy import func, select

from casetracker.core import clock
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.disbursements.models import Decision
from casetracker.disbursements.states import InstalmentState
from tests.accounts.test_factors import app_shows, with_app
from tests.accounts.test_step_up import ASKED, fields_of, sign_in_before
from tests.disbursements.test_routes import token
from tests.factories.accounts import make_office, make_user
from tests.factories.disbursements import approved, deliver, instalments, invoice, order, payable, submitted
from tests.factories.documents import pdf_bytes


def decisions() -> int:
    """How many decisions stand."""
    return db.session.execute(select(func.count()).select_from(Decision)).scalar_one()


def test_an_approval_is_given_once_more_and_once(client: FlaskClient) -> None:
    case = payable()
    submission = submitted(case)
    address = f"/approvals/requests/{submission.id}"
    supervisor = case.people.supervisor_kyiv
    with_app(supervisor)
    sign_in_before(client, supervisor, 6)
    typed = {"form_token": token(), "decision": "approve", "content_hash": submission.content_hash}
    asked = client.post(address, data=typed)
    assert asked.status_code == 200 and ASKED in asked.text
    for said in ("Approve this disbursement", "400.00", "Wall panels and paint", case.reference):
        assert said in asked.text, said
    assert decisions() == 0
    with app_shows() as code:
        assert client.post(address, data=fields_of(asked.text) | {"factor-code": [code]}).status_code == 302
    assert decisions() == 1
    assert client.post(address, data=typed).status_code in (302, 422), "the same form again"
    assert decisions() == 1
    sign_in_before(client, supervisor, 6)
    chosen = client.post("/approvals/", data={"form_token": token(), "chosen": f"{submission.id}:x"})
    assert ASKED in chosen.text and "400.00" in chosen.text and case.reference in chosen.text


def test_strangers_read_nothing_where_it_is_asked(client: FlaskClient) -> None:
    case = payable()
    submission = submitted(case)
    stranger = make_user("stranger@example.org", Role.SUPERVISOR, make_office("Lviv", "UA", "Europe/Kyiv"))
    with_app(stranger)
    sign_in_before(client, stranger, 6)
    typed = {"form_token": token(), "decision": "approve", "content_hash": submission.content_hash}
    theirs = client.post(f"/approvals/requests/{submission.id}", data=typed)
    nothing = client.post("/approvals/requests/zzzzzzzzzzzzzzzzzzzzzzzzzz", data=typed)
    assert (theirs.status_code, nothing.status_code) == (404, 404)
    several = client.post("/approvals/", data={"form_token": token(), "chosen": f"{submission.id}:x"})
    assert ASKED in several.text and "400.00" not in several.text and "EE-" not in several.text


def test_a_payment_is_asked_before_its_form_and_with_its_amount(client: FlaskClient) -> None:
    case = payable()
    request_id = approved(case)
    for step in (order, deliver, invoice):
        step(case, instalments(request_id)[0])
    finance = case.people.finance_kyiv
    with_app(finance)
    sign_in_before(client, finance, 6)
    address = f"/cases/{case.reference}/instalments/{instalments(request_id)[0].id}/payment"
    assert client.get(address).location == f"/sign-in/second-factor?next={address}"
    data = {
        "form_token": token(), "version": str(instalments(request_id)[0].version), "amount": "399.99",
        "day": clock.today("Europe/Kyiv").isoformat(),
    }  # fmt: skip
    asked = client.post(address, data=data | {"proof": (io.BytesIO(pdf_bytes("proof")), "proof.pdf")})
    for said in ("Record this payment", "400.00", "399.99", "Wall panels and paint", case.reference, "proof.pdf"):
        assert said in asked.text, said
    kept = {name: values[0] for name, values in fields_of(asked.text).items() if name != "proof"}
    assert {name: kept[name] for name in data} == data
    with app_shows() as code:
        sent = kept | {"factor-code": code, "proof": (io.BytesIO(pdf_bytes("proof")), "proof.pdf")}
        assert client.post(address, data=sent).status_code == 302
    assert instalments(request_id)[0].state == InstalmentState.PAID
