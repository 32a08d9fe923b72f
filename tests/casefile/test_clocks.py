"""Clocks that stand still, lapse and count after the closing, and the tick that records it, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from casetracker.casefile import commands, tick_commands
from casetracker.cases import queries
from casetracker.cases.states import Outcome, Stage
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.dossiers.models import DossierPoint
from casetracker.dossiers.queries import sight_by_id
from casetracker.events.models import EventRow
from casetracker.grants import queries as grants
from casetracker.grants.states import GrantState
from tests.casefile.test_commands import refused, road
from tests.factories.casefile import ARRIVED, NOW, on
from tests.factories.programmes import LAST
from tests.walls import behind_the_walls

pytestmark = pytest.mark.usefixtures("app")


def test_suspending_moves_the_clocks_by_the_days_that_stood_still() -> None:
    it = road(Stage.REINTEGRATION)
    due = {g.id: (g.contact_due_on, g.use_due_on) for g in grants.list_grants(it.id)}
    with on(NOW):
        suspend = commands.SuspendCase(dossier_id=it.id, reason="Nobody answers")
        commands.suspend_case(suspend, actor=it.people.caseworker_kyiv)
        with refused("suspended already"):
            commands.suspend_case(suspend, actor=it.tallinn)
        with refused("Resume it first"):
            it.move_on()
    with on(NOW + timedelta(days=20)):
        commands.resume_case(commands.ResumeCase(dossier_id=it.id), actor=it.tallinn)
        with refused("not suspended"):
            commands.resume_case(commands.ResumeCase(dossier_id=it.id), actor=it.tallinn)
    later = timedelta(days=20)
    for grant in grants.list_grants(it.id):
        contact, use = due[grant.id]
        assert grant.contact_due_on == (contact + later if contact else None)
        assert grant.use_due_on == (use + later if use else None)


def test_the_receiving_office_sees_a_closed_case_for_ninety_days() -> None:
    it = road(Stage.REINTEGRATION)
    with on(NOW):
        cmd = commands.CloseCase(dossier_id=it.id, outcome=Outcome.MOVED, reason="They moved")
        commands.close_case(cmd, actor=it.tallinn)
    with on(NOW + timedelta(days=90)):
        assert sight_by_id(it.people.caseworker_kyiv, it.id)
    with on(NOW + timedelta(days=91)):
        with pytest.raises(NotFound):
            sight_by_id(it.people.caseworker_kyiv, it.id)
        assert sight_by_id(it.tallinn, it.id)


def ticked(day: date) -> int:
    """How many cases changed; nobody is signed in."""
    with behind_the_walls():
        return tick_commands.run(day)


def test_the_tick_records_what_the_clocks_bring_and_a_second_one_nothing() -> None:
    it = road(Stage.REINTEGRATION)
    with on(NOW):
        assert ticked(NOW) == 0
    late = ARRIVED + timedelta(days=100)
    with on(late):
        assert ticked(late) == 1
        written = db.session.scalar(select(func.count()).select_from(EventRow))
        assert ticked(late) == 0
        assert db.session.scalar(select(func.count()).select_from(EventRow)) == written
    states = {g.package_name: g.state for g in grants.list_grants(it.id)}
    assert GrantState.LAPSED in states.values()


def test_nothing_lapses_while_a_case_is_suspended() -> None:
    it = road(Stage.REINTEGRATION)
    with on(NOW):
        commands.suspend_case(commands.SuspendCase(dossier_id=it.id, reason="War"), actor=it.tallinn)
    late = ARRIVED + timedelta(days=100)
    with on(late):
        assert ticked(late) == 0
    over = LAST + timedelta(days=1)
    with on(LAST):
        assert ticked(LAST) == 0
    with on(over):
        assert ticked(over) == 1, "the programme's eligible period is over for a suspended case too"
        assert ticked(over) == 0
    assert all(g.state == GrantState.LAPSED and not g.left for g in grants.list_grants(it.id))


def test_what_nobody_came_for_lapses_when_the_eligible_period_is_over() -> None:
    it = road(Stage.RETURN)
    assert grants.list_grants(it.id) and not any(g.use_due_on for g in grants.list_grants(it.id))
    with on(LAST):
        assert ticked(LAST) == 0
    over = LAST + timedelta(days=1)
    with on(over):
        assert ticked(over) == 1
        assert ticked(over) == 0
    assert all(g.state == GrantState.LAPSED and not g.left for g in grants.list_grants(it.id))


def test_a_child_of_a_suspended_case_comes_of_age_all_the_same() -> None:
    it = road(Stage.INTAKE)
    with on(NOW):
        commands.suspend_case(commands.SuspendCase(dossier_id=it.id, reason="War"), actor=it.tallinn)
    child = queries.get_person(it.id, it.family.older_child)
    assert child.birth_date is not None
    birthday = child.birth_date.replace(year=child.birth_date.year + 18)
    with on(birthday - timedelta(days=1)):
        assert ticked(birthday - timedelta(days=1)) == 0
    with on(birthday):
        assert ticked(birthday) == 1
        assert ticked(birthday) == 0
    assert db.session.scalars(select(DossierPoint.subject_id)).all() == [child.id]
