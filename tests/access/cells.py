"""Every cell of who × where × how × on what: its request, what must come of it, and a look at all that came.

The cells come from the URL map; an address whose places nobody can fill, or whose door nobody knows, stops the run.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from casetracker.core.permissions import GRANTED, Permission, Role
from tests.access.canaries import KEY_OWNER, Canary, words_in
from tests.access.opened import readable
from tests.access.projects import PROJECT
from tests.access.test_every_address import (
    ANSWERED_ABROAD,
    OF_A_CASE,
    OF_NO_CASE,
    WORDS,
    Places,
    is_misplaced,
    key_of,
    methods,
    of_case,
    of_project,
    rules,
    same,
    where_told_apart,
)
from tests.access.world import ASYLUM, HALF, NOBODY, World, forgotten, undone

NOT_OURS = ("PUT", "DELETE", "PATCH")
ALL_METHODS = ("GET", "HEAD", "POST", "OPTIONS", *NOT_OURS)
FACTOR_PAGES = {"accounts.give_factor", "accounts.sign_out"}
"""Open to somebody of whom only the password fitted."""
SECRET = {
    "user_account.password_hash", "recovery_code.code_hash", "authenticator.sealed_secret",
    "staff_declaration.number_hash",
}  # fmt: skip
"""Nobody is ever shown these."""
DECLARERS = ("supervisor_tallinn", "caseworker_kyiv")
"""Who declared an account of the own, here and in the demonstration."""
NO_CASE = ""
UNKNOWN_SORT = "unknown"


@dataclass(frozen=True)
class Cell:
    """One person, one address, one method, one sort of case (NO_CASE where the address hangs on none)."""

    who: str
    rule: Rule
    method: str
    sort: str

    def __str__(self) -> str:
        return f"{self.who}: {self.method} {self.rule.rule} ({self.sort or 'no case'})"


@dataclass
class Seen:
    """What a run has looked at."""

    requests: int = 0
    cells: set[tuple[str, str, str, str]] = field(default_factory=set)
    """(who, page, method, sort of case)."""
    addresses: set[tuple[str, str, str, str]] = field(default_factory=set)
    """The same by address: a page may have two."""
    leaks: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    found: dict[str, set[str]] = field(default_factory=dict)
    """word -> who found it."""


class Access:
    """The cells of one world, and their judge."""

    def __init__(self, world: World, words: dict[str, Canary], seen: Seen | None = None) -> None:
        self.world, self.words, self.seen = world, words, seen or Seen()
        self.places = Places(world)
        self._clients: dict[str, FlaskClient] = {}
        self._nowhere: dict[tuple[str, str, str], TestResponse] = {}
        self.rules = rules(world)
        self.people = [*world.people, NOBODY]
        for rule in self.rules:
            self._know(rule)

    def _know(self, rule: Rule) -> None:
        door = getattr(self.world.app.view_functions[rule.endpoint], "door", None)
        assert door == "public" or isinstance(door, Permission), f"{rule.rule}: nobody knows its door"
        for name in rule.arguments - {"reference"}:
            key = key_of(rule, name)
            assert key in OF_A_CASE or key in OF_NO_CASE or key in WORDS, f"{rule.rule}: nobody can fill {name}"

    def sorts(self, rule: Rule) -> list[str]:
        """The sorts of case or project that the address can be asked about; of those at the wrong address a few."""
        if not of_case(rule):
            return [NO_CASE]
        few = ("accepted", "closed", UNKNOWN_SORT) if of_project(rule) else (PROJECT,)
        return [sort for sort in self.world.cases if not is_misplaced(rule, sort) or sort in few]

    def all_cells(self) -> Iterator[Cell]:
        """The whole product."""
        for rule in self.rules:
            for who in self.people:
                for method in ALL_METHODS:
                    for sort in self.sorts(rule):
                        yield Cell(who, rule, method, sort)

    def role_of(self, who: str) -> str:
        """The person's role; whoever is not (wholly) signed in is a role of its own."""
        return who if who in (NOBODY, HALF) else str(self.world.people[who].role)

    def try_cell(self, cell: Cell, choice: random.Random | None = None) -> TestResponse:
        """Ask, and look at what came: status, headers, body."""
        reference = self.world.cases.get(cell.sort, self.world.cases["accepted"])
        paths = list(self.places.fill(cell.rule, reference))
        path = choice.choice(paths) if choice else paths[0]
        answer = self.ask(cell.who, cell.method, path)
        self.seen.cells.add((cell.who, cell.rule.endpoint, cell.method, cell.sort))
        self.seen.addresses.add((cell.who, cell.rule.rule, cell.method, cell.sort))
        wrong = self.what_is_wrong(cell, path, answer)
        if wrong:
            self.seen.wrong.append(f"{cell} at {path}: {wrong}")
        return answer

    def begin_anew(self) -> None:
        """Everybody signs in again at the next request."""
        self._clients.clear()

    def client(self, who: str) -> FlaskClient:
        """This person's browser."""
        if who not in self._clients:
            self._clients[who] = self.world.client(who)
            self._clients[who].get("/nothing")  # the first answer brings a cookie, which the others lack
        return self._clients[who]

    def ask(self, who: str, method: str, path: str) -> TestResponse:
        """One request; what it did is undone. Every word that came must be for this person's eyes."""
        client = self.client(who)
        with forgotten(client), nullcontext() if method in ("GET", "HEAD") else undone(self.world.app):
            answer = client.open(path, method=method)
        self.seen.requests += 1
        self.look(who, f"{method} {path}", answer)
        return answer

    def look(self, who: str, what: str, answer: Response) -> None:
        """Note whose words came, in files that are opened too, and which of them should not have. A key that stands in
        the address that was asked for is no news."""
        text = readable(answer.get_data()) + str(answer.headers)
        for word in (words_in(text) & self.words.keys()) - words_in(what):
            canary = self.words[word]
            self.seen.found.setdefault(word, set()).add(who)
            if not self.may_read(who, canary):
                self.seen.leaks.append(f"{who}: {what} ({answer.status_code}) shows {canary}")

    def may_read(self, who: str, canary: Canary) -> bool:
        """Whether this word may come before this person's eyes."""
        if canary.place in SECRET or who == NOBODY:
            return False
        if who == HALF:  # the page that asks for the second factor says whose it is
            return canary.place == "user_account.email" and canary.row == self.world.people[HALF].id
        actor = self.world.people[who]
        if canary.sort:
            waits = canary.sort == "waiting" and canary.table == "referral" and who.endswith("kyiv")
            abroad = waits and actor.role in (Role.CASEWORKER, Role.SUPERVISOR)
            return canary.part in self.world.parts(who, canary.sort) or abroad
        if canary.table == "user_account" and canary.column == "name":
            return True  # who did what stands everywhere by name
        if canary.table in ("user_account", "pending_change"):
            is_own = canary.table == "user_account" and canary.office_id == (actor.office_id or "")
            return is_own or actor.role in (Role.ADMINISTRATOR, Role.SUPERVISOR)
        if canary.table == "staff_declaration":
            is_own = who in DECLARERS and canary.office_id == actor.office_id
            return is_own or actor.role == Role.AUDITOR
        if canary.table == "passkey":
            return who == KEY_OWNER
        if canary.table == "retroactive_request":
            asks, asked = (self.world.people[name].office_id for name in ("caseworker_kyiv", "caseworker_tallinn"))
            of_both = actor.office_id in (asks, asked) and actor.role in (Role.CASEWORKER, Role.SUPERVISOR)
            return of_both or (actor.role == Role.AUDITOR and who != "auditor_riga")  # in the record of their offices
        return True  # providers, mandates, invitations: whose lists show them is judged in their own rooms

    def what_is_wrong(self, cell: Cell, path: str, answer: TestResponse) -> str | None:
        """Why this is not the answer that the cell must get."""
        status, rule = answer.status_code, cell.rule
        if status >= 500:
            return f"a fault: {status}"
        if cell.method not in (rule.methods or set()):
            return None if status == 405 else f"{status} for a method that it has not"
        if cell.method == "OPTIONS":
            return None if status == 200 and not answer.data else f"{status} with {len(answer.data)} bytes"
        if cell.method == "HEAD" and answer.data:
            return "HEAD has a body"
        door = getattr(self.world.app.view_functions[rule.endpoint], "door", "public")
        if not isinstance(door, Permission):
            return None
        if cell.who in (NOBODY, HALF):
            wanted = "/sign-in" if cell.who == NOBODY else "/sign-in/second-factor"
            at_home = cell.who == HALF and rule.endpoint in FACTOR_PAGES
            sent_on = status == 302 and answer.location.partition("?")[0] == wanted
            return None if sent_on or at_home else f"{status}, and not sent to {wanted}"
        if self.is_there(cell, door):
            return None
        if status != 404:
            return f"{status} for what is not there"
        nowhere = self.nowhere(cell, path)
        return None if same(answer, nowhere) else f"not like what is not there: {where_told_apart(answer, nowhere)}"

    def is_there(self, cell: Cell, door: Permission) -> bool:
        """Whether the address may answer this person at all."""
        if door not in GRANTED[self.world.people[cell.who].role]:
            return False
        if not cell.sort:
            return True
        if is_misplaced(cell.rule, cell.sort):
            return False
        parts = self.world.parts(cell.who, cell.sort)
        if cell.sort == "waiting" and cell.rule.endpoint in ANSWERED_ABROAD and cell.who.endswith("kyiv"):
            return True
        return ASYLUM in parts if cell.rule.endpoint.startswith("asylum.") else bool(parts)

    def nowhere(self, cell: Cell, path: str) -> TestResponse:
        """What this person gets in this room of the house for a thing that nobody has heard of."""
        room = path.split("/")[1]
        key = (cell.who, cell.method, room)
        if key not in self._nowhere:
            self._nowhere[key] = self.ask(cell.who, cell.method, f"/{room}/nothing/of/the/kind/is/here")
        return self._nowhere[key]

    def everyday(self) -> Iterator[Cell]:
        """Each address by each role, and on each sort of case, and by each of its methods, once at least; each method
        that it has not, once. Who of a role, of which office, goes round. The whole product is `make stress`."""
        roles = list(self._by_role().values())
        turn = 0
        for rule in self.rules:
            own = [*methods(rule), *(["HEAD"] if "GET" in (rule.methods or ()) else [])]
            sorts = self.sorts(rule)
            for n in range(max(len(roles), len(sorts))):
                turn += 1
                people = roles[(turn + n // len(roles)) % len(roles)]
                yield Cell(people[turn // 7 % len(people)], rule, own[n % len(own)], sorts[n % len(sorts)])
            for method in ("OPTIONS", *NOT_OURS):
                turn += 1
                yield Cell(self.people[turn % len(self.people)], rule, method, sorts[0])

    def open_doors(self) -> set[str]:
        """Ask for each page, of one sort of case after the other, by the first of each role to whom it is there, until
        it opens; the endpoints of those that never did."""
        shut = set()
        for rule in self.rules:
            door = getattr(self.world.app.view_functions[rule.endpoint], "door", None)
            if isinstance(door, Permission) and "GET" in (rule.methods or ()) and not self._opens(rule, door):
                shut.add(rule.endpoint)
        return shut

    def _opens(self, rule: Rule, door: Permission) -> bool:
        tried = set[tuple[str, str]]()
        for who in self.world.people:
            for sort in self.sorts(rule):
                cell, role = Cell(who, rule, "GET", sort), (self.role_of(who), sort)
                if who == HALF or role in tried or not self.is_there(cell, door):
                    continue
                tried.add(role)
                if self.try_cell(cell).status_code == 200:
                    return True
        return False

    def _by_role(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for who in self.people:
            found.setdefault(self.role_of(who), []).append(who)
        return found


def drawn(access: Access, count: int, seed: int) -> Iterator[Cell]:
    """`count` cells: first every cell in an order of its own, then again from the start."""
    choice = random.Random(seed)  # a draw that can be repeated, not a secret
    cells = list(access.all_cells())
    while count > 0:
        choice.shuffle(cells)
        yield from cells[:count]
        count -= len(cells)
