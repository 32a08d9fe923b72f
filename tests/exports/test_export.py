"""A case's history as a file: complete, checkable by anybody, nothing in it that its reader may not see."""

from __future__ import annotations

import csv
import dataclasses
import getpass
import hashlib
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select

from casetracker.accounts import commands as accounts
from casetracker.accounts.queries import get_actor
from casetracker.audit import queries
from casetracker.cases import commands as cases
from casetracker.cases.states import ConsentScope, PersonEntry
from casetracker.core.actor import Actor
from casetracker.core.db import Base, canonical_json, db
from casetracker.core.labels import label_id
from casetracker.core.permissions import Role
from casetracker.events.models import Chain, EventRow
from casetracker.exports.case_csv import safe_cell
from casetracker.exports.states import ABOUT_ASYLUM, ExportFormat
from casetracker.programmes.states import ApplicantRole
from tests.exports.hostile import HOSTILE
from tests.factories.accounts import OPERATOR, People, make_user, sign_in
from tests.factories.asylum import log_asylum
from tests.factories.cases import Family, person_entry, playroom_case, refer

DOCS = Path(__file__).parents[2] / "docs"
AUTHORITY = "Police and Border Guard Board"


def exported(client: FlaskClient, family: Family, wanted: str = "json") -> bytes:
    """The file that the signed-in auditor takes away."""
    answer = client.post(f"/audit/{family.reference}/export/{wanted}")
    assert answer.status_code == 200
    assert f'filename="{family.reference}.{wanted}"' in answer.headers["Content-Disposition"]
    return answer.data


def text_of(content: bytes, wanted: str) -> str:
    """What can be read in a file; of a document to print and of a workbook without how its lines break."""
    if wanted == ExportFormat.PDF:
        return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
    if wanted == ExportFormat.XLSX:
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row)
    return content.decode("utf-8")


def words_of(document: dict[str, Any], but: str) -> set[str]:
    """Personal texts that stand in other chains than the one named, and not in it."""
    inside: set[str] = set()
    outside: set[str] = set()
    for chain in document["chains"]:
        bodies = "".join(entry["body"] for entry in chain["entries"])
        texts = {v["value"].strip('"') for key, v in document["values"].items() if v["value"] and key in bodies}
        (inside if chain["part"] == but else outside).update(texts)
    found = {text for text in outside - inside if len(text) > 5}
    found -= {label_id(ConsentScope.SHARING)}  # the title of its paper; both sides see what was agreed to
    assert found
    return found


def count_exports() -> int:
    """How many exports stand in the record."""
    query = select(func.count()).select_from(EventRow).where(EventRow.kind == "case.exported")
    return db.session.scalar(query) or 0


