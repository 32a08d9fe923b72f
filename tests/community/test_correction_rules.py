"""Why a receipt, a check or a handover is not put right like that. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from casetracker.community import equipment_rules as rules
from casetracker.community.equipment_states import (
    CheckEntry,
    CheckFacts,
    EquipmentCondition,
    EquipmentFacts,
    HandoverFacts,
)
from casetracker.community.states import SiteFacts, SiteOutcome, SiteStage
from casetracker.core.errors import Message

TODAY = date(2026, 11, 20)


def ago(days: int) -> date:
    """So many days before today."""
    return TODAY - timedelta(days=days)


HERE = EquipmentFacts(quantity=10, left=10, serials=frozenset({"A", "B"}), received_on=ago(30))
CHECK = CheckFacts(day=ago(10), expected=10, found=8, missing=("A",))
EXPLAINED = replace(CHECK, settled_on=ago(7))
WRITTEN_OFF = replace(EXPLAINED, found=7, written_off=2)
EARLIER, LATER = CheckFacts(day=ago(20), expected=10, found=10), CheckFacts(day=ago(5), expected=10, found=9)


def beside(refused: Message | None) -> str | None:
    """The field beside which a refusal stands; "-" for none."""
    return refused.field if refused else "-"


@pytest.mark.parametrize(
    ("facts", "day", "used_on", "is_own", "field"),
    [
        (HERE, ago(35), ago(20), False, "-"),
        (HERE, ago(20), ago(20), False, "-"),
        (HERE, ago(19), ago(20), False, "received_on"),
        (HERE, TODAY, None, False, "-"),
        (HERE, ago(-1), None, False, "received_on"),
        (HERE, ago(35), None, True, None),
        (replace(HERE, received_on=None), ago(35), None, False, None),
        (replace(HERE, is_cancelled=True), ago(35), None, False, None),
    ],
)
def test_a_receipt_is_before_all_that_was_done_with_the_equipment(
    facts: EquipmentFacts, day: date, used_on: date | None, is_own: bool, field: str | None
) -> None:
    assert beside(rules.why_not_correct_receipt(facts, day, used_on, TODAY, is_own=is_own)) == field


def test_a_paper_is_corrected_where_the_day_stays_as_it_was_entered() -> None:
    assert rules.why_not_correct_receipt(HERE, ago(30), ago(31), TODAY, is_own=False) is None
    handover = HandoverFacts(handed_on=ago(9), ready_on=ago(8), used_on=ago(10))
    used = SiteFacts(stage=SiteStage.IN_USE, outcome=None)
    assert rules.why_not_correct_handover(used, handover, ago(9), TODAY, is_own=False) is None


def correct(
    check: CheckFacts = CHECK, facts: EquipmentFacts = HERE, *, may_decide: bool = True, **changes: Any
) -> Message | None:
    """What the rule says of a check corrected like that, with one before it and one after."""
    typed: dict[str, Any] = {"day": check.day, "found": check.found, "missing": check.missing, "note": None}
    others = changes.pop("others", (EARLIER, LATER))
    entry = CheckEntry(**{**typed, **changes}, condition=EquipmentCondition.GOOD)
    return rules.why_not_correct_check(facts, check, others, entry, TODAY, may_decide=may_decide)


@pytest.mark.parametrize(
    ("days", "field"), [(20, "-"), (21, "day"), (12, "-"), (5, "-"), (4, "day"), (31, "day"), (-1, "day")]
)
def test_a_check_stays_between_the_one_before_and_the_one_after(days: int, field: str) -> None:
    assert beside(correct(day=ago(days))) == field


@pytest.mark.parametrize(("days", "field"), [(31, "day"), (30, "-"), (0, "-"), (-1, "day")])
def test_a_check_alone_is_after_the_receipt_and_over(days: int, field: str) -> None:
    assert beside(correct(day=ago(days), others=())) == field


def test_a_check_stays_on_its_side_of_the_handover_and_before_its_settlement() -> None:
    handed = replace(HERE, handed_on=ago(8))
    assert beside(correct(facts=handed, day=ago(8), others=())) == "-"
    assert beside(correct(facts=handed, day=ago(7), others=())) == "day"
    assert beside(correct(facts=replace(handed, handed_on=ago(12)), day=ago(13), others=())) == "day"
    assert beside(correct(EXPLAINED, day=ago(7), others=())) == "-"
    assert beside(correct(EXPLAINED, day=ago(6), others=())) == "day"
    settled_at_once = replace(EXPLAINED, settled_on=EXPLAINED.day)
    assert beside(correct(settled_at_once, day=ago(9), others=())) == "day"


@pytest.mark.parametrize(
    ("check", "changes", "field"),
    [
        (CHECK, {"found": 10, "missing": ()}, "-"),
        (CHECK, {"found": 11, "missing": ()}, "found"),
        (CHECK, {"found": 0}, "-"),
        (CHECK, {"missing": ("A", "B")}, "-"),
        (CHECK, {"found": 9, "missing": ("A", "B")}, "missing"),
        (CHECK, {"missing": ("C",)}, "missing"),
        (replace(CHECK, missing=("C",)), {"found": 7}, "-"),
        (EXPLAINED, {"found": 9}, "-"),
        (EXPLAINED, {"found": 10, "missing": ()}, "found"),
        (EXPLAINED, {"found": 7}, "found"),
        (WRITTEN_OFF, {"found": 8}, "-"),
        (WRITTEN_OFF, {"found": 9}, "found"),
        (WRITTEN_OFF, {"found": 6}, "found"),
        (WRITTEN_OFF, {"note": "Seen again"}, "-"),
    ],
)
def test_what_a_check_found_covers_what_was_settled(check: CheckFacts, changes: dict[str, Any], field: str) -> None:
    assert beside(correct(check, **changes)) == field


def test_what_an_earlier_check_lost_for_good_no_later_one_finds() -> None:
    lost = replace(EARLIER, found=7, written_off=3)
    left = replace(HERE, left=7)
    assert beside(correct(facts=left, found=7, others=(lost,))) == "-"
    assert beside(correct(facts=left, found=9, missing=(), others=(lost,))) == "found"
    assert beside(correct(facts=left, found=8, others=(lost,))) == "-", "a note is corrected beside a number that stood"
    same_day = replace(lost, day=CHECK.day)
    assert beside(correct(facts=left, found=9, missing=(), others=(same_day,))) == "-"
    assert beside(correct(facts=left, day=ago(9), others=(same_day,))) == "found", "it would come after the loss"


@pytest.mark.parametrize(
    ("check", "changes", "field"),
    [
        (CHECK, {"found": 9}, "found"),
        (CHECK, {"found": 7}, "-"),
        (CHECK, {"missing": ("B",)}, "-"),
        (EXPLAINED, {"missing": ("B",)}, "missing"),
        (EXPLAINED, {"note": "In the cellar", "day": ago(11)}, "-"),
    ],
)
def test_that_less_is_missing_is_a_supervisors_to_say(check: CheckFacts, changes: dict[str, Any], field: str) -> None:
    assert beside(correct(check, may_decide=False, **changes)) == field
    assert correct(check, may_decide=True, **changes) is None


@pytest.mark.parametrize(
    ("day", "is_own", "field"),
    [
        (ago(15), False, "-"),
        (ago(16), False, "handed_on"),
        (ago(4), False, "-"),
        (ago(3), False, "handed_on"),
        (ago(9), True, None),
    ],
)
def test_a_handover_is_after_all_was_ready_and_before_its_use(day: date, is_own: bool, field: str | None) -> None:
    site = SiteFacts(stage=SiteStage.IN_USE, outcome=None)
    handover = HandoverFacts(handed_on=ago(9), ready_on=ago(15), used_on=ago(4))
    assert beside(rules.why_not_correct_handover(site, handover, day, TODAY, is_own=is_own)) == field
    stopped = replace(site, outcome=SiteOutcome.STOPPED)
    assert beside(rules.why_not_correct_handover(stopped, handover, day, TODAY, is_own=False)) is None


def test_a_handover_of_nothing_that_nobody_visited_is_over() -> None:
    site = SiteFacts(stage=SiteStage.HANDED_OVER, outcome=None)
    bare = HandoverFacts(handed_on=ago(9), ready_on=None, used_on=None)
    assert rules.why_not_correct_handover(site, bare, ago(400), TODAY, is_own=False) is None
    assert beside(rules.why_not_correct_handover(site, bare, ago(-1), TODAY, is_own=False)) == "handed_on"
