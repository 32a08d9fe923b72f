"""The case: who comes onto it, its stages, consent, journey and closing; every table holds what it held."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from casetracker.casefile import commands, person_commands
from casetracker.casefile.person_commands import LeaveWay
from casetracker.casefile.states import NoteSide
from casetracker.cases import commands as cases
from casetracker.cases.commands.persons import standing_entry
from casetracker.cases.models import Consent
from casetracker.cases.queries import get_case, get_person_row, list_persons
from casetracker.cases.states import ConsentScope, Sex, Stage
from casetracker.core import clock
from casetracker.core.actor import SYSTEM
from casetracker.core.db import db
from casetracker.documents import commands as documents
from casetracker.documents.states import DocumentKind
from casetracker.dossiers.queries import find_money_block, sight_of
from casetracker.programmes import commands as programmes
from casetracker.programmes.queries import get_programme
from casetracker.programmes.states import ApplicantRole
from casetracker.returns import commands as returns
from casetracker.returns.queries import get_application_person
from casetracker.returns.states import Channel, EligibilityOutcome
from tests.factories.accounts import People, make_people
from tests.factories.casefile import APPLIED, ARRIVED, DECIDED, DEPARTED, NOW, PREPARED, Road, on, road_to
from tests.factories.cases import (
    Family,
    born,
    consent_to_sharing,
    pdf,
    person_entry,
    playroom_case,
    send_referral,
)
from tests.factories.programmes import demo_programme
from tests.refusals.holding import not_there, refused

pytestmark = pytest.mark.usefixtures("app")


def road(stage: Stage) -> Road:
    """The playroom family on this stage."""
    people = make_people()
    return road_to(stage, people, demo_programme(people.administrator))


def leave(it: Road, person_id: str, way: LeaveWay, of: object = None) -> None:
    """The person takes part no longer from today."""
    cmd = person_commands.LeavePerson(dossier_id=it.id, person_id=person_id, way=way, day=NOW, reason="Said so")
    person_commands.leave_person(cmd, actor=of or it.tallinn)  # type: ignore[arg-type]  # an actor


def test_a_case_has_one_principal_applicant() -> None:
    people = make_people()
    second = person_entry("Petro", ApplicantRole.PRINCIPAL, Sex.MALE)
    family = playroom_case(people)
    with refused("has its principal applicant already"):
        cmd = cases.AddPerson(dossier_id=family.dossier_id, entry=second)
        cases.add_person(cmd, actor=people.caseworker_tallinn)
    create = cases.CreateCase(
        principal=second, members=(second,), host_country="EE", return_country="UA", return_place="Kyiv"
    )
    with refused("has its principal applicant already"):
        cases.create_case(create, actor=people.caseworker_tallinn)
    with not_there():
        cases.create_case(replace(create, members=()), actor=people.caseworker_kyiv)


def test_a_person_of_another_case_is_not_there() -> None:
    people = make_people()
    one, other = playroom_case(people), playroom_case(people)
    actor = people.caseworker_tallinn
    note = commands.WriteNote(
        dossier_id=one.dossier_id, side=NoteSide.SENDING, text="A call", day=clock.today(),
        person_id=other.spouse,
    )  # fmt: skip
    consent = cases.LogConsent(
        dossier_id=one.dossier_id, person_id=other.spouse, scope=ConsentScope.SHARING,
        given_on=clock.today(), upload=pdf(),
    )  # fmt: skip
    with not_there():
        commands.write_note(note, actor=actor)
    with not_there():
        cases.log_consent(consent, actor=actor)
    with not_there():
        document = documents.AddDocument(
            dossier_id=one.dossier_id, part="sending", kind=DocumentKind.OTHER, title="X", upload=pdf(),
            person_id=other.spouse,
        )  # fmt: skip
        documents.add_document(document, actor=actor)


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (Stage.INTAKE, "asylum application is recorded"),
        (Stage.COUNSELLING, "Counselling session of"),
        (Stage.APPLICATION, "programme is chosen"),
        (Stage.PRE_DEPARTURE, "is ready"),
        (Stage.RETURN, "arrived"),
        (Stage.REINTEGRATION, "plan is finally approved"),
    ],
)
def test_a_stage_is_not_entered_without_what_it_needs(stage: Stage, words: str) -> None:
    it = road(stage)
    with on(NOW), refused(words):
        it.move_on()


def test_a_suspended_case_does_not_move_on() -> None:
    it = road(Stage.INTAKE)
    with on(NOW):
        it.asylum()
        commands.suspend_case(commands.SuspendCase(dossier_id=it.id, reason="War"), actor=it.tallinn)
        with refused("Resume it first"):
            it.move_on()


def test_an_adult_without_consent_is_not_referred() -> None:
    people = make_people()
    family = playroom_case(people)
    cmd = cases.LogConsent(
        dossier_id=family.dossier_id, person_id=family.principal, scope=ConsentScope.SHARING,
        given_on=clock.today(), upload=pdf(),
    )  # fmt: skip
    cases.log_consent(cmd, actor=people.caseworker_tallinn)
    with refused("Every adult must agree to sharing first. Missing: Oksana"):
        send_referral(family, people)


def test_a_referral_is_not_accepted_once_a_consent_is_gone() -> None:
    people = make_people()
    family = playroom_case(people)
    consent_to_sharing(family, people.caseworker_tallinn)
    referral_id = send_referral(family, people)
    consent_id = db.session.scalars(select(Consent.id).where(Consent.person_id == family.spouse)).one()
    take_back = person_commands.WithdrawConsent(
        dossier_id=family.dossier_id, consent_id=consent_id, day=clock.today("Europe/Tallinn")
    )
    person_commands.withdraw_consent(take_back, actor=people.caseworker_tallinn)
    cmd = cases.AcceptReferral(referral_id=referral_id, caseworker_id=people.caseworker_kyiv.id)
    with not_there():
        cases.accept_referral(cmd, actor=people.caseworker_kyiv)


def test_after_a_consent_was_taken_back_the_receiving_office_writes_nothing() -> None:
    it = road(Stage.REINTEGRATION)
    sharing = select(Consent.id).where(Consent.person_id == it.family.spouse, Consent.scope == ConsentScope.SHARING)
    cmd = person_commands.WithdrawConsent(dossier_id=it.id, consent_id=db.session.scalars(sharing).one(), day=NOW)
    with on(NOW):
        person_commands.withdraw_consent(cmd, actor=it.tallinn)
        with not_there():
            write(it, it.people.caseworker_kyiv)


def write(it: Road, actor: object = None) -> None:
    """A note that both sides read."""
    cmd = commands.WriteNote(dossier_id=it.id, side=NoteSide.SHARED, text="A call", day=NOW, person_id=None)
    commands.write_note(cmd, actor=actor or it.tallinn)  # type: ignore[arg-type]  # an actor


def test_a_child_consents_through_the_guardian() -> None:
    people = make_people()
    family = playroom_case(people)
    guardian = cases.ChooseGuardian(
        dossier_id=family.dossier_id, person_id=family.older_child, guardian_id=family.younger_child, version=1
    )
    with refused("A guardian is an adult of the case"):
        cases.choose_guardian(guardian, actor=people.caseworker_tallinn)


def test_nobody_applies_without_counselling_nor_an_adult_as_a_child() -> None:
    it = road(Stage.COUNSELLING)
    with on(APPLIED):
        with refused("counselling session"):
            it.apply()
        grown = person_entry("Ivan", ApplicantRole.CHILD, Sex.MALE, born(19, APPLIED))
        child = cases.add_person(cases.AddPerson(dossier_id=it.id, entry=grown), actor=it.tallinn)
        with refused("an adult child files a case of its own"):
            it.apply(child)


def test_nobody_is_found_eligible_without_an_application_or_by_a_caseworker() -> None:
    it = road(Stage.APPLICATION)
    with on(APPLIED):
        it.choose_programme()
        with refused("return application"):
            it.decide(it.family.spouse)
        it.apply()
        with not_there():
            it.decide(it.family.spouse, actor=it.tallinn)
        with not_there():
            it.decide(it.family.spouse, actor=it.people.supervisor_kyiv)


def take_in_narrowly(it: Road) -> None:
    """The programme is not for nationals of the EEA, nor for people under an expulsion order."""
    stands = get_programme(it.programme.id)
    cmd = programmes.EditProgramme(
        programme_id=stands.id, version=stands.version, name=stands.name, donor=stands.donor,
        eligible_from=stands.eligible_from, eligible_until=stands.eligible_until, ceiling=500_000_00,
        plan_within_months=1, is_active=True, excludes_eea=True, excludes_expulsion=True,
    )  # fmt: skip
    programmes.edit_programme(cmd, actor=it.people.administrator)


def log_order(it: Road, person_id: str, answer: bool | None, reason: str | None = None) -> None:
    """What is known now of an expulsion order against the person."""
    version = get_application_person(it.id, person_id).version
    cmd = returns.LogExpulsionOrder(
        dossier_id=it.id, person_id=person_id, has_expulsion_order=answer, version=version, reason=reason
    )
    returns.log_expulsion_order(cmd, actor=it.tallinn)


def test_who_is_under_an_expulsion_order_or_a_national_of_the_eea_is_not_eligible() -> None:
    it = road(Stage.APPLICATION)
    take_in_narrowly(it)
    family = it.family
    with on(APPLIED):
        it.choose_programme()
        cmd = returns.LogApplication(
            dossier_id=it.id, person_ids=family.person_ids, signed_on=clock.today(), upload=pdf(),
            expulsion_orders=((family.spouse, True), (family.older_child, False)),
        )  # fmt: skip
        returns.log_application(cmd, actor=it.tallinn)
        consent_to_sharing(family, it.tallinn)
    with on(DECIDED):
        with refused("It is not known whether an expulsion order is in force"):
            it.decide(family.principal)
        with refused("known whether an expulsion order is in force"):
            it.move_on()
        with refused("An expulsion order is in force"):
            it.decide(family.spouse)
        it.decide(family.older_child)
        log_order(it, family.principal, answer=False)
        it.decide(family.principal)
        row = get_person_row(it.id, family.younger_child)
        edit = cases.EditPerson(
            dossier_id=it.id, person_id=row.id, entry=replace(standing_entry(row), nationality="EE"),
            reason="Holds an Estonian passport", version=row.version,
        )  # fmt: skip
        cases.edit_person(edit, actor=it.tallinn)
        log_order(it, row.id, answer=False)
        with refused("national of the European Economic Area"):
            it.decide(row.id)


def test_a_corrected_expulsion_order_stops_money_and_stays_with_the_sending_side() -> None:
    it = road(Stage.REINTEGRATION)
    spouse = it.family.spouse
    log_order(it, spouse, answer=False)
    assert find_money_block(it.id, [spouse], SYSTEM) is None, "nothing rests on what the programme does not ask"
    take_in_narrowly(it)
    with refused("Say why"):
        log_order(it, spouse, answer=True)
    with not_there():
        cmd = returns.LogExpulsionOrder(
            dossier_id=it.id, person_id=spouse, has_expulsion_order=True, version=2, reason="A letter came"
        )
        returns.log_expulsion_order(cmd, actor=it.people.caseworker_kyiv)
    log_order(it, spouse, answer=True, reason="A letter came")
    point = find_money_block(it.id, [spouse], it.people.supervisor_tallinn)
    assert point is not None and point.part == "sending"
    abroad = (it.people.supervisor_kyiv, it.people.caseworker_kyiv, it.people.finance_kyiv, it.people.finance_tallinn)
    assert [find_money_block(it.id, [spouse], actor) for actor in abroad] == [None] * 4
    assert find_money_block(it.id, [it.family.principal], SYSTEM) is None


def test_the_cases_caseworker_does_not_decide_on_its_eligibility() -> None:
    it = road(Stage.PRE_DEPARTURE)
    supervisor = it.people.supervisor_tallinn
    assign = cases.AssignCaseworker(dossier_id=it.id, caseworker_id=supervisor.id, version=get_case(it.id).version)
    with on(NOW):
        cases.assign_caseworker(assign, actor=supervisor)
        with refused("another supervisor decides"):
            it.decide(it.family.spouse, outcome=EligibilityOutcome.REFUSED)


def test_who_is_not_ready_does_not_depart_and_nobody_arrives_before() -> None:
    it = road(Stage.PRE_DEPARTURE)
    with on(NOW):
        with refused("is not ready"):
            it.depart(it.family.principal)
        with refused("is not logged yet"):
            it.arrive(it.family.principal)


def test_nobody_withdraws_after_the_departure() -> None:
    it = road(Stage.RETURN)
    with on(NOW):
        it.depart(it.family.spouse)
        with refused("has departed"):
            leave(it, it.family.spouse, LeaveWay.WITHDRAWN)
        with refused("has departed"):
            leave(it, it.family.spouse, LeaveWay.LEFT_OUT)
        with refused("had not arrived"):
            leave(it, it.family.spouse, LeaveWay.WITHDREW_AFTER_RETURN)
        not_gone = person_commands.NotDepart(
            dossier_id=it.id, person_id=it.family.spouse, day=DEPARTED, reason="Missed"
        )
        with refused("departure of"):
            person_commands.not_depart(not_gone, actor=it.tallinn)


def test_before_the_departure_the_receiving_office_leaves_nobody_out() -> None:
    it = road(Stage.RETURN)
    with on(NOW), refused("the sending office decides who travels"):
        leave(it, it.family.spouse, LeaveWay.LEFT_OUT, it.people.caseworker_kyiv)


def test_contact_comes_after_the_own_arrival() -> None:
    it = road(Stage.RETURN)
    cmd = returns.LogContact(
        dossier_id=it.id, person_ids=(it.family.spouse,), contact_on=ARRIVED, channel=Channel.IN_PERSON,
        note=None,
    )  # fmt: skip
    with on(NOW), refused("arrival of"):
        returns.log_contact(cmd, actor=it.people.caseworker_kyiv)


def test_the_programme_stays_once_grants_were_made() -> None:
    it = road(Stage.PRE_DEPARTURE)
    other = demo_programme(it.people.administrator, "OTHER")
    cmd = commands.ChooseProgramme(dossier_id=it.id, programme_id=other.id)
    with on(NOW), refused("so it stays"):
        commands.choose_programme(cmd, actor=it.tallinn)


def test_somebody_back_without_applying_needs_application_consent_and_eligibility() -> None:
    people = make_people()
    ask = cases.AskRetroactive(
        sending_office_id=people.tallinn, given_name="Andriy", family_name="Koval", returned_on=ARRIVED,
        circumstances="Came home by bus",
    )  # fmt: skip
    with not_there():
        cases.ask_retroactive(ask, actor=people.caseworker_tallinn)
    with on(PREPARED), refused("future"):
        cases.ask_retroactive(ask, actor=people.caseworker_kyiv)
    with on(NOW):
        request_id = cases.ask_retroactive(ask, actor=people.caseworker_kyiv)
        it = opened_afterwards(people, request_id)
        alone = it.family.principal
        it.choose_programme()
        with refused("Signed return application of"):
            it.move_on()
        it.apply(alone)
        with refused("decided on the eligibility"):
            it.move_on()
        it.decide(alone)
        it.move_on()
        it.move_on()
        with refused("arrived"):
            it.move_on()
        it.arrive(alone)
        with refused("consents to sharing"):
            it.move_on()


def opened_afterwards(people: People, request_id: str) -> Road:
    """A case of one who returned without applying, as far as the application."""
    cmd = cases.CreateCase(
        principal=person_entry("Andriy", ApplicantRole.PRINCIPAL, Sex.MALE), members=(), host_country="EE",
        return_country="UA", return_place="Kramatorsk", request_id=request_id,
    )  # fmt: skip
    actor = people.caseworker_tallinn
    reference = cases.create_case(cmd, actor=actor)
    dossier_id = sight_of(actor, reference).dossier_id
    (alone,) = list_persons(dossier_id)
    family = Family(
        dossier_id=dossier_id, reference=reference, principal=alone.id, spouse="", older_child="", younger_child=""
    )
    it = Road(people=people, programme=demo_programme(people.administrator), family=family)
    it.asylum()
    it.move_on()
    it.move_on()
    return it
