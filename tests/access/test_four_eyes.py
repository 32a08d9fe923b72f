"""Whoever asked, wrote, decided or keeps the case does not approve or pay it: by real posts, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, func, select

from casetracker.accounts import commands as accounts
from casetracker.approvals import commands as approvals
from casetracker.approvals import plan_commands
from casetracker.cases.commands import AssignCaseworker, assign_caseworker
from casetracker.cases.queries import get_case
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import Base, db
from casetracker.core.errors import NotFound, Refused
from casetracker.core.permissions import Role
from casetracker.disbursements import commands as requests
from casetracker.disbursements.models import Submission
from casetracker.disbursements.states import DisbursementState
from casetracker.plans import draft_commands
from casetracker.plans.queries import get_approved_version, get_version_by_id
from casetracker.plans.states import Frequency
from tests.access.world import undone
from tests.conftest import Places, rolled_back
from tests.disbursements.test_routes import token
from tests.factories import disbursements as factory
from tests.factories import plans
from tests.factories.accounts import People, make_office, make_user, sign_in
from tests.factories.disbursements import (
    Payable,
    approved,
    decision,
    deliver,
    draft,
    instalments,
    invoice,
    order,
    pay,
    payable,
    quote,
    row_of,
    submitted,
)
from tests.factories.disbursements import submit as submit_request
from tests.factories.plans import facts, granted_family, playroom_plan, submit

MOVES_ALWAYS = frozenset({
    "event", "chain", "personal_value", "unsealed_event", "form_token", "account_session", "attempt_limit",
    "known_device",
})  # fmt: skip
"""A refusal is recorded, and signing in is: nothing else may change."""


@pytest.fixture(scope="module")
def _case(places: Places) -> Iterator[tuple[Flask, Payable]]:
    with rolled_back(places.program("sqlite", "savepoints")) as app:
        yield app, payable()


@pytest.fixture
def case(_case: tuple[Flask, Payable]) -> Iterator[Payable]:
    """The family with its approved plan; what a test does is undone."""
    with undone(_case[0]):
        yield _case[1]


def state() -> dict[str, Any]:
    """How many rows each table has, and how often rows were changed."""
    found = db.session.execute(_sums()).one()
    db.session.rollback()
    return dict(found._mapping)


@cache
def _sums() -> Select[Any]:
    """One column for each table, called as it is; put together once."""
    return select(*(
        select(func.count() + func.coalesce(func.sum(t.c.version), 0) if "version" in t.c else func.count())
        .select_from(t).scalar_subquery().label(t.name)
        for t in Base.metadata.sorted_tables if t.name not in MOVES_ALWAYS
    ))  # fmt: skip


def post(app: Flask, actor: Actor, address: str, content: str, choice: str = "approve") -> tuple[int, str]:
    """Status and text of a decision that is sent, whatever the page offers."""
    client = sign_in(app.test_client(), actor)
    sent = {"form_token": token(), "decision": choice, "content_hash": content, "reason": ""}
    answer = client.post(address, data=sent)
    return answer.status_code, unescape(answer.text)


def refused(case_app: Flask, actor: Actor, submission: Submission, sentence: str, content: str = "") -> None:
    """The post is refused with the sentence, the command too; the database stands as it did."""
    before, address = state(), f"/approvals/requests/{submission.id}"
    status, text = post(case_app, actor, address, content or submission.content_hash)
    assert (status, sentence in text) == (422, True), (status, sentence)
    cmd = approvals.DecideDisbursement(
        submission_id=submission.id, content_hash=content or submission.content_hash, reason=None
    )
    with pytest.raises(Refused) as no:
        approvals.approve_disbursement(cmd, actor=actor)
    assert sentence in str(no.value.message)
    assert state() == before


@pytest.fixture
def app(_case: tuple[Flask, Payable]) -> Flask:
    """The program of `case`."""
    return _case[0]


def second(case: Payable, role: Role = Role.SUPERVISOR, office: str = "") -> Actor:
    """Another person of Kyiv."""
    office = office or case.people.kyiv
    return make_user(f"second.{role}.{office}@example.org", role, office)


def asked_by(case: Payable, actor: Actor) -> Submission:
    """A request of this person, submitted."""
    request_id = draft(case, actor=actor)
    quote(case, request_id)
    return submit_request(case, request_id, actor=actor)


def test_the_own_request(case: Payable, app: Flask) -> None:
    asker = case.people.supervisor_kyiv
    refused(app, asker, asked_by(case, asker), "You asked for this yourself")


def test_who_wrote_in_the_request_of_another(case: Payable, app: Flask) -> None:
    writer = second(case)
    request_id = draft(case, actor=writer)
    quote(case, request_id)
    refused(app, writer, submit_request(case, request_id), "You wrote in this disbursement")


def test_who_wrote_one_line_of_the_plan(case: Payable, app: Flask) -> None:
    writer = second(case)
    other = payable_with_line_of(writer, case)
    refused(app, writer, submitted(other), "You wrote in the plan")


def payable_with_line_of(writer: Actor, case: Payable) -> Payable:
    """Another case, whose plan holds one word of `writer`."""
    people = case.people

    def approved_plan(_people: People) -> plans.Planned:
        planned = another_plan(case)
        line = next(each for each in facts(planned.granted).lines if each.id == planned.renovation)
        draft_commands.save_line(
            draft_commands.SaveLine(
                dossier_id=planned.granted.dossier_id, activity_id=planned.playroom, line_id=line.id,
                version=line.version, description="Renovation and paint", provider_id=None, quantity=1,
                unit_price=2_700_00, unit_currency="EUR", frequency=Frequency.ONCE, times=1,
            ), actor=writer,
        )  # fmt: skip
        version_id = submit(planned.granted)
        content = get_version_by_id(version_id).content_hash
        cmd = plan_commands.DecidePlan(version_id=version_id, content_hash=content)
        with pytest.raises(Refused, match="wrote"):
            plan_commands.validate_plan(cmd, actor=writer)
        plan_commands.validate_plan(cmd, actor=people.supervisor_kyiv)
        plan_commands.approve_plan(cmd, actor=people.supervisor_tallinn)
        return planned

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(factory, "approved_plan", approved_plan)
        patch.setattr(factory, "paid_provider", lambda *_people: case.provider_id)
        return payable(people)


def another_plan(case: Payable) -> plans.Planned:
    """A further family's plan in draft, in the same programme."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans, "demo_programme", lambda _administrator: case.planned.granted.programme)
        return playroom_plan(granted_family(case.people))


