"""Writing a plan, freezing it, deciding on it: on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from casetracker.core.commands import command
from casetracker.core.db import db
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.dossiers.commands import add_point
from casetracker.dossiers.events import PointRaised
from casetracker.dossiers.queries import list_points, sight_by_id
from casetracker.dossiers.states import PointKind
from casetracker.events.recording import record
from casetracker.grants.queries import list_grants, list_leftovers
from casetracker.grants.states import Clock
from casetracker.plans import commands, correction_commands, draft_commands, funding_commands, queries
from casetracker.plans.models import PlanDecision, PlanFunding, PlanVersion, PoolAgreement
from casetracker.plans.states import ActivityKind, FundingSource, PlanState
from tests.factories import plans
from tests.factories.accounts import make_people
from tests.factories.cases import playroom_case
from tests.factories.documents import pdf
from tests.factories.plans import Granted, Planned


@pytest.fixture
def granted(app: Flask) -> Granted:
    return plans.granted_family(make_people())


@pytest.fixture
def planned(granted: Granted) -> Planned:
    return plans.playroom_plan(granted)


def refusal(call: object, *args: object, **kwargs: object) -> str:
    """The sentence with which a command is refused."""
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)  # type: ignore[operator]  # a command
    db.session.rollback()
    return str(caught.value.message)


def count(model: type) -> int:
    return db.session.query(model).count()


def test_a_draft_holds_what_was_written(planned: Planned) -> None:
    plan = plans.facts(planned.granted)
    assert plan.state == PlanState.DRAFT and plan.currency == "EUR"
    assert [activity.title for activity in plan.activities] == [
        "Children's playroom",
        "School",
        "Kindergarten",
    ]
    amounts = {line.description: line.amount for line in plan.lines}
    assert amounts == {
        "Renovation": 2_700_00,
        "Rent": 600_00,
        "School uniform": 200_00,
        "Monthly fees": 900_00,
    }
    assert all(line.funded == line.amount for line in plan.lines)


def test_approved_lines_are_payable_with_their_grants(planned: Planned) -> None:
    people, family = planned.granted.people, planned.granted.family
    version_id = plans.submit(planned.granted)
    assert queries.approved_lines(planned.granted.dossier_id) == []
    plans.validate(version_id, actor=people.supervisor_kyiv)
    plans.approve(version_id, actor=people.supervisor_tallinn)
    lines = {line.line_id: line for line in queries.approved_lines(planned.granted.dossier_id)}
    renovation = lines[planned.renovation]
    grants = planned.granted.grants
    assert renovation.funding == (
        (grants[family.principal], family.principal, 1_800_00),
        (grants[family.spouse], family.spouse, 900_00),
    )
    assert renovation.totals and (renovation.totals.ceiling, renovation.totals.awarded) == (
        2_700_00,
        2_700_00,
    )
    assert lines[planned.rent].account_id is None and lines[planned.rent].granted == 0
    approved = queries.get_approved_version(planned.granted.dossier_id)
    assert approved and approved.number == 1 and people.caseworker_kyiv.id in approved.authors


def test_a_childs_grant_does_not_pay_for_the_playroom(planned: Planned) -> None:
    family = planned.granted.family
    said = refusal(
        plans.fund, planned.granted, planned.renovation,
        {family.principal: 1_800_00, family.older_child: 100_00},
    )  # fmt: skip
    assert "is a child" in said
    assert db.session.query(PlanFunding).filter_by(line_id=planned.renovation).count() == 2


def test_one_cent_more_than_a_grant_leaves(granted: Granted) -> None:
    family = granted.family
    activity = plans.activity(granted, "School", family.older_child)
    first = plans.line(granted, activity, "Books", 999_99)
    second = plans.line(granted, activity, "Clothes", 2)
    plans.fund(granted, first, {family.older_child: 999_99})
    assert "0.02 EUR is more than the 0.01 EUR" in refusal(plans.fund, granted, second, {family.older_child: 2})
    plans.fund(granted, second, {family.older_child: 1}, third_party=1)


def test_an_agreement_lapses_when_the_amount_changes(planned: Planned) -> None:
    family = planned.granted.family
    plans.fund(
        planned.granted,
        planned.renovation,
        {family.principal: 1_700_00, family.spouse: 900_00},
        own_kind=100_00,
    )
    standing = db.session.query(PoolAgreement).filter_by(line_id=planned.renovation, lapsed_on=None).all()
    assert [(row.person_id, row.amount) for row in standing] == [(family.spouse, 900_00)]
    assert "signed agreement of Andriy Koval to 1700.00 EUR" in refusal(plans.submit, planned.granted)
    assert count(PlanVersion) == 0


def test_an_agreement_to_another_amount_is_refused(planned: Planned) -> None:
    family = planned.granted.family
    said = refusal(plans.agree, planned.granted, planned.renovation, family.principal, 1_00)
    assert "now takes 1800.00 EUR" in said
    assert "nothing of this person" in refusal(
        plans.agree, planned.granted, planned.uniform, family.older_child, 200_00
    )


def test_an_agreement_logged_wrongly_is_corrected_and_money_waits_once_it_was_submitted(planned: Planned) -> None:
    granted, person = planned.granted, planned.granted.family.spouse
    stands = queries.get_agreement(granted.dossier_id, planned.renovation, person)
    day, paper = stands.agreed_on, stands.document_id
    cmd = correction_commands.CorrectAgreement(
        dossier_id=granted.dossier_id, line_id=planned.renovation, person_id=person, version=stands.version,
        agreed_on=day - timedelta(days=1), upload=None, reason="Signed the day before",
    )  # fmt: skip
    correct = partial(correction_commands.correct_agreement, actor=granted.people.caseworker_kyiv)
    assert "Nothing was changed" in refusal(correct, replace(cmd, agreed_on=day))
    assert "future" in refusal(correct, replace(cmd, agreed_on=day + timedelta(days=2)))
    with pytest.raises(NotFound):
        correction_commands.correct_agreement(cmd, actor=granted.people.finance_kyiv)
    correct(cmd)
    with pytest.raises(Conflict):
        correct(replace(cmd, agreed_on=day))
    assert list_points(sight_by_id(granted.people.caseworker_kyiv, granted.dossier_id)) == []
    version_id = plans.submit(granted)
    frozen = queries.get_version_by_id(version_id)
    correct(replace(cmd, version=cmd.version + 1, agreed_on=day, upload=pdf(mark="the right paper")))
    after = queries.get_agreement(granted.dossier_id, planned.renovation, person)
    assert (after.agreed_on, after.amount) == (day, 900_00) and after.document_id != paper
    assert queries.get_version_by_id(version_id).content == frozen.content
    assert plans.facts(granted).state == PlanState.SUBMITTED
    (point,) = list_points(sight_by_id(granted.people.caseworker_kyiv, granted.dossier_id))
    assert point.text == correction_commands.AGREEMENT_CORRECTED and point.blocks_money
    assert (point.subject_kind, point.subject_id) == ("person", person)


def test_nothing_is_written_into_a_submitted_plan(planned: Planned) -> None:
    plans.submit(planned.granted)
    before = plans.facts(planned.granted)
    assert "waits for a decision" in refusal(plans.activity, planned.granted, "More")
    assert plans.facts(planned.granted) == before
    assert "waits for a decision" in refusal(plans.submit, planned.granted)


def test_a_plan_taken_back_is_a_draft_again(planned: Planned) -> None:
    version_id = plans.submit(planned.granted)
    granted = planned.granted
    cmd = commands.RecallPlan(dossier_id=granted.dossier_id, version=plans.facts(granted).version)
    commands.recall_plan(cmd, actor=granted.people.caseworker_kyiv)
    assert plans.facts(granted).state == PlanState.DRAFT
    assert "does not wait" in refusal(plans.validate, version_id, actor=granted.people.supervisor_kyiv)
    plans.submit(granted)
    assert [(v.number, v.is_recalled) for v in queries.list_versions(granted.dossier_id)] == [
        (2, False),
        (1, True),
    ]


def test_who_wrote_any_of_it_decides_nothing(planned: Planned) -> None:
    people = planned.granted.people
    activity = plans.facts(planned.granted).activities[0]
    cmd = draft_commands.SaveActivity(
        dossier_id=planned.granted.dossier_id, activity_id=activity.id, version=activity.version,
        kind=activity.kind, title="Playroom", place="", feasibility="Yes",
        beneficiary_ids=activity.beneficiary_ids,
    )  # fmt: skip
    draft_commands.save_activity(cmd, actor=people.supervisor_kyiv)
    version_id = plans.submit(planned.granted)
    assert "You wrote a part" in refusal(plans.validate, version_id, actor=people.supervisor_kyiv)
    assert count(PlanDecision) == 0


def test_each_office_takes_its_own_step(planned: Planned) -> None:
    people = planned.granted.people
    version_id = plans.submit(planned.granted)
    assert "receiving office" in refusal(plans.validate, version_id, actor=people.supervisor_tallinn)
    assert "does not wait" in refusal(plans.approve, version_id, actor=people.supervisor_tallinn)
    with pytest.raises(NotFound):
        plans.validate(version_id, actor=people.caseworker_kyiv)
    plans.validate(version_id, actor=people.supervisor_kyiv)
    assert "sending office" in refusal(plans.approve, version_id, actor=people.supervisor_kyiv)


def test_a_returned_plan_says_why_and_is_submitted_anew(planned: Planned) -> None:
    people = planned.granted.people
    version_id = plans.submit(planned.granted)
    plans.send_back(version_id, "Quotes for the paint, please.", actor=people.supervisor_kyiv)
    assert plans.facts(planned.granted).state == PlanState.RETURNED
    decision = queries.list_versions(planned.granted.dossier_id)[0].decisions[0]
    assert decision.reason == "Quotes for the paint, please."
    plans.submit(planned.granted)
    assert [v.state for v in queries.list_versions(planned.granted.dossier_id)] == ["submitted", "returned"]


def test_the_successor_moves_the_lines_money(app: Flask) -> None:
    planned = plans.approved_plan(make_people())
    granted, family, people = planned.granted, planned.granted.family, planned.granted.people
    plans.fund(granted, planned.renovation, {family.principal: 1_500_00, family.spouse: 900_00}, own_kind=300_00)
    assert plans.facts(granted).state == PlanState.DRAFT
    approved = queries.get_approved_version(granted.dossier_id)
    assert approved and approved.number == 1, "it stays payable while its successor is written"
    plans.agree(granted, planned.renovation, family.principal, 1_500_00)
    draft_commands.remove_line(
        draft_commands.RemoveLine(
            dossier_id=granted.dossier_id, line_id=planned.uniform,
            version=plans.find_line_version(granted, planned.uniform),
        ),
        actor=people.caseworker_kyiv,
    )  # fmt: skip
    draft_commands.remove_activity(
        draft_commands.RemoveActivity(
            dossier_id=granted.dossier_id, activity_id=planned.schooling,
            version=next(a.version for a in plans.facts(granted).activities if a.id == planned.schooling),
        ),
        actor=people.caseworker_kyiv,
    )  # fmt: skip
    version_id = plans.submit(granted)
    plans.validate(version_id, actor=people.supervisor_kyiv)
    plans.approve(version_id, actor=people.supervisor_tallinn)
    lines = {line.line_id: line for line in queries.approved_lines(granted.dossier_id)}
    assert planned.uniform not in lines
    totals = lines[planned.renovation].totals
    assert totals and (totals.ceiling, totals.awarded) == (2_400_00, 2_400_00)


def test_somebody_who_leaves_takes_the_unspent_share_out_of_the_lines(app: Flask) -> None:
    planned = plans.approved_plan(make_people())
    granted, family = planned.granted, planned.granted.family
    gone = command(commands.write_grants_gone)
    freed = gone(granted.dossier_id, family.spouse, "Separated", actor=granted.people.supervisor_tallinn)
    assert freed == 1_000_00 + 615_00
    lines = {line.line_id: line for line in queries.approved_lines(granted.dossier_id)}
    totals = lines[planned.renovation].totals
    assert totals and totals.awarded == 1_800_00
    states = {g.person_id: g.state for g in list_grants(granted.dossier_id)}
    assert states[family.spouse] == "relinquished" and states[family.principal] == "open"


def test_a_stale_page_and_foreign_ids(planned: Planned) -> None:
    granted = planned.granted
    cmd = funding_commands.FundLine(dossier_id=granted.dossier_id, line_id=planned.rent, version=99, parts=())
    with pytest.raises(Conflict):
        funding_commands.fund_line(cmd, actor=granted.people.caseworker_kyiv)
    with pytest.raises(NotFound):
        funding_commands.fund_line(replace(cmd, line_id="nothing"), actor=granted.people.caseworker_kyiv)
    foreign = funding_commands.FundingPart(source=FundingSource.GRANT, grant_id="nothing", amount=1)
    version = plans.find_line_version(granted, planned.rent)
    said = refusal(
        funding_commands.fund_line, replace(cmd, version=version, parts=(foreign,)),
        actor=granted.people.caseworker_kyiv,
    )  # fmt: skip
    assert "not one of those" in said
    with pytest.raises(NotFound):
        funding_commands.fund_line(replace(cmd, version=version), actor=granted.people.finance_kyiv)


def test_without_a_grant_there_is_no_plan(app: Flask) -> None:
    people = make_people()
    granted = plans.granted_family(people)
    bare = replace(granted, family=playroom_case(people, actor=people.caseworker_tallinn))
    cmd = draft_commands.SaveActivity(
        dossier_id=bare.dossier_id, activity_id=None, version=None, kind=ActivityKind.OTHER, title="X",
        place="", feasibility="", beneficiary_ids=(),
    )  # fmt: skip
    assert "There is no open grant yet" in refusal(draft_commands.save_activity, cmd, actor=people.caseworker_tallinn)


def test_a_grant_that_lapses_leaves_the_lines(app: Flask) -> None:
    planned = plans.approved_plan(make_people())
    granted, family = planned.granted, planned.granted.family
    lapse = command(commands.write_grant_lapsed)
    grant_id = granted.grants[family.principal]
    freed = lapse(granted.dossier_id, grant_id, Clock.USE, actor=granted.people.supervisor_tallinn)
    assert freed == 2_000_00
    lines = {line.line_id: line for line in queries.approved_lines(granted.dossier_id)}
    totals = lines[planned.renovation].totals
    assert totals and totals.awarded == 900_00
    assert list_leftovers(granted.dossier_id) == []


def test_the_record_equals_the_tables(fresh_app: Flask) -> None:
    planned = plans.approved_plan(make_people())
    granted = planned.granted
    line = plans.line(granted, planned.schooling, "Books", 50_00)
    plans.fund(granted, line, {granted.family.older_child: 50_00})
    version_id = plans.submit(granted)
    plans.send_back(version_id, "Which books?", actor=granted.people.supervisor_kyiv)
    gone = command(commands.write_grants_gone)
    gone(granted.dossier_id, granted.family.spouse, "Separated", actor=granted.people.supervisor_tallinn)
    db.session.remove()
    done = fresh_app.test_cli_runner().invoke(args=["verify"])
    assert done.exit_code == 0, done.output


def test_a_point_to_clear_stands_in_the_way_of_money(planned: Planned) -> None:
    granted, people = planned.granted, planned.granted.people

    @command
    def correct() -> None:
        subject = ("person", granted.family.spouse)
        point = add_point(
            granted.dossier_id,
            PointKind.CORRECTION,
            "A role was corrected.",
            {},
            subject=subject,
            blocks_money=True,
        )
        record(PointRaised(owner_id=granted.dossier_id, point_id=point.id), actor=people.caseworker_tallinn)

    version_id = plans.submit(granted)
    plans.validate(version_id, actor=people.supervisor_kyiv)
    correct()
    assert "A role was corrected" in refusal(plans.approve, version_id, actor=people.supervisor_tallinn)
    assert queries.get_approved_version(granted.dossier_id) is None


def test_a_correction_of_the_grant_between_the_decisions(planned: Planned) -> None:
    granted, people = planned.granted, planned.granted.people
    version_id = plans.submit(granted)
    plans.validate(version_id, actor=people.supervisor_kyiv)
    gone = command(commands.write_grants_gone)
    gone(granted.dossier_id, granted.family.spouse, "Withdrew", actor=people.supervisor_tallinn)
    assert "900.00 EUR is more than the 0.00 EUR" in refusal(plans.approve, version_id, actor=people.supervisor_tallinn)
    assert plans.facts(granted).state == PlanState.VALIDATED
