"""What a site's scores weigh, and why criteria, scores and votes are not set like that. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date

from casetracker.community.rules import WHOLE, why_left, why_not_day
from casetracker.community.states import BEFORE_SELECTION, CriterionEntry, CriterionFacts, SiteFacts, VoteEntry
from casetracker.core.errors import N_, Message, why_not_reason

HIGHEST = 10
"""The best score for one criterion."""


def weigh(scores: Mapping[str, int], weights: Mapping[str, int]) -> int | None:
    """The weighted total in per cent of the most possible, whole, half up; None while a criterion has no score.
    Both by the criterion's id.

    >>> weigh({"a": 10, "b": 5}, {"a": 60, "b": 40})
    80
    """
    if not weights or not weights.keys() <= scores.keys():
        return None
    reached = sum(scores[id] * weight for id, weight in weights.items())
    most = HIGHEST * sum(weights.values())
    return (2 * WHOLE * reached + most) // (2 * most)


def why_not_criteria(
    now: Sequence[CriterionFacts], wanted: Sequence[CriterionEntry], reason: str | None, *, has_selected: bool
) -> Message | None:
    """Why the project's criteria cannot become these; `has_selected`: whether a site was selected by them."""
    if not wanted:
        return Message(N_("Enter at least one criterion."), {}, "criteria")
    names = [each.name.casefold() for each in wanted]
    if len(set(names)) < len(names):
        return Message(N_("A criterion stands here twice."), {}, "criteria")
    kept = {each.id for each in wanted}
    lost = next((each for each in now if each.is_scored and each.id not in kept), None)
    if lost is not None:
        return Message(N_("Sites have scores for “%(name)s”; it stays."), {"name": lost.name}, "criteria")
    weights = {each.id: each.weight for each in now}
    if has_selected and weights != {each.id or each.name: each.weight for each in wanted}:
        return Message(N_("A site was selected by these criteria: only their names still change."), {}, "criteria")
    return why_not_reason(reason) if any(each.is_scored for each in now) else None


def why_not_judge(facts: SiteFacts) -> Message | None:
    """Why the site's scores and its vote no longer change."""
    if (left := why_left(facts)) is not None:
        return left
    if facts.stage not in BEFORE_SELECTION:
        return Message(N_("This site was selected: its scores and its vote stay as they are."))
    return None


def why_not_score(
    facts: SiteFacts, criteria: Set[str], scores: Mapping[str, int], reason: str | None
) -> Message | None:
    """Why the site cannot get these scores (by the ids of criteria); a site scored before needs a reason."""
    if refusal := why_not_judge(facts):
        return refusal
    if not criteria:
        return Message(N_("This project has no criteria yet."))
    if criteria - scores.keys():
        return Message(N_("Each criterion needs a score. Open the page again if one is not on it."))
    return why_not_reason(reason) if facts.scored else None


def why_not_vote(facts: SiteFacts, vote: VoteEntry, today: date, *, corrects: bool = False) -> Message | None:
    """Why this vote cannot stand; `corrects`: whether it takes the place of the one that was logged."""
    if refusal := why_not_judge(facts):
        return refusal
    if facts.voted_for is not None and not corrects:
        return Message(N_("The vote on this site was logged already; correct it instead."))
    if vote.votes_for + vote.votes_against + vote.abstained == 0:
        return Message(N_("Nobody voted."), {}, "votes_for")
    return why_not_day(vote.held_on, today, "held_on")
