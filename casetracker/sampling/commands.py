"""Drawing a sample, ending the work on it, taking it up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, bookkeeping, command
from casetracker.core.errors import Message, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.core.tracking import canon
from casetracker.events.recording import record
from casetracker.sampling import design_rules, events, method_rules, population_queries, rules
from casetracker.sampling.models import Sample, SampleItem
from casetracker.sampling.population_queries import Population
from casetracker.sampling.queries import lock_own
from casetracker.sampling.states import (
    Asked,
    Choice,
    Design,
    Method,
    PopulationFilter,
    PopulationKind,
    SampleState,
    plain_scope,
)


@dataclass(frozen=True, kw_only=True)
class DrawSample(Command):
    """Draw from the entries that fit, recorded before `until` (None: now)."""

    name: str
    population: PopulationKind
    wanted: PopulationFilter
    until: datetime | None
    method: Method
    asked: Asked
    seed: str


@dataclass(frozen=True, kw_only=True)
class CloseSample(Command):
    """End the work on it."""

    sample_id: str


@dataclass(frozen=True, kw_only=True)
class ReopenSample(Command):
    """Take it up again."""

    sample_id: str


def draw_sample(cmd: DrawSample, *, actor: Actor) -> str:
    """Draw it; returns its id. Refused with the sentence where nothing can be drawn so."""
    require(actor, Permission.SAMPLE_DRAW)
    refuse_if(rules.why_not_seed(cmd.seed))
    refuse_if(rules.why_not_method(cmd.population, cmd.method))
    refuse_if(rules.why_not_filter(cmd.population, cmd.wanted))
    return _draw(cmd, _take_moment(cmd.population, actor=actor), actor=actor)


@bookkeeping("a moment with nothing under way before it; nothing is written")
def _take_moment(kind: PopulationKind, *, actor: Actor) -> datetime:
    """A moment before which nothing can be recorded any more.

    A transaction of its own: nobody who writes into a case waits longer than until the moment is taken, while reading
    a large record takes seconds.
    """
    population_queries.settle(kind)
    return clock.now()


@command
def _draw(cmd: DrawSample, now: datetime, *, actor: Actor) -> str:
    until = cmd.until or now
    refuse_if(rules.why_not_until(until, now))
    refuse_if(rules.why_not_begun(actor.mandates, rules.last_day(until)))
    population = population_queries.load_population(cmd.population, cmd.wanted, actor.mandates, until)
    refuse_if(rules.why_not_population(population.places, population.currencies))
    currency = next(iter(population.currencies), None)
    design = design_rules.plan(cmd.method, cmd.asked, cmd.seed, population.places, currency)
    if isinstance(design, Message):
        raise Refused(design)
    chosen = method_rules.draw(cmd.method, design, cmd.seed, population.places)
    refuse_if(rules.why_not_items(chosen))
    sample = add(_row(cmd, design, population, actor, now, until))
    _keep(sample.id, chosen)
    record(_drawn(sample, len(chosen)), actor=actor)
    return sample.id


def _row(
    cmd: DrawSample, design: Design, population: Population, actor: Actor, now: datetime, until: datetime
) -> Sample:
    head = population_queries.find_head(until) if population.opens_sending_side else None
    return Sample(
        id=ids.new_id(), name=cmd.name, drawn_by=actor.id, drawn_at=now, until=until,
        head_size=head.size if head else None, head_root=bytes(head.root).hex() if head else None,
        population=cmd.population, filters=cmd.wanted.plain(), scope=plain_scope(actor.mandates), method=cmd.method,
        parameters=design.plain(), seed=cmd.seed, currency=next(iter(population.currencies), None),
        population_count=len(population.places), population_amount=rules.amount_of(population.places),
        population_hash=rules.hash_of(population.places), state=SampleState.OPEN, closed_at=None,
    )  # fmt: skip


def _keep(sample_id: str, chosen: list[Choice]) -> None:
    for number, each in enumerate(chosen, 1):
        place = each.place
        add(SampleItem(
            id=ids.new_id(), sample_id=sample_id, number=number, dossier_id=place.dossier_id, chain_id=place.chain_id,
            seq=place.seq, amount=place.amount, stratum=each.stratum, hits=each.hits,
        ))  # fmt: skip


def _drawn(sample: Sample, items: int) -> events.SampleDrawn:
    return events.SampleDrawn(
        sample_id=sample.id, population=sample.population, method=sample.method, seed=sample.seed,
        until=str(canon(sample.until)), head_size=sample.head_size, count=sample.population_count,
        amount=sample.population_amount if sample.currency else None, currency=sample.currency,
        population_hash=sample.population_hash, items=items,
    )  # fmt: skip


@command
def close_sample(cmd: CloseSample, *, actor: Actor) -> str:
    """End the work on it; returns its id."""
    sample = lock_own(cmd.sample_id, actor)
    refuse_if(rules.why_not_close(sample.state))
    sample.state, sample.closed_at = SampleState.CLOSED, clock.now()
    record(events.SampleClosed(sample_id=sample.id), actor=actor)
    return sample.id


@command
def reopen_sample(cmd: ReopenSample, *, actor: Actor) -> str:
    """Take it up again; returns its id."""
    sample = lock_own(cmd.sample_id, actor)
    refuse_if(rules.why_not_reopen(sample.state))
    sample.state, sample.closed_at = SampleState.OPEN, None
    record(events.SampleReopened(sample_id=sample.id), actor=actor)
    return sample.id
