"""How a tender can have gone, and who can have sat on its panel. No database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casetracker.disbursements.states import PanelEntry
from casetracker.disbursements.tender_rules import why_not_tender

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def outside(name: str) -> PanelEntry:
    """Somebody who is not of the office."""
    return PanelEntry(user_id=None, name=name, function="Engineer")


def staff(user_id: str) -> PanelEntry:
    """Somebody of the office."""
    return PanelEntry(user_id=user_id, name=None, function="Office")


OUTSIDE = [outside(f"Engineer {number}") for number in range(3)]
Told = tuple[str, str, dict[str, int]]
TWICE: Told = ("Somebody stands on the panel twice.", "panel", {})
NAMELESS: Told = ("Each of the panel is somebody of the office, or has a name.", "panel", {})


@pytest.mark.parametrize(
    ("published", "opened", "panel", "why"),
    [
        (TODAY, TODAY, OUTSIDE, None),
        (TODAY - DAY, TODAY, [*OUTSIDE[:2], staff("a")], None),
        (TODAY, TODAY + DAY, OUTSIDE, ("This day lies in the future.", "opened_on", {})),
        (TODAY, TODAY - DAY, OUTSIDE,
         ("The bids would have been opened before the tender was published.", "opened_on", {})),
        (TODAY, TODAY, OUTSIDE[:2],
         ("Not enough sat on the panel: needed %(needed)d, there %(there)d.", "panel", {"needed": 3, "there": 2})),
        (TODAY, TODAY, [*OUTSIDE, PanelEntry(user_id=None, name=None, function="Nobody")], NAMELESS),
        (TODAY, TODAY, [*OUTSIDE, PanelEntry(user_id="a", name="A", function="Both")], NAMELESS),
        (TODAY, TODAY, [*OUTSIDE, outside("ENGINEER 0")], TWICE),
        (TODAY, TODAY, [*OUTSIDE, staff("a"), staff("a")], TWICE),
    ],
)  # fmt: skip
def test_what_a_tender_file_needs(published: date, opened: date, panel: list[PanelEntry], why: object) -> None:
    refused = why_not_tender(published, opened, panel, TODAY)
    assert (refused and (refused.id, refused.field, dict(refused.params))) == why
