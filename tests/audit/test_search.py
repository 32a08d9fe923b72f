"""Any entry of the record is found by what an auditor knows of it; what the mandate does not cover is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from casetracker.audit import search_queries
from casetracker.audit.kind_states import APPROVALS, READS, kinds_of
from casetracker.audit.search_queries import search, sum_reads
from casetracker.audit.search_states import Place, RecordFilter, RecordPage, place_of, read_place
from casetracker.casefile import commands as casefile
from casetracker.casefile.states import NoteSide
from casetracker.core import clock, row_security
from casetracker.core.actor import Actor
from casetracker.core.commands import bookkeeping
from casetracker.core.db import db
from casetracker.dossiers.commands import record_read
from casetracker.dossiers.queries import sight_of
from casetracker.events.models import Chain, EventRow, PersonalValue
from tests.audit.searched import AUTHORITY, auditor_over, searched_world
from tests.factories.accounts import make_office
from tests.factories.cases import playroom_case
from tests.factories.disbursements import Payable


@pytest.fixture
def case(app: Flask) -> Payable:
    """The world to search."""
    return searched_world()


@contextmanager
def reading_as(actor: Actor) -> Iterator[None]:
    """PostgreSQL's walls stand, as they do while a page is made."""
    with row_security.reading(row_security.reader_of(actor)):
        yield


def found(actor: Actor, **wanted: Any) -> list[str]:
    """The kinds of what one page finds, newest first."""
    return [row.entry.kind for row in page(actor, **wanted).rows]


def page(actor: Actor, *, before: Place | None = None, after: Place | None = None, **wanted: Any) -> RecordPage:
    """One page."""
    with reading_as(actor):
        return search(actor, RecordFilter(**wanted), before=before, after=after)


def every_page(actor: Actor, **wanted: Any) -> list[RecordPage]:
    """All pages, newest first."""
    pages = [page(actor, **wanted)]
    while pages[-1].older:
        pages.append(page(actor, before=pages[-1].older, **wanted))
    return pages


def test_each_question_finds_its_entries(case: Payable) -> None:
    auditor, people = case.people.auditor, case.people
    edited = {"kinds": ("disbursement.edited",)}
    assert found(auditor, **edited) == ["disbursement.edited"]
    assert set(found(auditor, kinds=kinds_of("corrections"))) >= {"disbursement.edited", "journey.corrected"}
    assert found(auditor, kinds=("case.reopened",)) == []
    assert set(found(auditor, actor_id=people.supervisor_kyiv.id)) >= {"dossier.attempt_refused"}
    assert found(auditor, actor_id=people.supervisor_kyiv.id, **edited) == []
    assert found(auditor, reference=case.reference, **edited) == ["disbursement.edited"]
    assert found(auditor, reference="EE-2020-00099") == []
    tomorrow = clock.now() + timedelta(days=1)
    assert found(auditor, end=tomorrow, **edited) == ["disbursement.edited"]
    assert found(auditor, first=tomorrow) == []
    assert found(auditor, office_id=people.kyiv, **edited) == ["disbursement.edited"]
    assert found(auditor, office_id=make_office("Riga", "LV"), **edited) == []
    assert found(auditor, programme_id="x" * 26, **edited) == []
    assert set(found(auditor, kinds=APPROVALS)) <= set(APPROVALS)


def test_amounts_are_whole_units_of_the_entry_s_currency(case: Payable) -> None:
    auditor = case.people.auditor

    def drafted(least: str | None, most: str | None) -> list[str]:
        bounds = {name: Decimal(text) for name, text in (("least", least), ("most", most)) if text}
        return [kind for kind in found(auditor, **bounds) if kind.startswith("disbursement.")]

    assert drafted("400", "400") == ["disbursement.drafted"]
    assert drafted("300", "300.00") == ["disbursement.edited"]
    assert drafted("300", "400") == ["disbursement.edited", "disbursement.drafted"]
    assert drafted("400.01", None) == [] and drafted(None, "299.99") == []
    assert found(auditor, least=Decimal(1), kinds=("journey.corrected",)) == [], "it tells no amount"


def test_a_changed_field_is_found_by_table_and_column(case: Payable) -> None:
    auditor = case.people.auditor
    assert Counter(found(auditor, field=("journey", "arrived_on"))) == {"journey.corrected": 1, "journey.arrived": 4}
    assert found(auditor, field=("disbursement", "amount")) == ["disbursement.edited"]
    assert found(auditor, field=("journey", "departed_on")) == []
    assert found(auditor, field=("instalment", "arrived_on")) == []
    assert "journey.corrected" in found(auditor, field=("person_grant", "use_due_on")), "the clocks moved with it"
    assert found(auditor, field=("journey", "use_due_on")) == [], "that column is another row's of the same entry"


@pytest.mark.parametrize(
    "words", [("õunaaed",), ("ФАРБА",), ('"Õun',), ("100%",), ("panels", "фарба"), ("wall", "approves")]
)
def test_words_are_found_in_every_language_until_they_are_erased(case: Payable, words: tuple[str, ...]) -> None:
    auditor = case.people.auditor
    expected = [] if "approves" in words else ["disbursement.edited", "disbursement.drafted"]
    assert found(auditor, words=words) == expected
    if words == ("õunaaed",):
        erase_values("disbursement")
        assert found(auditor, words=words) == ["disbursement.edited", "disbursement.drafted"], "the events say it too"
        erase_values("event")
        assert found(auditor, words=words) == []


