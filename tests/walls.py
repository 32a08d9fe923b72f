"""Who passes PostgreSQL's walls around rows in tests: what a test reads itself, and nothing of the program's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import click
from flask import has_request_context
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from casetracker.core.db import db

_behind_walls: ContextVar[bool] = ContextVar("behind_walls", default=False)


@contextmanager
def behind_the_walls() -> Iterator[None]:
    """Inside, nobody is named to the database unless the program does it itself, as in a worker's job."""
    db.session.rollback()
    behind = _behind_walls.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        _behind_walls.reset(behind)


@cache
def let_tests_read() -> None:
    """What a test reads itself, outside requests and commands, passes the walls around rows; what an operator's
    command reads does not: it says itself for whom."""
    from casetracker.core import row_security

    @event.listens_for(Session, "after_begin")
    def _pass(session: Session, transaction: Any, connection: Connection) -> None:
        is_tests_own = not (has_request_context() or click.get_current_context(silent=True) or _behind_walls.get())
        if is_tests_own and row_security.current_reader() == row_security.NOBODY:
            row_security.tell(connection, row_security.EVERYTHING)
