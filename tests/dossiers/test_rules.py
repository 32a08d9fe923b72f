"""What was erased takes nothing in again; which points somebody clears by hand."""

from __future__ import annotations

from datetime import date

import pytest

from casetracker.dossiers import rules


def test_what_was_erased_takes_nothing_in() -> None:
    assert rules.why_not_write(None) is None
    assert "was erased on 2026-11-01" in str(rules.why_not_write(date(2026, 11, 1)))


@pytest.mark.parametrize("subject_kind", [None, "plan", "disbursement", "an old finding.four_eyes"])
def test_a_point_that_somebody_set_is_cleared_by_hand(subject_kind: str | None) -> None:
    assert rules.why_not_clear(subject_kind) is None


def test_a_point_that_stands_for_an_auditors_question_goes_with_its_answer() -> None:
    assert str(rules.why_not_clear("finding.four_eyes")).startswith("Answer what an auditor would ask, or put it right")
