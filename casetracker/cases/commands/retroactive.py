"""Somebody returned without applying: the receiving office asks, the sending office opens or refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.accounts.models import Office
from casetracker.cases import events, rules
from casetracker.cases.models import RetroactiveRequest
from casetracker.cases.states import RequestState
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import ERASED, db
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.events.recording import record
from casetracker.events.states import Part


@dataclass(frozen=True, kw_only=True)
class AskRetroactive(Command):
    """Ask a sending office to open a case for somebody who is back already."""

    sending_office_id: str
    given_name: str
    family_name: str
    returned_on: date
    circumstances: str


@command
def ask_retroactive(cmd: AskRetroactive, *, actor: Actor) -> str:
    """Ask in the receiving office's own chain; returns the request's id."""
    require(actor, Permission.REFERRAL_ANSWER)
    office = db.session.get(Office, actor.office_id) if actor.office_id else None
    if office is None or not office.is_receiving:
        raise NotFound("only a receiving office asks")
    sending = db.session.get(Office, cmd.sending_office_id)
    sends = sending is not None and sending.is_sending and sending.is_active
    refuse_if(rules.why_not_ask(
        is_receiving=office.is_receiving, sends=sends, is_own=cmd.sending_office_id == office.id,
        returned_on=cmd.returned_on, today=clock.today(actor.zone),
    ))  # fmt: skip
    request = add(RetroactiveRequest(
        id=ids.new_id(), office_id=office.id, sending_office_id=cmd.sending_office_id,
        given_name=cmd.given_name,
        family_name=cmd.family_name, returned_on=cmd.returned_on, circumstances=cmd.circumstances,
        asked_by=actor.id, asked_at=clock.now(), state=RequestState.WAITING, dossier_id=None,
        answered_by=None,
        answered_at=None, answer_reason=None,
    ))  # fmt: skip
    name = sending.name if sending else ""
    record(events.RetroactiveAsked(owner_id=office.id, request_id=request.id, office=name), actor=actor)
    return request.id


@dataclass(frozen=True, kw_only=True)
class RefuseRetroactive(Command):
    """Refuse to open a case, with a reason."""

    request_id: str
    reason: str


@command
def refuse_retroactive(cmd: RefuseRetroactive, *, actor: Actor) -> None:
    """Refuse a request that was sent to the actor's office."""
    require(actor, Permission.CASE_CREATE)
    request = _locked(cmd.request_id, actor)
    request.state, request.answer_reason = RequestState.REFUSED, cmd.reason
    request.answered_by, request.answered_at = actor.id, clock.now()
    office = db.session.get_one(Office, request.sending_office_id)
    refused = events.RetroactiveRefused(
        owner_id=request.office_id, request_id=request.id, office=office.name, reason=cmd.reason
    )
    record(refused, actor=actor)


@dataclass(frozen=True, kw_only=True)
class ReconsiderRetroactive(Command):
    """Take a refusal back, with a reason: the request waits for its answer again."""

    request_id: str
    reason: str


@command
def reconsider_retroactive(cmd: ReconsiderRetroactive, *, actor: Actor) -> None:
    """Correct the refusal of a request that was sent to the actor's office; the earlier answer stays in the history."""
    require(actor, Permission.CASE_CREATE)
    request = _of_office(cmd.request_id, actor)
    refuse_if(rules.why_not_answer_again(request.state, is_erased=request.circumstances == ERASED))
    request.state, request.answer_reason = RequestState.WAITING, None
    request.answered_by = request.answered_at = None
    office = db.session.get_one(Office, request.sending_office_id)
    said = events.RetroactiveReconsidered(
        owner_id=request.office_id, request_id=request.id, office=office.name, reason=cmd.reason
    )
    record(said, actor=actor)


def write_opened(request_id: str, dossier_id: str, office: str, *, actor: Actor) -> None:
    """Note on the request that its case was opened; records the event in the asking office's chain."""
    request = _locked(request_id, actor)
    request.state, request.dossier_id = RequestState.OPENED, dossier_id
    request.answered_by, request.answered_at = actor.id, clock.now()
    opened = events.RetroactiveOpened(
        owner_id=request.office_id, part=Part.OFFICE, request_id=request.id, office=office
    )
    record(opened, actor=actor)


def _locked(request_id: str, actor: Actor) -> RetroactiveRequest:
    request = _of_office(request_id, actor)
    refuse_if(rules.why_not_answer_request(request.state))
    return request


def _of_office(request_id: str, actor: Actor) -> RetroactiveRequest:
    request = lock(RetroactiveRequest, request_id)
    if request.sending_office_id != actor.office_id:
        raise NotFound("request to another office")
    return request
