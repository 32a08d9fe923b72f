"""Grants through the ledger on both databases: made, given back, lapsed, their clocks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from casetracker.core import clock
from casetracker.core.commands import command
from casetracker.core.db import db
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.events.recording import record
from casetracker.grants import commands, queries
from casetracker.grants.events import ClockExtended
from casetracker.grants.models import ClockExtension, Grant
from casetracker.grants.states import Clock, GrantFacts, GrantState
from casetracker.ledger.posting import set_ceiling
from casetracker.ledger.queries import totals_of
from casetracker.programmes import queries as programmes
from casetracker.programmes.events import ProgrammeEdited
from tests.factories import plans
from tests.factories.accounts import make_people
from tests.factories.plans import Granted

relinquish = command(commands.write_relinquish)
lapse = command(commands.write_lapse)


@command
def arrive(granted: Granted, person_id: str, day: date) -> None:
    """As logging an arrival does: the clocks start, and something is recorded."""
    commands.write_due_days(person_id, day)
    _note(granted)


@command
def pause(granted: Granted, days: int) -> None:
    commands.write_pause(granted.dossier_id, days)
    _note(granted)


def _note(granted: Granted) -> None:
    event = ClockExtended(owner_id=granted.dossier_id, grant_id="", package="", clock="use", until="", reason="")
    record(event, actor=granted.people.caseworker_kyiv)


@pytest.fixture
def granted(app: Flask) -> Granted:
    return plans.granted_family(make_people())


def of(granted: Granted, person_id: str) -> GrantFacts:
    return queries.get_grant(granted.dossier_id, granted.grants[person_id])


def test_each_person_gets_each_package(granted: Granted) -> None:
    made = [(g.person_id, g.package_name, g.amount, g.left) for g in queries.list_grants(granted.dossier_id)]
    family = granted.family
    assert made == [
        (person, package, amount, amount)
        for person, main in zip(family.person_ids, (2_000_00, 1_000_00, 1_000_00, 1_000_00), strict=True)
        for package, amount in (("Post-arrival package", 615_00), ("Post-return package", main))
    ]
    grant = db.session.get_one(Grant, granted.grants[family.principal])
    assert grant.rule["amount"] == 2_000_00 and grant.in_kind_only and grant.needs_plan


def test_all_four_levels_count(granted: Granted) -> None:
    grant_id = granted.grants[granted.family.spouse]
    own, budget, programme = queries.accounts_of([grant_id])[grant_id]
    totals = totals_of([own, budget, programme])
    assert totals[own].awarded == 1_000_00
    assert totals[budget].awarded == 5_000_00
    assert totals[programme].awarded == 5_000_00 + 4 * 615_00
    assert [t.awarded for t in queries.family_totals(queries.list_grants(granted.dossier_id))] == [7_460_00]


def test_deciding_twice_makes_no_second_grant(granted: Granted) -> None:
    before = queries.list_grants(granted.dossier_id)
    family, actor = granted.family, granted.people.supervisor_tallinn

    @command
    def again() -> None:
        plans.award.__wrapped__(  # type: ignore[attr-defined]  # the function inside the command
            family.dossier_id, family.person_ids, granted.programme.id, date(2026, 1, 5), actor=actor
        )
        _note(granted)

    again()
    assert queries.list_grants(granted.dossier_id) == before


@pytest.mark.parametrize("level", ["budget line", "programme"])
def test_one_cent_more_than_is_left_makes_no_grant(app: Flask, level: str) -> None:
    granted = plans.granted_family(make_people())
    line = programmes.get_budget_line_account(granted.programme.reintegration_line_id)
    account = line if level == "budget line" else programmes.get_programme_account(granted.programme.id)
    relinquish(granted.grants[granted.family.spouse], "Not needed", actor=granted.people.supervisor_tallinn)
    ceiling = totals_of([account])[account].used + 1_000_00 - 1

    @command
    def shrink() -> None:
        set_ceiling(account, ceiling)
        record(ProgrammeEdited(programme_id=granted.programme.id, code="X"), actor=granted.people.administrator)

    shrink()
    with pytest.raises(Refused, match="that the ceiling of"):
        plans.award(
            granted.dossier_id, (granted.family.spouse,), granted.programme.id, date(2026, 1, 5),
            actor=granted.people.supervisor_tallinn,
        )  # fmt: skip
    db.session.rollback()
    assert of(granted, granted.family.spouse).state == GrantState.RELINQUISHED
    assert totals_of([account])[account].used == ceiling - 1_000_00 + 1


def test_what_is_left_goes_back(granted: Granted) -> None:
    spouse = granted.family.spouse
    assert relinquish(granted.grants[spouse], "Separated", actor=granted.people.supervisor_tallinn) == 1_000_00
    grant = of(granted, spouse)
    assert (grant.state, grant.left, grant.held, grant.state_reason) == ("relinquished", 0, 0, "Separated")
    own, budget, _programme = queries.accounts_of([grant.id])[grant.id]
    assert totals_of([budget])[budget].awarded == 4_000_00
    plans.award(
        granted.dossier_id, (spouse,), granted.programme.id, date(2026, 1, 5),
        actor=granted.people.supervisor_tallinn,
    )  # fmt: skip
    assert of(granted, spouse).is_open and totals_of([own])[own].awarded == 1_000_00


def test_clocks_start_stop_and_lapse(granted: Granted) -> None:
    man = granted.family.principal
    arrive(granted, man, date(2026, 6, 30))
    assert (of(granted, man).contact_due_on, of(granted, man).use_due_on) == (
        date(2026, 9, 30),
        date(2027, 6, 30),
    )
    assert of(granted, granted.family.spouse).use_due_on is None
    due = queries.list_due(granted.dossier_id, date(2026, 10, 1))
    assert [(each.clock, each.is_over) for each in due] == [(Clock.CONTACT, True), (Clock.USE, False)]
    assert not any(each.is_over for each in queries.list_due(granted.dossier_id, date(2026, 9, 30)))
    pause(granted, 10)
    assert of(granted, man).contact_due_on == date(2026, 10, 10)
    assert lapse(granted.grants[man], Clock.CONTACT, actor=granted.people.supervisor_tallinn) == 2_000_00
    assert of(granted, man).state == GrantState.LAPSED
    arrive(granted, man, date(2026, 7, 1))
    assert of(granted, man).use_due_on == date(2027, 7, 10), "the clocks of a closed grant stand"


def test_no_clock_runs_beyond_the_eligible_period(granted: Granted) -> None:
    arrive(granted, granted.family.principal, date(2028, 6, 30))
    assert of(granted, granted.family.principal).use_due_on == date(2028, 12, 31)
    pause(granted, 400)
    assert of(granted, granted.family.principal).contact_due_on == date(2028, 12, 31)


def test_a_supervisor_extends_a_clock(granted: Granted) -> None:
    man, people = granted.family.principal, granted.people
    arrive(granted, man, clock.today("Europe/Kyiv"))
    grant = of(granted, man)
    assert grant.contact_due_on
    until = grant.contact_due_on + timedelta(days=10)
    cmd = commands.ExtendClock(
        dossier_id=granted.dossier_id, grant_id=grant.id, clock=Clock.CONTACT, until=until,
        reason="In hospital",
        version=grant.version,
    )  # fmt: skip
    with pytest.raises(NotFound):
        commands.extend_clock(cmd, actor=people.caseworker_kyiv)
    commands.extend_clock(cmd, actor=people.supervisor_kyiv)
    assert of(granted, man).contact_due_on == until
    with pytest.raises(Conflict):
        commands.extend_clock(cmd, actor=people.supervisor_kyiv)
    assert db.session.query(ClockExtension).count() == 1
