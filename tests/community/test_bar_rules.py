"""How the picture of planned and reached people is drawn. No database."""

from __future__ import annotations

import pytest

from casetracker.community.bar_rules import LONGEST, draw_bars
from casetracker.community.bar_states import Bar, BarChart, BarRow, Pair


def test_bars_have_one_scale_and_a_number_for_each() -> None:
    chart = draw_bars([
        Pair(label="Club", planned=200, reached=50), Pair(label="None", planned=None, reached=None),
        Pair(label="Library", planned=None, reached=1),
    ])  # fmt: skip
    assert chart is not None
    assert [(row.label, [(bar.tone, bar.length) for bar in row.bars]) for row in chart.rows] == [
        ("Club", [("planned", LONGEST), ("reached", 70)]), ("Library", [("reached", 2)]),
    ]  # fmt: skip
    edges = [bar.y for row in chart.rows for bar in row.bars]
    assert edges == sorted(edges) and max(edges) + chart.thickness <= chart.height
    assert draw_bars([Pair(label="Club", planned=None, reached=0)]) is None


def test_names_stand_over_their_bars_and_sites_under_one_another() -> None:
    """A name takes 18 units, a bar 12 and 2 below it, the room between two sites is 14."""
    chart = draw_bars([
        Pair(label="Club", planned=200, reached=50), Pair(label="Library", planned=100, reached=None),
        Pair(label="School", planned=0, reached=200),
    ])  # fmt: skip
    assert chart == BarChart(width=360, height=154, thickness=12, rows=(
        BarRow(label="Club", y=13, bars=(
            Bar(tone="planned", y=18, length=280, number=200), Bar(tone="reached", y=32, length=70, number=50),
        )),
        BarRow(label="Library", y=73, bars=(Bar(tone="planned", y=78, length=140, number=100),)),
        BarRow(label="School", y=119, bars=(
            Bar(tone="planned", y=124, length=0, number=0), Bar(tone="reached", y=138, length=280, number=200),
        )),
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("number", "length"), [(0, 0), (1, 2), (4, 2), (5, 3), (6, 3), (7, 4), (280, 140), (559, 280), (560, 280)]
)
def test_a_bar_is_as_long_as_its_number_half_up_and_never_too_short_to_be_seen(number: int, length: int) -> None:
    chart = draw_bars([Pair(label="Club", planned=560, reached=number)])
    assert chart is not None and chart.rows[0].bars[1].length == length


def test_one_person_is_a_whole_picture() -> None:
    chart = draw_bars([Pair(label="Club", planned=None, reached=1)])
    assert chart is not None and [bar.length for bar in chart.rows[0].bars] == [280]


@pytest.mark.parametrize("pairs", [
    [], [Pair(label="Club", planned=None, reached=None)], [Pair(label="Club", planned=0, reached=0)],
])  # fmt: skip
def test_nobody_is_no_picture(pairs: list[Pair]) -> None:
    assert draw_bars(pairs) is None
