"""Programmes on both databases: what is entered stands, and wrong combinations are refused."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from casetracker.programmes import queries
from casetracker.programmes.states import ApplicantRole, BasisDate, ReturnType
from tests.factories.accounts import People, make_people
from tests.factories.programmes import DemoProgramme, demo_programme

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def people(app: object) -> People:
    return make_people()


@pytest.fixture
def programme(people: People) -> DemoProgramme:
    return demo_programme(people.administrator)


def test_demo_programme_stands(programme: DemoProgramme) -> None:
    assert [p.code for p in queries.list_packages(programme.id)] == ["post-arrival", "post-return"]
    rule = queries.find_rule(
        programme.post_return_id, ApplicantRole.CHILD, ReturnType.VOLUNTARY, "UA",
        {BasisDate.APPLICATION: date(2026, 10, 1)},
    )  # fmt: skip
    assert rule is not None and rule.amount == 1_000_00
    policy = queries.get_policy(programme.id, date(2026, 11, 1))
    assert policy is not None and policy.band_for(500_01).sending == 1 and policy.quotes_for(1_000_00) == 3
    assert queries.find_rate("UAH", "EUR", date(2026, 8, 31)) == Fraction("48.5")
