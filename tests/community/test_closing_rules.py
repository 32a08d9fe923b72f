"""When a project is closed and opened again. No database."""

from __future__ import annotations

import pytest

from casetracker.community.closing_rules import why_not_close, why_not_reopen
from casetracker.community.states import SiteFacts, SiteOutcome, SiteStage
from casetracker.core.errors import Message

CLOSED = SiteFacts(stage=SiteStage.CLOSED, outcome=None)
STOPPED = SiteFacts(stage=SiteStage.WORKS, outcome=SiteOutcome.STOPPED)
ON_ITS_WAY = SiteFacts(stage=SiteStage.IN_USE, outcome=None)


@pytest.mark.parametrize("sites", [[], [CLOSED], [STOPPED, CLOSED]])
def test_a_project_is_closed_when_no_site_is_on_its_way_and_nothing_waits(sites: list[SiteFacts]) -> None:
    assert why_not_close(sites, open_money=0, open_points=0) is None


def told(refused: Message | None) -> tuple[str, dict[str, object], str | None]:
    """Sentence, parameters, and the sentence of many."""
    assert refused is not None
    return refused.id, dict(refused.params), refused.plural


def test_each_site_on_its_way_holds_it_open() -> None:
    one = "%(num)d site is still on its way. Close it, or take it off the way first."
    many = "%(num)d sites are still on their way. Close them, or take them off the way first."
    assert told(why_not_close([CLOSED, ON_ITS_WAY, STOPPED], open_money=1, open_points=1)) == (one, {"num": 1}, many)
    assert told(why_not_close([ON_ITS_WAY] * 3, open_money=0, open_points=0)) == (one, {"num": 3}, many)


def test_money_on_its_way_holds_it_open() -> None:
    words = "Money of this project is on its way: something was asked for, or an amount is reserved."
    assert told(why_not_close([CLOSED], open_money=1, open_points=2)) == (words, {}, None)


def test_what_is_to_be_settled_holds_it_open() -> None:
    one, many = "%(num)d point is open. Settle it first.", "%(num)d points are open. Settle them first."
    assert told(why_not_close([CLOSED], open_money=0, open_points=2)) == (one, {"num": 2}, many)


def test_only_what_is_closed_is_opened_again() -> None:
    assert why_not_reopen(True) is None
    assert told(why_not_reopen(False)) == ("The project is not closed.", {}, None)
