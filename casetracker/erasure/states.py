"""Where an erasure stands, and the frozen facts that its rules judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ErasureState(StrEnum):
    """Asked for by one supervisor; done, declined or taken back."""

    ASKED = "asked"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Extent:
    """What an erasure takes away: rows with something personal, and stored files."""

    rows: int
    files: int


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """A case or a project as it is judged before it is erased.

    `due_on`: when its period is over (None: its programme names none); `open_money`: requests that are not finished or
    money still reserved or committed; `held_by`: names of auditors whose mandates reach the case.
    """

    closed_on: date | None
    due_on: date | None
    erased_on: date | None
    open_money: int
    open_reversals: int
    open_points: int
    held_by: tuple[str, ...]
    is_project: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestFacts:
    """An erasure that somebody asked for: who, where it stands, when the case was due then, and how much was to go."""

    state: ErasureState
    asked_by: str
    due_on: date
    extent: Extent
