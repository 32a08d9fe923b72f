"""Findings of auditors in the browser: raised, seen by whom they concern, answered, closed."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from casetracker.sampling.finding_states import FindingState
from tests.disbursements.test_routes import token
from tests.factories.accounts import sign_in
from tests.factories.findings import TEXT, TITLE, AskedCase, asked_case, in_days, row_of


def form(**changes: Any) -> dict[str, Any]:
    """The form of a new finding as a browser sends it."""
    typed = {"form_token": token(), "asked": "sending", "title": TITLE, "text": TEXT, "questioned_amount": "460,00",
             "due_on": in_days(30).isoformat()}  # fmt: skip
    return typed | changes


def address(case: AskedCase, *rest: str) -> str:
    """A page of findings on the case."""
    return "/".join((f"/cases/{case.family.reference}/audit-findings", *rest))


def test_a_finding_goes_from_the_auditor_to_the_office_and_back(client: FlaskClient) -> None:
    case = asked_case()
    people, page = case.people, f"/cases/{case.family.reference}"
    sign_in(client, people.auditor)
    assert "Raise a finding" in client.get(page).text
    sent = client.post(address(case, "new"), data=form())
    assert sent.status_code == 302
    here = sent.location
    assert "460.00" in client.get(here).text and "Close the finding" in client.get(here).text
    sign_in(client, people.supervisor_tallinn)
    for where in ("/", page, "/audit/findings", address(case)):
        assert TITLE in client.get(where).text, where
    assert "Answer of your office" in client.get(here).text
    answered = client.post(
        f"{here}/answer", data={"form_token": token(), "version": row_of(here[-26:]).version, "reason": "Filed."}
    )
    assert answered.location == here and "Filed." in client.get(here).text
    assert TITLE not in client.get("/").text, "nothing waits for the office now"
    sign_in(client, people.auditor)
    assert "Answers to findings" in client.get("/").text
    version = row_of(here[-26:]).version
    done = client.post(f"{here}/close", data={"form_token": token(), "version": version, "reason": "Seen."})
    assert done.location == here and row_of(here[-26:]).state == FindingState.CLOSED
    assert "closed “No proof" in client.get(page + "/timeline").text
