"""The workpaper and the forms for visits: what stands in them, that text stays text, and that each is recorded."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from casetracker.core import row_security
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound, Refused
from casetracker.core.money import Money
from casetracker.events.models import Chain, EventRow
from casetracker.events.states import Part
from casetracker.events.timeline import read_entries
from casetracker.exports.states import Export
from casetracker.sampling import (
    finding_commands,
    queries,
    visit_queries,
    workpaper_document,
    workpaper_queries,
    workpaper_workbook,
)
from casetracker.sampling import workpaper_commands as commands
from casetracker.sampling.finding_states import AskedOffice
from casetracker.sampling.mark_states import FoundThere
from casetracker.sampling.states import Asked, Method, PopulationKind
from casetracker.sampling.workpaper_states import (
    FindingLine,
    ItemLine,
    MarkLine,
    SaidLine,
    VisitLine,
    Workpaper,
    WorkpaperFormat,
)
from tests.exports.hostile import HOSTILE
from tests.factories.accounts import sign_in
from tests.factories.erasure import end_mandates
from tests.factories.findings import auditor_of, in_days
from tests.factories.marks import NOTE, examine, visit
from tests.factories.samples import Sampled, draw

NOW = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)
DAY = date(2026, 3, 2)
without_database = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def read(export: Export) -> bytes:
    """The file; its hash is the one that the record has."""
    content = b"".join(export.pieces())
    assert hashlib.sha256(content).hexdigest() == export.sha256 and len(content) == export.size
    return content


@contextmanager
def reading(app: Flask, actor: Actor) -> Iterator[None]:
    """As a page of the actor reads."""
    with app.test_request_context(), row_security.reading(row_security.reader_of(actor)):
        yield


def told() -> list[dict[str, Any]]:
    """What the record says of files taken away."""
    db.session.rollback()
    query = select(EventRow).where(EventRow.kind == "workpaper.exported").order_by(EventRow.seq)
    return [entry.data for entry in read_entries(db.session.scalars(query).all())]


def reads() -> Counter[str]:
    """Case -> how often the record of access says that it was opened."""
    query = select(Chain.owner_id).join(EventRow, EventRow.chain_id == Chain.id)
    return Counter(db.session.scalars(query.where(EventRow.kind == "dossier.read", Chain.part == Part.ACCESS)))


def text_of(content: bytes) -> str:
    """What a reader sees of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).replace("\u00a0", " ")


