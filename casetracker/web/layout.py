"""What the layout shows around every page; the application hands it in through `surround`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry of the main navigation; `count` is what waits there, `current` whether the page lies in it."""

    label: Any
    url: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """The person in the top bar: name, role and office in words, and where signing out is sent (by POST)."""

    name: str
    role: Any
    office: str
    sign_out_url: str
    account_url: str = ""


def surround(
    app: Flask,
    *,
    navigation: Callable[[], Sequence[NavItem]],
    signed_in: Callable[[], SignedIn | None],
    demonstration: Callable[[], bool],
) -> None:
    """Gives the layout its navigation, its person, and whether everything is fictional; called for every page."""
    app.jinja_env.globals.update(navigation=navigation, signed_in=signed_in, demonstration=demonstration)
