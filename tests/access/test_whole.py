"""Access as a whole: every address, by every role, on every sort of case; every personal and asylum word is guarded."""

from __future__ import annotations

from typing import cast

import pytest
from flask import Response
from sqlalchemy import Table

from casetracker.core.tracking import tracked_mappers
from tests.access.canaries import AS_THEY_ARE, UNPAINTED, Painter, is_told
from tests.access.cells import SECRET, Access, Cell
from tests.access.projects import PROJECT
from tests.access.reading import NOT_OF_EVERY_ROW, UNREAD, WHOLE, read_everything, take_bundle
from tests.access.test_every_address import same, where_told_apart
from tests.access.test_opened import packed
from tests.access.world import SENDING, SHARED, undone


@pytest.fixture(scope="module")
def access(painter: Painter) -> Access:
    """Its cells and their judge."""
    return Access(painter.world, painter.words)


def test_every_personal_and_asylum_column_holds_a_word(painter: Painter) -> None:
    tables = [cast(Table, mapper.local_table) for mapper in tracked_mappers()]
    wanted = {f"{table.name}.{column.name}" for table in tables for column in table.columns if is_told(table, column)}
    assert painter.empty == set() and painter.left == set()
    held = {canary.place for canary in painter.words.values() if not canary.is_past}
    assert wanted - UNPAINTED.keys() == held
    assert UNPAINTED.keys() <= wanted and wanted >= AS_THEY_ARE


def test_every_address_by_every_role_on_every_sort_of_case(access: Access) -> None:
    for cell in access.everyday():
        access.try_cell(cell)
    seen = access.seen
    assert seen.leaks == [] and seen.wrong == []
    rules = {rule.endpoint for rule in access.rules}
    roles = {access.role_of(who) for who in access.people}
    assert {(endpoint, role) for endpoint in rules for role in roles} <= {
        (endpoint, access.role_of(who)) for who, endpoint, _method, _sort in seen.cells
    }
    wanted = {(rule.endpoint, sort) for rule in access.rules for sort in access.sorts(rule)}
    assert wanted <= {(endpoint, sort) for _who, endpoint, _method, sort in seen.cells}


def test_every_word_is_found_by_somebody_who_may_read_it(access: Access) -> None:
    """Each word of the case and the project that offices work with, and of what is no case's; of the other cases one of
    each column, live and in the history. Both lists of exceptions are as short as can be."""
    read_everything(access)
    assert access.seen.leaks == []
    found = [canary for word, canary in access.words.items() if word in access.seen.found]
    lost = [canary for word, canary in access.words.items() if word not in access.seen.found]
    never = {(canary.place, canary.is_past) for canary in lost} - {(each.place, each.is_past) for each in found}
    assert never == {(place, False) for place in UNREAD}
    kept_back = {(canary.place, canary.is_past) for canary in lost if canary.sort in WHOLE} - never
    assert kept_back == {(place, False) for place in NOT_OF_EVERY_ROW}
    assert SECRET - UNPAINTED.keys() <= UNREAD.keys()


def test_a_bundle_tells_what_its_auditor_may_read(access: Access) -> None:
    """Workbooks and PDFs in a zip: the words of both offices, and none of the asylum part for who has no clearance."""
    judge = Access(access.world, access.words)
    file = take_bundle(judge, "auditor_plain", "accepted", PROJECT)
    judge.look("auditor_plain", "a bundle", file)
    assert judge.seen.leaks == []
    told = {(judge.words[word].sort, judge.words[word].part) for word in judge.seen.found}
    assert {("accepted", SHARED), ("accepted", SENDING), (PROJECT, SHARED)} <= told
    judge.look("auditor_riga", "a bundle", file)
    of_a_case = {word for word in judge.seen.found if judge.words[word].sort}
    assert len(judge.seen.leaks) == len(of_a_case), "to the auditor of another office each of them is a leak"


def test_what_was_undone_tells_nothing_on_a_later_page(access: Access) -> None:
    """Else the sentence about an act that never was stands on a page that has nothing to tell; the judge says where."""
    rule = next(rule for rule in access.rules if rule.endpoint == "programmes.edit_policy")
    path, nothing = next(access.places.fill(rule, "")), "/referrals/nothing/of/the/kind/is/here"
    before = access.ask("administrator2", "GET", nothing)
    for method in ("GET", "POST"):
        assert access.ask("administrator2", method, path).status_code == 302, "with a sentence on the next page"
    after = access.ask("administrator2", "GET", nothing)
    assert same(before, after), where_told_apart(before, after)
    browser = access.world.client("administrator2")
    with undone(access.world.app):
        browser.post(path)
    told = where_told_apart(browser.get(nothing), before)
    assert told.startswith("'This policy is in force since ") and told.endswith(" and '404'"), told


def test_a_leak_would_be_seen(access: Access) -> None:
    """A word of the asylum part before the wrong eyes, a page for a stranger: the judge says so."""
    word = next(
        word
        for word, canary in access.words.items()
        if canary.place == "asylum_application.authority" and canary.sort == "accepted"
    )
    judge = Access(access.world, access.words)
    judge.look("caseworker_kyiv", "a page", Response(f"<p>{word}</p>"))
    judge.look("caseworker_tallinn", "a page", Response(f"<p>{word}</p>"))
    assert len(judge.seen.leaks) == 1
    judge.look("caseworker_kyiv", "a file", Response(packed("told.csv", f"Who: {word}")))
    judge.look("caseworker_kyiv", "where to go", Response(headers={"Location": f"/cases/{word}"}))
    assert len(judge.seen.leaks) == 3
    key = next(key for key, canary in access.words.items() if canary.place == "asylum_application.id")
    judge.look("nobody", f"GET /asylum/{key}", Response(headers={"Location": f"/sign-in?next=/asylum/{key}"}))
    assert len(judge.seen.leaks) == 3, "the address that was asked for"
    judge.look("nobody", "GET /asylum", Response(headers={"Location": f"/sign-in?next=/asylum/{key}"}))
    assert len(judge.seen.leaks) == 4
    rule = next(rule for rule in access.rules if rule.endpoint == "asylum.show_asylum")
    answer = access.ask("caseworker_tallinn", "GET", f"/cases/{access.world.cases['accepted']}/asylum")
    assert judge.what_is_wrong(Cell("caseworker_kyiv", rule, "GET", "accepted"), "/cases/", answer)
    assert judge.what_is_wrong(Cell("nobody", rule, "GET", "accepted"), "/cases/", answer)
    assert judge.what_is_wrong(Cell("caseworker_tallinn", rule, "GET", "accepted"), "/cases/", answer) is None
