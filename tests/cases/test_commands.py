"""Opening a case, its persons and what a correction raises; on both databases."""

from __future__ import annotations

import pytest

from casetracker.cases import commands, queries
from tests.factories.accounts import make_people
from tests.factories.cases import playroom_case, refer

pytestmark = pytest.mark.usefixtures("app")


def test_the_family_is_a_case() -> None:
    people = make_people()
    family = playroom_case(people)
    persons = queries.list_persons(family.dossier_id)
    assert [p.is_adult for p in persons] == [True, True, False, False]
    assert [p.guardian_id for p in persons] == [None, None, family.principal, family.principal]


def test_referred() -> None:
    people = make_people()
    family = playroom_case(people)
    refer(family, people)
    assert queries.get_case(family.dossier_id).receiving_caseworker_id == people.caseworker_kyiv.id
    assert commands is not None
