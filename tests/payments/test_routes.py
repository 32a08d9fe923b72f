"""Orders, deliveries, invoices, payments and refunds in the browser; who pays sees no more than that."""

from __future__ import annotations

import io
from typing import Any

from flask.testing import FlaskClient

from casetracker.core import clock
from casetracker.disbursements.states import InstalmentState
from casetracker.payments import queries
from tests.disbursements.test_routes import token
from tests.factories.accounts import make_office, make_user, sign_in
from tests.factories.disbursements import (
    Payable,
    approved,
    deliver,
    instalments,
    invoice,
    order,
    pay,
    payable,
)
from tests.factories.documents import pdf_bytes


def paper(name: str) -> tuple[io.BytesIO, str]:
    """A file as a browser sends it."""
    return io.BytesIO(pdf_bytes(name)), f"{name}.pdf"


def version(request_id: str) -> str:
    """The version of the first instalment."""
    return str(instalments(request_id)[0].version)


def address_of(case: Payable, request_id: str) -> str:
    """The page of the first instalment."""
    return f"/cases/{case.reference}/instalments/{instalments(request_id)[0].id}"


def test_from_order_to_refund(client: FlaskClient) -> None:
    case = payable()
    request_id = approved(case)
    address = address_of(case, request_id)
    finance, worker = case.people.finance_kyiv, case.requester
    steps = [
        (finance, "order", {"number": "7"}, InstalmentState.ORDERED),
        (worker, "delivery", {"signed_by_id": case.planned.granted.family.spouse,
                              "note": "All there"}, InstalmentState.DELIVERED),
        (worker, "invoice", {"number": "A/17", "amount": "400.00"}, InstalmentState.INVOICED),
        (finance, "payment", {"amount": "400.00"}, InstalmentState.PAID),
        (worker, "verify", {"note": ""}, InstalmentState.VERIFIED),
    ]  # fmt: skip
    files = {"delivery": "certificate", "invoice": "paper", "payment": "proof"}
    day = clock.today("Europe/Kyiv").isoformat()
    for actor, path, typed, state in steps:
        sign_in(client, actor)
        assert client.get(address).status_code == 200
        assert client.get(f"{address}/{path}").status_code == 200
        data: dict[str, Any] = {**typed, "day": day, "form_token": token(), "version": version(request_id)}
        if path in files:
            data[files[path]] = paper(path)
        answer = client.post(f"{address}/{path}", data=data)
        assert answer.status_code == 302, (path, answer.text)
        assert instalments(request_id)[0].state == state
    sign_in(client, finance)
    page = client.get(address)
    assert "Oksana Koval" in page.text and "A/17" in page.text and "UA21" in page.text
    refund: dict[str, Any] = {
        "form_token": token(),
        "day": day,
        "amount": "20",
        "reason": "One was broken",
        "proof": paper("refund"),
    }
    assert client.get(f"{address}/refund").status_code == 200
    assert client.post(f"{address}/refund", data=refund).status_code == 302
    assert "One was broken" in client.get(address).text


def test_the_finance_officer_sees_what_the_payment_needs(client: FlaskClient) -> None:
    case = payable()
    request_id = approved(case)
    order(case, instalments(request_id)[0])
    deliver(case, instalments(request_id)[0])
    invoice(case, instalments(request_id)[0])
    part = instalments(request_id)[0].id
    bill = queries.steps_of([part])[part].invoice
    assert bill is not None
    document_id, agreement = bill.document_id, case.planned.granted.family.principal
    sign_in(client, case.people.finance_kyiv)
    page = client.get("/payments/")
    assert page.status_code == 200 and "Wall panels and paint" in page.text
    address = address_of(case, request_id)
    assert client.get(f"{address}/papers/{document_id}").status_code == 200
    assert client.get(f"{address}/papers/{agreement}").status_code == 404
    assert client.get(f"/cases/{case.reference}").status_code == 404
    for path in ("delivery", "invoice", "verify", "skip"):
        assert client.get(f"{address}/{path}").status_code == 404
    sign_in(client, case.requester)
    for path in ("order", "payment"):
        assert client.get(f"{address}/{path}").status_code == 404
    elsewhere = make_user("finance.riga@example.org", case.people.finance_kyiv.role, make_office("Riga", "LV"))
    sign_in(client, elsewhere)
    assert client.get(address).status_code == 404
    assert client.get(f"{address}/papers/{document_id}").status_code == 404
    assert "Wall panels" not in client.get("/payments/").text


