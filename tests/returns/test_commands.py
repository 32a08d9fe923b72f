"""Acts of the way home on both databases: what is written, and that a refusal writes nothing."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from casetracker.casefile.events import EligibilityDecided, PersonDeparted, PersonNotDeparted
from casetracker.cases.queries import get_person, list_persons
from casetracker.core.actor import SYSTEM, Actor
from casetracker.core.commands import command
from casetracker.core.db import db
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.dossiers.queries import find_money_block, sight_of
from casetracker.dossiers.states import Sight
from casetracker.events.models import Chain, EventRow
from casetracker.events.recording import record
from casetracker.returns import commands, queries
from casetracker.returns.commands import journey
from casetracker.returns.models import ApplicationPerson, CounsellingSession, ReturnApplication, Voluntariness
from casetracker.returns.states import Channel, EligibilityOutcome
from tests.factories import returns as way
from tests.factories.accounts import People, make_people
from tests.factories.cases import Family, playroom_case, refer
from tests.factories.documents import pdf


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    return playroom_case(people)


@command
def departed(family: Family, person_id: str, days: int, *, actor: Actor) -> None:
    """What the case file does when somebody departs."""
    day = way.days_ago(days)
    commands.write_departure(family.dossier_id, person_id, day)
    record(PersonDeparted(owner_id=family.dossier_id, person_id=person_id, day=day), actor=actor)


def events_of(family: Family, part: str) -> list[str]:
    """Kinds of the events in one compartment, oldest first."""
    query = (
        select(EventRow.kind)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.owner_id == family.dossier_id, Chain.part == part)
    )
    return list(db.session.scalars(query.order_by(EventRow.seq)))


def test_counselling_is_the_sending_sides(people: People, family: Family) -> None:
    way.counsel(family, people)
    facts = queries.return_facts(family.dossier_id)
    assert facts[family.principal].counselled and facts[family.principal].voluntary
    assert facts[family.spouse].informed
    assert not facts[family.older_child].counselled
    assert events_of(family, "sending") == ["counselling.held"]
    assert "counselling.held" not in events_of(family, "shared")


def test_counselling_of_a_child_or_in_the_future_is_refused(people: People, family: Family) -> None:
    stated = commands.AdultStatement(person_id=family.older_child, free_choice=True, is_informed=True)
    cmd = commands.LogCounselling(
        dossier_id=family.dossier_id,
        held_on=way.days_ago(3),
        channel=Channel.PHONE,
        language="uk",
        has_interpreter=True,
        topics=(),
        note=None,
        statements=(stated,),
    )
    with pytest.raises(Refused, match="is a child"):
        commands.log_counselling(cmd, actor=people.caseworker_tallinn)
    later = dataclasses.replace(
        cmd, held_on=way.days_ago(-2), statements=(dataclasses.replace(stated, person_id=family.spouse),)
    )
    with pytest.raises(Refused, match="future"):
        commands.log_counselling(later, actor=people.caseworker_tallinn)
    assert not db.session.scalars(select(CounsellingSession)).all()


def test_receiving_side_cannot_counsel(people: People, family: Family) -> None:
    refer(family, people)
    with pytest.raises(NotFound):
        way.counsel(family, dataclasses.replace(people, caseworker_tallinn=people.caseworker_kyiv))
    with pytest.raises(NotFound):
        way.apply(family, dataclasses.replace(people, caseworker_tallinn=people.caseworker_kyiv))


def test_foreign_person_is_not_found(people: People, family: Family) -> None:
    other = playroom_case(people)
    with pytest.raises(NotFound):
        way.counsel(dataclasses.replace(family, spouse=other.spouse), people)


def test_session_is_corrected_with_a_reason(people: People, family: Family) -> None:
    session_id = way.counsel(family, people)
    session = queries.get_session(family.dossier_id, session_id)
    stated = tuple(
        commands.AdultStatement(person_id=person_id, free_choice=False, is_informed=True)
        for person_id in (family.principal, family.spouse)
    )
    cmd = commands.CorrectCounselling(
        dossier_id=family.dossier_id,
        session_id=session_id,
        version=session.version,
        held_on=way.days_ago(61),
        channel=Channel.VIDEO,
        language="et",
        has_interpreter=True,
        topics=(),
        note=None,
        statements=stated,
        reason="Wrong day",
    )
    commands.correct_counselling(cmd, actor=people.caseworker_tallinn)
    facts = queries.return_facts(family.dossier_id)[family.principal]
    assert facts.counselled_on == way.days_ago(61) and facts.voluntary is False
    with pytest.raises(Conflict):
        commands.correct_counselling(cmd, actor=people.caseworker_tallinn)


def test_application_fixes_who_is_adult(people: People, family: Family) -> None:
    way.counsel(family, people)
    way.apply(family, people)
    persons = {person.id: person.adult_at_application for person in list_persons(family.dossier_id)}
    assert persons == {
        family.principal: True,
        family.spouse: True,
        family.older_child: False,
        family.younger_child: False,
    }
    facts = queries.return_facts(family.dossier_id)
    assert {known.applied_on for known in facts.values()} == {way.days_ago(50)}
    assert events_of(family, "sending")[-2:] == ["document.added", "application.signed"]


def test_application_needs_counselling_free_choice_and_order(people: People, family: Family) -> None:
    with pytest.raises(Refused, match="counselling session of"):
        way.apply(family, people)
    way.counsel(family, people, free=False)
    with pytest.raises(Refused, match="free choice"):
        way.apply(family, people)
    way.counsel(family, people, held_on=way.days_ago(55))
    with pytest.raises(Refused, match="first counselled on"):
        way.apply(family, people, signed_on=way.days_ago(70))
    assert not db.session.scalars(select(ReturnApplication)).all()
    assert get_person(family.dossier_id, family.spouse).adult_at_application is None
    way.apply(family, people)
    with pytest.raises(Refused, match="applied already"):
        way.apply(family, people)
    assert len(db.session.scalars(select(ApplicationPerson)).all()) == 4


def test_corrected_application_raises_a_point(people: People, family: Family) -> None:
    way.counsel(family, people)
    application_id = way.apply(family, people)
    application = queries.get_application(family.dossier_id, application_id)
    cmd = commands.CorrectApplication(
        dossier_id=family.dossier_id,
        application_id=application_id,
        signed_on=way.days_ago(49),
        upload=None,
        version=application.version,
        reason="The day was misread",
    )
    too_early = dataclasses.replace(cmd, signed_on=way.days_ago(80))
    with pytest.raises(Refused, match="first counselled on"):
        commands.correct_application(too_early, actor=people.caseworker_tallinn)
    assert find_money_block(family.dossier_id, [], SYSTEM) is None
    commands.correct_application(cmd, actor=people.caseworker_tallinn)
    assert queries.return_facts(family.dossier_id)[family.spouse].applied_on == way.days_ago(49)
    point = find_money_block(family.dossier_id, [], SYSTEM)
    assert point is not None and point.params["after"] == way.days_ago(49).isoformat()


def test_a_corrected_application_of_some_holds_only_their_money_up(people: People, family: Family) -> None:
    way.counsel(family, people)
    application_id = way.apply(family, people, family.principal)
    application = queries.get_application(family.dossier_id, application_id)
    cmd = commands.CorrectApplication(
        dossier_id=family.dossier_id, application_id=application_id, signed_on=way.days_ago(49), upload=None,
        version=application.version, reason="The day was misread",
    )  # fmt: skip
    commands.correct_application(cmd, actor=people.caseworker_tallinn)
    assert find_money_block(family.dossier_id, [family.principal], SYSTEM) is not None
    assert find_money_block(family.dossier_id, [family.spouse], SYSTEM) is None


def test_travel_papers_come_bit_by_bit_and_change_with_a_reason(people: People, family: Family) -> None:
    with pytest.raises(Refused, match="application of"):
        way.prepare(family, people, family.principal)
    way.counsel(family, people)
    way.apply(family, people)
    way.prepare(family, people, family.principal)
    assert queries.return_facts(family.dossier_id)[family.principal].is_ready
    row = queries.find_travel(family.dossier_id, family.principal)
    assert row is not None and row.booking_document_id is not None
    changed = commands.LogTravel(
        dossier_id=family.dossier_id,
        person_id=family.principal,
        version=row.version,
        travel=way.papers(way.days_ago(25)),
        travel_document_upload=None,
        fit_upload=None,
        booking_upload=None,
        reason=None,
    )
    with pytest.raises(Refused, match="Say why"):
        commands.log_travel(changed, actor=people.caseworker_tallinn)
    commands.log_travel(dataclasses.replace(changed, reason="Bus was full"), actor=people.caseworker_tallinn)
    assert queries.return_facts(family.dossier_id)[family.principal].booked_on == way.days_ago(25)
    with pytest.raises(Conflict):
        commands.log_travel(dataclasses.replace(changed, reason="Again"), actor=people.caseworker_tallinn)


def test_nobody_arrives_before_departing(people: People, family: Family) -> None:
    with pytest.raises(Refused, match="departure of"):
        way.arrive(family, people, family.principal)
    departed(family, family.principal, 30, actor=people.caseworker_tallinn)
    with pytest.raises(Refused, match="before departing"):
        way.arrive(family, people, family.principal, arrived_on=way.days_ago(31))
    way.arrive(family, people, family.principal)
    facts = queries.journey_facts(family.dossier_id)
    assert facts[family.principal].arrived_on == way.days_ago(29)
    assert facts[family.spouse].arrived_on is None
    with pytest.raises(Refused, match="arrived already"):
        way.arrive(family, people, family.principal)


def test_contact_and_needs_are_the_receiving_offices(people: People, family: Family) -> None:
    refer(family, people)
    departed(family, family.principal, 30, actor=people.caseworker_tallinn)
    with pytest.raises(Refused, match="arrival of"):
        way.meet(family, people, family.principal)
    way.arrive(family, people, family.principal)
    with pytest.raises(NotFound):
        swapped = dataclasses.replace(people, caseworker_kyiv=people.caseworker_tallinn)
        way.meet(family, swapped, family.principal)
    way.meet(family, people, family.principal)
    facts = queries.journey_facts(family.dossier_id)[family.principal]
    assert facts.contact_on == way.days_ago(20) and facts.assessed_on == way.days_ago(19)


def test_contact_is_corrected_but_not_before_arrival(people: People, family: Family) -> None:
    refer(family, people)
    departed(family, family.principal, 30, actor=people.caseworker_tallinn)
    way.arrive(family, people, family.principal)
    way.meet(family, people, family.principal)
    panel = queries.load_panel(_sight(people, family), people.caseworker_kyiv)
    (contact,) = panel.rows.contacts
    cmd = commands.CorrectContact(
        dossier_id=family.dossier_id,
        contact_id=contact.id,
        contact_on=way.days_ago(40),
        channel=Channel.PHONE,
        note=None,
        version=contact.version,
        reason="It was by phone",
    )
    with pytest.raises(Refused, match="comes after it"):
        commands.correct_contact(cmd, actor=people.caseworker_kyiv)
    commands.correct_contact(dataclasses.replace(cmd, contact_on=way.days_ago(21)), actor=people.caseworker_kyiv)
    assert queries.get_contact(family.dossier_id, contact.id).channel == Channel.PHONE


def _sight(people: People, family: Family) -> Sight:
    return sight_of(people.caseworker_kyiv, family.reference)


def test_receiving_side_sees_the_journey_alone(people: People, family: Family) -> None:
    way.counsel(family, people)
    way.apply(family, people)
    refer(family, people)
    panel = queries.load_panel(_sight(people, family), people.caseworker_kyiv)
    assert not panel.rows.sessions and not panel.rows.applications and not panel.rows.travels
    assert all(known.applied_on is None and not known.counselled for known in panel.facts.values())
    assert not panel.may_counsel and not panel.may_apply and panel.may_journey and panel.may_receive


def test_corrected_arrival_raises_a_point_and_keeps_order(people: People, family: Family) -> None:
    departed(family, family.principal, 30, actor=people.caseworker_tallinn)
    way.arrive(family, people, family.principal)
    standing = queries.find_journey(family.dossier_id, family.principal)
    assert standing is not None
    cmd = commands.CorrectJourney(
        dossier_id=family.dossier_id,
        person_id=family.principal,
        departed_on=way.days_ago(30),
        transit=None,
        arrived_on=way.days_ago(28),
        place="Kramatorsk",
        version=standing.version,
        reason="Night train",
    )
    for wrong, why in (
        ({"arrived_on": way.days_ago(33)}, "before departing"),
        ({"departed_on": None}, "without departing"),
        ({"arrived_on": way.days_ago(-3)}, "future"),
    ):
        with pytest.raises(Refused, match=why):
            commands.correct_journey(dataclasses.replace(cmd, **wrong), actor=people.caseworker_tallinn)
    commands.correct_journey(cmd, actor=people.caseworker_tallinn)
    assert queries.journey_facts(family.dossier_id)[family.principal].arrived_on == way.days_ago(28)
    assert find_money_block(family.dossier_id, [family.principal], SYSTEM) is not None
    assert find_money_block(family.dossier_id, [family.spouse], SYSTEM) is None


def test_hooks_hear_of_each_arrival(people: People, family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, date]] = []
    monkeypatch.setattr(journey, "_after_arrival", [lambda person_id, day: heard.append((person_id, day))])
    departed(family, family.principal, 30, actor=people.caseworker_tallinn)
    departed(family, family.spouse, 30, actor=people.caseworker_tallinn)
    way.arrive(family, people, family.principal, family.spouse)
    assert heard == [(family.principal, way.days_ago(29)), (family.spouse, way.days_ago(29))]


def test_not_departed_is_written_in_the_case_files_command(people: People, family: Family) -> None:
    @command
    def stays(*, actor: Actor) -> None:
        commands.write_not_departed(family.dossier_id, family.spouse, way.days_ago(1), "Ill")
        record(PersonNotDeparted(owner_id=family.dossier_id, reason="Ill"), actor=actor)

    stays(actor=people.caseworker_tallinn)
    assert queries.journey_facts(family.dossier_id)[family.spouse].not_departed_on == way.days_ago(1)


def test_the_latest_decision_on_eligibility_stands(people: People, family: Family) -> None:
    @command
    def decide(outcome: EligibilityOutcome, *, actor: Actor) -> None:
        commands.write_eligibility(family.dossier_id, family.spouse, outcome, "Papers", actor=actor)
        event = EligibilityDecided(owner_id=family.dossier_id, outcome=str(outcome), reason="Papers")
        record(event, actor=actor)

    decide(EligibilityOutcome.REFUSED, actor=people.supervisor_tallinn)
    decide(EligibilityOutcome.APPROVED, actor=people.supervisor_tallinn)
    facts = queries.return_facts(family.dossier_id)
    assert facts[family.spouse].eligibility == EligibilityOutcome.APPROVED
    assert facts[family.principal].eligibility is None


def test_broken_file_writes_nothing(people: People, family: Family) -> None:
    way.counsel(family, people)
    cmd = commands.LogApplication(
        dossier_id=family.dossier_id,
        person_ids=family.person_ids,
        signed_on=way.days_ago(50),
        upload=dataclasses.replace(pdf(), content=b"%PDF-1.7 not really"),
    )
    with pytest.raises(Refused, match="cannot be opened"):
        commands.log_application(cmd, actor=people.caseworker_tallinn)
    assert not db.session.scalars(select(ReturnApplication)).all()
    assert get_person(family.dossier_id, family.principal).adult_at_application is None
    assert len(db.session.scalars(select(Voluntariness)).all()) == 2


def test_without_a_receiving_office_the_sending_one_takes_its_obligations(people: People, family: Family) -> None:
    departed(family, family.principal, 30, actor=people.caseworker_tallinn)
    way.arrive(family, people, family.principal)
    way.meet(family, dataclasses.replace(people, caseworker_kyiv=people.caseworker_tallinn), family.principal)
    assert queries.journey_facts(family.dossier_id)[family.principal].contact_on == way.days_ago(20)
