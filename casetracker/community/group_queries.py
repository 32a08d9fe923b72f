"""Reading a site's initiative group: its roster with what it adds up to, and its gatherings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from casetracker.cases.states import Sex
from casetracker.community.models import GroupGathering, GroupMember, Site
from casetracker.community.states import AgeBand, GroupProfile
from casetracker.core.db import db
from casetracker.core.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class GroupPanel:
    """The group on the site's page: who is in it, who has left, and its gatherings, the newest first."""

    members: list[GroupMember]
    former: list[GroupMember]
    gatherings: list[GroupGathering]

    @property
    def profiles(self) -> list[tuple[StrEnum, int]]:
        """(profile, how many members have it) of those that there are."""
        return _counted(GroupProfile, (each.profile for each in self.members))

    @property
    def sexes(self) -> list[tuple[StrEnum, int]]:
        """The same by sex."""
        return _counted(Sex, (each.sex for each in self.members))

    @property
    def age_bands(self) -> list[tuple[StrEnum, int]]:
        """The same by age band."""
        return _counted(AgeBand, (each.age_band for each in self.members))


def _counted(kind: type[StrEnum], values: Iterable[StrEnum]) -> list[tuple[StrEnum, int]]:
    seen = list(values)
    return [(value, seen.count(value)) for value in kind if value in seen]


def load_group(site: Site) -> GroupPanel:
    """The site's initiative group; two queries."""
    query = select(GroupMember).where(GroupMember.site_id == site.id)
    everybody = db.session.scalars(query.order_by(GroupMember.joined_on, GroupMember.id)).all()
    gatherings = select(GroupGathering).where(GroupGathering.site_id == site.id)
    newest_first = gatherings.order_by(GroupGathering.held_on.desc(), GroupGathering.id)
    return GroupPanel(
        members=[each for each in everybody if each.left_on is None],
        former=[each for each in everybody if each.left_on is not None],
        gatherings=list(db.session.scalars(newest_first)),
    )


def get_member(site: Site, member_id: str) -> GroupMember:
    """One member of this site's group; NotFound if of another's."""
    member = db.session.get(GroupMember, member_id)
    if member is None or member.site_id != site.id:
        raise NotFound("member")
    return member


def get_gathering(site: Site, gathering_id: str) -> GroupGathering:
    """One gathering of this site's group; NotFound if of another's."""
    gathering = db.session.get(GroupGathering, gathering_id)
    if gathering is None or gathering.site_id != site.id:
        raise NotFound("gathering")
    return gathering
