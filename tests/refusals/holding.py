"""What the database held before a refusal, it holds after it: every table compared, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from casetracker.core.db import Base, db
from casetracker.core.errors import NotFound, Refused

RECORD = frozenset({"chain", "event", "form_token", "personal_value"})
"""The record itself and the tokens of forms: that somebody tried may be written down."""


def held() -> dict[str, list[str]]:
    """Table -> its rows as text, in an order of their own."""
    db.session.rollback()
    # As the database hands it out: no type of ours is worked out for rows that are only compared.
    ask = db.session.connection().exec_driver_sql
    found = {
        name: sorted(map(repr, ask(f'SELECT * FROM "{name}"').all()))
        for name in Base.metadata.tables
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
