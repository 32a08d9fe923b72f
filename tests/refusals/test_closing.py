"""Closed and restricted cases and the asylum part, for whom they are read-only or not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from casetracker.asylum import commands as asylum
from casetracker.casefile import commands, person_commands
from casetracker.casefile.person_commands import LeaveWay
from casetracker.casefile.states import NoteSide
from casetracker.cases import commands as cases
from casetracker.cases.states import Outcome, Stage
from casetracker.core.db import db
from casetracker.documents import commands as documents
from casetracker.documents.states import DocumentKind
from casetracker.dossiers import commands as dossiers
from casetracker.dossiers.models import Dossier
from casetracker.monitoring import commands as monitoring
from casetracker.monitoring.states import Use
from casetracker.returns.states import EligibilityOutcome
from tests.factories.accounts import make_people
from tests.factories.casefile import APPLIED, NOW, Road, on, road_to
from tests.factories.cases import (
    consent_to_sharing,
    pdf,
    person_entry,
    playroom_case,
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


def write(it: Road, actor: object = None) -> None:
    """A note that both sides read."""
    cmd = commands.WriteNote(dossier_id=it.id, side=NoteSide.SHARED, text="A call", day=NOW, person_id=None)
    commands.write_note(cmd, actor=actor or it.tallinn)  # type: ignore[arg-type]  # an actor


def closed() -> Road:
    """The family in reintegration, closed because it moved."""
    it = road(Stage.REINTEGRATION)
    with on(NOW):
        cmd = commands.CloseCase(dossier_id=it.id, outcome=Outcome.MOVED, reason="They moved")
        commands.close_case(cmd, actor=it.tallinn)
    return it


def visit(it: Road) -> None:
    """A visit."""
    cmd = monitoring.LogVisit(
        dossier_id=it.id, visited_on=NOW, place="Home", visitors="Kyiv", findings="Well", use=Use.AS_PLANNED,
        uploads=(),
    )  # fmt: skip
    monitoring.log_visit(cmd, actor=it.people.caseworker_kyiv)


def correct(it: Road) -> None:
    """Another place of return."""
    cmd = cases.CorrectCase(
        dossier_id=it.id, host_country="EE", return_country="UA", return_place="Lviv", reason="Wrong", version=1
    )
    cases.correct_case(cmd, actor=it.tallinn)


WRITES: dict[str, Callable[[Road], object]] = {
    "note": write,
    "visit": visit,
    "correction": correct,
    "counselling": lambda it: it.counsel(),
    "application": lambda it: it.apply(),
    "eligibility": lambda it: it.decide(it.family.spouse, outcome=EligibilityOutcome.REFUSED),
    "departure": lambda it: it.depart(it.family.spouse),
    "arrival": lambda it: it.arrive(it.family.spouse),
    "leaving": lambda it: leave(it, it.family.spouse, LeaveWay.SEPARATED),
    "stage": lambda it: it.move_on(),
    "consent": lambda it: consent_to_sharing(it.family, it.tallinn),
    "asylum": lambda it: it.asylum(),
    "document": lambda it: documents.add_document(
        documents.AddDocument(dossier_id=it.id, part="sending", kind=DocumentKind.OTHER, title="X", upload=pdf()),
        actor=it.tallinn,
    ),
    "person": lambda it: cases.add_person(
        cases.AddPerson(dossier_id=it.id, entry=person_entry("Ivan")), actor=it.tallinn
    ),
}


@pytest.mark.parametrize("what", list(WRITES))
def test_a_closed_case_is_only_read(what: str) -> None:
    it = closed()
    with on(NOW), refused("can only be read"):
        WRITES[what](it)


def test_a_case_is_completed_only_in_monitoring() -> None:
    it = road(Stage.REINTEGRATION)

    def close(outcome: Outcome) -> None:
        cmd = commands.CloseCase(dossier_id=it.id, outcome=outcome, reason="Done")
        commands.close_case(cmd, actor=it.tallinn)

    with on(NOW):
        with refused("Only a case in monitoring"):
            close(Outcome.COMPLETED)
        with refused("has departed"):
            close(Outcome.NOT_DEPARTED)
        with refused("has departed"):
            close(Outcome.WITHDREW_BEFORE_DEPARTURE)


def test_ninety_days_after_closing_the_receiving_office_finds_nothing() -> None:
    it = closed()
    with on(NOW + timedelta(days=90)), refused("can only be read"):
        write(it, it.people.caseworker_kyiv)
    with on(NOW + timedelta(days=91)), not_there():
        write(it, it.people.caseworker_kyiv)


def test_a_restricted_case_is_not_there_for_others() -> None:
    people = make_people()
    family = playroom_case(people)
    version = db.session.get_one(Dossier, family.dossier_id).version
    cmd = dossiers.RestrictDossier(
        dossier_id=family.dossier_id, is_restricted=True, reader_ids=(), reason="Threats", version=version
    )
    with not_there():
        dossiers.restrict_dossier(cmd, actor=people.caseworker_tallinn)
    dossiers.restrict_dossier(cmd, actor=people.supervisor_tallinn)
    with not_there():
        consent_to_sharing(family, people.caseworker_tallinn)


def test_the_asylum_part_is_not_there_for_the_receiving_side() -> None:
    it = road(Stage.REINTEGRATION)
    filed = asylum.LogAsylum(
        dossier_id=it.id, authority="PPA", number="1", filed_on=APPLIED, person_ids=(it.family.principal,)
    )
    with on(NOW):
        for actor in (it.people.caseworker_kyiv, it.people.supervisor_kyiv, it.people.finance_tallinn):
            with not_there():
                asylum.log_asylum(filed, actor=actor)
        with not_there():
            paper = documents.AddDocument(
                dossier_id=it.id, part="asylum", kind=DocumentKind.ASYLUM_WITHDRAWAL, title="X", upload=pdf()
            )
            documents.add_document(paper, actor=it.people.caseworker_kyiv)
        with refused("added in the asylum part"):
            documents.add_document(replace(paper, part="shared"), actor=it.tallinn)
        asylum_paper = documents.add_document(paper, actor=it.tallinn)
        with refused("never shared"):
            share = documents.ShareDocument(dossier_id=it.id, document_id=asylum_paper, version=1)
            documents.share_document(share, actor=it.tallinn)
