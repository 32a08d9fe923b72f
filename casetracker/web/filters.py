"""The filters of a list, read from the address: what cannot be is dropped, and every link keeps the rest.

Words searched for are names of people: posted, and encrypted in the address, so that no log of a proxy has them.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request, session

from casetracker.core.encryption import CannotDecrypt, decrypt, encrypt
from casetracker.web.fields import FIRST_YEAR, LAST_YEAR, printable, read_day
from casetracker.web.numbers import LARGEST_AMOUNT, read_decimal

LONGEST_SEARCH = 100
LONGEST_TEXT = 40
SEARCH_ADDRESS = "/search"
"""Where a filter bar with a search box is posted to; from there back to its list."""
SEARCHED = "q"
"""The part of an address that holds words searched for."""
SEARCH_NAMES = (SEARCHED, "search")
"""What search boxes are called; the words of all of them are posted and encrypted."""
_ENCRYPTED = "~"
_PURPOSE = "words searched for"


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One filter: `kind` is search, choice, day, tick, text (a short code, no words about a person) or amount (a
    decimal number); `choices` are (value, label) pairs, `groups` further ones under a heading each."""

    name: str
    label: Any
    kind: str = "choice"
    choices: Sequence[tuple[str, Any]] = ()
    groups: Sequence[tuple[Any, Sequence[tuple[str, Any]]]] = ()
    empty: Any = ""

    def label_of(self, value: Any) -> Any:
        """The words of a choice; the value itself where it is none."""
        pairs = [*self.choices, *(pair for _heading, inner in self.groups for pair in inner)]
        return next((words for each, words in pairs if str(each) == str(value)), value)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """The filters of a page with what was chosen; `filters["stage"]` is the value or None."""

    offered: tuple[Filter, ...]
    values: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    @property
    def has_search(self) -> bool:
        """Whether one of them takes words, which are posted."""
        return any(each.kind == "search" for each in self.offered)

    @property
    def search_address(self) -> str:
        """Where the bar is posted to."""
        return SEARCH_ADDRESS

    @property
    def active(self) -> bool:
        """Whether anything is filtered."""
        return any(value not in (None, False, "") for value in self.values.values())

    def shown(self, name: str) -> str:
        """The value as it stands in the box."""
        value = self.values.get(name)
        if isinstance(value, Decimal):
            return f"{value:f}"
        return "" if value in (None, False) else value.isoformat() if isinstance(value, date) else str(value)

    def told(self) -> list[tuple[Any, str]]:
        """(label, value in words) of everything that is filtered by, in the bar's order; a tick has no value."""
        return [
            (each.label, "" if each.kind == "tick" else str(each.label_of(self.shown(each.name))))
            for each in self.offered
            if self.values.get(each.name) not in (None, False, "")
        ]


def read_filters(*offered: Filter) -> Filters:
    """Reads the filters offered from the address; a value that is none of the choices counts as not given."""
    return Filters(offered=offered, values={each.name: _read(each) for each in offered})


def read_sort(allowed: Iterable[str], default: str, name: str = "sort") -> tuple[str, bool]:
    """(key, whether descending) from ?sort=key or ?sort=-key; the default when it is none of the allowed."""
    for text in (request.args.get(name, ""), default):
        if text.removeprefix("-") in set(allowed):
            return text.removeprefix("-"), text.startswith("-")
    return default.removeprefix("-"), default.startswith("-")


def encrypted_words(text: str) -> str:
    """Words searched for as an address holds them: only this browser's session, and those that follow it, open them."""
    content = printable(text.strip())[:LONGEST_SEARCH].encode("utf-8", "replace")
    return _ENCRYPTED + urlsafe_b64encode(encrypt(content, _PURPOSE, _whose())).decode("ascii") if content else ""


def _opened_words(text: str) -> str:
    """The words of an address; none where they were encrypted for somebody else."""
    if not text.startswith(_ENCRYPTED):
        return text
    try:
        return decrypt(urlsafe_b64decode(text[1:].encode("ascii", "replace")), _PURPOSE, _whose()).decode("utf-8")
    except (ValueError, CannotDecrypt):
        return ""


def _whose() -> str:
    """What this browser's forms are made from: it stays the same for one person in one browser."""
    return str(session.get("csrf_token", ""))


def _read(each: Filter) -> Any:
    text = request.args.get(each.name, "").strip()
    if each.kind == "search":
        text = _opened_words(text)
        return printable(text)[:LONGEST_SEARCH].replace("\ufffd", "").strip() or None
    if each.kind == "tick":
        return text not in ("", "0", "no")
    if each.kind == "day":
        day = read_day(text)
        return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None
    if each.kind == "text":
        return printable(text)[:LONGEST_TEXT].replace("\ufffd", "").strip() or None
    if each.kind == "amount":
        number = read_decimal(text)
        return number if number is not None and 0 <= number <= LARGEST_AMOUNT else None
    offered = {str(value) for value, _label in each.choices}
    offered |= {str(value) for _heading, pairs in each.groups for value, _label in pairs}
    return text if text and text in offered else None
