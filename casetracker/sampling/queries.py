"""Samples and their items, as their own auditor reads them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from casetracker.accounts import queries as accounts
from casetracker.audit.reach_queries import reached, with_owners
from casetracker.casefile.timeline import people_in, row_names
from casetracker.cases.models import Person
from casetracker.core.actor import Actor, require
from casetracker.core.commands import lock
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.money import Money
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.events.models import EventRow
from casetracker.events.states import Part
from casetracker.events.timeline import Entry, read_entries
from casetracker.sampling.item_states import ItemRow
from casetracker.sampling.models import Sample, SampleItem, SampleMark
from casetracker.sampling.states import Place


def get_sample(sample_id: str, actor: Actor) -> Sample:
    """An own sample. NotFound for anybody else's, and for whoever is no auditor."""
    require(actor, Permission.SAMPLE_DRAW)
    sample = db.session.get(Sample, sample_id)
    if sample is None or sample.drawn_by != actor.id:
        raise NotFound("sample")
    return sample


def lock_own(sample_id: str, actor: Actor) -> Sample:
    """The same for a command, locked."""
    get_sample(sample_id, actor)
    return lock(Sample, sample_id)


def count_samples(actor: Actor) -> int:
    """How many samples are the actor's own."""
    require(actor, Permission.SAMPLE_DRAW)
    return db.session.scalar(select(func.count()).select_from(Sample).where(Sample.drawn_by == actor.id)) or 0


def list_samples(actor: Actor, *, offset: int, limit: int) -> list[Sample]:
    """The own samples, newest first."""
    require(actor, Permission.SAMPLE_DRAW)
    query = select(Sample).where(Sample.drawn_by == actor.id).order_by(Sample.drawn_at.desc(), Sample.id)
    return list(db.session.scalars(query.offset(offset).limit(limit)))


def get_item(sample: Sample, number: int) -> SampleItem:
    """The item of this number. NotFound without one."""
    query = select(SampleItem).where(SampleItem.sample_id == sample.id, SampleItem.number == number)
    item = db.session.scalars(query).one_or_none()
    if item is None:
        raise NotFound("item of a sample")
    return item


def list_items(sample: Sample, actor: Actor, first: int = 1, last: int | None = None) -> list[ItemRow]:
    """The items in their order, `first` to `last` by number (None: all); four queries, whatever their number."""
    query = select(SampleItem).where(SampleItem.sample_id == sample.id, SampleItem.number >= first)
    if last is not None:
        query = query.where(SampleItem.number <= last)
    items = db.session.scalars(query.order_by(SampleItem.number)).all()
    opened = _opened(sample.id, items[0].number, items[-1].number, actor) if items else {}
    return [_row(sample, item, *opened.get((item.chain_id, item.seq), (None, None))) for item in items]


def _opened(sample_id: str, first: int, last: int, actor: Actor) -> dict[tuple[str, int], tuple[Entry, str]]:
    """(chain, number) -> the entry and the reference of its case, of the items that today's mandates open."""
    query = with_owners(select(EventRow)).add_columns(Dossier.reference)
    query = query.join(SampleItem, (SampleItem.chain_id == EventRow.chain_id) & (SampleItem.seq == EventRow.seq))
    return _read(query.where(SampleItem.sample_id == sample_id, SampleItem.number.between(first, last)), actor)


def _read(query: Select[Any], actor: Actor) -> dict[tuple[str, int], tuple[Entry, str]]:
    rows = db.session.execute(query.where(reached(actor, {Part.SHARED}), Dossier.id.is_not(None))).all()
    entries = read_entries([row[0] for row in rows])
    return {(entry.chain_id, entry.seq): (entry, str(row.reference)) for entry, row in zip(entries, rows, strict=True)}


def open_places(places: Collection[Place], actor: Actor) -> dict[tuple[str, int], tuple[Entry, str]]:
    """(chain, number) -> the entry and the reference of its case, of the places that today's mandates open."""
    query = with_owners(select(EventRow)).add_columns(Dossier.reference)
    named = tuple_(EventRow.chain_id, EventRow.seq).in_([(place.chain_id, place.seq) for place in places])
    return _read(query.where(named), actor)


def _row(sample: Sample, item: SampleItem, entry: Entry | None, reference: str | None) -> ItemRow:
    has_amount = item.amount is not None and sample.currency is not None
    return ItemRow(
        item_id=item.id, number=item.number, dossier_id=item.dossier_id, reference=reference, chain_id=item.chain_id,
        seq=item.seq, entry=entry, at=entry.at if entry else None,
        day=entry.day if entry else None,
        amount=Money(item.amount or 0, sample.currency or "") if has_amount else None,
        stratum=item.stratum, hits=item.hits,
    )  # fmt: skip


def count_items(samples: list[Sample]) -> dict[str, int]:
    """Sample id -> how many items it has; one query."""
    query = select(SampleItem.sample_id, func.count()).where(SampleItem.sample_id.in_([each.id for each in samples]))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(SampleItem.sample_id))}


def names_in(rows: list[ItemRow]) -> dict[str, str]:
    """The same of the items' entries that are open."""
    return names_of_entries([row.entry for row in rows if row.entry is not None])


def names_of_entries(entries: list[Entry]) -> dict[str, str]:
    """Words for ids in the entries: persons of cases, people, rows that a change names; three queries."""
    persons = select(Person.id, Person.given_name, Person.family_name)
    persons = persons.where(Person.id.in_({entry.person_id for entry in entries if entry.person_id}))
    names = {row[0]: " ".join(part for part in row[1:] if part) for row in db.session.execute(persons)}
    names |= accounts.names_of({entry.actor_id for entry in entries} | people_in(entries))
    return row_names(entries, names) | names


def count_marked(samples: list[Sample]) -> dict[str, int]:
    """Sample id -> how many of its items its auditor has looked at; one query."""
    query = select(SampleItem.sample_id, func.count()).join(SampleMark, SampleMark.item_id == SampleItem.id)
    query = query.where(SampleItem.sample_id.in_([each.id for each in samples]))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(SampleItem.sample_id))}


def marks_of(rows: list[ItemRow]) -> dict[str, SampleMark]:
    """Item id -> what was seen of it; one query."""
    query = select(SampleMark).where(SampleMark.item_id.in_([row.item_id for row in rows]))
    return {mark.item_id: mark for mark in db.session.scalars(query)}
