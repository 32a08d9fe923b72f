"""Requests in the browser: written, quoted, submitted, changed, cancelled; bad input gets a sentence."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template
from flask.testing import FlaskClient

from casetracker.core.db import db
from casetracker.disbursements import queries
from casetracker.disbursements.models import Disbursement
from casetracker.disbursements.states import DisbursementState, InstalmentState
from casetracker.dossiers.queries import sight_of
from tests.factories.accounts import make_office, make_user, sign_in
from tests.factories.disbursements import (
    Payable,
    approved,
    decision,
    draft,
    payable,
    quote,
    row_of,
    submitted,
)
from tests.factories.documents import pdf_bytes

HOSTILE = ["", "x" * 5000, "\x00", "9223372036854775808", "-5", "1.234", "<script>", "1e999"]


def token() -> str:
    """A form's one-time token."""
    token.n = getattr(token, "n", 0) + 1  # type: ignore[attr-defined]  # a counter
    return f"{token.n:032x}"  # type: ignore[attr-defined]  # as above


def fields(case: Payable, **changes: Any) -> dict[str, Any]:
    """The form of a new request as a browser sends it."""
    typed = {
        "form_token": token(),
        "kind": "provider",
        "purpose": "Wall panels",
        "provider_id": case.provider_id,
        "parts-0-key": f"line:{case.planned.renovation}",
        "parts-0-amount": "400,00",
        "parts-1-key": f"line:{case.planned.uniform}",
        "parts-1-amount": "",
        "local_currency": "",
        "local_amount": "",
        "instalments-0-amount": "100",
        "instalments-0-due_on": "2026-12-01",
        "instalments-0-terms": "on_delivery",
        "instalments-1-amount": "300",
        "instalments-1-due_on": "",
        "instalments-1-terms": "prepayment",
    }
    return {**typed, **changes}


def count(case: Payable) -> int:
    """How many requests the case has."""
    return db.session.query(Disbursement).filter_by(dossier_id=case.dossier_id).count()


def test_from_draft_to_submission(client: FlaskClient) -> None:
    case = payable()
    sign_in(client, case.requester)
    base = f"/cases/{case.reference}/disbursements"
    page = client.get(f"{base}/new")
    assert page.status_code == 200 and "Renovation" in page.text and "Rent" not in page.text
    answer = client.post(f"{base}/new", data=fields(case))
    assert answer.status_code == 302, answer.text
    address = answer.location
    page = client.get(address)
    assert "Andriy Koval" in page.text and "266.67" in page.text and "quotes of different providers" in page.text
    paper = (io.BytesIO(pdf_bytes("quote")), "quote.pdf")
    typed = {"form_token": token(), "provider_id": case.provider_id, "provider_name": "", "amount": "400",
             "currency": "EUR", "paper": paper}  # fmt: skip
    assert client.get(f"{address}/quotes/new").status_code == 200
    assert client.post(f"{address}/quotes/new", data=typed).status_code == 302
    request_id = address.rpartition("/")[2]
    (offer,) = queries.list_quotes(request_id)
    assert client.get(f"{address}/quotes/choose").status_code == 200
    chosen = {"form_token": token(), "quote_id": offer.id, "choice_reason": "The cheapest"}
    assert client.post(f"{address}/quotes/choose", data=chosen).status_code == 302
    page = client.get(address)
    assert "Submit for approval" in page.text and "The cheapest" in page.text
    version = str(row_of(case, request_id).version)
    done = client.post(f"{address}/submit", data={"form_token": token(), "version": version})
    assert done.status_code == 302
    assert row_of(case, request_id).state == DisbursementState.SUBMITTED
    assert "Submitted" in client.get("/disbursements/").text
    assert "Nobody has decided yet" in client.get(address).text


