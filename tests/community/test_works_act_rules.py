"""Works from their start to their warranty, day by day and cent by cent. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from casetracker.community import works_rules
from casetracker.community.states import SiteFacts, SiteOutcome, SiteStage
from casetracker.community.works_states import (
    AcceptanceEntry,
    ActualEntry,
    BillEntry,
    DefectEntry,
    DefectSeverity,
    ProgressEntry,
    WorksEntry,
    WorksFacts,
    WorksKind,
)
from casetracker.core.errors import Message
from casetracker.core.money import MAX_MINOR
from tests.community.test_works_rules import ACCEPTED, BEGUN, CANCELLED, DONE, PLANNED, TODAY, told

DAY = timedelta(days=1)
FUTURE = "This day lies in the future."
NOT_BEGUN = "Enter first when the works started."
OVER = [
    (CANCELLED, "These works were cancelled."),
    (replace(ACCEPTED, is_cancelled=True), "These works were cancelled."),
    (ACCEPTED, "These works were accepted."),
]
"""Works that no longer change, and what is said of them."""


def defect(**changed: Any) -> DefectEntry:
    """A defect found today, to be mended by today, unless changed."""
    usual = {"found_on": TODAY, "what": "It leaks", "severity": DefectSeverity.MINOR, "due_on": TODAY}
    return DefectEntry(**{**usual, **changed})


def built(*ids: str, amount: int = 1) -> list[ActualEntry]:
    """What was built of these rows."""
    return [ActualEntry(id=id, quantity=1_000, amount=amount) for id in ids]


@pytest.mark.parametrize("stage", SiteStage)
def test_works_and_equipment_are_entered_from_the_agreement_to_the_end(stage: SiteStage) -> None:
    early = {
        SiteStage.CALL, SiteStage.APPLIED, SiteStage.GROUP_FORMED, SiteStage.TRAINED, SiteStage.SHORTLISTED,
        SiteStage.SELECTED,
    }  # fmt: skip
    assert works_rules.is_from_agreement(stage) is (stage not in early)
    said = told(works_rules.why_not_enter(SiteFacts(stage=stage, outcome=None)))[0]
    if stage in early:
        assert said == "Works and equipment are entered once there is the agreement with owner and authority."
    else:
        assert said == ("This site has come to its end." if stage == SiteStage.CLOSED else None)


def test_nothing_is_entered_for_a_site_that_left_the_way() -> None:
    stopped = SiteFacts(stage=SiteStage.WORKS, outcome=SiteOutcome.STOPPED)
    assert "no further" in str(works_rules.why_not_enter(stopped))


def test_a_bill_may_come_to_the_most_that_can_be_kept() -> None:
    row = BillEntry(id=None, what="Tiles", unit="m²", quantity=1_000, unit_price=MAX_MINOR - 1)
    entry = WorksEntry(
        kind=WorksKind.ROOF, title="Roof", description=None, provider_id=None, contract_id=None, planned_start=TODAY,
        planned_end=TODAY, bill=(row, replace(row, unit_price=1)),
    )  # fmt: skip
    assert works_rules.bill_amount(entry.bill) == MAX_MINOR
    assert works_rules.why_not_works(entry) is None
    assert works_rules.why_not_works(replace(entry, bill=(*entry.bill, replace(row, unit_price=1)))) is not None


def test_a_row_of_which_something_was_built_stays() -> None:
    assert works_rules.why_not_drop_rows([]) is None
    assert told(works_rules.why_not_drop_rows(["Tiles", "Gutters"])) == (
        "Something was built of “Tiles”: the row stays.", "bill",
    )  # fmt: skip


@pytest.mark.parametrize(("facts", "sentence"), OVER)
def test_works_that_are_over_neither_start_nor_go_on_nor_are_accepted(facts: WorksFacts, sentence: str) -> None:
    progress = ProgressEntry(day=TODAY, percent=100, note=None, reason=None)
    acceptance = AcceptanceEntry(accepted_on=TODAY, warranty_months=24, warranty_until=None)
    over = replace(facts, started_on=None)
    assert told(works_rules.why_ended(facts)) == (sentence, None)
    assert told(works_rules.why_not_start(over, TODAY, TODAY)) == (sentence, None)
    assert told(works_rules.why_not_log(over, progress, TODAY)) == (sentence, None)
    assert told(works_rules.why_not_acceptable(over, "s")) == (sentence, None)
    assert told(works_rules.why_not_accept(over, acceptance, "s", TODAY)) == (sentence, None)


@pytest.mark.parametrize(
    ("facts", "day", "said"),
    [
        (PLANNED, TODAY, (None, None)),
        (PLANNED, PLANNED.planned_start - DAY, (None, None)),
        (PLANNED, TODAY + DAY, (FUTURE, "started_on")),
        (BEGUN, TODAY, ("These works have started already.", None)),
    ],
)
def test_works_start_once_and_not_ahead_of_today(facts: WorksFacts, day: date, said: tuple[str, str]) -> None:
    assert told(works_rules.why_not_start(facts, day, TODAY)) == said


@pytest.mark.parametrize(
    ("facts", "days_ago", "is_taken"),
    [
        (BEGUN, 4, True), (BEGUN, 5, True), (BEGUN, 6, False),
        (replace(BEGUN, last_on=None), 20, True), (replace(BEGUN, last_on=None), 21, False),
    ],
)  # fmt: skip
def test_progress_is_not_before_the_last_one_nor_before_the_start(
    facts: WorksFacts, days_ago: int, is_taken: bool
) -> None:
    entry = ProgressEntry(day=TODAY - days_ago * DAY, percent=40, note=None, reason=None)
    said = "Something later was logged already; enter how far the works are now."
    assert told(works_rules.why_not_log(facts, entry, TODAY)) == ((None, None) if is_taken else (said, "day"))


@pytest.mark.parametrize(("percent", "is_taken"), [(39, False), (40, True), (41, True)])
def test_less_than_before_says_why(percent: int, is_taken: bool) -> None:
    entry = ProgressEntry(day=TODAY, percent=percent, note=None, reason=None)
    said = "It was 40 per cent before: say why it is less now."
    assert told(works_rules.why_not_log(BEGUN, entry, TODAY)) == ((None, None) if is_taken else (said, "reason"))


@pytest.mark.parametrize(
    ("changed", "mended_on", "said"),
    [
        ({}, None, (None, None)),
        ({"due_on": TODAY + DAY}, None, (None, None)),
        ({"due_on": TODAY - DAY}, None, ("It would be due before it was found.", "due_on")),
        ({"found_on": TODAY + DAY, "due_on": TODAY + DAY}, None, (FUTURE, "found_on")),
        ({}, TODAY, (None, None)),
        ({}, TODAY + DAY, (None, None)),
        ({}, TODAY - DAY, ("It was mended before that day.", "found_on")),
    ],
)
def test_a_defect_is_found_then_due_and_mended(
    changed: dict[str, Any], mended_on: date | None, said: tuple[str, str]
) -> None:
    entry = defect(**changed)
    assert told(works_rules.why_not_correct_defect(BEGUN, entry, mended_on, TODAY)) == said
    if mended_on is None:
        assert told(works_rules.why_not_defect(BEGUN, entry, TODAY)) == said


@pytest.mark.parametrize(("days", "is_taken"), [(-1, False), (0, True), (1, True)])
def test_a_defect_is_not_found_before_the_works_started(days: int, is_taken: bool) -> None:
    assert BEGUN.started_on is not None
    entry = defect(found_on=BEGUN.started_on + days * DAY)
    for said in (
        works_rules.why_not_defect(BEGUN, entry, TODAY),
        works_rules.why_not_correct_defect(BEGUN, entry, None, TODAY),
    ):
        refused = (f"The works started on {BEGUN.started_on}.", "found_on")
        assert told(said) == ((None, None) if is_taken else refused)
    without = replace(BEGUN, started_on=None)
    assert works_rules.why_not_correct_defect(without, entry, None, TODAY) is None


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [(PLANNED, NOT_BEGUN), (CANCELLED, OVER[0][1]), (replace(BEGUN, is_cancelled=True), OVER[0][1]), (ACCEPTED, None)],
)
def test_defects_and_what_was_built_wait_for_the_start_and_not_for_the_acceptance(
    facts: WorksFacts, sentence: str | None
) -> None:
    assert told(works_rules.why_not_defect(facts, defect(), TODAY)) == (sentence, None)
    assert told(works_rules.why_not_actuals(facts, built("a"), ["a"])) == (sentence, None)


@pytest.mark.parametrize(
    ("was_mended_on", "day", "said"),
    [
        (None, TODAY - 2 * DAY, ("It was found later than that.", "mended_on")),
        (None, TODAY - DAY, (None, None)),
        (None, TODAY, (None, None)),
        (None, TODAY + DAY, (FUTURE, "mended_on")),
        (TODAY, TODAY, ("This defect was mended already.", None)),
    ],
)
def test_a_defect_is_mended_once_between_its_finding_and_today(
    was_mended_on: date | None, day: date, said: tuple[str, str]
) -> None:
    assert told(works_rules.why_not_mend(TODAY - DAY, was_mended_on, day, TODAY)) == said


@pytest.mark.parametrize(
    ("ids", "is_taken"),
    [
        (("a", "b"), True), (("b", "a"), True), (("a",), False), (("a", "b", "c"), False), (("a", "c"), False),
        (("a", "b", "b"), False), (("a", "a"), False), ((), False),
    ],
)  # fmt: skip
def test_each_row_of_the_bill_says_once_what_was_built(ids: tuple[str, ...], is_taken: bool) -> None:
    said = "Each row of the bill needs what was built. Open the page again if one is not on it."
    refused = works_rules.why_not_actuals(BEGUN, built(*ids), iter(("a", "b")))
    assert told(refused) == (None if is_taken else said, None)


@pytest.mark.parametrize(("more", "field"), [(-1, None), (0, None), (1, "rows")])
def test_what_was_built_may_cost_the_most_that_can_be_kept(more: int, field: str | None) -> None:
    entries = [*built("a", amount=MAX_MINOR - 5), *built("b", amount=5 + more)]
    assert told(works_rules.why_not_actuals(BEGUN, entries, ["a", "b"]))[1] == field


@pytest.mark.parametrize(
    ("days_ago", "said"),
    [
        (6, ("The works were not done yet on that day.", "accepted_on")),
        (5, (None, None)),
        (4, (None, None)),
        (0, (None, None)),
        (-1, (FUTURE, "accepted_on")),
    ],
)
def test_works_are_accepted_between_their_last_progress_and_today(days_ago: int, said: tuple[str, str]) -> None:
    entry = AcceptanceEntry(accepted_on=TODAY - days_ago * DAY, warranty_months=24, warranty_until=None)
    assert told(works_rules.why_not_accept(DONE, entry, "s", TODAY)) == said


def test_the_acceptance_too_is_another_supervisors() -> None:
    entry = AcceptanceEntry(accepted_on=TODAY, warranty_months=24, warranty_until=None)
    assert "another supervisor" in str(works_rules.why_not_accept(DONE, entry, "w", TODAY))


def test_a_warranty_ends_by_its_months_or_on_its_day() -> None:
    entry = AcceptanceEntry(accepted_on=TODAY, warranty_months=0, warranty_until=None)
    assert works_rules.warranty_end(entry) == TODAY
    assert works_rules.warranty_end(replace(entry, warranty_months=1)) == date(2026, 12, 20)
    assert works_rules.warranty_end(replace(entry, warranty_months=None, warranty_until=TODAY + DAY)) == TODAY + DAY


@pytest.mark.parametrize(
    ("facts", "day", "sentence"),
    [
        (PLANNED, PLANNED.planned_start, "should have started by %(day)s"),
        (BEGUN, BEGUN.planned_end, "should have been done by %(day)s"),
        (replace(BEGUN, percent=99), BEGUN.planned_end, "should have been done by %(day)s"),
    ],
)
def test_works_are_late_from_the_day_after(facts: WorksFacts, day: date, sentence: str) -> None:
    assert not list(works_rules.list_late("Roof", facts, (), day))
    assert list(works_rules.list_late("Roof", facts, (), day + DAY)) == [
        Message(f"%(works)s: {sentence}", {"works": "Roof", "day": day})
    ]


def test_a_defect_is_late_from_the_day_after() -> None:
    found = works_rules.list_late("Roof", BEGUN, (TODAY - DAY, TODAY, TODAY + DAY), TODAY)
    late = Message("%(works)s: a defect was to be mended by %(day)s", {"works": "Roof", "day": TODAY - DAY})
    assert list(found) == [late]


@pytest.mark.parametrize(("days", "is_said"), [(-1, False), (0, True), (60, True), (61, False)])
def test_the_end_of_a_warranty_is_said_for_sixty_days_and_on_its_day(days: int, is_said: bool) -> None:
    until = TODAY + days * DAY
    said = Message("%(works)s: the warranty ends on %(day)s", {"works": "Roof", "day": until})
    late = list(works_rules.list_late("Roof", replace(ACCEPTED, warranty_until=until), (), TODAY))
    assert late == ([said] if is_said else [])


BY_ITSELF = ("The start is entered by itself; here it is corrected.", "started_on")


@pytest.mark.parametrize(
    ("was", "day", "first_on", "said"),
    [
        (None, None, None, (None, None)),
        (None, TODAY, None, BY_ITSELF),
        (TODAY, None, None, BY_ITSELF),
        (TODAY, TODAY - DAY, None, (None, None)),
        (TODAY - DAY, TODAY, None, (None, None)),
        (TODAY, TODAY + DAY, None, (FUTURE, "started_on")),
        (TODAY, TODAY - 2 * DAY, TODAY - DAY, (None, None)),
        (TODAY - 2 * DAY, TODAY - DAY, TODAY - DAY, (None, None)),
        (
            TODAY - 2 * DAY,
            TODAY,
            TODAY - DAY,
            ("Progress was logged, or a defect found, before that day.", "started_on"),
        ),
    ],
)
def test_a_start_is_corrected_to_a_day_by_the_first_progress(
    was: date | None, day: date | None, first_on: date | None, said: tuple[str, str]
) -> None:
    assert told(works_rules.why_not_correct_start(was, day, first_on, TODAY)) == said
