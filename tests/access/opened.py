"""What an answer holds once it is opened, as text: what lies in a zip (a workbook, a bundle), the pages of a PDF."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from pypdf import PdfReader

ZIP, PDF = b"PK\x03\x04", b"%PDF-"
DEEP = 2
"""A bundle is a zip with workbooks in it, which are zips."""
BROKEN = re.compile(r"[-\u00ad\u2010]*[ \t]*\n\s*")
"""Where a page breaks a word, with or without a hyphen."""
TAG = re.compile(r"<[^>]*>")


def readable(content: bytes, deep: int = DEEP) -> str:
    """All the text of a file: as it is, and of whatever lies in it."""
    return "\n".join(_texts(content, deep))


def _texts(content: bytes, deep: int) -> Iterator[str]:
    yield content.decode("utf-8", "replace")
    if content.startswith(PDF):
        yield from _of_pdf(content)
    elif content.startswith(ZIP) and deep:
        with zipfile.ZipFile(io.BytesIO(content)) as inside:
            yield str(inside.comment)
            for name in inside.namelist():
                part = inside.read(name)
                yield name
                yield from _texts(part, deep - 1)
                if name.endswith(".xml"):  # a word that is written in two styles stands in two tags
                    yield TAG.sub("", part.decode("utf-8", "replace"))


def _of_pdf(content: bytes) -> Iterator[str]:
    reader = PdfReader(io.BytesIO(content))
    yield str(reader.metadata)
    text = "\n".join(page.extract_text() for page in reader.pages)
    yield text
    yield BROKEN.sub("", text)
