"""A case at a past moment: what stood then, read by today's queries, by whoever may see the case, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, select
from werkzeug.test import TestResponse

from casetracker.accounts import commands as accounts
from casetracker.accounts.models import User
from casetracker.approvals import commands as approvals
from casetracker.audit import as_it_was_queries as queries
from casetracker.audit.as_it_was import rows_at
from casetracker.audit.as_it_was_queries import Recorded
from casetracker.audit.as_it_was_states import address_of, without_ways
from casetracker.core import clock, row_security
from casetracker.core.actor import SYSTEM, Actor
from casetracker.core.db import JsonText, db
from casetracker.core.past import Past
from casetracker.core.tracking import canon, tracked_mappers
from casetracker.dossiers.queries import sight_by_id
from casetracker.events.models import EventRow
from tests.exports.test_export import AUTHORITY, auditor
from tests.factories import disbursements as money
from tests.factories.accounts import make_people, sign_in
from tests.factories.asylum import log_asylum
from tests.factories.cases import playroom_case, refer
from tests.factories.disbursements import Payable
from tests.factories.erasure import due_case, erase, later

HOUR = timedelta(hours=1)
SECTION = re.compile(r'<section class="card-x panel[^"]*" id="([^"]+)"[^>]*>(.*?)</section>', re.DOTALL)
EVER, AT = datetime(2026, 1, 1, tzinfo=UTC), re.compile(r"/at/\d{8}T\d{6}\.\d{6}Z|<div><dt>Paid out of</dt>.*?</div>")
"""Links of the past page are made those of today, and accounts of today left out, before both are compared."""
Rows = dict[tuple[str, str], dict[str, Any]]


def get(client: FlaskClient, actor: Actor, address: str) -> TestResponse:
    """One page, freshly signed in (the clock jumps in these tests)."""
    return sign_in(client, actor).get(address)


def sections(html: str) -> dict[str, str]:
    """The panels of a case's page by name, without what leads to acts; the checks judge by the rules of today."""
    found = {
        name: re.sub(r"\s+", " ", without_ways(AT.sub("", inside), EVER)) for name, inside in SECTION.findall(html)
    }
    return {name: text for name, text in found.items() if name not in ("checks", "findings")}


def standing(dossier_id: str) -> Rows:
    """Every tracked row of the case as it lies in the tables now; of what is secret nothing."""
    found: Rows = {}
    for mapper in tracked_mappers():
        table, owner = mapper.local_table, mapper.class_.__owner__
        if owner is None or owner == "office_id":
            continue
        for row in db.session.execute(select(table).where(table.c[owner] == dossier_id)):
            cells = {c.name: canon(getattr(row, c.name), json_text=isinstance(c.type, JsonText)) for c in table.columns}
            found[str(table.name), str(row.id)] = cells  # type: ignore[attr-defined]  # FromClause has a name here
    return found


