"""One code, however many try it at the same time: real connections and commits, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from casetracker.accounts import commands
from casetracker.accounts.commands import factors
from casetracker.audit.verification import verify
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Refused
from casetracker.core.permissions import Role
from tests.accounts.test_factors import app_shows, with_app
from tests.factories.accounts import make_office, make_user

TRIES = 32


def at_once(app: Flask, acts: list[Callable[[], object]]) -> int:
    """Run all of them from threads that start together; how many were not refused."""
    together = Barrier(len(acts))

    def one(act: Callable[[], object]) -> bool:
        with app.app_context():
            together.wait()
            try:
                act()
            except Refused:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return sum(pool.map(one, acts))


def give(code: str, session_id: str, actor: Actor) -> Callable[[], object]:
    """One try."""
    cmd = factors.GiveCode(code=code, session_id=session_id, occasion=factors.SIGN_IN)
    return lambda: factors.give_code(cmd, actor=actor)


def test_one_code_opens_once(fresh_app: Flask) -> None:
    actor = make_user("supervisor.tallinn@example.org", Role.SUPERVISOR, make_office())
    codes = with_app(actor)
    sessions = [commands.open_session(actor=actor) for _try in range(TRIES)]
    with app_shows() as code:
        assert at_once(fresh_app, [give(code, session, actor) for session in sessions]) == 1
    left = [commands.open_session(actor=actor) for _try in range(8)]
    assert at_once(fresh_app, [give(codes[0], session, actor) for session in left]) == 1
    factors.make_recovery_codes(factors.MakeRecoveryCodes(), actor=actor)
    db.session.remove()
    assert list(verify(db.engine)) == []
