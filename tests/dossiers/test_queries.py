"""Who may see which case: offices, named readers, auditors, and what closing takes away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from casetracker.cases.events import CaseCorrected
from casetracker.cases.models import Case
from casetracker.cases.states import Outcome, Stage
from casetracker.core import clock
from casetracker.core.actor import SYSTEM, Actor, Mandate
from casetracker.core.commands import command, lock
from casetracker.core.db import db
from casetracker.core.errors import NotFound, Refused
from casetracker.core.permissions import Role
from casetracker.dossiers import commands, queries
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.states import PointKind, Relation
from casetracker.events.recording import record
from casetracker.events.states import Part
from tests.factories.accounts import People, make_office, make_people, make_user
from tests.factories.cases import Family, playroom_case, refer

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def people(app: object) -> People:
    """Everybody."""
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    """The playroom family's case, taken on by Kyiv."""
    made = playroom_case(people)
    refer(made, people)
    return made


@command
def close_on(family: Family, day: date, *, actor: Actor) -> None:
    """Close the case as of a day."""
    dossier, case = lock(Dossier, family.dossier_id), lock(Case, family.dossier_id)
    dossier.closed_on, case.stage, case.outcome = day, Stage.CLOSED, Outcome.COMPLETED
    case.closed_from = Stage.MONITORING
    record(CaseCorrected(owner_id=family.dossier_id, reason="test"), actor=actor)


@command
def put_point(family: Family, *, part: Part, blocks_money: bool, actor: Actor) -> str:
    """A point on the case."""
    point = commands.add_point(
        family.dossier_id, PointKind.CORRECTION, "%(name)s", {"name": "x"}, part=part,
        subject=("person", family.spouse), blocks_money=blocks_money,
    )  # fmt: skip
    from casetracker.dossiers.events import PointRaised

    record(PointRaised(owner_id=family.dossier_id, part=part, point_id=point.id), actor=actor)
    return point.id


def sees(actor: Actor, family: Family) -> bool:
    """Whether the actor finds the case, by page and by list alike."""
    listed = family.dossier_id in set(db.session.scalars(select(Dossier.id).where(queries.visible(actor))))
    try:
        queries.sight_of(actor, family.reference)
    except NotFound:
        assert not listed
        return False
    assert listed
    return True


def test_both_offices_see_it_and_no_third(people: People, family: Family) -> None:
    third = make_user("third@example.org", Role.SUPERVISOR, make_office("Riga", "LV", "Europe/Riga"))
    found = {
        actor.name
        for actor in (
            people.caseworker_tallinn,
            people.finance_tallinn,
            people.supervisor_kyiv,
            people.auditor,
        )
        if sees(actor, family)
    }
    assert len(found) == 4
    assert not sees(third, family) and not sees(people.administrator, family)


def test_the_relation_decides_what_exists(people: People, family: Family) -> None:
    def parts(actor: Actor) -> frozenset[Part]:
        return queries.sight_of(actor, family.reference).parts

    sending = {Part.SHARED, Part.SENDING, Part.ASYLUM}
    assert parts(people.caseworker_tallinn) == parts(people.supervisor_tallinn) == sending
    assert parts(people.caseworker_kyiv) == parts(people.supervisor_kyiv) == {Part.SHARED}
    assert parts(people.finance_tallinn) == parts(people.finance_kyiv) == {Part.SHARED}
    assert parts(people.auditor) == {*sending, Part.ACCESS}


def test_an_auditor_reads_within_the_mandate(people: People, family: Family) -> None:
    def auditor(offices: set[str], *, until: date = date(2099, 1, 1), clearance: bool = True) -> Actor:
        mandate = Mandate(
            office_ids=frozenset(offices),
            programme_ids=frozenset(),
            valid_from=date(2020, 1, 1),
            valid_until=until,
        )
        return Actor(id="x", name="x", role=Role.AUDITOR, mandates=(mandate,), asylum_clearance=clearance)

    assert Part.ASYLUM in queries.sight_of(auditor({people.tallinn}), family.reference).parts
    kyiv_only = queries.sight_of(auditor({people.kyiv}), family.reference).parts
    assert kyiv_only == {Part.SHARED}
    uncleared = queries.sight_of(auditor({people.tallinn}, clearance=False), family.reference).parts
    assert Part.ASYLUM not in uncleared and Part.SENDING in uncleared
    assert not sees(auditor({people.tallinn}, until=date(2020, 12, 31)), family)
    assert not sees(auditor({"nowhere"}), family)


