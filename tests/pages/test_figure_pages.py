"""Every figure of every page opens to rows that count, or add up to, just what it says."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask

from tests.pages.figures import Figure, Node, figures, links, made_of, tree
from tests.pages.walking import Walker, shape_of

FEWEST = {"supervisor.tallinn": 5, "supervisor.kyiv": 40, "auditor": 40, "administrator": 12, "finance.kyiv": 12}
"""Who looks, and so many sorts of figures at least there are to follow; a caseworker's pages are a supervisor's."""
STARTS = ("/", "/cases/EE-2026-00001", "/cases/")
AT_HOME = "supervisor.tallinn"
"""Who looks at the first page alone, and at what it leads to: the others are as the other supervisor's."""


def sort_of(path: str, figure: Figure) -> tuple[str, ...]:
    """What a figure has in common with others that are made the same way: one of each is followed."""
    of = shape_of(figure.of.replace("-", "/"))
    return shape_of(path), shape_of(figure.address.partition("?")[0]), figure.part.rstrip("0123456789"), of


@pytest.mark.parametrize("who", FEWEST)
def test_figures_open_to_what_they_are_made_of(demo_app: Flask, who: str) -> None:
    walker, known, followed = Walker(demo_app, who), dict[str, Node | None](), Counter[tuple[str, ...]]()

    def find(address: str) -> Node | None:
        if address not in known:
            answer = walker.get(address)
            is_page = answer.status_code == 200 and (answer.content_type or "").startswith("text/html")
            known[address] = tree(answer.get_data(as_text=True)) if is_page else None
        return known[address]

    def read(address: str) -> Node:
        found = find(address)
        assert found is not None, f"{who}: {address} is no page"
        return found

    wrong, queue, shapes = list[str](), list(STARTS[: 1 if who == AT_HOME else None]), set[str]()
    for path in queue:  # pages as they were are today's templates, and take long: see tests/grants
        page = find(path)
        if page is None:
            continue
        for link in () if who == AT_HOME else links(page, path):
            if shape_of(link) not in shapes and link.startswith("/") and "/at/" not in link:
                shapes.add(shape_of(link))
                queue.append(link)
        for figure in figures(page, path):
            followed[sort_of(path, figure)] += 1
            if followed[sort_of(path, figure)] == 1 and (made := made_of(figure, read)) != figure.value:
                wrong.append(f"{path}: {figure.words!r} is {figure.value}, {figure.address}#{figure.part}: {made}")
    assert not wrong, "\n".join(wrong)
    assert len(followed) >= FEWEST[who], followed
