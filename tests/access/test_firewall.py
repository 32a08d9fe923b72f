"""Two worlds, with and without a claim for asylum: what the receiving side can reach is the same to the byte."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from unittest import mock
from urllib.parse import urlsplit

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.accounts import commands as accounts
from casetracker.accounts import queries
from casetracker.asylum import commands as asylum
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.db import Base, db
from casetracker.core.permissions import GRANTED, Permission, Role
from casetracker.demo.walk import Walk, on
from casetracker.dossiers.models import Dossier
from casetracker.exports.states import ExportFormat
from tests.access.test_every_address import LEFT_OUT, Places, methods
from tests.access.world import ASYLUM, SHARED, Canaries, World, _rich, canary, cast_of_demonstration, undone
from tests.casefile.test_firewall import seeded
from tests.conftest import Places as Databases
from tests.conftest import _demonstration, rolled_back
from tests.demonstration import left_by_the_first
from tests.factories.accounts import OPERATOR, make_user, sign_in
from tests.pages.walking import _Reader, shape_of

READERS = ("caseworker", "supervisor", "finance", "auditor abroad", "auditor at home without clearance")
GENERATED = ("supervisor", "auditor abroad")
"""Who asks every address of the program as well: the most that the receiving side and its auditor may."""
TYPED = (
    "asylum",
    "asylum/new",
    "asylum/nothing/decide",
    "timeline?kind=asylum",
    "eligibility",
    "consents/new",
    "nothing",
)
"""Addresses below the case that no link leads to."""
MOMENTS = 3
"""How many pages of the past, and how many pages opened at one of their entries, are read of each shape."""
Answers = dict[tuple[str, str, str], tuple[int, list[str], bytes]]
"""(who, method, address) -> status, headers, body."""


@contextmanager
def random_from(seed: str) -> Iterator[None]:
    """Inside, identifiers and salts come from the seed; around it they go on as if nothing had been."""
    before = ids._source
    ids.use_source(seeded(seed))
    try:
        yield
    finally:
        ids.use_source(before)


class Told(Canaries):
    """One family; in one world it claimed asylum twice, in the other it did not."""

    sort, claimed = "accepted", True

    def _claims(self, walk: Walk, day: date) -> None:
        with random_from("asylum"):
            if self.claimed:
                super()._claims(walk, day)
            else:
                none = asylum.RecordNoAsylum(dossier_id=walk.id)
                asylum.record_no_asylum(none, actor=self.cast.caseworker_tallinn)


@contextmanager
def drawn_from(seed: str) -> Iterator[None]:
    """Every random thing in an answer comes from the seed: identifiers, salts, tokens of forms and of cookies."""
    tokens = mock.patch("random._urandom", seeded(f"{seed} tokens"))
    with random_from(seed), tokens, mock.patch("os.urandom", seeded(f"{seed} system")):
        yield


class Rows(Places):
    """Values for the places in addresses that are there in both worlds."""

    def _rows(self, name: str, dossier_id: str | None) -> list[str]:
        if name == "asylum_application":
            return []
        table = Base.metadata.tables[name]
        query = select(table.c.id).order_by(table.c.id)
        if dossier_id is not None:
            query = query.where(table.c.dossier_id == dossier_id)
        if "part" in table.c:
            query = query.where(table.c.part != ASYLUM)
        found = list(db.session.scalars(query.limit(1)))
        db.session.rollback()
        return found


class Reading:
    """Everything that one person can reach by links and forms, and some addresses typed by hand."""

    def __init__(self, who: str, role: Role, client: FlaskClient, reference: str) -> None:
        self.who, self.role, self.client, self.reference = who, role, client, reference
        self.found: Answers = {}
        client.get("/nothing")

    def ask(self, method: str, address: str) -> bytes:
        """One answer, kept as it came: every header and every byte."""
        with drawn_from(f"{self.who} {method} {address}"):
            if method == "GET":
                answer = self.client.get(address)
            else:
                with undone(self.client.application):
                    answer = self.client.post(address)
        headers = [f"{name}: {value}" for name, value in answer.headers]
        self.found[self.who, method, address] = (answer.status_code, headers, answer.data)
        return answer.data if (answer.content_type or "").startswith("text/html") else b""

    def everything(self) -> Answers:
        """Follow every link, a few of each shape, but all of the family's; send every form empty."""
        case = f"/cases/{self.reference}"
        word = canary("accepted", ASYLUM)
        queue = ["/", case, "/cases/", f"/cases/?search={word}", f"/cases/?search={self.reference}", "/audit/",
                 *(f"{case}/{rest}" for rest in TYPED)]  # fmt: skip
        seen, shapes, forms = set(queue), dict[str, int](), set[str]()
        while queue:
            address = queue.pop(0)
            reader = _Reader(address)
            reader.feed(self.ask("GET", address).decode("utf-8"))
            for link in reader.links:
                parts = urlsplit(link)
                target = f"{parts.path}?{parts.query}" if parts.query else parts.path
                shape, own = shape_of(parts.path), self.reference in target
                place = next((name for name in ("entry=", "place=") if name in parts.query), "")
                if "/at/" in target or place:  # each entry of the record, or of a list of money, leads there
                    shape += place
                    own = shapes.get(shape, 0) < MOMENTS
                if not target.startswith("/") or target in seen or (not own and shapes.get(shape, 0) > 0):
                    continue
                shapes[shape] = shapes.get(shape, 0) + 1
                seen.add(target)
                queue.append(target)
            forms |= {form.action for form in reader.forms if form.action != "/sign-out"}
        for action in sorted(forms | {f"{case}/asylum/none", f"{case}/asylum/new"}):
            self.ask("POST", action)
        for format in ExportFormat:
            self.ask("POST", f"/audit/{self.reference}/export/{format}")
        if self.who in GENERATED:
            self._generated(seen)
        return self.found

    def _generated(self, seen: set[str]) -> None:
        """Every address of the program on this case that opens to the role, also those that no link leads to.

        What is closed to the role says so before it looks at anything (architecture/test_views.py).
        """
        app, rights = self.client.application, GRANTED[self.role]
        with app.app_context():
            dossier_id = db.session.scalar(select(Dossier.id).where(Dossier.reference == self.reference))
            db.session.rollback()
        rows = Rows(cast(World, SimpleNamespace(app=app, ids={self.reference: dossier_id})))
        for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
            door = getattr(app.view_functions[rule.endpoint], "door", None)
            if rule.endpoint in LEFT_OUT or (isinstance(door, Permission) and door not in rights):
                continue
            address = next(rows.fill(rule, self.reference))
            for method in methods(rule):
                if method == "POST" or address not in seen:
                    self.ask(method, address)


