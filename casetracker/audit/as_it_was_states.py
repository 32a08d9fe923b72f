"""Moments as addresses and forms have them, and ways out of a page that shows how things stood."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_ADDRESS = "%Y%m%dT%H%M%S.%fZ"
_SHAPE = re.compile(r"\d{8}T\d{6}\.\d{6}Z")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
FIRST_YEAR, LAST_YEAR = 1900, 2200


def address_of(moment: datetime) -> str:
    """The moment (aware) as it stands in an address, to the microsecond and in UTC.

    >>> address_of(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    '20260302T090000.000000Z'
    """
    return moment.astimezone(UTC).strftime(_ADDRESS)


def moment_of(text: str) -> datetime | None:
    """The moment that an address names, in UTC; None where it names none.

    >>> moment_of("20260302T090000.000000Z").isoformat(), moment_of("yesterday")
    ('2026-03-02T09:00:00+00:00', None)
    """
    if not (_SHAPE.fullmatch(text) and text.isascii()):
        return None
    try:
        moment = datetime.strptime(text, _ADDRESS).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def time_of(text: str) -> time | None:
    """The time of the day that a browser's field names, None where it names none."""
    found = _TIME.fullmatch(text.strip())
    return time(int(found[1]), int(found[2])) if found else None


def last_moment(day: date, at: time | None, zone: str) -> datetime:
    """The last moment of the minute (without a time: of the day) in the zone, in UTC: what was recorded in it counts.

    >>> last_moment(date(2026, 3, 2), time(11, 0), "Europe/Tallinn").isoformat()
    '2026-03-02T09:00:59.999999+00:00'
    """
    end = time(at.hour, at.minute, 59, 999999) if at else time.max
    return datetime.combine(day, end, ZoneInfo(zone)).astimezone(UTC)


_WAY = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
_ACTIONS = re.compile(r'<div class="actions">.*?</div>', re.DOTALL)
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_LOOKS_BACK = re.compile(
    r'href="(/cases/[^/"?#]+)(/(?:plan(?:/lines/[a-z2-7]{26}/entries)?|(?:grants|disbursements|instalments)/[a-z2-7]{26})|)([?#][^"]*)?"'
)
"""Links to pages that can be seen as they were, too."""
_PAPER = re.compile(r'href="[^"]*/documents/[a-z2-7]{26}"')


def without_ways(html: str, moment: datetime) -> str:
    """The page without what leads to acts and to pages of today: buttons and forms go, other links stay as text.

    What leads to a place on the page stays, and so do the papers, which nobody can change; what can be seen as it was
    leads to the same moment.

    >>> then = datetime(2026, 3, 2, tzinfo=UTC)
    >>> without_ways('<a class="btn" href="/x">Do</a> <a href="/y">Other</a> <a href="#p">Persons</a>', then)
    ' <span>Other</span> <a href="#p">Persons</a>'
    >>> without_ways('<a class="btn" href="/cases/EE-1/plan">Open</a>', then)
    '<a class="btn" href="/cases/EE-1/at/20260302T000000.000000Z/plan">Open</a>'
    """
    at = address_of(moment)
    html = _LOOKS_BACK.sub(rf'href="\1/at/{at}\2\3"', _FORM.sub("", html))
    html = _ACTIONS.sub(lambda found: _WAY.sub(lambda way: way[0] if _is_kept(way, at) else "", found[0]), html)
    return _WAY.sub(lambda way: way[0] if _is_kept(way, at) else _still(way), html)


def _is_kept(way: re.Match[str], at: str) -> bool:
    return 'href="#' in way[1] or f"/at/{at}" in way[1] or _PAPER.search(way[1]) is not None


def _still(way: re.Match[str]) -> str:
    return "" if re.search(r'class="[^"]*\bbtn\b', way[1]) else f"<span>{way[2]}</span>"