BAD = ["", "x" * 5000, "\x00", "9223372036854775808", "-1", "1.234", "0000-01-01"]


def test_bad_input_is_answered_with_a_sentence(client: FlaskClient) -> None:
    case = payable()
    request_id = approved(case)
    address = address_of(case, request_id)
    day = clock.today("Europe/Kyiv").isoformat()

    def refused(path: str, bad: dict[str, str], *files: str) -> None:
        typed = {
            "form_token": token(),
            "version": version(request_id),
            "day": day,
            "reason": "x",
            "number": "1",
        }
        papers = {name: paper(name) for name in files}
        answer = client.post(f"{address}/{path}", data={**typed, **bad, **papers})
        assert answer.status_code == 422, (path, bad, answer.status_code)

    sign_in(client, case.people.finance_kyiv)
    for bad in BAD:
        refused("order", {"day": bad})
    order(case, instalments(request_id)[0])
    sign_in(client, case.requester)
    for bad in BAD:
        refused("delivery", {"signed_by_id": bad}, "certificate")
    refused("delivery", {"signed_by_id": case.planned.granted.family.spouse})
    deliver(case, instalments(request_id)[0])
    for bad in BAD:
        refused("invoice", {"amount": bad}, "paper")
    invoice(case, instalments(request_id)[0])
    sign_in(client, case.people.finance_kyiv)
    for bad in BAD:
        refused("payment", {"amount": bad}, "proof")
    assert instalments(request_id)[0].state == InstalmentState.INVOICED
    pay(case, instalments(request_id)[0])
    for bad in BAD:
        refused("refund", {"amount": bad}, "proof")


def test_skipping_and_what_is_not_there(client: FlaskClient) -> None:
    case = payable()
    request_id = approved(case)
    address = address_of(case, request_id)
    sign_in(client, case.requester)
    assert client.get(f"{address}/refund").status_code == 404
    assert client.get(f"{address}/skip").status_code == 200
    typed = {"form_token": token(), "version": version(request_id), "reason": ""}
    assert client.post(f"{address}/skip", data=typed).status_code == 422
    assert client.post(f"{address}/skip", data={**typed, "reason": "Not needed"}).status_code == 302
    assert "Not needed" in client.get(address).text
    assert client.get(f"/cases/{case.reference}/instalments/nothing").status_code == 404


def test_what_was_logged_wrongly_is_corrected_beside_it(client: FlaskClient) -> None:
    case = payable()
    request_id = approved(case)
    address = address_of(case, request_id)
    sign_in(client, case.requester)
    for path in ("delivery", "invoice"):
        assert client.get(f"{address}/{path}/correct").status_code == 404
    order(case, instalments(request_id)[0])
    offered = client.get(f"{address}/delivery").text
    family = case.planned.granted.family
    assert family.spouse in offered and family.older_child not in offered
    deliver(case, instalments(request_id)[0])
    invoice(case, instalments(request_id)[0])
    for path in ("delivery", "invoice"):
        assert f"{address}/{path}/correct" in client.get(address).text
    day = clock.today("Europe/Kyiv").isoformat()
    typed = {"form_token": token(), "version": "1", "day": day, "number": "B/18", "amount": "390.00", "reason": " "}
    assert client.post(f"{address}/invoice/correct", data=typed).status_code == 422
    typed["reason"] = "Number misread"
    assert client.post(f"{address}/invoice/correct", data=typed).status_code == 302
    shown = client.get(address).text
    assert "B/18" in shown and "390.00" in shown
    stale = client.post(f"{address}/invoice/correct", data={**typed, "form_token": token()})
    assert stale.status_code == 409
    typed = {"form_token": token(), "version": "1", "day": day, "signed_by_id": family.spouse, "reason": "She signed"}
    assert client.post(f"{address}/delivery/correct", data=typed).status_code == 302
    assert f'{address}"' in client.get(f"/cases/{case.reference}").text
    assert "Invoice corrected" in client.get(f"/cases/{case.reference}/timeline").text
    assert f"{address}/order/correct" not in client.get(address).text
    assert client.get(f"{address}/order/correct").status_code == 404
    sign_in(client, case.people.finance_kyiv)
    assert client.get(address).text.count("/correct") == 1
    assert client.get(f"{address}/invoice/correct").status_code == 404
    assert client.get(f"{address}/verify/correct").status_code == 404
    typed = {"form_token": token(), "version": "1", "day": day, "number": "PO-7", "reason": "Misread"}
    assert client.post(f"{address}/order/correct", data=typed).status_code == 302
    assert "PO-7" in client.get(address).text
