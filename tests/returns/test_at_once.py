"""Two people at once, each on a connection of their own: one act is done, the other refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import select

from casetracker.core.db import db
from casetracker.core.errors import Refused
from casetracker.returns.models import Journey, ReturnApplication
from tests.factories import returns as way
from tests.factories.accounts import make_people
from tests.factories.cases import playroom_case
from tests.returns.test_commands import departed


def test_somebody_arrives_and_applies_once(fresh_app: Flask) -> None:
    people = make_people()
    family = playroom_case(people)
    way.counsel(family, people)
    departed(family, family.principal, 30, actor=people.caseworker_tallinn)
    db.session.remove()
    start = Barrier(2)

    def together(days: int) -> list[str]:
        answers = []
        with fresh_app.app_context():
            for act in (
                lambda: way.apply(family, people, signed_on=way.days_ago(days + 20)),
                lambda: way.arrive(family, people, family.principal, arrived_on=way.days_ago(days)),
            ):
                start.wait(timeout=20)
                try:
                    act()
                    answers.append("done")
                except Refused as refused:
                    answers.append(str(refused))
            db.session.remove()
        return answers

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(together, (29, 28))
    for one, other in zip(first, second, strict=True):
        assert (one == "done") != (other == "done"), (first, second)
        assert "already" in one + other
    assert len(db.session.scalars(select(ReturnApplication)).all()) == 1
    assert len(db.session.scalars(select(Journey)).all()) == 1
