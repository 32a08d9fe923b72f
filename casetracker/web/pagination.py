"""Lists in pages: the page's number from the address, and links that keep the filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

T = TypeVar("T")
U = TypeVar("U")
SIZE = 25
LAST = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list: `items`, its `number` from 1, and how many there are in all."""

    items: Sequence[T]
    number: int
    total: int
    size: int = SIZE

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.size))

    def of(self, items: Sequence[U]) -> Page[U]:
        """The same page with other items in the place of these: what was read about each of them."""
        return Page(items=items, number=self.number, total=self.total, size=self.size)

    @property
    def first(self) -> int:
        """The place of the first item on the page, from 1; 0 on an empty list."""
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The place of the last item on the page."""
        return (self.number - 1) * self.size + len(self.items) if self.items else 0

    @property
    def near(self) -> list[int | None]:
        """The page numbers worth a link; None is a gap."""
        wanted = {1, self.pages, *range(self.number - 1, self.number + 2)}
        numbers = sorted(n for n in wanted if 1 <= n <= self.pages)
        found: list[int | None] = []
        for n in numbers:
            if found and n - (found[-1] or 0) > 1:
                found.append(None)
            found.append(n)
        return found


def page_number(name: str = "page") -> int:
    """The number in the address; 1 when it is missing or nonsense."""
    text = request.args.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 7):
        return 1
    return min(max(1, int(text)), LAST)


def bounds(total: int, *, size: int = SIZE, name: str = "page") -> tuple[int, int]:
    """(page number, offset) for a list of `total`; a number beyond the last page means the last page."""
    number = min(page_number(name), max(1, -(-total // size)))
    return number, (number - 1) * size


def slice_page(items: Sequence[T], *, size: int = SIZE, name: str = "page") -> Page[T]:
    """The asked page of a list that is in memory already."""
    number, offset = bounds(len(items), size=size, name=name)
    return Page(items=items[offset : offset + size], number=number, total=len(items), size=size)


def with_args(**changes: Any) -> str:
    """This page's address with some of its query changed; None takes a part out."""
    if request.endpoint is None:
        return request.path
    args: dict[str, Any] = {name: values for name, values in request.args.lists() if "\x00" not in name}
    for name, value in changes.items():
        args[name] = value
    kept = {name: value for name, value in args.items() if value not in (None, "", [])}
    query: dict[str, Any] = {**kept, **(request.view_args or {})}
    safe = {name: value for name, value in query.items() if not name.startswith("_")}
    return url_for(request.endpoint, **safe)
