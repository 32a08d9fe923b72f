"""What was erased takes nothing in again."""

from __future__ import annotations

from datetime import date

from casetracker.dossiers import rules


def test_what_was_erased_takes_nothing_in() -> None:
    assert rules.why_not_write(None) is None
    assert "was erased on 2026-11-01" in str(rules.why_not_write(date(2026, 11, 1)))
