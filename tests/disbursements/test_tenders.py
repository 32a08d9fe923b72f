"""Above the limit of the own procedure: the tender file, and that its panel does not approve."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.accounts import commands as accounts
from casetracker.accounts.queries import get_actor
from casetracker.approvals import commands as approvals
from casetracker.approvals import queries
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound, Refused
from casetracker.core.permissions import Role
from casetracker.disbursements import commands, tender_commands, tender_queries
from casetracker.disbursements.models import Submission
from casetracker.disbursements.queries import list_decisions
from casetracker.disbursements.states import PanelEntry, TenderProcedure
from casetracker.programmes import commands as programmes
from tests.factories import project_money as money
from tests.factories.accounts import make_user, sign_in
from tests.factories.cases import pdf
from tests.factories.programmes import BANDS, QUOTES
from tests.factories.project_money import Funded, funded_project

TODAY = date(2026, 11, 22)
OUTSIDE = [PanelEntry(user_id=None, name=f"Engineer {n}", function="Engineer") for n in range(3)]


def save(project: Funded, request_id: str, *staff: Actor, files: bool = True) -> str:
    there = tender_queries.find_tender(request_id)
    yesterday = clock.today("Europe/Kyiv") - timedelta(days=1)
    cmd = tender_commands.SaveTender(
        dossier_id=project.dossier_id, disbursement_id=request_id, procedure=TenderProcedure.OPEN,
        published_on=yesterday - timedelta(days=30), opened_on=yesterday,
        panel=(*OUTSIDE[len(staff) :], *(PanelEntry(user_id=a.id, name=None, function="Office") for a in staff)),
        notice=pdf(mark="notice") if files else None, minutes=pdf(mark="minutes") if files else None,
        version=there.version if there else None,
    )  # fmt: skip
    return tender_commands.save_tender(cmd, actor=project.asker)


def above_the_limit() -> tuple[Funded, str]:
    """A project, and a draft in it that needs a tender file."""
    project = funded_project()
    policy = programmes.SetPolicy(
        programme_id=project.programme.id, valid_from=clock.today("UTC"), bands=BANDS, quotes=QUOTES,
        own_procedure_limit=2_000_00,
    )  # fmt: skip
    programmes.set_policy(policy, actor=project.people.administrator)
    request_id = money.draft(project, (project.roof, 3_000_00))
    money.quote(project, request_id)
    return project, request_id


def test_a_purchase_above_the_limit_needs_one_and_its_panel_does_not_approve(app: Flask) -> None:
    project, request_id = above_the_limit()
    with pytest.raises(Refused) as refused:
        money.submit(project, request_id)
    assert "tender file" in refused.value.message.id
    with pytest.raises(Refused) as refused:
        save(project, request_id, project.second, files=False)
    assert refused.value.message.field == "notice"
    with pytest.raises(NotFound):
        save(project, request_id, project.people.supervisor_tallinn)
    tender_id = save(project, request_id, project.third)
    assert save(project, request_id, project.second, files=False) == tender_id
    submission = money.submit(project, request_id)
    assert submission.content["tender"]["panel_ids"] == [project.second.id]
    with pytest.raises(Refused) as refused:
        money.approve(submission, project.second)
    assert "sat on the panel" in refused.value.message.id
    with pytest.raises(Refused) as refused:
        save(project, request_id, project.third, files=False)
    assert "on a draft" in refused.value.message.id
    money.approve(submission, project.people.supervisor_kyiv, project.third)


def why_not(submission: Submission, actor: Actor) -> str | None:
    """What the page tells them, which is what the command does."""
    page = queries.load_request(actor, submission.id).why_not
    try:
        money.approve(submission, actor)
    except Refused as refused:
        assert page == refused.message
        return refused.message.id
    assert page is None
    return None


def given_back(project: Funded, submission: Submission) -> None:
    cmd = approvals.DecideDisbursement(
        submission_id=submission.id, content_hash=submission.content_hash, reason="The bids are unclear"
    )
    approvals.return_disbursement(cmd, actor=project.people.supervisor_kyiv)


def test_who_sat_on_the_panel_at_an_earlier_submission_does_not_approve(app: Flask) -> None:
    project, request_id = above_the_limit()
    fourth = make_user("supervisor.four.kyiv@example.org", Role.SUPERVISOR, project.people.kyiv, name="Fourth, Kyiv")
    save(project, request_id, project.second)
    given_back(project, money.submit(project, request_id))
    save(project, request_id, project.third, files=False)
    given_back(project, money.submit(project, request_id))
    save(project, request_id, files=False)
    again = money.submit(project, request_id)
    assert again.content["tender"]["panel_ids"] == []
    for former in (project.second, project.third):
        assert "sat on the panel" in (why_not(again, former) or "")
    page = tender_queries.load_tender(request_id)
    assert page is not None and page.sat_before == ["Second supervisor, Kyiv", "Third supervisor, Kyiv"]
    waiting = next(each for each in queries.list_waiting(fourth) if each.submission.id == again.id)
    assert queries.who_can([waiting])[again.id] == ("Fourth, Kyiv", "Supervisor Kyiv")
    today = clock.today(fourth.zone)
    standing_in = accounts.NameSubstitute(substitute_id=fourth.id, valid_from=today, valid_until=today)
    accounts.name_substitute(standing_in, actor=project.second)
    assert why_not(again, get_actor(fourth.id)) is None
    assert [each.acts_for for each in list_decisions([again.id])] == [None], "nor does somebody stand in for them"


def test_who_sat_before_panels_were_kept_does_not_approve_either(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that was given back and waits again when the column comes, with nobody in it."""
    monkeypatch.setattr(commands, "_keep_panels", lambda row, submissions: None)
    project, request_id = above_the_limit()
    save(project, request_id, project.second)
    given_back(project, money.submit(project, request_id))
    save(project, request_id, files=False)
    again = money.submit(project, request_id)
    assert "sat on the panel" in (why_not(again, project.second) or "")


def test_who_left_the_panel_before_the_first_submission_may_approve(app: Flask) -> None:
    project, request_id = above_the_limit()
    save(project, request_id, project.second)
    save(project, request_id, project.third, files=False)
    given_back(project, money.submit(project, request_id))
    save(project, request_id, project.people.supervisor_kyiv, files=False)
    save(project, request_id, files=False)
    again = money.submit(project, request_id)
    assert "sat on the panel" in (why_not(again, project.third) or "")
    assert why_not(again, project.second) is None
    assert why_not(again, project.people.supervisor_kyiv) is None


def test_the_request_names_who_sat_on_the_panel_before(client: FlaskClient) -> None:
    project, request_id = above_the_limit()
    save(project, request_id, project.second)
    given_back(project, money.submit(project, request_id))
    sign_in(client, project.asker)
    address = f"/projects/{project.reference}/disbursements/{request_id}"
    words = "Sat on the panel at an earlier submission, and does not approve either: Second supervisor, Kyiv."
    assert words not in client.get(address).get_data(as_text=True), "who sits on it stands in the table above"
    save(project, request_id, project.third, files=False)
    assert words in client.get(address).get_data(as_text=True)
    again = money.submit(project, request_id)
    sign_in(client, project.second)
    page = client.get(f"/approvals/requests/{again.id}").get_data(as_text=True)
    assert words in page and "You sat on the panel that chose the provider" in page