@dataclass
class Told:
    """What stood after each step; after each third one the page that the auditor saw then."""

    client: FlaskClient
    case: Payable
    began: datetime
    steps: list[tuple[datetime, Rows, dict[str, str]]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """An hour after the last step."""
        return self.began + HOUR * (len(self.steps) + 1)

    def step(self, act: Callable[[], Any]) -> Any:
        """Do something, an hour after the step before, and look at what stands."""
        moment = self.now
        with clock.at(moment):
            done = act()
            page = ""
            if len(self.steps) % 3 == 0:
                page = get(self.client, self.case.people.auditor, f"/cases/{self.case.reference}").text
            self.steps.append((moment, standing(self.case.dossier_id), sections(page)))
        return done

    def look(self, rest: str, actor: Actor | None = None) -> TestResponse:
        """A page of the past."""
        with clock.at(self.now):
            return get(self.client, actor or self.case.people.auditor, f"/cases/{self.case.reference}/at/{rest}")


def tell(client: FlaskClient) -> Told:
    """A request for money on its way from the draft to the payment, and a person renamed in between."""
    case = money.payable()
    told = Told(client, case, clock.now())
    request_id = told.step(lambda: money.draft(case))
    told.step(lambda: money.quote(case, request_id))
    submission = told.step(lambda: money.submit(case, request_id))
    told.step(lambda: approvals.approve_disbursement(money.decision(submission), actor=case.people.supervisor_kyiv))
    if submission.needs_sending:
        told.step(
            lambda: approvals.approve_disbursement(money.decision(submission), actor=case.people.supervisor_tallinn)
        )
    told.step(lambda: money.order(case, money.instalments(request_id)[0]))
    told.step(lambda: rename(case.people.caseworker_tallinn, "Somebody Else"))
    told.step(lambda: money.deliver(case, money.instalments(request_id)[0]))
    told.step(lambda: money.invoice(case, money.instalments(request_id)[0]))
    told.step(lambda: money.pay(case, money.instalments(request_id)[0]))
    return told


def rename(actor: Actor, name: str) -> None:
    """Somebody gets another name."""
    version = db.session.scalar(select(User.version).where(User.id == actor.id))
    assert version
    accounts.rename_self(accounts.RenameSelf(name=name, version=version), actor=actor)


def test_every_earlier_moment_is_what_stood_then(client: FlaskClient) -> None:
    """The rows are those of the tables then, the page is the page of then, and the last one is today's."""
    told = tell(client)
    stands_as_it_stood(told)
    nothing_can_be_done(told)
    pages_below_look_back(told)
    stands_side_by_side(told)
    asks_as_often(told)


def stands_as_it_stood(told: Told) -> None:
    sight = sight_by_id(SYSTEM, told.case.dossier_id)
    with row_security.reading(row_security.EVERYTHING):
        cut = queries.cut_at(sight, told.now)
        entries, values = queries.load_entries(cut), queries.load_values(cut)
    earlier: dict[str, str] = {}
    for number, (moment, rows, panels) in enumerate(told.steps):
        found = {(row.table, row.pk): dict(row.cells) for row in rows_at(entries, values, moment)}
        assert found.keys() == rows.keys(), number
        assert [key for key in rows if found[key] != rows[key]] == [], number
        if not panels:
            continue
        answer = told.look(address_of(moment))
        assert answer.status_code == 200
        then = sections(answer.text)
        assert then.keys() == panels.keys() and len(then) >= 8
        assert [name for name in panels if then[name] != panels[name]] == [], number
        assert then != earlier
        earlier = then
    with clock.at(told.now):
        today = sections(get(told.client, told.case.people.auditor, f"/cases/{told.case.reference}").text)
    assert sections(told.look(address_of(told.steps[-1][0])).text) == today != earlier
    assert "Somebody Else" in today["persons"] and "Somebody Else" not in told.steps[0][2]["persons"]


def nothing_can_be_done(told: Told) -> None:
    """No act and no page of today is offered but the case's own; that somebody looked stands in the record."""
    moment = told.steps[2][0]
    for actor in (told.case.people.supervisor_tallinn, told.case.people.caseworker_kyiv, told.case.people.auditor):
        page = told.look(address_of(moment), actor).text
        main = page[page.index("<main") : page.index("</main>")]
        assert "The case as it was on" in main and "<form" not in main and "<button" not in main
        ways = set(re.findall(r'href="(/[^"?#]*)', main))
        case = f"/cases/{told.case.reference}"
        below = r"(/plan|/(grants|disbursements|instalments)/[a-z2-7]{26}|/plan/lines/[a-z2-7]{26}/entries)?"
        allowed = re.compile(
            rf"/cases/|{case}|{case}/at/|{case}/at/\d{{8}}T\d{{6}}\.\d{{6}}Z({below}|/beside/[^/]+)|{case}/documents/[a-z2-7]{{26}}"
        )
        assert [way for way in ways if not allowed.fullmatch(way)] == []
        assert {case, f"{case}/at/"} <= ways
    with row_security.reading(row_security.EVERYTHING):
        reads = db.session.scalars(
            select(EventRow.actor_id).where(EventRow.kind == "dossier.read", EventRow.at == told.now)
        )
        assert told.case.people.supervisor_tallinn.id in set(reads)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements inside."""
    found: list[str] = []

    def note(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        found.append(statement)

    engine = db.session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def asks_as_often(told: Told) -> None:
    """As many queries for a short record as for a long one."""
    asked = []
    for number in (1, -1):
        told.look(address_of(told.steps[number][0]))
        with counted() as statements:
            told.look(address_of(told.steps[number][0]))
        asked.append(len(statements))
    assert asked[0] > 5 and asked[0] == asked[1]


def test_no_read_leaves_the_memory_and_nothing_is_written(app: Flask) -> None:
    make_people()
    statements: list[str] = []
    past, began = Past(), clock.now() - HOUR

    def note(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    connection = db.session.connection()
    event.listen(connection.engine, "before_cursor_execute", note)
    try:
        with past.reading(began):
            assert db.session.scalars(select(User)).all() == []
            assert clock.now() == began
            with pytest.raises(Exception, match="readonly"):
                db.session.execute(User.__table__.delete())  # type: ignore[attr-defined]  # always a Table
    finally:
        event.remove(connection.engine, "before_cursor_execute", note)
        past.close()
    assert statements == [] and clock.now() != began
    assert db.session.scalars(select(User)).all() != []


def test_who_may_look_and_at_what(client: FlaskClient) -> None:
    people, began = make_people(), clock.now()
    family = playroom_case(people)
    refer(family, people)
    at, moment = f"/cases/{family.reference}/at/", address_of(began + HOUR)
    with clock.at(began + HOUR):
        for actor, expected in [
            (people.auditor, 200), (people.caseworker_tallinn, 200), (people.supervisor_kyiv, 200),
            (people.finance_kyiv, 404), (people.administrator, 404),
        ]:  # fmt: skip
            for rest in ("", moment, f"{moment}/beside/{address_of(began)}"):
                assert get(client, actor, at + rest).status_code == expected, (actor.name, rest)
        sign_in(client, people.auditor)
        for rest in ("yesterday", address_of(began + 2 * HOUR), "20261340T000000.000000Z", "99990101T000000.000000Z"):
            assert client.get(at + rest).status_code == 404, rest
        assert "had not been opened yet" in client.get(f"{at}20200101T000000.000000Z").text
        timeline = client.get(f"/cases/{family.reference}/timeline").text
        ways = re.findall(rf'"({at}[^"]+Z)"', timeline)
        assert len(ways) > 2 and client.get(ways[0]).status_code == 200


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("day=", "Say which day"), ("day=2026-13-01", "Say which day"), ("day=0001-01-01", "Say which day"),
        ("day=2026-02-01&time=25:00", "Say the time"), ("day=2026-02-01&time=%00", "Say the time"),
        ("day=2300-01-01", "Say which day"), ("day=2199-01-01", "has not come yet"),
        ("day=2026-02-01&other_day=x", "Say which day"),
    ],
)  # fmt: skip
def test_what_is_typed_badly_is_told(client: FlaskClient, typed: str, answer: str) -> None:
    people = make_people()
    family = playroom_case(people)
    page = get(client, people.auditor, f"/cases/{family.reference}/at/?{typed}")
    assert page.status_code == 200 and answer in page.text


def test_what_is_typed_well_leads_there(client: FlaskClient) -> None:
    people = make_people()
    family = playroom_case(people)
    at = f"/cases/{family.reference}/at/"
    asked = {
        "day=2026-02-01": "20260201T215959.999999Z",
        "day=2026-07-01&time=09:30": "20260701T063059.999999Z",
        "day=2026-02-02&time=10:00&other_day=2026-02-01": "20260201T215959.999999Z/beside/20260202T080059.999999Z",
    }
    for typed, place in asked.items():
        page = get(client, people.caseworker_tallinn, f"{at}?{typed}")
        assert page.status_code == 302 and page.location == at + place


def pages_below_look_back(told: Told) -> None:
    """Plan, grants, request and instalments at the last moment are those of today; what was not there yet is not."""
    case, last = f"/cases/{told.case.reference}", address_of(told.steps[-1][0])
    below = sorted(set(re.findall(rf'"{case}/at/{last}(/[a-z]+(?:/[a-z2-7]{{26}})?)[#"?]', told.look(last).text)))
    assert {"/plan", "/grants", "/disbursements", "/instalments"} == {f"/{way.split('/')[1]}" for way in below}
    for way in {way.split("/")[1]: way for way in below}.values():
        then = told.look(f"{last}{way}")
        assert then.status_code == 200 and "The case as it was on" in then.text and "<form" not in inner(then.text), way
        with clock.at(told.now):
            today = get(told.client, told.case.people.auditor, case + way).text
        assert figures(then.text) == figures(today) != [], way
    assert told.look(f"{address_of(told.began - HOUR * 24 * 4000)}/plan").status_code == 404
    request = next(way for way in below if "disbursements" in way)
    assert told.look(f"{address_of(told.steps[0][0] - HOUR / 2)}{request}").status_code == 404


def figures(html: str) -> list[str]:
    """The title, rows of tables and pairs of facts of a page, as they are read."""
    inside = without_ways(AT.sub("", inner(html)), EVER)
    found = re.findall(r"<h1>.*?</h1>|<tr>.*?</tr>|<dl\b.*?</dl>", inside, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]


def inner(html: str) -> str:
    """What stands between the frame's head and foot."""
    return html[html.index("<main") : html.index("</main>")]


def stands_side_by_side(told: Told) -> None:
    """What differs, in words, with the entries that made it so; between equal moments nothing does."""
    first, last = address_of(told.steps[2][0]), address_of(told.steps[-1][0])
    page, turned = told.look(f"{first}/beside/{last}"), told.look(f"{last}/beside/{first}")
    assert page.status_code == 200 and SECTION.findall(page.text) == SECTION.findall(turned.text) != []
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
    assert "Payment" in text and "Invoice" in text and "400.00 EUR" in text
    assert "Reserved 400.00 EUR 0.00 EUR" in text and "Spent 0.00 EUR 400.00 EUR" in text
    keys = set(re.findall(r"timeline\?entry=([a-z2-7]{26}-\d+)#", page.text))
    assert keys
    with clock.at(told.now):
        for key in sorted(keys)[:2]:
            there = get(told.client, told.case.people.auditor, f"/cases/{told.case.reference}/timeline?entry={key}")
            assert f'id="{key}"' in there.text
    assert "Nothing that is shown stands otherwise" in told.look(f"{last}/beside/{last}").text


def test_asylum_is_seen_by_whom_it_exists_for(client: FlaskClient) -> None:
    """The receiving side and an auditor without clearance find the same page and the same differences as without it."""
    people, began = make_people(), clock.now()
    family = playroom_case(people)
    with clock.at(began + HOUR):
        log_asylum(family, people.caseworker_tallinn)
        refer(family, people)
    uncleared = auditor(people, office_ids=(people.tallinn, people.kyiv))
    at = f"/cases/{family.reference}/at/"
    moments = [address_of(began + HOUR / 2), address_of(began + HOUR)]
    with clock.at(began + 2 * HOUR):
        for actor, sees in (
            (people.caseworker_tallinn, True), (people.auditor, True),
            (people.caseworker_kyiv, False), (uncleared, False),
        ):  # fmt: skip
            then = get(client, actor, at + moments[1])
            compared = get(client, actor, f"{at}{moments[0]}/beside/{moments[1]}")
            assert then.status_code == compared.status_code == 200
            assert (AUTHORITY in compared.text) == sees, actor.name
            assert ("sylum" in then.text) == ("sylum" in compared.text) == sees, actor.name


def test_what_was_erased_is_erased_in_the_past_too(client: FlaskClient) -> None:
    due = due_case()
    before, supervisor = clock.now(), due.people.supervisor_tallinn
    at = f"/cases/{due.reference}/at/"
    ways = (address_of(before), f"20200101T000000.000000Z/beside/{address_of(before)}")
    texts = [get(client, supervisor, at + way).text for way in ways]
    assert "Canary" in texts[0] and "Canary" in texts[1] and "Koval" in texts[1]
    with later():
        erase(due)
        for way in ways:
            page = get(client, supervisor, at + way)
            assert page.status_code == 200 and "erased" in page.text
            assert "Canary" not in page.text and "Koval" not in page.text


def entry(at: datetime, seq: int, shape: int, *rows: Any) -> Recorded:
    """An entry of a chain, as it lies there."""
    return Recorded("c", seq, at, {"schema": shape, "rows": list(rows)})


def test_entries_under_an_older_structure_fold_into_today_s() -> None:
    began = clock.now()
    person = {"id": "p", "version": 1, "given_name": "h1", "sex": None}
    entries = [
        entry(began, 1, 1, ["insert", "person", "p", person]),
        entry(began + HOUR, 2, 3, ["update", "person", "p", {"version": [1, 2], "given_name": ["h1", "h2"]}]),
    ]
    values: dict[str, str | None] = {"h1": '"Olena"', "h2": None}
    [then], [later] = (list(rows_at(entries, values, began + HOUR * n)) for n in (0, 1))
    assert then.cells["given_name"] == "Olena" and then.cells["return_address"] is None
    assert later.cells["given_name"] == "erased" and later.erased == {"given_name"}
    assert list(rows_at(entries, values, began - HOUR)) == []


def test_a_clock_that_was_put_back_leaves_no_gap_in_a_row() -> None:
    """Of another row nothing counts that was recorded later; of the same row what its own newest state rests on."""
    began = clock.now()
    entries = [
        entry(began + HOUR, 1, 3, ["insert", "plan", "a", {"id": "a", "version": 1, "draft_number": 1}]),
        entry(began + HOUR, 2, 3, ["insert", "plan", "b", {"id": "b", "version": 1, "draft_number": 1}]),
        entry(began, 3, 3, ["update", "plan", "a", {"version": [1, 2], "draft_number": [1, 2]}]),
    ]
    [row] = rows_at(entries, {}, began)
    assert (row.pk, row.cells["draft_number"]) == ("a", 2)
    assert len(list(rows_at(entries, {}, began + HOUR))) == 2
