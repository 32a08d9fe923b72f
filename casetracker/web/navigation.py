"""Entries of the main navigation: each feature's routes module names its own in `NAVIGATION`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from casetracker.core.actor import Actor
from casetracker.core.permissions import Permission


@dataclass(frozen=True)
class NavEntry:
    """A link in the top bar for those whose role holds the permission.

    `label` is a lazy sentence; `order` sorts; `count` gives the number that waits (None or 0: no badge);
    `prefix` is the address below which the entry is the current one.
    """

    label: Any
    endpoint: str
    permission: Permission
    order: int
    prefix: str
    count: Callable[[Actor], int] | None = None
