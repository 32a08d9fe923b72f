"""Documents to print: facts in words become a tagged PDF/A on A4 (`document.typ`); text stays text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from flask_babel import gettext as _

from casetracker.web.formats import local, locale, moment

TEMPLATE = Path(__file__).with_name("document.typ")
STANDARDS: Any = ["a-2a", "ua-1"]
"""PDF/A-2a and PDF/UA-1. (The compiler's types take a list of all its standards alone.)"""
Block = dict[str, Any]
Cell = str | dict[str, Any]


def facts(pairs: Iterable[tuple[str, str]]) -> Block:
    """Names and values, one under the other; what is empty is left out."""
    return {"kind": "facts", "pairs": [pair for pair in pairs if pair[1]]}


def steps(items: Iterable[tuple[str, str]]) -> Block:
    """Steps in a row: (words, done / now / todo / skipped)."""
    return {"kind": "steps", "items": list(items)}


def text(words: str) -> Block:
    """A paragraph."""
    return {"kind": "text", "text": words}


def heading(words: str) -> Block:
    """A heading inside a section."""
    return {"kind": "heading", "text": words}


def table(
    columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Cell]], foot: Iterable[Sequence[str]] = ()
) -> Block:
    """A table whose head is repeated on every page.

    columns: (words, width) as `12mm`, `2fr` or `auto`; a width that ends with ` n` holds numbers. `foot`: sums.
    """
    named = [
        {"words": words, "width": width.removesuffix(" n"), "number": width.endswith(" n")} for words, width in columns
    ]
    return {"kind": "table", "columns": named, "rows": [list(row) for row in rows], "foot": [list(row) for row in foot]}


def cell(words: str, *small: str, code: str = "") -> Cell:
    """A cell with lines in smaller letters below its words, and a code (a hash) that is not broken."""
    return {"text": words, "small": [line for line in small if line]} | ({"code": code} if code else {})


def boxes(words: str, options: Iterable[str]) -> Block:
    """A question with boxes to tick by hand."""
    return {"kind": "boxes", "words": words, "options": list(options)}


def rules(words: str, lines: int) -> Block:
    """Words, and so many lines to write on by hand."""
    return {"kind": "rules", "words": words, "lines": lines}


def section(title: str, *blocks: Block) -> dict[str, Any]:
    """A part of the document under its title."""
    return {"title": title, "blocks": list(blocks)}


def page(title: str, *blocks: Block) -> dict[str, Any]:
    """The same on a page of its own."""
    return section(title, *blocks) | {"new_page": True}


def set_in_type(
    *, title: str, reference: str, kind: str, written_at: datetime, sections: Iterable[dict[str, Any]]
) -> bytes:
    """The PDF, in the reader's language: reference, `written_at` and page numbers stand on every page.

    Signs for which no letter is at hand (of scripts far from those of the offices) are no reason to refuse: the file
    keeps them as text, but is no PDF/A then.
    """
    zone = str(local(written_at).tzinfo)
    data = {
        "lang": locale().language, "title": title, "reference": reference, "head": kind,
        "written": _("Written on %(moment)s (%(zone)s)", moment=moment(written_at), zone=zone),
        "page": _("Page {page} of {pages}"), "sections": list(sections),
    }  # fmt: skip
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        return _compile(inputs, STANDARDS, written_at)
    except typst.TypstError:
        return _compile(inputs, [], written_at)


def _compile(inputs: dict[str, str], standards: Any, written_at: datetime) -> bytes:
    return typst.compile(
        str(TEMPLATE), root=str(TEMPLATE.parent), format="pdf", sys_inputs=inputs, ignore_system_fonts=True,
        pdf_standards=standards, timestamp=int(written_at.timestamp()),
    )  # fmt: skip
