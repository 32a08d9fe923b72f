"""What the database held before a refusal, it holds after it: every table compared, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from casetracker.core.db import Base, db
from casetracker.core.errors import NotFound, Refused

RECORD = frozenset({"chain", "event", "form_token", "personal_value"})
"""The record itself and the tokens of forms: that somebody tried may be written down."""


def held() -> dict[str, list[str]]:
    """Table -> its rows as text, in an order of their own."""
    db.session.rollback()
    found = {
        name: sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
        for name, table in Base.metadata.tables.items()
        if name not in RECORD
    }
    db.session.rollback()
    return found


@contextmanager
def refused(words: str) -> Iterator[None]:
    """Inside, a rule refuses with a sentence that holds these words, and every table is as before."""
    before = held()
    with pytest.raises(Refused) as caught:
        yield
    assert words in str(caught.value), str(caught.value)
    assert held() == before


@contextmanager
def not_there() -> Iterator[None]:
    """Inside, the thing does not exist for who asks (404), and every table is as before."""
    before = held()
    with pytest.raises(NotFound):
        yield
    assert held() == before
