"""Files of exchange rates, line by line: what is read, and what is wrong with each that cannot be stored."""

from __future__ import annotations

from datetime import date

import pytest

from casetracker.programmes import rate_rules
from casetracker.programmes.rate_rules import MOST_LINES, RateLine

HEAD = "day,currency,base,rate"
GOOD = "2026-10-01,UAH,EUR,48.5"


def read(*lines: str, head: str = HEAD) -> list[RateLine]:
    """The lines of a file that is one."""
    content = "\n".join([head, *lines]).encode()
    assert rate_rules.why_not_file(content) is None
    return rate_rules.read_rates(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "not a text file in UTF-8"),
        (HEAD.encode() + b"\n\x00", "not a text file in UTF-8"),
        (b"", "must name the columns"),
        (b"day,currency,base", "must name the columns"),
        (b"day,currency,base,rate,note", "must name the columns"),
        (f"{HEAD}\n{GOOD}".encode() + b"\n" * MOST_LINES, "At most 5000 lines"),
    ],
)
def test_what_is_no_file_of_rates(content: bytes, words: str) -> None:
    reason = rate_rules.why_not_file(content)
    assert reason is not None and reason.field == "file" and words in str(reason)


def test_a_file_may_have_five_thousand_lines_and_its_columns_in_any_order() -> None:
    assert rate_rules.why_not_file(HEAD.encode() + b"\n" * MOST_LINES) is None
    for sign in ",;\t":
        head = sign.join([' "Rate" ', "BASE", "currency", "day"])
        (line,) = read(sign.join(["48.5", "eur", " uah ", "1.10.2026"]), head=head)
        assert line == RateLine(
            number=2, text=line.text, day=date(2026, 10, 1), currency="UAH", base="EUR", rate="48.5"
        )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD, None),
        ("2026-10-01,UAH,EUR,0.000001", None),
        ("1990-01-01,UAH,EUR,9999999999", None),
        ("2100-12-31,UAH,EUR,48.123456", None),
        ("31.12.1990,UAH,EUR,1", None),
        ("1989-12-31,UAH,EUR,1", "not a day of the calendar"),
        ("2101-01-01,UAH,EUR,1", "not a day of the calendar"),
        ("2026-02-30,UAH,EUR,1", "not a day of the calendar"),
        ("30.2.2026,UAH,EUR,1", "not a day of the calendar"),
        ("1/10/2026,UAH,EUR,1", "not a day of the calendar"),
        ("2026-10-01,UAX,EUR,1", "UAX is not a currency"),
        ("2026-10-01,UAH,,1", "– is not a currency"),
        (f"2026-10-01,{'X' * 20}YZ,EUR,1", f"{'X' * 20} is not a currency"),
        ("2026-10-01,UAH,EUR,48.1234567", "at most 6 decimals"),
        ("2026-10-01,UAH,EUR,1e3", "at most 6 decimals"),
        ("2026-10-01,UAH,EUR,0", "above zero"),
        ("2026-10-01,EUR,EUR,1", "two different currencies"),
        ("2026-10-01,UAH,EUR", "four columns"),
        ('2026-10-01,UAH,EUR,"48', "four columns"),
    ],
)
def test_each_line_says_what_is_wrong_with_it(text: str, words: str | None) -> None:
    (line,) = read(text)
    assert line.number == 2 and line.text == text and not line.is_known
    assert (line.problem is None) if words is None else (words in str(line.problem))


def test_a_day_and_its_currencies_stand_once() -> None:
    lines = read(GOOD, "", "2026-10-01,USD,EUR,1.1", "2026-10-01,UAH,EUR,49", "2026-10-01,uah,EUR,49")
    assert [line.number for line in lines] == [2, 4, 5, 6], "a blank line is left out and counted"
    assert [line.problem is None for line in lines] == [True, True, False, False]
    assert {str(line.problem) for line in lines[2:]} == {"Line 2 already names this day and these currencies."}
    assert (lines[2].rate, lines[2].base, lines[2].day) == ("49", "EUR", date(2026, 10, 1))


def test_the_head_alone_says_what_stands_between_the_cells() -> None:
    wrong, good = read("a;b;c;d;e", GOOD)
    assert "four columns" in str(wrong.problem) and good.problem is None


def test_a_line_that_was_wrong_says_so_twice() -> None:
    first, second = read("2026-10-01,UAH,EUR,x", "2026-10-01,UAH,EUR,x")
    assert "decimals" in str(first.problem) and "decimals" in str(second.problem)


@pytest.mark.parametrize("tail", [",UAH,EUR,48.5", ""])
def test_of_a_long_line_the_beginning_is_shown(tail: str) -> None:
    (line,) = read("x" * 300 + tail)
    assert line.text == "x" * 200 and line.problem is not None
