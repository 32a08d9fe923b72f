"""Refused attempts stand in the record, for the auditor alone: by a rule, by a closed door, by another office."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casetracker.accounts import commands as accounts
from casetracker.accounts import queries
from casetracker.accounts.attempts import attempt
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Message, Refused
from casetracker.core.permissions import Role
from casetracker.dossiers.events import AccessRefused, DossierRead
from casetracker.events.models import EventRow
from tests.disbursements.test_routes import token
from tests.exports.test_export import AUTHORITY, auditor
from tests.factories.accounts import OPERATOR, People, make_office, make_people, make_user, sign_in
from tests.factories.asylum import log_asylum
from tests.factories.cases import Family, playroom_case, refer
from tests.statements import ask

PAGE = "/audit/refusals"


@pytest.fixture
def people(app: Flask) -> People:
    """Both offices."""
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    """A case of Tallinn that Kyiv has nothing to do with."""
    return playroom_case(people)


def kinds(kind: str) -> int:
    """How many events of this kind stand."""
    return db.session.scalars(select(func.count()).select_from(EventRow).where(EventRow.kind == kind)).one()


def page(client: FlaskClient, who: Actor, query: str = "") -> str:
    """What the auditor reads."""
    answer = sign_in(client, who).get(PAGE + query)
    assert answer.status_code == 200
    return answer.text


def test_another_office_s_attempt_is_kept_once_and_shown(client: FlaskClient, people: People, family: Family) -> None:
    sign_in(client, people.caseworker_kyiv)
    for _again in range(2):
        assert client.get(f"/cases/{family.reference}").status_code == 404
    assert client.post(f"/cases/{family.reference}/notes/new").status_code == 404
    assert client.get("/cases/EE-2026-99999").status_code == 404
    assert kinds(AccessRefused.kind) == 2
    text = page(client, people.auditor)
    assert text.count(f">{family.reference}</a>") == 2 and people.caseworker_kyiv.name in text
    assert "not open to this person: open the case" in text and "not open to this person: write a note" in text


def test_a_closed_door_is_kept_with_the_office_or_the_case(client: FlaskClient, people: People, family: Family) -> None:
    sign_in(client, people.finance_tallinn)
    assert client.get("/admin/users/").status_code == 404
    assert client.get(f"/cases/{family.reference}/close").status_code == 404
    sign_in(client, people.administrator)
    assert client.get(f"/cases/{family.reference}").status_code == 404
    assert client.get("/cases/new").status_code == 404
    text = page(client, people.auditor)
    for words in ("may not do: list people", "this person: close the case", "this person: open the case"):
        assert words in text, words
    assert "may not do: open a case" not in text  # who has no office stands in a mandate over all offices alone
    over_all = make_user("all@example.org", Role.AUDITOR)
    today = clock.today()
    mandate = accounts.GiveMandate(
        user_id=over_all.id, office_ids=(), programme_ids=(), valid_from=today, valid_until=today + timedelta(days=9)
    )
    accounts.give_mandate(mandate, actor=OPERATOR)
    assert "may not do: open a case" in page(client, queries.get_actor(over_all.id))


def test_what_a_rule_refuses_stands_there_with_its_sentence(
    client: FlaskClient, people: People, family: Family
) -> None:
    sign_in(client, people.supervisor_tallinn)
    answer = client.post(f"/cases/{family.reference}/resume", data={"form_token": token()})
    assert answer.status_code == 422

    def refuse(_cmd: object, *, actor: Actor) -> str:
        raise Refused(Message("Nobody confirms the own request."))

    form = mock.Mock()
    assert attempt(form, refuse, mock.Mock(), actor=people.supervisor_tallinn) is None
    form.refuse.assert_called_once()
    text = page(client, people.auditor, "?why=rule")
    assert text.count("Nobody confirms the own request.") == 1 and family.reference in text
    assert family.reference not in page(client, people.auditor, "?why=not_open")
    assert family.reference not in page(client, people.auditor, f"?who={people.supervisor_tallinn.id}&from=2099-01-01")
    assert family.reference in page(client, people.auditor, f"?who={people.supervisor_tallinn.id}")


def test_only_auditors_of_the_sending_office_read_it(client: FlaskClient, people: People, family: Family) -> None:
    refer(family, people)
    sign_in(client, people.caseworker_kyiv)
    assert client.get(f"/cases/{family.reference}/asylum").status_code == 404
    abroad = auditor(people, clearance=True, office_ids=(people.kyiv,))
    assert family.reference not in page(client, abroad)
    assert "this person: open the asylum part" in page(client, people.auditor)
    for actor in (people.caseworker_kyiv, people.supervisor_tallinn, people.administrator, people.finance_kyiv):
        assert sign_in(client, actor).get(PAGE).status_code == 404
    sign_in(client, people.caseworker_kyiv)
    assert "Asked for something" not in client.get(f"/cases/{family.reference}/timeline").text
    sign_in(client, people.supervisor_tallinn)
    assert "Asked for something" not in client.get(f"/cases/{family.reference}/timeline").text


def test_who_is_at_home_in_the_asylum_part_leaves_no_trace_of_it(
    client: FlaskClient, people: People, family: Family
) -> None:
    log_asylum(family, people.caseworker_tallinn)
    sign_in(client, people.caseworker_tallinn)
    assert client.get(f"/cases/{family.reference}/asylum/nothing/decide").status_code == 404
    assert kinds(AccessRefused.kind) == 0
    plain = auditor(people, clearance=False, office_ids=(people.tallinn,))
    assert AUTHORITY not in page(client, plain)


def test_a_read_is_kept_once_an_hour_abroad_too(client: FlaskClient, people: People, family: Family) -> None:
    refer(family, people)
    for actor in (people.caseworker_kyiv, people.caseworker_tallinn):
        before = kinds(DossierRead.kind)
        sign_in(client, actor)
        for _again in range(3):
            assert client.get(f"/cases/{family.reference}").status_code == 200
        assert kinds(DossierRead.kind) == before + 1, actor.name


def test_the_page_asks_the_same_for_many(client: FlaskClient, people: People, family: Family) -> None:
    def refuse(count: int) -> None:
        with clock.at(clock.now()):
            for n in range(count):
                with clock.at(clock.now() - timedelta(hours=n + 1)):
                    sign_in(client, people.caseworker_kyiv)
                    client.get(f"/cases/{family.reference}")

    refuse(1)
    few = len(ask(client, people.auditor, PAGE))
    refuse(8)
    assert len(ask(client, people.auditor, PAGE)) == few
    other = make_user("riga@example.org", Role.SUPERVISOR, make_office("Riga", "LV"))
    sign_in(client, other)
    client.get(f"/cases/{family.reference}")
    assert len(ask(client, people.auditor, PAGE)) == few
    assert sign_in(client, queries.get_actor(people.auditor.id)).get(PAGE + "?page=9").status_code == 404
