"""Drawing: what is kept of it, and that the same is drawn in any year."""

from __future__ import annotations

from sqlalchemy import select

from casetracker.core.db import db
from casetracker.sampling import queries
from casetracker.sampling.again_queries import draw_again
from casetracker.sampling.models import SampleItem
from casetracker.sampling.states import PopulationKind
from tests.factories.samples import AMOUNTS, Sampled, draw, row_of


def test_drawn_is_kept_with_what_it_was_drawn_from(world: Sampled) -> None:
    sample = queries.get_sample(draw(world.auditor), world.auditor)
    assert (sample.population_count, sample.population_amount) == (9, 400_00 + sum(AMOUNTS))
    assert sample.currency == "EUR"
    rows = queries.list_items(sample, world.auditor)
    assert [row.number for row in rows] == [1, 2, 3]
    assert all(row.reference and row.entry and row.entry.kind == "instalment.paid" for row in rows)
    assert draw_again(sample).is_same
