"""What no form expects, and how it is spread over a form's fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

HOSTILE = ("", "x" * 20_000, "a\x00b", "\ud800", "9223372036854775808", "-1", "0000-01-01", "9999-12-31", "2026-13-45",
           "12.345", "1 234,50", "=1+1", "<script>", "' OR 1=1 --", "zzzzzzzzzzzzzzzzzzzzzzzzzz")  # fmt: skip
UNLIKE = ("a\x00b", "\ud800", "9223372036854775808", "0000-01-01", "9999-12-31", "12.345")
"""What one database takes and the other does not: the forms have met all the rest on SQLite."""


def turns(typed: Sequence[str], values: tuple[str, ...], times: int, form: int) -> Iterator[dict[str, list[str]]]:
    """Each field gets another value each time, its neighbour the next one, the next form begins with the next one;
    a field alone gets every value."""
    times = len(values) if len(typed) == 1 else times
    for turn in range(times):
        start = turn * len(values) // times + form
        yield {name: [values[(start + n) % len(values)]] for n, name in enumerate(typed)}
