"""Words of enumerations: every value has some, and one table may name several enumerations."""

from __future__ import annotations

from enum import StrEnum

import pytest

from casetracker.core.labels import label_id, name_values


class Colour(StrEnum):
    """One."""

    RED = "red"
    NONE = "none"


class Shape(StrEnum):
    """Another."""

    ROUND = "round"


def test_one_table_names_several_enumerations() -> None:
    name_values({Colour.RED: "Red", Shape.ROUND: "Round", Colour.NONE: "No colour"})
    assert [label_id(value) for value in (*Colour, *Shape)] == ["Red", "No colour", "Round"]


def test_a_value_left_out_is_a_fault() -> None:
    with pytest.raises(ValueError, match="Colour has values without words"):
        name_values({Shape.ROUND: "Round", Colour.RED: "Red"})