def readers() -> dict[str, Actor]:
    """The receiving side, and auditors who are not cleared."""
    cast = cast_of_demonstration()
    found = {"caseworker": cast.caseworker_kyiv, "supervisor": cast.supervisor_kyiv, "finance": cast.finance_kyiv}
    for name, offices in ((READERS[3], (cast.kyiv,)), (READERS[4], (cast.tallinn, cast.kyiv))):
        auditor = make_user(f"{name.replace(' ', '.')}@example.org", Role.AUDITOR)
        mandate = accounts.GiveMandate(
            user_id=auditor.id, office_ids=offices, programme_ids=(), valid_from=date(2025, 1, 1),
            valid_until=date(2035, 12, 31),
        )  # fmt: skip
        accounts.give_mandate(mandate, actor=OPERATOR)
        found[name] = queries.get_actor(auditor.id)
    return found


def world(places: Databases, shared_folder: Path, dialect: str, *, claimed: bool) -> Answers:
    """All answers in one of the worlds."""
    today, found = clock.today(), Answers()
    with rolled_back(_demonstration(places, dialect, shared_folder, "access")) as app:
        cast = cast_of_demonstration()
        teller = Told(cast, today)
        teller.claimed = claimed
        with random_from("story"):
            walk = _rich(teller)
        with random_from("asylum read"), on(today, 16):
            home = sign_in(app.test_client(), cast.caseworker_tallinn)
            pages = [home.get(f"/cases/{walk.reference}/asylum") for _n in range(2 if claimed else 1)]
            assert (canary("accepted", ASYLUM) in pages[0].text) == claimed
        moment = datetime.combine(today, time(17), UTC)
        with drawn_from("readers"), on(today, 17), time_machine.travel(moment, tick=False):
            people = readers()
            clients = {who: sign_in(app.test_client(), actor) for who, actor in people.items()}
        for who, client in clients.items():
            with drawn_from(f"reading {who}"), on(today, 17), time_machine.travel(moment, tick=False):
                found |= Reading(who, people[who].role, client, walk.reference).everything()
    return found


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.both)])
def worlds(request: pytest.FixtureRequest, places: Databases, shared_folder: Path) -> tuple[Answers, Answers]:
    """Without and with claims; read once for all workers of a run. On PostgreSQL with `--both`: it takes minutes."""
    dialect = str(request.param)
    folder = shared_folder / f"firewall-{dialect}"

    def build() -> None:
        both = [world(places, shared_folder, dialect, claimed=claimed) for claimed in (False, True)]
        (folder / "answers").write_bytes(pickle.dumps(both))

    with left_by_the_first(folder, build):
        without, having = pickle.loads((folder / "answers").read_bytes())
    return without, having


@pytest.mark.parametrize("who", READERS)
def test_the_same_bytes_with_and_without_asylum(worlds: tuple[Answers, Answers], who: str) -> None:
    without, having = ({key[1:]: value for key, value in one.items() if key[0] == who} for one in worlds)
    assert without.keys() == having.keys()
    assert len(without) > (12 if who == "finance" else 18)
    different = [key for key in without if without[key] != having[key]]
    assert different == []
    word = canary("accepted", ASYLUM).encode()
    echoed = {key for key, value in having.items() if word in value[2] and f"search={word.decode()}" not in key[1]}
    assert echoed == set()
    if who != "finance":
        family = canary("accepted", SHARED).encode()
        assert sum(family in value[2] for value in having.values()) > 3


@pytest.mark.parametrize("who", READERS)
def test_the_asylum_addresses_are_like_any_unknown_one(worlds: tuple[Answers, Answers], who: str) -> None:
    for one in worlds:
        nothing = next(value for key, value in one.items() if key[0] == who and key[2].endswith("/nothing"))
        assert nothing[0] == 404
        asked = [key for key in one if key[0] == who and "/asylum" in key[2]]
        assert len(asked) >= 5
        assert [key for key in asked if one[key] != nothing] == []
