"""Lucide's icons as inline SVG: `icon("check", 16)` in a template. Words beside them carry the meaning."""

from __future__ import annotations

import functools

from flask import Flask
from lucide import IconDoesNotExist, _render_icon
from markupsafe import Markup


@functools.lru_cache(maxsize=512)
def icon(name: str, size: int = 18) -> Markup:
    """The icon `name` (lucide.dev), `size` pixels square; an unknown name draws nothing but a circle."""
    try:
        drawn = _render_icon(name, size, **{"class": "ico", "aria_hidden": "true", "focusable": "false"})
    except IconDoesNotExist:
        if name == "circle":
            raise
        return icon("circle", size)
    return Markup(drawn)  # noqa: S704  # the package's own drawing, no text of anybody's


def init_app(app: Flask) -> None:
    """Gives the templates `icon()`."""
    app.jinja_env.globals["icon"] = icon
