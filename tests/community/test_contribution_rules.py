"""When a co-contribution is pledged, delivered, corrected: to the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casetracker.community import contribution_rules as rules
from casetracker.community.states import SiteFacts, SiteOutcome, SiteStage

TODAY = date(2026, 5, 20)
DAY = timedelta(days=1)


def facts(stage: SiteStage = SiteStage.SELECTED, outcome: SiteOutcome | None = None) -> SiteFacts:
    """A site that was selected, unless said otherwise."""
    return SiteFacts(stage=stage, outcome=outcome)


@pytest.mark.parametrize("stage", [stage for stage in SiteStage if stage != SiteStage.CLOSED])
def test_somebody_pledges_at_any_stage_until_today(stage: SiteStage) -> None:
    assert rules.why_not_pledge(facts(stage), TODAY, TODAY) is None
    refused = rules.why_not_pledge(facts(stage), TODAY + DAY, TODAY)
    assert refused is not None and refused.field == "pledged_on"


def test_nobody_pledges_for_what_is_over() -> None:
    for over in (facts(SiteStage.CLOSED), facts(outcome=SiteOutcome.STOPPED)):
        refused = rules.why_not_pledge(over, TODAY, TODAY)
        assert refused is not None and refused.field is None


def test_what_was_pledged_comes_from_that_day_on_until_today() -> None:
    pledged = TODAY - 5 * DAY
    assert rules.why_not_deliver(pledged, pledged, TODAY) is None
    assert rules.why_not_deliver(pledged, TODAY, TODAY) is None
    for day in (pledged - DAY, TODAY + DAY):
        refused = rules.why_not_deliver(pledged, day, TODAY)
        assert refused is not None and refused.field == "delivered_on"


def test_a_pledge_is_not_corrected_to_after_what_came_of_it() -> None:
    first = TODAY - 2 * DAY
    assert rules.why_not_correct(first, first, TODAY) is None and rules.why_not_correct(TODAY, None, TODAY) is None
    for day, came in ((first + DAY, first), (TODAY + DAY, None)):
        refused = rules.why_not_correct(day, came, TODAY)
        assert refused is not None and refused.field == "pledged_on"
