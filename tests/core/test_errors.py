"""A sentence with places has them filled, or it is a fault."""

from __future__ import annotations

import pytest

from casetracker.core.errors import Message


def test_a_sentence_is_read_with_its_places_filled() -> None:
    assert str(Message("%(name)s has 100 %% of it.", {"name": "Oksana"})) == ("Oksana has 100 % of it.")
    assert str(Message("All 100 % of it.")) == "All 100 % of it."


@pytest.mark.parametrize("params", [{}, {"other": "Oksana"}])
def test_a_place_that_nobody_filled_is_a_fault(params: dict[str, str]) -> None:
    with pytest.raises(KeyError, match="name"):
        str(Message("%(name)s is ready.", params))


@pytest.mark.parametrize(("num", "words"), [(1, "1 day"), (2, "2 days"), (0, "0 days")])
def test_a_sentence_that_turns_on_a_number(num: int, words: str) -> None:
    assert str(Message("%(num)d day", {"num": num}, plural="%(num)d days")) == words
    assert Message("%(num)d day", {"num": num}, plural="%(num)d days").beside("day").plural == "%(num)d days"
