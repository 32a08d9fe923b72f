"""A case and a project in the same moment at one budget line, with real commits: the last cent goes to one of them."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import update

from casetracker.core.actor import Actor
from casetracker.core.commands import bookkeeping, command
from casetracker.core.db import db
from casetracker.disbursements import commands
from casetracker.grants.commands import write_relinquish
from casetracker.grants.queries import get_grant, list_grants
from casetracker.ledger.models import LedgerBalance
from casetracker.ledger.queries import totals_of
from casetracker.ledger.states import Totals
from casetracker.programmes import commands as programmes
from casetracker.programmes.models import BudgetLine
from tests.access.test_at_once import at_once
from tests.factories import disbursements as cases
from tests.factories import plans
from tests.factories import project_money as projects


@bookkeeping("a balance is no history")
def leave(account_id: str, amount: int) -> None:
    """All that was awarded of the account is spent but for this: awards alone would leave enough for both."""
    spent = LedgerBalance.spent + LedgerBalance.awarded - amount
    balance = update(LedgerBalance).where(LedgerBalance.account_id == account_id)
    db.session.execute(balance.values(awarded=amount, spent=spent))


@command
def give_back(grant_id: str, *, actor: Actor) -> int:
    """What the grant has left returns to the programme."""
    return write_relinquish(grant_id, "She moved on", actor=actor)


def line_totals(line_id: str) -> Totals:
    account = db.session.get_one(BudgetLine, line_id).account_id
    return totals_of([account])[account]


def test_a_request_of_a_case_and_one_of_a_site_race_for_the_last_cent(fresh_app: Flask) -> None:
    case = cases.payable()
    project = projects.funded_project(case.people, case.planned.granted.programme, case.provider_id)
    theirs = cases.draft(case)
    cases.quote(case, theirs)
    ours = projects.draft(project, (project.roof, 400_00))
    projects.quote(project, ours, number=1)
    line = db.session.get_one(BudgetLine, case.planned.granted.programme.reintegration_line_id)
    leave(line.account_id, 400_00)
    line_id = line.id
    of_case = commands.SubmitDisbursement(
        dossier_id=case.dossier_id, disbursement_id=theirs, version=cases.row_of(case, theirs).version
    )
    of_site = commands.SubmitDisbursement(
        dossier_id=project.dossier_id, disbursement_id=ours, version=projects.version_of(project, ours)
    )
    results = at_once(
        fresh_app,
        lambda: commands.submit_disbursement(of_case, actor=case.requester),
        lambda: commands.submit_disbursement(of_site, actor=project.asker),
    )
    assert results.count("done") == 1, results
    assert "left on the budget line" in results[0] or "that is left" in results[0], results
    assert (line_totals(line_id).awarded, line_totals(line_id).reserved) == (0, 400_00)


def test_an_award_to_a_person_and_a_share_race_for_the_last_cent_of_the_ceiling(fresh_app: Flask) -> None:
    case = cases.payable()
    project = projects.funded_project(case.people, case.planned.granted.programme, case.provider_id)
    people, line_id = case.people, case.planned.granted.programme.reintegration_line_id
    grant = next(g for g in list_grants(case.dossier_id) if g.needs_plan)
    freed = give_back(grant.id, actor=people.supervisor_tallinn)
    assert freed > 0
    held = get_grant(project.dossier_id, project.grant_id).held
    used = line_totals(line_id).used
    row = db.session.get_one(BudgetLine, line_id)
    change = programmes.EditBudgetLine(budget_line_id=line_id, name=row.name, ceiling=used + freed, version=row.version)
    programmes.edit_budget_line(change, actor=people.administrator)
    request = projects.ask_share(project.dossier_id, line_id, held + freed, actor=people.caseworker_kyiv)
    persons = (grant.person_id,)

    def award() -> None:
        plans.award(
            case.dossier_id, persons, case.planned.granted.programme.id, date.today(), actor=people.supervisor_tallinn
        )

    def decide() -> None:
        projects.decide_share(request, actor=people.supervisor_kyiv)

    results = at_once(fresh_app, award, decide)
    assert results.count("done") == 1, results
    assert line_totals(line_id).unallotted == 0
