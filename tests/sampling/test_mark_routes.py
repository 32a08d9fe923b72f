"""Examining through the pages: the item at a glance, on to the next one, visits, and what is refused."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.events.models import EventRow
from casetracker.sampling import queries
from casetracker.sampling.states import Asked, PopulationKind
from tests.factories.accounts import sign_in
from tests.factories.erasure import end_mandates
from tests.factories.findings import auditor_of
from tests.factories.marks import NOTE, examine, mark_of, today, visit_of
from tests.factories.samples import Sampled, draw
from tests.statements import counted

SEEN = {"document_seen": "yes", "agrees": "yes", "version": "0"}


def send(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    """The form of the page, filled."""
    token = re.search(r'name="form_token" value="([0-9a-f]{32})"', client.get(path).text)
    return client.post(path, data={"form_token": token[1] if token else "", **typed})


def refused() -> list[str]:
    """Refused acts as the record has them, in their order."""
    query = select(EventRow.kind).where(EventRow.kind.like("%.attempt_refused")).order_by(EventRow.at)
    return list(db.session.scalars(query))


def numbers(sample_id: str, actor: Actor, dossier_id: str) -> list[int]:
    """The items of one case."""
    rows = queries.list_items(queries.get_sample(sample_id, actor), actor)
    return [row.number for row in rows if row.dossier_id == dossier_id]


def test_an_item_shows_its_money_its_people_and_its_papers(client: FlaskClient, world: Sampled) -> None:
    """Of a request with everything behind it; an entry alone is shown as far as the record tells."""
    auditor, people = world.auditor, world.case.people
    sample_id = draw(auditor, asked=Asked(size=9))
    sign_in(client, auditor)
    dossier_id = world.case.planned.granted.family.dossier_id
    whole, plain = numbers(sample_id, auditor, dossier_id), numbers(sample_id, auditor, world.second.dossier_id)
    page = client.get(f"/audit/samples/{sample_id}/items/{whole[0]}").text
    names = (people.supervisor_kyiv.name, people.finance_kyiv.name)
    for words in (*names, "Handover certificate", "Proof of payment", "Invoice",
                  "The case as it was just after", "What the checks ask", "SHA-256"):  # fmt: skip
        assert words in page, words
    assert page.count("/documents/") >= 3
    for path in re.findall(r'href="(/cases/[^"]*/documents/[^"]*)"', page)[:1]:
        assert client.get(path).status_code == 200
    with counted() as statements:
        assert client.get(f"/audit/samples/{sample_id}/items/{whole[1]}").status_code == 200
    assert len(statements) <= 100
    other = client.get(f"/audit/samples/{sample_id}/items/{plain[0]}")
    assert other.status_code == 200 and "Paid: Paint" in other.text and "Papers" not in other.text


def test_save_and_next_leads_to_what_is_left(client: FlaskClient, world: Sampled) -> None:
    auditor, sample_id = world.auditor, draw(world.auditor)
    sign_in(client, auditor)
    here = f"/audit/samples/{sample_id}"
    assert client.get(f"{here}/items/next").location == f"{here}/items/1#seen"
    assert send(client, f"{here}/items/1", **SEEN).location == f"{here}/items/2#seen"
    wrong = send(client, f"{here}/items/2", document_seen="yes", agrees="no", version="0")
    assert wrong.status_code == 422 and "What does not agree is an exception: tick it." in wrong.text
    typed = {"document_seen": "yes", "agrees": "no", "is_exception": "yes", "wrong_amount": "0.50", "note": NOTE}
    assert send(client, f"{here}/items/2", **typed, version="0").location == f"{here}/items/3#seen"
    mark = mark_of(sample_id, 2, auditor)
    assert mark is not None and (mark.wrong_amount, mark.note) == (50, NOTE)
    stale = send(client, f"{here}/items/2", **SEEN)
    assert stale.status_code == 409 and "Stands now" in stale.text
    done = client.get(send(client, f"{here}/items/3", **SEEN).location.partition("#")[0]).text
    assert "Every item of this sample was looked at." in done
    for number in (10**30, 2**63):
        assert client.get(f"{here}/items/{number}").status_code == 404
        assert client.post(f"{here}/items/{number}/visit", data=SEEN).status_code == 404
    assert client.get(f"{here}/items/4").status_code == client.get(f"{here}/items/1/visit").status_code == 404
    client.post(f"{here}/close", data={"form_token": "b" * 32})
    closed = client.get(f"{here}/items/2").text
    assert "This sample is closed." in closed and NOTE in closed and "Save" not in closed
    sent = client.post(f"{here}/items/2", data={"form_token": "c" * 32, **SEEN, "version": "1"})
    assert sent.status_code == 422 and "This sample is closed." in sent.text
    assert refused()[-1] == "dossier.attempt_refused"


def test_a_visit_is_entered_beside_its_delivery(client: FlaskClient, world: Sampled) -> None:
    auditor = world.auditor
    sample_id = draw(auditor, population=PopulationKind.DELIVERIES)
    sign_in(client, auditor)
    here = f"/audit/samples/{sample_id}/items/1"
    assert "Nobody has entered a visit yet." in client.get(here).text
    typed = {"visited_on": today().isoformat(), "found": "partly", "is_used": "yes", "signature_agrees": "no"}
    missing = send(client, f"{here}/visit", **typed, version="0")
    assert missing.status_code == 422 and "Say in the remarks what was missing" in missing.text
    assert send(client, f"{here}/visit", **typed, note="One of two", version="0").location == here
    beside = client.get(here).text
    assert "One of two" in beside and "only marks are projected" in beside
    assert visit_of(sample_id, 1, auditor) is not None


def test_what_the_mandate_does_not_open_is_not_shown(client: FlaskClient, world: Sampled) -> None:
    """Own items of a case that is closed to their drawer, and everything of anybody else's sample."""
    auditor, kyiv = auditor_of(world.case.people.tallinn, name="third"), auditor_of(world.case.people.kyiv)
    sample_id = draw(auditor)
    examine(sample_id, 1, auditor, is_exception=True, note=NOTE)
    sign_in(client, kyiv)
    assert client.get(f"/audit/samples/{sample_id}/items/1").status_code == 404
    end_mandates()
    sign_in(client, auditor)
    page = client.get(f"/audit/samples/{sample_id}/items/1")
    assert page.status_code == 200 and "Your mandate does not open this case any more" in page.text
    assert "Paid:" not in page.text and "/cases/EE" not in page.text and NOTE not in page.text
    sent = client.post(f"/audit/samples/{sample_id}/items/2", data={"form_token": "c" * 32, **SEEN})
    assert sent.status_code == 422 and "Your mandate does not open this case any more" in sent.text
    assert mark_of(sample_id, 2, auditor) is None and refused() == ["office.attempt_refused"]
