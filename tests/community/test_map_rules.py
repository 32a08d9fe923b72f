"""Where the sites of a project are drawn."""

from __future__ import annotations

from itertools import combinations
from math import hypot

import pytest

from casetracker.community.map_rules import RADIUS, WIDTH, draw_map, title_of, tone_of
from casetracker.community.map_states import MapTone, Place, SiteMap
from casetracker.community.states import SiteOutcome, SiteStage


def place(number: int, latitude: int | None, longitude: int | None) -> Place:
    """A site, with coordinates in hundredths of a degree."""
    at = [None if each is None else each * 10_000 for each in (latitude, longitude)]
    return Place(number=number, latitude=at[0], longitude=at[1], tone=MapTone.ASKED, title=f"Site {number}")


def drawn(*places: Place) -> SiteMap:
    """The map, which there is."""
    found = draw_map(places)
    assert found is not None
    return found


@pytest.mark.parametrize("sites", [
    [], [place(1, 4859, 3784)], [place(1, 4859, 3784), place(2, None, None)], [place(1, None, None)] * 3,
    [place(1, 4859, 3784), place(2, 4859, None), place(3, None, 3784)],
])  # fmt: skip
def test_fewer_than_two_places_are_no_map(sites: list[Place]) -> None:
    assert draw_map(sites) is None


def test_half_known_coordinates_are_not_drawn() -> None:
    found = drawn(place(1, 4800, None), place(2, 4800, 3700), place(3, None, 3700), place(4, 4900, 3700))
    assert [dot.place.number for dot in found.dots] == [2, 4] and found.undrawn == ("Site 1", "Site 3")


@pytest.mark.parametrize(
    ("one", "other", "height", "dots"),
    [
        ((0, 0), (0, 100), 150, [(24, 63), (376, 63)]),
        ((-50, 0), (50, 200), 248, [(24, 200), (376, 24)]),
        ((4800, 3700), (5000, 3700), 400, [(200, 352), (200, 24)]),
    ],
)
def test_the_outermost_sites_stand_at_the_margin(
    one: tuple[int, int], other: tuple[int, int], height: int, dots: list[tuple[int, int]]
) -> None:
    """24 units to each side and above; below 24 more for the measure."""
    found = drawn(place(1, *one), place(2, *other))
    assert (found.width, found.height, found.radius) == (400, height, 10)
    assert [(dot.x, dot.y) for dot in found.dots] == dots


@pytest.mark.parametrize(
    ("hundredths", "km", "bar"),
    [
        (1, 1, 317), (5, 2, 127), (6, 2, 106), (12, 5, 132), (24, 10, 132), (48, 20, 132), (119, 50, 133),
        (238, 100, 133), (475, 200, 133), (1188, 500, 133), (2375, 1000, 133), (3600, 1000, 88),
    ],
)  # fmt: skip
def test_the_measure_is_the_longest_round_one_within_a_third_of_the_width(hundredths: int, km: int, bar: int) -> None:
    """At the equator, by how far east the second site lies; where even a kilometre is longer, it is a kilometre."""
    found = drawn(place(1, 0, 0), place(2, 0, hundredths))
    assert (found.km, found.bar) == (km, bar)


def test_sites_at_one_place_stand_around_it() -> None:
    found = drawn(*(place(number, 4859, 3784) for number in range(1, 8)))
    assert [(dot.x, dot.y) for dot in found.dots] == [
        (200, 63), (220, 63), (209, 81), (188, 79), (180, 59), (202, 43), (222, 42),
    ]  # fmt: skip
    assert found.bar == 328, "they fill the picture no more than if they lay a kilometre apart"


