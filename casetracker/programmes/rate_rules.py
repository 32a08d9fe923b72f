"""Reads a file of exchange rates, line by line, and says of each line what is wrong with it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from casetracker.core.errors import N_, Message
from casetracker.programmes.rules import why_not_rate
from casetracker.programmes.states import CURRENCIES

COLUMNS = ("day", "currency", "base", "rate")
MOST_LINES = 5000
_RATE = re.compile(r"[0-9]{1,10}(?:[.,][0-9]{1,6})?")
_FIRST, _LAST = 1990, 2100


@dataclass(frozen=True, kw_only=True)
class RateLine:
    """One line of the file: what it says, why it cannot be stored; `is_known`: the same rate is stored."""

    number: int
    text: str
    day: date | None = None
    currency: str = ""
    base: str = ""
    rate: str = ""
    problem: Message | None = None
    is_known: bool = False


def why_not_file(content: bytes) -> Message | None:
    """Why this is no file of rates at all: not text, or without its columns."""
    text = _text(content)
    if text is None or "\x00" in text:
        return Message(N_("This is not a text file in UTF-8. Save the table as CSV, and choose that file."), {}, "file")
    lines = text.splitlines()
    if not lines or sorted(_heads(lines[0])) != sorted(COLUMNS):
        return Message(
            N_("The first line must name the columns day, currency, base and rate, and no others."),
            {},
            "file",
        )
    if len(lines) > MOST_LINES:
        many = N_("At most %(num)d lines fit into one file.")
        return Message(N_("At most %(num)d line fits into one file."), {"num": MOST_LINES}, "file", many)
    return None


def read_rates(content: bytes) -> list[RateLine]:
    """Every line below the head of a file that `why_not_file` has nothing against; blank ones left out."""
    lines = (_text(content) or "").splitlines()
    heads = _heads(lines[0])
    read = [_line(number, text, heads, _sign(lines[0])) for number, text in enumerate(lines[1:], 2) if text.strip()]
    return list(_without_doubles(read))


def _text(content: bytes) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _sign(head: str) -> str:
    return max(";\t,", key=head.count)


def _heads(head: str) -> list[str]:
    return [name.strip().strip('"').lower() for name in head.split(_sign(head))]


def _line(number: int, text: str, heads: list[str], sign: str) -> RateLine:
    try:
        cells = next(csv.reader([text], delimiter=sign, strict=True))
    except csv.Error:
        cells = []
    if len(cells) != len(heads):
        return RateLine(
            number=number,
            text=text[:200],
            problem=Message(N_("This line does not have the four columns of the head.")),
        )
    named = {name: cell.strip() for name, cell in zip(heads, cells, strict=True)}
    day, rate = _day(named["day"]), named["rate"].replace(",", ".")
    currency, base = named["currency"].upper(), named["base"].upper()
    return RateLine(
        number=number, text=text[:200], day=day, currency=currency, base=base, rate=rate,
        problem=_problem(day, currency, base, named["rate"]),
    )  # fmt: skip


def _problem(day: date | None, currency: str, base: str, rate: str) -> Message | None:
    if day is None:
        return Message(N_("The day is not a day of the calendar. Write it like 2026-10-02."))
    for code in (currency, base):
        if code not in CURRENCIES:
            return Message(N_("%(code)s is not a currency that is known here."), {"code": code[:20] or "–"})
    if not _RATE.fullmatch(rate):
        return Message(N_("The rate is not a number with at most 6 decimals. Write it like 48.5."))
    return why_not_rate(rate.replace(",", "."), currency, base)


def _day(text: str) -> date | None:
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    parts = found.groups() if found else None
    if parts is None:
        dotted = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text)
        parts = (dotted[3], dotted[2], dotted[1]) if dotted else None
    if parts is None or not _FIRST <= int(parts[0]) <= _LAST:
        return None
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None


def _without_doubles(lines: list[RateLine]) -> Iterator[RateLine]:
    """Marks a line whose day and currencies stand in an earlier line of the same file."""
    seen: dict[tuple[date | None, str, str], int] = {}
    for line in lines:
        key = (line.day, line.currency, line.base)
        if line.problem is None and key in seen:
            again = Message(N_("Line %(number)s already names this day and these currencies."), {"number": seen[key]})
            yield RateLine(
                number=line.number, text=line.text, day=line.day, currency=line.currency, base=line.base,
                rate=line.rate, problem=again,
            )  # fmt: skip
            continue
        seen.setdefault(key, line.number)
        yield line
