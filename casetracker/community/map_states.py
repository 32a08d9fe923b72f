"""What a map of a project's sites is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values


class MapTone(StrEnum):
    """How far a site has come, as far as a colour tells."""

    ASKED = "asked"
    UNDER_WAY = "under_way"
    USED = "used"
    LEFT = "left"


name_values({
    MapTone.ASKED: N_("Before the selection"),
    MapTone.UNDER_WAY: N_("Selected, on its way"),
    MapTone.USED: N_("In use, or closed after it"),
    MapTone.LEFT: N_("No further on the way"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Place:
    """A site to be drawn. latitude/longitude: whole millionths of a degree, None where they are not known."""

    number: int
    latitude: int | None
    longitude: int | None
    tone: MapTone
    title: str


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A site as it is drawn: the middle of its dot, in units of the drawing from its upper left corner."""

    x: int
    y: int
    place: Place


@dataclass(frozen=True, kw_only=True)
class SiteMap:
    """A drawing of `width` by `height` units. bar: how long its measure of `km` kilometres is; undrawn: titles of the
    sites that have no coordinates."""

    width: int
    height: int
    radius: int
    dots: tuple[Dot, ...]
    km: int
    bar: int
    undrawn: tuple[str, ...]

    @property
    def tones(self) -> list[MapTone]:
        """The tones that are there, in the order of the way."""
        there = {dot.place.tone for dot in self.dots}
        return [tone for tone in MapTone if tone in there]
