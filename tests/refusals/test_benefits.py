"""What is refused of figures of people, events, visits after a handover, and sites that a case names."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casetracker.community import benefit_commands, case_site_commands, cohesion_commands
from casetracker.community.benefit_models import BenefitFigure, CohesionEvent
from casetracker.community.benefit_states import Basis, Exactness, PeopleGroup
from casetracker.community.case_site_models import CaseSite
from casetracker.community.visit_states import VisitRound
from casetracker.core import clock
from casetracker.core.db import db
from tests.factories import benefits, community
from tests.factories.accounts import People, make_people
from tests.factories.cases import playroom_case, refer
from tests.refusals.holding import not_there, refused

pytestmark = pytest.mark.usefixtures("app")


def a_site() -> tuple[People, str, str]:
    """People, Kyiv's project and a site of it."""
    people = make_people()
    dossier_id = community.project_id(community.open_project(people), people.caseworker_kyiv)
    return people, dossier_id, community.add_site(dossier_id, people.caseworker_kyiv)


def test_a_breakdown_has_no_more_people_than_its_figure_and_an_estimate_is_not_exact() -> None:
    people, dossier_id, site_id = a_site()
    actor = people.caseworker_kyiv
    more = benefits.counting(10, shares=((PeopleGroup.FEMALE, 6), (PeopleGroup.MALE, 5)))
    with refused("adds up to 11, and the figure is 10"):
        benefits.enter(dossier_id, site_id, benefits.figuring(actor, count=more), actor)
    guess = benefits.counting(10, basis=Basis.ESTIMATED)
    with refused("about, at least or at most"):
        benefits.enter(dossier_id, site_id, benefits.figuring(actor, count=guess), actor)
    part = benefits.counting(28_000, basis=Basis.ESTIMATED, exactness=Exactness.AT_LEAST)
    assert benefits.enter(dossier_id, None, benefits.figuring(actor, count=part), actor)


def test_a_figure_of_the_same_kind_and_day_is_entered_once_and_overlaps_within_its_project() -> None:
    people, dossier_id, site_id = a_site()
    actor = people.caseworker_kyiv
    first = benefits.enter(dossier_id, site_id, benefits.figuring(actor), actor)
    with refused("of that day already"):
        benefits.enter(dossier_id, site_id, benefits.figuring(actor, 7), actor)
    assert benefits.enter(dossier_id, site_id, benefits.figuring(actor, 7, are_others=True), actor)
    with refused("Choose figures of this project"):
        benefits.enter(dossier_id, None, benefits.figuring(actor, overlaps=("elsewhere",)), actor)
    figure = db.session.get_one(BenefitFigure, first)
    itself = benefit_commands.CorrectBenefit(
        dossier_id=dossier_id, figure_id=first, entry=benefits.figuring(actor, overlaps=(first,)), upload=None,
        reason="It overlaps", version=figure.version,
    )  # fmt: skip
    with refused("Choose figures of this project"):
        benefit_commands.correct_benefit(itself, actor=actor)
    with refused("lies in the future"):
        late = clock.today(actor.zone) + timedelta(days=1)
        benefits.enter(dossier_id, site_id, benefits.figuring(actor, as_of=late), actor)


def test_an_event_is_held_by_today_and_settled_once() -> None:
    people, dossier_id, site_id = a_site()
    actor = people.caseworker_kyiv
    with refused("This day is over"):
        benefits.plan_event(dossier_id, site_id, actor, days=-1)
    event_id = benefits.plan_event(dossier_id, site_id, actor)
    event = db.session.get_one(CohesionEvent, event_id)
    hold = cohesion_commands.HoldCohesionEvent(
        dossier_id=dossier_id, event_id=event_id, day=event.day, count=benefits.counting(9), version=event.version
    )
    with refused("lies in the future"):
        cohesion_commands.hold_cohesion_event(hold, actor=actor)
    cancel = cohesion_commands.CancelCohesionEvent(
        dossier_id=dossier_id, event_id=event_id, reason="Alarm", version=event.version
    )
    cohesion_commands.cancel_cohesion_event(cancel, actor=actor)
    version = db.session.get_one(CohesionEvent, event_id, populate_existing=True).version
    again = cohesion_commands.CancelCohesionEvent(
        dossier_id=dossier_id, event_id=event_id, reason="Alarm", version=version
    )
    with refused("was cancelled"):
        cohesion_commands.cancel_cohesion_event(again, actor=actor)


def test_a_visit_comes_after_the_handover_and_each_once() -> None:
    people, _dossier_id, site_id = a_site()
    actor = people.caseworker_kyiv
    with refused("not handed over yet"):
        benefits.log_visit(site_id, actor)
    day = benefits.hand_over(site_id, actor)
    with refused("later than that"):
        benefits.log_visit(site_id, actor, day=day - timedelta(days=1))
    benefits.log_visit(site_id, actor, with_report=False)
    with refused("entered already"):
        benefits.log_visit(site_id, actor)


def test_a_site_is_closed_with_the_report_of_a_visit_only() -> None:
    people, _dossier_id, site_id = a_site()
    actor = people.supervisor_kyiv
    benefits.hand_over(site_id, actor)
    benefits.log_visit(site_id, actor, with_report=False)
    with refused("The report of a visit after the handover"):
        community.move(site_id, actor)
    benefits.log_visit(site_id, actor, round=VisitRound.UNPLANNED)
    assert community.move(site_id, actor) == "closed"


def test_a_case_names_a_site_of_the_own_offices_project_in_the_country_of_return_once() -> None:
    people, dossier_id, site_id = a_site()
    kyiv, tallinn = people.caseworker_kyiv, people.caseworker_tallinn
    family = playroom_case(people)
    with not_there():
        benefits.name_site(family.dossier_id, site_id, kyiv)
    with refused("Choose a site of a project of your office"):
        benefits.name_site(family.dossier_id, site_id, tallinn)
    refer(family, people)
    with refused("Choose a site of a project of your office"):
        benefits.name_site(family.dossier_id, "nowhere", kyiv)
    row_id = benefits.name_site(family.dossier_id, site_id, kyiv)
    with refused("names this site already"):
        benefits.name_site(family.dossier_id, site_id, kyiv)
    other = community.add_site(dossier_id, kyiv, name="Library")
    with refused("lies in the future"):
        benefits.name_site(family.dossier_id, other, kyiv, date(2099, 1, 1))
    row = db.session.get_one(CaseSite, row_id)
    early = case_site_commands.EndSiteUse(
        dossier_id=family.dossier_id, case_site_id=row_id, ended_on=row.since - timedelta(days=1), reason="Moved",
        version=row.version,
    )  # fmt: skip
    with refused("from a later day on"):
        case_site_commands.end_site_use(early, actor=tallinn)
