"""A site's initiative group in the database: joining and leaving, gatherings and their minutes, what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from casetracker.community import group_commands, group_queries
from casetracker.community.models import GroupGathering, GroupMember, Site, SitePaper
from casetracker.community.site_commands import LeaveSite, leave_site
from casetracker.community.states import AgeBand, GatheringKind, GroupProfile, SiteOutcome
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Conflict, NotFound
from tests.factories import community
from tests.factories.accounts import People, make_people
from tests.factories.cases import pdf
from tests.refusals.holding import not_there, refused

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def site_id(people: People) -> str:
    """A culture club of Kyiv's project."""
    dossier_id = community.project_id(community.open_project(people), people.caseworker_kyiv)
    return community.add_site(dossier_id, people.caseworker_kyiv)


def site(site_id: str) -> Site:
    return db.session.get_one(Site, site_id, populate_existing=True)


def ending(member: GroupMember, actor: Actor, **changes: Any) -> group_commands.EndMembership:
    """Yesterday, for a move, unless changed."""
    typed: dict[str, Any] = {
        "dossier_id": member.dossier_id, "site_id": member.site_id, "member_id": member.id,
        "left_on": community.yesterday(actor), "reason": "Moved away", "version": member.version,
    }  # fmt: skip
    return group_commands.EndMembership(**{**typed, **changes})


def correcting(gathering: GroupGathering, **changes: Any) -> group_commands.CorrectGathering:
    """As it stands, unless changed."""
    typed: dict[str, Any] = {
        "dossier_id": gathering.dossier_id, "site_id": gathering.site_id, "gathering_id": gathering.id,
        "kind": gathering.kind, "held_on": gathering.held_on, "topic": gathering.topic,
        "attended": gathering.attended, "upload": None, "reason": "Counted anew", "version": gathering.version,
    }  # fmt: skip
    return group_commands.CorrectGathering(**{**typed, **changes})


def test_members_join_and_leave(people: People, site_id: str) -> None:
    me = people.caseworker_kyiv
    community.add_member(site_id, me, number=3)
    community.add_member(site_id, me, profile=GroupProfile.LOCAL, is_contact=True, contact_name="Olena")
    group = group_queries.load_group(site(site_id))
    assert group.profiles == [(GroupProfile.LOCAL, 1), (GroupProfile.DISPLACED, 3)]
    assert group.age_bands == [(AgeBand.FROM_30, 4)]
    contact = next(each for each in group.members if each.is_contact)
    assert contact.contact_name == "Olena" and not any(each.contact_name for each in group.members if each != contact)
    group_commands.end_membership(ending(contact, me), actor=people.supervisor_kyiv)
    group = group_queries.load_group(site(site_id))
    assert [each.id for each in group.former] == [contact.id] and len(group.members) == 3
    with refused("left the group already"):
        group_commands.end_membership(ending(group.former[0], me), actor=me)


def test_what_a_roster_refuses(people: People, site_id: str) -> None:
    me = people.caseworker_kyiv
    community.add_member(site_id, me)
    member = db.session.scalars(select(GroupMember)).one()
    with refused("of a contact person only"):
        community.add_member(site_id, me, contact_name="Olena")
    with refused("in the future"):
        community.add_member(site_id, me, joined_on=community.yesterday(me) + timedelta(days=2))
    with refused("later than that"):
        group_commands.end_membership(ending(member, me, left_on=member.joined_on - timedelta(days=1)), actor=me)
    with refused("reason"):
        group_commands.end_membership(ending(member, me, reason=" "), actor=me)
    with pytest.raises(Conflict):
        group_commands.end_membership(ending(member, me, version=member.version + 1), actor=me)


def test_the_database_keeps_no_name_of_a_member(people: People, site_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casetracker.community.group_rules.why_not_member", lambda entry, today: None)
    with pytest.raises(IntegrityError, match=r"(?i)nameless"):
        community.add_member(site_id, people.caseworker_kyiv, contact_name="Olena")


def test_a_gathering_and_its_minutes(people: People, site_id: str) -> None:
    me = people.caseworker_kyiv
    first = community.log_gathering(site_id, me)
    gathering = db.session.get_one(GroupGathering, first)
    assert gathering.minutes_id is None
    group_commands.correct_gathering(
        correcting(gathering, kind=GatheringKind.MEETING, attended=11, upload=pdf(mark="minutes")), actor=me
    )
    gathering = db.session.get_one(GroupGathering, first, populate_existing=True)
    assert (gathering.kind, gathering.attended) == (GatheringKind.MEETING, 11)
    minutes_id = gathering.minutes_id
    assert db.session.scalars(select(SitePaper.document_id)).all() == [minutes_id]
    group_commands.correct_gathering(correcting(gathering, attended=10), actor=me)
    again = db.session.get_one(GroupGathering, first, populate_existing=True)
    assert again.minutes_id == minutes_id and again.attended == 10
    later = community.log_gathering(site_id, me, upload=pdf(mark="more"), held_on=community.yesterday(me))
    assert {each.id for each in group_queries.load_group(site(site_id)).gatherings} == {first, later}


def test_what_a_gathering_refuses(people: People, site_id: str) -> None:
    me = people.caseworker_kyiv
    gathering = db.session.get_one(GroupGathering, community.log_gathering(site_id, me))
    tomorrow = community.yesterday(me) + timedelta(days=2)
    with refused("in the future"):
        community.log_gathering(site_id, me, held_on=tomorrow)
    with refused("in the future"):
        group_commands.correct_gathering(correcting(gathering, held_on=tomorrow, upload=pdf()), actor=me)
    with refused("reason"):
        group_commands.correct_gathering(correcting(gathering, reason=""), actor=me)
    with pytest.raises(Conflict):
        group_commands.correct_gathering(correcting(gathering, version=gathering.version + 1), actor=me)
    here = site(site_id)
    left = LeaveSite(
        dossier_id=here.dossier_id, site_id=site_id, outcome=SiteOutcome.STOPPED, reason="Burnt", version=here.version
    )
    leave_site(left, actor=people.supervisor_kyiv)
    with refused("went no further"):
        community.log_gathering(site_id, me)
    with refused("went no further"):
        community.add_member(site_id, me)


def test_who_may_and_where(people: People, site_id: str) -> None:
    """Caseworker and supervisor of the office; for all others the site is not there; nor is another site's member."""
    me = people.caseworker_kyiv
    community.add_member(site_id, people.supervisor_kyiv)
    member = db.session.scalars(select(GroupMember)).one()
    gathering = db.session.get_one(GroupGathering, community.log_gathering(site_id, people.supervisor_kyiv))
    other = community.add_site(site(site_id).dossier_id, me, name="Library")
    for stranger in (people.caseworker_tallinn, people.finance_kyiv, people.auditor, people.administrator):
        with not_there():
            community.add_member(site_id, stranger)
        with pytest.raises(NotFound):
            community.log_gathering(site_id, stranger)
        with pytest.raises(NotFound):
            group_commands.end_membership(ending(member, me), actor=stranger)
        with pytest.raises(NotFound):
            group_commands.correct_gathering(correcting(gathering), actor=stranger)
    with not_there():
        group_commands.end_membership(ending(member, me, site_id=other), actor=me)
    with not_there():
        group_commands.correct_gathering(correcting(gathering, site_id=other), actor=me)
