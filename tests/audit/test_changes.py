"""The change report: a part's count is the number of its entries, each shows before and after, a file has them all."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.audit import change_report
from casetracker.audit.change_queries import count_changes, every_change, list_changes
from casetracker.audit.change_states import LONGEST_DAYS, ChangeGroup
from casetracker.audit.search_states import RecordFilter
from casetracker.core import clock, row_security
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.events.models import EventRow
from tests.audit.searched import PURPOSE, auditor_over, searched_world
from tests.factories.accounts import make_office, sign_in
from tests.factories.disbursements import Payable
from tests.statements import ask

ADDRESS = "/audit/changes"


@pytest.fixture
def case(app: Flask) -> Payable:
    """The world that the search has, too."""
    return searched_world()


def counted(actor: Actor, **wanted: str) -> dict[ChangeGroup, dict[str, int]]:
    """The counts of each part by kind."""
    with row_security.reading(row_security.reader_of(actor)):
        return {each.group: dict(each.kinds) for each in count_changes(actor, RecordFilter(**wanted))}  # type: ignore[arg-type]  # texts alone


def test_every_part_counts_what_it_lists(case: Payable) -> None:
    auditor = case.people.auditor
    counts = counted(auditor)
    assert counts[ChangeGroup.AMOUNTS] == {"disbursement.edited": 1}
    assert counts[ChangeGroup.DATES] == {"journey.corrected": 1}
    assert counts[ChangeGroup.REFUSED] == {"dossier.attempt_refused": 1}
    assert counts[ChangeGroup.REOPENED] == {}
    assert counts[ChangeGroup.APPROVALS].keys() >= {"plan.validated", "plan.approved"}
    assert counts[ChangeGroup.PROVIDERS]["provider_account.confirmed"] == 1
    assert counts[ChangeGroup.ROLES]["user.created"] == 6 and "mandate.given" not in counts[ChangeGroup.ROLES]
    with row_security.reading(row_security.reader_of(auditor)):
        for group, kinds in counts.items():
            pages = every_change(auditor, RecordFilter(), group)
            assert sum(len(page.rows) for page in pages) == sum(kinds.values()), group
        (row,) = list_changes(auditor, RecordFilter(), ChangeGroup.DATES).rows
    change = next(each for each in row.entry.changes if each.column == "arrived_on")
    assert change.before < change.after and row.reference == case.reference
    assert counted(auditor, programme_id="x" * 26) == {group: {} for group in ChangeGroup}
    assert counted(auditor_over())[ChangeGroup.ROLES]["mandate.given"] == 2


def test_who_reads_no_sending_side_reads_no_refusal_of_it(case: Payable) -> None:
    abroad = auditor_over(case.people.kyiv, clearance=True)
    counts = counted(abroad)
    assert counts[ChangeGroup.REFUSED] == {} and counts[ChangeGroup.AMOUNTS] == {"disbursement.edited": 1}
    elsewhere = counted(auditor_over(make_office("Riga", "LV")))
    assert {name for kinds in elsewhere.values() for name in kinds} == set()


def test_the_page_opens_from_counts_to_entries(client: FlaskClient, case: Payable) -> None:
    sign_in(client, case.people.auditor)
    page = client.get(ADDRESS).text
    assert page.count("group=") == 6 + len(ChangeGroup), "the names of what is not empty, and every number"
    link = re.search(r'href="(/audit/changes\?group=amounts[^"#]*)', page)
    assert link
    page = client.get(link[1].replace("&amp;", "&")).text
    assert "400.00\xa0EUR" in page and "300.00\xa0EUR" in page and case.people.caseworker_kyiv.name in page
    entry = re.search(rf'href="(/cases/{case.reference}/timeline\?entry=[^"#]*)#', page)
    assert entry and 'class="marked"' in client.get(entry[1]).text
    assert client.get(f"{ADDRESS}?from=1999-01-01&to=2003-01-01").text.count("group=") == len(ChangeGroup)
    tomorrow = clock.today("UTC") + timedelta(days=1)
    assert client.get(f"{ADDRESS}?from={tomorrow}").text.count("group=") == len(ChangeGroup)
    asked = db.session.scalars(select(EventRow).where(EventRow.kind == "record.searched").order_by(EventRow.seq)).all()
    data = [json.loads(bytes(row.body))["data"] for row in asked]
    assert {each["page"] for each in data} == {"changes"} and "group=amounts" in data[1]["asked"]
    assert "from=2002-01-01" in data[2]["asked"] and LONGEST_DAYS == 366
    for actor in (case.people.supervisor_tallinn, case.people.administrator, case.people.finance_kyiv):
        assert sign_in(client, actor).get(ADDRESS).status_code == 404


def test_the_report_is_taken_away_and_recorded(client: FlaskClient, case: Payable) -> None:
    sign_in(client, case.people.auditor)
    answer = client.post(f"{ADDRESS}/export/csv?office={case.people.kyiv}")
    assert answer.status_code == 200 and answer.content_type.startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert any(line[0] == "Changed amounts" and line[-2:] == ["400.00\xa0EUR", "300.00\xa0EUR"] for line in lines)
    book = openpyxl.load_workbook(io.BytesIO(client.post(f"{ADDRESS}/export/xlsx").data))
    sheet = book["Changes"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert PURPOSE in " ".join(str(cell.value) for cell in cells) and sheet.cell(2, 2).is_date
    query = select(EventRow).where(EventRow.kind == "changes.exported").order_by(EventRow.seq)
    rows = [json.loads(bytes(row.body))["data"] for row in db.session.scalars(query)]
    assert [(row["format"], row["rows"]) for row in rows] == [("csv", len(lines) - 1), ("xlsx", sheet.max_row - 1)]
    assert len(rows[0]["sha256"]) == 64 and f"office={case.people.kyiv}" in rows[0]["asked"]
    assert client.post(f"{ADDRESS}/export/pdf").status_code == 404
    assert sign_in(client, case.people.supervisor_tallinn).post(f"{ADDRESS}/export/csv").status_code == 404


def test_too_much_for_one_file_is_refused(client: FlaskClient, case: Payable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_report, "MOST_ROWS", 3)
    sign_in(client, case.people.auditor)
    answer = client.post(f"{ADDRESS}/export/csv", follow_redirects=True)
    assert "than a file takes (3). Choose fewer days." in answer.text
    kinds = db.session.scalars(select(EventRow.kind)).all()
    assert "changes.exported" not in kinds


def test_the_page_asks_the_same_for_many(client: FlaskClient, case: Payable) -> None:
    few = len(ask(client, case.people.auditor, f"{ADDRESS}?group=amounts"))
    assert abs(len(ask(client, case.people.auditor, f"{ADDRESS}?group=providers")) - few) <= 2
