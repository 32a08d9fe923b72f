"""Opening a case, its persons, consents, referral and caseload; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casetracker.cases import commands, queries, referral_queries
from casetracker.cases.commands import raise_coming_of_age, standing_entry
from casetracker.cases.events import CaseCorrected
from casetracker.cases.models import Case, Consent
from casetracker.cases.states import ConsentScope, Outcome, PersonEntry, Stage
from casetracker.core import clock
from casetracker.core.actor import SYSTEM, Actor
from casetracker.core.commands import command, lock
from casetracker.core.db import db
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.core.permissions import Role
from casetracker.dossiers.models import Dossier, DossierPoint
from casetracker.dossiers.queries import find_money_block, sight_of
from casetracker.events.models import Chain, EventRow
from casetracker.events.recording import record
from casetracker.programmes.states import ApplicantRole
from tests.factories.accounts import People, make_people, make_user
from tests.factories.cases import (
    Family,
    consent_to_sharing,
    pdf,
    person_entry,
    playroom_case,
    refer,
    send_referral,
)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def people(app: object) -> People:
    """Everybody."""
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    """The playroom family's case."""
    return playroom_case(people)


def kinds(dossier_id: str, part: str = "shared") -> list[str]:
    """The kinds of events in one chain, oldest first."""
    query = (
        select(EventRow.kind)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.owner_id == dossier_id, Chain.part == part)
        .order_by(EventRow.seq)
    )
    return list(db.session.scalars(query))


def points(dossier_id: str) -> list[DossierPoint]:
    """What stands on the case to be cleared."""
    return list(db.session.scalars(select(DossierPoint).where(DossierPoint.dossier_id == dossier_id)))


def edit(family: Family, person_id: str, entry: PersonEntry, actor: Actor, reason: str = "Passport") -> None:
    """Correct a person as the row stands now."""
    version = queries.get_person_row(family.dossier_id, person_id).version
    cmd = commands.EditPerson(
        dossier_id=family.dossier_id, person_id=person_id, entry=entry, reason=reason, version=version
    )
    commands.edit_person(cmd, actor=actor)


def entry_now(family: Family, person_id: str) -> PersonEntry:
    """What stands about a person."""
    return standing_entry(queries.get_person_row(family.dossier_id, person_id))


@command
def put_stage(dossier_id: str, stage: Stage, *, actor: Actor) -> None:
    """Move the stage without asking what it needs."""
    lock(Case, dossier_id).stage = stage
    record(CaseCorrected(owner_id=dossier_id, reason="test"), actor=actor)


@command
def withdraw(family: Family, consent_id: str, *, actor: Actor) -> None:
    """Take a consent back as a higher room does."""
    commands.write_consent_withdrawn(family.dossier_id, consent_id, clock.today(actor.zone))
    record(CaseCorrected(owner_id=family.dossier_id, reason="test"), actor=actor)


def test_the_family_is_a_case(people: People, family: Family) -> None:
    persons = queries.list_persons(family.dossier_id)
    assert [p.position for p in persons] == [1, 2, 3, 4]
    assert [p.is_adult for p in persons] == [True, True, False, False]
    assert [p.guardian_id for p in persons] == [None, None, family.principal, family.principal]
    case = queries.get_case(family.dossier_id)
    assert (case.stage, case.caseworker_id) == (Stage.INTAKE, people.caseworker_tallinn.id)
    assert kinds(family.dossier_id) == ["case.created"]


def test_only_a_sending_office_opens_cases(people: People) -> None:
    for actor in (people.caseworker_kyiv, people.finance_tallinn, people.auditor, people.administrator):
        with pytest.raises(NotFound):
            playroom_case(people, actor=actor)


def test_a_refused_case_leaves_nothing_not_even_a_number(people: People) -> None:
    with pytest.raises(Refused):
        commands.create_case(
            commands.CreateCase(
                principal=person_entry(role=ApplicantRole.PRINCIPAL), members=(), host_country="UA",
                return_country="UA", return_place="Lviv",
            ),
            actor=people.caseworker_tallinn,
        )  # fmt: skip
    assert playroom_case(people).reference.endswith("-00001")
    assert playroom_case(people).reference.endswith("-00002")


