"""Every address, by everybody, on every sort of case: no fault, and what one may not see does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import zip_longest
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from casetracker.audit.as_it_was_states import address_of
from casetracker.core import clock
from casetracker.core.db import Base, db
from casetracker.core.permissions import GRANTED, Permission, Role
from tests.access.canaries import WORD
from tests.access.opened import readable
from tests.access.projects import OTHER_PROJECT, PROJECT, PROJECTS
from tests.access.world import ACCESS, PARTS, SHARED, World, canary, forgotten, undone

NOTHING = "nothingofthekindisinhere00"
OF_A_CASE = {
    "asylum.application_id": "asylum_application", "returns.application_id": "return_application",
    "complaint_id": "complaint", "contact_id": "contact_made", "session_id": "counselling_session",
    "disbursement_id": "disbursement", "quote_id": "quote", "document_id": "document", "grant_id": "person_grant",
    "instalment_id": "instalment", "person_id": "person", "assessment_id": "needs_assessment",
    "activity_id": "plan_activity", "plans.line_id": "plan_line", "audit.line_id": "plan_line",
    "point_id": "dossier_point",
    "referral_id": "referral", "visit_id": "visit", "version_id": "plan_version", "submission_id": "submission",
    "reversal_id": "reversal", "consent_id": "consent", "proof_id": "contribution_proof",
    "finding_id": "audit_finding", "site_id": "site", "member_id": "group_member",
    "gathering_id": "group_gathering", "vote_id": "site_vote", "contribution_id": "co_contribution",
    "figure_id": "benefit_figure", "event_id": "cohesion_event", "site_visit_id": "site_visit",
    "case_site_id": "case_site", "works_id": "works_item", "defect_id": "works_defect",
    "equipment_id": "equipment_item", "check_id": "inventory_check", "photograph_id": "site_photograph",
    "community.request_id": "share_request", "tranche_id": "partner_tranche",
    "agreement_id": "partner_agreement",
}  # fmt: skip
"""Places in addresses that name a row of a case or project, and the row's table."""
OF_NO_CASE = {
    "substitution_id": "substitute", "change_id": "pending_change", "mandate_id": "mandate", "office_id": "office",
    "programme_id": "programme", "programmes.line_id": "budget_line", "budget_line_id": "budget_line",
    "package_id": "package",
    "rule_id": "entitlement_rule", "policy_id": "approval_policy", "rate_id": "exchange_rate",
    "user_id": "user_account", "request_id": "retroactive_request", "provider_id": "provider",
    "account_id": "provider_account", "bundle_id": "bundle",
    "sample_id": "sample",
}  # fmt: skip
WORDS = {
    "clock": ("contact", "use", "nonsense"), "source": ("own_cash", "third_party", "nonsense"), "number": (1, 7),
    "format": ("json", "csv", "xlsx", "pdf", "jsonl", "nonsense"), "secret": ("nobody-was-invited-by-this",),
    "filename": ("nothing.css",), "publication": ("iati", "hxl", "nonsense"),
    "kept_id": ("nothing-was-kept",), "factor_id": ("nobodys-factor",), "moment": ("now", "yesterday"),
    "saved_id": ("nobodys-search",),
    "other": ("now",),
}  # fmt: skip
ROWS_APART = ("asylum_application", "person", "disbursement", "instalment", "plan_activity", "plan_line", "site")
"""Tables each of whose rows has pages that tell what no other page does."""
ANSWERED_ABROAD = {"cases.show_referral", "cases.accept_referral", "cases.return_referral"}
"""Where the receiving office reads the frozen summary of a waiting referral, and answers it."""
OF_BOTH = {"exports.choose_format", "exports.export_case"}
"""Addresses that take the reference of a case or of a project, and say nothing of which."""
UNKNOWN_PROJECT = "UA-2026-C9999"
LEFT_OUT = {"accounts.sign_out", "accounts.sign_in", "static", "bootstrap.static"}


def rules(world: World) -> list[Rule]:
    """Every rule that is not about files and signing in."""
    return [rule for rule in world.app.url_map.iter_rules() if rule.endpoint not in LEFT_OUT]


def methods(rule: Rule) -> list[str]:
    """The rule's own methods."""
    return sorted((rule.methods or set()) & {"GET", "POST"})


def key_of(rule: Rule, name: str) -> str:
    """How the tables above call this place of this rule."""
    special = f"{rule.endpoint.partition('.')[0]}.{name}"
    return special if special in OF_A_CASE or special in OF_NO_CASE else name


