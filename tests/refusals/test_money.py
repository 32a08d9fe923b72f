"""Money that is not there, or may not be drawn yet or so, is refused at every level, to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casetracker.approvals import commands as approvals
from casetracker.casefile import commands as casefile
from casetracker.casefile import tick_commands
from casetracker.cases.states import Stage
from casetracker.core import clock
from casetracker.core.commands import command, lock
from casetracker.core.db import db
from casetracker.disbursements import commands
from casetracker.disbursements.models import Disbursement
from casetracker.disbursements.states import DisbursementKind
from casetracker.events.recording import record
from casetracker.grants import commands as grants
from casetracker.grants.events import ClockExtended
from casetracker.grants.models import Grant
from casetracker.grants.queries import get_grant, list_grants
from casetracker.grants.rules import months_after
from casetracker.grants.states import Clock, GrantState
from casetracker.ledger.posting import set_ceiling
from casetracker.plans import commands as plans
from casetracker.programmes import commands as programme_commands
from casetracker.programmes import queries as programmes
from casetracker.programmes.events import ProgrammeEdited
from tests.factories.accounts import make_people
from tests.factories.casefile import APPLIED, ARRIVED, DECIDED, Road, on, road_to
from tests.factories.cases import playroom_case
from tests.factories.disbursements import Payable, decision, draft, payable, quote, row_of, submit, submitted
from tests.factories.plans import granted_family
from tests.factories.programmes import BANDS, LAST, demo_programme
from tests.factories.providers import demo_provider
from tests.refusals.holding import not_there, refused

pytestmark = pytest.mark.usefixtures("app")
AFTER = LAST.replace(year=LAST.year + 1)


def ask(case: Payable, *parts: tuple[str, int], quotes: int = 1, **options: object) -> str:
    """A request with its quotes that only has to be submitted; returns its id."""
    request_id = draft(case, *parts, **options)  # type: ignore[arg-type]  # the options of `draft`
    quote(case, request_id, number=quotes, provider_id=options.get("provider_id"))  # type: ignore[arg-type]
    return request_id


def own_grant(case: Payable) -> str:
    """The option key of the principal's grant that needs no plan."""
    return f"grant:{case.grant_without_plan(case.planned.granted.family.principal)}"


def applied() -> Road:
    """The family has applied; what is left is the supervisor's decision."""
    people = make_people()
    it = road_to(Stage.APPLICATION, people, demo_programme(people.administrator))
    with on(APPLIED):
        it.choose_programme()
        it.apply()
    return it


@command
def shrink(it: Road, account_id: str, ceiling: int) -> None:
    """The ceiling moves, as a confirmed change of the budget moves it."""
    set_ceiling(account_id, ceiling)
    record(ProgrammeEdited(programme_id=it.programme.id, code="X"), actor=it.people.administrator)


def test_one_cent_more_than_the_plan_line_has_left() -> None:
    case = payable()
    line = f"line:{case.planned.renovation}"
    submitted(case, (line, 2_700_00), number=3)
    request_id = ask(case, (line, 1), quotes=3)
    with refused("left on the plan line"):
        submit(case, request_id)


def test_one_cent_more_than_the_grant_has_left() -> None:
    case = payable()
    request_id = ask(case, (own_grant(case), 615_01))
    with refused("left of the grant"):
        submit(case, request_id)


def test_one_cent_more_than_the_budget_line_has_left() -> None:
    it = applied()
    shrink(it, programmes.get_budget_line_account(it.programme.reintegration_line_id), 2_000_00 - 1)
    with on(DECIDED), refused("that the ceiling of"):
        it.decide(it.family.principal)


def test_one_cent_more_than_the_programme_has_left() -> None:
    it = applied()
    shrink(it, programmes.get_programme_account(it.programme.id), 2_615_00 - 1)
    with on(DECIDED), refused("that the ceiling of"):
        it.decide(it.family.principal)


def test_nobody_draws_before_the_own_arrival() -> None:
    case = payable(arrived=False)
    request_id = ask(case)
    with refused("before the own arrival"):
        submit(case, request_id)


def test_nothing_is_asked_for_outside_the_eligible_period() -> None:
    case = payable()
    request_id = ask(case)
    with on(AFTER), refused("eligible period"):
        submit(case, request_id)


def test_cash_above_the_cap() -> None:
    case = payable()
    cap(case, 300_00)
    submitted_cash = draft(case, (own_grant(case), 200_00), kind=DisbursementKind.CASH)
    submit(case, submitted_cash)
    request_id = draft(case, (own_grant(case), 100_01), kind=DisbursementKind.CASH)
    with refused("above the cap of 300.00 EUR"):
        submit(case, request_id)