def test_a_crowd_fills_the_picture_and_stays_in_it() -> None:
    """Where all is full, the place itself is taken again; no dot leaves the picture or stands on the measure."""
    found: set[tuple[int, int]] = set()
    for east in (15, 20):
        crowd = drawn(place(1, 0, 0), place(2, 0, 100), *(place(number, 0, east) for number in range(3, 103)))
        at = [(dot.x, dot.y) for dot in crowd.dots]
        assert len(at) == 102 and at.count(at[2]) == 102 - len(set(at)) + 1 > 10
        assert all(hypot(a[0] - b[0], a[1] - b[1]) >= 20 for a, b in combinations(set(at), 2))
        found |= set(at)
    assert (min(x for x, _ in found), max(x for x, _ in found)) == (10, 390)
    assert (min(y for _, y in found), max(y for _, y in found)) == (10, 116)


def test_north_is_above_and_east_to_the_right() -> None:
    south_west, north_east, nowhere = place(1, 4800, 3700), place(2, 4900, 3900), place(3, None, None)
    found = drawn(south_west, north_east, nowhere)
    first, second = found.dots
    assert first.x < second.x and first.y > second.y
    assert [dot.place.number for dot in found.dots] == [1, 2] and found.undrawn == ("Site 3",)


@pytest.mark.parametrize(("latitude", "squeeze"), [(0, 1.0), (4800, 0.669), (6000, 0.5), (-6000, 0.5)])
def test_a_degree_of_longitude_is_as_long_as_it_is_there(latitude: int, squeeze: float) -> None:
    found = drawn(place(1, latitude - 50, 0), place(2, latitude + 50, 0), place(3, latitude, 100))
    south, north, east = found.dots
    assert (east.x - south.x) / (south.y - north.y) == pytest.approx(squeeze, abs=0.02)


def test_the_measure_is_true() -> None:
    """A degree of latitude has 111.2 km."""
    found = drawn(place(1, 4800, 3700), place(2, 4900, 3700))
    south, north = found.dots
    assert (south.y - north.y) / found.bar * found.km == pytest.approx(111.2, rel=0.03)
    assert found.bar <= WIDTH / 3


@pytest.mark.parametrize("sites", [
    [place(number, 4859, 3784) for number in range(1, 71)],
    [place(1, 4859, 3784), place(2, 4859, 3784), place(3, 5000, 3000)],
    [place(number, -9000 + 250 * number, -18000 + 500 * number) for number in range(1, 71)],
    [place(1, 4859, 3000), place(2, 4859, 4000)],
    [place(1, 4400, 3784), place(2, 5200, 3784), place(3, 5200, 3784)],
])  # fmt: skip
def test_every_dot_is_to_be_seen(sites: list[Place]) -> None:
    found = drawn(*sites)
    assert len(found.dots) == len(sites)
    for dot in found.dots:
        assert RADIUS <= dot.x <= found.width - RADIUS and RADIUS <= dot.y <= found.height - RADIUS
    assert all(hypot(a.x - b.x, a.y - b.y) >= 2 * RADIUS for a, b in combinations(found.dots, 2))


@pytest.mark.parametrize(("stage", "outcome", "tone"), [
    (SiteStage.CALL, None, MapTone.ASKED), (SiteStage.SHORTLISTED, None, MapTone.ASKED),
    (SiteStage.SELECTED, None, MapTone.UNDER_WAY), (SiteStage.HANDED_OVER, None, MapTone.UNDER_WAY),
    (SiteStage.IN_USE, None, MapTone.USED), (SiteStage.CLOSED, None, MapTone.USED),
    (SiteStage.CALL, SiteOutcome.NOT_SELECTED, MapTone.LEFT), (SiteStage.IN_USE, SiteOutcome.STOPPED, MapTone.LEFT),
])  # fmt: skip
def test_colours_follow_the_stage(stage: SiteStage, outcome: SiteOutcome | None, tone: MapTone) -> None:
    assert tone_of(stage, outcome) == tone


def test_legend_has_what_is_there() -> None:
    used = Place(number=2, latitude=48_000_000, longitude=38_000_000, tone=MapTone.USED, title="Library")
    assert drawn(used, place(1, 4859, 3784)).tones == [MapTone.ASKED, MapTone.USED]


def test_a_settlement_is_named_once() -> None:
    assert title_of("School", "Zorya") == "School, Zorya"
    assert title_of("School of zorya", "Zorya") == "School of zorya"
