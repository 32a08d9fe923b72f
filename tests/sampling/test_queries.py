"""What the handbook says of drawing is so; items in pages; the operator's command."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from casetracker.core import row_security
from casetracker.core.actor import Mandate
from casetracker.core.money import Money
from casetracker.sampling import commands, method_rules, operator, queries, rules
from casetracker.sampling.again_queries import Again
from casetracker.sampling.population_queries import Rows, take_back
from casetracker.sampling.states import Asked, Design, Method, Place, design_from
from casetracker.sampling.telling_queries import tell_results
from tests.factories.marks import examine
from tests.factories.samples import Sampled, draw, drawing, row_of

HANDBOOK = Path(__file__).parents[2] / "docs" / "sampling.md"


def test_the_worked_example_of_the_handbook() -> None:
    text = HANDBOOK.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z2-7]{26})-(\d+) \| (\d+) \| ([0-9a-f]{64}) \|$", text, re.M)
    assert len(rows) == 5
    places = [Place("case", chain, int(number), int(amount)) for chain, number, amount, _digest in rows]
    digests = [hashlib.sha256(f"playroom|{chain}-{number}".encode()).hexdigest() for chain, number, *_rest in rows]
    assert digests == [digest for *_rest, digest in rows] == sorted(digests)
    assert rules.in_order("playroom", places[::-1]) == places
    assert f"hash of the population: {rules.hash_of(places)}" in text
    interval = rules.amount_of(places) // 4
    start = rules.start_of("playroom", interval)
    assert f"200000 ÷ 4 = {interval}, the first unit drawn {start}." in text
    design = Design(interval=interval, start=start)
    chosen = method_rules.draw(Method.MONETARY_UNIT, design, "playroom", places)
    assert [(each.place, each.hits) for each in chosen] == [(places[0], 3), (places[2], 1)]


def test_items_come_by_number_and_in_parts(world: Sampled) -> None:
    sample = row_of(draw(world.auditor, asked=Asked(size=9)))
    assert [row.number for row in queries.list_items(sample, world.auditor, 3, 5)] == [3, 4, 5]
    assert len(queries.list_items(sample, world.auditor)) == 9
    assert queries.get_item(sample, 4).number == 4
    assert (queries.count_items([sample]), queries.count_marked([sample])) == ({sample.id: 9}, {})


def test_a_mandate_of_less_hides_items_not_the_sample(world: Sampled) -> None:
    """Kyiv has to do with the first case alone."""
    sample = row_of(draw(world.auditor, asked=Asked(size=9)))
    kyiv = Mandate(
        office_ids=frozenset({world.case.people.kyiv}), programme_ids=frozenset(), valid_from=date(2020, 1, 1),
        valid_until=date(2099, 12, 31),
    )  # fmt: skip
    rows = queries.list_items(sample, replace(world.auditor, mandates=(kyiv,)))
    assert sorted(row.reference or "" for row in rows) == [""] * 7 + [world.case.reference] * 2
    assert all(row.amount for row in rows)


def test_differences_are_taken_back_in_any_order_of_clocks() -> None:
    rows: Rows = {
        "dossier": {"a": {"programme_id": "new", "closed_on": None}},
        "dossier_access": {"x": {"office_id": "kyiv"}},
    }
    take_back(rows, [
        ["update", "dossier", "a", {"programme_id": ["middle", "new"], "version": [3, 4]}],
        ["update", "dossier", "a", {"programme_id": ["old", "middle"], "version": [2, 3]}],
        ["insert", "dossier_access", "x", {"office_id": "kyiv", "version": 1}],
        ["delete", "dossier_access", "y", {"office_id": "lviv", "version": 1}],
        ["update", "dossier", "unknown", {"programme_id": ["old", "new"], "version": [1, 2]}],
    ])  # fmt: skip
    assert rows["dossier"] == {"a": {"programme_id": "old", "closed_on": None, "version": 2}}
    assert rows["dossier_access"] == {"y": {"office_id": "lviv", "version": 1}}


def test_an_exception_without_a_wrong_amount_counts_with_its_whole_one(app: Flask, world: Sampled) -> None:
    """Nothing proves any item: wholly wrong, not right. Where 0 was named the amount is right, and only that is so."""
    sample = row_of(draw(world.auditor, method=Method.MONETARY_UNIT, asked=Asked(size=4)))
    rows = queries.list_items(sample, world.auditor)
    for row in rows:
        examine(sample.id, row.number, world.auditor, is_exception=True, note="Nothing proves it.")
    result = "Projected to the population: most likely wrong"
    with app.test_request_context(), row_security.reading(row_security.reader_of(world.auditor)):
        told, facts = tell_results(sample, rows, queries.marks_of(rows))
        assert told.endswith(f"Of {len(rows)} exceptions no wrong amount is named: each counts with its whole amount.")
        assert dict(facts)["Wrong in the items"] == Money(sum(row.amount.minor for row in rows if row.amount), "EUR")
        interval = design_from(sample.parameters).interval or 0
        smaller = [row for row in rows if row.amount and row.amount.minor < interval]
        certain = sum(row.amount.minor for row in rows if row.amount and row.amount.minor >= interval)
        assert dict(facts)[result] == Money(certain + interval * len(smaller), "EUR")
        for row in rows:
            examine(
                sample.id, row.number, world.auditor, is_exception=True, note="No day on it.", wrong_amount=0, version=1
            )
        told, facts = tell_results(sample, rows, queries.marks_of(rows))
    assert "whole amount" not in told
    assert (dict(facts)[result], dict(facts)["Exceptions"]) == (Money(0, "EUR"), len(rows))


def test_the_operator_draws_again(app: Flask, world: Sampled, monkeypatch: pytest.MonkeyPatch) -> None:
    sample_id = commands.draw_sample(drawing(), actor=world.auditor)
    runner = app.test_cli_runner()
    done = runner.invoke(args=["sample-again", sample_id])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "The same population and the same items.")
    assert runner.invoke(args=["sample-again", "nothing"]).exit_code == 1
    other = Again(count=8, amount=1, population_hash="0", is_same_population=False, changed=(2, 5), added=1)
    monkeypatch.setattr(operator, "draw_again", lambda sample: other)
    done = runner.invoke(args=["sample-again", sample_id])
    assert (done.exit_code, "so now: 2, 5. Others that would: 1." in done.output) == (1, True)
