"""The database's own walls around the rows of projects: another office, or nobody named, reaches none of them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from casetracker.community import benefit_models, equipment_models, models, photo_models, visit_models, works_models
from casetracker.core import row_security
from casetracker.core.db import Tracked, db
from casetracker.core.permissions import Role
from tests.access.buildings import built
from tests.access.uses import used
from tests.factories import community
from tests.factories.accounts import make_office, make_people, make_user

ROOMS = (models, works_models, equipment_models, photo_models, benefit_models, visit_models)
TABLES = [
    each for room in ROOMS for each in vars(room).values()
    if isinstance(each, type) and each.__module__ == room.__name__
]  # fmt: skip


def counted(reader: row_security.Reader) -> dict[str, int]:
    """How many rows of each table PostgreSQL shows to a query that asks for all."""
    with row_security.reading(reader):
        return {each.__name__: db.session.scalar(select(func.count()).select_from(each)) or 0 for each in TABLES}


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("app")
def test_who_has_nothing_to_do_with_a_project_gets_no_row() -> None:
    people = make_people()
    actor = people.caseworker_kyiv
    dossier_id = community.project_id(community.open_project(people), actor)
    criteria = community.set_criteria(dossier_id, actor, ("Use", 100))
    site_id = community.add_site(dossier_id, actor)
    community.select(site_id, people.supervisor_kyiv, criteria)
    built(site_id, "word", actor, people.supervisor_kyiv)
    used(dossier_id, "word", actor)
    whole = counted(row_security.EVERYTHING)
    assert all(issubclass(each, Tracked) for each in TABLES)
    assert sum(number > 0 for number in whole.values()) >= 20, whole
    for seeing in (actor, people.supervisor_kyiv, people.auditor):
        assert counted(row_security.reader_of(seeing)) == whole
    other = make_user("caseworker.lviv@example.org", Role.CASEWORKER, make_office("Lviv", "UA", "Europe/Kyiv"))
    none = dict.fromkeys(whole, 0)
    for stranger in (people.caseworker_tallinn, people.finance_tallinn, people.administrator, other):
        assert counted(row_security.reader_of(stranger)) == none
    assert counted(row_security.NOBODY) == none
