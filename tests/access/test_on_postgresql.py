"""Every page and a share of all cells on PostgreSQL: what one may not see is not there, what one may see stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.access.canaries import Painter
from tests.access.cells import Access
from tests.access.world import World
from tests.conftest import rolled_back

FEW = 30
"""So few of some 270 pages have nothing to open in this world: they answer that it is not there, or lead on."""


@pytest.fixture
def postgres_world(world_on: Callable[[str], World]) -> Iterator[World]:
    """The world there, in a transaction that is rolled back."""
    made = world_on("postgresql")
    with rolled_back(made.app):
        yield made


def test_every_page_and_a_share_of_all_cells_on_postgresql(postgres_world: World) -> None:
    """Behind the walls around rows, with a word in every personal and asylum column: every fifth everyday cell, and
    each page by somebody to whom it is there."""
    painter = Painter(postgres_world)
    access = Access(postgres_world, painter.paint())
    assert painter.empty == set() and painter.left == set()
    for cell in list(access.everyday())[::5]:
        access.try_cell(cell)
    assert len(access.open_doors()) < FEW
    access.ask("auditor", "POST", f"/audit/{postgres_world.cases['accepted']}/export/json")
    assert access.seen.leaks == [] and access.seen.wrong == []
    assert len(access.seen.found) > 100