@command
def cap(case: Payable, amount: int) -> None:
    """The principal's grant without a plan allows this much cash."""
    grant = lock(Grant, case.grant_without_plan(case.planned.granted.family.principal))
    grant.cash_cap = amount
    event = ClockExtended(owner_id=case.dossier_id, grant_id="", package="", clock="use", until="", reason="")
    record(event, actor=case.requester)


def test_no_cash_from_what_is_given_in_kind() -> None:
    case = payable()
    request_id = draft(case, kind=DisbursementKind.CASH)
    with refused("in kind only"):
        submit(case, request_id)


def test_own_contribution_is_never_disbursed() -> None:
    case = payable()
    with refused("not in the approved plan"):
        draft(case, (f"line:{case.planned.rent}", 100_00))


def test_a_grant_that_needs_a_plan_is_not_asked_for_without_one() -> None:
    case = payable()
    with refused("not in the approved plan"):
        draft(case, (f"grant:{case.planned.granted.grants[case.planned.granted.family.spouse]}", 1_00))


def test_an_account_that_nobody_confirmed_gets_nothing() -> None:
    case = payable()
    provider_id = demo_provider(case.people.caseworker_kyiv, "New shop")
    request_id = ask(case, provider_id=provider_id)
    with refused("second person has confirmed"):
        submit(case, request_id)


def test_one_purchase_split_in_two_needs_the_quotes_of_the_whole() -> None:
    case = payable()
    line = f"line:{case.planned.renovation}"
    submitted(case, (line, 500_00))
    request_id = ask(case, (line, 500_00))
    with refused("needed 3"):
        submit(case, request_id)


def limit_own_procedure(case: Payable, limit: int | None, days: int = 0) -> None:
    """A policy from so many days ahead on, the programme's own procedure of buying held to this total."""
    programme = case.planned.granted.programme
    cmd = programme_commands.SetPolicy(
        programme_id=programme.id, valid_from=clock.today() + timedelta(days=days), bands=BANDS, quotes=(),
        own_procedure_limit=limit,
    )  # fmt: skip
    programme_commands.set_policy(cmd, actor=case.people.administrator)


def test_the_own_procedure_of_buying_has_its_limit_also_for_a_split_purchase() -> None:
    case = payable()
    line = f"line:{case.planned.renovation}"
    limit_own_procedure(case, 800_00)
    submitted(case, (line, 400_00))
    request_id = ask(case, (line, 400_01))
    with refused("own procedure of buying holds up to"):
        submit(case, request_id)
    exact = ask(case, (line, 400_00))
    assert submit(case, exact).policy["own_procedure_limit"] == 800_00


def test_what_has_grown_above_the_own_procedure_is_not_approved() -> None:
    case = payable()
    line = f"line:{case.planned.renovation}"
    limit_own_procedure(case, 500_00)
    first = submitted(case, (line, 400_00))
    limit_own_procedure(case, None, days=1)
    with on(clock.today() + timedelta(days=1)):
        submitted(case, (line, 400_00))
        with refused("own procedure of buying holds up to"):
            approvals.approve_disbursement(decision(first), actor=case.people.supervisor_kyiv)


def test_what_is_to_be_used_within_working_days_lapses_after_the_last_one() -> None:
    people = make_people()
    it = road_to(Stage.APPLICATION, people, demo_programme(people.administrator))
    package = programmes.get_package_row(it.programme.post_arrival_id)
    cmd = programme_commands.EditPackage(
        package_id=package.id, version=package.version, name=package.name, needs_plan=False, in_kind_only=False,
        cash_cap=None, contact_within_months=None, use_within_months=None, within_working_days=14, is_active=True,
    )  # fmt: skip
    programme_commands.edit_package(cmd, actor=people.administrator)
    with on(APPLIED):
        it.choose_programme()
        it.apply()
    with on(DECIDED):
        it.decide(it.family.principal)
    stands = programmes.get_package_row(package.id)
    programme_commands.edit_package(
        replace(cmd, version=stands.version, within_working_days=2), actor=people.administrator
    )
    with on(DECIDED):
        it.prepare(it.family.principal)
    with on(ARRIVED):
        it.depart(it.family.principal)
        it.arrive(it.family.principal)
    (grant,) = [g for g in list_grants(it.id) if g.package_id == package.id]
    assert grant.use_due_on == date(2026, 3, 23), "what was in force when the grant was made"
    with on(date(2026, 3, 24)):
        request_id = draft_cash(it, grant.id)
        with refused("ended on"):
            submit_draft(it, request_id)
    extend = grants.ExtendClock(
        dossier_id=it.id, grant_id=grant.id, clock=Clock.USE, until=date(2026, 3, 25), reason="In hospital",
        version=version_of(grant.id),
    )  # fmt: skip
    grants.extend_clock(extend, actor=people.supervisor_tallinn)
    assert tick_commands.run(date(2026, 3, 25)) == 0
    assert tick_commands.run(date(2026, 3, 26)) == 1
    assert get_grant(it.id, grant.id).state == GrantState.LAPSED