def test_a_person_comes_later_and_a_new_adult_needs_consent(people: People, family: Family) -> None:
    refer(family, people)
    for entry in (
        person_entry("Baby", ApplicantRole.CHILD, birth_date=None),
        person_entry("Olha", ApplicantRole.OTHER_DEPENDANT),
    ):
        cmd = commands.AddPerson(dossier_id=family.dossier_id, entry=entry)
        commands.add_person(cmd, actor=people.caseworker_tallinn)
    persons = queries.list_persons(family.dossier_id)
    assert [p.position for p in persons] == [1, 2, 3, 4, 5, 6]
    assert persons[4].is_placeholder and persons[4].guardian_id == family.principal
    assert [point.part for point in points(family.dossier_id)] == ["sending"]
    assert not queries.has_sharing_consent(family.dossier_id)


def test_a_placeholder_is_completed_without_a_point(people: People, family: Family) -> None:
    cmd = commands.AddPerson(
        dossier_id=family.dossier_id, entry=person_entry("Baby", ApplicantRole.CHILD, birth_date=None)
    )
    person_id = commands.add_person(cmd, actor=people.caseworker_tallinn)
    put_stage(family.dossier_id, Stage.PRE_DEPARTURE, actor=people.caseworker_tallinn)
    known = replace(entry_now(family, person_id), birth_date=clock.today(people.caseworker_tallinn.zone))
    edit(family, person_id, known, people.caseworker_tallinn, reason="")
    assert kinds(family.dossier_id)[-1] == "person.completed"
    assert points(family.dossier_id) == []


def test_a_correction_blocks_money_once_something_may_rest_on_it(people: People, family: Family) -> None:
    early = replace(entry_now(family, family.spouse), birth_date=date(1989, 5, 4))
    edit(family, family.spouse, early, people.caseworker_tallinn)
    assert points(family.dossier_id) == []
    put_stage(family.dossier_id, Stage.APPLICATION, actor=people.caseworker_tallinn)
    late = replace(early, birth_date=date(1990, 5, 4), nationality="MD")
    edit(family, family.spouse, late, people.caseworker_tallinn)
    assert len(points(family.dossier_id)) == 2
    assert find_money_block(family.dossier_id, [family.spouse], SYSTEM) is not None
    assert find_money_block(family.dossier_id, [family.principal], SYSTEM) is None


def test_a_stale_correction_changes_nothing(people: People, family: Family) -> None:
    stale = commands.EditPerson(
        dossier_id=family.dossier_id, person_id=family.spouse, reason="x", version=9,
        entry=replace(entry_now(family, family.spouse), given_name="Olena"),
    )  # fmt: skip
    with pytest.raises(Conflict):
        commands.edit_person(stale, actor=people.caseworker_tallinn)
    assert queries.get_person(family.dossier_id, family.spouse).given_name == "Oksana"


def test_the_principal_hands_on(people: People, family: Family) -> None:
    heir = replace(entry_now(family, family.spouse), role=ApplicantRole.PRINCIPAL)
    edit(family, family.spouse, heir, people.supervisor_tallinn, reason="The husband died")
    roles = [p.role for p in queries.list_persons(family.dossier_id)]
    assert roles[:2] == [ApplicantRole.SPOUSE, ApplicantRole.PRINCIPAL]


def test_the_receiving_side_corrects_nothing(people: People, family: Family) -> None:
    refer(family, people)
    entry = replace(entry_now(family, family.spouse), given_name="Olena")
    with pytest.raises(NotFound):
        edit(family, family.spouse, entry, people.caseworker_kyiv)


def test_guardians(people: People, family: Family) -> None:
    def choose(child: str, guardian: str | None) -> None:
        version = queries.get_person_row(family.dossier_id, child).version
        cmd = commands.ChooseGuardian(
            dossier_id=family.dossier_id, person_id=child, guardian_id=guardian, version=version
        )
        commands.choose_guardian(cmd, actor=people.caseworker_tallinn)

    choose(family.older_child, family.spouse)
    assert queries.get_person(family.dossier_id, family.older_child).guardian_id == family.spouse
    for child, guardian in ((family.older_child, family.younger_child), (family.spouse, family.principal)):
        with pytest.raises(Refused):
            choose(child, guardian)
    other = playroom_case(people)
    with pytest.raises(Refused):
        choose(family.older_child, other.spouse)
    with pytest.raises(NotFound):
        choose(other.older_child, family.spouse)


