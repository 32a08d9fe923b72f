"""Programmes, mandates, papers and facts about a case: what is refused where they are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casetracker.accounts import commands as accounts
from casetracker.asylum import commands as asylum
from casetracker.asylum.models import AsylumApplication
from casetracker.asylum.states import AsylumOutcome
from casetracker.casefile import commands as casefile
from casetracker.casefile import person_commands
from casetracker.cases import commands as cases
from casetracker.cases.commands.persons import standing_entry
from casetracker.cases.models import Person
from casetracker.cases.queries import get_case
from casetracker.cases.states import Outcome, Stage
from casetracker.core import clock
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.documents import commands as documents
from casetracker.documents.states import DocumentKind
from casetracker.grants.queries import list_grants
from casetracker.monitoring import commands as monitoring
from casetracker.monitoring.states import Use
from casetracker.plans import draft_commands
from casetracker.plans.states import ActivityKind
from casetracker.programmes import commands as programmes
from casetracker.programmes.states import ApplicantRole, BandFacts, BasisDate, ReturnType
from tests.factories.accounts import OPERATOR, People, make_office, make_people, make_user
from tests.factories.asylum import log_asylum
from tests.factories.casefile import APPLIED, ARRIVED, DECIDED, NOW, Road, on, road_to
from tests.factories.cases import pdf, person_entry, playroom_case
from tests.factories.disbursements import draft, payable, quote, submit, submitted
from tests.factories.programmes import BANDS, FIRST, LAST, QUOTES, demo_programme
from tests.refusals.holding import not_there, refused

pytestmark = pytest.mark.usefixtures("app")


def road(stage: Stage) -> Road:
    """The playroom family on this stage."""
    people = make_people()
    return road_to(stage, people, demo_programme(people.administrator))


def test_clearance_for_asylum_data_names_a_sending_office() -> None:
    people = make_people()
    cmd = accounts.GiveMandate(
        user_id=people.auditor.id, office_ids=(people.kyiv,), programme_ids=(), valid_from=FIRST, valid_until=LAST,
        asylum_clearance=True,
    )  # fmt: skip
    with refused("names the sending offices"):
        accounts.give_mandate(cmd, actor=OPERATOR)
    with refused("Only auditors are given a mandate"):
        accounts.give_mandate(replace(cmd, user_id=people.caseworker_kyiv.id, asylum_clearance=False), actor=OPERATOR)


def test_bands_leave_no_amount_without_an_approval() -> None:
    people = make_people()
    made = demo_programme(people.administrator)
    cmd = programmes.SetPolicy(
        programme_id=made.id, valid_from=clock.today() + timedelta(days=1), bands=BANDS, quotes=QUOTES
    )
    nobody = (BandFacts(up_to=None, receiving=0, sending=0),)
    for bands, words in ((BANDS[:1], "must have no upper end"), (nobody, "at least one approval")):
        with refused(words):
            programmes.set_policy(replace(cmd, bands=bands), actor=people.administrator)
    with refused("cannot begin in the past"):
        programmes.set_policy(replace(cmd, valid_from=date(2025, 1, 1)), actor=people.administrator)


def test_nobody_falls_under_two_rules() -> None:
    people = make_people()
    made = demo_programme(people.administrator)
    cmd = programmes.AddRule(
        package_id=made.post_arrival_id, applicant_role=ApplicantRole.SPOUSE, return_type=ReturnType.VOLUNTARY,
        amount=1_00, is_maximum=False, basis=BasisDate.APPLICATION, valid_from=FIRST, nationalities_excluded=("UA",),
    )  # fmt: skip
    with refused("Only one may be valid on a day"):
        programmes.add_rule(cmd, actor=people.administrator)


def test_no_grant_without_a_rule_for_the_nationality() -> None:
    it = road(Stage.APPLICATION)
    stateless = person_entry("Ivan", ApplicantRole.OTHER_DEPENDANT)
    bare = programmes.CreateProgramme(
        code="BARE", name="Without rules", donor="Nobody", currency="EUR", eligible_from=FIRST,
        eligible_until=LAST, ceiling=1_00,
    )  # fmt: skip
    programme_id = programmes.create_programme(bare, actor=it.people.administrator)
    with on(APPLIED):
        cases.add_person(cases.AddPerson(dossier_id=it.id, entry=stateless), actor=it.tallinn)
        replace(it, programme=replace(it.programme, id=programme_id)).choose_programme()
        it.apply(it.family.principal)
    with on(DECIDED):
        it.decide(it.family.principal)
    assert list_grants(it.id) == []


def test_a_fact_is_corrected_only_with_a_reason() -> None:
    people = make_people()
    family = playroom_case(people)
    person = db.session.get_one(Person, family.spouse)
    cmd = cases.EditPerson(
        dossier_id=family.dossier_id, person_id=person.id, reason="", version=person.version,
        entry=replace(standing_entry(person), nationality="PL"),
    )  # fmt: skip
    with refused("Please say why"):
        cases.edit_person(cmd, actor=people.caseworker_tallinn)
    with not_there():
        cases.edit_person(replace(cmd, reason="Typed wrong"), actor=people.finance_tallinn)


def claim(people: People) -> tuple[str, AsylumApplication]:
    """The family's pending application."""
    family = playroom_case(people)
    log_asylum(family, people.caseworker_tallinn)
    found = select(AsylumApplication).where(AsylumApplication.dossier_id == family.dossier_id)
    return family.dossier_id, db.session.scalars(found).one()


