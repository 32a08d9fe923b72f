"""Workbooks (XLSX), written row by row: text stays text, days, moments and amounts are real ones."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from flask_babel import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from casetracker.core import clock
from casetracker.core.money import Money, exponent
from casetracker.web.formats import local

MOST_ROWS, MOST_LETTERS = 1_048_576, 32_767
"""What one sheet, and one cell, of the format holds."""
Cell = str | int | Money | date | datetime | None


@dataclass(frozen=True)
class Formats:
    """How cells look: one format for each shape of value."""

    head: Format
    text: Format
    number: Format
    day: Format
    moment: Format
    money: dict[int, Format]


class Sheet:
    """One sheet, written row by row from the top; nothing written is held."""

    def __init__(self, sheet: Worksheet, formats: Formats, columns: Sequence[tuple[str, int]]) -> None:
        self.sheet, self.formats, self.row = sheet, formats, 0
        for number, (_words, width) in enumerate(columns):
            sheet.set_column(number, number, width)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for number, (words, _width) in enumerate(columns):
            sheet.write_string(0, number, words, formats.head)

    def add(self, *cells: Cell) -> None:
        """One row: text as text, days and moments as dates, whole numbers and amounts as numbers.

        What a sheet cannot hold any more is not left out without a word: its last row says so.
        """
        self.row += 1
        if self.row == MOST_ROWS - 1:
            self._write(0, str(_("This sheet is full: no sheet holds more rows. Other formats hold the rest.")))
        if self.row >= MOST_ROWS - 1:
            return
        for number, value in enumerate(cells):
            self._write(number, value)

    def _write(self, column: int, value: Cell) -> None:
        if value is None or value == "":
            return
        if isinstance(value, Money):
            places = exponent(value.currency)
            exact = Decimal(value.minor).scaleb(-places)
            self.sheet.write_number(self.row, column, exact, self.formats.money[places])
        elif isinstance(value, datetime):
            self.sheet.write_datetime(self.row, column, local(value).replace(tzinfo=None), self.formats.moment)
        elif isinstance(value, date):
            self.sheet.write_datetime(self.row, column, value, self.formats.day)
        elif isinstance(value, int):
            self.sheet.write_number(self.row, column, value, self.formats.number)
        else:
            self.sheet.write_string(self.row, column, value[:MOST_LETTERS], self.formats.text)


class Book:
    """A workbook that is being written."""

    def __init__(self, book: Any) -> None:
        self.book = book
        base = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
        self.formats = Formats(
            head=book.add_format(base | {"bold": True, "bottom": 1, "bg_color": "#E8EEF4", "text_wrap": True}),
            text=book.add_format(base | {"text_wrap": True, "num_format": "@"}),
            number=book.add_format(base),
            day=book.add_format(base | {"num_format": "yyyy-mm-dd", "align": "left"}),
            moment=book.add_format(base | {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"}),
            money={
                places: book.add_format(base | {"num_format": "#,##0" + ("." + "0" * places if places else "")})
                for places in (0, 2, 3)
            },
        )

    def sheet(self, name: str, *columns: tuple[str, int]) -> Sheet:
        """Another sheet; columns are (words, width in letters)."""
        return Sheet(self.book.add_worksheet(name), self.formats, columns)


@contextmanager
def write_book(out: IO[bytes], title: str, comments: str = "", *, at: datetime | None = None) -> Iterator[Book]:
    """Inside, sheets are written; at the end the workbook is whole. Memory does not grow with the rows.

    The same rows make the same file: it bears the moment `at` (now, where none is given), and nothing of this machine.
    """
    with tempfile.TemporaryDirectory() as folder:  # of the rows until they are packed; gone with what breaks off, too
        options = {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": folder,
        }  # fmt: skip
        with xlsxwriter.Workbook(out, options) as book:
            created = (at or clock.now()).astimezone(UTC).replace(tzinfo=None)
            book.set_properties({"title": title, "comments": comments, "created": created})
            yield Book(book)
