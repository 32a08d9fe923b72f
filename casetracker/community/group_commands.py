"""A site's initiative group: who joins and leaves, its training sessions and meetings with their minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from casetracker.community import events, group_rules, queries, rules
from casetracker.community.commands import require_project
from casetracker.community.models import GroupGathering, GroupMember, Site
from casetracker.community.site_commands import lock_site, store_paper
from casetracker.community.states import GatheringKind, MemberEntry
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.states import DocumentKind, Upload
from casetracker.events.recording import record

T = TypeVar("T", GroupMember, GroupGathering)


@dataclass(frozen=True, kw_only=True)
class AddMember(Command):
    """Members of a site's initiative group."""

    dossier_id: str
    site_id: str
    entry: MemberEntry


@command
def add_member(cmd: AddMember, *, actor: Actor) -> None:
    """Enter members, as many alike as the entry says."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, entry = lock_site(cmd.dossier_id, cmd.site_id), cmd.entry
    refuse_if(group_rules.why_not_add_to(queries.site_facts(site)))
    refuse_if(group_rules.why_not_member(entry, clock.today(actor.zone)))
    for _each in range(entry.number):
        add(GroupMember(
            id=ids.new_id(), dossier_id=site.dossier_id, site_id=site.id, profile=entry.profile, sex=entry.sex,
            age_band=entry.age_band, is_contact=entry.is_contact, contact_name=entry.contact_name,
            contact_phone=entry.contact_phone, joined_on=entry.joined_on, left_on=None,
        ))  # fmt: skip
    joined = events.GroupMembersJoined(
        owner_id=site.dossier_id, site_id=site.id, site=site.name, number=entry.number, day=entry.joined_on
    )
    record(joined, actor=actor)


@dataclass(frozen=True, kw_only=True)
class EndMembership(Command):
    """A member left the group, for a reason."""

    dossier_id: str
    site_id: str
    member_id: str
    left_on: date
    reason: str
    version: int


@command
def end_membership(cmd: EndMembership, *, actor: Actor) -> None:
    """End a membership; what was entered wrongly is ended, too, and entered anew."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    member = _lock_of_site(GroupMember, cmd.member_id, site, cmd.version)
    refuse_if(group_rules.why_not_end(member.joined_on, member.left_on, cmd.left_on, clock.today(actor.zone)))
    member.left_on = cmd.left_on
    ended = events.GroupMembershipEnded(
        owner_id=site.dossier_id, site_id=site.id, site=site.name, member_id=member.id, reason=cmd.reason,
        day=cmd.left_on,
    )  # fmt: skip
    record(ended, actor=actor)


def _lock_of_site(model: type[T], id: str, site: Site, version: int) -> T:
    """The member or gathering, locked; NotFound if it is of another site."""
    found = db.session.get(model, id)
    if found is None or found.site_id != site.id:
        raise NotFound(model.__name__)
    return lock(model, id, version)


@dataclass(frozen=True, kw_only=True)
class LogGathering(Command):
    """A training session or a meeting of the group; minutes where there are any."""

    dossier_id: str
    site_id: str
    kind: GatheringKind
    held_on: date
    topic: str
    attended: int
    upload: Upload | None


@command
def log_gathering(cmd: LogGathering, *, actor: Actor) -> str:
    """Enter that the group came together; returns the gathering's id."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    refuse_if(group_rules.why_not_add_to(queries.site_facts(site)))
    refuse_if(rules.why_not_day(cmd.held_on, clock.today(actor.zone), "held_on"))
    minutes_id = _store_minutes(cmd, site, actor)
    gathering = add(GroupGathering(
        id=ids.new_id(), dossier_id=site.dossier_id, site_id=site.id, kind=cmd.kind, held_on=cmd.held_on,
        topic=cmd.topic, attended=cmd.attended, minutes_id=minutes_id,
    ))  # fmt: skip
    logged = events.GroupGatheringLogged(
        owner_id=site.dossier_id, site_id=site.id, site=site.name, gathering_id=gathering.id,
        gathering=str(cmd.kind), attended=cmd.attended, topic=cmd.topic, day=cmd.held_on,
    )  # fmt: skip
    record(logged, actor=actor)
    return gathering.id


def _store_minutes(cmd: LogGathering, site: Site, actor: Actor) -> str | None:
    if cmd.upload is None:
        return None
    return store_paper(site, DocumentKind.MINUTES, cmd.topic, cmd.held_on, cmd.upload, actor=actor)


@dataclass(frozen=True, kw_only=True)
class CorrectGathering(LogGathering):
    """A gathering as it should have been logged, and why; without a file its minutes stay."""

    gathering_id: str
    reason: str
    version: int


@command
def correct_gathering(cmd: CorrectGathering, *, actor: Actor) -> None:
    """Correct what was logged of a gathering; minutes that were replaced stay among the site's documents."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    gathering = _lock_of_site(GroupGathering, cmd.gathering_id, site, cmd.version)
    refuse_if(rules.why_not_day(cmd.held_on, clock.today(actor.zone), "held_on"))
    minutes_id = _store_minutes(cmd, site, actor)
    gathering.kind, gathering.held_on, gathering.topic = cmd.kind, cmd.held_on, cmd.topic
    gathering.attended, gathering.minutes_id = cmd.attended, minutes_id or gathering.minutes_id
    corrected = events.GroupGatheringCorrected(
        owner_id=site.dossier_id, site_id=site.id, site=site.name, gathering_id=gathering.id, reason=cmd.reason,
        day=cmd.held_on,
    )  # fmt: skip
    record(corrected, actor=actor)