def test_every_place_in_an_address_is_known(world: World) -> None:
    for rule in rules(world):
        for name in rule.arguments - {"reference"}:
            key = key_of(rule, name)
            assert (key in OF_A_CASE) + (key in OF_NO_CASE) + (key in WORDS) == 1, (rule.rule, name)
            table = OF_A_CASE.get(key) or OF_NO_CASE.get(key)
            assert table is None or table in Base.metadata.tables, (rule.rule, name, table)


class Places:
    """Values for the places in addresses: rows of a case by its reference, rows of no case, words."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._known: dict[tuple[str, str | None], list[Any]] = {}

    def values(self, rule: Rule, name: str, reference: str) -> list[Any]:
        """What to put into one place: rows of this case, one of each compartment, or what nothing is called."""
        key = key_of(rule, name)
        if key in WORDS:
            return [address_of(clock.now()) if word == "now" else word for word in WORDS[key]]
        dossier_id = self.world.ids.get(reference) if key in OF_A_CASE else None
        if key in OF_A_CASE and dossier_id is None:
            return [NOTHING]
        name = OF_A_CASE.get(key) or OF_NO_CASE[key]
        if (name, dossier_id) not in self._known:
            self._known[name, dossier_id] = self._rows(name, dossier_id) or [NOTHING]
        return self._known[name, dossier_id]

    def _rows(self, name: str, dossier_id: str | None) -> list[str]:
        table = Base.metadata.tables[name]
        first = table.c.position if name in ("site", "works_item", "equipment_item") else table.c.id
        # the first of these have what the others lack
        query = select(table.c.id, *([table.c.part] if "part" in table.c else [])).order_by(first)
        if dossier_id is not None:
            query = query.where(table.c.dossier_id == dossier_id)
        rows = db.session.execute(query).all()
        kinds = {"reversal": 3, "disbursement": 2, "instalment": 2, "sample": 2}
        db.session.rollback()
        by_part = {row[1] if len(row) > 1 else n: row[0] for n, row in enumerate(rows)}
        return list(by_part.values())[: 3 if "part" in table.c else kinds.get(name, 1)]

    def every(self, rule: Rule, reference: str) -> Iterator[str]:
        """The rule's addresses for every row of the case in the place that names one."""
        names = [name for name in sorted(rule.arguments) if key_of(rule, name) in OF_A_CASE]
        if len(names) != 1 or OF_A_CASE[key_of(rule, names[0])] not in ROWS_APART:
            yield from list(self.fill(rule, reference))[:1]
            return
        table = Base.metadata.tables[OF_A_CASE[key_of(rule, names[0])]]
        query = select(table.c.id).where(table.c.dossier_id == self.world.ids.get(reference)).order_by(table.c.id)
        rows = list(db.session.scalars(query))
        db.session.rollback()
        for row in rows:
            yield from list(self.fill(rule, reference, **{names[0]: row}))[:1]

    def fill(self, rule: Rule, reference: str, **given: Any) -> Iterator[str]:
        """The rule's addresses for this case: one value varies at a time."""
        wanted = {n: self.values(rule, n, reference) for n in sorted(rule.arguments - {"reference"} - set(given))}
        base: dict[str, Any] = {name: found[0] for name, found in wanted.items()} | given
        if "reference" in rule.arguments:
            base["reference"] = reference
        seen = []
        for name, found in wanted.items() or [("", [""])]:
            for value in found:
                choice = base | ({name: value} if name else {})
                if choice not in seen:
                    seen.append(choice)
        if not wanted:
            seen = [base]
        adapter = self.world.app.url_map.bind("localhost")
        for values in seen:
            yield adapter.build(rule.endpoint, values)


@pytest.fixture(scope="module")
def places_of(world: World) -> Places:
    return Places(world)


