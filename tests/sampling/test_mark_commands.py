"""Marks and visits as they are written, on both databases: in the record of access, by their drawer alone, while the
sample is open and the case stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from casetracker.core import clock, row_security
from casetracker.core.db import ERASED, db
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.erasure.queries import list_personal_rows
from casetracker.events.models import Chain, EventRow
from casetracker.events.states import Part
from casetracker.sampling import commands as samples
from casetracker.sampling import mark_commands as commands
from casetracker.sampling import mark_queries, queries
from casetracker.sampling.mark_states import FoundThere, Tick
from casetracker.sampling.models import SampleMark, SpotCheck
from casetracker.sampling.states import Asked, Method, PopulationKind
from tests.factories.cases import refer
from tests.factories.erasure import due_case, end_mandates, erase, later
from tests.factories.findings import auditor_of
from tests.factories.marks import NOTE, examine, examining, mark_of, visit, visit_of
from tests.factories.samples import Sampled, draw

pytestmark = pytest.mark.usefixtures("app")


def of_access() -> list[tuple[str, str]]:
    """(compartment, kind) of what was recorded of examining."""
    query = select(Chain.part, EventRow.kind).join(Chain, Chain.id == EventRow.chain_id)
    query = query.where(EventRow.kind.in_(["sample.item_marked", "spot_check.entered"]))
    return [(part, kind) for part, kind in db.session.execute(query.order_by(EventRow.at, EventRow.seq))]


def test_a_mark_stands_in_the_record_of_access_and_can_be_changed(world: Sampled) -> None:
    auditor, sample_id = world.auditor, draw(world.auditor)
    examine(sample_id, 1, auditor, document_seen=Tick.NO, note="No paper")
    examine(sample_id, 1, auditor, agrees=Tick.NO, is_exception=True, wrong_amount=5_00, note=NOTE, version=1)
    mark = mark_of(sample_id, 1, auditor)
    assert mark is not None and (mark.document_seen, mark.agrees) == (Tick.YES, Tick.NO)
    assert (mark.is_exception, mark.wrong_amount, mark.note, mark.version) == (True, 5_00, NOTE, 2)
    assert of_access() == [(Part.ACCESS, "sample.item_marked")] * 2
    with pytest.raises(Conflict):
        examine(sample_id, 1, auditor, version=1)
    with pytest.raises(Conflict):
        examine(sample_id, 1, auditor)
    with pytest.raises(Conflict):
        examine(sample_id, 2, auditor, version=3)
    sample = queries.get_sample(sample_id, auditor)
    assert mark_queries.next_to_examine(sample, 1) == 2
    examine(sample_id, 3, auditor)
    assert [mark_queries.next_to_examine(sample, each) for each in (0, 1, 2, 3)] == [2, 2, None, 2]


def test_only_its_drawer_marks_and_only_while_it_is_open(world: Sampled) -> None:
    auditor, sample_id = world.auditor, draw(world.auditor)
    second = auditor_of(world.case.people.tallinn, world.case.people.kyiv)
    for actor in (second, world.case.people.supervisor_tallinn):
        with pytest.raises(NotFound):
            examine(sample_id, 1, actor)
    with pytest.raises(NotFound):
        examine(sample_id, 4, auditor)
    with pytest.raises(NotFound):
        visit(sample_id, 1, auditor)
    with pytest.raises(Refused, match="an exception: tick it"):
        examine(sample_id, 1, auditor, agrees=Tick.NO)
    samples.close_sample(samples.CloseSample(sample_id=sample_id), actor=auditor)
    with pytest.raises(Refused, match="This sample is closed"):
        examine(sample_id, 1, auditor)
    end_mandates()
    samples.reopen_sample(samples.ReopenSample(sample_id=sample_id), actor=auditor)
    with pytest.raises(Refused, match="Your mandate does not open this case"):
        examine(sample_id, 1, replace(auditor, mandates=()))
    assert of_access() == []


def test_a_visit_is_entered_and_changed(world: Sampled) -> None:
    auditor, sample_id = world.auditor, draw(world.auditor, population=PopulationKind.DELIVERIES)
    visit(sample_id, 1, auditor)
    visit(sample_id, 1, auditor, found=FoundThere.PARTLY, note="One of two chairs", version=1)
    found = visit_of(sample_id, 1, auditor)
    assert found is not None and (found.found, found.note, found.version) == (
        FoundThere.PARTLY, "One of two chairs", 2,
    )  # fmt: skip
    with pytest.raises(Conflict):
        visit(sample_id, 1, auditor)
    with pytest.raises(Refused, match="has not come yet"):
        visit(sample_id, 2, auditor, visited_on=clock.today("UTC").replace(year=2099))
    assert of_access() == [(Part.ACCESS, "spot_check.entered")] * 2


def test_who_reads_the_receiving_side_alone_keeps_own_marks(app: Flask, world: Sampled) -> None:
    """Behind PostgreSQL's walls, too: the record of access is closed to him, what he wrote is not."""
    refer(world.second, world.case.people)
    auditor = auditor_of(world.case.people.kyiv)
    sample_id = draw(auditor, method=Method.SIMPLE_RANDOM, asked=Asked(size=2))
    examine(sample_id, 1, auditor, is_exception=True, note=NOTE)
    examine(sample_id, 1, auditor, is_exception=True, note="Seen once more", version=1)
    examine(sample_id, 2, auditor)
    other = auditor_of(world.case.people.kyiv, name="third")
    with row_security.reading(row_security.reader_of(auditor)):
        marks = queries.marks_of(queries.list_items(queries.get_sample(sample_id, auditor), auditor))
        assert sorted(str(mark.note) for mark in marks.values()) == ["None", "Seen once more"]
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        with row_security.reading(row_security.reader_of(other)):
            assert db.session.scalar(select(func.count()).select_from(SampleMark)) == 0
        with row_security.reading(row_security.reader_of(world.case.people.supervisor_kyiv)):
            assert db.session.scalar(select(func.count()).select_from(SampleMark)) == 0


def test_what_was_noted_goes_with_the_case() -> None:
    due = due_case()
    auditor = auditor_of(due.people.tallinn)
    sample_id = draw(auditor, population=PopulationKind.CASES, asked=Asked(size=1))
    examine(sample_id, 1, auditor, is_exception=True, note=NOTE)
    end_mandates()
    with later():
        erase(due)
    item = queries.get_item(queries.get_sample(sample_id, auditor), 1)
    mark = mark_queries.find_mark(item.id)
    assert mark is not None and mark.note == ERASED and mark.is_exception
    with pytest.raises(Refused, match="was erased on"):
        examine(sample_id, 1, auditor, version=mark.version)


def test_notes_of_visits_are_among_what_is_erased(world: Sampled) -> None:
    auditor, sample_id = world.auditor, draw(world.auditor, population=PopulationKind.DELIVERIES)
    visit(sample_id, 1, auditor, found=FoundThere.NOTHING, is_used=Tick.NO, note=NOTE)
    row = visit_of(sample_id, 1, auditor)
    assert row is not None
    held = [
        (type(each), each.id) for _owner, part, each, _columns in list_personal_rows(row.dossier_id) if part == "access"
    ]
    assert (SpotCheck, row.id) in held


def test_the_same_form_marks_once(world: Sampled) -> None:
    sample_id = draw(world.auditor)
    command = replace(examining(sample_id), token="a" * 32)
    for _turn in range(2):
        commands.examine_item(command, actor=world.auditor)
    assert of_access() == [(Part.ACCESS, "sample.item_marked")]
