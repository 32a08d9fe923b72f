"""Findings of auditors in the browser: raised, seen by whom they concern, answered, closed."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

from flask.testing import FlaskClient

from casetracker.core import clock
from casetracker.sampling import queries
from casetracker.sampling.commands import CloseSample, close_sample
from casetracker.sampling.finding_queries import list_about_items
from casetracker.sampling.finding_states import AskedOffice, FindingState
from casetracker.sampling.states import Asked
from tests.access.test_every_address import stampless
from tests.disbursements.test_routes import token
from tests.factories.accounts import sign_in
from tests.factories.findings import (
    TEXT,
    TITLE,
    AskedCase,
    answer,
    asked_case,
    auditor_of,
    close,
    in_days,
    raised,
    row_of,
    send_back,
)
from tests.factories.samples import Sampled, draw
from tests.factories.samples import row_of as row_of_sample
from tests.statements import ask


def form(**changes: Any) -> dict[str, Any]:
    """The form of a new finding as a browser sends it."""
    typed = {"form_token": token(), "asked": "sending", "title": TITLE, "text": TEXT, "questioned_amount": "460,00",
             "due_on": in_days(30).isoformat()}  # fmt: skip
    return typed | changes


def address(case: AskedCase, *rest: str) -> str:
    """A page of findings on the case."""
    return "/".join((f"/cases/{case.family.reference}/audit-findings", *rest))


def test_a_finding_goes_from_the_auditor_to_the_office_and_back(client: FlaskClient) -> None:
    case = asked_case()
    people, page = case.people, f"/cases/{case.family.reference}"
    sign_in(client, people.auditor)
    assert "Raise a finding" in client.get(page).text
    sent = client.post(address(case, "new"), data=form())
    assert sent.status_code == 302
    here = sent.location
    assert "460.00" in client.get(here).text and "Close the finding" in client.get(here).text
    sign_in(client, people.supervisor_tallinn)
    for where in ("/", page, "/audit/findings", address(case)):
        assert TITLE in client.get(where).text, where
    assert "Answer of your office" in client.get(here).text
    answered = client.post(
        f"{here}/answer", data={"form_token": token(), "version": row_of(here[-26:]).version, "reason": "Filed."}
    )
    assert answered.location == here and "Filed." in client.get(here).text
    assert TITLE not in client.get("/").text, "nothing waits for the office now"
    sign_in(client, people.auditor)
    assert "Answers to findings" in client.get("/").text
    version = row_of(here[-26:]).version
    done = client.post(f"{here}/close", data={"form_token": token(), "version": version, "reason": "Seen."})
    assert done.location == here and row_of(here[-26:]).state == FindingState.CLOSED
    assert "closed “No proof" in client.get(page + "/timeline").text


def test_the_form_says_who_reads_and_keeps_what_was_typed(client: FlaskClient) -> None:
    case = asked_case()
    people = case.people
    sign_in(client, people.auditor)
    page = client.get(address(case, "new")).text
    assert "Tallinn: The sending office; its side alone reads this" in page and "Kyiv: The receiving office" in page
    assert "If the receiving office answers, it reads everything here" in page
    bad = client.post(
        address(case, "new"), data=form(asked="", title="", questioned_amount="much", due_on="1999-01-01")
    )
    assert bad.status_code == 422 and TEXT in bad.text and "This is not an amount" in bad.text
    late = client.post(address(case, "new"), data=form(due_on=in_days(-1).isoformat()))
    assert late.status_code == 422 and "choose a day to come" in late.text
    assert client.get(address(case, "new") + "?item=" + "a" * 26).status_code == 404, "no item of an own sample"
    sign_in(client, auditor_of(people.kyiv))
    abroad = client.get(address(case, "new")).text
    assert "its side alone reads this" not in abroad and abroad.count("The receiving office reads this too.") == 2
    assert client.post(address(case, "new"), data=form()).status_code == 422, "who does not read a side asks it openly"
    for nobody in (people.supervisor_tallinn, people.caseworker_kyiv, people.finance_kyiv):
        sign_in(client, nobody)
        assert client.get(address(case, "new")).status_code == 404


def test_each_side_finds_what_is_for_it(client: FlaskClient) -> None:
    case = asked_case()
    people, page = case.people, f"/cases/{case.family.reference}"
    kept, shared = raised(case, AskedOffice.SENDING, "Kept at home"), raised(case, AskedOffice.RECEIVING, "For both")
    sign_in(client, people.supervisor_kyiv)
    for where in (page, "/", "/audit/findings", address(case)):
        text = client.get(where).text
        assert "For both" in text and "Kept at home" not in text, where
    nothing = client.get(address(case, "a" * 26))
    assert nothing.status_code == 404 and stampless(client.get(address(case, kept))) == stampless(nothing)
    abroad = "The receiving office reads this too."
    text = client.get(address(case, shared)).text
    assert "Answer of your office" in text and abroad not in text
    sign_in(client, people.supervisor_tallinn)
    pile = re.search(
        r'href="([^"]*)" data-figure="(\d+)" data-of="row">\d+<[^>]*> Findings of auditors', client.get("/").text
    )
    assert pile and pile[2] == "1", "of two open ones, one is for this office"
    rows = client.get(unescape(pile[1])).text
    assert "Kept at home" in rows and "For both" not in rows
    assert "For both" in client.get("/audit/findings?state=open").text
    sign_in(client, people.auditor)
    assert abroad in client.get(address(case, shared)).text and abroad not in client.get(address(case, kept)).text
    sign_in(client, people.caseworker_tallinn)
    text = client.get(address(case, shared)).text
    assert "A supervisor of Kyiv answers this." in text and people.supervisor_kyiv.name in text
    assert "<textarea" not in text and "For both" not in client.get("/").text
    assert client.post(address(case, shared, "answer")).status_code == 404
    sign_in(client, people.finance_kyiv)
    assert {client.get(where).status_code for where in (address(case), address(case, shared), "/audit/findings")} == {
        404
    }


def test_two_supervisors_and_a_second_auditor(client: FlaskClient) -> None:
    case = asked_case()
    people, typed = case.people, {"form_token": token(), "reason": "What I typed first."}
    finding = raised(case)
    here = address(case, finding)
    sign_in(client, people.supervisor_tallinn)
    answer(finding, people.supervisor_tallinn, "Somebody was quicker.")
    overtaken = client.post(f"{here}/answer", data=typed | {"version": 1})
    assert overtaken.status_code == 409 and "What I typed first." in overtaken.text
    late = client.post(f"{here}/answer", data=typed | {"version": row_of(finding).version, "form_token": token()})
    assert late.status_code == 422 and "This was answered" in late.text and "What I typed first." in late.text
    sign_in(client, auditor_of(people.tallinn))
    assert f"{people.auditor.name} raised this, and closes it." in client.get(here).text
    own, others = (client.get(f"/audit/findings{query}").text for query in ("", "?others=1"))
    assert TITLE not in own and TITLE in others
    sign_in(client, people.auditor)
    back = {"reason": "The page with the stamp.", "due_on": in_days(9).isoformat(), "form_token": token()}
    assert client.post(f"{here}/send-back", data=back | {"version": row_of(finding).version}).status_code == 302
    text = client.get(here).text
    assert text.index("Somebody was quicker.") < text.index("The page with the stamp.") < text.index("Close it only")


def test_the_list_is_filtered_and_asks_no_more_for_three(client: FlaskClient) -> None:
    case = asked_case()
    people = case.people
    first = raised(case)
    pages = [
        (people.auditor, "/audit/findings"), (people.auditor, f"/cases/{case.family.reference}"),
        (people.supervisor_tallinn, "/"), (people.supervisor_tallinn, address(case)),
        (people.auditor, address(case, first)),
    ]  # fmt: skip
    few = [len(ask(client, actor, where)) for actor, where in pages]
    for title in ("Second", "Third"):
        close(raised(case, AskedOffice.RECEIVING, title), people.auditor)
    for _round in range(2):
        answer(first, people.supervisor_tallinn)
        send_back(first, people.auditor)
    assert [len(ask(client, actor, where)) for actor, where in pages] == few
    sign_in(client, people.auditor)
    found = {
        query: [title for title in (TITLE, "Second", "Third") if title in client.get(f"/audit/findings?{query}").text]
        for query in ("", "state=open", "state=closed", f"office={people.kyiv}", "overdue=1", "state=nonsense&page=99")
    }
    assert found[""] == found["state=nonsense&page=99"] == [TITLE, "Second", "Third"]
    assert found["state=open"] == [TITLE] and found["overdue=1"] == []
    assert found["state=closed"] == found[f"office={people.kyiv}"] == ["Second", "Third"]
    with clock.at(clock.now() + timedelta(days=40)):
        sign_in(client, people.supervisor_tallinn)
        late, work = client.get("/audit/findings?overdue=1").text, client.get("/").text
    assert TITLE in late and "Second" not in late and "overdue" in work


def test_about_an_item_of_an_own_sample_which_its_drawer_alone_is_told(client: FlaskClient, world: Sampled) -> None:
    people, case = world.case.people, AskedCase(people=world.case.people, family=world.case.planned.granted.family)
    sample = row_of_sample(draw(world.auditor, asked=Asked(size=25)))
    item = next(each for each in queries.list_items(sample, world.auditor) if each.dossier_id == case.id)
    sign_in(client, world.auditor)
    start = f"{address(case, 'new')}?item={item.item_id}"
    assert f"About item {item.number} of your sample" in client.get(start).text
    sent = client.post(start, data=form(asked="receiving", questioned_amount=""))
    assert sent.status_code == 302
    here = sent.location
    assert row_of(here[-26:]).item_id == item.item_id and f"Item {item.number} of your sample" in client.get(here).text
    second = auditor_of(people.tallinn, people.kyiv)
    for nobody in (people.supervisor_kyiv, second):
        sign_in(client, nobody)
        page = client.get(here).text
        assert TITLE in page and "sample" not in page.split('id="main"')[1]
    assert client.get(start).status_code == 404, "an item of somebody else's sample"
    sign_in(client, world.auditor)
    looked_at = f"/audit/samples/{sample.id}/items/{item.number}"
    assert "Raise a finding about it" in client.get(looked_at).text
    close_sample(CloseSample(sample_id=sample.id), actor=world.auditor)
    assert "Raise a finding about it" not in client.get(looked_at).text
    page = client.get(start).text
    assert "This sample is closed." in page and "<textarea" not in page
    late = client.post(start, data=form(asked="receiving", questioned_amount="", form_token=token()))
    assert late.status_code == 422 and "This sample is closed." in late.text
    assert len(list_about_items([item.item_id], world.auditor)) == 1
