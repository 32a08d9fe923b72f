"""What a project can hold, and what a site needs on its way, without a database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casetracker.community import rules
from casetracker.community.states import (
    BEFORE_SELECTION,
    DonorEntry,
    SiteFacts,
    SiteOutcome,
    SiteStage,
)
from casetracker.documents.states import DocumentKind
from tests.community.test_rules import EARLIER, GONE, LATER, TODAY, told

TWICE_THERE = ("A donor stands here twice.", "donors")


def adds_up_to(total: int) -> tuple[str, str]:
    return f"The donors' shares add up to {total} per cent.", "donors"


@pytest.mark.parametrize(
    ("ends_on", "donors", "refusal"),
    [
        (LATER, {"EU": 60, "Norway": 40}, (None, None)),
        (TODAY, {"EU": 100}, (None, None)),
        (EARLIER, {"EU": 100}, ("The project would end before it begins.", "ends_on")),
        (LATER, {"EU": 60, "Norway": 39}, adds_up_to(99)),
        (LATER, {"EU": 60, "Norway": 41}, adds_up_to(101)),
        (LATER, {"EU": None, "Norway": None}, (None, None)),
        (LATER, {"EU": 60, "Norway": None}, (None, None)),
        (LATER, {"EU": 100, "Norway": None}, (None, None)),
        (LATER, {"EU": 101, "Norway": None}, adds_up_to(101)),
        (LATER, {"EU": 50, "eu": 50}, TWICE_THERE),
    ],
)
def test_a_project_ends_after_it_begins_and_known_shares_are_the_whole(
    ends_on: date, donors: dict[str, int | None], refusal: tuple[str | None, str | None]
) -> None:
    entries = [DonorEntry(name=name, share=share) for name, share in donors.items()]
    assert told(rules.why_not_project(TODAY, ends_on, entries)) == refusal


@pytest.mark.parametrize("sector", [None, "11220", "00000"])
def test_a_sector_is_open_or_has_five_digits(sector: str | None) -> None:
    assert rules.why_not_sector(sector) is None


@pytest.mark.parametrize("sector", ["", "1122", "112200", "1122O", "-1122", "1122\u0663", "1122\u00b2"])
def test_anything_else_is_no_code_of_a_sector(sector: str) -> None:
    assert told(rules.why_not_sector(sector)) == ("A code of a sector has five digits.", "sector")


@pytest.mark.parametrize(
    ("day", "refusal"),
    [(EARLIER, (None, None)), (TODAY, (None, None)), (LATER, ("This day lies in the future.", "held_on"))],
)
def test_nothing_happened_tomorrow(day: date, refusal: tuple[str | None, str | None]) -> None:
    assert told(rules.why_not_day(day, TODAY, "held_on")) == refusal


def site(stage: SiteStage, **facts: Any) -> SiteFacts:
    """A site on its way of which nothing is entered, and of whose works and equipment some are open."""
    return SiteFacts(**{"stage": stage, "outcome": None, "works_open": 2, "equipment_open": 3, **facts})


def papers(*kinds: DocumentKind) -> dict[str, Any]:
    return {"papers": frozenset(kinds)}


Needs = dict[tuple[str, str], dict[str, Any]]
NEEDED: dict[SiteStage, Needs] = {
    SiteStage.APPLIED: {
        ("The institution's application", "add_paper"): papers(DocumentKind.SITE_APPLICATION),
    },
    SiteStage.GROUP_FORMED: {("Members of the initiative group", "add_member"): {"members": 1}},
    SiteStage.TRAINED: {("A training session of the initiative group", "log_gathering"): {"trainings": 1}},
    SiteStage.AGREED: {
        ("The agreement with owner and local authority", "add_paper"): papers(DocumentKind.SITE_AGREEMENT),
    },
    SiteStage.TENDERING: {},
    SiteStage.WORKS: {("Works or equipment of the site", "add_works"): {"equipment": 1}},
    SiteStage.EQUIPPING: {},
    SiteStage.ACCEPTED: {
        ("Acceptance of all works: 2 still open", "show_site"): {"works_open": 0},
        ("Receipt of all equipment: 3 still open", "show_site"): {"equipment_open": 0},
    },
    SiteStage.HANDED_OVER: {
        ("The handover to the owner with its certificate", "hand_over"): {"is_handed_over": True},
    },
    SiteStage.IN_USE: {},
    SiteStage.CLOSED: {
        ("Acceptance of all works: 2 still open", "show_site"): {"works_open": 0},
        ("Receipt of all equipment: 3 still open", "show_site"): {"equipment_open": 0},
        ("The report of a visit after the handover", "log_site_visit"): {"reported_visits": 1},
    },
}
"""What each stage needs whose needs are met one by one, with the page that supplies it and the least that is enough."""


def list_missing(facts: SiteFacts, target: SiteStage) -> list[tuple[str, str]]:
    """(sentence, view) of what the site still needs for `target`."""
    return [
        (str(each.text), each.form.removeprefix("community."))
        for each in rules.list_requirements(facts, target)
        if not each.is_met
    ]


@pytest.mark.parametrize(("target", "needs"), NEEDED.items())
def test_each_need_of_a_stage_is_met_by_its_own_fact(target: SiteStage, needs: Needs) -> None:
    assert list_missing(site(SiteStage.CALL), target) == list(needs)
    for need, fact in needs.items():
        assert list_missing(site(SiteStage.CALL, **fact), target) == [each for each in needs if each != need]


def test_all_that_is_open_counts_until_the_last_is_accepted_and_received() -> None:
    last = site(SiteStage.EQUIPPING, works_open=1, equipment_open=1)
    assert [text for text, _form in list_missing(last, SiteStage.ACCEPTED)] == [
        "Acceptance of all works: 1 still open",
        "Receipt of all equipment: 1 still open",
    ]


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({}, ["Works or equipment of the site"]),
        ({"works": 1}, ["The contract for the works"]),
        ({"works": 1, "equipment": 1}, ["The contract for the works"]),
        ({"works": 1, **papers(DocumentKind.WORKS_CONTRACT)}, []),
        ({"equipment": 1}, []),
        (papers(DocumentKind.WORKS_CONTRACT), ["Works or equipment of the site"]),
    ],
)
def test_works_begin_with_a_contract_and_equipment_needs_none(facts: dict[str, Any], missing: list[str]) -> None:
    found = list_missing(site(SiteStage.TENDERING, **facts), SiteStage.WORKS)
    assert [text for text, _form in found] == missing


@pytest.mark.parametrize(
    ("criteria", "scored", "missing"),
    [
        (0, 0, ["Criteria of the project", "A score for each criterion: 0 of 0"]),
        (1, 0, ["A score for each criterion: 0 of 1"]),
        (1, 1, []),
        (3, 2, ["A score for each criterion: 2 of 3"]),
        (3, 3, []),
    ],
)
def test_a_shortlisted_site_has_a_score_for_each_criterion(criteria: int, scored: int, missing: list[str]) -> None:
    facts = site(SiteStage.TRAINED, criteria=criteria, scored=scored)
    assert [text for text, _form in list_missing(facts, SiteStage.SHORTLISTED)] == missing


VOTE, CARRIED = "The vote with its minutes", "More votes for the site than against it"


@pytest.mark.parametrize(
    ("voted_for", "voted_against", "missing"),
    [
        (None, None, [VOTE, CARRIED]),
        (5, None, [VOTE, CARRIED]),
        (None, 5, [VOTE, CARRIED]),
        (0, 0, [CARRIED]),
        (4, 4, [CARRIED]),
        (4, 5, [CARRIED]),
        (1, 0, []),
        (5, 4, []),
    ],
)
def test_a_selected_site_had_more_votes_for_it_than_against(
    voted_for: int | None, voted_against: int | None, missing: list[str]
) -> None:
    facts = site(
        SiteStage.SHORTLISTED, criteria=1, scored=1, voted_for=voted_for, voted_against=voted_against,
        **papers(DocumentKind.OWNERSHIP_PROOF),
    )  # fmt: skip
    assert [text for text, _form in list_missing(facts, SiteStage.SELECTED)] == missing


def test_a_selected_site_belongs_to_the_community() -> None:
    voted = site(SiteStage.SHORTLISTED, criteria=1, scored=1, voted_for=1, voted_against=0)
    assert list_missing(voted, SiteStage.SELECTED) == [("Proof of communal ownership", "add_paper")]


ENDED = "This site has come to its end."
ALL_THERE = {"works_open": 0, "equipment_open": 0}
CHOSEN = {"criteria": 1, "scored": 1, "voted_for": 5, "voted_against": 4, **papers(DocumentKind.OWNERSHIP_PROOF)}


@pytest.mark.parametrize(
    ("facts", "may_decide", "refusal"),
    [
        (site(SiteStage.CALL), True, "Still missing: The institution's application"),
        (site(SiteStage.CALL, **papers(DocumentKind.SITE_APPLICATION)), False, None),
        (site(SiteStage.TRAINED), True, "Still missing: Criteria of the project"),
        (site(SiteStage.TRAINED, criteria=2, scored=1), True,
         "Still missing: A score for each criterion: 1 of 2"),
        (site(SiteStage.AGREED), False, None),
        (site(SiteStage.WORKS), False, None),
        (site(SiteStage.HANDED_OVER), False, None),
        (site(SiteStage.SHORTLISTED, **CHOSEN), True, None),
        (site(SiteStage.SHORTLISTED, **CHOSEN), False, "A supervisor decides this."),
        (site(SiteStage.IN_USE, reported_visits=1, **ALL_THERE), True, None),
        (site(SiteStage.IN_USE, reported_visits=1, **ALL_THERE), False, "A supervisor decides this."),
        (site(SiteStage.IN_USE, **ALL_THERE), False, "Still missing: The report of a visit after the handover"),
        (site(SiteStage.IN_USE, reported_visits=1, equipment_open=0), True,
         "Still missing: Acceptance of all works: 2 still open"),
        (site(SiteStage.CLOSED), True, ENDED),
        (site(SiteStage.AGREED, outcome=SiteOutcome.STOPPED), True, GONE),
        (site(SiteStage.CALL, outcome=SiteOutcome.NOT_SELECTED), True, GONE),
        (site(SiteStage.CLOSED, outcome=SiteOutcome.STOPPED), True, GONE),
    ],
)  # fmt: skip
def test_a_site_moves_with_all_it_needs_and_a_supervisor_selects_and_closes_it(
    facts: SiteFacts, may_decide: bool, refusal: str | None
) -> None:
    assert told(rules.why_not_move(facts, may_decide=may_decide)) == (refusal, None)


@pytest.mark.parametrize("stage", SiteStage)
def test_a_site_is_not_selected_before_the_selection_alone_and_stopped_until_its_end(stage: SiteStage) -> None:
    too_late = ("This site was selected already; it can only be stopped.", "outcome")
    ended = (ENDED, None) if stage == SiteStage.CLOSED else None
    not_selected = told(rules.why_not_leave(site(stage), SiteOutcome.NOT_SELECTED))
    assert not_selected == (ended or ((None, None) if stage in BEFORE_SELECTION else too_late))
    assert told(rules.why_not_leave(site(stage), SiteOutcome.STOPPED)) == (ended or (None, None))


@pytest.mark.parametrize("outcome", SiteOutcome)
def test_a_site_leaves_the_way_once_and_can_be_taken_up_again(outcome: SiteOutcome) -> None:
    gone = site(SiteStage.TRAINED, outcome=outcome)
    assert told(rules.why_not_leave(gone, SiteOutcome.STOPPED)) == (GONE, None)
    assert rules.why_not_take_up(gone) is None
    assert told(rules.why_not_take_up(site(SiteStage.TRAINED))) == ("This site is on its way.", None)


BOTH = "Give both coordinates or none."


@pytest.mark.parametrize(
    ("latitude", "longitude", "refusal"),
    [
        (None, None, (None, None)),
        (50_450_000, 30_523_000, (None, None)),
        (0, 0, (None, None)),
        (None, 30_523_000, (BOTH, "latitude")),
        (50_450_000, None, (BOTH, "longitude")),
        (0, None, (BOTH, "longitude")),
        (None, 0, (BOTH, "latitude")),
    ],
)
def test_one_coordinate_alone_says_nothing(
    latitude: int | None, longitude: int | None, refusal: tuple[str | None, str | None]
) -> None:
    assert told(rules.why_not_place(latitude, longitude)) == refusal
