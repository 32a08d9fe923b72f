"""Where a project's sites are drawn: a plane picture from their coordinates alone. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, cos, hypot, pi, radians, sin

from casetracker.community.map_states import Dot, MapTone, Place, SiteMap
from casetracker.community.states import BEFORE_SELECTION, DEGREE, SiteOutcome, SiteStage

WIDTH, LEAST_HEIGHT, MOST_HEIGHT = 400, 150, 400
MARGIN, RADIUS = 24, 10
FOOT = 24
"""Room under the dots for the measure."""
KM_OF_DEGREE = 111.2
"""A degree of latitude on a globe of the earth's mean radius, 6,371 km."""
MEASURES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
LEAST_KM = 1.0
"""Sites that lie nearer to each other than this fill the picture no more than if they lay so far apart."""
LEAST_SITES = 2


def tone_of(stage: SiteStage, outcome: SiteOutcome | None) -> MapTone:
    """The colour of a site that stands there."""
    if outcome is not None:
        return MapTone.LEFT
    if stage in (SiteStage.IN_USE, SiteStage.CLOSED):
        return MapTone.USED
    return MapTone.ASKED if stage in BEFORE_SELECTION else MapTone.UNDER_WAY


def title_of(name: str, settlement: str) -> str:
    """What a dot is called: the site's name with its settlement, once."""
    return name if settlement.casefold() in name.casefold() else f"{name}, {settlement}"


def draw_map(places: Sequence[Place]) -> SiteMap | None:
    """The drawing of these sites, north above; None where fewer than two have coordinates.

    A degree of longitude is as long as it is at the middle latitude: right to some per cent within a country.
    """
    known = [
        (place, place.latitude / DEGREE, place.longitude / DEGREE)
        for place in places
        if place.latitude is not None and place.longitude is not None
    ]
    if len(known) < LEAST_SITES:
        return None
    norths, easts = [north for _, north, _ in known], [east for _, _, east in known]
    squeeze = cos(radians((max(norths) + min(norths)) / 2))
    across, down = (max(easts) - min(easts)) * squeeze * KM_OF_DEGREE, (max(norths) - min(norths)) * KM_OF_DEGREE
    scale = _units_of_km(across, down)
    height = min(MOST_HEIGHT, max(LEAST_HEIGHT, round(down * scale) + 2 * MARGIN + FOOT))
    left = (WIDTH - across * scale) / 2
    top = (height - FOOT - down * scale) / 2
    wanted = [
        (
            place,
            round(left + (east - min(easts)) * squeeze * KM_OF_DEGREE * scale),
            round(top + (max(norths) - north) * KM_OF_DEGREE * scale),
        )
        for place, north, east in known
    ]
    km = max((each for each in MEASURES if each * scale <= WIDTH / 3), default=MEASURES[0])
    return SiteMap(
        width=WIDTH, height=height, radius=RADIUS, dots=_apart(wanted, height - FOOT), km=km, bar=round(km * scale),
        undrawn=tuple(place.title for place in places if place.latitude is None or place.longitude is None),
    )  # fmt: skip


def _units_of_km(across: float, down: float) -> float:
    """How many units of the drawing a kilometre takes, so that the outermost sites stand at the margin."""
    room_across, room_down = WIDTH - 2 * MARGIN, MOST_HEIGHT - FOOT - 2 * MARGIN
    return min(room_across / max(across, LEAST_KM), room_down / max(down, LEAST_KM))


def _apart(wanted: Sequence[tuple[Place, int, int]], height: int) -> tuple[Dot, ...]:
    """Dots at their places; one that would cover an earlier one stands at the nearest free place beside it."""
    dots: list[Dot] = []
    for place, x, y in wanted:
        x, y = _free_place(x, y, height, dots)
        dots.append(Dot(x=x, y=y, place=place))
    return tuple(dots)


def _free_place(x: int, y: int, height: int, dots: Sequence[Dot]) -> tuple[int, int]:
    """The place itself, or the first free one on rings around it; the place itself where all is full."""
    for ring in range(ceil(WIDTH / RADIUS)):
        steps = 8 * ring + 1
        for step in range(steps):
            angle = 2 * pi * step / steps
            at_x, at_y = round(x + ring * RADIUS * cos(angle)), round(y + ring * RADIUS * sin(angle))
            is_inside = RADIUS <= at_x <= WIDTH - RADIUS and RADIUS <= at_y <= height - RADIUS
            if is_inside and all(hypot(at_x - dot.x, at_y - dot.y) >= 2 * RADIUS for dot in dots):
                return at_x, at_y
    return x, y
