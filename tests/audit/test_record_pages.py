"""Searching by the page: what is asked stands in the address without words, is recorded, kept by name, and leads on."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.audit import search_commands
from casetracker.audit.as_it_was_states import address_of
from casetracker.audit.models import SavedSearch
from casetracker.core import clock, row_security
from casetracker.core.db import db
from casetracker.events.models import Chain, EventRow
from tests.audit.searched import AUTHORITY, auditor_over, searched_world
from tests.disbursements.test_routes import token
from tests.factories.accounts import make_office, sign_in
from tests.factories.disbursements import Payable
from tests.statements import ask

ADDRESS = "/audit/record"
TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')


@pytest.fixture
def case(app: Flask) -> Payable:
    """The world to search."""
    return searched_world()


def searched() -> list[dict[str, Any]]:
    """What the record holds of searches, oldest first."""
    with row_security.reading(row_security.EVERYTHING):
        query = select(EventRow.body).where(EventRow.kind == "record.searched").order_by(EventRow.seq)
        return [json.loads(bytes(body))["data"] for body in db.session.scalars(query)]


def test_words_go_unseen_and_each_answer_leads_into_its_timeline(client: FlaskClient, case: Payable) -> None:
    sign_in(client, case.people.auditor)
    assert client.get(ADDRESS).status_code == 200 and searched() == []
    sent = {"list": ADDRESS, "q": "Фарба", "act": "disbursement.edited", "least": "1,00"}
    address = client.post("/search", data=sent).location
    assert address.startswith(ADDRESS) and "%D0%A4" not in address and "q=~" in address
    page = client.get(address).text
    assert "1 – 25" not in page and page.count(f">{case.reference}<") == 1
    client.get(address)
    assert searched() == [{"page": "record", "asked": ["act=disbursement.edited", "least=1.00"], "has_words": True}]
    client.get(f"{ADDRESS}?case=Olena+Kovalenko")
    assert searched()[-1]["asked"] == ["case=–"], "who types a name into the wrong box leaves none in the record"
    entry = re.search(r'href="(/cases/[^"#]*\?entry=([^"#]*))#\2"', page)
    assert entry
    timeline = client.get(entry[1]).text
    assert re.search(rf'<li class="marked" id="{entry[2]}">', timeline) and "<details open>" in timeline
    assert client.get(entry[1] + "x").status_code == 404
    story = client.get(f"{ADDRESS}?act=record.searched").text
    assert "Searched the record for words" not in story, "a mandate over offices does not hold what auditors do"
    sign_in(client, auditor_over())
    assert "Searched the record for words, and by: act, lowest amount 1.00." in client.get(ADDRESS).text


def test_an_entry_that_the_reader_does_not_see_is_on_no_page(client: FlaskClient, case: Payable) -> None:
    query = select(Chain.id, Chain.part).where(Chain.owner_id == case.dossier_id)
    chains = {part: chain_id for chain_id, part in db.session.execute(query)}
    keys = {part: f"{chain_id}-1" for part, chain_id in chains.items()} | {"none": f"{'a' * 26}-1", "odd": "a%00b-1"}
    seen = {}
    for actor in (case.people.caseworker_kyiv, case.people.caseworker_tallinn, case.people.auditor):
        sign_in(client, actor)
        answers = {part: client.get(f"/cases/{case.reference}/timeline?entry={key}") for part, key in keys.items()}
        seen[actor.id] = {part for part, answer in answers.items() if answer.status_code == 200}
        pages = {TOKEN.sub("", answer.text) for part, answer in answers.items() if part not in seen[actor.id]}
        assert len(pages) == 1, "the page of an entry that is not there"
    shared = {"shared"}
    assert seen[case.people.caseworker_kyiv.id] == shared
    assert seen[case.people.caseworker_tallinn.id] == shared | {"sending", "asylum"}
    assert seen[case.people.auditor.id] == shared | {"sending", "asylum", "access"}


def test_without_clearance_nothing_of_asylum_is_offered_or_found(client: FlaskClient, case: Payable) -> None:
    sign_in(client, auditor_over(case.people.tallinn, case.people.kyiv))
    page = client.get(ADDRESS).text
    assert 'value="asylum' not in page and AUTHORITY not in page and "Asylum application" not in page
    plain = client.get(f"{ADDRESS}?act=asylum.filed&field=asylum_application.outcome").text
    assert 'value="asylum' not in plain and "Asylum application" not in plain
    sign_in(client, case.people.auditor)
    assert "Asylum application filed" in client.get(ADDRESS).text
    assert client.get(f"{ADDRESS}?act=asylum.filed").text.count(f">{case.reference}<") == 1


def test_a_page_of_the_past_counts_nothing_of_today(
    client: FlaskClient, case: Payable, monkeypatch: pytest.MonkeyPatch
) -> None:
    navigation = client.application.extensions["navigation"]
    monkeypatch.setitem(
        client.application.extensions, "navigation", [replace(each, count=lambda _actor: 9) for each in navigation]
    )
    sign_in(client, case.people.auditor)
    assert 'class="count"' in client.get(f"/cases/{case.reference}/plan").text
    then = client.get(f"/cases/{case.reference}/at/{address_of(clock.now())}/plan")
    assert then.status_code == 200 and 'class="count"' not in then.text


def test_who_read_a_case_is_summed_up_by_person(client: FlaskClient, case: Payable) -> None:
    for actor in (case.people.caseworker_tallinn, case.people.supervisor_kyiv):
        sign_in(client, actor).get(f"/cases/{case.reference}")
    sign_in(client, case.people.auditor)
    page = client.get(f"{ADDRESS}?act=reads&case={case.reference.lower()}").text
    panel = page.partition('id="readers"')[2]
    assert case.people.caseworker_tallinn.name in panel and case.people.supervisor_kyiv.name in panel
    one = client.get(f"{ADDRESS}?act=reads&case={case.reference}&who={case.people.supervisor_kyiv.id}").text
    assert one.count("?entry=") == 1


def test_a_search_is_kept_by_its_name_for_oneself(
    client: FlaskClient, case: Payable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep(name: str, query: str) -> Any:
        return client.post(f"{ADDRESS}?{query}", data={"name": name, "form_token": token()})

    sign_in(client, case.people.auditor)
    answer = keep("Large payments", "act=instalment.paid&least=1000&q=Koval")
    assert answer.status_code == 302 and answer.location == f"{ADDRESS}?act=instalment.paid&least=1000"
    assert "You keep a search of this name already" in keep("Large payments", "act=reads").text
    for query in ("", "q=Koval", "act=nonsense"):
        refused = keep("Words", query)
        assert refused.status_code == 422 and "Filter by something first" in refused.text
    assert keep("", "act=reads").status_code == 422
    saved = db.session.scalars(select(SavedSearch)).one()
    assert saved.query == "act=instalment.paid&least=1000" and "Large payments" in client.get(ADDRESS).text
    monkeypatch.setattr(search_commands, "MOST_SAVED", 1)
    assert "You keep 1 searches already" in keep("Another", "act=reads").text
    sign_in(client, auditor_over(case.people.kyiv))
    assert "Large payments" not in client.get(ADDRESS).text
    assert client.post(f"{ADDRESS}/saved/{saved.id}/delete").status_code == 404
    sign_in(client, case.people.auditor)
    assert client.post(f"{ADDRESS}/saved/{saved.id}/delete").status_code == 302
    assert db.session.scalars(select(SavedSearch)).all() == []


def test_the_room_is_the_auditors_alone_and_its_pages_lead_to_each_other(client: FlaskClient, case: Payable) -> None:
    people = case.people
    for actor in (people.caseworker_tallinn, people.supervisor_kyiv, people.finance_kyiv, people.administrator):
        assert sign_in(client, actor).get(ADDRESS).status_code == 404
    sign_in(client, people.auditor)
    for address in ("/audit/", ADDRESS, "/audit/changes", "/audit/refusals"):
        page = client.get(address).text
        for other in ("/audit/", ADDRESS, "/audit/changes", "/audit/refusals"):
            assert f'href="{other}"' in page, (address, other)
    start = client.get("/audit/").text
    assert "Kyiv, Tallinn" in start and "1 Jan 2020 to 31 Dec 2099" in start and "You are cleared" in start
    sign_in(client, auditor_over(make_office("Riga", "LV")))
    assert "You are not cleared" in client.get("/audit/").text


def test_the_page_asks_the_same_for_many(client: FlaskClient, case: Payable) -> None:
    auditor = case.people.auditor
    few = len(ask(client, auditor, f"{ADDRESS}?act=disbursement.edited"))
    assert abs(len(ask(client, auditor, ADDRESS)) - few) <= 3
