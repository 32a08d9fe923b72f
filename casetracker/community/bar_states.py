"""The picture of planned and reached people by site: bars in the units of its viewBox."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A site's numbers as drawn; None where there is none."""

    label: str
    planned: int | None
    reached: int | None


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: its upper edge, its length, the number at its end."""

    tone: str
    y: int
    length: int
    number: int


@dataclass(frozen=True, kw_only=True)
class BarRow:
    """A site's name and its bars under it."""

    label: str
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True)
class BarChart:
    """The whole picture."""

    width: int
    height: int
    thickness: int
    rows: tuple[BarRow, ...]
