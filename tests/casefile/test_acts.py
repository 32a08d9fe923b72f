"""The pages of the acts: whom they exist for, what they do, and that bad input is answered in sentences."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from casetracker.accounts.events import OwnAttemptRefused
from casetracker.casefile import commands
from casetracker.casefile.act_routes import ACTS
from casetracker.cases import queries
from casetracker.cases.models import Consent
from casetracker.cases.states import Outcome, PersonStatus, Stage
from casetracker.core import ids
from casetracker.core.db import db
from casetracker.dossiers.models import DossierPoint
from casetracker.events.models import Chain, EventRow
from casetracker.events.states import Part
from casetracker.returns import commands as returns
from tests.factories.accounts import make_people, sign_in
from tests.factories.casefile import NOW, Road, on, road_to
from tests.factories.programmes import demo_programme

LONG = "x" * 5000
BAD_WORDS = ("", "   ", "\x00", "a\x00b", LONG)
BAD_DAYS = ("", "yesterday", "2026-02-30", "0000-01-01", "9999-12-31", "2026-13-01", str(2**63), "\x00", LONG)
OPTIONAL = {"transit": ("\x00", LONG)}
BAD_CHOICES = ("", "nobody", str(2**63), "\x00", "\ud800", "' OR 1=1 --")


def road(stage: Stage) -> Road:
    people = make_people()
    return road_to(stage, people, demo_programme(people.administrator))


def token_of(page: str) -> str:
    """The one-time token of the form on the page."""
    found = re.search(r'name="form_token" value="([0-9a-f]{32})"', page)
    assert found, page
    return found.group(1)


def given(it: Road) -> dict[str, dict[str, str]]:
    """What fills each form in rightly, for a family that is ready to leave."""
    spouse = it.family.spouse
    consent = db.session.scalars(select(Consent).where(Consent.person_id == spouse)).one().id
    day, reason = NOW.isoformat(), "They said so"
    return {
        "write_note": {"text": "A call", "side": "shared", "day": day, "person_id": spouse},
        "choose_programme": {"programme_id": it.programme.id},
        "decide_eligibility": {"person_id": spouse, "outcome": "refused", "reason": reason},
        "depart": {"person_id": spouse, "departed_on": day, "transit": ""},
        "not_depart": {"person_id": spouse, "day": day, "reason": reason},
        "leave_person": {"person_id": spouse, "way": "withdrawn", "day": day, "reason": reason},
        "rejoin_person": {"person_id": spouse, "reason": reason},
        "withdraw_consent": {"consent_id": consent, "day": day},
        "suspend_case": {"reason": reason},
        "close_case": {"outcome": "duplicate", "reason": reason},
        "reopen_case": {"reason": reason},
    }


def post(client: FlaskClient, address: str, data: dict[str, str]) -> TestResponse:
    """The form as a browser sends it, half characters too."""
    body = urlencode(data, errors="surrogatepass")
    return client.post(address, data=body, content_type="application/x-www-form-urlencoded")


def bad_values(name: str) -> tuple[str, ...]:
    if name in ("text", "reason"):
        return BAD_WORDS
    if name in ("day", "departed_on"):
        return BAD_DAYS
    if name in OPTIONAL:
        return OPTIONAL[name]
    return BAD_CHOICES


def test_who_decides_types_amounts_below_a_maximum(client: FlaskClient) -> None:
    it = road(Stage.APPLICATION)
    with on(NOW):
        it.choose_programme()
        it.apply()
        sign_in(client, it.people.supervisor_tallinn)
        address = f"/cases/{it.family.reference}/eligibility"
        page = client.get(address).text
        assert "Where the rule names a maximum" in page and "Post-return package" in page
        data = {
            "person_id": it.family.principal, "outcome": "approved", "reason": "In order",
            "amounts-0-package_id": it.programme.post_return_id, "form_token": token_of(page),
        }  # fmt: skip
        for amount in ("1500", "1,5,5", "-1", "\x00", str(2**63)):
            answer = post(client, address, {**data, "amounts-0-amount": amount})
            assert answer.status_code == 422 and 'class="field-error"' in answer.text, amount
            data["form_token"] = token_of(answer.text)
        assert post(client, address, {**data, "amounts-0-amount": ""}).status_code == 302


def casework() -> int:
    """How many events stand outside the chains of access, but for what was refused."""
    db.session.rollback()
    query = select(func.count()).select_from(EventRow).join(Chain, Chain.id == EventRow.chain_id)
    query = query.where(Chain.part != str(Part.ACCESS), EventRow.kind != OwnAttemptRefused.kind)
    return db.session.scalar(query) or 0


def test_bad_input_is_answered_in_a_sentence_and_nothing_is_written(client: FlaskClient) -> None:
    it = road(Stage.RETURN)
    forms = given(it)
    with on(NOW):
        sign_in(client, it.people.supervisor_tallinn)
        before = casework()
        for act in ACTS:
            refuse_all(client, f"/cases/{it.family.reference}/{act.path}", forms[act.name])
            assert casework() == before, act.name


def refuse_all(client: FlaskClient, address: str, right: dict[str, str]) -> None:
    """Every bad value in every field, in turn; and the form empty, doubled, and without its token."""
    page = client.get(address).text
    token = token_of(page)
    for field in right:
        for value in bad_values(field):
            if not value.strip() and (field, "text" in right) == ("person_id", True):
                continue  # a note is about nobody in particular
            answer = post(client, address, {**right, "form_token": token, field: value})
            assert answer.status_code == 422, (address, field, value[:20], answer.status_code)
            assert "error-summary" in answer.text, (address, field, value[:20])
            if value.strip() and field in ("text", "reason"):
                assert value[:3].replace("\x00", "\ufffd") in answer.text
    assert client.post(address, data={"form_token": token}).status_code == 422
    doubled = {key: [value, value] for key, value in right.items()}
    assert client.post(address, data={**doubled, "form_token": token}).status_code == 422
    assert client.post(address, data=right).status_code == 422, "without its token"


def test_acts_of_the_sending_office_do_not_exist_for_the_receiving_one(client: FlaskClient) -> None:
    it = road(Stage.RETURN)
    with on(NOW):
        sign_in(client, it.people.supervisor_kyiv)
        for act in ACTS:
            answer = client.get(f"/cases/{it.family.reference}/{act.path}")
            assert answer.status_code == (404 if act.relation is not None else 200), act.name
        for actor in (it.people.finance_tallinn, it.people.administrator, it.people.auditor):
            sign_in(client, actor)
            for act in ACTS:
                answer = client.get(f"/cases/{it.family.reference}/{act.path}")
                assert answer.status_code == 404, (actor.name, act.name)


def test_the_acts_of_a_family_that_leaves(client: FlaskClient) -> None:
    it = road(Stage.RETURN)
    forms = given(it)
    paths = {act.name: act.path for act in ACTS}

    def do(name: str, **changes: str) -> None:
        address = f"/cases/{it.family.reference}/{paths[name]}"
        page = client.get(address).text
        answer = client.post(address, data={**forms[name], **changes, "form_token": token_of(page)})
        assert answer.status_code == 302, answer.text
        assert client.get(f"/cases/{it.family.reference}").status_code == 200

    with on(NOW):
        sign_in(client, it.people.supervisor_tallinn)
        do("write_note")
        do("depart", person_id=it.family.principal)
        do("not_depart")
        do("rejoin_person")
        do("leave_person")
        do("decide_eligibility", person_id=it.family.older_child, reason="The older one stays")
        do("suspend_case")
        answer = client.post(
            f"/cases/{it.family.reference}/resume",
            data={"form_token": token_of(client.get(f"/cases/{it.family.reference}").text)},
        )
        assert answer.status_code == 302
        do("withdraw_consent")
        do("close_case", outcome="moved")
        do("reopen_case")
    assert queries.get_case(it.id).stage == Stage.RETURN
    assert queries.get_person(it.id, it.family.spouse).status == PersonStatus.WITHDRAWN


def test_a_form_sent_twice_acts_once(client: FlaskClient) -> None:
    it = road(Stage.RETURN)
    address = f"/cases/{it.family.reference}/notes/new"
    with on(NOW):
        sign_in(client, it.people.caseworker_tallinn)
        data = {**given(it)["write_note"], "form_token": token_of(client.get(address).text)}
        before = casework()
        for _time in range(2):
            assert client.post(address, data=data).status_code == 302
        assert casework() == before + 1


def test_the_link_of_what_is_missing_leads_to_its_form_with_the_person(client: FlaskClient) -> None:
    it = road(Stage.APPLICATION)
    with on(NOW):
        sign_in(client, it.people.supervisor_tallinn)
        page = client.get(f"/cases/{it.family.reference}").text
        wanted = f"/cases/{it.family.reference}/eligibility?person={it.family.spouse}"
        assert html.escape(wanted) in page
        form = client.get(wanted).text
        assert f'value="{it.family.spouse}" selected' in form
        sign_in(client, it.people.caseworker_tallinn)
        page = client.get(f"/cases/{it.family.reference}").text
        assert "/eligibility" not in page and "Supervisor" in page
        for address in set(re.findall(r'href="(/cases/[^"#]+)"', page)):
            assert client.get(html.unescape(address)).status_code == 200, address


def test_moving_on_too_early_says_what_is_missing(client: FlaskClient) -> None:
    it = road(Stage.INTAKE)
    with on(NOW):
        sign_in(client, it.people.caseworker_tallinn)
        address = f"/cases/{it.family.reference}"
        assert "Something is still missing" in client.get(address).text
        it.asylum()
        sign_in(client, it.people.caseworker_tallinn)
        token = token_of(client.get(address).text)
        for stage in ("", "nothing", "\x00", "closed"):
            answer = client.post(f"{address}/move-on", data={"stage": stage, "form_token": token})
            assert answer.status_code in (302, 404, 409, 422), stage
        assert queries.get_case(it.id).stage == Stage.INTAKE
        data = {"stage": "intake", "form_token": token_of(client.get(address).text)}
        assert client.post(f"{address}/move-on", data=data).status_code == 302
        db.session.rollback()
        assert queries.get_case(it.id).stage == Stage.COUNSELLING


def test_a_corrected_day_is_settled_by_a_supervisor(client: FlaskClient) -> None:
    it = road(Stage.REINTEGRATION)
    from casetracker.returns.queries import find_journey

    journey = find_journey(it.id, it.family.principal)
    assert journey is not None
    with on(NOW):
        returns.correct_journey(
            returns.CorrectJourney(
                dossier_id=it.id,
                person_id=it.family.principal,
                departed_on=journey.departed_on,
                transit=None,
                arrived_on=NOW,
                place="Kramatorsk",
                version=journey.version,
                reason="The stamp says so",
            ),
            actor=it.tallinn,
        )
        point = db.session.scalars(select(DossierPoint)).one()
        address = f"/cases/{it.family.reference}/points/{point.id}"
        sign_in(client, it.people.caseworker_tallinn)
        page = client.get(f"/cases/{it.family.reference}").text
        assert "A supervisor settles this" in page and address not in page
        assert client.post(address, data={"reason": "Checked"}).status_code == 422
        sign_in(client, it.people.supervisor_tallinn)
        page = client.get(address).text
        assert client.post(address, data={"reason": "", "form_token": token_of(page)}).status_code == 422
        data = {"reason": "Checked with the stamp", "form_token": token_of(page)}
        assert client.post(address, data=data).status_code == 302
        assert client.get(address).status_code == 404
        assert client.get(f"/cases/{it.family.reference}/points/{ids.new_id()}").status_code == 404


def test_a_closed_case_offers_nothing_but_reopening(client: FlaskClient) -> None:
    it = road(Stage.APPLICATION)
    with on(NOW):
        cmd = commands.CloseCase(dossier_id=it.id, outcome=Outcome.DUPLICATE, reason="Entered twice")
        commands.close_case(cmd, actor=it.tallinn)
        sign_in(client, it.people.caseworker_tallinn)
        page = client.get(f"/cases/{it.family.reference}").text
    assert "A closed case can only be read" in page and "/reopen" in page
    assert "/suspend" not in page and "/notes/new" not in page
