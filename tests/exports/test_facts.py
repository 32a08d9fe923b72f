"""What a file tells of a case: the ledger's figures, and to the receiving side's reader its part alone."""

from __future__ import annotations

import io
from collections import Counter

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.cases.states import Stage
from casetracker.core.money import Money
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.states import Sight
from casetracker.exports.facts_queries import load_facts
from tests.exports.test_export import auditor, exported
from tests.exports.test_files import pages_of
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.casefile import road_to
from tests.factories.disbursements import Payable, approved, deliver, instalments, invoice, order, pay, payable
from tests.factories.programmes import demo_programme
from tests.statements import counted


@pytest.fixture
def case(app: Flask) -> Payable:
    """The family that arrived, with one payment for the renovation."""
    case = payable()
    request_id = approved(case, (f"line:{case.planned.renovation}", 300_00), purpose="Paint and panels")
    for step in (order, deliver, invoice, pay):
        step(case, instalments(request_id)[0])
    return case


def sights(people: People, reference: str) -> tuple[Sight, Sight]:
    """How an auditor of everything sees the case, and one of the receiving office alone."""
    receiving = auditor(people, clearance=True, office_ids=(people.kyiv,))
    return sight_of(people.auditor, reference), sight_of(receiving, reference)


def test_the_figures_are_those_of_the_ledger(case: Payable) -> None:
    facts = load_facts(sight_of(case.people.auditor, case.reference))
    moved: Counter[tuple[str, str, str]] = Counter()
    for line in facts.ledger:
        moved[line.person, line.package, line.move] += line.amount.minor
    assert facts.grants and {grant.entitled.currency for grant in facts.grants} == {"EUR"}
    for grant in facts.grants:
        awarded, reserved, committed, spent = (
            moved[grant.person, grant.package, move] for move in ("Awarded", "Reserved", "Committed", "Spent")
        )
        assert spent == grant.spent.minor and committed - spent == grant.committed.minor
        assert awarded - reserved == grant.awarded.minor
    [payment] = facts.payments
    assert payment.charged == Money(300_00, "EUR") == payment.paid and payment.given_back.minor == 0
    assert sum(grant.spent.minor for grant in facts.grants) == 300_00
    people = {payment.requested_by, payment.recorded_by, *payment.approved_by.split("; ")}
    assert len(people) >= 3 and "" not in people and payment.provider
    [proof] = [document for document in facts.documents if document.number == payment.proof]
    assert proof.kind == "Proof of payment" and proof.added_by == payment.recorded_by


def test_the_receiving_sides_reader_gets_its_part_alone(app: Flask) -> None:
    """Not who was counselled when, nor what was decided at home, nor its papers; money and journeys are for both."""
    people = make_people()
    road = road_to(Stage.REINTEGRATION, people, demo_programme(people.administrator))
    home, abroad = (load_facts(sight) for sight in sights(people, road.family.reference))
    assert all(person.eligibility and person.decided_on for person in home.persons)
    assert any(person.counselled_on for person in home.persons)
    assert not any(person.eligibility or person.decided_on or person.counselled_on for person in abroad.persons)
    assert all(person.arrived_on for person in home.persons)
    assert [person.arrived_on for person in home.persons] == [person.arrived_on for person in abroad.persons]
    assert home.grants and (home.grants, home.ledger) == (abroad.grants, abroad.ledger)
    assert {document.part for document in home.documents} > {document.part for document in abroad.documents}
    assert {document.part for document in abroad.documents} <= {"Both offices"}
    assert "Asylum" in dict(home.steps) and "Asylum" not in dict(abroad.steps)


def test_the_queries_do_not_grow_with_the_case(case: Payable) -> None:
    sight = sight_of(case.people.auditor, case.reference)
    with counted() as sent:
        facts = load_facts(sight)
    assert facts.payments and facts.documents and len(sent) <= 18


def test_what_was_paid_stands_in_the_document_and_the_workbook(client: FlaskClient, case: Payable) -> None:
    family = case.planned.granted.family
    sign_in(client, case.people.auditor)
    printed = " ".join(pages_of(exported(client, family, "pdf"))).replace("\u00a0", " ")
    facts = load_facts(sight_of(case.people.auditor, case.reference))
    [payment] = facts.payments
    approval = "Disbursement finally approved: Paint and panels"
    for words in ("Paint and panels", "300.00 EUR", payment.provider, payment.recorded_by, approval):
        assert words in printed, words
    book = openpyxl.load_workbook(io.BytesIO(exported(client, family, "xlsx")))
    head, row = book["Payments"].iter_rows(values_only=True)
    told = dict(zip(head, row, strict=True))
    assert (told["Purpose"], told["Charged"], told["Currency"]) == ("Paint and panels", 300.0, "EUR")
    decisions = [row[2] for row in book["Decisions"].iter_rows(min_row=2, values_only=True)]
    assert any("Plan finally approved" in each for each in decisions)
    assert len(list(book["Documents"].iter_rows(min_row=2))) == len(
        load_facts(sight_of(case.people.auditor, case.reference)).documents
    )
