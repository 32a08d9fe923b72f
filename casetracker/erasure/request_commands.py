"""Requests to open a case that never came to one: what is personal in them goes by itself when the period is over.

The period is the longest that any programme names, which two people confirmed; the daily `tick` looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from flask import Flask
from sqlalchemy import Table, select

from casetracker.casefile import operator as daily
from casetracker.cases.models import RetroactiveRequest
from casetracker.cases.states import RequestState
from casetracker.core import clock, row_security
from casetracker.core.actor import SYSTEM, Actor, require
from casetracker.core.commands import command, lock
from casetracker.core.db import ERASED, db
from casetracker.core.permissions import Permission
from casetracker.erasure import events, queries
from casetracker.erasure.erase_commands import empty, forget
from casetracker.events.recording import record
from casetracker.events.states import Part


def init_app(app: Flask) -> None:
    """The daily `tick` does it too."""
    daily.add_daily(app, erase_due_requests)


def erase_due_requests() -> Iterator[str]:
    """Erase each request whose period is over, one command each; a sentence where there were any."""
    with row_security.reading(row_security.EVERYTHING):  # whichever office asked
        due = list_due(clock.today())
        for request_id in due:
            erase_request(request_id, actor=SYSTEM)
    if due:
        yield f"{len(due)} requests to open a case were erased: their period is over."


def list_due(today: date) -> list[str]:
    """Ids of the requests without a case that were refused, or asked and never answered, a whole period ago."""
    query = select(RetroactiveRequest).where(
        RetroactiveRequest.state != RequestState.OPENED, RetroactiveRequest.circumstances != ERASED
    )
    ends = {row.id: queries.due_on((row.answered_at or row.asked_at).date(), None) for row in db.session.scalars(query)}
    return sorted(id for id, end in ends.items() if end is not None and end <= today)


@command
def erase_request(request_id: str, *, actor: Actor) -> None:
    """Take away what is personal in the request, from its row and its office's history; one that waited is refused."""
    require(actor, Permission.CLOCKS_RUN)
    request = lock(RetroactiveRequest, request_id)
    if request_id not in list_due(clock.today()):
        raise LookupError("it was answered, opened or erased meanwhile")
    columns = queries.personal_columns(cast(Table, RetroactiveRequest.__table__))
    empty(request, columns)
    if request.state == RequestState.WAITING:
        request.state, request.answer_reason, request.answered_at = RequestState.REFUSED, ERASED, clock.now()
    record(events.RequestErased(owner_id=request.office_id, part=Part.OFFICE, erasure_id="", rows=1), actor=actor)
    forget(None, [(RetroactiveRequest.__tablename__, request.id)], {request.office_id})