def test_a_child_consents_through_the_guardian(people: People, family: Family) -> None:
    cmd = commands.LogConsent(
        dossier_id=family.dossier_id, person_id=family.older_child, scope=ConsentScope.PHOTOS,
        given_on=date(2026, 1, 2), upload=pdf(),
    )  # fmt: skip
    consent = queries.get_consent(family.dossier_id, commands.log_consent(cmd, actor=people.caseworker_tallinn))
    assert consent.given_by_id == family.principal
    assert kinds(family.dossier_id, "sending") == ["document.added"]
    with pytest.raises(Refused):
        commands.log_consent(cmd, actor=people.caseworker_tallinn)
    assert len(db.session.scalars(select(Consent)).all()) == 1


def test_a_consent_logged_wrongly_is_corrected_and_what_it_opened_stands(people: People, family: Family) -> None:
    refer(family, people)
    consent = db.session.scalars(select(Consent).where(Consent.person_id == family.spouse)).one()
    paper, sent_on = consent.document_id, clock.today(people.caseworker_tallinn.zone)
    cmd = commands.CorrectConsent(
        dossier_id=family.dossier_id, consent_id=consent.id, given_on=consent.given_on, upload=None,
        reason="The other page was signed", version=consent.version,
    )  # fmt: skip
    wrongs: list[dict[str, Any]] = [
        {}, {"given_on": sent_on + timedelta(days=1)}, {"upload": pdf(mark="b"), "reason": " "},
    ]  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(Refused):
            commands.correct_consent(replace(cmd, **wrong), actor=people.caseworker_tallinn)
    other = playroom_case(people)
    with pytest.raises(NotFound):
        commands.correct_consent(
            replace(cmd, dossier_id=other.dossier_id, upload=pdf()), actor=people.caseworker_tallinn
        )
    right = replace(cmd, given_on=date(2025, 12, 30), upload=pdf())
    commands.correct_consent(right, actor=people.caseworker_tallinn)
    consent = queries.get_consent(family.dossier_id, cmd.consent_id)
    assert consent.given_on == date(2025, 12, 30) and consent.document_id != paper
    assert sight_of(people.caseworker_kyiv, family.reference), "the receiving office keeps its access"
    assert not points(family.dossier_id)
    with pytest.raises(Conflict):
        commands.correct_consent(right, actor=people.caseworker_tallinn)
    with clock.at(clock.now() + timedelta(days=2)):
        late = replace(right, given_on=sent_on + timedelta(days=1), upload=None, version=consent.version)
        commands.correct_consent(late, actor=people.caseworker_tallinn)
    assert ["came after the referral" in point.text for point in points(family.dossier_id)] == [True]


def test_the_caseload_is_handed_over_case_by_case(people: People, family: Family) -> None:
    second = playroom_case(people)
    colleague = make_user("second.tallinn@example.org", Role.CASEWORKER, people.tallinn)
    cmd = commands.HandOverCaseload(from_id=people.caseworker_tallinn.id, to_id=colleague.id, reason="Leave")
    for actor in (people.caseworker_tallinn, people.supervisor_kyiv):
        with pytest.raises((NotFound, Refused)):
            commands.hand_over_caseload(cmd, actor=actor)
    assert commands.hand_over_caseload(cmd, actor=people.supervisor_tallinn) == "2"
    for each in (family, second):
        assert queries.get_case(each.dossier_id).caseworker_id == colleague.id
        assert kinds(each.dossier_id)[-1] == "caseload.handed_over"
    with pytest.raises(Refused):
        commands.hand_over_caseload(cmd, actor=people.supervisor_tallinn)


def test_a_case_is_assigned_within_the_office(people: People, family: Family) -> None:
    def assign(user_id: str, actor: Actor) -> None:
        version = queries.get_case(family.dossier_id).version
        cmd = commands.AssignCaseworker(dossier_id=family.dossier_id, caseworker_id=user_id, version=version)
        commands.assign_caseworker(cmd, actor=actor)

    refer(family, people)
    assign(people.supervisor_kyiv.id, people.supervisor_kyiv)
    case = queries.get_case(family.dossier_id)
    assert case.receiving_caseworker_id == people.supervisor_kyiv.id
    assert case.caseworker_id == people.caseworker_tallinn.id
    for wrong in (people.caseworker_kyiv.id, people.finance_tallinn.id, "nobody"):
        with pytest.raises(Refused):
            assign(wrong, people.supervisor_tallinn)


