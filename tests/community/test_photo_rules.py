"""Which file is taken as a photograph, and of which day. No database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casetracker.community.photo_rules import why_not_none, why_not_photograph
from casetracker.core.errors import Message

TODAY = date(2026, 11, 20)
JPEG, PNG = b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n..."


def told(message: Message | None) -> tuple[str | None, str | None]:
    """(sentence, field) of a refusal."""
    return (message.id, message.field) if message else (None, None)


@pytest.mark.parametrize("content", [b"%PDF-1.4", b"GIF89a", b" " + JPEG, PNG[1:]])
def test_a_photograph_is_a_jpeg_or_a_png(content: bytes) -> None:
    said = ("A photograph is a JPEG or PNG file.", "file")
    assert told(why_not_photograph(content, 1, TODAY, TODAY, "file")) == said


@pytest.mark.parametrize("content", [JPEG, PNG, b""])
def test_both_kinds_are_taken_and_an_empty_file_is_the_forms_to_refuse(content: bytes) -> None:
    assert why_not_photograph(content, 1, TODAY, TODAY, "file") is None


@pytest.mark.parametrize(
    ("content", "dots", "is_taken"),
    [(PNG, 12_000_000, True), (PNG, 12_000_001, False), (JPEG, 12_000_001, True), (JPEG, 40_000_000, True)],
)
def test_a_png_has_twelve_million_dots_at_most(content: bytes, dots: int, is_taken: bool) -> None:
    said = ("This picture is too large for a PNG: save it as a JPEG.", "file")
    assert told(why_not_photograph(content, dots, TODAY, TODAY, "file")) == ((None, None) if is_taken else said)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (None, ("The picture does not say when it was taken: please give the day.", "day")),
        (TODAY - timedelta(days=1), (None, None)),
        (TODAY, (None, None)),
        (TODAY + timedelta(days=1), ("This day lies in the future.", "day")),
    ],
)
def test_a_photograph_was_taken_on_a_known_day_by_today(day: date | None, said: tuple[str, str]) -> None:
    assert told(why_not_photograph(JPEG, 1, day, TODAY, "file")) == said


def test_an_entry_of_photographs_has_one_at_least() -> None:
    assert told(why_not_none(0)) == ("Please choose a file.", "files")
    assert why_not_none(1) is None and why_not_none(2) is None
