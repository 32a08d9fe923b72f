"""The filters of a list, read from the address: what cannot be is dropped, and every link keeps the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import request

from casetracker.web.fields import FIRST_YEAR, LAST_YEAR, printable, read_day

LONGEST_SEARCH = 100


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One filter: `kind` is search, choice, day or tick; `choices` are (value, label) pairs."""

    name: str
    label: Any
    kind: str = "choice"
    choices: Sequence[tuple[str, Any]] = ()
    empty: Any = ""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """The filters of a page with what was chosen; `filters["stage"]` is the value or None."""

    offered: tuple[Filter, ...]
    values: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    @property
    def active(self) -> bool:
        """Whether anything is filtered."""
        return any(value not in (None, False, "") for value in self.values.values())

    def shown(self, name: str) -> str:
        """The value as it stands in the box."""
        value = self.values.get(name)
        return "" if value in (None, False) else value.isoformat() if isinstance(value, date) else str(value)


def read_filters(*offered: Filter) -> Filters:
    """Reads the filters offered from the address; a value that is none of the choices counts as not given."""
    return Filters(offered=offered, values={each.name: _read(each) for each in offered})


def read_sort(allowed: Iterable[str], default: str, name: str = "sort") -> tuple[str, bool]:
    """(key, whether descending) from ?sort=key or ?sort=-key; the default when it is none of the allowed."""
    for text in (request.args.get(name, ""), default):
        if text.removeprefix("-") in set(allowed):
            return text.removeprefix("-"), text.startswith("-")
    return default.removeprefix("-"), default.startswith("-")


def _read(each: Filter) -> Any:
    text = request.args.get(each.name, "").strip()
    if each.kind == "search":
        return printable(text)[:LONGEST_SEARCH].replace("\ufffd", "").strip() or None
    if each.kind == "tick":
        return text not in ("", "0", "no")
    if each.kind == "day":
        day = read_day(text)
        return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None
    return text if text and text in {str(value) for value, _label in each.choices} else None