def test_the_same_person_twice(case: Payable, app: Flask) -> None:
    submission = submitted(case, (f"line:{case.planned.renovation}", 600_00))
    approvals.approve_disbursement(decision(submission), actor=case.people.supervisor_kyiv)
    refused(app, case.people.supervisor_kyiv, submission, "You gave your approval already")
    moved = replace(case.people.supervisor_kyiv, office_id=case.people.tallinn)
    with pytest.raises(Refused, match="You gave your approval already"):
        approvals.approve_disbursement(decision(submission), actor=moved)


def test_the_caseworker_of_the_case(case: Payable, app: Flask) -> None:
    keeper, submission = case.people.supervisor_kyiv, submitted(case)
    cmd = AssignCaseworker(
        dossier_id=case.dossier_id, caseworker_id=keeper.id, version=get_case(case.dossier_id).version
    )
    assign_caseworker(cmd, actor=keeper)
    refused(app, keeper, submission, "You are the caseworker of this case")


def test_forged_and_stale_content(case: Payable, app: Flask) -> None:
    submission = submitted(case)
    approver = case.people.supervisor_kyiv
    refused(app, approver, submission, "was changed and submitted anew", "0" * 64)
    status, _text = post(app, approver, f"/approvals/requests/{submission.id}", "")
    assert status == 422
    approvals.return_disbursement(decision(submission, "Cheaper, please"), actor=approver)
    refused(app, approver, submission, "does not wait for approval")
    anew = submit_request(case, submission.disbursement_id)
    assert anew.id != submission.id
    refused(app, approver, submission, "submitted anew")
    refused(app, approver, anew, "was changed and submitted anew", submission.content_hash)


