"""When equipment changes, comes, is checked, settled and handed over, and in which words it is refused. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from casetracker.community import equipment_rules as rules
from casetracker.community.equipment_states import (
    CheckEntry,
    CheckFacts,
    CustodyEntry,
    EquipmentCondition,
    EquipmentEntry,
    EquipmentFacts,
    EquipmentKind,
    EquipmentState,
    HandoverFacts,
    MissingSettlement,
)
from casetracker.community.states import SiteFacts, SiteOutcome, SiteStage
from casetracker.core.errors import Message

TODAY = date(2026, 11, 20)
Refusal = tuple[str | None, str | None]
TAKEN: Refusal = (None, None)
FUTURE = "This day lies in the future."
CANCELLED = "This equipment was cancelled."
RECEIVED = "This equipment was received already."
NOT_HERE = "Enter first that it was received."


def told(message: Message | None) -> Refusal:
    """(sentence, field) of a refusal."""
    return (str(message), message.field) if message else TAKEN


def ago(days: int) -> date:
    """So many days before today."""
    return TODAY - timedelta(days=days)


def bought(**changed: Any) -> EquipmentFacts:
    """Ten pieces that are ordered and did not come yet."""
    return EquipmentFacts(**{"quantity": 10, "left": 10, "serials": frozenset({"A", "B"}), **changed})


def here(**changed: Any) -> EquipmentFacts:
    """Ten pieces that came thirty days ago."""
    return bought(**{"received_on": ago(30), **changed})


GONE = bought(is_cancelled=True)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (bought(), EquipmentState.PLANNED),
        (here(), EquipmentState.RECEIVED),
        (GONE, EquipmentState.CANCELLED),
        (here(is_cancelled=True), EquipmentState.CANCELLED),
    ],
)
def test_how_far_equipment_has_come(facts: EquipmentFacts, state: EquipmentState) -> None:
    assert rules.state_of(facts) == state


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (bought(), TAKEN),
        (here(), TAKEN),
        (here(handed_on=ago(1)), ("This equipment was handed over: what it is stands in the certificate.", None)),
        (GONE, (CANCELLED, None)),
    ],
)
def test_what_equipment_is_changes_until_it_is_handed_over(facts: EquipmentFacts, refusal: Refusal) -> None:
    assert told(rules.why_not_edit(facts)) == refusal


def stands(serial: str) -> Refusal:
    return f"The serial number {serial} stands in this project already.", "serials"


@pytest.mark.parametrize(
    ("serials", "refusal"),
    [
        ((), TAKEN),
        (("A",), TAKEN),
        (("A", "B"), TAKEN),
        (("A", "B", "C"), ("There are more serial numbers than pieces.", "serials")),
        (("A", "A"), stands("A")),
        (("A", "X"), stands("X")),
        (("Y", "X"), stands("Y")),
    ],
)
def test_each_of_two_pieces_has_a_serial_number_of_its_own_in_the_project(
    serials: tuple[str, ...], refusal: Refusal
) -> None:
    assert told(rules.why_not_serials(serials, 2, {"X", "Y"})) == refusal


@pytest.mark.parametrize(
    ("left", "quantity", "refusal"),
    [
        (10, 1, TAKEN),
        (7, 4, TAKEN),
        (7, 3, TAKEN),
        (7, 2, ("3 pieces were written off already.", "quantity")),
    ],
)
def test_the_number_covers_what_was_written_off(left: int, quantity: int, refusal: Refusal) -> None:
    entry = EquipmentEntry(
        kind=EquipmentKind.COMPUTERS, title="Computers", quantity=quantity, unit="piece", serials=(), provider_id=None
    )
    assert told(rules.why_not_quantity(entry, here(left=left))) == refusal


@pytest.mark.parametrize(
    ("facts", "day", "refusal"),
    [
        (bought(), ago(1), TAKEN),
        (bought(), TODAY, TAKEN),
        (bought(), ago(-1), (FUTURE, "received_on")),
        (here(), TODAY, (RECEIVED, None)),
        (GONE, TODAY, (CANCELLED, None)),
    ],
)
def test_equipment_comes_once_and_not_tomorrow(facts: EquipmentFacts, day: date, refusal: Refusal) -> None:
    assert told(rules.why_not_receive(facts, day, "Head of the club", None, TODAY)) == refusal
    assert told(rules.why_not_receive(facts, day, "Town council", "Town council", TODAY)) == refusal


def test_what_comes_after_the_handover_is_the_owners() -> None:
    said = rules.why_not_receive(bought(), TODAY, "Head of the club", "Town council", TODAY)
    words = "The site was handed over: what comes now is its owner's. Enter Town council."
    assert told(said) == (words, "custodian")


@pytest.mark.parametrize(
    ("facts", "refusal"), [(bought(), TAKEN), (here(), (RECEIVED, None)), (GONE, (CANCELLED, None))]
)
def test_equipment_is_cancelled_before_it_came_alone(facts: EquipmentFacts, refusal: Refusal) -> None:
    assert told(rules.why_not_cancel(facts)) == refusal


HEAD = CustodyEntry(custodian="The club", contact_name="Olena", place="Hall")


@pytest.mark.parametrize(
    ("facts", "wanted", "refusal"),
    [
        (here(), replace(HEAD, custodian="The school"), TAKEN),
        (here(), replace(HEAD, contact_name=None), TAKEN),
        (here(), replace(HEAD, place="Cellar"), TAKEN),
        (here(), HEAD, ("That is how it stands already.", "custodian")),
        (bought(), replace(HEAD, place="Cellar"), (NOT_HERE, None)),
        (GONE, replace(HEAD, place="Cellar"), (CANCELLED, None)),
    ],
)
def test_who_has_what_is_there_changes_to_something_else(
    facts: EquipmentFacts, wanted: CustodyEntry, refusal: Refusal
) -> None:
    assert told(rules.why_not_custody(facts, HEAD, wanted)) == refusal


def found(number: int, *missing: str, day: date = TODAY) -> CheckEntry:
    return CheckEntry(day=day, found=number, missing=missing, condition=EquipmentCondition.GOOD, note=None)


@pytest.mark.parametrize(
    ("entry", "refusal"),
    [
        (found(8), TAKEN),
        (found(9), ("There should be 8: more cannot be found.", "found")),
        (found(7, "A"), TAKEN),
        (found(6, "Z", "C", "A"), ("C is no serial number of this equipment.", "missing")),
        (found(7, "A", "B"), ("More serial numbers are missing than pieces.", "missing")),
        (found(7, "A", "A"), TAKEN),
        (found(8, day=ago(30)), TAKEN),
        (found(8, day=ago(31)), ("It was received later than that.", "day")),
        (found(8, day=ago(-1)), (FUTURE, "day")),
    ],
)
def test_a_check_finds_what_is_left_since_it_came(entry: CheckEntry, refusal: Refusal) -> None:
    assert told(rules.why_not_check(here(left=8), entry, TODAY)) == refusal


CHECK = CheckFacts(day=ago(10), expected=10, found=8, missing=("A",))
EXPLAINED = replace(CHECK, settled_on=ago(7))
BEFORE, AFTER = CheckFacts(day=ago(20), expected=10, found=10), CheckFacts(day=ago(5), expected=10, found=9)


def correct(check: CheckFacts, entry: CheckEntry, *others: CheckFacts, **changed: Any) -> Refusal:
    """What a supervisor is told who corrects the check so, beside the other checks of these ten pieces."""
    return told(rules.why_not_correct_check(here(**changed), check, others, entry, TODAY, may_decide=True))


@pytest.mark.parametrize(
    ("check", "entry", "refusal"),
    [
        (CHECK, found(11, day=ago(10)), "There should have been 10 then: more cannot be found."),
        (EXPLAINED, found(7, day=ago(10)),
         "It was settled that 2 were missing. Enter another check for what else was not there."),
        (EXPLAINED, found(10, day=ago(10)), "What was missing was settled: 1 of it stays missing."),
        (replace(EXPLAINED, found=5, written_off=3), found(8, day=ago(10)),
         "What was missing was settled: 3 of it stays missing."),
    ],
)  # fmt: skip
def test_the_refusal_of_a_corrected_number_says_what_stands(check: CheckFacts, entry: CheckEntry, refusal: str) -> None:
    assert correct(check, entry) == (refusal, "found")


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (20, TAKEN),
        (21, (f"Another check or the handover was on {ago(20)}: this check came after it.", "day")),
        (5, TAKEN),
        (4, (f"On {ago(5)} there was another check or the handover, or this one was settled: it came before that.",
             "day")),
    ],
)  # fmt: skip
def test_a_check_stays_between_its_neighbours_on_named_days(day: int, refusal: Refusal) -> None:
    far = [replace(BEFORE, day=ago(25)), replace(AFTER, day=ago(2))]
    assert correct(CHECK, found(8, "A", day=ago(day)), BEFORE, AFTER, *far) == refusal


@pytest.mark.parametrize("day", [ago(11), ago(10), ago(9)])
def test_of_two_checks_on_one_day_neither_holds_the_other(day: date) -> None:
    same_day = replace(CHECK, found=9)
    assert correct(CHECK, found(8, "A", day=day), same_day) == TAKEN
    assert correct(CHECK, found(8, "A", day=day), handed_on=CHECK.day) == TAKEN


def test_a_day_that_stays_is_not_asked_for_its_order() -> None:
    """Where the office of the check was a day ahead of the one that settled it."""
    settled_yesterday = replace(CHECK, settled_on=ago(11))
    assert correct(settled_yesterday, found(8, "B", day=CHECK.day)) == TAKEN
    assert correct(settled_yesterday, found(8, "B", day=ago(9)))[1] == "day"


@pytest.mark.parametrize(
    ("changed", "refusal"), [({"received_on": None}, NOT_HERE), ({"is_cancelled": True}, CANCELLED)]
)
def test_no_check_is_corrected_of_what_is_not_there(changed: dict[str, Any], refusal: str) -> None:
    assert correct(CHECK, found(8, "A", day=CHECK.day), **changed) == (refusal, None)


@pytest.mark.parametrize(
    ("expected", "was_found", "settlement", "refusal"),
    [
        (10, 9, None, TAKEN),
        (10, 10, None, ("Nothing was missing.", None)),
        (10, 9, MissingSettlement.EXPLAINED, ("This was settled already.", None)),
        (10, 9, MissingSettlement.WRITTEN_OFF, ("This was settled already.", None)),
    ],
)
def test_what_is_missing_is_settled_once(
    expected: int, was_found: int, settlement: MissingSettlement | None, refusal: Refusal
) -> None:
    assert told(rules.why_not_settle(expected, was_found, settlement)) == refusal


@pytest.mark.parametrize(
    ("settlement", "left", "written_off"),
    [
        (MissingSettlement.WRITTEN_OFF, 10, 2),
        (MissingSettlement.WRITTEN_OFF, 9, 1),
        (MissingSettlement.WRITTEN_OFF, 8, 0),
        (MissingSettlement.WRITTEN_OFF, 7, 0),
        (MissingSettlement.WRITTEN_OFF, 12, 2),
        (MissingSettlement.EXPLAINED, 10, 0),
    ],
)
def test_no_more_is_written_off_than_was_missing_and_is_left(
    settlement: MissingSettlement, left: int, written_off: int
) -> None:
    """Of ten pieces a check found eight; since then others were written off, or the number was put right."""
    assert rules.count_written_off(settlement, expected=10, found=8, left=left) == written_off


def accepted(**changed: Any) -> SiteFacts:
    """A site whose works and equipment were accepted."""
    return SiteFacts(**{"stage": SiteStage.ACCEPTED, "outcome": None, "equipment": 2, **changed})


@pytest.mark.parametrize(
    ("site", "refusal"),
    [
        (accepted(), None),
        (accepted(stage=SiteStage.HANDED_OVER), None),
        (accepted(stage=SiteStage.IN_USE), None),
        (accepted(stage=SiteStage.EQUIPPING), "A site is handed over once its works and equipment were accepted."),
        (accepted(stage=SiteStage.CLOSED), "A site is handed over once its works and equipment were accepted."),
        (accepted(equipment_open=1), "Some of its equipment was not received yet."),
        (accepted(works_open=1, equipment_open=1), "Some of its works were not accepted yet."),
        (accepted(stage=SiteStage.IN_USE, is_handed_over=True), "This site was handed over already."),
        (accepted(outcome=SiteOutcome.STOPPED), "This site went no further on the way."),
    ],
)
def test_a_site_is_handed_over_once_all_was_accepted(site: SiteFacts, refusal: str | None) -> None:
    for day, ready_on in ((None, None), (None, ago(3)), (TODAY, None), (TODAY, ago(3))):
        assert told(rules.why_not_hand_over(site, day, ready_on, TODAY)) == (refusal, None)


NOT_READY = f"Equipment was received or works were accepted on {ago(3)}: it was handed over after that."


@pytest.mark.parametrize(
    ("day", "ready_on", "refusal"),
    [
        (ago(3), ago(3), TAKEN),
        (ago(2), ago(3), TAKEN),
        (ago(4), ago(3), (NOT_READY, "handed_on")),
        (ago(400), None, TAKEN),
        (TODAY, ago(3), TAKEN),
        (ago(-1), ago(3), (FUTURE, "handed_on")),
        (ago(-1), None, (FUTURE, "handed_on")),
    ],
)
def test_a_handover_is_not_before_the_last_receipt_or_acceptance(
    day: date, ready_on: date | None, refusal: Refusal
) -> None:
    assert told(rules.why_not_hand_over(accepted(), day, ready_on, TODAY)) == refusal


def test_the_refusal_of_a_corrected_day_names_the_day_that_stands() -> None:
    handover = HandoverFacts(handed_on=ago(9), ready_on=ago(15), used_on=ago(4))
    early, late, receipt = (
        rules.why_not_correct_handover(accepted(), handover, ago(16), TODAY, is_own=False),
        rules.why_not_correct_handover(accepted(), handover, ago(3), TODAY, is_own=False),
        rules.why_not_correct_receipt(here(), ago(19), ago(20), TODAY, is_own=False),
    )
    assert str(early) == (f"Equipment was received or works were accepted on {ago(15)}: it was handed over after that.")
    assert str(late) == (
        f"The site was visited, or its owner told who has something, on {ago(4)}: it was handed over by then."
    )
    assert str(receipt) == f"It was checked, handed over or in other hands on {ago(20)}: it came by then."


def test_a_page_lists_what_checks_did_not_find() -> None:
    lost = rules.list_missing("Computers", [(ago(5), 2), (ago(4), 0), (ago(3), 1)])
    assert [str(each) for each in lost] == [
        f"Computers: 2 pieces were not found on {ago(5)}",
        f"Computers: 1 piece was not found on {ago(3)}",
    ]
