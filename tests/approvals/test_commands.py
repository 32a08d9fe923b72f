"""Deciding on both databases: four eyes, bands, order, and that a refusal leaves everything as it was."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from casetracker.accounts import commands as accounts
from casetracker.accounts.queries import get_actor
from casetracker.approvals import commands, queries
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.commands import command
from casetracker.core.db import db
from casetracker.core.errors import NotFound, Refused
from casetracker.core.permissions import Role
from casetracker.disbursements import commands as requests
from casetracker.disbursements import decision_commands
from casetracker.disbursements.models import Decision, Submission
from casetracker.disbursements.queries import list_decisions
from casetracker.disbursements.states import DecisionStep, DisbursementState
from casetracker.grants.queries import list_grants
from tests.factories.accounts import make_office, make_user
from tests.factories.disbursements import (
    Payable,
    approved,
    decision,
    draft,
    payable,
    quote,
    row_of,
    submit,
    submitted,
)


def decided(submission_id: str) -> int:
    """How many decisions stand on a submission."""
    query = select(func.count()).select_from(Decision).where(Decision.submission_id == submission_id)
    return db.session.execute(query).scalar_one()


def refused(submission: Submission, actor: Actor, words: str) -> None:
    """Approving is refused with these words, and nothing changes."""
    submission_id, before = submission.id, decided(submission.id)
    with pytest.raises(Refused, match=words):
        commands.approve_disbursement(decision(submission), actor=actor)
    assert decided(submission_id) == before


@pytest.mark.usefixtures("app")
def test_the_last_approval_commits() -> None:
    case = payable()
    submission = submitted(case, (f"line:{case.planned.renovation}", 600_00))
    cmd, request_id = decision(submission), submission.disbursement_id
    commands.approve_disbursement(cmd, actor=case.people.supervisor_tallinn)
    assert row_of(case, request_id).state == DisbursementState.SUBMITTED
    refused(db.session.get_one(Submission, cmd.submission_id), case.people.supervisor_tallinn, "already")
    commands.approve_disbursement(cmd, actor=case.people.supervisor_kyiv)
    assert row_of(case, request_id).state == DisbursementState.APPROVED
    totals = [grant.totals for grant in list_grants(case.dossier_id)]
    assert sum(t.committed for t in totals) == 600_00 and sum(t.reserved for t in totals) == 0


@pytest.mark.usefixtures("app")
def test_nobody_approves_the_own_work() -> None:
    case = payable()
    people = case.people
    own = draft(case, actor=people.supervisor_kyiv)
    quote(case, own)
    submission = submit(case, own, actor=people.supervisor_kyiv)
    refused(submission, people.supervisor_kyiv, "asked for this yourself")
    refused(submission, people.supervisor_tallinn, "receiving office has to approve")
    for actor in (people.caseworker_kyiv, people.finance_kyiv, people.auditor, people.administrator):
        with pytest.raises(NotFound):
            commands.approve_disbursement(decision(submission), actor=actor)
    stranger = make_user("supervisor.riga@example.org", Role.SUPERVISOR, make_office("Riga", "LV"))
    with pytest.raises(NotFound):
        commands.approve_disbursement(decision(submission), actor=stranger)
    other = make_user("second.kyiv@example.org", Role.SUPERVISOR, people.kyiv)
    commands.approve_disbursement(decision(submission), actor=other)
    assert row_of(case, own).state == DisbursementState.APPROVED


@pytest.mark.usefixtures("app")
def test_who_wrote_in_the_request_does_not_approve_it() -> None:
    case = payable()
    own = draft(case, actor=case.people.supervisor_kyiv)
    quote(case, own)
    refused(submit(case, own), case.people.supervisor_kyiv, "wrote in this disbursement")


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("is_refusal", [False, True])
def test_returning_and_refusing_release_and_give_the_reason(is_refusal: bool) -> None:
    case = payable()
    submission = submitted(case)
    act = commands.refuse_disbursement if is_refusal else commands.return_disbursement
    with pytest.raises(Refused, match="reason"):
        act(decision(submission), actor=case.people.supervisor_kyiv)
    act(decision(submission, "Two quotes are missing"), actor=case.people.supervisor_kyiv)
    row = row_of(case, submission.disbursement_id)
    assert row.state == (DisbursementState.REFUSED if is_refusal else DisbursementState.RETURNED)
    assert row.state_reason == "Two quotes are missing"
    assert all(grant.totals.reserved == 0 for grant in list_grants(case.dossier_id))
    if is_refusal:
        with pytest.raises(Refused, match="cannot be submitted"):
            submit(case, row.id)
    else:
        again = submit(case, row.id)
        assert (again.number, row_of(case, row.id).state_reason) == (2, None)
        refused(submission, case.people.supervisor_kyiv, "submitted anew")


@pytest.mark.usefixtures("app")
def test_what_changed_since_is_not_approved() -> None:
    case = payable()
    submission = submitted(case)
    with pytest.raises(Refused, match="submitted anew"):
        commands.approve_disbursement(
            replace(decision(submission), content_hash="0" * 64), actor=case.people.supervisor_kyiv
        )
    row = row_of(case, submission.disbursement_id)
    change_behind(row.id, case)
    refused(submission, case.people.supervisor_kyiv, "has changed since")


@command
def change_behind(request_id: str, case: Payable) -> None:
    """An amount changes after submission by a command that forgets to go back to draft."""
    from casetracker.disbursements.events import DisbursementEdited
    from casetracker.events.recording import record

    row = row_of(case, request_id)
    row.purpose = "Something else"
    event = DisbursementEdited(
        owner_id=case.dossier_id, disbursement_id=row.id, purpose=row.purpose, amount=row.amount,
        currency=row.currency, released=False,
    )  # fmt: skip
    record(event, actor=case.requester)


@pytest.mark.usefixtures("app")
def test_a_later_request_raises_the_band_of_an_earlier_one() -> None:
    case = payable()
    line = f"line:{case.planned.renovation}"
    first, second = submitted(case, (line, 400_00)), submitted(case, (line, 400_00))
    assert first.needs_sending == 0
    commands.approve_disbursement(decision(first), actor=case.people.supervisor_kyiv)
    assert row_of(case, first.disbursement_id).state == DisbursementState.SUBMITTED
    commands.approve_disbursement(decision(first), actor=case.people.supervisor_tallinn)
    assert row_of(case, first.disbursement_id).state == DisbursementState.APPROVED
    assert second.needs_sending == 1


@pytest.mark.usefixtures("app")
def test_a_changed_approval_goes_back_to_draft() -> None:
    case = payable()
    request_id = approved(case)
    row = row_of(case, request_id)
    cmd = requests.EditDisbursement(
        dossier_id=case.dossier_id, disbursement_id=row.id, version=row.version, kind=row.kind,
        purpose=row.purpose, provider_id=row.provider_id, local_currency=None, local_amount=None,
        parts=((f"line:{case.planned.renovation}", 401_00),), instalments=(),
    )  # fmt: skip
    requests.edit_disbursement(cmd, actor=case.requester)
    assert row_of(case, request_id).state == DisbursementState.DRAFT
    assert all(grant.totals.committed == 0 for grant in list_grants(case.dossier_id))


@command
def forge(submission_id: str, approver: Actor, requested_by: str | None, content_hash: str | None) -> None:
    """A decision as no rule would let it through; there is no event, the database stops it before."""
    submission = db.session.get_one(Submission, submission_id)
    found = Submission(
        id=submission.id, dossier_id=submission.dossier_id,
        requested_by=requested_by or submission.requested_by,
        content_hash=content_hash or submission.content_hash,
    )  # fmt: skip
    decision_commands.write_decision(found, DecisionStep.APPROVE, actor=approver, relation="receiving")


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("forgery", ["requester", "other requester", "other content"])
def test_the_database_itself_refuses_forged_decisions(forgery: str) -> None:
    case = payable()
    submission = submitted(case)
    approver = case.requester if forgery == "requester" else case.people.supervisor_kyiv
    requested_by = case.people.auditor.id if forgery == "other requester" else None
    content_hash = "0" * 64 if forgery == "other content" else None
    with pytest.raises(IntegrityError):
        forge(submission.id, approver, requested_by, content_hash)
    assert decided(submission.id) == 0


@pytest.mark.usefixtures("app")
def test_a_substitute_decides_for_the_absent_supervisor() -> None:
    case = payable()
    absent = case.people.supervisor_kyiv
    second = make_user("second.kyiv@example.org", Role.SUPERVISOR, case.people.kyiv)
    today = clock.today(absent.zone)
    cmd = accounts.NameSubstitute(substitute_id=second.id, valid_from=today, valid_until=today)
    accounts.name_substitute(cmd, actor=absent)
    submission = submitted(case)
    commands.approve_disbursement(decision(submission), actor=get_actor(second.id))
    (made,) = list_decisions([submission.id])
    assert (made.approver_id, made.acts_for) == (second.id, absent.id)
    own = draft(case, actor=absent)
    quote(case, own)
    submission = submit(case, own, actor=absent)
    commands.approve_disbursement(decision(submission), actor=get_actor(second.id))
    (made,) = list_decisions([submission.id])
    assert (made.approver_id, made.acts_for) == (second.id, None), "nobody is stood for in the own request"


@pytest.mark.usefixtures("app")
def test_the_queue_says_what_waits_for_whom() -> None:
    case = payable()
    people = case.people
    submission = submitted(case)
    mine = queries.list_waiting(people.supervisor_kyiv)
    assert [(w.submission.id, w.why_not) for w in mine] == [(submission.id, None)]
    (other,) = queries.list_waiting(people.supervisor_tallinn)
    assert "receiving office has to approve" in str(other.why_not)
    assert queries.who_can([other]) == {submission.id: (people.supervisor_kyiv.name,)}
    assert queries.list_waiting(people.caseworker_kyiv) == []
    page = queries.load_request(people.supervisor_kyiv, submission.id)
    assert [level.level for level in page.levels] == ["line", "grant", "grant", "budget_line", "programme"]
    line = page.levels[0]
    assert (line.left + line.asked, line.left) == (2_700_00, 2_300_00)
    assert [paper.kind for paper in page.evidence] == ["quote"]


def test_two_approve_the_last_approval_at_once(fresh_app: Flask) -> None:
    case = payable()
    submission = submitted(case)
    cmd, request_id = decision(submission), submission.disbursement_id
    second = make_user("second.kyiv@example.org", Role.SUPERVISOR, case.people.kyiv)
    ids = [case.people.supervisor_kyiv.id, second.id]
    db.session.rollback()
    outcomes = at_once(fresh_app, ids, lambda actor: commands.approve_disbursement(cmd, actor=actor))
    assert sorted(outcomes) == ["done", "refused"]
    assert decided(cmd.submission_id) == 1
    assert row_of(case, request_id).state == DisbursementState.APPROVED


def test_two_ask_for_the_last_cent_at_once(fresh_app: Flask) -> None:
    case = payable()
    grant = f"grant:{case.grant_without_plan(case.planned.granted.family.principal)}"
    requests_made = [draft(case, (grant, 400_00)), draft(case, (grant, 400_00))]
    for request_id in requests_made:
        quote(case, request_id)
    versions = {request_id: row_of(case, request_id).version for request_id in requests_made}
    dossier_id, requester = case.dossier_id, case.requester.id
    db.session.rollback()

    def ask(actor: Actor) -> None:
        request_id = todo.pop()
        cmd = requests.SubmitDisbursement(
            dossier_id=dossier_id, disbursement_id=request_id, version=versions[request_id]
        )
        requests.submit_disbursement(cmd, actor=actor)

    todo = list(requests_made)
    assert sorted(at_once(fresh_app, [requester, requester], ask)) == ["done", "refused"]
    found = next(g for g in list_grants(dossier_id) if f"grant:{g.id}" == grant)
    assert (found.totals.reserved, found.totals.awarded) == (400_00, 215_00)


def at_once(app: Flask, user_ids: list[str], act: object) -> list[str]:
    """Let these people act at the same moment, each on a connection of their own: done or refused."""
    barrier, outcomes = threading.Barrier(len(user_ids)), []

    def run(user_id: str) -> None:
        with app.app_context():
            actor = get_actor(user_id)
            db.session.rollback()
            barrier.wait()
            try:
                act(actor)  # type: ignore[operator]  # a function of the actor
                outcomes.append("done")
            except Refused:
                outcomes.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(user_id,)) for user_id in user_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
