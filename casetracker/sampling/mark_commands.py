"""Writing what an auditor saw of an item of an own sample, at the desk and on the spot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import Conflict, NotFound, refuse_if
from casetracker.dossiers.models import Dossier
from casetracker.events.recording import record
from casetracker.sampling import mark_events as events
from casetracker.sampling import mark_queries, mark_rules, queries
from casetracker.sampling.mark_states import FoundThere, ItemFacts, Tick
from casetracker.sampling.models import Sample, SampleItem, SampleMark, SpotCheck

NOT_YET = 0
"""The version that a form has where nothing was written before."""


@dataclass(frozen=True, kw_only=True)
class ExamineItem(Command):
    """The tick marks of an item; wrong_amount in minor units of the sample's currency."""

    sample_id: str
    number: int
    document_seen: Tick
    agrees: Tick
    is_exception: bool
    wrong_amount: int | None
    note: str | None
    version: int


@dataclass(frozen=True, kw_only=True)
class EnterVisit(Command):
    """What a visit found of a delivery."""

    sample_id: str
    number: int
    visited_on: date
    found: FoundThere
    is_used: Tick
    signature_agrees: Tick
    note: str | None
    version: int


@command
def examine_item(cmd: ExamineItem, *, actor: Actor) -> str:
    """Mark an item, or change its mark; returns the item's id. NotFound for anybody else's sample."""
    sample, item, facts = _begin(cmd.sample_id, cmd.number, actor)
    wrong_amount = cmd.wrong_amount if cmd.is_exception else cmd.wrong_amount or None
    why_not = mark_rules.why_not_mark(
        facts, agrees=cmd.agrees, is_exception=cmd.is_exception, wrong_amount=wrong_amount, note=cmd.note
    )
    refuse_if(why_not)
    mark = mark_queries.find_mark(item.id)
    _judge_version(SampleMark, mark, cmd.version)
    if mark is None:
        add(SampleMark(
            id=ids.new_id(), item_id=item.id, dossier_id=item.dossier_id, document_seen=cmd.document_seen,
            agrees=cmd.agrees, is_exception=cmd.is_exception, wrong_amount=wrong_amount, note=cmd.note,
            marked_by=actor.id, marked_at=clock.now(),
        ))  # fmt: skip
    else:
        mark.document_seen, mark.agrees, mark.is_exception = cmd.document_seen, cmd.agrees, cmd.is_exception
        mark.wrong_amount, mark.note, mark.marked_at = wrong_amount, cmd.note, clock.now()
    marked = events.ItemMarked(
        owner_id=item.dossier_id, sample_id=sample.id, sample=sample.name, number=item.number,
        document_seen=str(cmd.document_seen), agrees=str(cmd.agrees), is_exception=cmd.is_exception,
        wrong_amount=wrong_amount, currency=sample.currency if wrong_amount else None,
    )  # fmt: skip
    record(marked, actor=actor)
    return item.id


@command
def enter_visit(cmd: EnterVisit, *, actor: Actor) -> str:
    """Enter what a visit found, or change it; returns the item's id. NotFound where no deliveries were drawn."""
    sample, item, facts = _begin(cmd.sample_id, cmd.number, actor)
    if not sample.population.is_visited:
        raise NotFound("visit of what is no delivery")
    why_not = mark_rules.why_not_visit(
        facts, visited_on=cmd.visited_on, today=clock.today(actor.zone), found=cmd.found, is_used=cmd.is_used,
        note=cmd.note,
    )  # fmt: skip
    refuse_if(why_not)
    visit = mark_queries.find_visit(item.id)
    _judge_version(SpotCheck, visit, cmd.version)
    if visit is None:
        add(SpotCheck(
            id=ids.new_id(), item_id=item.id, dossier_id=item.dossier_id, visited_on=cmd.visited_on, found=cmd.found,
            is_used=cmd.is_used, signature_agrees=cmd.signature_agrees, note=cmd.note, entered_by=actor.id,
            entered_at=clock.now(),
        ))  # fmt: skip
    else:
        visit.visited_on, visit.found, visit.is_used = cmd.visited_on, cmd.found, cmd.is_used
        visit.signature_agrees, visit.note, visit.entered_at = cmd.signature_agrees, cmd.note, clock.now()
    entered = events.SpotCheckEntered(
        owner_id=item.dossier_id, day=cmd.visited_on, sample_id=sample.id, sample=sample.name, number=item.number,
        found=str(cmd.found), is_used=str(cmd.is_used), signature_agrees=str(cmd.signature_agrees),
    )  # fmt: skip
    record(entered, actor=actor)
    return item.id


def _begin(sample_id: str, number: int, actor: Actor) -> tuple[Sample, SampleItem, ItemFacts]:
    """The own sample and its item, with the case locked before the sample; Refused where nothing is noted any more."""
    item = queries.get_item(queries.get_sample(sample_id, actor), number)
    lock(Dossier, item.dossier_id)
    sample = queries.lock_own(sample_id, actor)
    facts = mark_queries.item_facts(sample, item, actor)
    refuse_if(mark_rules.why_not_examine(facts))
    return sample, item, facts


def _judge_version(kind: type[SampleMark | SpotCheck], row: SampleMark | SpotCheck | None, version: int) -> None:
    """Conflict where something else stands than when the form was opened; the row is locked and fresh."""
    if row is not None:
        lock(kind, row.id, version)
    elif version != NOT_YET:
        raise Conflict(kind.__name__, NOT_YET, version)
