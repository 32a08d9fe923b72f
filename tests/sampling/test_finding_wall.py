"""PostgreSQL's own wall around findings: who does not read the sending side gets none of its rows by any query."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from casetracker.core import row_security
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.sampling.finding_states import AskedOffice
from tests.factories.findings import answer, asked_case, auditor_of, raised


@pytest.fixture
def dialect() -> str:
    """SQLite has no such wall."""
    return "postgresql"


def shown(actor: Actor) -> tuple[list[str], list[str]]:
    """Titles of findings, and the compartments of what was said on them, to SQL that asks for all."""
    with row_security.reading(row_security.reader_of(actor)):
        titles = db.session.scalars(text("SELECT title FROM audit_finding ORDER BY title")).all()
        parts = db.session.scalars(text("SELECT part FROM audit_finding_reply ORDER BY part")).all()
    db.session.rollback()
    return list(titles), list(parts)


@pytest.mark.usefixtures("app")
def test_findings_of_the_sending_side_are_behind_its_wall() -> None:
    case = asked_case()
    people = case.people
    kept, shared = raised(case, AskedOffice.SENDING, "Kept"), raised(case, AskedOffice.RECEIVING, "Open to both")
    answer(kept, people.supervisor_tallinn)
    answer(shared, people.supervisor_kyiv)
    everything = (["Kept", "Open to both"], ["sending", "shared"])
    abroad = (["Open to both"], ["shared"])
    for actor in (people.supervisor_tallinn, people.caseworker_tallinn, people.auditor, auditor_of(people.tallinn)):
        assert shown(actor) == everything, actor.name
    for actor in (people.supervisor_kyiv, people.caseworker_kyiv, people.finance_kyiv, people.finance_tallinn):
        assert shown(actor) == abroad, actor.name
    assert shown(auditor_of(people.kyiv, name="abroad")) == abroad
    assert shown(people.administrator) == ([], [])