def test_changed_after_submission(case: Payable, app: Flask) -> None:
    """A change takes the request back to draft; what the approver saw is not what is approved."""
    submission = submitted(case)
    row = row_of(case, submission.disbursement_id)
    cmd = requests.EditDisbursement(
        dossier_id=case.dossier_id, disbursement_id=row.id, version=row.version, kind=row.kind, purpose=row.purpose,
        provider_id=row.provider_id, local_currency=None, local_amount=None,
        parts=((f"line:{case.planned.renovation}", 450_00),), instalments=(),
    )  # fmt: skip
    try:
        requests.edit_disbursement(cmd, actor=case.requester)
    except Refused:
        return  # it has to be returned or recalled first, which is as good
    refused(app, case.people.supervisor_kyiv, submission, "does not wait for approval")


def test_a_supervisor_of_the_wrong_office(case: Payable, app: Flask) -> None:
    submission = submitted(case, (f"line:{case.planned.renovation}", 600_00))
    approvals.approve_disbursement(decision(submission), actor=case.people.supervisor_tallinn)
    other = second(case, office=case.people.tallinn)
    refused(app, other, submission, "The sending office's part is done")
    before = state()
    stranger = second(case, office=make_office("Riga", "LV"))
    assert post(app, stranger, f"/approvals/requests/{submission.id}", submission.content_hash)[0] == 404
    after = state()
    assert {name for name in after if after[name] != before[name]} == {"office", "user_account"}


def test_others_find_no_page_of_deciding(case: Payable, app: Flask) -> None:
    submission, version = submitted(case), get_approved_version(case.dossier_id)
    assert version is not None
    people, before = case.people, state()
    for actor in (people.caseworker_kyiv, people.caseworker_tallinn, people.finance_kyiv, people.auditor,
                  people.administrator):  # fmt: skip
        client = sign_in(app.test_client(), actor)
        for address in (f"/approvals/requests/{submission.id}", f"/approvals/plans/{version.id}", "/approvals/"):
            assert client.get(address).status_code == 404
            for choice in ("approve", "return", "refuse"):
                sent = {"form_token": token(), "decision": choice, "content_hash": submission.content_hash,
                        "reason": "x", "chosen": f"{submission.id}:{submission.content_hash}"}  # fmt: skip
                assert client.post(address, data=sent).status_code == 404
        for act in (approvals.approve_disbursement, approvals.return_disbursement, approvals.refuse_disbursement):
            with pytest.raises(NotFound):
                act(decision(submission, "x"), actor=actor)
    assert state() == before


def test_several_at_once_slips_nothing_through(case: Payable, app: Flask) -> None:
    """The list takes only what is offered; the own request among them stands as it was."""
    own = asked_by(case, case.people.supervisor_kyiv)
    client, before = sign_in(app.test_client(), case.people.supervisor_kyiv), state()
    chosen = [f"{own.id}:{own.content_hash}", f"{own.id}:{'0' * 64}"]
    answer = client.post("/approvals/", data={"form_token": token(), "chosen": chosen})
    assert answer.status_code in (302, 422) and state() == before


@pytest.mark.parametrize("part", ["requester", "approver", "sender"])
def test_who_asked_or_approved_does_not_pay(case: Payable, app: Flask, part: str) -> None:
    """Not by the door, and not with the keys of a finance officer either."""
    request_id = approved(case, (f"line:{case.planned.renovation}", 600_00))
    (one,) = instalments(request_id)
    for step in (order, deliver, invoice):
        step(case, instalments(request_id)[0])
    people = case.people
    who = {"requester": case.requester, "approver": people.supervisor_kyiv, "sender": people.supervisor_tallinn}[part]
    before = state()
    address = f"/cases/{case.reference}/instalments/{one.id}/payment"
    client = sign_in(app.test_client(), who)
    assert client.get(address).status_code == 404
    assert client.post(address, data={"form_token": token(), "amount": "400.00"}).status_code == 404
    with pytest.raises(NotFound):
        pay(case, instalments(request_id)[0], actor=who)
    with pytest.raises(Refused, match="somebody else has to record the payment"):
        pay(case, instalments(request_id)[0], actor=replace(who, role=Role.FINANCE_OFFICER))
    assert state() == before
    pay(case, instalments(request_id)[0])


