"""What works cost, how far they are, what is late, who accepts them; what equipment is missing. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from casetracker.community import equipment_rules, works_rules
from casetracker.community.equipment_states import CheckEntry, EquipmentCondition, EquipmentFacts, MissingSettlement
from casetracker.community.works_states import (
    AcceptanceEntry,
    BillEntry,
    DefectEntry,
    DefectSeverity,
    ProgressEntry,
    WorksEntry,
    WorksFacts,
    WorksKind,
    WorksState,
)
from casetracker.core.errors import Message

TODAY = date(2026, 11, 20)
PLANNED = WorksFacts(planned_start=TODAY - timedelta(days=30), planned_end=TODAY + timedelta(days=30), planned=100_00)
BEGUN = replace(
    PLANNED, started_on=TODAY - timedelta(days=20), percent=40, last_on=TODAY - timedelta(days=5), last_by="w"
)
DONE = replace(BEGUN, percent=100)
ACCEPTED = replace(DONE, accepted_on=TODAY - timedelta(days=2), warranty_until=TODAY + timedelta(days=60))
CANCELLED = replace(PLANNED, is_cancelled=True)


def told(message: Message | None) -> tuple[str | None, str | None]:
    """(sentence, field) of a refusal."""
    return (str(message), message.field) if message else (None, None)


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [(1_000, 1, 1), (500, 1, 1), (499, 1, 0), (12_500, 333, 4163), (1, 499, 0), (1, 500, 1)],
)
def test_a_row_is_rounded_half_up(quantity: int, price: int, amount: int) -> None:
    assert works_rules.row_amount(quantity, price) == amount


@pytest.mark.parametrize(
    ("works", "percent"),
    [
        ([], None),
        ([CANCELLED], None),
        ([BEGUN, CANCELLED], 40),
        ([DONE, replace(PLANNED, planned=300_00)], 25),
        ([DONE, replace(PLANNED, planned=0)], 50),
        ([DONE, replace(BEGUN, percent=99, planned=1)], 99),
    ],
)
def test_how_far_a_sites_works_are(works: list[WorksFacts], percent: int | None) -> None:
    assert works_rules.progress_of(works) == percent


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (PLANNED, WorksState.PLANNED),
        (BEGUN, WorksState.UNDER_WAY),
        (DONE, WorksState.DONE),
        (ACCEPTED, WorksState.ACCEPTED),
        (CANCELLED, WorksState.CANCELLED),
    ],
)
def test_states(facts: WorksFacts, state: WorksState) -> None:
    assert works_rules.state_of(facts) == state


def test_works_have_days_in_order_and_a_bill_that_can_be_kept() -> None:
    row = BillEntry(id=None, what="Tiles", unit="m²", quantity=1_000, unit_price=100)
    fine = WorksEntry(
        kind=WorksKind.ROOF, title="Roof", description=None, provider_id=None, contract_id=None, planned_start=TODAY,
        planned_end=TODAY, bill=(row,),
    )  # fmt: skip
    assert works_rules.why_not_works(fine) is None
    assert told(works_rules.why_not_works(replace(fine, planned_end=TODAY - timedelta(days=1))))[1] == "planned_end"
    assert told(works_rules.why_not_works(replace(fine, bill=())))[1] == "bill"
    huge = replace(row, quantity=1_000_000_000, unit_price=10**12)
    assert told(works_rules.why_not_works(replace(fine, bill=(huge,)))) == (
        "The bill adds up to more than can be kept.", "bill",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "changes", "field"),
    [
        (BEGUN, {}, "-"),
        (BEGUN, {"percent": 30, "reason": "Taken down"}, "-"),
        (BEGUN, {"percent": 30}, "reason"),
        (BEGUN, {"percent": 30, "reason": "  "}, "reason"),
        (BEGUN, {"day": TODAY - timedelta(days=6)}, "day"),
        (BEGUN, {"day": TODAY + timedelta(days=1)}, "day"),
        (PLANNED, {}, None),
        (ACCEPTED, {}, None),
        (CANCELLED, {}, None),
    ],
)
def test_progress(facts: WorksFacts, changes: dict[str, Any], field: str | None) -> None:
    entry = ProgressEntry(**{"day": TODAY, "percent": 50, "note": None, "reason": None, **changes})
    refused = works_rules.why_not_log(facts, entry, TODAY)
    assert (refused.field if refused else "-") == field


@pytest.mark.parametrize(
    ("facts", "actor", "sentence"),
    [
        (DONE, "s", None),
        (DONE, "w", "You logged the last progress of these works: another supervisor accepts them."),
        (BEGUN, "s", "The works stand at 40 per cent."),
        (replace(DONE, serious=1), "s", "A serious defect is not mended yet."),
        (PLANNED, "s", "Enter first when the works started."),
        (ACCEPTED, "s", "These works were accepted."),
        (CANCELLED, "s", "These works were cancelled."),
    ],
)
def test_who_accepts_when(facts: WorksFacts, actor: str, sentence: str | None) -> None:
    assert told(works_rules.why_not_acceptable(facts, actor))[0] == sentence


@pytest.mark.parametrize(
    ("day", "months", "until", "field"),
    [
        (TODAY, 24, None, "-"),
        (TODAY, None, TODAY, "-"),
        (TODAY, None, None, "warranty_months"),
        (TODAY, 24, TODAY, "warranty_until"),
        (TODAY, None, TODAY - timedelta(days=1), "warranty_until"),
        (TODAY - timedelta(days=6), 24, None, "accepted_on"),
        (TODAY + timedelta(days=1), 24, None, "accepted_on"),
    ],
)
def test_the_acceptance_has_a_day_and_a_warranty(day: date, months: int | None, until: date | None, field: str) -> None:
    entry = AcceptanceEntry(accepted_on=day, warranty_months=months, warranty_until=until)
    refused = works_rules.why_not_accept(DONE, entry, "s", TODAY)
    assert (refused.field if refused else "-") == field


def test_a_warranty_by_months_ends_on_the_same_day_of_the_month() -> None:
    entry = AcceptanceEntry(accepted_on=date(2026, 8, 31), warranty_months=6, warranty_until=None)
    assert works_rules.warranty_end(entry) == date(2027, 2, 28)
    assert works_rules.is_claim(TODAY, TODAY - timedelta(days=1)) and not works_rules.is_claim(TODAY, TODAY)


def test_defects() -> None:
    entry = DefectEntry(found_on=TODAY, what="It leaks", severity=DefectSeverity.SERIOUS, due_on=TODAY)
    assert works_rules.why_not_defect(ACCEPTED, entry, TODAY) is None
    assert told(works_rules.why_not_defect(BEGUN, replace(entry, due_on=TODAY - timedelta(1)), TODAY))[1] == "due_on"
    assert works_rules.why_not_defect(PLANNED, entry, TODAY) is not None
    assert works_rules.why_not_mend(TODAY, None, TODAY, TODAY) is None
    assert told(works_rules.why_not_mend(TODAY, None, TODAY - timedelta(1), TODAY))[1] == "mended_on"
    assert works_rules.why_not_mend(TODAY, TODAY, TODAY, TODAY) is not None


@pytest.mark.parametrize(
    ("facts", "due", "said"),
    [
        (BEGUN, (), []),
        (PLANNED, (), ["Roof: should have started by"]),
        (replace(BEGUN, planned_end=TODAY - timedelta(days=1)), (), ["Roof: should have been done by"]),
        (replace(DONE, planned_end=TODAY - timedelta(days=1)), (), []),
        (BEGUN, (TODAY, TODAY - timedelta(days=1)), ["Roof: a defect was to be mended by"]),
        (ACCEPTED, (), ["Roof: the warranty ends on"]),
        (replace(ACCEPTED, warranty_until=TODAY + timedelta(days=61)), (), []),
        (replace(ACCEPTED, warranty_until=TODAY - timedelta(days=1)), (), []),
        (replace(CANCELLED, planned_end=TODAY - timedelta(days=1)), (), []),
    ],
)
def test_what_is_late(facts: WorksFacts, due: tuple[date, ...], said: list[str]) -> None:
    found = [str(each) for each in works_rules.list_late("Roof", facts, due, TODAY)]
    assert [each.rpartition(" ")[0] for each in found] == said


HERE = EquipmentFacts(quantity=10, left=8, serials=frozenset({"A", "B"}), received_on=TODAY - timedelta(days=9))


@pytest.mark.parametrize(
    ("facts", "changes", "field"),
    [
        (HERE, {}, "-"),
        (HERE, {"found": 6, "missing": ("A", "B")}, "-"),
        (HERE, {"found": 9}, "found"),
        (HERE, {"found": 7, "missing": ("A", "B")}, "missing"),
        (HERE, {"found": 7, "missing": ("C",)}, "missing"),
        (HERE, {"day": TODAY - timedelta(days=10)}, "day"),
        (HERE, {"day": TODAY + timedelta(days=1)}, "day"),
        (replace(HERE, received_on=None), {}, None),
        (replace(HERE, is_cancelled=True), {}, None),
    ],
)
def test_checks(facts: EquipmentFacts, changes: dict[str, Any], field: str | None) -> None:
    typed = {"day": TODAY, "found": 8, "missing": (), "condition": EquipmentCondition.GOOD, "note": None}
    refused = equipment_rules.why_not_check(facts, CheckEntry(**{**typed, **changes}), TODAY)
    assert (refused.field if refused else "-") == field


def test_a_piece_is_written_off_once() -> None:
    off, explained = MissingSettlement.WRITTEN_OFF, MissingSettlement.EXPLAINED
    counted = [equipment_rules.count_written_off(off, expected=10, found=8, left=left) for left in (10, 8, 7)]
    assert counted == [2, 0, 0]
    assert equipment_rules.count_written_off(explained, expected=10, found=8, left=10) == 0
    assert equipment_rules.why_not_settle(10, 8, None) is None
    assert equipment_rules.why_not_settle(10, 10, None) is not None
    assert equipment_rules.why_not_settle(10, 8, explained) is not None
