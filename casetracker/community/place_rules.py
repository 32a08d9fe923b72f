"""Why a site's codes of its place do not stand. Pure.

Ukraine's list (KATOTTH) names every unit by "UA" and 17 digits: 2 for the oblast, 2 for the raion, 3 for the hromada, 3
for the settlement, 2 for a district of a city, and 5 that are its own. Zeros stand where a unit has no such part. A
city with special status (Kyiv, Sevastopol) stands beside the oblasts; it is its own raion, hromada and settlement, and
has districts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from casetracker.core.errors import N_, Message

CODED_COUNTRY = "UA"
"""Whose list these rules know; of other countries a code is only kept."""
_FORM = re.compile(r"UA(?!00)[0-9]{17}")
_CITIES = ("UA80", "UA85")


class Level(StrEnum):
    """What a code of the list names."""

    OBLAST = "oblast"
    RAION = "raion"
    HROMADA = "hromada"
    SETTLEMENT = "settlement"
    CITY_DISTRICT = "city_district"


ENDS = {Level.OBLAST: 4, Level.RAION: 6, Level.HROMADA: 9, Level.SETTLEMENT: 12, Level.CITY_DISTRICT: 14}
"""Where the digits of a level end in a code."""
FIELDS = {
    "oblast_code": (Level.OBLAST,),
    "raion_code": (Level.RAION,),
    "hromada_code": (Level.HROMADA,),
    "place_code": (Level.SETTLEMENT, Level.CITY_DISTRICT),
}
"""Field -> the levels that belong into it, from the widest place to the narrowest."""
NAMES = {"raion_code": "raion", "hromada_code": "hromada"}
"""Field of a code -> field of the name, where that may be empty."""
_NAMED = {
    Level.OBLAST: N_("an oblast"), Level.RAION: N_("a raion"), Level.HROMADA: N_("a hromada"),
    Level.SETTLEMENT: N_("a settlement"), Level.CITY_DISTRICT: N_("a district of a city"),
}  # fmt: skip
_LIES_IN = {
    "oblast_code": N_("This code is of a place outside the oblast of the code above."),
    "raion_code": N_("This code is of a place outside the raion of the code above."),
    "hromada_code": N_("This code is of a place outside the hromada of the code above."),
}


def tidy(country: str, code: str | None) -> str | None:
    """A code as it is kept; one of Ukraine without spaces and in capitals, however it was copied.

    >>> tidy("UA", "ua14 000000000 091971"), tidy("GE", "ge-tb 1")
    ('UA14000000000091971', 'ge-tb 1')
    """
    return "".join(code.split()).upper() if code and country == CODED_COUNTRY else code


def level_of(code: str) -> Level:
    """What a code of the right form names: the narrowest part that is not all zeros."""
    before, found = 2, Level.OBLAST
    for level, end in ENDS.items():
        if code[before:end].strip("0"):
            found = level
        before = end
    return found


def why_not_codes(country: str, codes: Mapping[str, str | None], names: Mapping[str, str | None]) -> Message | None:
    """Why these codes (by FIELDS) cannot stand with these names (by the fields in NAMES) in a project of this country
    (ISO 3166-1, two letters). Those that are given must lie in one another, also over one that is not."""
    given = {field: code for field in FIELDS if (code := codes.get(field))}
    for field in given:
        if field in NAMES and not names.get(NAMES[field]):
            return Message(N_("This code stands without its name. Enter the name too."), {}, field)
    if country != CODED_COUNTRY:
        return None
    wider: list[str] = []
    for field, code in given.items():
        if not _FORM.fullmatch(code):
            return Message(N_("A code of Ukraine's list is UA and 17 digits."), {}, field)
        if (level := level_of(code)) not in _levels(field, code):
            named = {"is": Message(_NAMED[level]), "wanted": Message(_NAMED[FIELDS[field][0]])}
            return Message(N_("This is the code of %(is)s; here stands that of %(wanted)s."), named, field)
        for above in wider:
            if not code.startswith(given[above][: _end(given[above])]):
                return Message(_LIES_IN[above], {}, field)
        wider.append(field)
    return None


def _end(wider: str) -> int:
    """Where the digits end that what lies in a place has, too; beside a city's district may stand the city itself."""
    level = level_of(wider)
    return ENDS[Level.OBLAST if level == Level.CITY_DISTRICT else level]


def _levels(field: str, code: str) -> tuple[Level, ...]:
    """The levels that belong into the field. A city with special status stands in each of them, and its districts are
    what others call raions."""
    if not code.startswith(_CITIES):
        return FIELDS[field]
    return (Level.OBLAST, Level.CITY_DISTRICT) if field in ("raion_code", "place_code") else (Level.OBLAST,)