def test_the_receiving_office_loses_a_closed_case_after_90_days(people: People, family: Family) -> None:
    today = clock.today()
    close_on(family, today, actor=people.supervisor_tallinn)
    for days, still in ((90, True), (91, False)):
        moment = datetime.combine(today + timedelta(days=days), datetime.min.time(), UTC) + timedelta(hours=9)
        with clock.at(moment):
            assert sees(people.caseworker_kyiv, family) is still
            assert sees(people.caseworker_tallinn, family)


def test_a_closed_case_can_only_be_read(people: People, family: Family) -> None:
    close_on(family, clock.today(), actor=people.supervisor_tallinn)
    assert queries.require_sight(people.caseworker_tallinn, family.dossier_id).is_closed
    with pytest.raises(Refused):
        queries.require_open(people.caseworker_tallinn, family.dossier_id)
    with pytest.raises(NotFound):
        queries.require_open(people.caseworker_kyiv, family.dossier_id, relation=Relation.SENDING)


def test_a_restricted_case_is_seen_by_named_people(people: People, family: Family) -> None:
    def restrict(actor: Actor, *readers: str, restricted: bool = True) -> None:
        version = db.session.scalars(select(Dossier.version).where(Dossier.id == family.dossier_id)).one()
        cmd = commands.RestrictDossier(
            dossier_id=family.dossier_id, is_restricted=restricted, reader_ids=readers, reason="Threats",
            version=version,
        )  # fmt: skip
        commands.restrict_dossier(cmd, actor=actor)

    with pytest.raises(NotFound):
        restrict(people.caseworker_tallinn)
    with pytest.raises(NotFound):
        restrict(people.supervisor_kyiv)
    with pytest.raises(Refused):
        restrict(people.supervisor_tallinn, people.administrator.id)
    restrict(people.supervisor_tallinn, people.caseworker_kyiv.id)
    assert sees(people.supervisor_tallinn, family) and sees(people.caseworker_kyiv, family)
    assert not sees(people.caseworker_tallinn, family) and not sees(people.supervisor_kyiv, family)
    restrict(people.supervisor_tallinn, restricted=False)
    assert sees(people.caseworker_tallinn, family) and sees(people.supervisor_kyiv, family)


def test_points_are_seen_and_cleared_on_their_side(people: People, family: Family) -> None:
    hidden = put_point(family, part=Part.SENDING, blocks_money=False, actor=people.caseworker_tallinn)
    money = put_point(family, part=Part.SHARED, blocks_money=True, actor=people.caseworker_tallinn)
    kyiv = queries.sight_of(people.caseworker_kyiv, family.reference)
    assert [point.id for point in queries.list_points(kyiv)] == [money]
    with pytest.raises(NotFound):
        commands.clear_point(commands.ClearPoint(point_id=hidden, reason="x"), actor=people.supervisor_kyiv)
    settle = commands.ClearPoint(point_id=money, reason="Checked")
    with pytest.raises(NotFound):
        commands.clear_point(settle, actor=people.caseworker_tallinn)
    assert queries.find_money_block(family.dossier_id, [family.spouse], SYSTEM) is not None
    assert commands.clear_point(settle, actor=people.supervisor_tallinn) == family.reference
    assert queries.find_money_block(family.dossier_id, [family.spouse], SYSTEM) is None
    with pytest.raises(Refused):
        commands.clear_point(settle, actor=people.supervisor_tallinn)


def test_a_read_is_recorded_once_an_hour(people: People, family: Family) -> None:
    from casetracker.events.models import Chain, EventRow

    sight = queries.sight_of(people.caseworker_kyiv, family.reference)
    moment = datetime(2027, 6, 1, 9, 5, tzinfo=UTC)
    for minutes in (0, 30, 60):
        with clock.at(moment + timedelta(minutes=minutes)):
            commands.record_read(sight, actor=people.caseworker_kyiv)
    query = select(EventRow.kind).join(Chain, Chain.id == EventRow.chain_id).where(Chain.part == "access")
    assert list(db.session.scalars(query)) == ["dossier.read", "dossier.read"]
