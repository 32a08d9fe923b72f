"""Deciding in the browser: the queue, several at once, one by one, plans, refunds."""

from __future__ import annotations

from flask.testing import FlaskClient

from casetracker.approvals import plan_queries, queue_queries
from casetracker.disbursements.states import DisbursementState
from casetracker.plans.states import PlanState, PlanStep
from tests.disbursements.test_routes import token
from tests.factories.accounts import make_office, make_people, make_user, sign_in
from tests.factories.disbursements import (
    Payable,
    draft,
    instalments,
    payable,
    quote,
    row_of,
    submit,
    submitted,
)
from tests.factories.plans import granted_family, playroom_plan
from tests.factories.plans import submit as submit_plan


def test_several_at_once_each_by_itself(client: FlaskClient) -> None:
    case = payable()
    line = f"line:{case.planned.renovation}"
    first, second = (
        submitted(case, (line, 400_00)),
        submitted(case, (line, 300_00), purpose="Play structures"),
    )
    pairs = [f"{s.id}:{s.content_hash}" for s in (first, second)]
    ids = [first.disbursement_id, second.disbursement_id]
    sign_in(client, case.people.supervisor_kyiv)
    page = client.get("/approvals/")
    assert page.status_code == 200
    assert page.text.index("Wall panels") < page.text.index("Play structures")
    assert "2,400.00" in page.text and "2,000.00" in page.text and case.requester.name in page.text
    assert client.post("/approvals/", data={"form_token": token()}).status_code == 422
    bad = {"form_token": token(), "chosen": "nothing:nothing"}
    assert client.post("/approvals/", data=bad).status_code == 422
    answer = client.post("/approvals/", data={"form_token": token(), "chosen": pairs}, follow_redirects=True)
    assert "Wall panels and paint: approved." in answer.text and "Play structures: approved." in answer.text
    states = [row_of(case, request_id).state for request_id in ids]
    assert states == [DisbursementState.SUBMITTED, DisbursementState.SUBMITTED]
    assert "You gave your approval already" in answer.text and case.people.supervisor_tallinn.name in answer.text
    sign_in(client, case.people.supervisor_tallinn)
    client.post("/approvals/", data={"form_token": token(), "chosen": pairs})
    assert [row_of(case, request_id).state for request_id in ids] == [DisbursementState.APPROVED] * 2


def test_one_by_one_with_a_reason(client: FlaskClient) -> None:
    case = payable()
    submission = submitted(case)
    request_id, content = submission.disbursement_id, submission.content_hash
    address = f"/approvals/requests/{submission.id}"
    sign_in(client, case.people.supervisor_kyiv)
    page = client.get(address)
    assert page.status_code == 200 and "The cheapest" in page.text
    for typed in (
        {"decision": "return", "content_hash": content, "reason": ""},
        {"decision": "approve", "content_hash": "0" * 64},
        {"decision": "maybe", "content_hash": content},
        {"decision": "approve", "content_hash": ""},
        {"decision": "refuse", "content_hash": content, "reason": "\x00"},
        {"decision": "refuse", "content_hash": content, "reason": "x" * 5000},
        {},
    ):
        answer = client.post(address, data={"form_token": token(), **typed})
        assert answer.status_code == 422, (typed, answer.status_code)
    assert row_of(case, request_id).state == DisbursementState.SUBMITTED
    typed = {"form_token": token(), "decision": "return", "content_hash": content, "reason": "Too dear"}
    assert client.post(address, data=typed).status_code == 302
    assert row_of(case, request_id).state == DisbursementState.RETURNED
    assert "does not wait for approval" in client.get(address).text


