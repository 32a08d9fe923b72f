"""Visits, complaints and the final report on both databases."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask
from sqlalchemy import select

from casetracker.casefile.events import PersonDeparted
from casetracker.core.actor import Actor
from casetracker.core.commands import command
from casetracker.core.db import db
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.documents.states import Upload
from casetracker.dossiers.queries import sight_of
from casetracker.events.recording import record
from casetracker.monitoring import commands, queries
from casetracker.monitoring.models import FinalReport, Visit
from casetracker.monitoring.states import ComplaintChannel, ComplaintKind, Use
from casetracker.returns.commands import write_departure
from tests.factories import returns as way
from tests.factories.accounts import People, make_people
from tests.factories.cases import Family, playroom_case, refer
from tests.factories.documents import jpeg_bytes, pdf


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    """A family that Kyiv accepted, its principal applicant back home."""
    family = playroom_case(people)
    refer(family, people)
    depart(family, actor=people.caseworker_tallinn)
    way.arrive(family, people, family.principal)
    return family


@command
def depart(family: Family, *, actor: Actor) -> None:
    """What the case file does when somebody departs."""
    write_departure(family.dossier_id, family.principal, way.days_ago(30))
    record(PersonDeparted(owner_id=family.dossier_id, person_id=family.principal), actor=actor)


def visit(family: Family, *uploads: Upload) -> commands.LogVisit:
    """A visit to the playroom."""
    return commands.LogVisit(
        dossier_id=family.dossier_id,
        visited_on=way.days_ago(5),
        place="Kramatorsk",
        visitors="Caseworker, Kyiv",
        findings="The playroom is open",
        use=Use.AS_PLANNED,
        uploads=uploads,
    )


def report(family: Family, days: int = 1) -> commands.WriteFinalReport:
    """The final report."""
    return commands.WriteFinalReport(
        dossier_id=family.dossier_id, reported_on=way.days_ago(days), summary="All is well", upload=pdf()
    )


def test_a_visit_is_seen_by_both_sides(people: People, family: Family) -> None:
    photo = Upload("room.jpg", jpeg_bytes(), "image/jpeg")
    commands.log_visit(visit(family, photo, pdf()), actor=people.caseworker_kyiv)
    for actor in (people.caseworker_tallinn, people.supervisor_kyiv, people.auditor):
        panel = queries.load_panel(sight_of(actor, family.reference), actor)
        (row,) = panel.visits
        assert row.visit.use == Use.AS_PLANNED and len(row.documents) == 2
        assert panel.may_log == (actor is not people.auditor)
    assert queries.monitoring_facts(family.dossier_id).last_visit_on == way.days_ago(5)


def test_a_broken_photograph_stops_the_visit(people: People, family: Family) -> None:
    with pytest.raises(Refused) as refused:
        commands.log_visit(visit(family, pdf(), Upload("x.jpg", b"x", "")), actor=people.caseworker_kyiv)
    assert refused.value.message.field == "files"
    assert not db.session.scalars(select(Visit)).all()


def test_nobody_is_visited_before_arriving(people: People, family: Family) -> None:
    early = dataclasses.replace(visit(family), visited_on=way.days_ago(40))
    with pytest.raises(Refused, match="first arrival"):
        commands.log_visit(early, actor=people.caseworker_kyiv)
    waiting = playroom_case(people)
    with pytest.raises(Refused, match="Nobody of this case"):
        commands.log_visit(visit(waiting), actor=people.caseworker_tallinn)


def test_a_visit_is_corrected(people: People, family: Family) -> None:
    visit_id = commands.log_visit(visit(family), actor=people.caseworker_kyiv)
    cmd = commands.CorrectVisit(
        dossier_id=family.dossier_id,
        visit_id=visit_id,
        visited_on=way.days_ago(4),
        place="Kramatorsk",
        visitors="Supervisor, Kyiv",
        findings="Open three days a week",
        use=Use.PARTLY,
        version=1,
        reason="Seen again",
    )
    commands.correct_visit(cmd, actor=people.supervisor_kyiv)
    assert queries.get_visit(family.dossier_id, visit_id).use == Use.PARTLY
    with pytest.raises(Conflict):
        commands.correct_visit(cmd, actor=people.supervisor_kyiv)


def test_a_complaint_waits_for_its_answer(people: People, family: Family) -> None:
    cmd = commands.LogComplaint(
        dossier_id=family.dossier_id,
        kind=ComplaintKind.COMPLAINT,
        channel=ComplaintChannel.PHONE,
        received_on=way.days_ago(6),
        person_id=family.principal,
        text="The paint came late",
    )
    complaint_id = commands.log_complaint(cmd, actor=people.caseworker_kyiv)
    assert queries.monitoring_facts(family.dossier_id).open_complaints == 1
    answer = commands.AnswerComplaint(
        dossier_id=family.dossier_id,
        complaint_id=complaint_id,
        answered_on=way.days_ago(7),
        answer="We spoke with the shop",
        version=1,
    )
    with pytest.raises(Refused, match="comes after it"):
        commands.answer_complaint(answer, actor=people.caseworker_kyiv)
    commands.answer_complaint(dataclasses.replace(answer, answered_on=way.days_ago(2)), actor=people.caseworker_kyiv)
    assert queries.monitoring_facts(family.dossier_id).open_complaints == 0
    with pytest.raises(Refused, match="answered already"):
        again = dataclasses.replace(answer, answered_on=way.days_ago(2), version=2)
        commands.answer_complaint(again, actor=people.caseworker_kyiv)
    other = playroom_case(people)
    with pytest.raises(NotFound):
        foreign = dataclasses.replace(cmd, person_id=other.principal)
        commands.log_complaint(foreign, actor=people.caseworker_kyiv)


def test_a_case_has_one_final_report(people: People, family: Family) -> None:
    commands.log_visit(visit(family), actor=people.caseworker_kyiv)
    with pytest.raises(Refused, match="last visit"):
        commands.write_final_report(report(family, 10), actor=people.caseworker_kyiv)
    commands.write_final_report(report(family), actor=people.caseworker_kyiv)
    with pytest.raises(Refused, match="has its final report"):
        commands.write_final_report(report(family), actor=people.caseworker_tallinn)
    cmd = commands.CorrectFinalReport(
        dossier_id=family.dossier_id,
        reported_on=way.days_ago(1),
        summary="All is well, signed",
        upload=pdf(mark="signed"),
        version=1,
        reason="The signature was missing",
    )
    commands.correct_final_report(cmd, actor=people.caseworker_kyiv)
    (row,) = db.session.scalars(select(FinalReport)).all()
    assert row.summary == "All is well, signed"
    assert queries.monitoring_facts(family.dossier_id).reported_on == way.days_ago(1)


def test_auditor_and_finance_officer_log_nothing(people: People, family: Family) -> None:
    for actor in (people.auditor, people.finance_kyiv, people.administrator):
        with pytest.raises(NotFound):
            commands.log_visit(visit(family), actor=actor)
        with pytest.raises(NotFound):
            commands.write_final_report(report(family), actor=actor)
