"""Above the limit of the own procedure: the tender file, and that its panel does not approve."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound, Refused
from casetracker.disbursements import tender_commands, tender_queries
from casetracker.disbursements.states import PanelEntry, TenderProcedure
from casetracker.disbursements.tender_rules import why_not_tender
from casetracker.programmes import commands as programmes
from tests.factories import project_money as money
from tests.factories.cases import pdf
from tests.factories.programmes import BANDS, QUOTES
from tests.factories.project_money import Funded, funded_project

TODAY = date(2026, 11, 22)
OUTSIDE = [PanelEntry(user_id=None, name=f"Engineer {n}", function="Engineer") for n in range(3)]


@pytest.mark.parametrize(
    ("published", "opened", "panel", "field"),
    [
        (TODAY, TODAY + timedelta(days=1), OUTSIDE, "opened_on"),
        (TODAY, TODAY - timedelta(days=1), OUTSIDE, "opened_on"),
        (TODAY, TODAY, OUTSIDE[:2], "panel"),
        (TODAY, TODAY, [*OUTSIDE[:2], OUTSIDE[0]], "panel"),
        (TODAY, TODAY, [*OUTSIDE, PanelEntry(user_id=None, name=None, function="Nobody")], "panel"),
        (TODAY, TODAY, OUTSIDE, None),
    ],
)
def test_what_a_tender_file_needs(published: date, opened: date, panel: list[PanelEntry], field: str | None) -> None:
    why_not = why_not_tender(published, opened, panel, TODAY)
    assert (why_not.field if why_not else None) == field


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


def test_a_purchase_above_the_limit_needs_one_and_its_panel_does_not_approve(app: Flask) -> None:
    project = funded_project()
    policy = programmes.SetPolicy(
        programme_id=project.programme.id, valid_from=clock.today("UTC"), bands=BANDS, quotes=QUOTES,
        own_procedure_limit=2_000_00,
    )  # fmt: skip
    programmes.set_policy(policy, actor=project.people.administrator)
    request_id = money.draft(project, (project.roof, 3_000_00))
    money.quote(project, request_id)
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
