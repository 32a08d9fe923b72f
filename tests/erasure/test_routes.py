"""The pages of erasures: who finds them, what they say, and the case afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casetracker.accounts import commands as accounts
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.erasure import queries
from tests.accounts.test_factors import with_app
from tests.disbursements.test_routes import token
from tests.factories.accounts import OPERATOR, People, sign_in
from tests.factories.erasure import DueCase, ask, due_case, erase, later


@pytest.fixture
def due(app: Flask) -> DueCase:
    return due_case()


def add_mandate(people: People) -> str:
    """The auditor may read both offices' cases again; the mandate's id."""
    mandate = accounts.GiveMandate(
        user_id=people.auditor.id, office_ids=(people.tallinn, people.kyiv), programme_ids=(),
        valid_from=date(2020, 1, 1), valid_until=date(2099, 12, 31),
    )  # fmt: skip
    return accounts.give_mandate(mandate, actor=OPERATOR)


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    """The page as text."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.get_data(as_text=True)


def browser(app: Flask, actor: Actor) -> FlaskClient:
    """A browser of this person's own."""
    return sign_in(app.test_client(), actor)


def test_one_asks_another_confirms(due: DueCase, app: Flask) -> None:
    page = f"/cases/{due.reference}/erasure"
    with later():
        first, second = browser(app, due.people.supervisor_tallinn), browser(app, due.second)
        assert "Erasures" in text_of(first, "/") and due.reference in text_of(first, "/erasures")
        shown = text_of(first, page)
        assert "Andriy" in shown and "records and in their whole history; files: 1" in shown
        answer = first.post(f"{page}/ask", data={"form_token": token()}, follow_redirects=True)
        assert "Another supervisor has to confirm it." in answer.get_data(as_text=True)
        shown = text_of(first, page)
        assert "You asked for this yourself" in shown and due.second.name in shown and "Erase for good" not in shown
        assert "waits for a second supervisor" in text_of(second, "/erasures")
        assert "Erase for good" in text_of(second, page)
        waiting = queries.find_waiting(due.dossier_id)
        assert waiting
        sent = {"erasure_id": waiting.id, "version": str(waiting.version)}
        answer = first.post(f"{page}/confirm", data=sent | {"form_token": token()})
        assert answer.status_code in (409, 422) and "You asked for this yourself" in answer.get_data(as_text=True)
        answer = second.post(f"{page}/confirm", data=sent | {"form_token": token()}, follow_redirects=True)
        assert "What was personal here is gone." in answer.get_data(as_text=True)
        case = text_of(second, f"/cases/{due.reference}")
        assert "Erased on" in case and "Andriy" not in case and "Reopen" not in case
        assert due.reference in text_of(second, "/erasures") and "No case is due." in text_of(second, "/erasures")
        assert "Erased what was personal" in text_of(second, f"/cases/{due.reference}/timeline")


def test_declining_and_taking_back(due: DueCase, app: Flask) -> None:
    page = f"/cases/{due.reference}/erasure"
    with later():
        asked = ask(due)
        sent = {"erasure_id": asked.id, "version": str(asked.version)}
        second = browser(app, due.second)
        answer = second.post(f"{page}/decline", data=sent | {"form_token": token()})
        assert answer.status_code == 422 and queries.find_waiting(due.dossier_id)
        answer = second.post(
            f"{page}/decline", data=sent | {"form_token": token(), "reason": "A claim"}, follow_redirects=True
        )
        assert "Declined. Everything stays" in answer.get_data(as_text=True)
        assert "Declined to erase the case: A claim" in text_of(second, f"/cases/{due.reference}/timeline")
        again = ask(due)
        answer = browser(app, due.people.supervisor_tallinn).post(
            f"{page}/withdraw",
            data={"form_token": token(), "erasure_id": again.id, "version": str(again.version)},
            follow_redirects=True,
        )
        assert "Taken back." in answer.get_data(as_text=True) and queries.find_waiting(due.dossier_id) is None


def test_who_finds_the_pages(due: DueCase, app: Flask) -> None:
    page = f"/cases/{due.reference}/erasure"
    with later():
        for actor in (due.people.caseworker_tallinn, due.people.finance_tallinn, due.people.administrator):
            text_of(browser(app, actor), "/erasures", 404)
            text_of(browser(app, actor), page, 404)
        kyiv = browser(app, due.people.supervisor_kyiv)
        assert due.reference not in text_of(kyiv, "/erasures")
        text_of(kyiv, page, 404)
        add_mandate(due.people)
        auditor = browser(app, due.people.auditor)
        assert due.reference in text_of(auditor, "/erasures")
        assert "mandate of" in text_of(auditor, page)
        assert auditor.post(f"{page}/ask").status_code == 404


def test_the_second_factor_is_asked_for_with_what_goes_and_stays(due: DueCase, app: Flask) -> None:
    page = f"/cases/{due.reference}/erasure"
    with later():
        with_app(due.people.supervisor_tallinn)
        client = browser(app, due.people.supervisor_tallinn)
    with later(), clock.at(clock.now() + timedelta(minutes=6)):
        answer = client.post(f"{page}/ask", data={"form_token": token()})
        shown = answer.get_data(as_text=True)
        assert queries.find_waiting(due.dossier_id) is None
        for words in ("Ask for an erasure", due.reference, "Andriy", "Goes for good", "Stays"):
            assert words in shown, words


def test_a_case_that_is_kept_says_until_when(due: DueCase, app: Flask) -> None:
    client = browser(app, due.people.supervisor_tallinn)
    assert "The case is kept until" in text_of(client, f"/cases/{due.reference}/erasure")
    assert "No case is due." in text_of(client, "/erasures")
    assert "Closed cases that have been kept" not in text_of(client, "/")


def test_addresses_of_an_erased_case_answer(due: DueCase, app: Flask) -> None:
    with later():
        erase(due)
        client = browser(app, due.people.supervisor_tallinn)
        rules = [rule for rule in app.url_map.iter_rules() if rule.arguments == {"reference"}]
        assert len(rules) > 30
        for rule in rules:
            for method in {"GET", "POST"} & (rule.methods or set()):
                path = rule.rule.replace("<dossier:reference>", f"cases/{due.reference}")
                answer = client.open(path.replace("<reference>", due.reference), method=method)
                assert answer.status_code < 500, (method, rule.rule)
                assert "Andriy" not in answer.get_data(as_text=True)
        text_of(client, f"/cases/{due.reference}/documents/{due.document_id}", 404)