def test_who_may_not_sees_why_and_who_can(client: FlaskClient) -> None:
    case = payable()
    request_id = draft(case, actor=case.people.supervisor_kyiv)
    quote(case, request_id)
    submission = submit(case, request_id, actor=case.people.supervisor_kyiv)
    address, content = f"/approvals/requests/{submission.id}", submission.content_hash
    second = make_user("second.kyiv@example.org", case.people.supervisor_kyiv.role, case.people.kyiv)
    sign_in(client, case.people.supervisor_kyiv)
    page = client.get(address)
    assert "You asked for this yourself" in page.text and second.name in page.text
    typed = {"form_token": token(), "decision": "approve", "content_hash": content}
    assert client.post(address, data=typed).status_code == 422
    assert row_of(case, request_id).state == DisbursementState.SUBMITTED
    assert "You asked for this yourself" in client.get("/approvals/").text
    for actor in (case.requester, case.people.finance_kyiv, case.people.auditor, case.people.administrator):
        sign_in(client, actor)
        assert client.get(address).status_code == 404
        assert client.get("/approvals/").status_code == 404
    stranger = make_user("supervisor.riga@example.org", second.role, make_office("Riga", "LV"))
    sign_in(client, stranger)
    assert client.get(address).status_code == 404
    assert client.post(address, data=typed).status_code == 404


def test_plans_are_validated_approved_and_returned(client: FlaskClient) -> None:
    people = make_people()
    granted = granted_family(people)
    playroom_plan(granted)
    version_id = submit_plan(granted)
    (waiting,) = plan_queries.list_plans(people.supervisor_kyiv)
    content = waiting.version.content_hash
    assert (waiting.step, waiting.why_not) == (PlanStep.VALIDATE, None)
    assert queue_queries.count_mine(people.supervisor_kyiv) == 1
    assert queue_queries.count_mine(people.supervisor_tallinn) == 0
    address = f"/approvals/plans/{version_id}"
    sign_in(client, people.supervisor_tallinn)
    page = client.get(address)
    assert page.status_code == 200 and people.supervisor_kyiv.name in page.text
    typed = {"form_token": token(), "decision": "approve", "content_hash": content}
    assert client.post(address, data=typed).status_code == 422
    sign_in(client, people.supervisor_kyiv)
    assert "Renovation" in client.get(address).text
    assert client.post(address, data={**typed, "form_token": token(), "content_hash": "0"}).status_code == 422
    assert client.post(address, data={**typed, "form_token": token()}).status_code == 302
    (waiting,) = plan_queries.list_plans(people.supervisor_tallinn)
    assert waiting.version.state == PlanState.VALIDATED and waiting.why_not is None
    sign_in(client, people.supervisor_tallinn)
    empty = {"form_token": token(), "decision": "return", "content_hash": content, "reason": ""}
    assert client.post(address, data=empty).status_code == 422
    assert client.post(address, data={**typed, "form_token": token()}).status_code == 302
    assert plan_queries.list_plans(people.supervisor_tallinn) == []
    for actor in (people.caseworker_kyiv, people.finance_kyiv, people.administrator):
        sign_in(client, actor)
        assert client.get(address).status_code == 404


def paid(case: Payable) -> str:
    """A paid instalment of cash; returns the payment's id."""
    from casetracker.disbursements.states import DisbursementKind
    from tests.factories.disbursements import approved, pay

    grant = f"grant:{case.grant_without_plan(case.planned.granted.family.principal)}"
    request_id = approved(case, (grant, 100_00), kind=DisbursementKind.CASH)
    return pay(case, instalments(request_id)[0])


def test_refunds_are_decided_by_another(client: FlaskClient) -> None:
    from tests.payments.test_commands import ask_back

    case = payable()
    payment_id = paid(case)
    reversal_id = ask_back(case, payment_id, 40_00)
    address = f"/approvals/refunds/{reversal_id}"
    sign_in(client, case.people.supervisor_kyiv)
    assert "A panel was broken" in client.get("/approvals/").text
    assert client.get(address).status_code == 200
    assert client.post(address, data={"form_token": token(), "decision": "x"}).status_code == 422
    assert client.post(address, data={"form_token": token(), "decision": "refuse"}).status_code == 422
    assert client.post(address, data={"form_token": token(), "decision": "approve"}).status_code == 302
    assert "does not wait" in client.get(address).text
    sign_in(client, case.people.finance_kyiv)
    assert client.get(address).status_code == 404
