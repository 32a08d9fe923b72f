"""How much a page asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from casetracker.core.actor import Actor
from tests.factories.accounts import sign_in


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent inside."""
    sent: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith(("PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def ask(client: FlaskClient, actor: Actor, address: str) -> list[str]:
    """The statements of the second opening in an hour (the first records that the case was read)."""
    sign_in(client, actor)
    assert client.get(address).status_code == 200
    with counted() as sent:
        assert client.get(address).status_code == 200
    return sent
