"""Every door once more on PostgreSQL: what one may not see is not there, and what one may see stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.access.canaries import Painter
from tests.access.cells import Access
from tests.access.test_every_address import Asking, Places, may, methods, of_case, rules
from tests.access.world import World
from tests.conftest import rolled_back


@pytest.fixture
def postgres_world(world_on: Callable[[str], World]) -> Iterator[World]:
    """The world there, in a transaction that is rolled back."""
    made = world_on("postgresql")
    with rolled_back(made.app):
        yield made


def test_every_door_on_postgresql(postgres_world: World) -> None:
    """Each role at each address that is open to it: an unseen case is not there; a seen one by one role each."""
    world, places, seen = postgres_world, Places(postgres_world), set[tuple[str, str]]()
    people = {"supervisor_tallinn": ("other", "accepted"), "supervisor_kyiv": ("own", "accepted"),
              "caseworker_kyiv": ("other", "accepted"), "finance_kyiv": ("other", "accepted"),
              "auditor_kyiv": ("own", "accepted"), "administrator": ("accepted", "")}  # fmt: skip
    for who, (unseen, open_case) in people.items():
        asking = Asking(world, who)
        for rule in (rule for rule in rules(world) if may(world, who, rule)):
            for method in methods(rule):
                if of_case(rule):
                    path = next(places.fill(rule, world.cases[unseen]))
                    assert asking.ask(method, path).status_code == 404, (who, method, path)
                if (rule.rule, method) not in seen and (open_case or not of_case(rule)):
                    seen.add((rule.rule, method))
                    asking.ask(method, next(places.fill(rule, world.cases[open_case or "accepted"])))
    assert len(seen) > 150


def test_a_share_of_all_cells_on_postgresql(postgres_world: World) -> None:
    """Behind the walls around rows, with a word in every personal and asylum column: every eighth everyday cell."""
    painter = Painter(postgres_world)
    access = Access(postgres_world, painter.paint())
    assert painter.empty == set() and painter.left == set()
    for cell in list(access.everyday())[::8]:
        access.try_cell(cell)
    access.ask("auditor", "POST", f"/audit/{postgres_world.cases['accepted']}/export/json")
    assert access.seen.leaks == [] and access.seen.wrong == []
    assert len(access.seen.found) > 100
