"""Why a bundle is not asked for, called off or taken away, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from casetracker.exports.bundle_rules import why_not_ask, why_not_cancel, why_not_take
from casetracker.exports.bundle_states import (
    MOST_CASES,
    MOST_REFERENCES,
    OPEN,
    BundleState,
    Chosen,
    Wanted,
    wanted_from,
)

CASE = Chosen(dossier_id="d", reference="EE-2026-00001", parts=("shared",), entries=3)


@pytest.mark.parametrize(
    ("wanted", "chosen", "has_open", "refused"),
    [
        (Wanted(), [CASE], False, None),
        (Wanted(references=(CASE.reference,)), [CASE], False, None),
        (Wanted(first_day=date(2026, 1, 1), last_day=date(2026, 1, 1)), [CASE], False, None),
        (Wanted(), [CASE] * MOST_CASES, False, None),
        (Wanted(), [CASE], True, "is being made"),
        (Wanted(), [], False, "No case"),
        (Wanted(), [CASE] * (MOST_CASES + 1), False, "More cases"),
        (Wanted(first_day=date(2026, 1, 2), last_day=date(2026, 1, 1)), [CASE], False, "before the first"),
        (Wanted(references=(CASE.reference, "EE-2026-00002")), [CASE], False, "EE-2026-00002"),
        (Wanted(references=("X",) * MOST_REFERENCES), [CASE], False, "No case that fits has this reference: X"),
        (Wanted(references=("X",) * (MOST_REFERENCES + 1)), [CASE], False, "too many"),
    ],
)
def test_what_may_be_asked_for(wanted: Wanted, chosen: list[Chosen], has_open: bool, refused: str | None) -> None:
    message = why_not_ask(wanted, chosen, has_open)
    assert message is None if refused is None else refused in str(message)


def test_ten_unknown_references_are_named_and_the_rest_is_left_to_them() -> None:
    unknown = tuple(f"EE-2026-000{number}" for number in range(10, 21))
    message = why_not_ask(Wanted(references=unknown), [CASE], False)
    assert message is not None and message.field == "references"
    assert str(message) == f"No case that fits has this reference: {', '.join(unknown[:10])}"


@pytest.mark.parametrize("state", BundleState)
def test_only_what_is_not_ended_is_called_off(state: BundleState) -> None:
    assert (why_not_cancel(state) is None) == (state in OPEN) == (state in ("asked", "running"))


@pytest.mark.parametrize("state", BundleState)
def test_only_a_file_that_is_there_and_open_is_taken_away(state: BundleState) -> None:
    assert (why_not_take(state, False, True) is None) == (state == BundleState.DONE)
    assert why_not_take(state, True, True) is not None
    assert why_not_take(state, False, False) is not None


def test_what_was_wanted_comes_back_as_it_was_stored() -> None:
    wanted = Wanted(office_id="o", first_day=date(2026, 3, 1), references=("A", "B"), formats=("csv",), documents=True)
    assert wanted_from(wanted.plain()) == wanted
    assert wanted_from(Wanted().plain()) == Wanted()
