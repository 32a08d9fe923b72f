"""What the first page tells: how much waits where, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from casetracker.casefile.listing import CaseRow
from casetracker.core.errors import Message


@dataclass(frozen=True, kw_only=True)
class Pile:
    """Something that waits: how much of it, and the view (with its arguments) where it is done."""

    title: str
    hint: str
    count: int
    endpoint: str
    icon: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A plan or request that came back to whom wrote it, with the reason."""

    what: Message
    reference: str
    reason: str | None
    endpoint: str
    args: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class OpenPoint:
    """Something to settle on a case."""

    reference: str
    text: str
    params: Mapping[str, Any]
    blocks_money: bool


@dataclass(frozen=True, kw_only=True)
class Work:
    """Everything that waits for one person. `cases` are the first of the own open cases, `more` the others."""

    piles: tuple[Pile, ...] = ()
    cases: tuple[CaseRow, ...] = ()
    more: int = 0
    returned: tuple[Returned, ...] = ()
    points: tuple[OpenPoint, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits at all."""
        return not (any(pile.count for pile in self.piles) or self.cases or self.returned or self.points)