def sheets_of(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.mark.usefixtures("app")
def test_a_workpaper_tells_all_and_is_recorded(app: Flask, world: Sampled) -> None:
    auditor = world.auditor
    sample_id = draw(auditor, asked=Asked(size=9))
    asking = commands.ExportWorkpaper(sample_id=sample_id, format=WorkpaperFormat.PDF)
    with reading(app, auditor):
        early = text_of(read(commands.export_workpaper(asking, actor=auditor)))
    cases = {row.dossier_id for row in queries.list_items(queries.get_sample(sample_id, auditor), auditor)}
    assert len(cases) == 2 and reads() == dict.fromkeys(cases, 1), "a case that a file tells of was read"
    assert "9 items were not looked at yet, so nothing is concluded" in early
    item = queries.get_item(queries.get_sample(sample_id, auditor), 1)
    examine(sample_id, 1, auditor, is_exception=True, wrong_amount=5_00, note=NOTE)
    for number in range(2, 10):
        examine(sample_id, number, auditor)
    finding = finding_commands.RaiseAuditFinding(
        dossier_id=item.dossier_id, item_id=item.id, asked=AskedOffice.SENDING, title="Другий отримувач",
        text="Väljamakse teisele isikule", due_on=in_days(30),
    )  # fmt: skip
    finding_commands.raise_audit_finding(finding, actor=auditor)
    with reading(app, auditor):
        printed = text_of(read(commands.export_workpaper(asking, actor=auditor)))
        book = sheets_of(read(commands.export_workpaper(replace(asking, format=WorkpaperFormat.XLSX), actor=auditor)))
    sample = queries.get_sample(sample_id, auditor)
    for words in (sample.population_hash, sample.seed, "EXCEPTION", "Рахунок", "õige arve", "Другий отримувач",
                  "Väljamakse teisele isikule", "5.00 EUR", "hypergeometric", "Paid: ", "asylum"):  # fmt: skip
        assert words in printed, words
    items, sample_sheet = book["Items"], {row[0]: row[1] for row in book["Sample"]}
    assert len(items) == 10 and sample_sheet["SHA-256 of the population"] == sample.population_hash
    assert sample_sheet["Wrong in the items"] == 5 and sample_sheet["Looked at"] == 9
    assert sample_sheet["Entries that are wrong at most, at a confidence of 95 %"] == 1, "all of nine were seen"
    first = dict(zip(items[0], items[1], strict=True))
    assert [first["How much of it is wrong"], first["Exception"], first["Findings"]] == [5, "yes", "1"]
    assert first["Note"] == NOTE
    assert isinstance(first["Recorded at"], datetime) and isinstance(first["Amount"], int | float)
    assert [row[3:5] for row in book["Findings"][1:]] == [("Другий отримувач", "Väljamakse teisele isikule")]
    assert [(each["format"], each["rows"], each["paper"]) for each in told()] == [
        ("pdf", 9, "workpaper"), ("pdf", 9, "workpaper"), ("xlsx", 9, "workpaper"),
    ]  # fmt: skip
    assert all(len(each["references"]) == 2 for each in told())
    assert reads() == dict.fromkeys(cases, 1), "once an hour"


@pytest.mark.usefixtures("app")
def test_forms_for_visits_name_place_person_and_paper(
    app: Flask, world: Sampled, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = world.auditor
    sample_id = draw(auditor, population=PopulationKind.DELIVERIES)
    with reading(app, auditor):
        printed = read(commands.print_visits(commands.PrintVisits(sample_id=sample_id), actor=auditor))
    assert b"pdfaid:part>2" in printed
    assert set(reads().values()) == {1}
    text = text_of(printed)
    assert len(PdfReader(io.BytesIO(printed)).pages) == 1 + 3
    for words in ("Signed for by", "Playroom", "nobody was met", "SHA-256 of the certificate", "Remarks"):
        assert words in text, words
    visit(sample_id, 1, auditor, found=FoundThere.PARTLY, note="One of two")
    monkeypatch.setattr(visit_queries, "MOST_FORMS", 1)
    with reading(app, auditor):
        rest = text_of(read(commands.print_visits(commands.PrintVisits(sample_id=sample_id), actor=auditor)))
    assert "Visit 2" in rest and "1 further delivery is not in this file" in rest
    with reading(app, auditor):
        paper = commands.ExportWorkpaper(sample_id=sample_id, format=WorkpaperFormat.PDF)
        assert "One of two" in text_of(read(commands.export_workpaper(paper, actor=auditor)))
        with pytest.raises(NotFound):
            commands.print_visits(commands.PrintVisits(sample_id=draw(auditor)), actor=auditor)
        for actor in (auditor_of(world.case.people.tallinn), world.case.people.supervisor_tallinn):
            with pytest.raises(NotFound):
                commands.export_workpaper(paper, actor=actor)
    visit(sample_id, 2, auditor)
    visit(sample_id, 3, auditor)
    with reading(app, auditor), pytest.raises(Refused, match="nothing left to print"):
        commands.print_visits(commands.PrintVisits(sample_id=sample_id), actor=auditor)
    assert [(each["paper"], each["rows"]) for each in told()] == [("visit", 3), ("visit", 1), ("workpaper", 3)]


@pytest.mark.usefixtures("app")
def test_nothing_is_handed_out_of_what_was_closed_meanwhile(
    app: Flask, world: Sampled, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample_id = draw(world.auditor)
    turns = iter(range(9))
    monkeypatch.setattr(
        workpaper_queries, "standing_of", lambda sample, rows: frozenset({("x", True, str(next(turns)))})
    )
    paper = commands.ExportWorkpaper(sample_id=sample_id, format=WorkpaperFormat.XLSX)
    with reading(app, world.auditor), pytest.raises(Refused, match="erased or closed to you while the file"):
        commands.export_workpaper(paper, actor=world.auditor)
    assert told() == []


@pytest.mark.usefixtures("app")
def test_what_stood_when_a_file_was_begun_still_stands(app: Flask, world: Sampled) -> None:
    """The cases that are open, and the findings that may be told: of a sending side, too."""
    auditor, closed = world.auditor, replace(world.auditor, mandates=())
    kyiv = replace(auditor, mandates=auditor_of(world.case.people.kyiv).mandates)
    sample_id = draw(auditor, asked=Asked(size=9))
    shown = queries.list_items(queries.get_sample(sample_id, kyiv), kyiv)
    item = next(row for row in shown if row.entry is not None)
    rows = [row for row in shown if row.dossier_id == item.dossier_id]
    made = commands.Made(sample_id, "workpaper", "pdf", 9, "0" * 64)
    examine(sample_id, item.number, auditor, is_exception=True, note=NOTE)
    before = workpaper_queries.standing_of(rows, auditor)
    with reading(app, closed), pytest.raises(Refused, match="erased or closed to you while the file"):
        commands.record_export(made, before, actor=closed)
    commands.record_export(made, before, actor=kyiv)
    raising = finding_commands.RaiseAuditFinding(
        dossier_id=item.dossier_id, item_id=item.item_id, asked=AskedOffice.SENDING, title="Two", text="Of one",
        due_on=in_days(30),
    )  # fmt: skip
    finding_commands.raise_audit_finding(raising, actor=auditor)
    with pytest.raises(Refused, match="erased or closed to you while the file"):
        commands.record_export(made, workpaper_queries.standing_of(rows, auditor), actor=kyiv)
    with reading(app, auditor):
        sample = queries.get_sample(sample_id, auditor)
        for actor, notes in ((auditor, [NOTE]), (closed, [""])):
            paper = workpaper_queries.load_workpaper(sample, queries.list_items(sample, actor), actor)
            assert [line.mark.note for line in paper.items if line.mark] == notes, "a note goes where its case goes"


def test_the_pages_hand_the_files_out(client: FlaskClient, world: Sampled) -> None:
    sample_id = draw(world.auditor)
    sign_in(client, world.auditor)
    here = f"/audit/samples/{sample_id}"
    taken = client.post(f"{here}/workpaper/pdf")
    assert (
        taken.status_code == 200
        and taken.data.startswith(b"%PDF")
        and "workpaper-" in taken.headers.get("Content-Disposition", "")
    )
    assert client.post(f"{here}/workpaper/xlsx").data.startswith(b"PK")
    assert client.post(f"{here}/workpaper/csv").status_code == client.post(f"{here}/visit").status_code == 404
    form = client.get(f"{here}/cases").text
    rows = queries.list_items(queries.get_sample(sample_id, world.auditor), world.auditor)
    assert all(str(row.reference) in form for row in rows) and 'action="/audit/bundles/new"' in form
    taken_away, other = "Workpaper of the sample “Payments of the playroom” taken away as PDF.", auditor_of()
    assert taken_away in client.get("/audit/").text
    sign_in(client, other)
    assert taken_away in client.get("/audit/").text, "a case of the mandate is in it"
    end_mandates()
    assert taken_away not in client.get("/audit/").text, "no case of the mandate is in it"


def hostile(beginning: str) -> tuple[ItemLine, FindingLine]:
    """An item and a finding whose every text begins like a formula."""
    words = f"{beginning}A1"
    mark = MarkLine(document_seen=words, agrees=words, is_exception=True, wrong=Money(1, "EUR"), note=words, at=NOW)
    seen = VisitLine(visited_on=DAY, found=words, is_used=words, signature_agrees=words, note=words)
    item = ItemLine(
        number=1, reference=words, sentence=words, at=NOW, day=DAY, amount=Money(1, "EUR"), stratum=words, hits=2,
        place=words, mark=mark, visit=seen, findings=(1,),
    )  # fmt: skip
    said = SaidLine(kind=words, text=words, who=words, at=NOW)
    finding = FindingLine(
        number=1, item=1, reference=words, title=words, text=words, office=words, state=words, raised_at=NOW,
        due_on=DAY, questioned=Money(1, "EUR"), said=(said,),
    )  # fmt: skip
    return item, finding


@without_database
def test_text_stays_text_in_both(app: Flask) -> None:
    """Forty hostile beginnings in every text: no cell is a formula, nothing is markup of the document."""
    lines = [hostile(each) for each in (*HOSTILE, '#import "x"; $x$ *b* @l <t>')]
    paper = Workpaper(
        name="=1", sample_id="s" * 26, auditor="=A", at=NOW, purpose=(("=x", "=1+1"),), method=(("m", 5),),
        explained="=e", results=(("r", Money(5, "EUR")),), concluded="=c", items=tuple(item for item, _f in lines),
        findings=tuple(finding for _i, finding in lines),
    )  # fmt: skip
    out = io.BytesIO()
    with app.test_request_context():
        workpaper_workbook.write_workbook(paper, "=about", out)
        printed = text_of(workpaper_document.make_document(paper, "about"))
    book = openpyxl.load_workbook(out)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    seen = {cell.value for cell in cells if cell.data_type == "s"}
    assert {f"{each}A1" for each in HOSTILE} <= seen
    assert "$x$" in printed.replace("\n", " ") and "#import" in printed


@pytest.mark.usefixtures("app")
def test_monetary_units_are_projected_with_their_upper_limit(app: Flask, world: Sampled) -> None:
    auditor = world.auditor
    sample_id = draw(auditor, method=Method.MONETARY_UNIT, asked=Asked(size=4))
    sample = queries.get_sample(sample_id, auditor)
    for row in queries.list_items(sample, auditor):
        examine(sample_id, row.number, auditor)
    with reading(app, auditor):
        sample = queries.get_sample(sample_id, auditor)
        paper = workpaper_queries.load_workpaper(sample, queries.list_items(sample, auditor), auditor)
    results = dict(paper.results)
    assert results["Projected to the population: most likely wrong"] == Money(0, "EUR")
    assert isinstance(results["Wrong at most, at a confidence of 95 %"], Money) and "Stringer" in paper.concluded
