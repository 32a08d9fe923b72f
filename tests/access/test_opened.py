"""Files are opened before they are searched: what is packed or drawn would else be there and not be seen."""

from __future__ import annotations

import io
import zipfile
from functools import cache

import pytest
import typst
import xlsxwriter

from tests.access.canaries import words_in
from tests.access.opened import readable
from tests.factories.documents import pdf_bytes

WORD = "qz01234zq"


def packed(name: str, content: bytes | str) -> bytes:
    """One file in a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as inside:
        inside.writestr(name, content)
    return out.getvalue()


def drawn(words: str) -> bytes:
    """Words on a narrow page."""
    return typst.compile(
        f"#set page(width: 16mm, margin: 1mm)\n{words}".encode(), format="pdf", ignore_system_fonts=True
    )


@cache
def files() -> dict[str, bytes]:
    """The word in files of every sort, written and named."""
    book, told = io.BytesIO(), f"Who: {WORD}\n" * 20
    with xlsxwriter.Workbook(book) as sheets:
        sheets.add_worksheet().write(0, 0, told)
    return {
        "a workbook": book.getvalue(),
        "a zip": packed("told.csv", told),
        "a workbook in a zip": packed("book.xlsx", book.getvalue()),
        "a PDF": drawn(WORD),
        "a PDF in a zip": packed("page.pdf", drawn(WORD)),
        "a PDF that breaks the word": drawn("Told of qz01-?234zq"),
        "a letter in two styles": packed("word/document.xml", "<t>Who: qz01</t><b/><t>234zq</t>"),
    }


@pytest.mark.parametrize("name", list(files()))
def test_a_word_in_a_file_is_found(name: str) -> None:
    content = files()[name]
    assert words_in(content.decode("utf-8", "replace")) == set(), "as it comes it cannot be read"
    assert words_in(readable(content)) == {WORD}


def test_names_and_titles_are_read() -> None:
    assert words_in(readable(packed(f"{WORD}.csv", ""))) == {WORD}
    assert words_in(readable(pdf_bytes(WORD))) == {WORD}


def test_a_page_is_read_as_it_is() -> None:
    assert readable(f"<p>{WORD}</p>".encode()) == f"<p>{WORD}</p>"
