"""Raising a finding, answering it, sending the answer back, closing it; what was said only grows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.accounts import queries as accounts
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import refuse_if
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_sight
from casetracker.dossiers.rules import why_not_write
from casetracker.dossiers.states import Sight
from casetracker.events.recording import record
from casetracker.programmes import queries as programmes
from casetracker.sampling import finding_events as events
from casetracker.sampling import finding_queries as queries
from casetracker.sampling import finding_rules as rules
from casetracker.sampling.finding_states import AskedOffice, FindingState, ReplyKind
from casetracker.sampling.models import AuditFinding, AuditFindingReply, Sample


@dataclass(frozen=True, kw_only=True)
class RaiseAuditFinding(Command):
    """Ask an office about a case; item_id: the item of an own sample that it is about. The amount is in minor units of
    the programme's currency."""

    dossier_id: str
    item_id: str | None = None
    asked: AskedOffice
    title: str
    text: str
    questioned_amount: int | None = None
    due_on: date


@dataclass(frozen=True, kw_only=True)
class AnswerAuditFinding(Command):
    """What the office says to it (`reason`)."""

    dossier_id: str
    finding_id: str
    version: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class SendBackAuditFinding(Command):
    """Why the answer is not enough, and until when another one is wanted."""

    dossier_id: str
    finding_id: str
    version: int
    reason: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class CloseAuditFinding(Command):
    """What the auditor concludes (`reason`)."""

    dossier_id: str
    finding_id: str
    version: int
    reason: str


@command
def raise_audit_finding(cmd: RaiseAuditFinding, *, actor: Actor) -> str:
    """Raise a finding, also on a closed case; returns its id."""
    require(actor, Permission.AUDIT_FINDING_RAISE)
    sight = require_sight(actor, cmd.dossier_id)
    erased_on = lock(Dossier, cmd.dossier_id).erased_on
    refuse_if(rules.why_not_raise(erased_on, cmd.due_on, clock.today(actor.zone)))
    if cmd.item_id is not None:
        item = queries.get_own_item(cmd.item_id, cmd.dossier_id, actor)
        refuse_if(rules.why_not_about(lock(Sample, item.sample_id).state))
    offices = queries.offices_of(sight, actor)
    refuse_if(rules.why_not_ask(cmd.asked, sight.parts, offices))
    currency = programmes.get_programme(sight.programme_id).currency if sight.programme_id else None
    refuse_if(rules.why_not_question(cmd.questioned_amount, currency))
    part, amount = str(rules.part_of(cmd.asked)), cmd.questioned_amount
    office_id = offices.receiving if cmd.asked == AskedOffice.RECEIVING and offices.receiving else offices.sending
    finding = add(AuditFinding(
        id=ids.new_id(), dossier_id=cmd.dossier_id, part=part, sending_office_id=offices.sending, office_id=office_id,
        item_id=cmd.item_id, title=cmd.title, text=cmd.text, questioned_amount=amount,
        currency=currency if amount is not None else None, due_on=cmd.due_on, state=FindingState.OPEN,
        raised_by=actor.id, raised_at=clock.now(), closed_at=None,
    ))  # fmt: skip
    record(
        events.AuditFindingRaised(
            owner_id=cmd.dossier_id, part=part, finding_id=finding.id, office=accounts.get_office(office_id).name,
            title=cmd.title, due_on=cmd.due_on.isoformat(), amount=amount, currency=finding.currency,
        ),
        actor=actor,
    )  # fmt: skip
    return finding.id


@command
def answer_audit_finding(cmd: AnswerAuditFinding, *, actor: Actor) -> str:
    """Answer for the office; returns the finding's id."""
    require(actor, Permission.AUDIT_FINDING_ANSWER)
    sight, finding = _locked(cmd, actor)
    facts = queries.facts_of(finding, sight, actor)
    refuse_if(rules.why_not_answer(facts, actor))
    finding.state = FindingState.ANSWERED
    _say(finding, ReplyKind.ANSWER, cmd.reason, actor)
    record(
        events.AuditFindingAnswered(
            owner_id=finding.dossier_id, part=finding.part, finding_id=finding.id, office=facts.answers,
            title=finding.title, reason=cmd.reason,
        ),
        actor=actor,
    )  # fmt: skip
    return finding.id


@command
def send_back_audit_finding(cmd: SendBackAuditFinding, *, actor: Actor) -> str:
    """Open it again with why the answer is not enough; returns the finding's id."""
    require(actor, Permission.AUDIT_FINDING_RAISE)
    sight, finding = _locked(cmd, actor)
    facts = queries.facts_of(finding, sight, actor)
    refuse_if(rules.why_not_send_back(facts, actor))
    refuse_if(rules.why_not_due(cmd.due_on, clock.today(actor.zone)))
    finding.state, finding.due_on = FindingState.OPEN, cmd.due_on
    _say(finding, ReplyKind.BACK, cmd.reason, actor)
    record(
        events.AuditFindingSentBack(
            owner_id=finding.dossier_id, part=finding.part, finding_id=finding.id, office=facts.answers,
            title=finding.title, due_on=cmd.due_on.isoformat(), reason=cmd.reason,
        ),
        actor=actor,
    )  # fmt: skip
    return finding.id


@command
def close_audit_finding(cmd: CloseAuditFinding, *, actor: Actor) -> str:
    """Close it with a word, also where nobody answered; returns the finding's id."""
    require(actor, Permission.AUDIT_FINDING_RAISE)
    sight, finding = _locked(cmd, actor)
    refuse_if(rules.why_not_close(queries.facts_of(finding, sight, actor), actor))
    was_answered = finding.state == FindingState.ANSWERED
    finding.state, finding.closed_at = FindingState.CLOSED, clock.now()
    _say(finding, ReplyKind.CLOSE, cmd.reason, actor)
    record(
        events.AuditFindingClosed(
            owner_id=finding.dossier_id, part=finding.part, finding_id=finding.id, title=finding.title,
            was_answered=was_answered, reason=cmd.reason,
        ),
        actor=actor,
    )  # fmt: skip
    return finding.id


def _locked(
    cmd: AnswerAuditFinding | SendBackAuditFinding | CloseAuditFinding, actor: Actor
) -> tuple[Sight, AuditFinding]:
    """The case as the actor sees it, and the finding as it stands; NotFound where the actor may not know of it."""
    sight = require_sight(actor, cmd.dossier_id)
    refuse_if(why_not_write(lock(Dossier, cmd.dossier_id).erased_on))
    finding_id = queries.get_finding(sight, cmd.finding_id).id
    return sight, lock(AuditFinding, finding_id, cmd.version)


def _say(finding: AuditFinding, kind: ReplyKind, text: str, actor: Actor) -> None:
    """Put a word on a locked finding; the caller records."""
    add(AuditFindingReply(
        id=ids.new_id(), finding_id=finding.id, dossier_id=finding.dossier_id, part=finding.part, kind=kind, text=text,
        said_by=actor.id, said_at=clock.now(),
    ))  # fmt: skip
