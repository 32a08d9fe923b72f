"""Words of enumerations for templates (`value|label`) and for choices in forms."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import Flask
from flask_babel import gettext, lazy_gettext

from casetracker.core.labels import label_id, labelled


def label(value: StrEnum | str | None) -> str:
    """The translated words of a value; a dash for none."""
    if value is None:
        return "–"
    return gettext(label_id(value)) if isinstance(value, StrEnum) else str(value)


def label_choices(kind: type[StrEnum], *only: StrEnum) -> list[tuple[str, Any]]:
    """(value, words) for a choice field; only some of the values where named."""
    return [(value, lazy_gettext(words)) for value, words in labelled(kind) if not only or value in only]


def init_app(app: Flask) -> None:
    """Make the filter known to templates."""
    app.jinja_env.filters["label"] = label
