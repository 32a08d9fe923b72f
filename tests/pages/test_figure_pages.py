"""Every figure of every page opens to rows that count, or add up to, just what it says."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask

from tests.pages.figures import Figure, Node, figures, made_of, tree
from tests.pages.walking import PEOPLE, Walker, shape_of

STARTS = ("/", "/cases/EE-2026-00001", "/cases/")
FEWEST = {"caseworker.tallinn": 20}
ENOUGH = 2
"""So many figures of one sort are followed: of pages of one shape, to rows of one name on pages of one shape."""


def sort_of(path: str, figure: Figure) -> tuple[str, ...]:
    """What one figure has in common with others that are made the same way."""
    of = shape_of(figure.of.replace("-", "/"))
    return shape_of(path), shape_of(figure.address.partition("?")[0]), figure.part.rstrip("0123456789"), of


@pytest.mark.parametrize("who", PEOPLE)
def test_figures_open_to_what_they_are_made_of(demo_app: Flask, who: str) -> None:
    walker, known, followed = Walker(demo_app, who), dict[str, Node](), Counter[tuple[str, ...]]()

    def read(address: str) -> Node:
        if address not in known:
            answer = walker.get(address)
            assert answer.status_code == 200, f"{who}: {address} answered {answer.status_code}"
            known[address] = tree(answer.get_data(as_text=True))
        return known[address]

    wrong = []
    for path, _reader in walker.pages(*STARTS):
        for figure in figures(read(path), path):
            sort = sort_of(path, figure)
            if followed[sort] >= ENOUGH and figure.address != path:
                continue
            followed[sort] += 1
            made = made_of(figure, read)
            if made != figure.value:
                wrong.append(
                    f"{path}: {figure.words!r} is {figure.value}, {figure.address}#{figure.part}: {made} {figure.of}"
                )
    assert not wrong, "\n".join(wrong)
    assert len(followed) >= FEWEST.get(who, 2), followed
