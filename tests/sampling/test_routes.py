"""The pages of samples: drawing, what was drawn, drawing again, closing."""

from __future__ import annotations

import re
import secrets
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from casetracker.accounts import pace
from casetracker.accounts.commands import GiveMandate, give_mandate
from casetracker.accounts.limit_rules import DRAWS
from casetracker.core.actor import operator
from casetracker.core.permissions import Role
from casetracker.sampling import commands
from casetracker.sampling.states import Asked
from tests.factories.accounts import make_user, sign_in
from tests.factories.samples import SEED, Sampled, draw, drawing, pay_plainly, row_of
from tests.statements import ask

USUAL: dict[str, Any] = {
    "name": "Payments, spring", "population": "payments", "method": "simple_random", "sized_by": "number", "size": "4",
    "confidence": "95", "expected": "0", "shared_by": "amount", "seed": SEED, "form_token": "0" * 32,
}  # fmt: skip


def test_from_the_form_to_the_page_of_what_was_drawn(client: FlaskClient, world: Sampled) -> None:
    sign_in(client, world.auditor)
    page = client.get("/audit/samples/new").text
    assert re.search(r'name="seed" value="[a-z2-7]{12}"', page)
    answer = client.post("/audit/samples/new", data=USUAL)
    assert answer.status_code == 302
    shown = client.get(answer.location).text
    for words in ("Payments, spring", world.second.reference, "9", "2,705.49", "SHA-256 of the population"):
        assert words in shown, words
    assert "The same sample" in client.get(f"{answer.location}/again").text
    assert "Payments, spring" in client.get("/audit/samples").text


def sent(**changes: str) -> dict[str, str]:
    """The form with some of it changed, under a token of its own."""
    return {**USUAL, "form_token": secrets.token_hex(16), **changes}


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"size": ""}, "size", "Name how many items to draw"),
        ({"population": "cases", "method": "all_above", "from_amount": "10"}, "method", "Cases have no amount"),
        ({"sized_by": "confidence"}, "tolerable_rate", "that you could still tolerate"),
        ({"method": "monetary_unit", "sized_by": "confidence"}, "tolerable_amount", "that you could still tolerate"),
        ({"method": "stratified"}, "bound_1", "at which a new stratum begins"),
        ({"method": "all_above"}, "from_amount", "from which on every entry is taken"),
        ({"until": "2099-01-01"}, "until", "not over yet"),
        ({"least": "20", "most": "10"}, "most", "below the lowest"),
        ({"seed": "two  words\u200b"}, "seed", "A seed has"),
    ],
)
def test_what_cannot_be_drawn_says_so_beside_the_field(
    client: FlaskClient, world: Sampled, changes: dict[str, str], field: str, sentence: str
) -> None:
    sign_in(client, world.auditor)
    answer = client.post("/audit/samples/new", data=sent(**changes))
    assert answer.status_code == 422
    assert "Payments, spring" in answer.text
    box = re.search(rf'<(?:input|select)[^>]*name="{field}"[^>]*>', answer.text)
    assert box is not None
    assert 'aria-invalid="true"' in box[0]
    assert sentence in answer.text


def test_an_empty_population_says_what_to_change(client: FlaskClient, world: Sampled) -> None:
    sign_in(client, world.auditor)
    answer = client.post("/audit/samples/new", data=sent(first_day="2000-01-01", last_day="2000-02-01"))
    assert (answer.status_code, "No entry fits" in answer.text) == (422, True)


def test_every_method_has_its_page(client: FlaskClient, world: Sampled) -> None:
    sign_in(client, world.auditor)
    for changes, words in (
        ({"method": "monetary_unit"}, "A large entry"),
        ({"method": "stratified", "bound_1": "100", "bound_2": "1000"}, "below 1,000.00 EUR"),
        (
            {"method": "stratified", "bound_1": "100", "sized_by": "confidence", "tolerable_rate": "20"},
            "Shared between strata it shows no rate.",
        ),
        ({"currency": "EUR"}, "Currency, no other counts"),
        ({"method": "all_above", "from_amount": "300"}, "or more."),
        ({"sized_by": "confidence", "tolerable_rate": "20", "confidence": "80"}, "one is 80 % sure"),
        ({"population": "cases"}, "Cases opened"),
        ({"office": world.case.people.kyiv, "first_day": "2020-01-01", "last_day": "2090-01-01"}, "Recorded before"),
    ):
        answer = client.post("/audit/samples/new", data=sent(**changes))
        assert answer.status_code == 302, changes
        assert words in client.get(answer.location).text.replace("\u00a0", " "), changes


def test_closing_and_opening_again(client: FlaskClient, world: Sampled) -> None:
    sample_id = draw(world.auditor)
    sign_in(client, world.auditor)
    page = f"/audit/samples/{sample_id}"
    assert client.post(f"{page}/close", data={"form_token": "1" * 32}).status_code == 302
    assert "It can only be read." in client.get(page).text
    assert client.post(f"{page}/reopen", data={"form_token": "2" * 32}).status_code == 302
    assert row_of(sample_id).closed_at is None
    assert client.post(f"{page}/reopen", data={"form_token": "3" * 32}).status_code == 422


def test_it_is_there_for_its_auditor_alone(client: FlaskClient, world: Sampled) -> None:
    sample_id = draw(world.auditor)
    people = world.case.people
    other = make_user("other.auditor@example.org", Role.AUDITOR)
    for stranger in (other, people.supervisor_tallinn, people.finance_kyiv, people.administrator):
        sign_in(client, stranger)
        assert client.get(f"/audit/samples/{sample_id}").status_code == 404
        assert client.get(f"/audit/samples/{sample_id}/again").status_code == 404
        assert client.post(f"/audit/samples/{sample_id}/close").status_code == 404


def test_drawing_has_a_pace_and_one_draws_at_a_time(client: FlaskClient, world: Sampled) -> None:
    sample_id = draw(world.auditor)
    sign_in(client, world.auditor)
    with pace.alone(DRAWS, world.auditor):
        assert client.get(f"/audit/samples/{sample_id}/again").status_code == 429
        assert client.post("/audit/samples/new", data=sent()).status_code == 429
    views = client.application.view_functions
    assert [vars(views[f"sampling.{name}"])["limit"] for name in ("draw_sample", "draw_again")] == [DRAWS] * 2


def test_the_record_tells_others_no_count_and_no_seed(client: FlaskClient, world: Sampled) -> None:
    """Whose mandate opens no case reads that a sample was drawn: not from how many entries, nor with which seed."""
    draw(world.auditor)
    other = make_user("other.auditor@example.org", Role.AUDITOR)
    begins, ends = date(2000, 1, 1), date(2000, 1, 2)
    giving = GiveMandate(user_id=other.id, office_ids=(), programme_ids=(), valid_from=begins, valid_until=ends)
    give_mandate(giving, actor=operator("tests"))
    sign_in(client, other)
    shown = client.get("/audit/record?act=sample.drawn").text
    assert "Drew a sample from: Payments; method: Simple random." in shown
    assert SEED not in shown


def test_the_number_of_statements_does_not_depend_on_the_items(client: FlaskClient, world: Sampled) -> None:
    few = draw(world.auditor, asked=Asked(size=9))
    pay_plainly(world.second.dossier_id, [10_00] * 40, actor=world.case.people.finance_kyiv)
    many = commands.draw_sample(drawing(asked=Asked(size=49)), actor=world.auditor)
    counts = [len(ask(client, world.auditor, f"/audit/samples/{each}")) for each in (few, many)]
    assert counts[0] == counts[1]
    assert len(ask(client, world.auditor, "/audit/samples")) <= 12