def test_the_file_is_what_its_schema_says(client: FlaskClient, people: People, family: Family) -> None:
    content = exported(sign_in(client, people.auditor), family)
    schema = json.loads((DOCS / "case-history.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(content)
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["case"]["reference"] == family.reference
    assert {person["id"] for person in document["persons"]} == set(family.person_ids)
    assert {chain["part"] for chain in document["chains"]} >= {"shared", "sending", "asylum"}
    for broken in ({**document, "extra": 1}, {**document, "events": None}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema).validate(broken)


def test_the_file_holds_every_entry_and_every_cell(client: FlaskClient, people: People, family: Family) -> None:
    document = json.loads(exported(sign_in(client, people.auditor), family))
    query = select(func.count()).select_from(EventRow).join(Chain, Chain.id == EventRow.chain_id)
    assert len(document["events"]) == db.session.scalar(query.where(Chain.owner_id == family.dossier_id))
    bodies = [json.loads(entry["body"]) for chain in document["chains"] for entry in chain["entries"]]
    folded: dict[tuple[str, str], dict[str, Any]] = {}
    for op, table, pk, cells in sorted(
        (row for body in bodies for row in body["rows"]),
        key=lambda row: row[3]["version"][1] if row[0] == "update" else row[3]["version"],
    ):
        state = folded.setdefault((table, pk), {})
        state.update({c: v[1] if op == "update" else v for c, v in cells.items()})
    for person in document["persons"]:
        held = folded["person", person["id"]]
        personal = {c.name for c in Base.metadata.tables["person"].columns if c.info.get("history") == "personal"}
        for column, value in held.items():
            if column in personal and value is not None:
                value = json.loads(document["values"][value]["value"])
            there = person[column]
            assert (canonical_json(there) if isinstance(there, list | dict) else there) == value, column


def script() -> str:
    """The check that docs/export.md gives to its reader."""
    found = re.search(r"```python\n(.*?)```", (DOCS / "export.md").read_text(), re.S)
    assert found
    return found[1]


def run_script(path: Path) -> subprocess.CompletedProcess[str]:
    """Run the check as its reader would: without the program."""
    return subprocess.run(
        [sys.executable, "-I", "-c", script(), str(path)], capture_output=True, text=True, check=False
    )


def test_anybody_can_check_it(client: FlaskClient, people: People, family: Family, tmp_path: Path) -> None:
    assert len(script().strip().splitlines()) <= 25
    path = tmp_path / "history.json"
    content = exported(sign_in(client, people.auditor), family)
    path.write_bytes(content)
    done = run_script(path)
    assert done.returncode == 0 and done.stdout.startswith("whole:"), done.stderr
    document = json.loads(content)

    def changed(change: Any) -> str:
        copy = json.loads(content)
        change(copy)
        path.write_text(json.dumps(copy))
        done = run_script(path)
        assert done.returncode
        return done.stderr

    longest = max(range(len(document["chains"])), key=lambda n: document["chains"][n]["length"])

    def body(copy: Any) -> None:
        entry = copy["chains"][longest]["entries"][0]
        entry["body"] = entry["body"].replace("insert", "update", 1)

    def value(copy: Any) -> None:
        next(iter(copy["values"].values()))["value"] = '"Else"'

    assert "body was changed" in changed(body)
    assert "out of its place" in changed(lambda copy: copy["chains"][longest]["entries"].pop(0))
    assert "newest entries" in changed(lambda copy: copy["chains"][longest]["entries"].pop())
    assert "out of its place" in changed(lambda copy: copy["chains"][longest]["entries"].reverse())
    assert "personal value" in changed(value)


@pytest.mark.parametrize("wanted", ["json", "csv"])
def test_an_export_is_recorded(client: FlaskClient, people: People, family: Family, wanted: str) -> None:
    content = exported(sign_in(client, people.auditor), family, wanted)
    [entry] = queries.list_exports(people.auditor)
    assert entry.actor_id == people.auditor.id
    assert entry.data["reference"] == family.reference and entry.data["format"] == wanted
    assert entry.data["sha256"] == hashlib.sha256(content).hexdigest()
    page = client.get("/audit/").get_data(as_text=True)
    assert family.reference in page and f"{entry.data['entries']} entries" in page
    sign_in(client, auditor(people, office_ids=(people.kyiv,)))
    other = client.get("/audit/").get_data(as_text=True)
    assert f"{family.reference} as" in other and f"{entry.data['entries']} entries" not in other, "of both sides"


def auditor(people: People, *, clearance: bool = False, **mandate: Any) -> Actor:
    """Another auditor, with this mandate over the offices named."""
    made = make_user("auditor2@example.org", Role.AUDITOR, clearance=clearance)
    values: dict[str, Any] = {
        "office_ids": (), "programme_ids": (), "valid_from": date(2020, 1, 1), "valid_until": date(2099, 12, 31),
    }  # fmt: skip
    accounts.give_mandate(accounts.GiveMandate(user_id=made.id, **(values | mandate)), actor=OPERATOR)
    actor = get_actor(made.id)
    return replace(actor, asylum_clearance=clearance)


def test_outside_the_mandate_there_is_no_case(client: FlaskClient, people: People, family: Family) -> None:
    outside = auditor(people, valid_until=date(2020, 12, 31))
    sign_in(client, outside)
    for wanted in ("json", "csv"):
        assert client.post(f"/audit/{family.reference}/export/{wanted}").status_code == 404
    assert client.post("/audit/EE-2026-99999/export/json").status_code == 404
    assert client.post(f"/audit/{family.reference}/export/xml").status_code == 404
    assert family.reference not in client.get("/audit/").get_data(as_text=True)
    assert count_exports() == 0


@pytest.mark.parametrize("role", ["caseworker_tallinn", "supervisor_kyiv", "finance_kyiv", "administrator"])
def test_nobody_else_exports(client: FlaskClient, people: People, family: Family, role: str) -> None:
    sign_in(client, getattr(people, role))
    assert client.post(f"/audit/{family.reference}/export/json").status_code == 404
    assert client.get("/audit/").status_code == 404
    assert count_exports() == 0


def test_without_clearance_there_is_no_asylum(client: FlaskClient, people: People, family: Family) -> None:
    """In every format; and every file says the same sentence about it."""
    plain = auditor(people)
    for wanted in ExportFormat:
        with_it = text_of(exported(sign_in(client, people.auditor), family, wanted), wanted)
        without = text_of(exported(sign_in(client, plain), family, wanted), wanted)
        about = ABOUT_ASYLUM
        assert with_it.count(about) == without.count(about) == 1, wanted
        with_it, without = with_it.replace(about, ""), without.replace(about, "")
        assert AUTHORITY in with_it and "asylum" in with_it.lower(), wanted
        assert AUTHORITY not in without and "asylum" not in without.lower(), wanted


def test_a_mandate_over_the_receiving_office_gives_the_shared_part(
    client: FlaskClient, people: People, family: Family
) -> None:
    receiving = auditor(people, clearance=True, office_ids=(people.kyiv,))
    hidden = words_of(json.loads(exported(sign_in(client, people.auditor), family)), but="shared")
    sign_in(client, receiving)
    for wanted in ExportFormat:
        seen = text_of(exported(client, family, wanted), wanted)
        assert seen.count(ABOUT_ASYLUM) == 1, wanted
        seen = seen.replace(ABOUT_ASYLUM, "")
        assert "Andriy" in seen and "asylum" not in seen.lower(), wanted
        assert [word for word in hidden if word in seen] == [], wanted
    text = exported(client, family).decode()
    document = json.loads(text)
    assert {chain["part"] for chain in document["chains"]} == {"shared"}
    assert {event["part"] for event in document["events"]} == {"shared"}
    assert document["about"] == ABOUT_ASYLUM
    text = text.replace(ABOUT_ASYLUM, "")
    assert AUTHORITY not in text and "asylum" not in text.lower()


def test_two_mandates_are_not_added_up(client: FlaskClient, people: People, family: Family) -> None:
    """One over Kyiv for everything, one over Tallinn for another programme: Tallinn's part stays closed."""
    first = auditor(people, clearance=True, office_ids=(people.kyiv,))
    second = accounts.GiveMandate(
        user_id=first.id, office_ids=(people.tallinn,), programme_ids=("another",), valid_from=date(2020, 1, 1),
        valid_until=date(2099, 12, 31),
    )  # fmt: skip
    accounts.give_mandate(second, actor=OPERATOR)
    assert len(get_actor(first.id).mandates) == 2
    document = json.loads(exported(sign_in(client, first), family))
    assert {chain["part"] for chain in document["chains"]} == {"shared"}


def test_the_asylum_part_leaves_no_trace_for_the_receiving_side(client: FlaskClient, people: People) -> None:
    """With and without it, the shared chain has the same entries: nothing counts across the wall."""
    shapes = []
    for with_asylum in (True, False):
        family = playroom_case(people)
        if with_asylum:
            log_asylum(family, people.caseworker_tallinn)
        refer(family, people)
        shapes.append(family)
    receiving = auditor(people, office_ids=(people.kyiv,))
    sign_in(client, receiving)
    documents = [json.loads(exported(client, family)) for family in shapes]
    kinds = [[(e["kind"], e["seq"], len(e["changes"])) for e in document["events"]] for document in documents]
    assert kinds[0] == kinds[1]
    assert len(documents[0]["values"]) == len(documents[1]["values"])


def test_no_hostile_beginning_makes_a_formula() -> None:
    assert len(HOSTILE) == 40
    for beginning in (*HOSTILE, "\r=", "\n=", "\x00=", "\x1f=", "\u200b=", "\u2060=", "\u00ad=", "\u3000="):
        assert safe_cell(beginning + "1+1").startswith("'"), repr(beginning)
        assert safe_cell([beginning]) and safe_cell({"a": beginning})[:1] == "{"
    assert safe_cell("tools; =1+1;\t@x; 5") == "tools; '=1+1;\t'@x; 5", "a comma does not separate in every country"
    for value in ("Kramatorsk", "'quoted", "", "a=b", "2026-01-01"):
        assert safe_cell(value) == value
    assert [safe_cell(value) for value in (None, -5, 7, True)] == ["", "-5", "7", "True"]


def test_no_cell_of_the_csv_is_a_formula(client: FlaskClient, people: People) -> None:
    """Every free text of a person and a case begins like a formula, forty ways."""
    formulas = [f"{beginning}HYPERLINK(1)" for beginning in HOSTILE]
    members = tuple(
        replace(
            person_entry(given, ApplicantRole.CHILD, birth_date=None, age_estimate=9, family_name=given),
            language=given, **_texts(given),
        )
        for given in formulas
    )  # fmt: skip
    cmd = cases.CreateCase(
        principal=person_entry("=1+1", ApplicantRole.PRINCIPAL), members=members[:12], host_country="EE",
        return_country="UA", return_place="@SUM(A1)",
    )  # fmt: skip
    reference = cases.create_case(cmd, actor=people.caseworker_tallinn)
    rest = [
        cases.CreateCase(
            principal=replace(member, role=ApplicantRole.PRINCIPAL), members=(), host_country="EE",
            return_country="UA", return_place=member.given_name,
        )
        for member in members[12:]
    ]  # fmt: skip
    references = [reference, *(cases.create_case(c, actor=people.caseworker_tallinn) for c in rest)]
    sign_in(client, people.auditor)
    seen = 0
    for each in references:
        answer = client.post(f"/audit/{each}/export/csv")
        assert answer.status_code == 200 and answer.content_type == "text/csv; charset=utf-8"
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
        for row in rows:
            for cell in row:
                bare = cell.lstrip(" \t\r\n\ufeff\u00a0\u2003")
                seen += "HYPERLINK" in cell
                assert bare[:1] not in set("=+-@|%\uff1d\uff20"), repr(cell)
    assert seen >= 2 * len(HOSTILE)


def _texts(text: str) -> dict[str, Any]:
    known = {"given_name", "family_name", "language", "nationality", "sex"}
    return {
        f.name: text
        for f in dataclasses.fields(PersonEntry)
        if str(f.type) in ("str", "str | None") and f.name not in known
    }


def test_the_csv_has_a_row_for_each_entry_and_each_value(client: FlaskClient, people: People, family: Family) -> None:
    sign_in(client, people.auditor)
    document = json.loads(exported(client, family))
    content = exported(client, family, "csv")
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\r\n") == content.count(b"\n")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows.pop()["sentence"] == ABOUT_ASYLUM
    told = [row for row in rows if row["sentence"]]
    assert len(told) == len(document["events"])
    assert len(rows) - len(told) == sum(len(event["changes"]) for event in document["events"])
    assert {row["reference"] for row in rows} == {family.reference}


def test_the_operator_exports_and_is_recorded(app: Flask, people: People, family: Family, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    for wanted in ("json", "csv"):
        target = tmp_path / f"history.{wanted}"
        done = runner.invoke(args=["export", family.reference, "--format", wanted, "--output", str(target)])
        assert done.exit_code == 0, done.output
        assert target.stat().st_mode & 0o077 == 0 and target.stat().st_size > 1000
    document = json.loads((tmp_path / "history.json").read_text())
    assert {"case", "persons", "events"} <= set(document)
    actors = set(db.session.scalars(select(EventRow.actor_id).where(EventRow.kind == "case.exported")))
    assert actors == {f"operator:{getpass.getuser()}"}
    missing = runner.invoke(args=["export", "EE-2026-99999", "--output", str(tmp_path / "x")])
    assert missing.exit_code != 0 and "no case" in missing.output and not (tmp_path / "x").exists()
    unwritable = runner.invoke(args=["export", family.reference, "--output", str(tmp_path / "no" / "x")])
    assert unwritable.exit_code == 1 and "cannot be written" in unwritable.output
