"""A project that was kept long enough is erased by two supervisors: names and papers go, figures stay."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from casetracker.audit.verification import verify
from casetracker.core.actor import Actor
from casetracker.core.db import Base, db
from casetracker.core.errors import Refused
from casetracker.core.permissions import Role
from casetracker.core.tracking import tracked_tables
from casetracker.documents.models import Document
from casetracker.documents.states import DocumentKind
from casetracker.dossiers.models import Dossier
from casetracker.erasure import commands, queries
from casetracker.events.models import Chain, PersonalValue
from tests.community.test_closing import close, stop
from tests.disbursements.test_routes import token
from tests.erasure.test_routes import browser, text_of
from tests.factories import community
from tests.factories.accounts import People, make_people, make_user
from tests.factories.erasure import MONTHS, confirming, end_mandates, later, set_retention

CANARY = "Canary"


@pytest.fixture
def people(fresh_app: Flask) -> People:
    return make_people()


def closed_project(people: People) -> tuple[str, str]:
    """(reference, dossier's id) of a closed project whose contact persons, giver and topic are canaries."""
    reference, actor = community.open_project(people), people.caseworker_kyiv
    dossier_id = community.project_id(reference, actor)
    programme = db.session.get_one(Dossier, dossier_id).programme_id
    assert programme is not None
    set_retention(programme, people.administrator, MONTHS)
    site_id = community.add_site(dossier_id, actor, contact_name=f"{CANARY} one", contact_phone=f"{CANARY} two")
    community.add_member(
        site_id, actor, is_contact=True, contact_name=f"{CANARY} three", contact_phone=f"{CANARY} four"
    )
    community.log_gathering(site_id, actor, topic=f"{CANARY} five")
    community.add_paper(site_id, DocumentKind.SITE_APPLICATION, actor)
    community.pledge(site_id, actor, giver=f"{CANARY} six", what=f"{CANARY} seven")
    stop(site_id, people.supervisor_kyiv)
    close(dossier_id, people.supervisor_kyiv)
    end_mandates()
    return reference, dossier_id


def canaries(dossier_id: str) -> list[Any]:
    """Where one still stands: in any tracked table, or beside the history of the project."""
    found: list[Any] = []
    for name in sorted(tracked_tables()):
        for row in db.session.execute(select(Base.metadata.tables[name])):
            found += [(name, column) for column, value in row._mapping.items() if CANARY in str(value)]
    chains = select(Chain.id).where(Chain.owner_id == dossier_id)
    values = db.session.scalars(select(PersonalValue.value).where(PersonalValue.chain_id.in_(chains)))
    return found + [value for value in values if value and CANARY in value]


def second_supervisor(people: People) -> Actor:
    """Another one in Kyiv."""
    return make_user("supervisor2.kyiv@example.org", Role.SUPERVISOR, people.kyiv)


def test_two_supervisors_erase_it_and_its_figures_stay(people: People, fresh_app: Flask) -> None:
    reference, dossier_id = closed_project(people)
    second, page = second_supervisor(people), f"/projects/{reference}/erasure"
    assert len(canaries(dossier_id)) > 7
    with pytest.raises(Refused, match="The project is kept until"):
        commands.ask_erasure(commands.AskErasure(dossier_id=dossier_id), actor=people.supervisor_kyiv)
    keys = list(db.session.scalars(select(Document.storage_key).where(Document.dossier_id == dossier_id)))
    with later():
        first = browser(fresh_app, people.supervisor_kyiv)
        assert page in text_of(first, "/erasures") and "Places where people meet" in text_of(first, page)
        assert page in text_of(first, f"/projects/{reference}")
        asked = first.post(f"{page}/ask", data={"form_token": token()}, follow_redirects=True)
        assert "Another supervisor has to confirm it." in asked.get_data(as_text=True)
        waiting = queries.find_waiting(dossier_id)
        assert waiting is not None and waiting.file_count == len(keys) == 1
        with pytest.raises(Refused, match="You asked for this yourself"):
            commands.confirm_erasure(confirming(waiting), actor=people.supervisor_kyiv)
        commands.confirm_erasure(confirming(waiting), actor=second)
        assert canaries(dossier_id) == []
        shown = text_of(browser(fresh_app, second), f"/projects/{reference}")
        assert "Erased on" in shown and "Culture club" in shown and "Places where people meet" in shown
        with pytest.raises(Refused, match="What was personal in this project was erased"):
            close(dossier_id, second)
    db.session.remove()
    assert list(verify(db.engine)) == []