def test_words_are_no_patterns_and_hashes_are_no_words(case: Payable) -> None:
    auditor = case.people.auditor
    assert found(auditor, words=("Õun%ед",)) == [] and found(auditor, words=("_unaaed",)) == []
    with row_security.reading(row_security.EVERYTHING):
        known = db.session.scalars(select(PersonalValue.hash).where(PersonalValue.tbl == "event").limit(1)).one()
    assert found(auditor, words=(known,)) == [] and found(auditor, words=(known[:20],)) == []


@bookkeeping("what erasing does")
def erase_values(table: str) -> None:
    """Every personal value of this table goes."""
    db.session.execute(update(PersonalValue).where(PersonalValue.tbl == table).values(value=None, salt=None))


def test_what_the_mandate_does_not_cover_is_not_found(case: Payable) -> None:
    people = case.people
    parts: dict[str, set[str]] = {}
    readers = {
        "cleared": people.auditor,
        "not cleared": auditor_over(people.tallinn, people.kyiv),
        "of the receiving office, cleared": auditor_over(people.kyiv, clearance=True),
        "of another office": auditor_over(make_office("Riga", "LV"), clearance=True),
        "of a year before": auditor_over(people.tallinn, valid_until=clock.today("UTC") - timedelta(days=900)),
        "over all": auditor_over(),
    }
    for name, reader in readers.items():
        rows = [row for each in every_page(reader) for row in each.rows]
        parts[name] = {row.part for row in rows}
        if "asylum" not in parts[name]:
            assert found(reader, words=(AUTHORITY.split()[0],)) == []
            assert not [row for row in rows if row.entry.kind.startswith("asylum.")]
    assert parts["cleared"] == {"shared", "sending", "asylum", "access", "office"}
    assert parts["not cleared"] == {"shared", "sending", "access", "office"}
    assert parts["of the receiving office, cleared"] == {"shared", "office"}
    assert parts["of another office"] == {"office"}
    assert parts["of a year before"] == {"office"}
    assert parts["over all"] == {"shared", "sending", "access", "office", "system"}
    assert found(people.supervisor_tallinn) == [] and found(people.administrator) == []


def test_pages_hold_every_entry_once_and_stay_where_they_are(case: Payable) -> None:
    auditor = case.people.auditor
    pages = every_page(auditor)
    seen = Counter((row.entry.chain_id, row.entry.seq) for each in pages for row in each.rows)
    query = select(EventRow.chain_id, EventRow.seq).join(Chain, Chain.id == EventRow.chain_id)
    with row_security.reading(row_security.EVERYTHING):
        assert set(seen) == {tuple(row) for row in db.session.execute(query.where(Chain.part != "system"))}
    assert len(pages) > 2 and set(seen.values()) == {1}
    second = [row.entry.key for row in pages[1].rows]
    note = casefile.WriteNote(
        dossier_id=case.dossier_id, side=NoteSide.SHARED, text="Later", day=clock.today("UTC"), person_id=None
    )
    casefile.write_note(note, actor=case.people.caseworker_tallinn)
    assert [row.entry.key for row in page(auditor, before=pages[0].older).rows] == second
    assert page(auditor).rows[0].entry.kind == "note.written"
    back = page(auditor, after=pages[1].newer)
    assert [row.entry.key for row in back.rows] == [row.entry.key for row in pages[0].rows][-len(back.rows) :]
    place = place_of(pages[0].rows[0].entry)
    assert read_place(str(place)) == place
    for nonsense in ("", "1", f"{place}x", str(place).replace(place.chain_id, "A" * 26), "2026-99" + str(place)[7:]):
        assert read_place(nonsense) is None


def test_a_page_opens_a_portion_and_says_how_far_it_looked(case: Payable, monkeypatch: pytest.MonkeyPatch) -> None:
    auditor = case.people.auditor
    monkeypatch.setattr(search_queries, "PORTION", 20)
    first = page(auditor, words=("nothing-says-this",))
    assert first.rows == [] and first.looked_back_to and first.older
    pages = every_page(auditor, words=("Andriy",))
    assert len(pages) >= 3 and pages[-1].looked_back_to is None
    monkeypatch.undo()
    whole = [row.entry.key for each in every_page(auditor, words=("Andriy",)) for row in each.rows]
    assert whole and [row.entry.key for each in pages for row in each.rows] == whole


def test_who_read_a_case(case: Payable) -> None:
    people, worker = case.people, case.people.caseworker_tallinn
    for hours in (5, 5, 2, 0):
        with clock.at(clock.now() - timedelta(hours=hours)):
            record_read(sight_of(worker, case.reference), actor=worker)
    record_read(sight_of(people.caseworker_kyiv, case.reference), actor=people.caseworker_kyiv)
    other = playroom_case(people)
    record_read(sight_of(worker, other.reference), actor=worker)
    with reading_as(people.auditor):
        sums = sum_reads(people.auditor, case.reference)
    assert {each.actor_id: each.hours for each in sums} == {worker.id: 3, people.caseworker_kyiv.id: 1}
    spans = {each.actor_id: round((each.last - each.first) / timedelta(hours=1)) for each in sums}
    assert spans == {worker.id: 5, people.caseworker_kyiv.id: 0}
    assert Counter(found(people.auditor, kinds=READS, reference=case.reference)) == {"dossier.read": 4}
    abroad = auditor_over(people.kyiv, clearance=True)
    with reading_as(abroad):
        assert sum_reads(abroad, case.reference) == []
    assert found(replace(people.auditor, mandates=()), kinds=READS) == []
