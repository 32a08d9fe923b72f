"""Codes of the places that a site lies in: their form, their level, and that they lie in one another."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from casetracker.community.place_rules import Level, level_of, tidy, why_not_codes

OBLAST, RAION, HROMADA, SETTLEMENT = (
    "UA14000000000091971", "UA14120000000070232", "UA14120130000086767", "UA14120130010079249",
)  # fmt: skip
"""Mykolaivka in Donetsk oblast, as the list has it."""
KYIV, DISTRICT_OF_KYIV = "UA80000000000093317", "UA80000000000126643"
NAMES: Mapping[str, str | None] = {"raion": "Kramatorsk", "hromada": "Mykolaivka"}


def why(
    codes: Mapping[str, str], *, country: str = "UA", names: Mapping[str, str | None] = NAMES
) -> tuple[str | None, str]:
    """(field, sentence) of the refusal; (None, "") where there is none."""
    refusal = why_not_codes(country, codes, names)
    return (refusal.field, refusal.id) if refusal else (None, "")


@pytest.mark.parametrize(
    ("code", "level"),
    [
        (OBLAST, Level.OBLAST), (RAION, Level.RAION), (HROMADA, Level.HROMADA), (SETTLEMENT, Level.SETTLEMENT),
        ("UA14120130010123456", Level.CITY_DISTRICT), ("UA14121000000012345", Level.HROMADA),
        ("UA14120131000012345", Level.SETTLEMENT), ("UA14120130011012345", Level.CITY_DISTRICT),
        (KYIV, Level.OBLAST), (DISTRICT_OF_KYIV, Level.CITY_DISTRICT),
    ],
)  # fmt: skip
def test_a_code_says_what_it_names(code: str, level: Level) -> None:
    assert level_of(code) == level


@pytest.mark.parametrize(
    "codes",
    [
        {}, {"place_code": SETTLEMENT}, {"oblast_code": OBLAST, "place_code": SETTLEMENT}, {"raion_code": RAION},
        {"oblast_code": OBLAST, "raion_code": RAION, "hromada_code": HROMADA, "place_code": SETTLEMENT},
        {"place_code": "UA14120130010123456"}, {"oblast_code": KYIV, "place_code": KYIV},
        {"oblast_code": KYIV, "raion_code": DISTRICT_OF_KYIV, "hromada_code": KYIV, "place_code": KYIV},
        {"oblast_code": KYIV, "raion_code": KYIV, "hromada_code": KYIV, "place_code": DISTRICT_OF_KYIV},
        {"oblast_code": KYIV, "raion_code": DISTRICT_OF_KYIV, "place_code": DISTRICT_OF_KYIV},
    ],
)  # fmt: skip
def test_codes_that_lie_in_one_another_stand(codes: dict[str, str]) -> None:
    assert why(codes) == (None, "")


@pytest.mark.parametrize(
    ("codes", "field"),
    [
        ({"place_code": "UA1412013001"}, "place_code"),
        ({"oblast_code": "14000000000091971"}, "oblast_code"),
        ({"oblast_code": "UA1400000000009197I"}, "oblast_code"),
        ({"place_code": "UA" + "\u0661" * 17}, "place_code"),
        ({"oblast_code": "UA" + "0" * 17}, "oblast_code"),
    ],
)
def test_a_code_of_ukraine_has_the_form_of_its_list(codes: dict[str, str], field: str) -> None:
    assert why(codes) == (field, "A code of Ukraine's list is UA and 17 digits.")


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("oblast_code", RAION), ("raion_code", HROMADA), ("raion_code", OBLAST), ("hromada_code", RAION),
        ("hromada_code", SETTLEMENT), ("place_code", HROMADA), ("place_code", OBLAST),
        ("hromada_code", DISTRICT_OF_KYIV),
    ],
)  # fmt: skip
def test_a_code_of_another_level_is_refused_at_its_field(field: str, code: str) -> None:
    assert why({field: code}) == (field, "This is the code of %(is)s; here stands that of %(wanted)s.")


def test_the_refusal_of_a_level_names_both() -> None:
    refusal = why_not_codes("UA", {"raion_code": HROMADA}, NAMES)
    assert refusal is not None and {name: str(part) for name, part in refusal.params.items()} == {
        "is": "a hromada",
        "wanted": "a raion",
    }


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [("UA", "ua14 000000000\t091971 ", OBLAST), ("GE", "ge-tb 1", "ge-tb 1"), ("UA", None, None), ("UA", "", "")],
)
def test_a_code_is_kept_as_the_list_writes_it(country: str, typed: str | None, kept: str | None) -> None:
    assert tidy(country, typed) == kept


def test_places_lie_in_one_another_also_over_an_empty_field() -> None:
    other = "UA63140010010099999"
    assert why({"oblast_code": OBLAST, "raion_code": "UA63140000000012345"})[0] == "raion_code"
    assert why({"raion_code": RAION, "hromada_code": "UA14020130000080900"})[0] == "hromada_code"
    assert why({"raion_code": DISTRICT_OF_KYIV, "place_code": "UA85000000000065278"})[0] == "place_code"
    assert why({"oblast_code": OBLAST, "place_code": other}) == (
        "place_code",
        "This code is of a place outside the oblast of the code above.",
    )
    assert why({"oblast_code": OBLAST, "hromada_code": HROMADA, "place_code": "UA14120150010012345"}) == (
        "place_code",
        "This code is of a place outside the hromada of the code above.",
    )


def test_a_code_needs_its_name() -> None:
    nameless: dict[str, str | None] = {"raion": None, "hromada": ""}
    sentence = "This code stands without its name. Enter the name too."
    assert why({"raion_code": RAION}, names=nameless) == ("raion_code", sentence)
    assert why({"hromada_code": "GE-1"}, country="GE", names=nameless) == ("hromada_code", sentence)


def test_other_countries_codes_are_kept_as_they_are() -> None:
    assert why({"oblast_code": "GE-TB", "place_code": "5"}, country="GE") == (None, "")
