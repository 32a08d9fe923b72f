"""Requests to open a case that never came to one: the daily tick erases them when the longest period is over."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from casetracker.audit.verification import verify
from casetracker.casefile import operator
from casetracker.cases.commands import retroactive
from casetracker.cases.models import RetroactiveRequest
from casetracker.cases.states import RequestState
from casetracker.core import clock
from casetracker.core.db import db
from casetracker.documents import storage
from casetracker.erasure import request_commands
from casetracker.events.models import PersonalValue
from tests.factories.accounts import People, make_people
from tests.factories.erasure import set_retention
from tests.factories.programmes import demo_programme
from tests.refusals.holding import refused

MONTH = timedelta(days=31)


def asked(people: People, name: str) -> str:
    """A request that waits."""
    cmd = retroactive.AskRetroactive(
        sending_office_id=people.tallinn, given_name=name, family_name=f"Canary{name}", returned_on=clock.today(),
        circumstances=f"Canary of {name} came back alone.",
    )  # fmt: skip
    return retroactive.ask_retroactive(cmd, actor=people.caseworker_kyiv)


def values() -> str:
    """Everything that the history holds beside the bodies."""
    db.session.rollback()
    return " ".join(db.session.scalars(select(PersonalValue.value).where(PersonalValue.value.is_not(None))))


def test_what_nobody_opened_goes_when_its_period_is_over(fresh_app: Flask) -> None:
    people = make_people()
    programme = demo_programme(people.administrator)
    waiting, refused_one = asked(people, "Waits"), asked(people, "Refused")
    with clock.at(clock.now() + MONTH * 6):
        no = retroactive.RefuseRetroactive(request_id=refused_one, reason="Canary, unknown here.")
        retroactive.refuse_retroactive(no, actor=people.caseworker_tallinn)
        young = asked(people, "Young")
    with clock.at(clock.now() + MONTH * 300):
        assert request_commands.list_due(clock.today()) == [], "nobody has named a period"
    set_retention(programme.id, people.administrator, 12)
    with clock.at(clock.now() + MONTH * 11):
        assert request_commands.list_due(clock.today()) == []
    with clock.at(clock.now() + MONTH * 13):
        assert request_commands.list_due(clock.today()) == [waiting]
        told = list(request_commands.erase_due_requests())
        assert told == ["1 requests to open a case were erased: their period is over."]
        row = db.session.get_one(RetroactiveRequest, waiting)
        assert (row.given_name, row.family_name, row.circumstances, row.state, row.answer_reason, row.answered_by) == (
            "erased", "erased", "erased", RequestState.REFUSED, "erased", None,
        )  # fmt: skip
        assert "CanaryWaits" not in values() and "Canary of Waits" not in values() and "CanaryRefused" in values()
        again = retroactive.ReconsiderRetroactive(request_id=waiting, reason="A slip")
        with refused("was erased"):
            retroactive.reconsider_retroactive(again, actor=people.caseworker_tallinn)
        assert list(request_commands.erase_due_requests()) == []
        db.session.rollback()  # in its transaction nobody is named any more
    with clock.at(clock.now() + MONTH * 19):
        assert sorted(request_commands.list_due(clock.today())) == sorted([refused_one, young])
        assert "2 requests to open a case were erased: their period is over." in _tick()
        assert "Canary" not in values()
    db.session.remove()
    assert list(verify(db.engine)) == []


def _tick() -> list[str]:
    try:
        return list(operator.tick_all())
    except storage.ManyOrphans as why:  # of files of tests that were rolled back
        return [str(why)]
