"""What the panels read: the same number of queries however much there is, and for each side its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Refused
from casetracker.documents import commands as documents_commands
from casetracker.documents import queries as documents
from casetracker.documents.states import DocumentKind
from casetracker.dossiers.queries import sight_of
from casetracker.monitoring import queries as monitoring
from casetracker.returns import queries
from tests.factories import returns as way
from tests.factories.accounts import People, make_people, sign_in
from tests.factories.cases import Family, playroom_case, refer
from tests.factories.documents import pdf
from tests.returns.test_commands import departed


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    family = playroom_case(people)
    refer(family, people)
    return family


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run inside."""
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def queries_of_panels(actor: Actor, family: Family) -> list[int]:
    """How many queries each of the three panels takes."""
    sight = sight_of(actor, family.reference)
    counts = []
    for load in (queries.load_panel, documents.load_panel, monitoring.load_panel):
        with counted() as seen:
            load(sight, actor)
        counts.append(len([statement for statement in seen if statement.lstrip().startswith("SELECT")]))
    return counts


def test_the_number_of_queries_does_not_grow(people: People, family: Family) -> None:
    way.counsel(family, people)
    way.apply(family, people)
    way.prepare(family, people, family.principal)
    few = queries_of_panels(people.caseworker_tallinn, family)
    for days in range(10, 20):
        way.counsel(family, people, held_on=way.days_ago(days))
    way.prepare(family, people, family.spouse)
    for person_id in (family.principal, family.spouse):
        departed(family, person_id, 30, actor=people.caseworker_tallinn)
    way.arrive(family, people, family.principal, family.spouse)
    way.meet(family, people, family.principal, family.spouse)
    assert queries_of_panels(people.caseworker_tallinn, family) == few
    assert few[0] <= 6 and few[1] == 1 and few[2] <= 3
    assert queries_of_panels(people.caseworker_kyiv, family)[0] <= 4


def test_each_side_reads_its_own_panels(client: FlaskClient, people: People, family: Family) -> None:
    way.counsel(family, people)
    way.apply(family, people)
    departed(family, family.principal, 30, actor=people.caseworker_tallinn)
    way.arrive(family, people, family.principal)
    way.meet(family, people, family.principal)
    sign_in(client, people.caseworker_tallinn)
    ours = client.get(f"/cases/{family.reference}").text
    assert "Tired of waiting" in ours and "A playroom, and school things" in ours
    assert 'id="counselling"' in ours and 'id="application"' in ours
    sign_in(client, people.caseworker_kyiv)
    theirs = client.get(f"/cases/{family.reference}").text
    assert "A playroom, and school things" in theirs and 'id="monitoring"' in theirs
    assert "Tired of waiting" not in theirs and "Travel papers" not in theirs
    assert 'id="counselling"' not in theirs and 'id="application"' not in theirs


def test_an_asylum_paper_changes_nothing_for_the_receiving_side(people: People, family: Family) -> None:
    actor = people.caseworker_kyiv
    sight = sight_of(actor, family.reference)
    before = documents.load_panel(sight, actor)
    paper = documents_commands.AddDocument(
        dossier_id=family.dossier_id,
        part="asylum",
        kind=DocumentKind.ASYLUM_WITHDRAWAL,
        title="Withdrawal",
        upload=pdf(),
    )
    document_id = documents_commands.add_document(paper, actor=people.caseworker_tallinn)
    assert documents.load_panel(sight_of(actor, family.reference), actor) == before
    share = documents_commands.ShareDocument(dossier_id=family.dossier_id, document_id=document_id, version=1)
    with pytest.raises(Refused, match="never shared"):
        documents_commands.share_document(share, actor=people.caseworker_tallinn)