def test_changing_cancelling_and_taking_a_quote_out(client: FlaskClient) -> None:
    case = payable()
    sign_in(client, case.requester)
    request_id = draft(case)
    (offer,) = quote(case, request_id)
    address = f"/cases/{case.reference}/disbursements/{request_id}"
    page = client.get(f"{address}/edit")
    assert 'value="400.00"' in page.text
    version = str(row_of(case, request_id).version)
    answer = client.post(f"{address}/edit", data=fields(case, version=version, purpose="Paint"))
    assert answer.status_code == 302
    assert (row_of(case, request_id).purpose, len(queries.list_instalments(request_id))) == ("Paint", 2)
    stale = client.post(f"{address}/edit", data=fields(case, version=version))
    assert stale.status_code == 409
    assert client.get(f"{address}/quotes/{offer}/drop").status_code == 200
    assert client.post(f"{address}/quotes/{offer}/drop", data={"form_token": token()}).status_code == 302
    assert queries.list_quotes(request_id) == []
    version = str(row_of(case, request_id).version)
    typed = {"form_token": token(), "version": version, "reason": ""}
    assert client.get(f"{address}/cancel").status_code == 200
    assert client.post(f"{address}/cancel", data=typed).status_code == 422
    typed = {"form_token": token(), "version": version, "reason": "Not needed"}
    assert client.post(f"{address}/cancel", data=typed).status_code == 302
    assert "Not needed" in client.get(address).text


def test_bad_input_is_answered_with_a_sentence(client: FlaskClient) -> None:
    case = payable()
    sign_in(client, case.requester)
    address = f"/cases/{case.reference}/disbursements/new"
    fine = {("purpose", bad) for bad in HOSTILE if 0 < len(bad) < 200 and bad != "\x00"}
    fine.add(("instalments-0-due_on", ""))
    for name in ("purpose", "parts-0-amount", "instalments-0-amount", "instalments-0-due_on", "kind"):
        for bad in HOSTILE:
            if (name, bad) in fine:
                continue
            answer = client.post(address, data=fields(case, **{name: bad}))
            assert answer.status_code == 422, (name, bad, answer.status_code)
    for changes in (
        {"parts-0-key": "line:nothing"},
        {"parts-0-key": "x" * 5000},
        {"provider_id": "nothing"},
        {"local_currency": "XXX"},
        {"local_amount": "5"},
        {"instalments-0-terms": "cash"},
        {"instalments-0-amount": "99"},
        {"parts-0-amount": ["1", "2"]},
        {"instalments-0-due_on": "0000-01-01"},
        {"instalments-0-due_on": "9999-12-31"},
        {"parts-0-amount": "400.001"},
    ):
        answer = client.post(address, data=fields(case, **changes))
        assert answer.status_code == 422, (changes, answer.status_code)
    answer = client.post(address, data=fields(case, purpose="Kept words", **{"parts-0-amount": "abc"}))
    assert "Kept words" in answer.text and 'value="abc"' in answer.text
    assert client.post(address, data={}).status_code == 422
    assert count(case) == 0


def test_a_typed_thousands_blank_is_read(client: FlaskClient) -> None:
    case = payable()
    sign_in(client, case.requester)
    typed = fields(
        case, **{"parts-0-amount": "1 234,50", "instalments-0-amount": "1 234,50", "instalments-1-amount": ""}
    )
    typed["instalments-1-terms"] = ""
    answer = client.post(f"/cases/{case.reference}/disbursements/new", data=typed)
    assert answer.status_code == 302
    assert row_of(case, answer.location.rpartition("/")[2]).amount == 1_234_50


def test_bad_quotes_are_answered_with_a_sentence(client: FlaskClient) -> None:
    case = payable()
    sign_in(client, case.requester)
    request_id = draft(case)
    address = f"/cases/{case.reference}/disbursements/{request_id}"
    for bad in HOSTILE:
        post_bad_quotes(client, address, bad)
    assert queries.list_quotes(request_id) == []


