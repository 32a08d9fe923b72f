"""Workbook, document to print and JSON Lines: text stays text, what is a number is one, chains hold line by line."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import re
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from casetracker.accounts.queries import get_actor
from casetracker.audit.change_report import Row
from casetracker.cases import commands as cases
from casetracker.core.db import db
from casetracker.core.money import Money
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.states import Sight
from casetracker.events.states import Part
from casetracker.exports import case_document, commands, queries, states
from casetracker.exports.case_history import export_case
from casetracker.exports.case_lines import write_lines
from casetracker.exports.states import (
    Export,
    ExportFormat,
)
from casetracker.programmes.states import ApplicantRole
from casetracker.sampling.workpaper_states import MarkLine, SaidLine, VisitLine
from casetracker.web import sheets
from casetracker.web.formats import moment, written_in
from casetracker.web.sheets import write_book
from casetracker.web.typesetting import cell, facts, section, set_in_type, steps, table, text
from tests.exports import hostile
from tests.exports.hostile import HOSTILE
from tests.exports.test_export import count_exports, exported, text_of
from tests.factories.accounts import People, sign_in
from tests.factories.cases import Family, person_entry

NOW = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)
TODAY = date(2026, 3, 2)
without_database = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
"""Nothing is asked of a database: once is enough."""


@without_database
def test_no_cell_of_the_workbook_is_a_formula(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty hostile beginnings in every column of text: each comes back as it was, and none is a formula."""
    content, known = hostile.case_book(monkeypatch)
    seen = texts_without_formulas(content)
    for name, kind in hostile.LINES.items():
        due = {text for line in getattr(known, name) for text in hostile.texts_of(line)}
        assert len(due) == 40 * sum(f.type == "str" for f in dataclasses.fields(kind)), name
        assert due <= seen, name
    assert {f"{each}A1 {Part.SHARED}.{name}" for each in HOSTILE for name in hostile.TEXTS} <= seen
    assert {f"{each}A1 {Part.ACCESS}.sentence" for each in HOSTILE} | {value for _, value in known.summary} <= seen
    assert {"=1", "=about"} <= seen


@without_database
def test_no_cell_of_a_report_or_a_workpaper_is_a_formula(app: Flask) -> None:
    report, _table = hostile.change_files()
    seen = texts_without_formulas(report)
    assert {text for each in HOSTILE for text in hostile.texts_of(hostile.filled(Row, each))} <= seen
    seen = texts_without_formulas(hostile.workpaper_book())
    for kind in (MarkLine, VisitLine, SaidLine):
        due = {text for each in HOSTILE for text in hostile.texts_of(hostile.filled(kind, each))}
        assert due <= seen, kind
    assert {f"{each}A1 ItemLine.{name}" for each in HOSTILE for name in ("reference", "sentence", "place")} <= seen


def texts_without_formulas(content: bytes) -> set[str]:
    """The texts of a workbook of which no cell is a formula."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    return {str(cell.value) for cell in cells if cell.data_type == "s"}


def test_days_amounts_and_numbers_are_real_ones(client: FlaskClient, people: People, family: Family) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported(sign_in(client, people.auditor), family, "xlsx")))
    assert book.sheetnames == [
        "Case", "Persons", "Money", "Ledger", "Payments", "Decisions", "Events", "Values", "Documents", "Access",
    ]  # fmt: skip
    assert all(sheet.freeze_panes == "A2" and sheet["A1"].font.bold for sheet in book)
    persons = {row[0]: row for row in book["Persons"].iter_rows(min_row=2, values_only=True)}
    assert len(persons) == 4 and any(row[3] == datetime(1985, 3, 12) for row in persons.values())
    case = dict(book["Case"].iter_rows(min_row=2, values_only=True))
    assert case["Reference"] == family.reference and isinstance(case["Written at"], datetime)
    assert isinstance(case["Opened"], datetime)
    told = [row[2] for row in book["Events"].iter_rows(min_row=2, values_only=True)]
    document = json.loads(exported(client, family))
    assert told == [event["sentence"] for event in document["events"] if event["part"] != "access"]
    out = io.BytesIO()
    with write_book(out, "amounts") as amounts:
        sheet = amounts.sheet("A", *((name, 9) for name in "abcd"))
        sheet.add(Money(1234567, "EUR"), Money(1500, "JPY"), 7, Money(-5, "EUR"))
    row = openpyxl.load_workbook(out)["A"][2]
    assert [each.value for each in row] == [12345.67, 1500, 7, -0.05]
    assert [each.number_format for each in row[:2]] == ["#,##0.00", "#,##0"]


MARKUP = ("#panic(1)", "$x^2$", "*b* _i_ `r`", "@who <label>", "= head", "- item", "\\u{41}", "a // b /* c */", "=1+1")
LETTERS = ("Їжаченко Ґалина, Є м’ята ЩЬЮ", "Põltsamaa, Šžõäöü ÕÄÖÜ", "Łódź, Çağ, Ţepeş")


def pages_of(content: bytes) -> list[str]:
    """The text of each page, as if it were one line."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


