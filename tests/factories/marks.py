"""What an auditor sees of items that were drawn, at the desk and on the spot."""

from __future__ import annotations

from datetime import date
from typing import Any

from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.sampling import mark_commands as commands
from casetracker.sampling import mark_queries, queries
from casetracker.sampling.mark_states import FoundThere, Tick
from casetracker.sampling.models import SampleMark, SpotCheck

NOTE = "Рахунок виписано на іншу людину; õige arve puudub."


def today() -> date:
    """The auditor's day."""
    return clock.today("UTC")


def examining(sample_id: str, number: int = 1, **changes: Any) -> commands.ExamineItem:
    """Seen, agrees, in order; unless changed."""
    typed: dict[str, Any] = {
        "document_seen": Tick.YES, "agrees": Tick.YES, "is_exception": False, "wrong_amount": None, "note": None,
        "version": commands.NOT_YET,
    }  # fmt: skip
    return commands.ExamineItem(sample_id=sample_id, number=number, **{**typed, **changes})


def visiting(sample_id: str, number: int = 1, **changes: Any) -> commands.EnterVisit:
    """Today, all there and used; unless changed."""
    typed: dict[str, Any] = {
        "visited_on": today(), "found": FoundThere.ALL, "is_used": Tick.YES, "signature_agrees": Tick.YES,
        "note": None, "version": commands.NOT_YET,
    }  # fmt: skip
    return commands.EnterVisit(sample_id=sample_id, number=number, **{**typed, **changes})


def examine(sample_id: str, number: int, actor: Actor, **changes: Any) -> None:
    """Mark an item."""
    commands.examine_item(examining(sample_id, number, **changes), actor=actor)


def visit(sample_id: str, number: int, actor: Actor, **changes: Any) -> None:
    """Enter its visit."""
    commands.enter_visit(visiting(sample_id, number, **changes), actor=actor)


def mark_of(sample_id: str, number: int, actor: Actor) -> SampleMark | None:
    """The item's mark as it stands."""
    return mark_queries.find_mark(queries.get_item(queries.get_sample(sample_id, actor), number).id)


def visit_of(sample_id: str, number: int, actor: Actor) -> SpotCheck | None:
    """The item's visit as it stands."""
    return mark_queries.find_visit(queries.get_item(queries.get_sample(sample_id, actor), number).id)