def post_bad_quotes(client: FlaskClient, address: str, bad: str) -> None:
    """Each field of a quote with this in it is refused."""
    for changes in ({"amount": bad}, {"currency": bad or "-"}, {"provider_id": bad or "-"}):
        paper = (io.BytesIO(pdf_bytes("quote")), "quote.pdf")
        typed = {"form_token": token(), "provider_id": "", "provider_name": "A shop", "amount": "400",
                 "currency": "EUR", "paper": paper}  # fmt: skip
        answer = client.post(f"{address}/quotes/new", data={**typed, **changes})
        assert answer.status_code == 422, (changes, answer.status_code)
    if not bad:
        paper = (io.BytesIO(b"no pdf"), "quote.pdf")
        typed = {
            "form_token": token(),
            "provider_id": "",
            "provider_name": "",
            "amount": "400",
            "currency": "EUR",
        }
        assert client.post(f"{address}/quotes/new", data={**typed, "paper": paper}).status_code == 422
        assert client.post(f"{address}/quotes/choose", data={"form_token": token()}).status_code == 422
        assert client.post(f"{address}/submit", data={"form_token": token(), "version": "x"}).status_code == 422


def test_a_returned_request_shows_its_reason(client: FlaskClient) -> None:
    from casetracker.approvals import commands

    case = payable()
    submission = submitted(case)
    commands.return_disbursement(decision(submission, "A quote is too old"), actor=case.people.supervisor_kyiv)
    sign_in(client, case.requester)
    address = f"/cases/{case.reference}/disbursements/{submission.disbursement_id}"
    assert "A quote is too old" in client.get("/disbursements/?state=returned&mine=1").text
    assert "A quote is too old" in client.get("/disbursements/?page=99").text
    assert "A quote is too old" in client.get(address).text
    assert "A quote is too old" not in client.get("/disbursements/?state=draft").text
    panel = queries.load_panel(sight_of(case.requester, case.reference), case.requester)
    assert [item.disbursement.state_reason for item in panel.requests] == ["A quote is too old"]


def test_others_do_not_find_it(client: FlaskClient) -> None:
    case = payable()
    request_id = approved(case)
    address = f"/cases/{case.reference}/disbursements/{request_id}"
    elsewhere = make_user("worker.riga@example.org", case.requester.role, make_office("Riga", "LV"))
    sign_in(client, elsewhere)
    for path in ("", "/edit", "/cancel", "/submit", "/quotes/new", "/quotes/choose"):
        assert client.get(address + path).status_code == 404
    assert "Wall panels" not in client.get("/disbursements/").text
    sign_in(client, case.people.auditor)
    assert client.get(address).status_code == 200
    assert client.get(f"{address}/edit").status_code == 404
    sign_in(client, case.people.finance_kyiv)
    assert client.get(address).status_code == 200
    assert client.get(f"/cases/{case.reference}/disbursements/new").status_code == 404
    sign_in(client, case.requester)
    assert client.get(f"/cases/{case.reference}/disbursements/nothing").status_code == 404


def test_what_is_over_is_folded_and_what_waits_is_not(app: Flask) -> None:
    """Six that are over are behind a line that says how many; five are not, and what waits never is."""

    def shown(over: int) -> str:
        states = [DisbursementState.SUBMITTED] + [DisbursementState.CLOSED] * over
        requests = [
            SimpleNamespace(
                disbursement=SimpleNamespace(
                    id=str(n), purpose=f"Purpose {n}.", amount=1, currency="EUR", state=state, state_reason=""
                ),
                instalments=[SimpleNamespace(state=InstalmentState.VERIFIED)] * 7,
            )
            for n, state in enumerate(states)
        ]
        panel = SimpleNamespace(requests=requests, may_request=False)
        sight = SimpleNamespace(reference="EE-2026-00001")
        with app.test_request_context():
            return render_template("disbursements/panel.html", panel=panel, sight=sight)

    few, (open_part, line, folded) = shown(5), shown(6).partition("6 disbursements are done, refused or cancelled")
    assert "<details" not in few and line
    assert all(f"Purpose {n}." in few for n in range(6))
    assert "Purpose 0." in open_part and "Purpose 1." not in open_part
    assert all(f"Purpose {n}." in folded for n in range(1, 7))
    words = " ".join(re.sub("<[^>]*>", "", open_part).split())
    assert "Verified × 7" in words and open_part.count("Verified") == 1
