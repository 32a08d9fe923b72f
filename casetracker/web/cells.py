"""Text for a cell of a spreadsheet that is written as CSV."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

_DANGEROUS = frozenset("=+-@|%\uff1d\uff0b\uff0d\uff20\uff5c\uff05")
_AFTER_SEPARATOR = re.compile("([;\t][ \u00a0]*)(?=[-=+@|%\uff1d\uff0b\uff0d\uff20\uff5c\uff05])")


def safe_cell(value: Any) -> str:
    """Text that no spreadsheet takes for a formula: a quote before what begins like one; real numbers stay.

    Spaces and invisible characters at the beginning, which a spreadsheet may skip, are seen through. A semicolon or
    tab begins a cell, too, where the reader's country separates by it.
    """
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    text = _AFTER_SEPARATOR.sub(r"\1'", text)
    begins = next((c for c in text if unicodedata.category(c)[0] not in "ZC"), "")
    return "'" + text if begins in _DANGEROUS or text[:1] in ("\t", "\r", "\n") else text