def test_turning_18_raises_one_task(people: People) -> None:
    with clock.at(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        cmd = commands.CreateCase(
            principal=person_entry("Andriy", ApplicantRole.PRINCIPAL, birth_date=date(1985, 3, 12)),
            members=(person_entry("Marko", ApplicantRole.CHILD, birth_date=date(2008, 6, 15)),),
            host_country="EE", return_country="UA", return_place="Kramatorsk",
        )  # fmt: skip
        reference = commands.create_case(cmd, actor=people.caseworker_tallinn)
    dossier_id = sight_of(people.caseworker_tallinn, reference).dossier_id
    assert queries.list_coming_of_age(date(2026, 6, 14)) == []
    (person,) = queries.list_coming_of_age(date(2026, 6, 15))
    assert person.given_name == "Marko"
    raised = command(raise_coming_of_age)
    assert raised(dossier_id, date(2026, 6, 15), actor=people.caseworker_tallinn) == 1
    assert queries.list_coming_of_age(date(2026, 6, 16)) == []
    assert kinds(dossier_id)[-1] == "person.came_of_age"


def test_adulthood_is_fixed_by_the_age_at_the_application(people: People) -> None:
    with clock.at(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        cmd = commands.CreateCase(
            principal=person_entry("Andriy", ApplicantRole.PRINCIPAL, birth_date=date(1985, 3, 12)),
            members=(person_entry("Marko", ApplicantRole.CHILD, birth_date=date(2008, 6, 15)),),
            host_country="EE", return_country="UA", return_place="Kramatorsk",
        )  # fmt: skip
        reference = commands.create_case(cmd, actor=people.caseworker_tallinn)
        dossier_id = sight_of(people.caseworker_tallinn, reference).dossier_id
        commands.fix_adulthood(dossier_id, date(2026, 3, 1), actor=people.caseworker_tallinn)
    with clock.at(datetime(2026, 7, 1, 9, tzinfo=UTC)):
        assert [p.is_adult for p in queries.list_persons(dossier_id)] == [True, False]


def test_a_closed_case_leaves_the_receiving_offices_list(people: People, family: Family) -> None:
    @command
    def close(day: date, *, actor: Actor) -> None:
        dossier, case = lock(Dossier, family.dossier_id), lock(Case, family.dossier_id)
        dossier.closed_on, case.stage, case.outcome = day, Stage.CLOSED, Outcome.SECURITY
        record(CaseCorrected(owner_id=dossier.id, reason="test"), actor=actor)

    consent_to_sharing(family, people.caseworker_tallinn)
    referral_id = send_referral(family, people)
    assert referral_queries.count_waiting(people.caseworker_kyiv) == 1
    close(clock.today(), actor=people.supervisor_tallinn)
    assert referral_queries.count_waiting(people.caseworker_kyiv) == 0
    assert referral_queries.list_referrals_waiting(people.caseworker_kyiv) == []
    accept = commands.AcceptReferral(referral_id=referral_id, caseworker_id=people.caseworker_kyiv.id)
    with pytest.raises(NotFound):
        commands.accept_referral(accept, actor=people.supervisor_kyiv)
    assert queries.get_case(family.dossier_id).receiving_caseworker_id is None


def test_a_child_alone_needs_the_guardians_consent_too(people: People) -> None:
    cmd = commands.CreateCase(
        principal=person_entry("Danylo", ApplicantRole.PRINCIPAL, birth_date=date(2012, 5, 4)), members=(),
        host_country="EE", return_country="UA", return_place="Lviv",
    )  # fmt: skip
    reference = commands.create_case(cmd, actor=people.caseworker_tallinn)
    dossier_id = sight_of(people.caseworker_tallinn, reference).dossier_id
    (child,) = queries.lacking_consent(dossier_id)
    assert not child.is_adult and not queries.has_sharing_consent(dossier_id)
    consent = commands.LogConsent(
        dossier_id=dossier_id, person_id=child.id, scope=ConsentScope.SHARING, given_on=date(2026, 1, 2), upload=pdf()
    )
    commands.log_consent(consent, actor=people.caseworker_tallinn)
    assert queries.has_sharing_consent(dossier_id)