def test_an_asylum_application_is_decided_once() -> None:
    people = make_people()
    dossier_id, row = claim(people)
    cmd = asylum.DecideOutcome(
        dossier_id=dossier_id, application_id=row.id, outcome=AsylumOutcome.GRANTED, decided_on=clock.today(),
        version=row.version,
    )  # fmt: skip
    asylum.decide_outcome(cmd, actor=people.caseworker_tallinn)
    version = claim_version(row.id)
    with refused("pending can be decided"):
        asylum.decide_outcome(replace(cmd, version=version), actor=people.caseworker_tallinn)
    withdraw = asylum.WithdrawClaim(
        dossier_id=dossier_id, application_id=cmd.application_id, withdrawn_on=clock.today(), upload=pdf(),
        version=version,
    )  # fmt: skip
    with refused("pending can be withdrawn"):
        asylum.withdraw_claim(withdraw, actor=people.caseworker_tallinn)


def claim_version(application_id: str) -> int:
    """The version of the application's row."""
    return db.session.get_one(AsylumApplication, application_id, populate_existing=True).version


def test_nobody_is_visited_or_reported_on_before_arriving() -> None:
    it = road(Stage.RETURN)
    actor = it.people.caseworker_kyiv
    visit = monitoring.LogVisit(
        dossier_id=it.id, visited_on=NOW, place="Home", visitors="Kyiv", findings="Well", use=Use.AS_PLANNED,
        uploads=(),
    )  # fmt: skip
    report = monitoring.WriteFinalReport(dossier_id=it.id, reported_on=NOW, summary="All is well", upload=pdf())
    with on(NOW):
        with refused("nobody to visit"):
            monitoring.log_visit(visit, actor=actor)
        with refused("nothing to report on"):
            monitoring.write_final_report(report, actor=actor)


def test_a_case_has_one_final_report_after_the_arrival() -> None:
    it = road(Stage.REINTEGRATION)
    actor = it.people.caseworker_kyiv
    report = monitoring.WriteFinalReport(dossier_id=it.id, reported_on=NOW, summary="All is well", upload=pdf())
    with on(NOW):
        with refused("comes after the arrival"):
            monitoring.write_final_report(replace(report, reported_on=ARRIVED - timedelta(days=1)), actor=actor)
        monitoring.write_final_report(report, actor=actor)
        with refused("has its final report"):
            monitoring.write_final_report(report, actor=actor)


def test_without_a_grant_that_needs_it_there_is_no_plan() -> None:
    people = make_people()
    family = playroom_case(people)
    cmd = draft_commands.SaveActivity(
        dossier_id=family.dossier_id, activity_id=None, version=None, kind=ActivityKind.OTHER, title="X", place="",
        feasibility="", beneficiary_ids=(),
    )  # fmt: skip
    with refused("There is no open grant yet"):
        draft_commands.save_activity(cmd, actor=people.caseworker_tallinn)


def test_who_did_not_apply_does_not_get_ready() -> None:
    it = road(Stage.APPLICATION)
    with on(APPLIED), refused("return application of"):
        it.prepare(it.family.spouse)


def test_the_receiving_side_adds_papers_to_the_shared_part_only() -> None:
    it = road(Stage.RETURN)
    cmd = documents.AddDocument(dossier_id=it.id, part="sending", kind=DocumentKind.OTHER, title="X", upload=pdf())
    with on(NOW), not_there():
        documents.add_document(cmd, actor=it.people.caseworker_kyiv)


def test_a_person_who_left_applies_and_departs_no_more() -> None:
    it = road(Stage.RETURN)
    cmd = person_commands.LeavePerson(
        dossier_id=it.id, person_id=it.family.spouse, way=person_commands.LeaveWay.WITHDRAWN, day=NOW, reason="x"
    )
    with on(NOW):
        person_commands.leave_person(cmd, actor=it.tallinn)
        with refused("takes part no longer"):
            it.depart(it.family.spouse)
        with refused("takes part no longer"):
            it.decide(it.family.spouse)


