"""What was erased takes nothing in again; which points somebody clears by hand."""

from __future__ import annotations

from datetime import date

import pytest

from casetracker.dossiers import rules
from casetracker.dossiers.states import CASE, PROJECT


@pytest.mark.parametrize(
    ("reference", "kind"), [("EE-2026-00001", CASE), ("UA-2026-C0001", PROJECT), ("CC-2026-00001", CASE)]
)
def test_a_reference_says_what_it_names(reference: str, kind: str) -> None:
    assert rules.kind_of(reference) == kind


@pytest.mark.parametrize("kind", [CASE, PROJECT])
def test_what_was_erased_takes_nothing_in(kind: str) -> None:
    assert rules.why_not_write(None, kind) is None
    said = str(rules.why_not_write(date(2026, 11, 1), kind))
    assert f"in this {kind} was erased on 2026-11-01" in said


@pytest.mark.parametrize("kind", [CASE, PROJECT])
def test_what_is_closed_can_only_be_read(kind: str) -> None:
    assert rules.why_not_change(False, kind) is None
    assert str(rules.why_not_change(True, kind)).startswith(f"This {kind} is closed")


@pytest.mark.parametrize("subject_kind", [None, "plan", "disbursement", "an old finding.four_eyes"])
def test_a_point_that_somebody_set_is_cleared_by_hand(subject_kind: str | None) -> None:
    assert rules.why_not_clear(subject_kind) is None


def test_a_point_that_stands_for_an_auditors_question_goes_with_its_answer() -> None:
    assert str(rules.why_not_clear("finding.four_eyes")).startswith("Answer what an auditor would ask, or put it right")