def test_a_substitute_is_bound_like_everybody(case: Payable, app: Flask) -> None:
    """Standing in for a supervisor opens no second approval and no own request."""
    stands_in, today = second(case), clock.today("Europe/Kyiv")
    cmd = accounts.NameSubstitute(substitute_id=stands_in.id, valid_from=today, valid_until=today)
    accounts.name_substitute(cmd, actor=case.people.supervisor_kyiv)
    refused(app, stands_in, asked_by(case, stands_in), "You asked for this yourself")
    for nobody in (case.people.caseworker_kyiv.id, case.people.supervisor_tallinn.id, case.people.supervisor_kyiv.id):
        wrong = accounts.NameSubstitute(substitute_id=nobody, valid_from=today, valid_until=today)
        with pytest.raises(Refused):
            accounts.name_substitute(wrong, actor=case.people.supervisor_kyiv)
    with pytest.raises(NotFound):
        accounts.name_substitute(cmd, actor=case.people.caseworker_kyiv)


def waiting_plan(case: Payable) -> tuple[str, str]:
    """A plan that waits: id of the version and its hash."""
    version_id = submit(another_plan(case).granted)
    return version_id, get_version_by_id(version_id).content_hash


def plan_refused(app: Flask, actor: Actor, version: tuple[str, str], sentence: str, content: str = "") -> None:
    """As `refused`, for a plan."""
    before = state()
    status, text = post(app, actor, f"/approvals/plans/{version[0]}", content or version[1])
    assert (status, sentence in text) == (422, True), (status, sentence)
    assert state() == before


def test_plan_by_the_wrong_office_twice_or_forged(case: Payable, app: Flask) -> None:
    people, version = case.people, waiting_plan(case)
    validator = people.supervisor_kyiv
    plan_refused(app, people.supervisor_tallinn, version, "A supervisor of the receiving office decides this")
    plan_refused(app, validator, version, "submitted anew", "f" * 64)
    cmd = plan_commands.DecidePlan(version_id=version[0], content_hash=version[1])
    plan_commands.validate_plan(cmd, actor=validator)
    plan_refused(app, validator, version, "A supervisor of the sending office decides this")
    moved = replace(validator, office_id=people.tallinn)
    acts: list[Callable[..., Any]] = [plan_commands.approve_plan, plan_commands.validate_plan]
    for act in acts:
        before = state()
        with pytest.raises(Refused):
            act(cmd, actor=moved)
        assert state() == before
    for actor in (people.caseworker_kyiv, people.finance_kyiv, people.auditor, people.administrator):
        assert post(app, actor, f"/approvals/plans/{version[0]}", version[1])[0] == 404
    plan_commands.approve_plan(cmd, actor=people.supervisor_tallinn)
    for actor in (people.supervisor_tallinn, validator):
        plan_refused(app, actor, version, "does not wait for that decision any more")


def test_plan_edited_after_approval_pays_as_approved(case: Payable, app: Flask) -> None:
    """The draft that goes on changes nothing of what is payable, until it is approved itself."""
    before = get_approved_version(case.dossier_id)
    granted = case.planned.granted
    line = next(each for each in facts(granted).lines if each.id == case.planned.uniform)
    draft_commands.remove_line(
        draft_commands.RemoveLine(dossier_id=case.dossier_id, line_id=line.id, version=line.version),
        actor=case.people.caseworker_kyiv,
    )
    after = get_approved_version(case.dossier_id)
    assert before is not None and after is not None and before.content_hash == after.content_hash
    submission = submitted(case, (f"line:{case.planned.uniform}", 100_00))
    approvals.approve_disbursement(decision(submission), actor=case.people.supervisor_kyiv)
    state_now = row_of(case, submission.disbursement_id).state
    assert state_now in (DisbursementState.SUBMITTED, DisbursementState.APPROVED)
