"""The case list and the timeline: what is shown to whom, filtered, sorted, in pages."""

from __future__ import annotations

from datetime import date, timedelta

from flask.testing import FlaskClient

from casetracker.casefile import commands, tick_commands
from casetracker.casefile.states import NoteSide
from casetracker.cases.commands import CreateCase, create_case
from casetracker.cases.states import Stage
from casetracker.core.actor import Actor
from casetracker.grants.rules import months_after
from casetracker.programmes.states import ApplicantRole
from tests.factories.accounts import make_people, sign_in
from tests.factories.casefile import ARRIVED, NOW, OPENED, Road, on, road_to
from tests.factories.cases import person_entry, playroom_case
from tests.factories.programmes import demo_programme


def note(road: Road, actor: Actor, side: NoteSide, text: str, person_id: str | None = None) -> None:
    cmd = commands.WriteNote(dossier_id=road.id, side=side, text=text, day=NOW, person_id=person_id)
    commands.write_note(cmd, actor=actor)


def test_the_list_shows_each_office_its_own(client: FlaskClient) -> None:
    people = make_people()
    road = road_to(Stage.REINTEGRATION, people, demo_programme(people.administrator))
    with on(NOW):
        alone = playroom_case(people)
        sign_in(client, people.caseworker_tallinn)
        page = client.get("/cases/").text
        assert road.family.reference in page and alone.reference in page
        sign_in(client, people.supervisor_kyiv)
        page = client.get("/cases/").text
        assert road.family.reference in page and alone.reference not in page
        assert "A reintegration plan" in page


ADDRESSES = {
    "search=koval": True, "search=KOVAL+andriy": True, "search=2026-00001": True, "search=%25": False,
    "search=_": False, "search=nobody": False, "search=%00": True, "stage=intake": False,
    "stage=reintegration": True, "stage=nonsense": True, "overdue=1": False, "sort=name": True,
    "sort=-stage": True, "sort=nonsense": True, "page=99999999999999999999": True, "page=-1": True,
    "office=nonsense": True, "caseworker=nonsense": True,
}  # fmt: skip


def test_a_saved_address_finds_what_it_says(client: FlaskClient) -> None:
    people = make_people()
    road = road_to(Stage.REINTEGRATION, people, demo_programme(people.administrator))
    with on(NOW):
        sign_in(client, people.caseworker_tallinn)
        for query, finds in ADDRESSES.items():
            answer = client.get(f"/cases/?{query}")
            assert answer.status_code == 200, query
            assert (road.family.reference in answer.text) is finds, query


def test_a_name_is_found_however_large_its_letters_are_typed(client: FlaskClient) -> None:
    """In Cyrillic and with Estonian letters too, on both databases alike."""
    people = make_people()
    with on(NOW):
        entered = person_entry("Ülle", ApplicantRole.PRINCIPAL, family_name="Степаненко")
        command = CreateCase(
            principal=entered, members=(), host_country="EE", return_country="UA", return_place="Dnipro"
        )
        reference = create_case(command, actor=people.caseworker_tallinn)
        sign_in(client, people.caseworker_tallinn)
        for words, finds in {
            "степан": True,
            "СТЕПАН": True,
            "ülle": True,
            "ÜLLE степаненко": True,
            "ылле": False,
        }.items():
            found = client.get("/cases/", query_string={"search": words}).text
            assert (reference in found) is finds, words


def test_a_plan_that_is_late_is_overdue_and_lapses_nothing(client: FlaskClient) -> None:
    people = make_people()
    road = road_to(Stage.REINTEGRATION, people, demo_programme(people.administrator))
    reference, last = road.family.reference, months_after(ARRIVED, 1)

    def shown(day: date) -> list[bool]:
        """Whether it is overdue: in the filter, in the list, in my work, on the case, on the plan's page."""
        with on(day):
            sign_in(client, road.tallinn)
            return [
                reference in client.get("/cases/?overdue=1").text,
                "overdue since" in client.get("/cases/").text,
                "overdue since" in client.get("/").text,
                ">Overdue<" in panel_of(client.get(f"/cases/{reference}").text),
                ">Overdue<" in client.get(f"/cases/{reference}/plan").text,
            ]

    def panel_of(page: str) -> str:
        return page[page.index('id="plan"') : page.index('id="disbursements"')]

    assert shown(last) == [False] * 5
    late = last + timedelta(days=1)
    assert shown(late) == [True] * 5
    assert tick_commands.run(late) == 0
    with on(late):
        commands.suspend_case(commands.SuspendCase(dossier_id=road.id, reason="War"), actor=road.tallinn)
    assert shown(late) == [False] * 5


def test_the_timeline_is_filtered_by_person_kind_and_day(client: FlaskClient) -> None:
    people = make_people()
    road = road_to(Stage.REINTEGRATION, people, demo_programme(people.administrator))
    with on(NOW):
        note(road, road.tallinn, NoteSide.SENDING, "Only at home")
        note(road, people.caseworker_kyiv, NoteSide.SHARED, "Read by both", road.family.spouse)
        sign_in(client, people.caseworker_tallinn)
        address = f"/cases/{road.family.reference}/timeline"

        def text(query: str) -> str:
            answer = client.get(f"{address}?{query}")
            assert answer.status_code == 200, query
            return answer.text

        assert "Only at home" in text("") and "Read by both" in text("")
        assert "Read by both" in text(f"person={road.family.spouse}")
        assert "Only at home" not in text(f"person={road.family.spouse}")
        assert "was granted" in text("kind=money") and "Only at home" not in text("kind=money")
        assert "Only at home" not in text(f"to={OPENED.isoformat()}")
        assert "Only at home" in text(f"from={NOW.isoformat()}&to={NOW.isoformat()}")
        assert "Only at home" in text("from=0000-00-00&to=9999-12-31&person=nobody&kind=nonsense")
        assert client.get(f"{address}?page=9999").status_code == 404
        sign_in(client, people.caseworker_kyiv)
        assert "Only at home" not in text("") and "Read by both" in text("")


def test_who_read_what_is_for_auditors(client: FlaskClient) -> None:
    people = make_people()
    road = road_to(Stage.REINTEGRATION, people, demo_programme(people.administrator))
    address = f"/cases/{road.family.reference}/timeline"
    with on(NOW):
        for actor, sees in ((people.caseworker_tallinn, False), (people.auditor, True)):
            sign_in(client, actor)
            page = client.get(f"{address}?kind=access").text
            assert ('value="access"' in page) is sees
            assert ("icon-eye" in page or "Read" in page or "read" in page) or not sees


def test_before_and_after_speak_in_words(client: FlaskClient) -> None:
    people = make_people()
    road = road_to(Stage.PRE_DEPARTURE, people, demo_programme(people.administrator))
    with on(NOW):
        sign_in(client, people.auditor)
        page = client.get(f"/cases/{road.family.reference}/timeline?kind=approvals").text
        assert "Approved" in page and "11 Feb 2026" in page and "Supervisor Tallinn" in page
        whole = page + client.get(f"/cases/{road.family.reference}/timeline?kind=money").text
    for raw in ("pre_departure", "in_kind_only", "content_hash", "sending_office_id", "True", "None"):
        assert raw not in whole, raw
