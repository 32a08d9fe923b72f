"""Asylum applications in the database; every event of theirs stands in the asylum chain."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casetracker.asylum import commands, queries
from casetracker.asylum.states import AsylumOutcome
from casetracker.core.db import db
from casetracker.core.errors import NotFound, Refused
from casetracker.documents.models import Document
from casetracker.dossiers.queries import sight_of
from casetracker.events.models import Chain, EventRow
from tests.factories.accounts import People, make_people
from tests.factories.asylum import log_asylum, withdraw_claim
from tests.factories.cases import Family, pdf, playroom_case, refer

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def people(app: object) -> People:
    """Everybody."""
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    """The playroom family's case."""
    return playroom_case(people)


def kinds(dossier_id: str, part: str) -> list[str]:
    """The kinds of events in one chain, oldest first."""
    query = (
        select(EventRow.kind)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.owner_id == dossier_id, Chain.part == part)
        .order_by(EventRow.seq)
    )
    return list(db.session.scalars(query))


def test_applied_pending_and_withdrawn_on_return(people: People, family: Family) -> None:
    application_id = log_asylum(family, people.caseworker_tallinn)
    assert queries.is_recorded(family.dossier_id)
    assert queries.get_application(family.dossier_id, application_id).outcome == AsylumOutcome.PENDING
    withdraw_claim(family, application_id, people.caseworker_tallinn)
    row = queries.get_application(family.dossier_id, application_id)
    assert (row.outcome, row.withdrawn_on) == (AsylumOutcome.WITHDRAWN, date(2026, 3, 2))
    document = db.session.get(Document, row.document_id)
    assert document is not None and document.part == "asylum"
    assert kinds(family.dossier_id, "asylum") == ["asylum.filed", "document.added", "asylum.claim_withdrawn"]


def test_refused_appealed_and_refused_again(people: People, family: Family) -> None:
    actor, application_id = people.supervisor_tallinn, log_asylum(family, people.caseworker_tallinn)

    def version() -> int:
        return queries.get_application(family.dossier_id, application_id).version

    def decide(day: date) -> None:
        cmd = commands.DecideOutcome(
            dossier_id=family.dossier_id, application_id=application_id, outcome=AsylumOutcome.REFUSED,
            decided_on=day, version=version(),
        )  # fmt: skip
        commands.decide_outcome(cmd, actor=actor)

    def appeal() -> None:
        cmd = commands.LogAppeal(
            dossier_id=family.dossier_id, application_id=application_id, appealed_on=date(2026, 2, 10),
            version=version(),
        )  # fmt: skip
        commands.log_appeal(cmd, actor=actor)

    decide(date(2026, 2, 1))
    appeal()
    assert queries.get_application(family.dossier_id, application_id).outcome == AsylumOutcome.PENDING
    decide(date(2026, 3, 1))
    row = queries.get_application(family.dossier_id, application_id)
    assert (row.decided_on, row.appeal_decided_on) == (date(2026, 2, 1), date(2026, 3, 1))
    with pytest.raises(Refused):
        appeal()
    assert queries.get_application(family.dossier_id, application_id).outcome == AsylumOutcome.REFUSED


def test_none_gives_way_to_an_application(people: People, family: Family) -> None:
    none = commands.RecordNoAsylum(dossier_id=family.dossier_id)
    commands.record_no_asylum(none, actor=people.caseworker_tallinn)
    assert queries.is_recorded(family.dossier_id)
    application_id = log_asylum(family, people.caseworker_tallinn)
    assert [row.id for row in queries.list_applications(family.dossier_id)] == [application_id]
    with pytest.raises(Refused):
        commands.record_no_asylum(none, actor=people.caseworker_tallinn)


def test_a_correction_changes_who_is_covered(people: People, family: Family) -> None:
    application_id = log_asylum(family, people.caseworker_tallinn)
    cmd = commands.CorrectAsylum(
        dossier_id=family.dossier_id, application_id=application_id,
        authority="Police and Border Guard Board",
        number="26-105", filed_on=date(2026, 1, 13), person_ids=(family.principal, family.spouse),
        reason="Typing error", version=1,
    )  # fmt: skip
    commands.correct_asylum(cmd, actor=people.caseworker_tallinn)
    covered = {row.person_id for row in queries.coverage_rows(application_id)}
    assert covered == {family.principal, family.spouse}


def test_the_receiving_side_and_other_cases_reach_nothing(people: People, family: Family) -> None:
    application_id = log_asylum(family, people.caseworker_tallinn)
    refer(family, people)
    with pytest.raises(NotFound):
        log_asylum(family, people.caseworker_kyiv)
    other = playroom_case(people)
    cmd = commands.WithdrawClaim(
        dossier_id=other.dossier_id, application_id=application_id, withdrawn_on=date(2026, 3, 2),
        upload=pdf(),
        version=1,
    )  # fmt: skip
    with pytest.raises(NotFound):
        commands.withdraw_claim(cmd, actor=people.caseworker_tallinn)
    with pytest.raises(NotFound):
        queries.load_panel(sight_of(people.caseworker_kyiv, family.reference), people.caseworker_kyiv)


def test_reading_is_recorded_once_an_hour(people: People, family: Family) -> None:
    sight = sight_of(people.caseworker_tallinn, family.reference)
    commands.record_asylum_read(sight, actor=people.caseworker_tallinn)
    commands.record_asylum_read(sight, actor=people.caseworker_tallinn)
    assert kinds(family.dossier_id, "asylum") == ["asylum.read"]
