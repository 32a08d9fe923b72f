"""Puts the core's parts together once per process and per engine; called by create_app."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.orm import Session, configure_mappers

from casetracker.core import commands, row_security, tracking
from casetracker.core.db import wire

_done: set[str] = set()


def wire_models() -> None:
    """Listen to every tracked mapper; all models must have been imported. Once per process."""
    if "models" in _done:
        return
    _done.add("models")
    configure_mappers()
    tracking.Capture(commands.add_diff).listen()
    tracking.mark_flushes(Session)
    row_security.listen(Session)


def wire_engine(engine: Engine) -> None:
    """Our transactions and walls on an engine. Once per engine."""
    wire(engine)
    tracking.build_walls(engine)
