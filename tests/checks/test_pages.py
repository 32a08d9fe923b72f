"""What the demonstration's planted case is asked, by whom it is seen, and how it is answered; in its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import select
from werkzeug.test import TestResponse

from casetracker.accounts.models import User
from casetracker.accounts.queries import get_actor
from casetracker.cases.models import Case
from casetracker.cases.states import Outcome
from casetracker.checks import commands, queries
from casetracker.checks.models import FoundBefore
from casetracker.checks.states import RuleName
from casetracker.core import row_security
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.labels import label_id
from casetracker.disbursements.models import Disbursement
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.states import CASE
from tests.disbursements.test_routes import token
from tests.factories.accounts import sign_in
from tests.statements import ask

R = RuleName
SENDING = {R.CONSENT_MISSING, R.ELIGIBILITY_EVIDENCE}
PLANTED = {
    R.SPLIT_PURCHASE, R.SHARED_ACCOUNT, R.SHARED_PHONE, R.HOLDER_IS_BENEFICIARY, R.GOODS_RECEIVED,
    R.ACCOUNT_AND_PAYMENT, R.CHANGED_AFTER_APPROVAL, R.CORRECTED_AFTER_PAYMENT, R.MONITORING_LATE, *SENDING,
}  # fmt: skip
"""What the commands let through. What they refuse is planted as facts in `test_rules.py`."""
Opens = Callable[[str], FlaskClient]


def person(name: str) -> Actor:
    """Somebody of the demonstration."""
    return get_actor(db.session.scalars(select(User.id).where(User.email == f"{name}@example.org")).one())


@pytest.fixture(autouse=True)
def _its_key(demo_app: Flask, dialect: str, shared_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy is read with the key of the original, under which what staff declared was hashed."""
    key = (shared_folder / f"demonstration-{dialect}" / "encryption_key").read_text().strip()
    monkeypatch.setitem(demo_app.config, "ENCRYPTION_KEYS", (bytes.fromhex(key),))


@pytest.fixture
def opens(demo_app: Flask) -> Opens:
    """A browser of somebody of the demonstration."""
    return lambda name: sign_in(demo_app.test_client(), person(name))


def post(client: FlaskClient, address: str, **data: str) -> TestResponse:
    """A form sent once."""
    return client.post(address, data={"form_token": token(), **data})


@pytest.fixture
def asked_about(demo_app: Flask) -> str:
    """The reference of the case whose electrician has an account of a caseworker's."""
    query = select(Dossier.reference).join(Disbursement, Disbursement.dossier_id == Dossier.id)
    reference = db.session.scalars(query.where(Disbursement.purpose == "Wires and sockets")).one()
    db.session.rollback()
    return reference


def references() -> dict[str, str]:
    """dossier id -> reference."""
    cases = select(Dossier.id, Dossier.reference).where(Dossier.kind == CASE)
    return {row.id: row.reference for row in db.session.execute(cases)}


def test_every_planted_fault_is_found_and_no_other_case_is_asked_about(demo_app: Flask, asked_about: str) -> None:
    named = references()
    outcome = select(Case.id).where(Case.outcome == Outcome.WITHDREW_AFTER_RETURN)
    closed = named[db.session.scalars(outcome).one()]
    assert commands.check_all() == len(named) and commands.check_all() == len(named), "again, and the same stands"
    found = db.session.execute(select(FoundBefore.dossier_id, FoundBefore.rule)).all()
    assert sorted((named[id], str(rule)) for id, rule in found) == sorted(
        [(asked_about, str(rule)) for rule in PLANTED] + [(closed, str(R.NO_FINAL_REPORT))]
    )


def labels(text: str) -> set[RuleName]:
    """The rules whose words stand on a page."""
    return {rule for rule in RuleName if label_id(rule).replace("'", "&#39;") in text}


def test_the_case_shows_it_to_its_people_and_the_sending_sides_to_that_side(opens: Opens, asked_about: str) -> None:
    address = f"/cases/{asked_about}/findings"
    for name, rules in (("caseworker.kyiv", PLANTED - SENDING), ("caseworker.tallinn", PLANTED), ("auditor", PLANTED)):
        client = opens(name)
        page = client.get(address).text
        assert labels(page) == rules, name
        assert ("border guard" in page) is False
        assert ("declared by Caseworker, Kyiv" in page) is (name == "auditor"), (
            "whose account it is, auditors alone read"
        )
        card = page.split(escape(label_id(R.SHARED_ACCOUNT)))[1].split("<h2")[0]
        assert "Who can" not in card, "who is missing among them would tell whose account it is"
        case = client.get(f"/cases/{asked_about}").text
        assert "What an auditor would ask" in case and labels(case) <= rules
        assert "an auditor would ask" not in client.get("/cases/EE-2026-00001").text.lower()
    assert opens("finance.kyiv").get(address).status_code == 404
    assert opens("caseworker.kyiv").get("/checks/").status_code == 404


