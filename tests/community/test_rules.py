"""What a group's roster and a selection can hold, and what they give to a site's way, without a database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casetracker.cases.states import Sex
from casetracker.community import group_rules, rules, selection_rules
from casetracker.community.states import (
    BEFORE_SELECTION,
    AgeBand,
    CriterionEntry,
    CriterionFacts,
    GroupProfile,
    MemberEntry,
    SiteFacts,
    SiteOutcome,
    SiteStage,
    VoteEntry,
)
from casetracker.core.errors import Message

TODAY = date(2026, 11, 20)
LATER = TODAY + timedelta(days=1)
EARLIER = TODAY - timedelta(days=1)
REASON = "Please give the reason; it stays in the history."


def told(message: Message | None) -> tuple[str | None, str | None]:
    """(sentence, field) of a refusal."""
    return (str(message), message.field) if message else (None, None)


def joining(**changes: Any) -> MemberEntry:
    """A local man of 30 to 59, unless changed."""
    typed: dict[str, Any] = {
        "number": 1, "profile": GroupProfile.LOCAL, "sex": Sex.MALE, "age_band": AgeBand.FROM_30, "joined_on": TODAY,
        "is_contact": False, "contact_name": None, "contact_phone": None,
    }  # fmt: skip
    return MemberEntry(**{**typed, **changes})


NAMES = "A name and a phone are kept of a contact person only."


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, (None, None)),
        ({"number": 12}, (None, None)),
        ({"is_contact": True, "contact_name": "Olena"}, (None, None)),
        ({"is_contact": True, "contact_name": "Olena", "contact_phone": "+380"}, (None, None)),
        ({"contact_name": "Olena"}, (NAMES, "contact_name")),
        ({"contact_phone": "+380"}, (NAMES, "contact_phone")),
        ({"is_contact": True, "contact_phone": "+380"}, ("Please give the contact person's name.", "contact_name")),
        ({"is_contact": True, "contact_name": "O", "number": 2}, ("A contact person is entered alone.", "number")),
        ({"joined_on": LATER}, ("This day lies in the future.", "joined_on")),
    ],
)
def test_members(changes: dict[str, Any], refusal: tuple[str, str]) -> None:
    assert told(group_rules.why_not_member(joining(**changes), TODAY)) == refusal


@pytest.mark.parametrize(
    ("ended_on", "left_on", "refusal"),
    [
        (None, TODAY, (None, None)),
        (None, TODAY - timedelta(days=5), (None, None)),
        (TODAY, TODAY, ("This member has left the group already.", None)),
        (None, TODAY - timedelta(days=6), ("The member joined the group later than that.", "left_on")),
        (None, LATER, ("This day lies in the future.", "left_on")),
    ],
)
def test_leaving(ended_on: date | None, left_on: date, refusal: tuple[str, str]) -> None:
    assert told(group_rules.why_not_end(TODAY - timedelta(days=5), ended_on, left_on, TODAY)) == refusal


@pytest.mark.parametrize(
    ("scores", "weights", "total"),
    [
        ({"a": 10, "b": 10}, {"a": 1, "b": 100}, 100),
        ({"a": 0}, {"a": 7}, 0),
        ({"a": 1}, {"a": 7}, 10),
        ({"a": 10, "b": 0, "c": 0}, {"a": 1, "b": 1, "c": 1}, 33),
        ({"a": 10, "b": 10, "c": 0}, {"a": 1, "b": 1, "c": 1}, 67),
        ({"a": 1, "b": 0}, {"a": 1, "b": 19}, 1),
        ({"a": 9, "b": 0}, {"a": 1, "b": 199}, 0),
        ({"a": 1, "b": 2, "c": 9}, {"a": 1, "b": 1}, 15),
        ({"a": 1}, {"a": 1, "b": 1}, None),
        ({"a": 1}, {}, None),
        ({}, {"a": 1}, None),
    ],
)
def test_a_total_is_whole_per_cent_half_up(scores: dict[str, int], weights: dict[str, int], total: int | None) -> None:
    assert selection_rules.weigh(scores, weights) == total


STANDING = [
    CriterionFacts(id="1", name="Need", weight=60, is_scored=True),
    CriterionFacts(id="2", name="State of the building", weight=40, is_scored=False),
]
SAME = [("1", "Need", 60), ("2", "State of the building", 40)]
SELECTED = "A site was selected by these criteria: only their names still change."


@pytest.mark.parametrize(
    ("wanted", "reason", "has_selected", "refusal"),
    [
        (SAME, "Typed wrongly", False, (None, None)),
        ([("1", "Need", 50), (None, "Access", 50)], "Agreed so", False, (None, None)),
        ([("1", "Need of the place", 60), ("2", "Building", 40)], "Clearer", True, (None, None)),
        (SAME, None, False, (REASON, "reason")),
        (SAME, "  ", False, (REASON, "reason")),
        ([], "Why not", False, ("Enter at least one criterion.", "criteria")),
        ([*SAME, (None, "NEED", 1)], "More", False, ("A criterion stands here twice.", "criteria")),
        ([("2", "Building", 40)], "Less", False, ("Sites have scores for “Need”; it stays.", "criteria")),
        ([("1", "Need", 61), SAME[1]], "More", True, (SELECTED, "criteria")),
        ([*SAME, (None, "Access", 5)], "More", True, (SELECTED, "criteria")),
        ([SAME[0]], "Less", True, (SELECTED, "criteria")),
    ],
)
def test_criteria(wanted: list[Any], reason: str | None, has_selected: bool, refusal: tuple[str, str]) -> None:
    entries = [CriterionEntry(id=id, name=name, weight=weight) for id, name, weight in wanted]
    found = selection_rules.why_not_criteria(STANDING, entries, reason, has_selected=has_selected)
    assert told(found) == refusal


def test_the_first_criteria_need_no_reason() -> None:
    first = [CriterionEntry(id=None, name="Need", weight=60)]
    assert selection_rules.why_not_criteria([], first, None, has_selected=False) is None
    assert selection_rules.why_not_criteria(STANDING[1:], first, None, has_selected=False) is None


GONE = "This site went no further on the way."
STAYS = "This site was selected: its scores and its vote stay as they are."
FRESH = SiteFacts(stage=SiteStage.TRAINED, outcome=None)
SCORED = SiteFacts(stage=SiteStage.TRAINED, outcome=None, scored=2, criteria=2)


@pytest.mark.parametrize(
    ("facts", "criteria", "scores", "reason", "refusal"),
    [
        (FRESH, {"a", "b"}, {"a": 0, "b": 10}, None, None),
        (SCORED, {"a", "b"}, {"a": 0, "b": 10}, "Counted anew", None),
        (SCORED, {"a", "b"}, {"a": 0, "b": 10}, None, REASON),
        (FRESH, set(), {}, None, "This project has no criteria yet."),
        (FRESH, {"a", "b"}, {"a": 3}, None, "Each criterion needs a score. Open the page again if one is not on it."),
        (SiteFacts(stage=SiteStage.SELECTED, outcome=None), {"a"}, {"a": 3}, None, STAYS),
        (SiteFacts(stage=SiteStage.CALL, outcome=SiteOutcome.NOT_SELECTED), {"a"}, {"a": 3}, None, GONE),
    ],
)
def test_scores(
    facts: SiteFacts, criteria: set[str], scores: dict[str, int], reason: str | None, refusal: str | None
) -> None:
    assert told(selection_rules.why_not_score(facts, criteria, scores, reason))[0] == refusal


VOTED = SiteFacts(stage=SiteStage.SHORTLISTED, outcome=None, voted_for=9, voted_against=2)
TWICE = "The vote on this site was logged already; correct it instead."


@pytest.mark.parametrize(
    ("facts", "counts", "day", "corrects", "refusal"),
    [
        (FRESH, (9, 2, 1), TODAY, False, (None, None)),
        (FRESH, (0, 0, 1), TODAY, False, (None, None)),
        (FRESH, (1, 1, 0), TODAY, False, (None, None)),
        (FRESH, (1, 0, 1), TODAY, False, (None, None)),
        (FRESH, (1, 1, 2), TODAY, False, (None, None)),
        (VOTED, (9, 2, 1), TODAY, True, (None, None)),
        (VOTED, (9, 2, 1), TODAY, False, (TWICE, None)),
        (FRESH, (0, 0, 0), TODAY, False, ("Nobody voted.", "votes_for")),
        (VOTED, (0, 0, 0), TODAY, True, ("Nobody voted.", "votes_for")),
        (FRESH, (9, 2, 1), LATER, False, ("This day lies in the future.", "held_on")),
        (SiteFacts(stage=SiteStage.AGREED, outcome=None, voted_for=1, voted_against=0), (9, 2, 1), TODAY, True,
         (STAYS, None)),
        (SiteFacts(stage=SiteStage.TRAINED, outcome=SiteOutcome.STOPPED), (9, 2, 1), TODAY, False, (GONE, None)),
    ],
)  # fmt: skip
def test_votes(
    facts: SiteFacts, counts: tuple[int, int, int], day: date, corrects: bool, refusal: tuple[str, str]
) -> None:
    vote = VoteEntry(held_on=day, votes_for=counts[0], votes_against=counts[1], abstained=counts[2])
    assert told(selection_rules.why_not_vote(facts, vote, TODAY, corrects=corrects)) == refusal


def test_a_second_vote_corrects_only_where_that_is_said() -> None:
    again = VoteEntry(held_on=TODAY, votes_for=9, votes_against=2, abstained=1)
    assert told(selection_rules.why_not_vote(VOTED, again, TODAY)) == (TWICE, None)


def test_what_is_judged_stays_from_the_selection_on() -> None:
    for stage in SiteStage:
        refused = selection_rules.why_not_judge(SiteFacts(stage=stage, outcome=None))
        assert (refused is None) == (stage in BEFORE_SELECTION), stage


def test_a_group_is_entered_while_the_site_is_on_its_way() -> None:
    assert group_rules.why_not_add_to(SiteFacts(stage=SiteStage.IN_USE, outcome=None)) is None
    assert told(group_rules.why_not_add_to(SiteFacts(stage=SiteStage.CALL, outcome=SiteOutcome.STOPPED)))[0] == GONE


def test_what_group_and_selection_give_to_the_next_stages() -> None:
    """Each requirement is met by its own fact and by no other."""
    empty = FRESH
    ready = SiteFacts(
        stage=SiteStage.TRAINED, outcome=None, members=3, trainings=1, criteria=2, scored=2, voted_for=5,
        voted_against=4,
    )  # fmt: skip
    for target, forms in {
        SiteStage.GROUP_FORMED: ["community.add_member"],
        SiteStage.TRAINED: ["community.log_gathering"],
        SiteStage.SHORTLISTED: ["community.set_criteria", "community.score_site"],
        SiteStage.SELECTED: ["community.score_site", "community.log_vote", "community.log_vote"],
    }.items():
        missing = [each.form for each in rules.list_requirements(empty, target) if not each.is_met]
        assert missing[: len(forms)] == forms
        assert {each.form for each in rules.list_requirements(ready, target) if not each.is_met} <= {
            "community.add_paper"
        }
    tie = SiteFacts(stage=SiteStage.SHORTLISTED, outcome=None, voted_for=4, voted_against=4)
    assert [each.is_met for each in rules.list_requirements(tie, SiteStage.SELECTED)][1:3] == [True, False]