def test_the_caseload_goes_to_colleagues_only() -> None:
    people = make_people()
    playroom_case(people)
    cmd = cases.HandOverCaseload(from_id=people.caseworker_tallinn.id, to_id=people.caseworker_kyiv.id, reason="Leave")
    with refused("of your own office"):
        cases.hand_over_caseload(cmd, actor=people.supervisor_tallinn)
    with not_there():
        cases.hand_over_caseload(cmd, actor=people.caseworker_tallinn)


def test_a_correction_moves_no_stage_and_remakes_no_grant() -> None:
    it = road(Stage.PRE_DEPARTURE)
    before = list_grants(it.id)
    person = db.session.get_one(Person, it.family.spouse)
    cmd = cases.EditPerson(
        dossier_id=it.id, person_id=person.id, reason="Typed wrong", version=person.version,
        entry=replace(standing_entry(person), nationality="PL", return_type=ReturnType.FORCED),
    )  # fmt: skip
    with on(NOW):
        cases.edit_person(cmd, actor=it.tallinn)
    assert (list_grants(it.id), get_case(it.id).stage) == (before, Stage.PRE_DEPARTURE)


def test_a_case_with_an_open_request_is_not_closed() -> None:
    case = payable()
    submitted(case)
    cmd = casefile.CloseCase(dossier_id=case.dossier_id, outcome=Outcome.MOVED, reason="They moved")
    with refused("A disbursement is still open"):
        casefile.close_case(cmd, actor=case.people.caseworker_tallinn)
    with refused("the sending office closes the case"):
        casefile.close_case(cmd, actor=case.requester)


def test_only_the_sending_office_reopens_and_only_what_is_closed() -> None:
    it = road(Stage.REINTEGRATION)
    cmd = casefile.ReopenCase(dossier_id=it.id, reason="They came back")
    close = casefile.CloseCase(dossier_id=it.id, outcome=Outcome.MOVED, reason="They moved")
    with on(NOW):
        with refused("is not closed"):
            casefile.reopen_case(cmd, actor=it.tallinn)
        casefile.close_case(close, actor=it.tallinn)
        with not_there():
            casefile.reopen_case(cmd, actor=it.people.caseworker_kyiv)


def test_a_request_is_opened_as_a_case_by_the_office_that_was_asked() -> None:
    people = make_people()
    ask = cases.AskRetroactive(
        sending_office_id=people.tallinn, given_name="Andriy", family_name="Koval", returned_on=FIRST,
        circumstances="Came home by bus",
    )  # fmt: skip
    request_id = cases.ask_retroactive(ask, actor=people.caseworker_kyiv)
    riga = make_user("riga@example.org", Role.CASEWORKER, make_office("Riga", "LV"))
    create = cases.CreateCase(
        principal=person_entry("Andriy", ApplicantRole.PRINCIPAL), members=(), host_country="LV",
        return_country="UA", return_place="Kyiv", request_id=request_id,
    )  # fmt: skip
    with not_there():
        cases.create_case(create, actor=riga)
    cases.create_case(create, actor=people.caseworker_tallinn)
    with refused("answered already"):
        cases.create_case(create, actor=people.caseworker_tallinn)
    again = cases.ReconsiderRetroactive(request_id=request_id, reason="Mixed up")
    with refused("it stays"):
        cases.reconsider_retroactive(again, actor=people.caseworker_tallinn)


def test_a_refused_request_is_answered_again_by_the_office_that_refused() -> None:
    people = make_people()
    ask = cases.AskRetroactive(
        sending_office_id=people.tallinn, given_name="Andriy", family_name="Koval", returned_on=FIRST,
        circumstances="Came home by bus",
    )  # fmt: skip
    request_id = cases.ask_retroactive(ask, actor=people.caseworker_kyiv)
    again = cases.ReconsiderRetroactive(request_id=request_id, reason="Found in the register after all")
    refusal = cases.RefuseRetroactive(request_id=request_id, reason="Was never here")
    with refused("not answered yet"):
        cases.reconsider_retroactive(again, actor=people.caseworker_tallinn)
    cases.refuse_retroactive(refusal, actor=people.caseworker_tallinn)
    with not_there():
        cases.reconsider_retroactive(again, actor=people.caseworker_kyiv)
    cases.reconsider_retroactive(again, actor=people.supervisor_tallinn)
    cases.refuse_retroactive(refusal, actor=people.caseworker_tallinn)
    cases.reconsider_retroactive(again, actor=people.caseworker_tallinn)
    create = cases.CreateCase(
        principal=person_entry("Andriy", ApplicantRole.PRINCIPAL), members=(), host_country="EE",
        return_country="UA", return_place="Kyiv", request_id=request_id,
    )  # fmt: skip
    cases.create_case(create, actor=people.caseworker_tallinn)


def test_there_is_no_request_in_a_currency_without_a_rate() -> None:
    case = payable()
    request_id = draft(case, local=("PLN", 100_00))
    quote(case, request_id)
    with refused("no exchange rate for PLN"):
        submit(case, request_id)