def test_a_supervisor_of_the_other_side_answers_what_the_own_one_cannot(opens: Opens, asked_about: str) -> None:
    kyiv, tallinn = opens("supervisor.kyiv"), opens("supervisor.tallinn")
    address = f"/cases/{asked_about}/findings"
    assert re.search(r"Who can: [^<]*Supervisor, Tallinn", kyiv.get(address).text), "who can instead"
    with row_security.reading(row_security.EVERYTHING):
        found = queries.asked_of([id for id, named in references().items() if named == asked_about])
        each = next(e for some in found.values() for e in some if e.finding.rule == R.MONITORING_LATE)
    db.session.rollback()
    form = f"{address}/answer?finding={each.finding.key}"
    data = {
        "facts_hash": each.finding.facts_hash,
        "reason": "The road was mined; a visit by video stands in the notes.",
    }
    assert opens("caseworker.kyiv").get(form).status_code == opens("auditor").get(form).status_code == 404
    assert tallinn.get(f"{address}/answer?finding=nonsense").status_code == 404
    assert "Please" in post(tallinn, form, **{**data, "reason": ""}).text
    assert post(tallinn, form, **data).status_code == 302
    page = kyiv.get(address).text
    assert "video stands in the notes" in page and "Answered by Supervisor, Tallinn" in page
    assert "1 question was answered." in kyiv.get(f"/cases/{asked_about}").text
    timeline = kyiv.get(f"/cases/{asked_about}/timeline").text
    assert "Answered what an auditor would ask (Monitoring is late): The road was mined" in timeline


def test_the_auditor_sees_it_over_everything_with_numbers_that_open(opens: Opens, asked_about: str) -> None:
    auditor = opens("auditor")
    assert "Nothing has been looked at yet." in auditor.get("/checks/").text
    assert post(auditor, "/checks/again").status_code == 302
    page = auditor.get("/checks/").text
    assert labels(page) >= PLANTED | {R.NO_FINAL_REPORT} and page.count(f"/cases/{asked_about}/findings") == len(
        PLANTED
    )
    one = auditor.get("/checks/?rule=monitoring_late").text
    assert one.count("/findings") == 1 and "nobody has visited since" in one
    assert auditor.get("/checks/?severity=serious").text.count("/findings") == 5
    assert auditor.get("/checks/?answered=1").text.count("/findings") == 0
    few = ask(auditor, person("auditor"), "/checks/?rule=monitoring_late")
    many = ask(auditor, person("auditor"), "/checks/")
    assert len(few) == len(many) <= 40, sorted(set(many) - set(few))
    kyiv = opens("supervisor.kyiv").get("/checks/").text
    assert f"/cases/{asked_about}/findings" in kyiv and "expulsion order" not in kyiv
    assert kyiv.count("/findings") == len(PLANTED - SENDING), "of what was closed long ago it sees nothing"


def test_the_queue_says_what_would_be_asked(opens: Opens) -> None:
    kyiv = opens("supervisor.kyiv")
    assert "An auditor would ask" not in kyiv.get("/approvals/").text, "nothing waits that is asked about"


def test_staff_declare_a_number_and_take_it_back(opens: Opens) -> None:
    client = opens("finance.kyiv")
    assert "My own numbers" in client.get("/account/").text
    data = {"kind": "account", "name": "Salary account", "number": "UA21 3996 2200 0002 6007 2335 6600 1"}
    assert "too short" in post(client, "/account/declared", **{**data, "number": "12"}).text
    assert post(client, "/account/declared", **data).status_code == 302
    page = client.get("/account/declared").text
    assert "Salary account" in page and "3996" not in page
    row = queries.list_declared(person("finance.kyiv").id)[0]
    taken = {"declaration_id": row.id, "version": str(row.version)}
    assert post(opens("auditor"), "/account/declared/withdraw", **taken).status_code == 404
    assert post(client, "/account/declared/withdraw", **taken).status_code == 302
    assert "Salary account" not in client.get("/account/declared").text


def test_what_somebody_wrote_into_the_address_goes_no_further(opens: Opens) -> None:
    client = opens("supervisor.tallinn")
    odd = "/checks/?endpoint=x&_scheme=ftp&_external=1&_anchor=a&severity=serious"
    page = client.get(odd)
    assert page.status_code == 200 and 'action="/checks/again?severity=serious"' in page.text
    answer = post(client, odd.replace("/checks/", "/checks/again"))
    assert answer.status_code == 302 and answer.location == "/checks/?severity=serious"
