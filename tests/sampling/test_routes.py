"""The pages of samples: drawing, what was drawn, drawing again, closing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from casetracker.sampling.states import Method, PopulationKind
from tests.factories.accounts import sign_in
from tests.factories.samples import SEED, Sampled, draw, row_of

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
