"""Choosing among a project's sites: criteria with weights, scores for each site, and the vote with its minutes."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.community import events, queries, selection_queries, selection_rules
from casetracker.community.commands import require_project
from casetracker.community.models import SelectionCriterion, Site, SiteScore, SiteVote
from casetracker.community.site_commands import lock_site, store_paper
from casetracker.community.states import CriterionEntry, VoteEntry
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import Conflict, NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.states import DocumentKind, Upload
from casetracker.events.recording import record

MINUTES_TITLE = "Minutes of the vote"


@dataclass(frozen=True, kw_only=True)
class SetCriteria(Command):
    """A project's criteria as they are to stand; `version` as `selection_queries.version_of` gave it to the page."""

    dossier_id: str
    criteria: tuple[CriterionEntry, ...]
    reason: str | None
    version: int


@command
def set_criteria(cmd: SetCriteria, *, actor: Actor) -> None:
    """Set what the project's sites are compared by; once a site has scores, with a reason."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    rows = {row.id: row for row in selection_queries.list_criteria(cmd.dossier_id)}
    _refuse_overtaken("SelectionCriterion", selection_queries.version_of(rows.values()), cmd.version)
    if {each.id for each in cmd.criteria if each.id is not None} - rows.keys():
        raise NotFound("criterion of another project")
    facts = selection_queries.criteria_facts(cmd.dossier_id)
    has_selected = selection_queries.has_selected(cmd.dossier_id)
    refuse_if(selection_rules.why_not_criteria(facts, cmd.criteria, cmd.reason, has_selected=has_selected))
    last = max((row.position for row in rows.values()), default=0)
    for row in rows.values():
        wanted = next((each for each in cmd.criteria if each.id == row.id), None)
        if wanted is None:
            db.session.delete(row)
        else:
            row.name, row.weight = wanted.name, wanted.weight
    for number, new in enumerate((each for each in cmd.criteria if each.id is None), start=last + 1):
        add(SelectionCriterion(
            id=ids.new_id(), dossier_id=cmd.dossier_id, position=number, name=new.name, weight=new.weight
        ))  # fmt: skip
    set_now = events.SelectionCriteriaSet(owner_id=cmd.dossier_id, number=len(cmd.criteria), reason=cmd.reason)
    record(set_now, actor=actor)


def _refuse_overtaken(thing: str, theirs: int, yours: int) -> None:
    if theirs != yours:
        raise Conflict(thing, theirs, yours)


@dataclass(frozen=True, kw_only=True)
class ScoreSite(Command):
    """Scores of a site as (criterion's id, 0 to 10), one for each criterion of the project; with a reason where it
    had some."""

    dossier_id: str
    site_id: str
    scores: tuple[tuple[str, int], ...]
    reason: str | None
    version: int


@command
def score_site(cmd: ScoreSite, *, actor: Actor) -> None:
    """Score a site by every criterion of the project."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, wanted = lock_site(cmd.dossier_id, cmd.site_id), dict(cmd.scores)
    criteria = {row.id: row for row in selection_queries.list_criteria(cmd.dossier_id)}
    standing = {row.criterion_id: row for row in selection_queries.list_scores(site.id)}
    _refuse_overtaken("SiteScore", selection_queries.version_of([*criteria.values(), *standing.values()]), cmd.version)
    if wanted.keys() - criteria.keys():
        raise NotFound("criterion of another project")
    refuse_if(selection_rules.why_not_score(queries.site_facts(site), criteria.keys(), wanted, cmd.reason))
    for id, score in wanted.items():
        if id in standing:
            standing[id].score = score
        else:
            add(SiteScore(
                id=ids.new_id(), dossier_id=site.dossier_id, site_id=site.id, criterion_id=id, score=score
            ))  # fmt: skip
    total = selection_rules.weigh(wanted, {id: row.weight for id, row in criteria.items()}) or 0
    scored = events.SiteScored(
        owner_id=site.dossier_id, site_id=site.id, site=site.name, total=total, reason=cmd.reason
    )
    record(scored, actor=actor)


@dataclass(frozen=True, kw_only=True)
class LogVote(Command):
    """The vote on a site, with its minutes."""

    dossier_id: str
    site_id: str
    vote: VoteEntry
    upload: Upload


@command
def log_vote(cmd: LogVote, *, actor: Actor) -> None:
    """Enter the vote on a site, which has one."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, vote = lock_site(cmd.dossier_id, cmd.site_id), cmd.vote
    refuse_if(selection_rules.why_not_vote(queries.site_facts(site), vote, clock.today(actor.zone)))
    minutes_id = store_paper(site, DocumentKind.MINUTES, MINUTES_TITLE, vote.held_on, cmd.upload, actor=actor)
    add(SiteVote(
        id=ids.new_id(), dossier_id=site.dossier_id, site_id=site.id, minutes_id=minutes_id, **vars(vote)
    ))  # fmt: skip
    logged = events.SiteVoteLogged(
        owner_id=site.dossier_id, site_id=site.id, site=site.name, votes_for=vote.votes_for,
        votes_against=vote.votes_against, abstained=vote.abstained, day=vote.held_on,
    )  # fmt: skip
    record(logged, actor=actor)


@dataclass(frozen=True, kw_only=True)
class CorrectVote(Command):
    """The vote as it should have been logged, and why; without a file its minutes stay."""

    dossier_id: str
    site_id: str
    vote: VoteEntry
    upload: Upload | None
    reason: str
    version: int


@command
def correct_vote(cmd: CorrectVote, *, actor: Actor) -> None:
    """Correct the vote until the site is selected; minutes that were replaced stay among the site's documents."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, vote = lock_site(cmd.dossier_id, cmd.site_id), cmd.vote
    row = lock(SiteVote, selection_queries.get_vote(site).id, cmd.version)
    facts, today = queries.site_facts(site), clock.today(actor.zone)
    refuse_if(selection_rules.why_not_vote(facts, vote, today, corrects=True))
    row.minutes_id = _store_minutes(cmd, site, actor) or row.minutes_id
    for name, value in vars(vote).items():
        setattr(row, name, value)
    corrected = events.SiteVoteCorrected(
        owner_id=site.dossier_id, site_id=site.id, site=site.name, votes_for=vote.votes_for,
        votes_against=vote.votes_against, abstained=vote.abstained, reason=cmd.reason, day=vote.held_on,
    )  # fmt: skip
    record(corrected, actor=actor)


def _store_minutes(cmd: CorrectVote, site: Site, actor: Actor) -> str | None:
    if cmd.upload is None:
        return None
    return store_paper(site, DocumentKind.MINUTES, MINUTES_TITLE, cmd.vote.held_on, cmd.upload, actor=actor)
