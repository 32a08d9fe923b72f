"""Why a photograph is not taken. Pure."""

from __future__ import annotations

from datetime import date

from casetracker.core.errors import N_, Message

PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
"""How a JPEG and a PNG begin."""
MOST_DOTS = 12_000_000
"""A PNG with more is opened for a small copy at too great a cost; a JPEG is opened at a fraction of its size."""


def why_not_photograph(content: bytes, dots: int, day: date | None, today: date, field: str) -> Message | None:
    """Why this file is not taken as a photograph; `dots`: how many it has; `day`: when it was taken, as typed or as its
    camera wrote."""
    if content and not content.startswith(PICTURES):
        return Message(N_("A photograph is a JPEG or PNG file."), {}, field)
    if content.startswith(PICTURES[1]) and dots > MOST_DOTS:
        return Message(N_("This picture is too large for a PNG: save it as a JPEG."), {}, field)
    if day is None:
        return Message(N_("The picture does not say when it was taken: please give the day."), {}, "day")
    if day > today:
        return Message(N_("This day lies in the future."), {}, "day")
    return None


def why_not_none(number: int) -> Message | None:
    """Why an entry of photographs without one is not taken."""
    return None if number else Message(N_("Please choose a file."), {}, "files")