def draft_cash(it: Road, grant_id: str) -> str:
    """The sending office writes a request for cash of this grant; returns its id."""
    cmd = commands.DraftDisbursement(
        dossier_id=it.id, kind=DisbursementKind.CASH, purpose="First days", provider_id=None, local_currency=None,
        local_amount=None, parts=((f"grant:{grant_id}", 100_00),), instalments=(),
    )  # fmt: skip
    return commands.draft_disbursement(cmd, actor=it.tallinn)


def submit_draft(it: Road, request_id: str) -> None:
    """It is asked for."""
    row = db.session.get_one(Disbursement, request_id)
    submit_it = commands.SubmitDisbursement(dossier_id=it.id, disbursement_id=row.id, version=row.version)
    commands.submit_disbursement(submit_it, actor=it.tallinn)


def test_a_grant_that_was_given_back_pays_nothing() -> None:
    case = payable()
    request_id = ask(case)
    give_back = command(plans.write_grants_gone)
    give_back(case.dossier_id, case.planned.granted.family.spouse, "Separated", actor=case.people.supervisor_tallinn)
    with refused("no longer open"):
        submit(case, request_id)


def test_money_of_another_case_is_not_there() -> None:
    case = payable()
    other = playroom_case(case.people)
    request_id = ask(case)
    version = row_of(case, request_id).version
    cmd = commands.SubmitDisbursement(dossier_id=other.dossier_id, disbursement_id=request_id, version=version)
    with not_there():
        commands.submit_disbursement(cmd, actor=case.people.caseworker_tallinn)


def test_a_suspension_stops_no_eligible_period() -> None:
    case = payable()
    request_id = ask(case)
    suspend = casefile.SuspendCase(dossier_id=case.dossier_id, reason="Nobody answers")
    casefile.suspend_case(suspend, actor=case.requester)
    with on(AFTER), refused("eligible period"):
        submit(case, request_id)
    with on(AFTER):
        casefile.resume_case(casefile.ResumeCase(dossier_id=case.dossier_id), actor=case.requester)
    assert all(due == LAST for due in due_days(case))


def due_days(case: Payable) -> list[date]:
    """The days on which the clocks of the case's grants end."""
    found = list_grants(case.dossier_id)
    return [day for grant in found for day in (grant.contact_due_on, grant.use_due_on) if day]


def test_no_clock_is_extended_beyond_the_eligible_period_nor_by_a_caseworker() -> None:
    case = payable()
    grant = get_grant(case.dossier_id, case.planned.granted.grants[case.planned.granted.family.principal])
    cmd = grants.ExtendClock(
        dossier_id=case.dossier_id, grant_id=grant.id, clock=Clock.USE, until=AFTER, reason="They wait",
        version=version_of(grant.id),
    )  # fmt: skip
    with refused("no clock runs beyond it"):
        grants.extend_clock(cmd, actor=case.people.supervisor_kyiv)
    with not_there():
        grants.extend_clock(cmd, actor=case.people.caseworker_kyiv)


def version_of(grant_id: str) -> int:
    """The version of the grant's row."""
    return db.session.get_one(Grant, grant_id).version


def test_a_clock_does_not_run_before_the_own_arrival() -> None:
    granted = granted_family(make_people())
    grant_id = granted.grants[granted.family.principal]
    cmd = grants.ExtendClock(
        dossier_id=granted.dossier_id, grant_id=grant_id, clock=Clock.USE, until=clock.today(), reason="Early",
        version=version_of(grant_id),
    )  # fmt: skip
    with refused("starts with the person's own arrival"):
        grants.extend_clock(cmd, actor=granted.people.supervisor_tallinn)


def test_a_grant_whose_time_ended_pays_nothing_before_the_lapse_is_recorded() -> None:
    case = payable()
    request_id = ask(case)
    with on(months_after(clock.today(), 4)), refused("ended on"):
        submit(case, request_id)
    suspend = casefile.SuspendCase(dossier_id=case.dossier_id, reason="Nobody answers")
    casefile.suspend_case(suspend, actor=case.requester)
    with on(months_after(clock.today(), 4)):
        assert submit(case, request_id).number == 1


def test_a_childs_grant_is_not_pooled_without_a_plan() -> None:
    case = payable()
    family = case.planned.granted.family
    parts = [
        (f"grant:{case.grant_without_plan(person_id)}", 50_00) for person_id in (family.principal, family.older_child)
    ]
    request_id = ask(case, *parts)
    with refused("is a child: the grant pays only for what is for"):
        submit(case, request_id)