class Asking:
    """One person's requests; every answer is looked at for words that this person may not read."""

    def __init__(self, world: World, who: str) -> None:
        self.world, self.who, self.client = world, who, world.client(who)
        self.client.get("/nothing")  # the first answer brings a cookie, which the others lack
        self.forbidden, self.allowed = set(), set()  # type: ignore[var-annotated]  # filled below
        for sort in world.cases:
            for part in PARTS:
                may = part in world.parts(who, sort)
                (self.allowed if may else self.forbidden).add(canary(sort, part))
        self.found: set[str] = set()

    def ask(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        """The answer; what a POST does is undone."""
        with forgotten(self.client), nullcontext() if method == "GET" else undone(self.world.app):
            answer = self.client.open(path, method=method, **kwargs)
        assert answer.status_code < 500, f"{self.who}: {method} {path} answered {answer.status_code}"
        self.look(answer, f"{method} {path}")
        return answer

    def look(self, answer: TestResponse, what: str) -> None:
        """No canary of what this person may not read."""
        text = readable(answer.get_data()) + str(answer.headers)
        if "canary" in text:
            leaked = {word for word in self.forbidden if word in text}
            assert not leaked, f"{self.who}: {what} shows {leaked}"
            self.found |= {word for word in self.allowed if word in text}


def same(answer: TestResponse, other: TestResponse) -> bool:
    """Whether two answers cannot be told apart."""
    return (answer.status_code, stampless(answer), sorted(answer.headers)) == (
        other.status_code, stampless(other), sorted(other.headers),
    )  # fmt: skip


def where_told_apart(answer: TestResponse, other: TestResponse) -> str:
    """Where two answers begin to differ: their status, a line as it is read, or the headers; without our words."""
    if answer.status_code != other.status_code:
        return f"{answer.status_code} and {other.status_code}"
    pages = [WORD.sub("*", stampless(each).decode("utf-8", "replace")) for each in (answer, other)]
    for one, two in (map(_as_read, pages), [page.split("\n") for page in pages]):
        for mine, theirs in zip_longest(one, two, fillvalue="(the end)"):
            if mine != theirs:
                return f"{mine.strip()[:80]!r} and {theirs.strip()[:80]!r}"
    return f"headers {sorted({name for name, _value in set(answer.headers) ^ set(other.headers)})}"


def _as_read(page: str) -> list[str]:
    return [line for each in re.sub(r"<[^>]*>", "", page).split("\n") if (line := each.strip())]


def stampless(answer: TestResponse) -> bytes:
    """The page without the signatures that change with every second, which are of one length."""
    return re.sub(rb'name="csrf_token" value="[^"]*"', b"", answer.get_data())


def may(world: World, who: str, rule: Rule) -> bool:
    """Whether the door opens to this person's role."""
    door = getattr(world.app.view_functions[rule.endpoint], "door", "public")
    return not isinstance(door, Permission) or door in GRANTED[world.people[who].role]


def of_case(rule: Rule) -> bool:
    """Whether the address hangs on a case, by its reference or by a row of it."""
    return "reference" in rule.arguments or any(key_of(rule, name) in OF_A_CASE for name in rule.arguments)


def of_project(rule: Rule) -> bool:
    """Whether the address hangs on a project."""
    return rule.rule.startswith("/projects/<reference>")


def of_both(rule: Rule) -> bool:
    """Whether the address takes the reference of a case or of a project."""
    is_row = rule.endpoint.startswith("approvals.")
    return is_row or rule.endpoint in OF_BOTH or rule.rule.startswith("/<dossier:reference>")


def unheard_of(rule: Rule, world: World) -> list[tuple[bool, str]]:
    """(whether a project's, reference) of what nobody has heard of; at an address of both kinds one of each."""
    return [(False, world.cases["unknown"]), *([(True, UNKNOWN_PROJECT)] if of_both(rule) else [])]


def is_misplaced(rule: Rule, sort: str) -> bool:
    """Whether a project's reference would stand at a case's address, or a case's at a project's."""
    return not of_both(rule) and of_project(rule) != (sort in PROJECTS)


def refused_like_unknown(asking: Asking, places: Places, sorts: list[str], *, with_misplaced: bool = False) -> None:
    """On these every address answers as on one that is not there; forms are sent to one of them in turn. `misplaced`:
    a project at a case's address, a case at a project's, both seen where they belong."""
    world = asking.world
    of_cases = [rule for rule in rules(world) if of_case(rule) and may(world, asking.who, rule)]
    for number, rule in enumerate(of_cases):
        misplaced = ["accepted" if of_project(rule) else PROJECT] if with_misplaced and not of_both(rule) else []
        for method in methods(rule):
            nothing = {is_project: asking.ask(method, next(places.fill(rule, reference)))
                       for is_project, reference in unheard_of(rule, world)}  # fmt: skip
            assert all(each.status_code == 404 for each in nothing.values()), (asking.who, method, rule.rule)
            fitting = [each for each in sorts if not is_misplaced(rule, each)] or sorts
            fitting = fitting if method == "GET" else [fitting[number % len(fitting)]]
            for sort in [*fitting, *misplaced]:
                if sort == "waiting" and rule.endpoint in ANSWERED_ABROAD and asking.who.endswith("kyiv"):
                    continue
                path = next(places.fill(rule, world.cases[sort]))
                answer = asking.ask(method, path)
                nowhere = nothing[sort in PROJECTS and of_both(rule)]
                assert same(answer, nowhere), (asking.who, method, path, answer.status_code)


@pytest.mark.parametrize("who", ["supervisor_lviv", "supervisor_kyiv", "auditor_riga"])
def test_what_one_may_not_see_is_not_there(world: World, places_of: Places, who: str) -> None:
    unseen = [sort for sort in world.cases if sort not in world.sees[who] and sort not in ("unknown", "family")]
    if who == "supervisor_kyiv":
        unseen = ["long closed", "restricted", OTHER_PROJECT]
    if who in ("supervisor_lviv", "auditor_riga"):
        unseen = ["accepted", PROJECT]
    refused_like_unknown(Asking(world, who), places_of, unseen, with_misplaced=who == "supervisor_kyiv")


def test_administrators_see_no_case(world: World, places_of: Places) -> None:
    refused_like_unknown(Asking(world, "administrator"), places_of, ["accepted", "own", PROJECT])
    found = Asking(world, "administrator")
    for rule in rules(world):
        if may(world, "administrator", rule) and not of_case(rule):
            for method in methods(rule):
                for path in places_of.fill(rule, ""):
                    found.ask(method, path)


OPEN = {
    "supervisor_tallinn": ("accepted",),
    "supervisor_kyiv": ("family",),
    "caseworker_kyiv": ("closed",),
    "finance_kyiv": ("accepted",),
    "auditor": ("accepted",),
    "auditor_plain": ("accepted",),
    "auditor_kyiv": ("long closed",),
}


@pytest.mark.parametrize("who", OPEN)
def test_what_one_may_see_stands_every_request(world: World, places_of: Places, who: str) -> None:
    asking, role = Asking(world, who), world.people[who].role
    parts = world.parts(who, "accepted")
    for rule in rules(world):
        if not may(world, who, rule):
            continue
        for sort in ((PROJECT,) if of_project(rule) else OPEN[who]) if of_case(rule) else ("accepted",):
            for number, path in enumerate(places_of.fill(rule, world.cases[sort])):
                is_file = "format" in rule.arguments  # in each of its formats
                for method in (each for each in methods(rule) if number == 0 or is_file or each == "GET"):
                    answer = asking.ask(method, path)
                    if rule.endpoint.startswith("asylum.") and "asylum" not in parts:
                        assert answer.status_code == 404, (who, method, path)
    case = world.cases["accepted"]
    for path in (f"/cases/?search={canary('accepted', SHARED)}", f"/cases/{case}/timeline", "/cases/?sort=opened"):
        if role != Role.FINANCE_OFFICER:
            asking.ask("GET", path)
    expected = {canary("accepted", part) for part in parts - {ACCESS}}  # whose words no page of a case shows
    if PROJECT in world.sees[who]:
        expected.add(canary(PROJECT, SHARED))
    if role != Role.FINANCE_OFFICER:
        assert expected <= asking.found, f"{who} finds not {expected - asking.found}"


def test_rows_of_other_cases_do_not_answer(world: World, places_of: Places) -> None:
    """The own case in the address, a row of another case behind it: as if the row did not exist."""
    for who in ("supervisor_tallinn", "supervisor_kyiv", "auditor_plain"):
        asking = Asking(world, who)
        for rule in rules(world):
            names = [name for name in rule.arguments if key_of(rule, name) in OF_A_CASE]
            if "reference" not in rule.arguments or not names or not may(world, who, rule):
                continue
            own, other = (PROJECT, OTHER_PROJECT) if of_project(rule) else ("accepted", "other")
            if who == "supervisor_kyiv" and not of_project(rule):
                continue
            own, others = world.cases[own], (other,)
            for method in methods(rule):
                for name in names:
                    nowhere = asking.ask(method, next(places_of.fill(rule, own, **{name: NOTHING})))
                    for sort in others:
                        value = places_of.values(rule, name, world.cases[sort])[0]
                        answer = asking.ask(method, next(places_of.fill(rule, own, **{name: value})))
                        same_answer = same(answer, nowhere)
                        assert same_answer, (who, method, rule.rule, name, sort, answer.status_code)
                        assert answer.status_code in (404, 422), (who, method, rule.rule, name, answer.status_code)
