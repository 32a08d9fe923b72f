"""Two people at once, with real commits: ceilings hold, and one confirmation counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

from flask import Flask

from casetracker.core.db import db
from casetracker.core.errors import Conflict, Refused
from casetracker.ledger.queries import get_totals
from casetracker.programmes import commands, queries
from casetracker.providers import commands as provider_commands
from casetracker.providers import queries as providers
from tests.factories.accounts import make_people
from tests.factories.programmes import FIRST
from tests.factories.providers import demo_account, demo_provider


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """What each act answered, or the refusal it met; each in a thread and a context of its own."""
    db.session.rollback()  # what this thread has read would hold the others up
    answers: list[object] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                answers.append(act())
            except (Refused, Conflict) as refusal:
                answers.append(refusal)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_budget_lines_added_at_once_stay_under_the_ceiling(fresh_app: Flask) -> None:
    administrator = make_people().administrator
    programme_id = commands.create_programme(
        commands.CreateProgramme(
            code="P",
            name="P",
            donor="D",
            currency="EUR",
            eligible_from=FIRST,
            eligible_until=date(2028, 12, 31),
            ceiling=100_00,
        ),
        actor=administrator,
    )

    def line(number: int) -> Callable[[], object]:
        cmd = commands.AddBudgetLine(programme_id=programme_id, code=f"L{number}", name="L", ceiling=30_00)
        return lambda: commands.add_budget_line(cmd, actor=administrator)

    answers = at_once(fresh_app, *(line(number) for number in range(6)))
    assert sum(isinstance(answer, Refused) for answer in answers) == 3
    lines = queries.list_budget_lines(programme_id)
    assert sum(get_totals(each.account_id).ceiling for each in lines) == 90_00


def test_one_code_typed_by_two_at_once_is_one_programme_and_one_sentence(fresh_app: Flask) -> None:
    people = make_people()

    def programme(name: str) -> Callable[[], object]:
        cmd = commands.CreateProgramme(
            code="SAME",
            name=name,
            donor="D",
            currency="EUR",
            eligible_from=FIRST,
            eligible_until=date(2028, 12, 31),
            ceiling=100_00,
        )
        return lambda: commands.create_programme(cmd, actor=people.administrator)

    answers = at_once(fresh_app, *(programme(f"N{number}") for number in range(6)))
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert [answer.message.field for answer in answers if isinstance(answer, Refused)] == ["code"] * 5


def test_account_confirmed_twice_at_once_counts_once(fresh_app: Flask) -> None:
    people = make_people()
    provider_id = demo_provider(people.caseworker_kyiv)
    account_id = demo_account(provider_id, people.caseworker_kyiv)
    cmd = provider_commands.ConfirmAccount(account_id=account_id)
    answers = at_once(
        fresh_app,
        lambda: provider_commands.confirm_account(cmd, actor=people.supervisor_kyiv),
        lambda: provider_commands.confirm_account(cmd, actor=people.finance_kyiv),
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    assert providers.find_confirmed_account(provider_id) is not None
