"""Access as a whole: every address, by every role, on every sort of case; every personal and asylum word is guarded."""

from __future__ import annotations

from typing import cast

import pytest
from flask import Response
from sqlalchemy import Table

from casetracker.core.tracking import tracked_mappers
from tests.access.canaries import AS_THEY_ARE, UNPAINTED, Painter, is_told
from tests.access.cells import SECRET, Access, Cell
from tests.access.test_every_address import same, where_told_apart
from tests.access.world import undone

SELDOM = frozenset(
    [
        "asylum_application.document_id",
        "asylum_coverage.id",
        "clock_extension.reason",
        "delivery.note",
        "disbursement.choice_reason",
        "disbursement_decision.reason",
        "document.file_name",
        "dossier_point.clearing_reason",
        "instalment.state_reason",
        "invoice.number",
        "journey.transit",
        "note.text",
        "passkey.name",
        "pending_change.reason",
        "person_grant.state_reason",
        "plan_activity.feasibility",
        "plan_activity.place",
        "plan_activity.title",
        "plan_decision.reason",
        "provider.contact",
        "provider.email",
        "provider.name",
        "provider.phone",
        "provider.registration",
        "provider.registration_key",
        "provider_account.holder",
        "provider_account.number",
        "provider_account.withdrawal_reason",
        "quote.provider_name",
        "retroactive_request.answer_reason",
        "retroactive_request.circumstances",
        "retroactive_request.family_name",
        "retroactive_request.given_name",
        "reversal.decision_reason",
        "reversal.reason",
        "submission.content",
        "travel_preparation.carrier",
        "travel_preparation.document_number",
        "travel_preparation.route",
        "user_account.email",
        "user_account.name",
        "verification.note",
        "asylum_application.id",
        "asylum_application.appealed_on",
        "asylum_application.appeal_decided_on",
        "asylum_application.decided_on",
        "asylum_application.withdrawn_on",
        "asylum_application.filed_on",
        "asylum_application.authority",
        "asylum_application.number",
    ]
)
"""Columns whose live words the case's own page does not show: this walk need not come upon each of them."""


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
    access.read_everything()
    assert access.seen.leaks == []
    lost = [canary for word, canary in access.words.items() if word not in access.seen.found]
    found = {canary.place for word, canary in access.words.items() if word in access.seen.found}
    never = {canary.place for canary in lost} - found
    assert never - SECRET <= SELDOM, sorted(never - SECRET - SELDOM)


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
    rule = next(rule for rule in access.rules if rule.endpoint == "asylum.show_asylum")
    answer = access.ask("caseworker_tallinn", "GET", f"/cases/{access.world.cases['accepted']}/asylum")
    assert judge.what_is_wrong(Cell("caseworker_kyiv", rule, "GET", "accepted"), "/cases/", answer)
    assert judge.what_is_wrong(Cell("nobody", rule, "GET", "accepted"), "/cases/", answer)
    assert judge.what_is_wrong(Cell("caseworker_tallinn", rule, "GET", "accepted"), "/cases/", answer) is None