@without_database
def test_a_document_to_print_keeps_every_letter_as_text(app: Flask) -> None:
    words = (*MARKUP, *LETTERS)
    long = "W" * 300
    rows = [[cell(each, each), each] for each in words]
    parts = [
        section("*Title*", facts([(each, each) for each in words]), steps([(each, "done") for each in words[:3]])),
        section("Table", table([("#a", "20mm n"), ("b", "1fr")], rows, [["x", "y"]])),
        section("Long", text(long), table([("a", "20mm"), ("b", "1fr")], [["1", cell(long, code="f" * 64)]] * 8)),
    ]  # fmt: skip
    made = set_in_type(title="#t *t*", reference="EE-1", kind="History", written_at=NOW, sections=parts)
    pages = pages_of(made)
    whole = " ".join(pages)
    assert "\u200b" not in whole and whole.count("W") >= 9 * 300
    for each in words:
        assert whole.count(each) >= 4, each
    assert "#t *t*" in whole and "*Title*" in whole and whole.count("f" * 64) == 8
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert "EE-1" in page and "Written on 2 Mar 2026, 09:30" in page and f"Page {number} of {len(pages)}" in page
    reader = PdfReader(io.BytesIO(made))
    root: Any = reader.trailer["/Root"]
    about = root["/Metadata"].get_object().get_data().decode()
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"].startswith("en") and "/StructTreeRoot" in root
    assert re.search(r"pdfaid:part>2<.*pdfaid:conformance>A<", about, re.S) and "pdfuaid:part>1<" in about
    assert (round(reader.pages[0].mediabox.width), round(reader.pages[0].mediabox.height)) == (595, 842)
    again = set_in_type(title="#t *t*", reference="EE-1", kind="History", written_at=NOW, sections=parts)
    assert again == made, "the same facts make the same file"


@without_database
def test_letters_of_far_scripts_are_no_reason_to_refuse(app: Flask) -> None:
    made = set_in_type(
        title="T", reference="EE-1", kind="H", written_at=NOW, sections=[section("S", text("漢字 😀 გამარჯობა مرحبا"))]
    )
    assert "EE-1" in pages_of(made)[0]


def test_the_printed_history_tells_the_case(client: FlaskClient, people: People) -> None:
    """Names in Ukrainian and Estonian letters, and every part of the document."""
    cmd = cases.CreateCase(
        principal=person_entry("Ґалина", ApplicantRole.PRINCIPAL, family_name="Їжаченко"), members=(),
        host_country="EE", return_country="UA", return_place="Šõäöü, #strong[Щастя]",
    )  # fmt: skip
    reference = cases.create_case(cmd, actor=people.caseworker_tallinn)
    answer = sign_in(client, people.auditor).post(f"/audit/{reference}/export/pdf")
    assert answer.content_type == "application/pdf" and int(answer.headers["Content-Length"]) == len(answer.data)
    whole = " ".join(pages_of(answer.data))
    for words in (
        f"{reference} · Їжаченко", "Ґалина Їжаченко", "Šõäöü, #strong[Щастя]", "Summary", "Persons", "Stages", "Money",
        "Decisions", "Timeline", "Opened the case", "Index of documents", "Nothing was paid yet.",
    ):  # fmt: skip
        assert words in whole, words
    document = json.loads(client.post(f"/audit/{reference}/export/json").data)
    heads = {chain["part"]: chain["head"] for chain in document["chains"]}
    assert heads["shared"] in whole


