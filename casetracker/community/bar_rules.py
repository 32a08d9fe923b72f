"""How the picture of planned and reached people is drawn: one scale for all bars, from nothing on. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from casetracker.community.bar_states import Bar, BarChart, BarRow, Pair

WIDTH, LONGEST, THICK, HEAD, GAP = 360, 280, 12, 18, 14
SHORTEST = 2
"""So long is a bar of somebody at least, that it is seen."""


def draw_bars(pairs: Sequence[Pair]) -> BarChart | None:
    """Two bars for each site that has a number; None where no site has one."""
    drawn = [pair for pair in pairs if pair.planned is not None or pair.reached is not None]
    most = max((number for pair in drawn for number in (pair.planned, pair.reached) if number), default=0)
    if not most:
        return None
    rows: list[BarRow] = []
    y = 0
    for pair in drawn:
        numbers = [(tone, number) for tone, number in (("planned", pair.planned), ("reached", pair.reached))
                   if number is not None]  # fmt: skip
        bars = tuple(
            Bar(tone=tone, y=y + HEAD + place * (THICK + 2), length=_length(number, most), number=number)
            for place, (tone, number) in enumerate(numbers)
        )
        rows.append(BarRow(label=pair.label, y=y + HEAD - 5, bars=bars))
        y += HEAD + len(bars) * (THICK + 2) + GAP
    return BarChart(width=WIDTH, height=y - GAP + 2, thickness=THICK, rows=tuple(rows))


def _length(number: int, most: int) -> int:
    """Half up.

    >>> _length(0, 10), _length(1, 1000), _length(10, 10)
    (0, 2, 280)
    """
    return max(SHORTEST, (2 * LONGEST * number + most) // (2 * most)) if number else 0
