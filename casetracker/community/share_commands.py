"""Asking for the donor's share of a project, and awarding it: two people; and for which sites an activity is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from casetracker.community import share_events as events
from casetracker.community import share_queries, share_rules
from casetracker.community.commands import require_project
from casetracker.community.share_models import ActivitySite, ShareRequest
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, current_unit, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.grants.commands import write_share
from casetracker.programmes.queries import get_budget_line, get_programme


@dataclass(frozen=True, kw_only=True)
class AskShare(Command):
    """The whole that the project may spend of a budget line (minor units of the programme's currency), and the donor's
    agreement that says so."""

    dossier_id: str
    budget_line_id: str
    amount: int
    signed_on: date
    upload: Upload


@command
def ask_share(cmd: AskShare, *, actor: Actor) -> str:
    """Ask for a share, or for another amount of one that stands; returns the request's id. No money moves yet."""
    sight = require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    line = get_budget_line(cmd.budget_line_id)
    if line.programme_id != sight.programme_id:
        raise NotFound("budget line of another programme")
    currency = get_programme(line.programme_id).currency
    share = share_queries.find_share(cmd.dossier_id, line)
    refuse_if(share_rules.why_not_ask(
        cmd.amount, share.held if share else None, share.totals.used - share.totals.awarded if share else 0, currency,
        signed_on=cmd.signed_on, today=clock.today(actor.zone),
        is_waiting=share_queries.is_waiting(cmd.dossier_id, line.id),
    ))  # fmt: skip
    document = AddDocument(
        dossier_id=cmd.dossier_id, part=Part.SHARED, kind=DocumentKind.DONOR_AGREEMENT, title=line.name,
        upload=cmd.upload, day=cmd.signed_on,
    )  # fmt: skip
    document_id = add_document(document, actor=actor)
    request = add(ShareRequest(
        id=ids.new_id(), dossier_id=cmd.dossier_id, budget_line_id=line.id, amount=cmd.amount, currency=currency,
        signed_on=cmd.signed_on, document_id=document_id, asked_by=actor.id, asked_at=clock.now(), decided_by=None,
        decided_at=None, is_granted=None, refusal_reason=None,
    ))  # fmt: skip
    record(events.ShareAsked(day=cmd.signed_on, **_named(request, line.name)), actor=actor)
    return request.id


@dataclass(frozen=True, kw_only=True)
class DecideShare(Command):
    """A supervisor's word on a request; a refusal says why. `version` is the request's when the page was opened."""

    dossier_id: str
    request_id: str
    is_granted: bool
    reason: str | None
    version: int


@command
def decide_share(cmd: DecideShare, *, actor: Actor) -> str:
    """Award the share out of its budget line, or refuse it; returns the request's id. Whoever asked does not decide;
    refused, too, where line or programme has not enough left."""
    require_project(actor, cmd.dossier_id, Permission.SHARE_DECIDE)
    request = lock(ShareRequest, cmd.request_id, cmd.version)
    if request.dossier_id != cmd.dossier_id:
        raise NotFound("request for a share")
    refuse_if(share_rules.why_not_decide(request.asked_by, request.decided_by, actor.id))
    if not cmd.is_granted and not cmd.reason:
        raise Refused(Message(N_("Give a reason."), {}, "reason"))
    line = get_budget_line(request.budget_line_id)
    request.decided_by, request.decided_at, request.is_granted = actor.id, clock.now(), cmd.is_granted
    if not cmd.is_granted:
        request.refusal_reason = cmd.reason
        record(events.ShareRefused(reason=cmd.reason or "", **_named(request, line.name)), actor=actor)
        return request.id
    grant_id = write_share(cmd.dossier_id, line.id, request.amount, actor=actor)
    record(events.ShareGranted(grant_id=grant_id, **_named(request, line.name)), actor=actor)
    return request.id


def _named(request: ShareRequest, line: str) -> dict[str, Any]:
    return {
        "owner_id": request.dossier_id, "request_id": request.id, "budget_line": line, "amount": request.amount,
        "currency": request.currency,
    }  # fmt: skip


def serve(dossier_id: str, activity_id: str, holder_ids: set[str]) -> None:
    """Inside the command that saves an activity of the plan: the sites that it is for; the project's id stands for
    the whole of it."""
    current_unit()
    wanted = {None if id == dossier_id else id for id in holder_ids}
    rows = db.session.scalars(select(ActivitySite).where(ActivitySite.activity_id == activity_id)).all()
    for row in rows:
        if row.site_id not in wanted:
            db.session.delete(row)
    for site_id in sorted(wanted - {row.site_id for row in rows}, key=str):
        add(ActivitySite(id=ids.new_id(), dossier_id=dossier_id, activity_id=activity_id, site_id=site_id))