def test_a_long_history_prints_money_and_decisions_first(
    client: FlaskClient, people: People, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left out is said with its number; who writes does not wait while the document is set."""

    def set_apart(**told: Any) -> bytes:
        assert not db.session().in_transaction()
        return set_in_type(**told)

    monkeypatch.setattr(case_document, "set_in_type", set_apart)
    sign_in(client, people.auditor)
    whole = text_of(exported(client, family, "pdf"), "pdf")
    events = [event for event in json.loads(exported(client, family))["events"] if event["part"] != "access"]
    others = [" ".join(event["sentence"].split()) for event in events if event["kind"] not in states.STAGES]
    assert "too long to print" not in whole and all(each in whole for each in others)
    monkeypatch.setattr(case_document, "MOST_ROWS", 0)
    monkeypatch.setattr(case_document, "LEAST_ENTRIES", 4)
    short = text_of(exported(client, family, "pdf"), "pdf")
    assert len(events) == len(others) + 1 > 4 and events[0]["kind"] == "case.created"
    assert f"too long to print: {len(events) - 3} entries are left out" in short
    assert short.count("Opened the case") == whole.count("Opened the case") == 2, (
        "among the stages, and in the timeline"
    )
    assert all(each in short for each in others[-2:]) and others[0] not in short


@without_database
def test_what_was_erased_while_it_was_written_is_not_handed_out(
    client: FlaskClient, people: People, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A history is read in portions, so that others write meanwhile: the reader's sight is judged again at the end."""

    def make(sight: Sight, wanted: ExportFormat) -> Export:
        erased = dataclasses.replace(sight, erased_on=TODAY)
        monkeypatch.setattr("casetracker.dossiers.queries.sight_of", lambda *_args: erased)
        return export_case(sight, wanted)

    sign_in(client, people.auditor)
    exported(client, family)
    done = count_exports()
    monkeypatch.setattr(commands, "make_export", make)
    refused = client.post(f"/audit/{family.reference}/export/json")
    assert refused.status_code == 422 and "while the file was being written, so nothing was handed out" in refused.text
    assert count_exports() == done


@without_database
def test_a_full_sheet_says_so_in_its_last_row(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 5)
    out = io.BytesIO()
    with app.test_request_context(), write_book(out, "Much") as book:
        exact, more = book.sheet("Exact", ("No.", 9)), book.sheet("More", ("No.", 9))
        for number in range(1, 4):
            exact.add(number)
        for number in range(1, 9):
            more.add(number)
    read = openpyxl.load_workbook(out)
    assert [row[0].value for row in read["Exact"].iter_rows()] == ["No.", 1, 2, 3]
    held = [row[0].value for row in read["More"].iter_rows()]
    assert held[:4] == ["No.", 1, 2, 3] and str(held[4]).startswith("This sheet is full") and len(held) == 5


@without_database
def test_a_job_writes_moments_in_the_zone_of_whom_it_works_for(app: Flask) -> None:
    with app.app_context():
        before = moment(NOW)
        with written_in("Europe/Kyiv"):
            assert moment(NOW) == "2 Mar 2026, 11:30"
        assert moment(NOW) == before == "2 Mar 2026, 09:30"


def test_json_lines_hold_line_by_line(client: FlaskClient, people: People, family: Family) -> None:
    """As docs/export.md tells a reader to check them, with nothing held but one chain's last hash."""
    content = exported(sign_in(client, people.auditor), family, "jsonl")
    assert content.endswith(b"\n") and b"\r" not in content
    lines = [json.loads(line) for line in content.splitlines()]
    head, end = lines[0], lines[-1]
    assert head["line"] == "head" and head["format"] == "casetracker.case-lines/1" and head["case"] == family.dossier_id
    chains = {chain["id"]: chain for chain in head["chains"]}
    assert [chain["part"] for chain in head["chains"]] == sorted(chain["part"] for chain in head["chains"])
    previous: dict[str, tuple[int, str]] = {}
    body, here, counts = "", ("", 0), {"entry": 0, "value": 0}
    for line in lines[1:-1]:
        counts[line["line"]] += 1
        chain = chains[line["chain"]]
        if line["line"] == "entry":
            start = (0, hashlib.sha256(f"{chain['owner']}/{chain['part']}".encode()).hexdigest())
            seq, before = previous.get(line["chain"], start)
            body, here = line["body"], (line["chain"], line["seq"])
            assert hashlib.sha256(body.encode()).hexdigest() == line["hash"]
            assert json.loads(body)["prev"] == before and line["seq"] == seq + 1
            previous[line["chain"]] = (line["seq"], line["hash"])
        else:
            assert (line["chain"], line["seq"]) == here and line["hash"] in body
            salted = bytes.fromhex(line["salt"]) + line["value"].encode()
            assert hashlib.sha256(salted).hexdigest() == line["hash"]
    assert {key: (chain["length"], chain["head"]) for key, chain in chains.items()} == previous
    assert end == {"line": "end", "entries": counts["entry"], "values": counts["value"]}
    document = json.loads(exported(client, family))
    assert counts["value"] == len(document["values"])


def test_a_history_is_read_in_portions(people: People, family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in portions of three as at once, and it ends at the heads that were read."""
    sight = sight_of(get_actor(people.auditor.id), family.reference)
    history = queries.open_history(sight)
    at_once, whole = list(queries.read_told(history)), io.BytesIO()
    write_lines(history, "", whole)
    monkeypatch.setattr(queries, "PORTION", 3)
    portions, again = [], io.BytesIO()
    for portion in queries.read_told(history):
        portions.append(portion)
        assert not db.session().in_transaction(), "who writes waits for nobody who reads"
    write_lines(history, "", again)
    assert not db.session().in_transaction()
    assert [told for portion in portions for told in portion] == at_once[0] and len(at_once) == 1
    assert max(map(len, portions)) == 3 and len(at_once[0]) == history.entries > 3
    assert again.getvalue() == whole.getvalue()
    shorter = dataclasses.replace(
        history, chains=tuple(dataclasses.replace(chain, length=1) for chain in history.chains)
    )
    assert {told.entry.seq for portion in queries.read_told(shorter) for told in portion} == {1}
    cut = io.BytesIO()
    write_lines(shorter, "", cut)
    ended = json.loads(cut.getvalue().splitlines()[-1])
    assert ended["entries"] == len(history.chains)


def test_a_very_long_history_is_left_to_a_worker(
    client: FlaskClient, people: People, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = sign_in(client, people.auditor).get(f"/audit/{family.reference}/export").get_data(as_text=True)
    form = f'action="/audit/{family.reference}/export/'
    assert page.count(form) == 5 and "In a bundle" not in page
    monkeypatch.setattr(states, "AT_ONCE_ENTRIES", 3)
    page = client.get(f"/audit/{family.reference}/export").get_data(as_text=True)
    assert page.count("In a bundle") == 3 and page.count(form) == 2
    for wanted, status in (("csv", 302), ("json", 302), ("xlsx", 302), ("pdf", 200), ("jsonl", 200)):
        assert client.post(f"/audit/{family.reference}/export/{wanted}").status_code == status, wanted
    assert f"a bundle of this one: {family.reference}" in client.get("/audit/bundles/new").get_data(as_text=True)
