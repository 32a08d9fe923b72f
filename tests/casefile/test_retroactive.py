"""Somebody who returned without applying: opened afterwards, with application, consent and eligibility before money."""

from __future__ import annotations

import pytest

from casetracker.cases import commands as cases
from casetracker.cases import queries
from casetracker.cases.states import Sex, Stage
from casetracker.core.errors import Refused
from casetracker.dossiers.queries import sight_of
from casetracker.grants.queries import list_grants
from casetracker.programmes.states import ApplicantRole
from tests.factories.accounts import make_people
from tests.factories.casefile import ARRIVED, NOW, Road, on
from tests.factories.cases import Family, consent_to_sharing, person_entry
from tests.factories.programmes import demo_programme


@pytest.mark.usefixtures("app")
def test_a_case_opened_afterwards_reaches_reintegration_without_session_and_papers() -> None:
    people = make_people()
    programme = demo_programme(people.administrator)
    with on(NOW):
        ask = cases.AskRetroactive(
            sending_office_id=people.tallinn, given_name="Andriy", family_name="Koval", returned_on=ARRIVED,
            circumstances="Came by himself",
        )  # fmt: skip
        request_id = cases.ask_retroactive(ask, actor=people.caseworker_kyiv)
        cmd = cases.CreateCase(
            principal=person_entry("Andriy", ApplicantRole.PRINCIPAL, Sex.MALE),
            members=(person_entry("Oksana"),), host_country="EE", return_country="UA", return_place="Kramatorsk",
            request_id=request_id,
        )  # fmt: skip
        reference = cases.create_case(cmd, actor=people.caseworker_tallinn)
        dossier_id = sight_of(people.caseworker_tallinn, reference).dossier_id
        first, second = (p.id for p in queries.list_persons(dossier_id))
        family = Family(
            dossier_id=dossier_id, reference=reference, principal=first, spouse=second, older_child="",
            younger_child="",
        )  # fmt: skip
        road = Road(people=people, programme=programme, family=family)
        road.asylum()
        road.move_on()
        road.move_on()
        with pytest.raises(Refused):
            road.move_on()
        road.choose_programme()
        road.apply(first, second)
        road.arrive(first, second)
        road.decide(first, second)
        road.move_on()
        road.move_on()
        with pytest.raises(Refused):
            road.move_on()
        consent_to_sharing(family, road.tallinn)
        road.refer()
        road.move_on()
    assert queries.get_case(dossier_id).stage == Stage.REINTEGRATION
    grants = list_grants(dossier_id)
    assert grants and all(g.use_due_on or not g.needs_plan for g in grants), "clocks run from the arrival"
