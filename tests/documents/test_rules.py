"""Rules of documents, without a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casetracker.documents import rules
from casetracker.documents.states import DocumentKind, SharingFacts, Upload

TODAY = date(2026, 5, 10)


def test_a_document_bears_no_day_to_come() -> None:
    ahead = TODAY + timedelta(days=1)
    quote = DocumentKind.QUOTE
    assert rules.why_not_add(kind=quote, part="sending", day=TODAY, today=TODAY) is None
    assert rules.why_not_add(kind=quote, part="sending", day=ahead, today=TODAY) is not None


@pytest.mark.parametrize("part", ["shared", "sending"])
def test_asylum_papers_stay_in_the_asylum_part(part: str) -> None:
    kind = DocumentKind.ASYLUM_WITHDRAWAL
    assert rules.why_not_add(kind=kind, part=part, day=None, today=TODAY) is not None
    assert rules.why_not_add(kind=kind, part="asylum", day=None, today=TODAY) is None


@pytest.mark.parametrize(
    ("part", "kind", "is_shared", "allowed"),
    [
        ("sending", DocumentKind.BOOKING, False, True),
        ("sending", DocumentKind.BOOKING, True, False),
        ("shared", DocumentKind.BOOKING, False, False),
        ("asylum", DocumentKind.OTHER, False, False),
        ("sending", DocumentKind.ASYLUM_WITHDRAWAL, False, False),
    ],
)
def test_sharing(part: str, kind: DocumentKind, is_shared: bool, allowed: bool) -> None:
    facts = SharingFacts(part=part, kind=kind, is_shared=is_shared)
    assert (rules.why_not_share(facts) is None) == allowed


def test_another_content_is_another_payload() -> None:
    one, other = Upload("a.pdf", b"one", ""), Upload("a.pdf", b"two", "")
    assert repr(one) != repr(other) and "one" not in repr(one)
