"""The first page: everybody finds what waits for the own role."""

from __future__ import annotations

from flask.testing import FlaskClient

from casetracker.cases.states import Stage
from tests.factories.accounts import make_people, sign_in
from tests.factories.casefile import NOW, OPENED, on, road_to
from tests.factories.cases import consent_to_sharing, playroom_case, send_referral
from tests.factories.programmes import demo_programme


def test_every_role_has_a_first_page(client: FlaskClient) -> None:
    people = make_people()
    road = road_to(Stage.REINTEGRATION, people, demo_programme(people.administrator))
    wanted = {
        people.caseworker_tallinn: ["My cases", road.family.reference, "A reintegration plan", "Referrals"],
        people.caseworker_kyiv: ["My cases", road.family.reference],
        people.supervisor_tallinn: ["Approvals", "Confirmations"],
        people.finance_kyiv: ["Payments"],
        people.auditor: ["To audit"],
        people.administrator: ["Confirmations"],
    }
    for actor, words in wanted.items():
        sign_in(client, actor)
        with on(NOW):
            answer = client.get("/")
        assert answer.status_code == 200, actor.name
        for word in words:
            assert word in answer.text, (actor.name, word)
    assert road.family.reference not in answer.text, "an administrator reads no case"


def test_an_overdue_case_says_so_and_comes_first(client: FlaskClient) -> None:
    people = make_people()
    late = road_to(Stage.REINTEGRATION, people, demo_programme(people.administrator)).family.reference
    with on(OPENED.replace(year=OPENED.year - 1)):
        old = playroom_case(people).reference
    with on(NOW):
        sign_in(client, people.caseworker_tallinn)
        text = client.get("/").text
        assert "overdue since" not in text and text.index(old) < text.index(late)
    with on(NOW.replace(year=NOW.year + 1)):
        sign_in(client, people.caseworker_tallinn)
        text = client.get("/").text
        assert "overdue since" in text and text.index(late) < text.index(old)


def test_a_referral_waits_for_the_office_that_it_was_sent_to(client: FlaskClient) -> None:
    people = make_people()
    family = playroom_case(people)
    consent_to_sharing(family, people.caseworker_tallinn)
    send_referral(family, people)
    sign_in(client, people.caseworker_kyiv)
    text = client.get("/").text
    assert 'data-figure="1" data-of="waiting"' in text
    assert family.reference not in text
