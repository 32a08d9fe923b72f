"""A case names the site its members use, and says when they no longer do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.community import case_site_events, case_site_queries, case_site_rules
from casetracker.community.case_site_models import CaseSite
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Sight
from casetracker.events.recording import record


@dataclass(frozen=True, kw_only=True)
class NameSite(Command):
    """Members of the case use this site; dossier_id: the case's."""

    dossier_id: str
    site_id: str
    since: date


@command
def name_site(cmd: NameSite, *, actor: Actor) -> str:
    """Enter that members of the case use a site; returns the row's id."""
    sight = _require_case(actor, cmd.dossier_id)
    offered = case_site_queries.list_offered(sight, actor)
    refuse_if(case_site_rules.why_not_name(
        is_offered=cmd.site_id in offered, is_named=case_site_queries.is_named(sight.dossier_id, cmd.site_id),
        since=cmd.since, today=clock.today(actor.zone),
    ))  # fmt: skip
    row = add(CaseSite(
        id=ids.new_id(), dossier_id=sight.dossier_id, site_id=cmd.site_id, site_name=offered[cmd.site_id],
        since=cmd.since, ended_on=None, reason=None,
    ))  # fmt: skip
    named = case_site_events.CaseSiteNamed(owner_id=sight.dossier_id, day=cmd.since, site=row.site_name)
    record(named, actor=actor)
    return row.id


def _require_case(actor: Actor, dossier_id: str) -> Sight:
    require(actor, Permission.CASE_EDIT)
    sight = require_open(actor, dossier_id)
    if sight.relation is None:
        raise NotFound("not an office of this case")
    return sight


@dataclass(frozen=True, kw_only=True)
class EndSiteUse(Command):
    """Members of the case no longer use a site, and why."""

    dossier_id: str
    case_site_id: str
    ended_on: date
    reason: str
    version: int


@command
def end_site_use(cmd: EndSiteUse, *, actor: Actor) -> None:
    """Enter that members of the case no longer use the site."""
    sight = _require_case(actor, cmd.dossier_id)
    row = lock(CaseSite, case_site_queries.get_case_site(sight, cmd.case_site_id).id, cmd.version)
    refuse_if(case_site_rules.why_not_end(row.since, row.ended_on, cmd.ended_on, clock.today(actor.zone)))
    row.ended_on, row.reason = cmd.ended_on, cmd.reason
    ended = case_site_events.CaseSiteEnded(
        owner_id=sight.dossier_id, day=cmd.ended_on, site=row.site_name, reason=cmd.reason
    )
    record(ended, actor=actor)
